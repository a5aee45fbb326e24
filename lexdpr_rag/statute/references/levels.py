"""The levels of a place: 조, 항, 호, 목, and what stands above one of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from lexdpr_rag.statute.citation_model import Citation

LEVELS = ("article", "paragraph", "subparagraph", "item")
DEPTH = {"조": 1, "항": 2, "호": 3, "목": 4}


def upper(citation: Citation, depth: int) -> Citation | None:
    """The levels above ``depth``: of 제2항 the article, of 제3호 article and 항 …"""
    if citation.supplement is not None and citation.article is None:
        return None
    if citation.article is None and citation.annex is None:
        return None
    if depth == 4 and citation.subparagraph is None:
        return None
    blank: dict[str, Any] = dict.fromkeys(LEVELS[depth - 1 :])
    return replace(citation, **blank, subitems=(), suffix="")


def down_to(citation: Citation, depth: int) -> Citation | None:
    """The levels down to ``depth``; ``None`` where the last of them is not told."""
    if getattr(citation, LEVELS[depth - 1]) is None:
        return None
    blank: dict[str, Any] = dict.fromkeys(LEVELS[depth:])
    return replace(citation, **blank, subitems=(), suffix="")


def given(fields: dict[str, Any], depth: int) -> dict[str, Any]:
    """Only the levels from ``depth`` on."""
    kept = (*LEVELS[depth - 1 :], "subitems", "suffix")
    return {name: fields[name] for name in kept if name in fields}


def is_deeper(match: re.Match[str], depth: int) -> bool:
    """Whether what follows 같은 조, 같은 항 … lies below it, or tells a part of it (단서)."""
    if match["p"] or match["pc"]:
        return depth == 1
    if match["n"]:
        return depth <= 2
    return match["suffix"] is not None
