"""How long texts are, and what a limit would cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_BINS = 40
"""Bins of a histogram at most, the open one at its end not counted."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths in tokens, or in whatever texts were measured by.

    Attributes:
        count: texts.
        median, p95, longest: of the lengths; 0 where there are no texts.
        limit: the length after which a model cuts; ``None``: it does not.
        cut: texts longer than that.
        lost: share of all tokens that stand behind the limit, 0…1.
        step: width of a bin.
        bins: texts by length: bin i holds those from ``i * step`` to below ``(i + 1) * step``; the
            last one is open, and holds the longest hundredth at most.
    """

    count: int
    median: int
    p95: int
    longest: int
    limit: int | None
    cut: int
    lost: float
    step: int = 1
    bins: tuple[int, ...] = ()

    @property
    def cut_share(self) -> float:
        """Share of the texts that are cut, 0…1."""
        return self.cut / self.count if self.count else 0.0

    @classmethod
    def of(cls, lengths: Sequence[int], limit: int | None) -> Lengths:
        """Lengths of texts, against the limit of a model (``None``: it has none)."""
        if not len(lengths):
            return cls(0, 0, 0, 0, limit, 0, 0.0)
        held = np.asarray(lengths, np.int64)
        over = np.maximum(held - limit, 0) if limit is not None else np.zeros_like(held)
        middle, high, last = np.percentile(held, (50, 95, 99))
        step = _step(float(last))
        number = np.minimum(held // step, int(last) // step + 1)
        return cls(
            count=len(held),
            median=round(middle),
            p95=round(high),
            longest=int(held.max()),
            limit=limit,
            cut=int((over > 0).sum()),
            lost=float(over.sum() / max(int(held.sum()), 1)),
            step=step,
            bins=tuple(np.bincount(number).tolist()),
        )


def _step(longest: float) -> int:
    """The least of 1, 2, 5, 10, 20 … of which :data:`MOST_BINS` reach ``longest``."""
    steps = (base * 10**power for power in range(12) for base in _STEPS)
    return next((step for step in steps if step * MOST_BINS > longest), 10**12)


_STEPS = (1, 2, 5)
