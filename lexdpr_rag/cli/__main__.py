"""``python -m lexdpr_rag.cli``."""

from lexdpr_rag.cli.app import main

main()
