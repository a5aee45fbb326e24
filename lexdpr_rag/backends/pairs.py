"""Pairs of a question and a provision: tokens, batches of one length, and what a backend gives back.

The same as :mod:`lexdpr_rag.backends.batches`, for models that read two texts at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends.batches import Ids, Rows, each_batch, padded
from lexdpr_rag.templates import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Pair = tuple[str, str]
"""A question, and a provision that may answer it."""

PairForward = Callable[
    [NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]
]
"""Token ids, attention mask and token types, all (n, length) → logits (n, labels)."""

RerankerBackendName = Literal["auto", "torch", "onnx", "flagembedding"]
RERANKER_BACKENDS: tuple[RerankerBackendName, ...] = ("auto", "torch", "onnx", "flagembedding")

LABELS = (1, 2)
"""Heads that are understood: one logit, or two of which the second stands for "relevant"."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Logits, float32 (n, labels), and how many tokens each pair has, (n,), before it was cut."""

    logits: NDArray[np.float32]
    lengths: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PairSource:
    """What to load with torch, and how.

    Attributes:
        target: folder or hub name.
        adapter: folder or hub name of a LoRA adapter, empty for none.
        labels: labels of the head that the adapter brings; ``None`` where the model has its own.
        limit: tokens after which a pair is cut; ``None`` for no limit.
    """

    target: str
    adapter: str = ""
    labels: int | None = None
    limit: int | None = None
    device: str | None = None
    load_in_4bit: bool = False
    trust_remote_code: bool = False
    cache_folder: str | None = None


class PairBackend(Protocol):
    """A cross-encoder that is loaded."""

    def score(self, pairs: Sequence[Pair], batch_size: int) -> Scored:
        """Logits of ``pairs``, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Tokenized:
    """Token ids and types of pairs, cut to ``limit``; ``lengths`` are those before."""

    ids: list[Ids]
    types: list[Ids]
    lengths: NDArray[np.int64]
    limit: int | None


class PairTokenizer:
    """Tokens of pairs, special ones included.

    What is too long loses tokens at its end, the longer text of the pair first: the question of a
    long provision stays whole, as in sentence-transformers.
    """

    def __init__(self, tokenizer: Tokenizer, limit: int | None) -> None:
        """Take ``tokenizer`` over; nobody else may change its truncation afterwards."""
        least = tokenizer.num_special_tokens_to_add(True) + 2
        if limit is not None and limit < least:
            raise ModelError("model.option", name="max_length", value=limit, legal=f"{least}…")
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._limit = limit
        self._lock = threading.Lock()

    def __call__(self, pairs: Sequence[Pair]) -> Tokenized:
        """Tokens of ``pairs``, in their order."""
        with self._lock:  # cutting is a state of the tokenizer
            encodings = self._tokenizer.encode_batch_fast(list(pairs))
            lengths = np.array([len(encoding) for encoding in encodings], dtype=np.int64)
            if self._limit is not None and (lengths > self._limit).any():
                over = np.flatnonzero(lengths > self._limit).tolist()
                cut = self._cut([pairs[row] for row in over], self._limit)
                for row, encoding in zip(over, cut, strict=True):
                    encodings[row] = encoding
        ids = [encoding.ids for encoding in encodings]
        types = [encoding.type_ids for encoding in encodings]
        return Tokenized(ids, types, lengths, self._limit)

    def _cut(self, pairs: list[Pair], limit: int) -> list[Any]:
        self._tokenizer.enable_truncation(limit, strategy="longest_first")
        try:
            return list(self._tokenizer.encode_batch_fast(pairs))
        finally:
            self._tokenizer.no_truncation()


def score_sorted(
    tokenized: Tokenized,
    *,
    budget: int,
    forward: PairForward,
    pad: int,
    pool: Executor | None = None,
) -> Scored:
    """Score by ``forward``, in batches of similar length of ``budget`` tokens.

    The order of the logits is that of the pairs.  With a ``pool`` its threads take the batches.
    """
    used = np.array([len(ids) for ids in tokenized.ids], dtype=np.int64)
    most = tokenized.limit or int(used.max(initial=0))  # a model may have no more positions

    def score(rows: Rows) -> tuple[Rows, NDArray[np.float32]]:
        tokens, mask = padded([tokenized.ids[row] for row in rows], pad, most)
        types, _ = padded([tokenized.types[row] for row in rows], 0, most)
        return rows, forward(tokens, mask, types)

    logits = np.empty((len(used), 1), dtype=np.float32)
    for number, (rows, found) in enumerate(each_batch(used, budget, score, pool)):
        if number == 0:
            logits = np.empty((len(used), found.shape[1]), dtype=np.float32)
        logits[rows] = found
    return Scored(logits, tokenized.lengths)


def check_labels(name: str, labels: int) -> None:
    """A head with one or two labels says how relevant a pair is; others say something else."""
    if labels not in LABELS:
        raise ModelError("reranker.labels", name=name, labels=labels)
