"""An encoder made of hashes, and stores of fictional laws to embed with it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from fictional import law_of
from numpy.typing import NDArray

from lexdpr_rag.index.store import UnitStore, store_of
from lexdpr_rag.index.vectors import DENSE, DenseMeta, write_columns, write_vectors

DIMENSION = 24


class HashEncoder:
    """Random vectors that depend on nothing but the text and the fingerprint; not normalised."""

    def __init__(self, fingerprint: str = "hash-1", dimension: int = DIMENSION, pause: float = 0):
        self.name = f"fake/{fingerprint}"
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.pause = pause
        self.encoded: list[str] = []

    def get_embedding_dimension(self) -> int:
        return self.dimension

    def encode_queries(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def encode_passages(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        time.sleep(self.pause)
        self.encoded += texts
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> NDArray[np.float32]:
        digest = hashlib.blake2b(f"{self.fingerprint}\0{text}".encode(), digest_size=8).digest()
        rng = np.random.default_rng(int.from_bytes(digest, "little"))
        return (3 * rng.standard_normal(self.dimension)).astype(np.float32)


def store_of_laws(
    laws: int = 4, articles: int = 10, changed: dict[tuple[int, int], str] | None = None
) -> UnitStore:
    """Laws of so many articles, one unit each; ``changed`` gives other words to (law, article)."""
    changed = changed or {}
    made = []
    for law in range(laws):
        body = "".join(
            f"##### 제{number}조 (별 {number})\n\n"
            + changed.get((law, number), f"달빛 {law}의 {number}번째 별은 밤마다 빛난다.")
            + "\n\n"
            for number in range(1, articles + 1)
        )
        front = {"제목": f"달빛{law}법", "법령ID": f"'{990000 + law}'", "법령MST": str(law)}
        made.append((law_of(body, **front), f"law{law}.md"))
    return store_of(made)


def random_vectors(count: int, dimension: int = DIMENSION, seed: int = 0) -> NDArray[np.float32]:
    """Normalised rows, in clusters."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((max(count // 50, 1), dimension))
    rows = centres[rng.integers(len(centres), size=count)] + 0.6 * rng.standard_normal(
        (count, dimension)
    )
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def write_dense(
    generation: Path, vectors: NDArray[np.float32], backend: str, **options: str
) -> DenseMeta:
    """The files of a dense index without a build; the backend's own are to be filled."""
    folder = generation / DENSE
    folder.mkdir(parents=True, exist_ok=True)
    count, dimension = vectors.shape
    hashes = np.random.default_rng(5).integers(0, 2**64, (count, 2), np.uint64)
    write_vectors(folder / "vectors.npy", [vectors], count, dimension)
    write_columns(folder, np.arange(count, dtype=np.int64), hashes)
    meta = DenseMeta("fake", "f", dimension, count, backend, dict(options))
    meta.save(folder)
    return meta
