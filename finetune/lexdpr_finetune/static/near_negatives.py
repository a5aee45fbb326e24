"""Hard negatives: units that the encoder takes for answers and that are none.

The first few are left alone, and so are those nearly as near as an answer: a question's known
articles are seldom all that answer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.pairs.pair import PairKind
from lexdpr_finetune.static.bags import vectors_of
from lexdpr_finetune.static.material import Passages, Questions, Rows

_AT_ONCE = 128
_NONE = -1


@dataclass(frozen=True, slots=True)
class Mining:
    """How negatives are chosen.

    Attributes:
        depth: units looked at for a question, the nearest ones.
        kept: negatives of a question at most.
        skipped: so many of the nearest articles are never negatives.
        margin: a negative's cosine is below this share of that of the best answer.
    """

    depth: int = 100
    kept: int = 12
    skipped: int = 3
    margin: float = 0.97


def near_negatives(
    weights: NDArray[np.float32],
    passages: Passages,
    questions: Mapping[PairKind, Questions],
    mining: Mining,
) -> dict[PairKind, Rows]:
    """Unit rows of the negatives of every question: int64 ``(n, kept)``, -1 fills up.

    A question none of whose answers is among its nearest units has none: nothing says how near is
    too near.
    """
    import torch

    units = torch.from_numpy(vectors_of(passages.units.bags, weights)).T
    owners = passages.unit_articles
    depth = min(mining.depth, units.shape[1])
    found: dict[PairKind, Rows] = {}
    for kind, own in questions.items():
        asked = torch.from_numpy(vectors_of(own.bags, weights))
        chosen = np.full((len(own), mining.kept), _NONE, np.int64)
        for start in range(0, len(own), _AT_ONCE):
            cosines, rows = (asked[start : start + _AT_ONCE] @ units).topk(depth, dim=1)
            near = zip(cosines.numpy(), rows.numpy(), strict=True)
            for row, (scores, nearest) in enumerate(near, start):
                negatives = _chosen(nearest, scores, owners[nearest], own.positives[row], mining)
                chosen[row, : len(negatives)] = negatives
        found[kind] = chosen
    return found


def _chosen(
    units: Rows, scores: NDArray[np.float32], articles: Rows, positives: Rows, mining: Mining
) -> Rows:
    """Of units in falling order those that count as wrong, one an article."""
    first = np.sort(np.unique(articles, return_index=True)[1])
    right = np.isin(articles[first], positives)
    if not right.any():
        return first[:0]
    near = scores[first]
    wrong = ~right & (near < near[right][0] * mining.margin)
    wrong[: mining.skipped] = False
    chosen: Rows = units[first[wrong][: mining.kept]]
    return chosen
