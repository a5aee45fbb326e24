"""Small real things for the tests of LlamaIndex's components."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from numpy.typing import NDArray

ROBOT_ACT = "반려로봇 등록 및 안전관리에 관한 법률"
QUESTION = "보증금을 돌려받지 못하면 어떻게 하나요?"


class BigramEncoder:
    """Texts that share pairs of characters are near; counts what it embeds.  Rows are of length 1."""

    name = "bigrams"
    fingerprint = "bigrams-1"

    def __init__(self, dimension: int = 512) -> None:
        self.dimension = dimension
        self.passages: list[str] = []

    def get_embedding_dimension(self) -> int:
        return self.dimension

    def encode_queries(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def encode_passages(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        self.passages += texts
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> NDArray[np.float32]:
        row = np.full(self.dimension, 1e-3, np.float32)
        for at in range(len(text) - 1):
            row[zlib.crc32(text[at : at + 2].encode()) % self.dimension] += 1
        return row / np.linalg.norm(row)


class OverlapReranker:
    """Scores a text by how many pairs of characters of the question it has."""

    name = "overlap"
    fingerprint = "overlap-1"

    def __init__(self) -> None:
        self.read: list[str] = []

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.read += passages
        pairs = {query[at : at + 2] for at in range(len(query) - 1)}
        return np.array(
            [sum(pair in text for pair in pairs) / max(len(pairs), 1) for text in passages],
            dtype=np.float32,
        )


class Recorder(BaseEventHandler):
    """Keeps the events of the classes given."""

    kinds: tuple[type, ...]
    events: list[Any] = []  # noqa: RUF012 - a pydantic field

    @classmethod
    def class_name(cls) -> str:
        return "Recorder"

    def handle(self, event: Any, **kwargs: Any) -> None:
        if isinstance(event, self.kinds):
            self.events.append(event)
