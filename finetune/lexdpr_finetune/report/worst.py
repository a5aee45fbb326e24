"""The questions that a system answers worst, with what it found instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.evaluate import Question, Run
from lexdpr_finetune.pairs.article_names import article_name

SHOWN = 3
"""So many of what was found instead."""


@dataclass(frozen=True, slots=True)
class Place:
    """An article, and where a ranking has it.

    ``rank``: from 1; ``None``: not among those looked at.
    """

    article: str
    title: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Miss:
    """A question.

    Attributes:
        query_id, query: of the question.
        values: system → the measure.
        golds: what answers it.
        found: the best of the subject's ranking that do not.
    """

    query_id: str
    query: str
    values: Mapping[str, float]
    golds: tuple[Place, ...]
    found: tuple[Place, ...]

    @classmethod
    def from_dict(cls, held: Mapping[str, Any]) -> Miss:
        """Inverse of :func:`dataclasses.asdict`."""
        places = {name: tuple(Place(**one) for one in held[name]) for name in ("golds", "found")}
        return cls(**{**held, **places})


def worst_of(
    questions: Sequence[Question],
    runs: Mapping[str, Run],
    values: Mapping[str, NDArray[np.float64]],
    subject: str,
    base: str,
    articles: Articles,
    count: int,
) -> tuple[Miss, ...]:
    """The worst ``count``; of equals those first that the base does better.

    Args:
        questions: n of them.
        runs: system → ranking.
        values: system → the measure, float64 ``(n,)``.
        subject: the system that is looked at.
        base: the one beside it.
        articles: the corpus.
        count: so many at most; questions answered perfectly are none of them.
    """
    order = np.lexsort((-values[base], values[subject]))[:count].tolist()
    return tuple(
        _miss(
            questions[row],
            runs[subject],
            {n: float(own[row]) for n, own in values.items()},
            articles,
        )
        for row in order
        if values[subject][row] < 1
    )


def _miss(question: Question, run: Run, values: Mapping[str, float], articles: Articles) -> Miss:
    ranking = run.get(question.query_id, [])
    ranks = {key: rank for rank, key in enumerate(ranking, 1)}
    wrong = [key for key in ranking if key not in question.gold][:SHOWN]
    return Miss(
        query_id=question.query_id,
        query=question.text,
        values={name: round(value, 6) for name, value in values.items()},
        golds=tuple(_place(key, ranks, articles) for key in sorted(question.gold)),
        found=tuple(_place(key, ranks, articles) for key in wrong),
    )


def _place(key: str, ranks: Mapping[str, int], articles: Articles) -> Place:
    return Place(key, article_name(key, articles), ranks.get(key))
