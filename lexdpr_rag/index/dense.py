"""The dense index: opening it, and searching it with and without filters.

How a search with a filter runs: the cheaper of two ways is taken,

* every vector that the filter lets through is compared: exact, and fast while there are few;
* the backend is asked for so many candidates that enough of them pass, and for four times as many
  while they do not.

Scores are cosines: -1…1, higher is better, comparable between searches with the same encoder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lexdpr_rag.encoder import Encoder
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index import chroma, faiss_backend
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.vectors import (
    DENSE,
    META,
    DenseMeta,
    Rows,
    VectorBackend,
    Vectors,
    VectorTable,
    normalised,
)

EXACT = "exact"
LOCAL_COLLECTION = "lexdpr-units"
"""One folder, one collection: its name stays when an update begins with a copy of the folder."""

BACKENDS = (chroma.NAME, faiss_backend.NAME, EXACT)

Mask = NDArray[np.bool_]

# What ways to search cost, in nanoseconds a number of a vector; only their ratios matter.
GATHERED = 0.55  # vectors that a filter lets through, compared one by one
SCANNED = 0.06  # 8-bit codes that FAISS goes through
DEEPER = 12.0  # one neighbour more for which a graph is gone through

MARGIN = 1.3
"""So many times more candidates are asked for than a filter's share says are needed."""

COLD_QUERIES = 8
"""So many first queries are answered exactly before the Chroma in the index folder is opened: that
takes as long as a hundred of them, and a command-line search asks one."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest vectors of some queries, best first.

    Attributes:
        rows: int64 ``(q, k)``, rows of the vector table; -1 where fewer were found.
        similarities: float32 ``(q, k)``, cosines; ``-inf`` where ``rows`` is -1.
    """

    rows: Rows
    similarities: Vectors


class ExactBackend:
    """Compares every vector: no file of its own, recall 1, 10 to 30 ms over 200,000 vectors."""

    name = EXACT

    def __init__(self, table: VectorTable) -> None:
        self._table = table

    def candidates(self, queries: Vectors, count: int) -> Rows:
        """See :class:`~lexdpr_rag.index.vectors.VectorBackend`."""
        similarities = self._table.all_similarities(queries)
        if count >= similarities.shape[1]:
            return np.broadcast_to(np.arange(similarities.shape[1]), similarities.shape)
        return np.argpartition(similarities, -count, axis=1)[:, -count:]

    def close(self) -> None:
        """Nothing to do."""


class DenseIndex:
    """An opened dense index.  Opening maps files; the backend is opened when it is first needed.

    Searching is read-only and safe from several threads.
    """

    def __init__(self, folder: Path, meta: DenseMeta, table: VectorTable) -> None:
        self.folder, self.meta, self.table = folder, meta, table
        self._exact = ExactBackend(table)
        self._backend: VectorBackend | None = self._exact if meta.backend == EXACT else None
        local_chroma = meta.backend == chroma.NAME and "url" not in meta.options
        self._cold = COLD_QUERIES if local_chroma else 0
        self._lock = Lock()
        self._articles: Rows | None = None

    @classmethod
    def open(cls, generation: Path) -> DenseIndex | None:
        """The dense index of a generation, ``None`` where it was built without one.

        Raises:
            IndexFormatError: it is damaged.
        """
        folder = generation / DENSE
        if not folder.is_dir():
            return None
        meta = DenseMeta.open(folder)
        if meta.backend not in BACKENDS:
            raise IndexFormatError("index.damaged", path=generation.parent, part=f"{DENSE}/{META}")
        if meta.backend != EXACT and "url" not in meta.options:
            kept = folder / meta.backend
            if not kept.is_dir() or not any(kept.iterdir()):
                raise IndexFormatError(
                    "index.damaged", path=generation.parent, part=f"{DENSE}/{meta.backend}"
                )
        return cls(folder, meta, VectorTable.open(folder, meta))

    def check(self, encoder: Encoder) -> None:
        """Raises IndexFormatError when ``encoder`` is not the one that made the vectors."""
        self.meta.check(encoder, self.folder.parent.parent)

    def warm(self) -> None:
        """Open the backend now: what a server does before its first question."""
        self._opened()

    def articles(self, store: UnitStore) -> Rows:
        """The article row of every vector, int64 ``(n,)``: ``mask[index.articles(store)]`` turns a
        mask over articles into one over vectors."""
        if self._articles is None:
            found = np.searchsorted(store.article_units, self.table.units, side="right") - 1
            self._articles = found.astype(np.int64)
        return self._articles

    def search(self, queries: ArrayLike, k: int, mask: Mask | None = None) -> Neighbours:
        """The ``k`` nearest vectors of each query.

        Args:
            queries: floats ``(q, d)`` or ``(d,)``, normalised or not.
            mask: bool ``(n,)`` over the rows of the table: which may be found.

        Raises:
            IndexFormatError: the queries have another dimension than the index.
            BackendError: the backend does not answer.
        """
        vectors = normalised(queries)
        if vectors.shape[1] != self.meta.dimension:
            raise IndexFormatError(
                "dense.dimension",
                path=self.folder.parent.parent,
                built=self.meta.encoder,
                expected=self.meta.dimension,
                given="query",
                found=vectors.shape[1],
            )
        allowed = len(self.table) if mask is None else int(np.count_nonzero(mask))
        k = min(k, allowed)
        if not k:
            none = np.zeros((len(vectors), 0))
            return Neighbours(none.astype(np.int64), none.astype(np.float32))
        if mask is None or allowed == len(self.table):
            return self._plain(vectors, k)
        return self._filtered(vectors, k, mask, allowed)

    def close(self) -> None:
        """Close the backend."""
        with self._lock:
            if self._backend is not None:
                self._backend.close()
            self._backend = self._exact if self.meta.backend == EXACT else None

    # -- inside ----------------------------------------------------------------------------------

    def _plain(self, queries: Vectors, k: int) -> Neighbours:
        found = self._answering(len(queries)).candidates(queries, k)
        answers = [
            self._best(query, rows[rows >= 0], k)
            for query, rows in zip(queries, found, strict=True)
        ]
        return _joined(answers, k)

    def _filtered(self, queries: Vectors, k: int, mask: Mask, allowed: int) -> Neighbours:
        fetch = int(MARGIN * k * len(self.table) / allowed) + 10
        answers: dict[int, tuple[Rows, Vectors]] = {}
        waiting = np.arange(len(queries))
        while len(waiting) and not self._exact_is_cheaper(allowed, fetch):
            backend = self._answering(len(queries))
            if backend is self._exact:
                break
            found = backend.candidates(queries[waiting], fetch)
            for at, candidates in zip(waiting.tolist(), found, strict=True):
                rows = candidates[candidates >= 0]
                rows = rows[mask[rows]]
                if len(rows) >= k:
                    answers[at] = self._best(queries[at], rows, k)
            waiting, fetch = np.setdiff1d(waiting, list(answers)), fetch * 4
        if len(waiting):
            rows = np.flatnonzero(mask)
            similarities = self.table.similarities(rows, queries[waiting])
            for at, values in zip(waiting.tolist(), similarities, strict=True):
                answers[at] = _top(rows, values, k)
        return _joined([answers[at] for at in range(len(queries))], k)

    def _exact_is_cheaper(self, allowed: int, fetch: int) -> bool:
        if self.meta.backend == EXACT or fetch >= len(self.table):
            return True
        if self.meta.backend == faiss_backend.NAME:
            return allowed * GATHERED <= len(self.table) * SCANNED
        return allowed * GATHERED <= chroma.depth(fetch) * DEEPER

    def _best(self, query: Vectors, rows: Rows, k: int) -> tuple[Rows, Vectors]:
        return _top(rows, self.table.similarities(rows, query[None])[0], k)

    def _answering(self, queries: int) -> VectorBackend:
        """What answers now: the backend, or exact search while the backend is not worth opening."""
        with self._lock:
            cold = self._backend is None and self._cold >= queries
            self._cold -= queries if cold else 0
        return self._exact if cold else self._opened()

    def _opened(self) -> VectorBackend:
        with self._lock:
            if self._backend is None:
                self._backend = self._open_backend()
            return self._backend

    def _open_backend(self) -> VectorBackend:
        folder, options = self.folder / self.meta.backend, self.meta.options
        if self.meta.backend == faiss_backend.NAME:
            return faiss_backend.FaissBackend(folder, self.table)
        place = chroma.ChromaPlace(folder, options.get("url", ""))
        name = options.get("collection", LOCAL_COLLECTION)
        return chroma.ChromaBackend(place, name, self.table)


def _top(rows: Rows, similarities: Vectors, k: int) -> tuple[Rows, Vectors]:
    """The ``k`` best, best first; equal ones in the order of their rows."""
    if len(rows) > 4 * k:
        kth = np.partition(similarities, -k)[-k]
        kept = similarities >= kth
        rows, similarities = rows[kept], similarities[kept]
    order = np.lexsort((rows, -similarities))[:k]
    return rows[order], similarities[order]


def _joined(answers: list[tuple[Rows, Vectors]], k: int) -> Neighbours:
    rows = np.full((len(answers), k), -1, np.int64)
    similarities = np.full((len(answers), k), -np.inf, np.float32)
    for i, (found, values) in enumerate(answers):
        rows[i, : len(found)], similarities[i, : len(found)] = found, values
    return Neighbours(rows, similarities)
