"""The command line: ``lexdpr-rag index | search | parse | cite | info``.

One module a command; each imports what is heavy when it runs, so that ``--help`` costs nothing.
"""
