"""Batches by tokens."""

from __future__ import annotations

from itertools import pairwise
from threading import Barrier, current_thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as strategy

from lexdpr_rag.backends.batches import (
    SpecialEnds,
    each_batch,
    fast_tokenize,
    padded,
    token_batches,
)
from lexdpr_rag.backends.workers import _pool, workers

from .conftest import LINES, make_tokenizer


@given(strategy.lists(strategy.integers(0, 300), max_size=60), strategy.integers(1, 500))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], budget: int):
    held = np.array(lengths, dtype=np.int64)
    batches = list(token_batches(held, budget))
    rows = [int(row) for batch in batches for row in batch]
    assert sorted(rows) == list(range(len(lengths)))
    assert all(held[a] >= held[b] for a, b in pairwise(rows))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * held[batch].max() <= budget


def test_padding_stands_at_the_right():
    tokens, mask = padded([[5, 6, 7], [8]], pad=1)
    assert tokens.tolist() == [[5, 6, 7], [8, 1, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


@pytest.mark.parametrize(
    ("longest", "most", "width"),
    [(3, 0, 3), (3, 2, 3), (3, 5, 5), (3, 8, 8), (8, 99, 8), (9, 99, 16)],
)
def test_widths_are_rounded_up_but_never_beyond_the_longest_text(
    longest: int, most: int, width: int
):
    tokens, mask = padded([[7] * longest, [7]], pad=1, most=most)
    assert tokens.shape == mask.shape == (2, width)
    assert mask.sum(axis=1).tolist() == [longest, 1]
    assert (tokens[mask == 0] == 1).all()


def test_threads_take_batches_side_by_side_and_keep_the_order():
    pool = _pool("lexdpr-test", 3, lambda threads: None)
    assert pool is not None
    names: set[str] = set()
    all_at_work = Barrier(3, timeout=10)

    def work(rows: np.ndarray) -> tuple[int, ...]:
        all_at_work.wait()
        names.add(current_thread().name)
        return tuple(int(row) for row in rows)

    done = list(each_batch(np.array([9, 2, 7, 5, 6, 8]), 9, work, pool))
    assert done == [(0,), (5,), (2,), (4,), (3,), (1,)]
    assert len(names) == 3
    assert pool is _pool("lexdpr-test", 3, lambda threads: None)


def test_one_core_needs_no_threads(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert workers() is None


@pytest.mark.parametrize("style", ["bert", "xlm-roberta"])
@pytest.mark.parametrize("limit", [3, 8, 20, 1000])
def test_cutting_equals_the_truncation_of_tokenizers(style: str, limit: int):
    tokenizer = make_tokenizer(style)
    ends = SpecialEnds.of(tokenizer)
    assert (ends.before, ends.after) == (1, 1)
    cut = [ends.cut(ids, limit) for ids in fast_tokenize(tokenizer)(LINES)]
    tokenizer.enable_truncation(limit)
    assert cut == [encoding.ids for encoding in tokenizer.encode_batch(LINES)]
