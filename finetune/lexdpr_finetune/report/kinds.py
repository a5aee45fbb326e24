"""The kinds of pairs by name."""

from __future__ import annotations

from lexdpr_finetune.pairs import PairKind
from lexdpr_rag.messages import CATALOG


def kind_name(value: str) -> str:
    """``판시사항 issue``; the value alone where it is no kind."""
    if value not in set(PairKind):
        return value
    korean, english = CATALOG[f"kind.{value}"]
    return f"{korean} {english}"
