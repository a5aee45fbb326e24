"""Means of groups of questions: by kind, length, law and number of answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs import Pair
from lexdpr_finetune.pairs.article_names import law_name

LAWS_SHOWN = 15
"""The laws with most questions; the others stand together."""

_LENGTHS = (15, 30, 60, 120)
"""Characters: up to 15, up to 30 …"""

OTHERS = "…"


@dataclass(frozen=True, slots=True)
class Slice:
    """A group of questions.

    Attributes:
        label: what they have in common.
        questions: how many.
        means: system → mean of the first measure.
    """

    label: str
    questions: int
    means: Mapping[str, float]


def slices_of(
    pairs: Sequence[Pair], values: Mapping[str, NDArray[np.float64]], articles: Articles
) -> dict[str, tuple[Slice, ...]]:
    """The groups.

    Args:
        pairs: n questions.
        values: system → the measure of each, float64 ``(n,)``.
        articles: the corpus.
    """
    laws = _laws(pairs, articles)
    by_law = Counter(laws)
    ways: dict[str, tuple[list[str], Callable[[str], object]]] = {
        "kind": ([pair.kind.value for pair in pairs], str),
        "length": (
            [_length(pair) for pair in pairs],
            lambda label: (label[0] == ">", int(label[1:])),
        ),
        "golds": ([_golds(pair) for pair in pairs], str),
        "law": (laws, lambda label: (label == OTHERS, -by_law[label], label)),
    }
    return {by: _grouped(labels, values, order) for by, (labels, order) in ways.items()}


def _grouped(
    labels: Sequence[str],
    values: Mapping[str, NDArray[np.float64]],
    order: Callable[[str], object],
) -> tuple[Slice, ...]:
    rows: dict[str, list[int]] = {}
    for row, label in enumerate(labels):
        rows.setdefault(label, []).append(row)
    return tuple(
        Slice(
            label,
            len(rows[label]),
            {name: round(float(own[rows[label]].mean()), 6) for name, own in values.items()},
        )
        for label in sorted(rows, key=order)  # type: ignore[arg-type]
    )


def _length(pair: Pair) -> str:
    characters = len(pair.query)
    fitting = next((most for most in _LENGTHS if characters <= most), None)
    return f">{_LENGTHS[-1]}" if fitting is None else f"≤{fitting}"


def _golds(pair: Pair) -> str:
    count = len(set(pair.positives))
    return str(count) if count < 4 else "4+"


def _laws(pairs: Sequence[Pair], articles: Articles) -> list[str]:
    """The law of each question's first answer; seldom ones together."""
    found = [law_name(pair.positives[0], articles) for pair in pairs]
    counts = Counter(found)
    shown = set(sorted(counts, key=lambda law: (-counts[law], law))[:LAWS_SHOWN])
    return [law if law in shown else OTHERS for law in found]
