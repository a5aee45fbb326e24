"""Rows that rerankers are trained on: a passage, a pair of them or a list of them, with labels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lexdpr_finetune.train.batches import Row
from lexdpr_finetune.train.encoder_data import teacher_logit
from lexdpr_finetune.train.error import TrainError
from lexdpr_finetune.train.examples import Example
from lexdpr_finetune.train.reranker_recipe import LISTWISE, RankLoss
from lexdpr_rag.templates import Template

if TYPE_CHECKING:
    from datasets import Dataset


@dataclass(frozen=True, slots=True)
class RerankerData:
    """What a reranker is trained on.

    Attributes:
        dataset: the rows, template on the texts.
        rows: one empty :class:`Row` each: nothing of a batch is compared across questions.
        left_out: why examples became no row → how many.
        negatives: of a question, in the mean.
        positives: of each question; in a list they come first.
    """

    dataset: Dataset
    rows: Sequence[Row]
    left_out: dict[str, int]
    negatives: float
    positives: Sequence[int]


@dataclass(frozen=True, slots=True)
class _List:
    """A question with its passages, those that answer it first, and a label for each."""

    query: str
    passages: list[str]
    labels: list[float]
    positives: int


def reranker_data(examples: Sequence[Example], loss: RankLoss, template: Template) -> RerankerData:
    """Rows of ``examples``; those without negatives, or without scores where needed, are left out.

    Raises:
        TrainError: nothing is left, or a score is not what it is said to be.
    """
    from datasets import Dataset

    lists: list[_List] = []
    left_out = {"no_negatives": 0, "no_scores": 0}
    for example in examples:
        if not example.negatives:
            left_out["no_negatives"] += 1
        elif loss.distils and not example.scored:
            left_out["no_scores"] += 1
        else:
            lists.append(_list(example, loss, template))
    counts = {reason: count for reason, count in left_out.items() if count}
    if not lists:
        told = ", ".join(f"{reason} {count}" for reason, count in counts.items()) or "-"
        raise TrainError("train.no_rows", loss=loss.name, reasons=told)
    held = [row for one in lists for row in _rows(one, loss)]
    wrong = sum(len(one.passages) - one.positives for one in lists)
    positives = [one.positives for one in lists]
    rows = [Row()] * len(held)
    return RerankerData(Dataset.from_list(held), rows, counts, wrong / sum(positives), positives)


def _list(example: Example, loss: RankLoss, template: Template) -> _List:
    negatives = example.negatives[: loss.negatives]
    passages = [*example.positives, *negatives]
    labels = [1.0] * len(example.positives) + [0.0] * len(negatives)
    if loss.distils:
        scores = (*example.positive_scores, *example.negative_scores[: loss.negatives])
        labels = [_teacher_label(score, loss) for score in scores]
    return _List(
        template.apply(example.query, "query"),
        [template.apply(text, "passage") for text in passages],
        labels,
        len(example.positives),
    )


def _teacher_label(score: float, loss: RankLoss) -> float:
    """A logit, or the probability that cross entropy wants."""
    if loss.name != "bce":
        return teacher_logit(score, loss.scores)
    return score if loss.scores == "probability" else 1 / (1 + math.exp(-score))


def _rows(one: _List, loss: RankLoss) -> Iterator[dict[str, Any]]:
    if loss.name in LISTWISE:
        yield {"query": one.query, "passages": one.passages, "labels": one.labels}
    elif loss.name == "bce":
        for passage, label in zip(one.passages, one.labels, strict=True):
            yield {"query": one.query, "passage": passage, "label": label}
    else:
        for right in range(one.positives):
            for wrong in range(one.positives, len(one.passages)):
                yield {
                    "query": one.query,
                    "positive": one.passages[right],
                    "negative": one.passages[wrong],
                    "label": one.labels[right] - one.labels[wrong],
                }
