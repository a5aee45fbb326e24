"""An encoder whose vectors are near where texts share letters, and a reranker of lengths."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

DIMENSION = 128


class BagEncoder:
    """Counts of hashed pairs of letters; counts what it has encoded."""

    def __init__(self, fingerprint: str = "bag-1", dimension: int = DIMENSION) -> None:
        self.name = f"fake/{fingerprint}"
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.passages: list[str] = []
        self.queries: list[list[str]] = []

    def get_embedding_dimension(self) -> int:
        return self.dimension

    def encode_queries(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        self.queries.append(list(texts))
        return np.stack([self._vector(text) for text in texts])

    def encode_passages(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        self.passages += texts
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimension, np.float32)
        letters = "".join(text.split())
        for pair in {a + b for a, b in pairwise(letters)}:
            digest = hashlib.blake2b(f"{self.fingerprint}{pair}".encode(), digest_size=4).digest()
            vector[int.from_bytes(digest, "little") % self.dimension] += 1
        return vector / max(float(np.linalg.norm(vector)), 1.0)


class LengthReranker:
    """The shorter a text, the better."""

    name = "fake/length"
    fingerprint = "length"

    def __init__(self) -> None:
        self.read: list[int] = []

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.read.append(len(passages))
        return np.array([1 / (1 + len(text)) for text in passages], np.float32)
