"""Vectors of units on disk, row-aligned and memory-mapped, and the Protocol of what searches them.

``dense/`` within a generation::

    dense.json       which encoder, how many, which backend
    units.npy        unit row of every vector
    hashes.npy       hash of the text that every vector stands for
    vectors.npy      the vectors, normalised
    chroma/ …        what the backend keeps

The backend only proposes candidates; similarities always come from ``vectors.npy``, so they mean
the same whatever the backend.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lexdpr_rag.encoder import Encoder
from lexdpr_rag.errors import IndexFormatError, LexDPRError
from lexdpr_rag.index.columns import from_utf16, load_array, save_array
from lexdpr_rag.index.store import MOST_LEADS, UnitStore
from lexdpr_rag.index.term_counts import article_number
from lexdpr_rag.units import Levels

DENSE = "dense"
"""Name of the folder within a generation."""

META, UNITS, HASHES, VECTORS = "dense.json", "units.npy", "hashes.npy", "vectors.npy"

STORED = np.float32
"""Twice the size of float16, which numpy takes seven times as long to compare."""

Hashes = NDArray[np.uint64]
"""Shape ``(n, 2)``: 128-bit hashes of texts."""

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

_SAMPLE = 64
_BLOCK = 1024
"""Rows that are gathered and compared before the next: what stays in a processor's cache."""


class IndexWriteError(LexDPRError):
    """What a build writes cannot be written: the disk is full.  The index in use is unharmed."""


class BackendError(LexDPRError):
    """A vector backend that does not answer, or whose content is not that of the index."""


# -- Protocol ------------------------------------------------------------------------------------


class VectorBackend(Protocol):
    """Approximate (or exact) search over the vectors of one index."""

    name: str

    def candidates(self, queries: Vectors, count: int) -> Rows:
        """Rows of about the ``count`` nearest vectors of each query.

        Args:
            queries: float32 ``(q, d)``, normalised.

        Returns:
            int64 ``(q, at least count where there are as many)``; -1 fills up.  The order does not
            matter, a row comes at most once.

        Raises:
            BackendError: the backend does not answer.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


@dataclass(frozen=True, slots=True)
class DenseMeta:
    """``dense.json``.  ``options`` are the backend's own: URL and collection; no secrets."""

    encoder: str
    fingerprint: str
    dimension: int
    count: int
    backend: str
    options: dict[str, Any] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Write ``dense.json``; last of the folder's files, so that it vouches for them."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / META).write_text(text, encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> DenseMeta:
        """Inverse of :meth:`save`.

        Raises:
            IndexFormatError: it is missing or damaged.
        """
        try:
            return cls(**json.loads((folder / META).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise _damaged(folder, META) from error

    def check(self, encoder: Encoder, path: Path) -> None:
        """Whether questions encoded by ``encoder`` can be compared with these vectors.

        Raises:
            IndexFormatError: another dimension, or another model.
        """
        dimension = encoder.get_embedding_dimension()
        if dimension != self.dimension:
            raise IndexFormatError(
                "dense.dimension",
                path=path,
                built=self.encoder,
                expected=self.dimension,
                given=encoder.name,
                found=dimension,
            )
        if encoder.fingerprint != self.fingerprint:
            raise IndexFormatError(
                "dense.encoder", path=path, built=self.encoder, given=encoder.name
            )


# -- the files -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class VectorTable:
    """The vectors of one index, opened by memory map.  n vectors of d dimensions.

    Attributes:
        units: int64 ``(n,)``, unit row of each, ascending.
        hashes: uint64 ``(n, 2)``.
        vectors: float32 ``(n, d)``, normalised (or 0).
    """

    units: Rows
    hashes: Hashes
    vectors: Vectors

    @classmethod
    def open(cls, folder: Path, meta: DenseMeta) -> VectorTable:
        """Open ``folder`` and make sure that its parts fit together.

        Raises:
            IndexFormatError: a file is missing, cut short, or holds no normalised vectors.
        """
        parts = {}
        for name, shape, kind in (
            (UNITS, (meta.count,), np.int64),
            (HASHES, (meta.count, 2), np.uint64),
            (VECTORS, (meta.count, meta.dimension), STORED),
        ):
            try:
                array = np.asarray(load_array(folder / name))
            except (OSError, ValueError, EOFError) as error:
                raise _damaged(folder, name) from error
            if array.shape != shape or array.dtype != kind:
                raise _damaged(folder, name)
            parts[name] = array
        _check_sample(parts[VECTORS], folder)
        return cls(parts[UNITS], parts[HASHES], parts[VECTORS])

    def __len__(self) -> int:
        return len(self.units)

    def similarities(self, rows: Rows, queries: Vectors) -> Vectors:
        """Cosine of each query with each of ``rows``: float32 ``(q, len(rows))``.  Reads only those."""
        out = np.empty((len(queries), len(rows)), np.float32)
        for start in range(0, len(rows), _BLOCK):
            part = self.vectors[rows[start : start + _BLOCK]]
            out[:, start : start + _BLOCK] = queries @ part.T
        return out

    def all_similarities(self, queries: Vectors) -> Vectors:
        """Cosine of each query with every vector: float32 ``(q, n)``."""
        out = np.empty((len(queries), len(self)), np.float32)
        for start in range(0, len(self), _BLOCK):
            out[:, start : start + _BLOCK] = queries @ self.vectors[start : start + _BLOCK].T
        return out


def _check_sample(vectors: Vectors, folder: Path) -> None:
    """A few rows across the file must have length 1 (or 0): a torn or overwritten file has not."""
    at = np.unique(np.linspace(0, max(len(vectors) - 1, 0), _SAMPLE).astype(np.int64))
    sample = vectors[at[: len(vectors)]]
    lengths = np.linalg.norm(sample, axis=1)
    if not np.all((np.abs(lengths - 1) < 0.02) | (lengths == 0)):
        raise _damaged(folder, VECTORS)


def _damaged(folder: Path, part: str) -> IndexFormatError:
    return IndexFormatError("index.damaged", path=folder.parent.parent, part=f"{DENSE}/{part}")


def normalised(vectors: ArrayLike) -> Vectors:
    """Rows of length 1, float32; rows of zeros stay."""
    rows = np.atleast_2d(np.asarray(vectors, dtype=np.float32))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    out: Vectors = rows / lengths
    return out


def write_vectors(path: Path, blocks: Iterable[Vectors], count: int, dimension: int) -> None:
    """Write ``count`` normalised rows that come in blocks.

    Written from front to back: a memory map written on a full disk ends the process, a write raises.
    """
    with writing(path), path.open("wb") as file:
        header = {
            "descr": np.lib.format.dtype_to_descr(np.dtype(STORED)),
            "fortran_order": False,
            "shape": (count, dimension),
        }
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(np.ascontiguousarray(block, dtype=STORED).tobytes())


def write_columns(folder: Path, units: Rows, hashes: Hashes) -> None:
    """Write the columns beside the vectors."""
    with writing(folder):
        save_array(folder / UNITS, units)
        save_array(folder / HASHES, hashes)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn "no space left" into an error that says what to do.

    Raises:
        IndexWriteError: the disk, or the quota, is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise IndexWriteError("dense.disk_full", path=path) from error
        raise


# -- hashes --------------------------------------------------------------------------------------


def text_hashes(texts: Iterable[str]) -> Hashes:
    """128-bit hashes of texts, in their order."""
    digests = bytearray()
    for text in texts:
        digests += hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
    return np.frombuffer(digests, np.uint64).reshape(-1, 2)


class HashRows:
    """Finds rows by the hash of their text."""

    def __init__(self, hashes: Hashes) -> None:
        order = np.lexsort((hashes[:, 1], hashes[:, 0]))
        first, second = hashes[order, 0], hashes[order, 1]
        new = np.ones(len(order), bool)
        new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
        self._rows: Rows = order[new].astype(np.int64)
        self._first, self._second = first[new], second[new]
        # Texts whose first halves are equal are neighbours; in practice there are none.
        same = np.flatnonzero(self._first[1:] == self._first[:-1])
        self._steps = 1 + len(same)

    def distinct(self) -> Rows:
        """One row a distinct text, ascending."""
        return np.sort(self._rows)

    def find(self, hashes: Hashes) -> Rows:
        """A row for each hash, -1 where there is none: int64 ``(n,)``."""
        found = np.full(len(hashes), -1, np.int64)
        if not len(self._rows):
            return found
        start = np.searchsorted(self._first, hashes[:, 0])
        for step in range(self._steps):
            at = np.minimum(start + step, len(self._rows) - 1)
            hit = (self._first[at] == hashes[:, 0]) & (self._second[at] == hashes[:, 1])
            found[hit] = self._rows[at[hit]]
        return found


class KeyRows:
    """The names that vectors have in a backend, and the rows they stand for.

    A key is the first half of the text's hash: it stays what it is when rows move, so that an
    update touches only what changed.  Equal texts (two versions of a law) share one key.
    """

    def __init__(self, hashes: Hashes) -> None:
        keys = np.ascontiguousarray(hashes[:, 0])
        self._order: Rows = np.argsort(keys, kind="stable").astype(np.int64)
        self._keys = keys[self._order]
        new = np.ones(len(keys), bool)
        new[1:] = self._keys[1:] != self._keys[:-1]
        self._starts = np.flatnonzero(new)

    def distinct(self) -> tuple[NDArray[np.uint64], Rows]:
        """Every key once, ascending, and a row of each."""
        return self._keys[self._starts], self._order[self._starts]

    def rows(self, keys: NDArray[np.uint64]) -> Rows:
        """All rows of the keys, unknown keys left out."""
        low = np.searchsorted(self._keys, keys, side="left")
        high = np.searchsorted(self._keys, keys, side="right")
        counts = high - low
        base = np.repeat(low - (np.cumsum(counts) - counts), counts)
        return self._order[base + np.arange(int(counts.sum()))]


def padded(rows: Sequence[Rows]) -> Rows:
    """Rows of several queries as one array, -1 at the end of the shorter ones."""
    out = np.full((len(rows), max(map(len, rows), default=0)), -1, np.int64)
    for i, found in enumerate(rows):
        out[i, : len(found)] = found
    return out


# -- texts ---------------------------------------------------------------------------------------


def embedded_units(store: UnitStore) -> Rows:
    """Rows of the units that are embedded: those of level ``auto``."""
    return np.flatnonzero((np.asarray(store.unit_levels) & int(Levels.AUTO)) != 0).astype(np.int64)


def embedding_texts(store: UnitStore, units: Rows) -> Iterator[str]:
    """What is embedded for each of ``units``: ``Hit.full_text``, its context and its words.

    Equals what :class:`~lexdpr_rag.hits.HitMaker` makes, without the rest of a hit.
    """
    for start in range(0, len(units), _BLOCK):
        yield from _texts_of(store, units[start : start + _BLOCK])


def _texts_of(store: UnitStore, units: Rows) -> Iterator[str]:
    """:func:`embedding_texts` of a few units, their columns read at once."""
    articles = np.searchsorted(store.article_units, units, side="right") - 1
    law_of = np.searchsorted(store.law_articles, articles, side="right") - 1
    text = np.asarray(store.text)  # slices of a memory map cost more than those of its array
    spans = np.zeros((len(units), MOST_LEADS + 1, 2), np.int64)
    spans[:, :-1] = np.asarray(store.unit_leads)[units]
    spans[:, -1, 0] = np.asarray(store.unit_start)[units]
    spans[:, -1, 1] = np.asarray(store.unit_end)[units]
    spans += np.asarray(store.article_text)[articles][:, None, None]
    last, head = -1, ""
    for article, law, own in zip(articles.tolist(), law_of.tolist(), spans.tolist(), strict=True):
        if article != last:
            last, head = article, _head(store, article, store.laws[law].title)
        words = [from_utf16(text[start:end]).strip() for start, end in own[:-1] if end > start]
        words.append(from_utf16(text[own[-1][0] : own[-1][1]]).strip())
        yield "\n".join((head, *words))


def _head(store: UnitStore, article: int, law: str) -> str:
    """Law and headings; the article's number and title."""
    path, title = store.article_path[article], store.article_title[article]
    label = article_number(path.partition("~")[0]) or "전문"
    where = " > ".join(filter(None, (law, store.article_heading[article])))
    return f"{where}\n{label}({title})" if title else f"{where}\n{label}"
