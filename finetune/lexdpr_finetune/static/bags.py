"""Texts as bags of tokens: sparse rows of counts, of which vectors are sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.static.tokenizer import encode

Bags = Any
"""``scipy.sparse.csr_matrix``, float32 ``(texts, vocabulary)``: how often each token comes."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of some texts: ``ids[offsets[i]:offsets[i + 1]]`` are those of text i, in order.

    Attributes:
        ids: int32.
        offsets: int64 ``(texts + 1,)``.
        vocabulary: how many tokens there are.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    vocabulary: int

    @classmethod
    def of(cls, tokenizer: Any, texts: Iterable[str]) -> Tokens:
        """The tokens that ``tokenizer`` finds."""
        return cls(*encode(tokenizer, texts), tokenizer.get_vocab_size())

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def bags(self) -> Bags:
        """Their counts."""
        from scipy.sparse import csr_matrix

        ones = np.ones(len(self.ids), np.float32)
        shape = (len(self), self.vocabulary)
        matrix = csr_matrix((ones, self.ids.copy(), self.offsets.copy()), shape=shape)
        matrix.sum_duplicates()
        return matrix

    def spans(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Tokens:
        """Stretches of ``ids``, each as a text of its own."""
        lengths = np.maximum(ends - starts, 0)
        offsets = np.zeros(len(starts) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        at = np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Tokens(self.ids[at], offsets, self.vocabulary)


def inverse_frequency(bags: Bags) -> NDArray[np.float32]:
    """log(texts / texts that hold the token), float32 ``(vocabulary,)``; at least 0."""
    held = np.bincount(bags.indices, minlength=bags.shape[1])
    weights = np.log((bags.shape[0] + 1) / (held + 1)).astype(np.float32)
    found: NDArray[np.float32] = np.maximum(weights, 0)
    return found


def vectors_of(bags: Bags, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1 (or 0): the sums of the tokens' vectors.

    Args:
        bags: ``(texts, vocabulary)``.
        weights: float32 ``(vocabulary, d)``.
    """
    out = np.empty((bags.shape[0], weights.shape[1]), np.float32)
    for start in range(0, len(out), _AT_ONCE):
        rows = bags[start : start + _AT_ONCE] @ weights
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        out[start : start + _AT_ONCE] = rows
    return out


_AT_ONCE = 16_384
