"""From scored candidates to negatives: rank range, margins to the positive, the best of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.mine.options import Against, MineOptions, Pick

Scores = NDArray[np.float64]
Places = NDArray[np.int64]


class Doubt(StrEnum):
    """Why a candidate may well answer the question, by its score alone."""

    ABOVE = "above"  # no lower than the positive
    ABSOLUTE = "absolute"  # within the absolute margin below it
    RELATIVE = "relative"  # within the relative one


@dataclass(frozen=True, slots=True)
class Choice:
    """What became of c candidates; numbers are places among them.

    Attributes:
        taken: the negatives, best first.
        ranks: int64 ``(c,)``: the rank of every candidate by score, from 1.
        out_of_range: how many have a rank that is not looked at.
        doubtful: place and reason of those within the range that come too near to the positive, best
            first.
    """

    taken: Places
    ranks: Places
    out_of_range: int
    doubtful: Sequence[tuple[int, Doubt]]


def choose(
    scores: Scores, positives: Scores, options: MineOptions, random: np.random.Generator
) -> Choice:
    """Choose negatives.

    Args:
        scores: float64 ``(c,)`` of the candidates.
        positives: float64 ``(p,)`` of the positives, one or more.
        random: what :attr:`Pick.RANDOM` draws with.
    """
    order = np.argsort(-scores, kind="stable")
    ranks = np.empty(len(scores), np.int64)
    ranks[order] = np.arange(1, len(scores) + 1)
    looked_at = order[options.first - 1 : options.last]
    bar = float(positives.min() if options.against == Against.LOWEST else positives.max())
    doubts = {int(at): doubt for at in looked_at if (doubt := _doubt(scores[at], bar, options))}
    clear = np.array([at for at in looked_at if int(at) not in doubts], np.int64)
    if options.pick == Pick.RANDOM and len(clear) > options.count:
        clear = clear[np.sort(random.choice(len(clear), options.count, replace=False))]
    return Choice(
        taken=clear[: options.count],
        ranks=ranks,
        out_of_range=len(scores) - len(looked_at),
        doubtful=list(doubts.items()),
    )


def _doubt(score: float, bar: float, options: MineOptions) -> Doubt | None:
    """The margins as sentence-transformers and NV-Retriever define them, of a score of any sign."""
    absolute, relative = options.absolute_margin, options.relative_margin
    if absolute is None and relative is None:
        return None
    if score >= bar:
        return Doubt.ABOVE
    if absolute is not None and score + absolute > bar:
        return Doubt.ABSOLUTE
    if relative is not None and score > bar - abs(bar) * relative:
        return Doubt.RELATIVE
    return None
