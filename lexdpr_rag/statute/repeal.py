"""Repeal stubs: files that hold no law but the sentence that repeals it.

The mirror marks all 5,674 laws 시행; that a law is gone can only be read from its body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lexdpr_rag.statute.tree import Article, Node, Status

_REPEALS = re.compile(r"(?:폐지한다|폐지함|폐지된다)\.?\s*$")
_LONGEST_STUB = 600


def is_repeal_stub(nodes: Iterable[Node]) -> bool:
    """Whether a law's top-level nodes say nothing but that a law is repealed.

    True when every live article of the main part ends in 폐지한다 and the whole is short.
    """
    articles = [
        node
        for top in nodes
        for node in _main(top)
        if isinstance(node, Article) and node.status is Status.LIVE
    ]
    if not articles or len(articles) > 2:
        return False
    texts = [" ".join(part.text for part in article.walk() if part.text) for article in articles]
    return sum(map(len, texts)) < _LONGEST_STUB and all(_REPEALS.search(t) for t in texts)


def _main(node: Node) -> Iterable[Node]:
    return node.walk() if not node.path.startswith(("add:", "tbl:")) else ()
