"""The FAISS backend, for one that wants no Chroma: every vector compared, in 8 bits a number.

A flat scan of 200,000 vectors of 384 dimensions takes some 4 ms, and the vectors on disk order what
it finds: recall 1, nothing to tune, made in a second.  Graphs and inverted lists answer in half the
time at best, take 10 seconds to minutes to make and lose some hundredths
(``benchmarks/dense_speed.py``).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lexdpr_rag.errors import IndexFormatError, MissingExtraError
from lexdpr_rag.index.embeddings import DenseEvent, DenseProgress
from lexdpr_rag.index.vectors import (
    DENSE,
    BackendError,
    IndexWriteError,
    Rows,
    Vectors,
    VectorTable,
)

NAME = "faiss"
FILE = "codes.faiss"

EXTRA = 40
"""So many more candidates are looked at than asked for: 8 bits order near ones badly."""

TRAINED_ON = 65536
"""Vectors that the range of each dimension is read from."""

BATCH = 16384

MANY = 16
"""From so many queries on, FAISS's threads gain more than waiting for each other costs: one query
took 12 ms instead of 0.1 on a busy machine."""


def fill(folder: Path, table: VectorTable, progress: DenseProgress | None = None) -> int:
    """Write the codes of all vectors of ``table`` into ``folder``.  How many.

    Raises:
        IndexWriteError: the disk is full.
        MissingExtraError: faiss is not installed.
    """
    faiss = _faiss()
    count, dimension = len(table), int(table.vectors.shape[1])
    codes = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    if count:
        codes.train(np.ascontiguousarray(table.vectors[:: -(-count // TRAINED_ON)]))
    for start in range(0, count, BATCH):
        codes.add(np.ascontiguousarray(table.vectors[start : start + BATCH]))
        if progress:
            progress(DenseEvent("index", min(start + BATCH, count), count))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        faiss.write_index(codes, str(folder / FILE))
    except RuntimeError as error:
        if os.strerror(errno.ENOSPC) in str(error):
            raise IndexWriteError("dense.disk_full", path=folder) from error
        raise
    return count


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise MissingExtraError("extra.missing", package="faiss-cpu", extra="faiss") from error
    return faiss


class FaissBackend:
    """Searches the codes that :func:`fill` has written; the file is memory-mapped."""

    name = NAME

    def __init__(self, folder: Path, table: VectorTable) -> None:
        faiss = _faiss()
        try:
            self._codes = faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise _damaged(folder) from error
        if (self._codes.ntotal, self._codes.d) != table.vectors.shape:
            raise _damaged(folder)

    def candidates(self, queries: Vectors, count: int) -> Rows:
        """See :class:`~lexdpr_rag.index.vectors.VectorBackend`."""
        try:
            with _one_thread(len(queries) < MANY):
                _, rows = self._codes.search(queries, min(count + EXTRA, self._codes.ntotal))
        except RuntimeError as error:
            raise BackendError("dense.faiss_failed", reason=str(error)[:200]) from error
        found: Rows = rows
        return found

    def close(self) -> None:
        """Nothing to do: the memory map goes with the object."""


@contextmanager
def _one_thread(wanted: bool) -> Iterator[None]:
    """Search in the calling thread only; the setting is the thread's own."""
    faiss = _faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1 if wanted else before)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _damaged(folder: Path) -> IndexFormatError:
    root = folder.parent.parent.parent
    return IndexFormatError("index.damaged", path=root, part=f"{DENSE}/{NAME}/{FILE}")
