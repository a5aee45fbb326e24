"""Batches in which no passage answers another's question.

In-batch negatives count every passage of the batch as wrong for all questions but its own.  Articles
answer many questions, so that a random batch teaches the model now and then that a right answer is
wrong.  Here rows that would do so to each other are put into different batches.

A batch depends on the seed and on the epoch alone, and an epoch has as many batches as it says: what
resuming in the middle of one needs to be exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Row:
    """What a row means to the others of its batch; numbers stand for texts.

    Attributes:
        shown: the passages of the row.
        answers: all passages that are known to answer its question, its own among them.
        query: the question.
    """

    shown: frozenset[int] = frozenset()
    answers: frozenset[int] = frozenset()
    query: int = -1


class _Batch:
    """Rows that can stand together."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self._shown: set[int] = set()
        self._answers: set[int] = set()
        self._queries: set[int] = set()

    def takes(self, row: Row) -> bool:
        """Whether a row answers none of the questions here, and nothing here its question."""
        return (
            row.shown.isdisjoint(self._answers)
            and row.answers.isdisjoint(self._shown)
            and row.query not in self._queries
        )

    def add(self, number: int, row: Row) -> None:
        self.rows.append(number)
        self._shown |= row.shown
        self._answers |= row.answers
        if row.query >= 0:
            self._queries.add(row.query)


def epoch_batches(
    rows: Sequence[Row], batch_size: int, seed: int, epoch: int, *, whole: bool = False
) -> Iterator[list[int]]:
    """The batches of an epoch, as row numbers; :func:`batch_count` says how many.

    Rows that fit nowhere yet wait for a later batch.  Where too few are left that fit, rows are
    taken that have had their turn; where none fit either, a batch is short.

    Args:
        rows: the rows.
        batch_size: rows of a batch.
        seed: of the order.
        epoch: its number.
        whole: leave out the last batch where it would be short.
    """
    order = np.random.default_rng((seed, epoch)).permutation(len(rows)).tolist()
    waiting = list(order)
    for _ in range(batch_count(len(rows), batch_size, whole=whole)):
        wanted = batch_size if whole else min(batch_size, max(len(waiting), 1))
        batch = _Batch()
        kept = _fill(batch, waiting, rows, wanted)
        if len(batch.rows) < wanted:
            taken = set(batch.rows)
            _fill(batch, [number for number in order if number not in taken], rows, wanted)
        waiting = kept
        yield batch.rows


def batch_count(rows: int, batch_size: int, *, whole: bool = False) -> int:
    """How many batches an epoch has."""
    return rows // batch_size if whole else -(-rows // batch_size)


def _fill(batch: _Batch, waiting: list[int], rows: Sequence[Row], wanted: int) -> list[int]:
    """Put rows into the batch until it is full; those that are left, in their order."""
    passed: list[int] = []
    for place, number in enumerate(waiting):
        if len(batch.rows) == wanted:
            return passed + waiting[place:]
        if batch.takes(rows[number]):
            batch.add(number, rows[number])
        else:
            passed.append(number)
    return passed


def sampler_of(*sides: tuple[Any, Sequence[Row]]) -> Callable[..., Any]:
    """What ``batch_sampler`` of a trainer of sentence-transformers takes.

    Args:
        sides: a dataset with its rows: that of training, and that of the dev set.
    """
    from sentence_transformers.base.sampler import DefaultBatchSampler

    class Sampler(DefaultBatchSampler):
        """Batches of :func:`epoch_batches`."""

        def __init__(self, dataset: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(dataset, *args, **kwargs)
            # Several processes: accelerate wraps this twice, and tells the epoch to the innermost.
            self.sampler = self
            self.rows = next(rows for known, rows in sides if known is dataset)

        def __iter__(self) -> Iterator[list[int]]:
            whole = bool(self.drop_last)
            return epoch_batches(self.rows, self.batch_size, self.seed, self.epoch, whole=whole)

        def __len__(self) -> int:
            return batch_count(len(self.rows), self.batch_size, whole=bool(self.drop_last))

    return Sampler
