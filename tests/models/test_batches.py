"""Batches by tokens."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as strategy

from lexdpr_rag.backends.batches import SpecialEnds, fast_tokenize, padded, token_batches

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


@pytest.mark.parametrize("style", ["bert", "xlm-roberta"])
@pytest.mark.parametrize("limit", [3, 8, 20, 1000])
def test_cutting_equals_the_truncation_of_tokenizers(style: str, limit: int):
    tokenizer = make_tokenizer(style)
    ends = SpecialEnds.of(tokenizer)
    assert (ends.before, ends.after) == (1, 1)
    cut = [ends.cut(ids, limit) for ids in fast_tokenize(tokenizer)(LINES)]
    tokenizer.enable_truncation(limit)
    assert cut == [encoding.ids for encoding in tokenizer.encode_batch(LINES)]
