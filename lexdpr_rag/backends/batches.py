"""Batches of texts of one length: tokens are made once, sorted, and cut into equal loads.

Padding is what costs most when texts are as unlike as a heading and a definition of forty lines.
Sorting by tokens (not by characters) and filling batches up to a number of tokens (not of texts)
leaves next to none of it, and keeps the working memory of a batch within the caches of a CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends import TYPICAL_LENGTH, Encoded, Job

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Ids = list[int]
Rows = NDArray[np.intp]
DoneT = TypeVar("DoneT")

Tokenize = Callable[[Sequence[str]], list[Ids]]
Forward = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
"""Token ids and attention mask, both (n, length) → vectors (n, d)."""


STEP = 8
"""Widths of batches are multiples of this: oneDNN and onnxruntime prepare and keep something for every
shape that they meet, which with all widths is some 300 MB."""

CPU_TOKENS = 1024
"""A CPU is fastest with batches whose activations its caches hold; larger ones gain nothing."""


def cpu_budget(batch_size: int) -> int:
    """Tokens in a batch on a CPU."""
    return min(batch_size * TYPICAL_LENGTH, CPU_TOKENS)


class SpecialEnds:
    """The special tokens that a tokenizer puts at both ends, kept when a text is cut."""

    def __init__(self, before: int, after: int) -> None:
        self.before = before
        self.after = after

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> SpecialEnds:
        """Look what ``tokenizer`` puts around a word."""
        mask = tokenizer.encode("가").special_tokens_mask
        own = [i for i, special in enumerate(mask) if not special]
        if not own:  # an unknown token counts as special in some vocabularies
            return cls(len(mask) - len(mask) // 2, len(mask) // 2)
        return cls(own[0], len(mask) - 1 - own[-1])

    def cut(self, ids: Ids, limit: int | None) -> Ids:
        """``ids`` with no more than ``limit`` tokens: the end of the text goes."""
        if limit is None or len(ids) <= limit:
            return ids
        kept = max(limit - self.after, 0)
        return ids[:kept] + ids[len(ids) - self.after :]


def fast_tokenize(tokenizer: Tokenizer, *, special: bool = True) -> Tokenize:
    """A function that gives the ids of texts, whole and unpadded."""
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def tokenize(texts: Sequence[str]) -> list[Ids]:
        encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=special)
        return [encoding.ids for encoding in encodings]

    return tokenize


def token_batches(lengths: NDArray[np.int64], budget: int) -> Iterator[Rows]:
    """Rows in batches of similar length, longest first, of at most ``budget`` tokens with padding.

    A text that is longer than the budget is a batch of its own.
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        width = max(int(lengths[order[start]]), 1)
        end = min(start + max(budget // width, 1), len(order))
        yield order[start:end]
        start = end


def each_batch(
    lengths: NDArray[np.int64], budget: int, work: Callable[[Rows], DoneT], pool: Executor | None
) -> Iterator[DoneT]:
    """What ``work`` makes of each batch, by the threads of ``pool`` where there are several."""
    batches = list(token_batches(lengths, budget))
    return (pool.map if pool and len(batches) > 1 else map)(work, batches)


def padded(
    ids: Sequence[Ids], pad: int, most: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and attention mask of a batch, both (n, width), padded at the right.

    The width is that of the longest text, or up to ``most`` the next multiple of :data:`STEP`.
    """
    lengths = np.array([len(row) for row in ids])
    longest = max(int(lengths.max()), 1)
    width = max(min(-(-longest // STEP) * STEP, most), longest)
    mask = np.arange(width) < lengths[:, None]
    tokens = np.full(mask.shape, pad, dtype=np.int64)
    tokens[mask] = np.concatenate([np.asarray(row, dtype=np.int64) for row in ids])
    return tokens, mask.astype(np.int64)


def encode_sorted(
    texts: Sequence[str],
    job: Job,
    *,
    budget: int,
    tokenize: Tokenize,
    ends: SpecialEnds,
    forward: Forward,
    pad: int,
    dimension: int,
    pool: Executor | None = None,
) -> Encoded:
    """Encode ``texts`` by ``forward``, in batches of similar length of ``budget`` tokens.

    The order of the vectors is that of ``texts``.  With a ``pool`` its threads take the batches.
    """
    whole = tokenize(texts)
    lengths = np.array([len(ids) for ids in whole], dtype=np.int64)
    ids = [ends.cut(row, job.limit) for row in whole]
    used = lengths if job.limit is None else np.minimum(lengths, job.limit)
    most = job.limit or int(used.max(initial=0))  # a model may have no more positions
    vectors = np.empty((len(ids), dimension), dtype=np.float32)

    def fill(rows: Rows) -> int:
        tokens, mask = padded([ids[row] for row in rows], pad, most)
        vectors[rows] = forward(tokens, mask)
        return len(rows)

    for done in each_batch(used, budget, fill, pool):
        job.advance(done)
    return Encoded(vectors, lengths)
