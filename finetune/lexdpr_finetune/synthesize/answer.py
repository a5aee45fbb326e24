"""What a model wrote → questions, or why it cannot be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lexdpr_finetune.pairs.splits import bare
from lexdpr_finetune.synthesize.json_repair import NoJsonError, repaired
from lexdpr_finetune.synthesize.kinds import QuestionKind, kind_named


class Fault(StrEnum):
    """Why an answer cannot be used."""

    EMPTY = "empty"
    NO_JSON = "no_json"  # not even after repair
    SHAPE = "shape"  # JSON, but no list of questions
    OTHER_UNIT = "other_unit"  # it answers for another unit, or does not say for which
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as far as it could be read.

    Attributes:
        questions: kind and text; never more than were asked for.
        fault: why it cannot be used; ``None`` for a good one.  One with too few questions has some.
        mended: whether its JSON had to be repaired.
    """

    questions: tuple[tuple[QuestionKind, str], ...] = ()
    fault: Fault | None = None
    mended: bool = False


def read_answer(text: str, unit_id: str, plan: Sequence[QuestionKind]) -> Answer:
    """Read what a model wrote when it was asked for ``plan`` on ``unit_id``.

    Questions of a kind that was not asked for are left out, and so are repeated ones; where a kind
    has more than were asked for, the first count.
    """
    if not text.strip():
        return Answer(fault=Fault.EMPTY)
    try:
        held, mended = repaired(text)
    except NoJsonError:
        return Answer(fault=Fault.NO_JSON)
    listed = held.get("questions") if isinstance(held, dict) else None
    if not isinstance(listed, list):
        return Answer(fault=Fault.SHAPE, mended=mended)
    if str(held.get("unit_id", "")).strip() != unit_id:
        return Answer(fault=Fault.OTHER_UNIT, mended=mended)
    questions = _within(plan, _questions(listed))
    fault = Fault.TOO_FEW if len(questions) < len(plan) else None
    return Answer(questions, fault, mended)


def _questions(listed: Sequence[Any]) -> list[tuple[QuestionKind, str]]:
    found: dict[str, tuple[QuestionKind, str]] = {}
    for entry in listed:
        if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
            continue
        kind = kind_named(str(entry.get("kind", "")))
        text = " ".join(entry["question"].split())
        if kind is not None and bare(text):
            found.setdefault(bare(text), (kind, text))
    return list(found.values())


def _within(
    plan: Sequence[QuestionKind], questions: Sequence[tuple[QuestionKind, str]]
) -> tuple[tuple[QuestionKind, str], ...]:
    """The first of each kind as planned; gaps are filled by others of the planned kinds."""
    left = Counter(plan)
    taken: list[int] = []
    spare: list[int] = []
    for at, (kind, _) in enumerate(questions):
        if left[kind] > 0:
            left[kind] -= 1
            taken.append(at)
        elif kind in plan:
            spare.append(at)
    taken += spare[: len(plan) - len(taken)]
    return tuple(questions[at] for at in sorted(taken))
