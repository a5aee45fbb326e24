"""Embedding the units of an index: each text once, and never again while it stays what it is.

A vector is known by the hash of its text and the fingerprint of its encoder.  It is looked for in
the index in use, then in the cache of an interrupted build; what is found in neither is encoded,
batch by batch, and every batch is on disk before the next is begun.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np

from lexdpr_rag.backends import ModelWarning, Truncated
from lexdpr_rag.encoder import Encoder
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.vectors import (
    STORED,
    VECTORS,
    DenseMeta,
    Hashes,
    HashRows,
    Rows,
    Vectors,
    VectorTable,
    embedded_units,
    embedding_texts,
    normalised,
    text_hashes,
    write_columns,
    write_vectors,
    writing,
)

BATCH = 512
"""Texts handed to the encoder at a time, which sorts them by length; a kill loses at most these."""

_BLOCK = 8192

DenseStage = Literal["embed", "index"]


@dataclass(frozen=True, slots=True)
class DenseEvent:
    """One step of progress: ``embed`` counts distinct texts, ``index`` entries of the backend."""

    stage: DenseStage
    done: int
    total: int


DenseProgress = Callable[[DenseEvent], None]


@dataclass(frozen=True, slots=True)
class Embedded:
    """What an embedding run did.

    Attributes:
        vectors: vectors written, one a unit.
        encoded: texts encoded in this run.
        reused: distinct texts taken from the index in use or from an interrupted run.
        truncated: what the encoder cut of the texts encoded in this run.
    """

    vectors: int
    encoded: int
    reused: int
    truncated: Truncated = field(default_factory=Truncated)


def embed_store(
    store: UnitStore,
    encoder: Encoder,
    *,
    out: Path,
    work: Path,
    old: Path | None = None,
    batch: int = BATCH,
    progress: DenseProgress | None = None,
) -> Embedded:
    """Write the vectors of all ``auto`` units of ``store`` into ``out``.

    Args:
        out: the ``dense`` folder being written; made where it is missing.
        work: kept until the build is done; an interrupted run goes on from it.
        old: the ``dense`` folder of the index in use, whose vectors are taken over where the text
            and the encoder are the same.

    Warns:
        ModelWarning: texts were longer than the encoder reads; told once.

    Raises:
        IndexWriteError: the disk is full; what was encoded stays in ``work``.
        IndexFormatError: the encoder gives vectors of another shape, or none.
    """
    units = embedded_units(store)
    hashes = text_hashes(embedding_texts(store, units))
    out.mkdir(parents=True, exist_ok=True)
    with EmbeddingCache(work, encoder) as cache:
        known = _known(old, encoder)
        run = _Run(store, units, hashes, known, cache, progress or (lambda event: None))
        reused, encoded = run.encode_missing(encoder, batch)
        write_vectors(out / VECTORS, run.blocks(), len(units), cache.dimension)
    write_columns(out, units, hashes)
    if run.truncated.count:
        warnings.warn(run.truncated.told(encoder.name), ModelWarning, stacklevel=2)
    return Embedded(len(units), encoded, reused, run.truncated)


def _known(old: Path | None, encoder: Encoder) -> VectorTable | None:
    """The vectors of the index in use, if this encoder made them and they are whole."""
    if old is None:
        return None
    try:
        meta = DenseMeta.open(old)
        if (meta.fingerprint, meta.dimension) != (
            encoder.fingerprint,
            encoder.get_embedding_dimension(),
        ):
            return None
        return VectorTable.open(old, meta)
    except IndexFormatError:
        return None  # "build it again" must mend what it is the remedy for


class _Run:
    """One embedding run: where each distinct text's vector is, or that it is missing."""

    def __init__(
        self,
        store: UnitStore,
        units: Rows,
        hashes: Hashes,
        known: VectorTable | None,
        cache: EmbeddingCache,
        progress: DenseProgress,
    ) -> None:
        self._store, self._units, self._hashes = store, units, hashes
        self._cache, self._progress = cache, progress
        self._known = known
        empty = np.zeros((0, 2), np.uint64)
        self._at_known = HashRows(known.hashes if known else empty).find(hashes)
        self.truncated = Truncated()

    def encode_missing(self, encoder: Encoder, batch: int) -> tuple[int, int]:
        """Encode what no source holds.  Distinct texts (reused, encoded)."""
        distinct = HashRows(self._hashes).distinct()
        have = (self._at_known >= 0) | (HashRows(self._cache.hashes()).find(self._hashes) >= 0)
        missing = distinct[~have[distinct]]
        reused = len(distinct) - len(missing)
        self._progress(DenseEvent("embed", reused, len(distinct)))
        for start in range(0, len(missing), batch):
            rows = missing[start : start + batch]
            texts = list(embedding_texts(self._store, self._units[rows]))
            self._cache.append(self._hashes[rows], self._encode(encoder, texts))
            self._progress(DenseEvent("embed", reused + start + len(rows), len(distinct)))
        return reused, len(missing)

    def _encode(self, encoder: Encoder, texts: list[str]) -> Vectors:
        """A batch; what was cut of it is counted, and told once for all batches."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ModelWarning)
            vectors = _encoded(encoder, texts)
        cut = getattr(encoder, "truncated", None)
        if isinstance(cut, Truncated):
            self.truncated += cut
        return vectors

    def blocks(self) -> Iterator[Vectors]:
        """All vectors in the order of the units, some thousand at a time."""
        at_cache = HashRows(self._cache.hashes()).find(self._hashes)
        cached = self._cache.vectors()
        for start in range(0, len(self._hashes), _BLOCK):
            known, new = self._at_known[start : start + _BLOCK], at_cache[start : start + _BLOCK]
            block = np.zeros((len(known), self._cache.dimension), np.float32)
            if self._known is not None:
                block[known >= 0] = self._known.vectors[known[known >= 0]]
            use = (known < 0) & (new >= 0)
            block[use] = cached[new[use]]
            yield block


def _encoded(encoder: Encoder, texts: list[str]) -> Vectors:
    """Normalised vectors of ``texts``.

    Raises:
        IndexFormatError: they are not as many, as long, or as finite as they must be.
    """
    vectors = np.asarray(encoder.encode_passages(texts), dtype=np.float32)
    expected = (len(texts), encoder.get_embedding_dimension())
    if vectors.shape != expected:
        raise IndexFormatError(
            "dense.shape", encoder=encoder.name, expected=expected, found=vectors.shape
        )
    if not np.isfinite(vectors).all():
        row = int(np.flatnonzero(~np.isfinite(vectors).all(axis=1))[0])
        raise IndexFormatError("dense.not_finite", encoder=encoder.name, text=texts[row][:60])
    return normalised(vectors)


class EmbeddingCache:
    """Vectors by the hash of their text, of one encoder; appended to, batch by batch.

    Two files, vectors first: an entry exists when its hash does, and what a kill has left of a
    batch beyond that is cut off by the next run.
    """

    def __init__(self, work: Path, encoder: Encoder) -> None:
        self.dimension = encoder.get_embedding_dimension()
        name = f"{encoder.fingerprint}\0{self.dimension}\0{np.dtype(STORED).name}"
        digest = hashlib.blake2b(name.encode(), digest_size=8).hexdigest()
        self.folder = work / f"embeddings-{digest}"
        self._row = self.dimension * np.dtype(STORED).itemsize
        self._count = 0
        self._files: tuple[FileIO, FileIO] | None = None

    def __enter__(self) -> EmbeddingCache:
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            vectors = (self.folder / "vectors.bin").open("ab", buffering=0)
            hashes = (self.folder / "hashes.bin").open("ab", buffering=0)
        self._files = (vectors, hashes)
        self._count = min(vectors.tell() // self._row, hashes.tell() // 16)
        self._cut()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files or ():
            file.close()
        self._files = None

    def __len__(self) -> int:
        return self._count

    def hashes(self) -> Hashes:
        """uint64 ``(len, 2)``."""
        data = np.fromfile(self.folder / "hashes.bin", np.uint64, self._count * 2)
        return data.reshape(-1, 2)

    def vectors(self) -> Vectors:
        """float32 ``(len, d)``, memory-mapped."""
        shape = (self._count, self.dimension)
        if not self._count:
            return np.zeros(shape, STORED)
        return np.memmap(self.folder / "vectors.bin", STORED, "r", shape=shape)

    def append(self, hashes: Hashes, vectors: Vectors) -> None:
        """Add a batch; it is on disk when this returns.

        Raises:
            IndexWriteError: the disk is full; the cache is what it was before.
        """
        assert self._files is not None, "append() within 'with' only"
        stored = np.ascontiguousarray(vectors, dtype=STORED).tobytes()
        try:
            with writing(self.folder):
                for file, data in zip(self._files, (stored, hashes.tobytes()), strict=True):
                    _write_through(file, data)
        except BaseException:
            self._cut()
            raise
        self._count += len(hashes)

    def _cut(self) -> None:
        """Cut off what lies beyond the last whole entry."""
        assert self._files is not None
        for file, size in zip(self._files, (self._row, 16), strict=True):
            os.ftruncate(file.fileno(), self._count * size)


def _write_through(file: FileIO, data: bytes) -> None:
    """Write all of ``data`` to the disk; a buffer would keep what a full disk did not take."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file.fileno(), rest) :]
    os.fsync(file.fileno())
