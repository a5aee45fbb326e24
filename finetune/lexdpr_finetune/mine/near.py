"""Which of many texts are nearly equal, without comparing each with each (MinHash)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.mine.shingles import Shingles, likeness

_BANDS, _ROWS = 32, 3
"""Texts half alike meet in some band with a probability of .986, those .8 alike in any case."""

_CROWD = 200
"""So many texts in one band share a phrase, and are not compared."""

_SEED = 20261121


def near_pairs(texts: Sequence[Shingles], least: float) -> Iterator[tuple[int, int]]:
    """(i, j), i < j: texts at least ``least`` alike (:func:`~lexdpr_finetune.mine.shingles.likeness`),
    each pair once."""
    seen: set[tuple[int, int]] = set()
    signatures = _signatures(texts)
    for band in range(_BANDS):
        buckets: dict[bytes, list[int]] = {}
        for row, signature in enumerate(signatures[:, band * _ROWS : (band + 1) * _ROWS]):
            buckets.setdefault(signature.tobytes(), []).append(row)
        for rows in buckets.values():
            if len(rows) > _CROWD:
                continue
            for pair in combinations(rows, 2):
                if pair not in seen:
                    seen.add(pair)
                    if likeness(texts[pair[0]], texts[pair[1]]) >= least:
                        yield pair


def _signatures(texts: Sequence[Shingles]) -> NDArray[np.uint64]:
    """The smallest value of each hash function over a text's stretches, ``(texts, functions)``."""
    random = np.random.default_rng(_SEED)
    factors = random.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
    out = np.empty((len(texts), len(factors)), np.uint64)
    for row, text in enumerate(texts):
        # Stretches are no random numbers: mixed first, so that every bit depends on all others.
        mixed = text ^ (text >> np.uint64(31))
        mixed = mixed * np.uint64(0x7FB5D329728EA185)
        mixed ^= mixed >> np.uint64(27)
        out[row] = (factors[:, None] * mixed[None, :]).min(axis=1)
    return out
