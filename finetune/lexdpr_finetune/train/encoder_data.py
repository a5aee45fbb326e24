"""Rows that bi-encoders are trained on: ``anchor, positive[, negative_1 …][, label]``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lexdpr_finetune.train.batches import Row
from lexdpr_finetune.train.error import TrainError
from lexdpr_finetune.train.examples import Example
from lexdpr_finetune.train.loss_options import LossOptions, ScoreScale
from lexdpr_rag.templates import Template

if TYPE_CHECKING:
    from datasets import Dataset

ANCHOR, POSITIVE, NEGATIVE, LABEL = "anchor", "positive", "negative_", "label"

_LARGEST_LOGIT = 12.0  # of a probability that float32 rounds to 1


@dataclass(frozen=True, slots=True)
class EncoderData:
    """What a bi-encoder is trained on.

    Attributes:
        dataset: the rows; template suffixes are on the texts, prefixes are not.
        rows: what each means to the others of a batch.
        left_out: why examples became no row → how many.
    """

    dataset: Dataset
    rows: Sequence[Row]
    left_out: dict[str, int]


def encoder_data(examples: Sequence[Example], loss: LossOptions, template: Template) -> EncoderData:
    """Rows of ``examples``, one a positive.

    A row has ``loss.negatives`` negatives, the first of its example; an example with fewer shows
    them again, one with none is left out.

    Raises:
        TrainError: distillation without scores, or nothing is left.
    """
    from datasets import Dataset

    held: list[dict[str, Any]] = []
    rows: list[Row] = []
    numbers: dict[str, int] = {}
    answers: dict[str, set[int]] = {}
    for example in examples:
        known = answers.setdefault(example.query, set())
        known.update(numbers.setdefault(text, len(numbers)) for text in example.positives)
    left_out = {"no_negatives": 0, "no_scores": 0}
    for example in examples:
        reason = _unusable(example, loss)
        if reason:
            left_out[reason] += 1
            continue
        for place in range(len(example.positives)):
            row = _row(example, place, loss)
            passages = [text for name, text in row.items() if name not in (ANCHOR, LABEL)]
            shown = frozenset(numbers.setdefault(text, len(numbers)) for text in passages)
            asked = numbers.setdefault(f"?{example.query}", len(numbers))
            rows.append(Row(shown, frozenset(answers[example.query]), asked))
            held.append(_suffixed(row, template))
    if not held:
        raise TrainError("train.no_rows", loss=loss.name, reasons=_told(left_out))
    counts = {reason: count for reason, count in left_out.items() if count}
    return EncoderData(Dataset.from_list(held), rows, counts)


def text_columns(loss: LossOptions) -> tuple[str, ...]:
    """The columns of passages, after :data:`ANCHOR`."""
    return (POSITIVE, *(f"{NEGATIVE}{number}" for number in range(1, loss.negatives + 1)))


def _unusable(example: Example, loss: LossOptions) -> str:
    if loss.negatives and not example.negatives:
        return "no_negatives"
    return "no_scores" if loss.distils and not example.scored else ""


def _row(example: Example, place: int, loss: LossOptions) -> dict[str, Any]:
    count = len(example.negatives)
    chosen = [number % count for number in range(loss.negatives)] if count else []
    row: dict[str, Any] = {ANCHOR: example.query, POSITIVE: example.positives[place]}
    row |= {f"{NEGATIVE}{n}": example.negatives[at] for n, at in enumerate(chosen, 1)}
    if loss.distils:
        scores = (example.positive_scores[place], *(example.negative_scores[at] for at in chosen))
        row[LABEL] = [teacher_logit(score, loss.scores) for score in scores]
    return row


def teacher_logit(score: float, scale: ScoreScale) -> float:
    """A teacher's score, which is on ``scale``, as a logit.

    Raises:
        TrainError: it is said to be a probability and is none.
    """
    if scale == "logit":
        return score
    if not 0 <= score <= 1:
        raise TrainError("train.no_probability", score=score)
    if score in (0.0, 1.0):
        return math.copysign(_LARGEST_LOGIT, score - 0.5)
    logit = math.log(score) - math.log1p(-score)
    return max(-_LARGEST_LOGIT, min(_LARGEST_LOGIT, logit))


def _suffixed(row: dict[str, Any], template: Template) -> dict[str, Any]:
    def dressed(name: str, text: str) -> str:
        return text + (template.query_suffix if name == ANCHOR else template.passage_suffix)

    return {name: text if name == LABEL else dressed(name, text) for name, text in row.items()}


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in counts.items() if count) or "-"
