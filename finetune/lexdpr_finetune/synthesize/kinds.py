"""The kinds of questions, and which of them a provision is asked for."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from enum import StrEnum

from lexdpr_finetune.synthesize.provision import Provision


class QuestionKind(StrEnum):
    """What a question aims at."""

    CORE = "core"  # what the provision says in the main
    DETAIL = "detail"  # a number, a condition, an exception
    WHOLE = "whole"  # what it is about altogether
    COMPARISON = "comparison"  # how two of its cases differ
    CASE = "case"  # something that happened to somebody
    LAY = "lay"  # everyday words instead of the statute's


KOREAN_NAMES = {
    QuestionKind.CORE: "핵심",
    QuestionKind.DETAIL: "세부",
    QuestionKind.WHOLE: "전체",
    QuestionKind.COMPARISON: "비교",
    QuestionKind.CASE: "사례",
    QuestionKind.LAY: "일상어",
}
"""How prompts call them."""

_BY_NAME = {name: kind for kind, name in KOREAN_NAMES.items()} | {k.value: k for k in QuestionKind}
_PARTS = re.compile(r"^\s*(?:[①-⑳㉑-㉟]|\d+(?:의\d+)?\.|[가-하]\.)\s|다만,|각각", re.MULTILINE)

ENOUGH_FOR_WHOLE = 150
"""Of a shorter provision a question on the whole is a question on its core."""


def kind_named(name: str) -> QuestionKind | None:
    """The kind of a name in English or Korean, ``None`` for any other."""
    return _BY_NAME.get(name.strip().lower())


def planned(
    provision: Provision, count: int, kinds: Sequence[QuestionKind]
) -> tuple[QuestionKind, ...]:
    """``count`` kinds for a provision: those that suit it, in turn.

    Where the turn begins is drawn from the unit's id, so that a corpus gets about as many questions
    of each kind, and the same ones when it is asked again.
    """
    suiting = [kind for kind in dict.fromkeys(kinds) if _suits(kind, provision)] or list(kinds)
    start = zlib.crc32(provision.unit_id.encode())
    return tuple(suiting[(start + i) % len(suiting)] for i in range(count))


def _suits(kind: QuestionKind, provision: Provision) -> bool:
    if kind is QuestionKind.COMPARISON:
        return len(_PARTS.findall(provision.text)) >= 2
    if kind is QuestionKind.WHOLE:
        return len(provision.text) >= ENOUGH_FOR_WHOLE
    return True
