"""The Chroma backend: a collection in the index folder, on a Chroma server, or in Chroma Cloud.

A collection holds one entry a distinct text, named by the text's key; no texts, no metadata (a
metadata filter makes a query cost 240–660 ms).  Filling a collection is a comparison of what it
holds with what it should hold, so a build that was killed goes on where it was, and an update
touches only what changed.

Importing this module is cheap: chromadb (2 s) is imported when a collection is opened.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.errors import FilterError, MissingExtraError
from lexdpr_rag.index.embeddings import DenseEvent, DenseProgress
from lexdpr_rag.index.vectors import (
    BackendError,
    IndexWriteError,
    KeyRows,
    Rows,
    Vectors,
    VectorTable,
    padded,
)

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

T = TypeVar("T")

NAME = "chroma"
FOLDER = "chroma"

HNSW_DEPTH = 768
HNSW = {"space": "cosine", "max_neighbors": 24, "ef_construction": 128, "ef_search": HNSW_DEPTH}
"""With :func:`depth`, a recall of .99 and more over 200,000 vectors, of 10 and of 100 candidates
(``benchmarks/dense_speed.py``)."""

LOCAL_BATCH = 4000
"""Entries a batch."""

SYNC_THRESHOLD = 2
"""Chroma writes its graph to disk when so many entries are new: after every batch, whatever its
size.  A kill costs one batch, and no process that opens the index has entries to put in anew.  It
is set when the collection is made, since a later change is heeded only sometimes; and entries are
never put in twice to have the last ones written, since an entry put in anew can cut others off
from the graph."""

REMOTE_BATCH = 1000

WORN = 0.3
"""A collection that would lose more than this share is made anew: its graph keeps the deleted."""

RETRIES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before asking a server again."""

CLOUD = "api.trychroma.com"


@dataclass(frozen=True, slots=True)
class ChromaPlace:
    """Where a collection is: a folder (``url`` is empty), or a server.

    The API key is no part of it: it is read from ``CHROMA_API_KEY`` when connecting, as are
    ``CHROMA_TENANT`` and ``CHROMA_DATABASE``.
    """

    folder: Path
    url: str = ""

    @property
    def said(self) -> str:
        """For messages."""
        return self.url or str(self.folder)

    def connect(self) -> Client:
        """A client of it.

        Raises:
            MissingExtraError: chromadb is not installed.
            BackendError: the server does not answer, or the folder is damaged.
        """
        try:
            import chromadb
            from chromadb.config import Settings
        except ImportError as error:
            raise MissingExtraError("package.missing", package="chromadb") from error
        settings = Settings(anonymized_telemetry=False)
        if not self.url:
            self.folder.mkdir(parents=True, exist_ok=True)
            local = asked(
                self.said,
                lambda: chromadb.PersistentClient(str(self.folder), settings=settings),
                remote=False,
            )
            return cast("Client", local)
        parts = urlsplit(self.url)
        key = os.environ.get("CHROMA_API_KEY", "")
        secure = parts.scheme == "https"
        client = asked(
            self.said,
            lambda: chromadb.HttpClient(
                host=parts.hostname or "",
                port=parts.port or (443 if secure else 8000),
                ssl=secure,
                headers={"x-chroma-token": key} if key else None,
                settings=settings,
                tenant=os.environ.get("CHROMA_TENANT", "default_tenant"),
                database=os.environ.get("CHROMA_DATABASE", "default_database"),
            ),
        )
        return cast("Client", client)


def checked_url(url: str) -> str:
    """``url`` if it is one that a server can be reached at.

    Raises:
        FilterError: it is not, or it holds a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.password:
        raise FilterError("dense.chroma_url", value=url)
    return url.rstrip("/")


def collection_name(corpus_hash: str, fingerprint: str) -> str:
    """An ASCII name for the collection of one corpus and one encoder."""
    encoder = hashlib.blake2b(fingerprint.encode(), digest_size=6).hexdigest()
    corpus = hashlib.blake2b(corpus_hash.encode(), digest_size=8).hexdigest()
    return f"lexdpr-{corpus}-{encoder}"


# -- filling -------------------------------------------------------------------------------------


def fill(
    place: ChromaPlace, name: str, table: VectorTable, progress: DenseProgress | None = None
) -> int:
    """Make the collection ``name`` hold exactly the texts of ``table``.  Entries added.

    Raises:
        BackendError: the server does not answer; what it has taken stays there for the next run.
        IndexWriteError: the disk is full.
    """
    client = place.connect()
    try:
        return _Filling(place, client, name, progress or (lambda event: None)).run(table)
    finally:
        client.close()


class _Filling:
    """Bringing one collection up to date."""

    def __init__(
        self, place: ChromaPlace, client: Client, name: str, progress: DenseProgress
    ) -> None:
        self._place, self._client, self._name = place, client, name
        self._progress = progress
        local = LOCAL_BATCH if not place.url else REMOTE_BATCH
        self._batch = min(local, self._ask(client.get_max_batch_size))
        self._collection = self._opened()

    def run(self, table: VectorTable) -> int:
        keys, rows = KeyRows(table.hashes).distinct()
        held = self._held()
        gone = held[~np.isin(held, keys)]
        if len(gone) > WORN * len(held):
            self._ask(lambda: self._client.delete_collection(self._name))
            self._collection, held, gone = self._opened(), held[:0], gone[:0]
        for start in range(0, len(gone), self._batch):
            self._take_out(gone[start : start + self._batch])
        new = np.flatnonzero(~np.isin(keys, held))
        self._progress(DenseEvent("index", len(keys) - len(new), len(keys)))
        for start in range(0, len(new), self._batch):
            at = new[start : start + self._batch]
            self._put(keys[at], table.vectors[rows[at]])
            done = len(keys) - len(new) + start + len(at)
            self._progress(DenseEvent("index", done, len(keys)))
        return len(new)

    def _opened(self) -> Collection:
        """The collection, made where it is not there yet."""
        graph: dict[str, Any] = {"hnsw": {**HNSW, "sync_threshold": SYNC_THRESHOLD}}
        if self._place.url:
            cloud = urlsplit(self._place.url).hostname == CLOUD
            graph = {"spann": {"space": "cosine"}} if cloud else {"hnsw": HNSW}
        return self._ask(
            lambda: self._client.get_or_create_collection(
                self._name,
                configuration=graph,  # type: ignore[arg-type]
                embedding_function=None,
            )
        )

    def _held(self) -> NDArray[np.uint64]:
        """The keys that the collection holds."""
        keys: list[int] = []
        while page := self._page(len(keys)):
            keys += (int(name, 16) for name in page)
        return np.array(keys, np.uint64)

    def _page(self, offset: int) -> list[str]:
        found = self._ask(
            lambda: self._collection.get(include=[], limit=self._batch, offset=offset)
        )
        return found["ids"]

    def _put(self, keys: NDArray[np.uint64], vectors: Vectors) -> None:
        ids = _ids(keys)
        self._ask(lambda: self._collection.upsert(ids=ids, embeddings=vectors))

    def _take_out(self, keys: NDArray[np.uint64]) -> None:
        self._ask(lambda: self._collection.delete(ids=_ids(keys)))

    def _ask(self, question: Callable[[], T]) -> T:
        return asked(self._place.said, question, remote=bool(self._place.url))


def _ids(keys: NDArray[np.uint64]) -> list[str]:
    return [f"{key:016x}" for key in keys.tolist()]


# -- searching -----------------------------------------------------------------------------------


def depth(count: int) -> int:
    """How many neighbours the graph is gone through for, so that ``count`` of them are right: at
    the end of a list as long as the depth many are missing."""
    return max(HNSW_DEPTH, 4 * count)


class ChromaBackend:
    """Searches a collection that :func:`fill` has filled."""

    name = NAME

    def __init__(self, place: ChromaPlace, collection: str, table: VectorTable) -> None:
        self._place, self._collection_name = place, collection
        self._keys = KeyRows(table.hashes)
        self._entries = len(self._keys.distinct()[0])
        self._lock = Lock()
        self._client: Client | None = None
        self._collection: Collection | None = None

    def candidates(self, queries: Vectors, count: int) -> Rows:
        """See :class:`~lexdpr_rag.index.vectors.VectorBackend`."""
        # Beyond its configured depth, a collection is searched as deep as results are asked for.
        results = min(count if depth(count) == HNSW_DEPTH else depth(count), self._entries)
        found = asked(
            self._place.said,
            lambda: self._opened().query(query_embeddings=queries, n_results=results, include=[]),
            remote=bool(self._place.url),
        )
        return padded([self._rows(ids) for ids in found["ids"]])

    def _rows(self, ids: Sequence[str]) -> Rows:
        return self._keys.rows(np.array([int(name, 16) for name in ids], np.uint64))

    def _opened(self) -> Collection:
        with self._lock:
            if self._collection is None:
                if self._client is None:
                    self._client = self._place.connect()
                self._collection = self._client.get_collection(
                    self._collection_name, embedding_function=None
                )
            return self._collection

    def close(self) -> None:
        """Close the client."""
        with self._lock:
            client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()


# -- what can go wrong ---------------------------------------------------------------------------


def asked(said: str, question: Callable[[], T], *, remote: bool = True) -> T:
    """The answer to ``question``; a server that is away is asked again (:data:`RETRIES`).

    Raises:
        BackendError: the server stays away, or the collection is not there.
        IndexWriteError: the disk is full.
    """
    for pause in (*RETRIES, None) if remote else (None,):
        try:
            return question()
        except Exception as error:
            if pause is None or not _is_away(error):
                raise _told(error, said, remote=remote) from error
            time.sleep(pause)
    raise AssertionError("unreachable")


def _is_away(error: Exception) -> bool:
    """Whether asking again may help: no connection, or a server that is just starting or stopping."""
    import httpx
    from chromadb.errors import ChromaError, InternalError

    if isinstance(error, (httpx.TransportError, ConnectionError, InternalError)):
        return True
    if isinstance(error, ChromaError):
        return error.code() >= 500
    return isinstance(error, ValueError) and "connect" in str(error).lower()


def _told(error: Exception, said: str, *, remote: bool) -> Exception:
    """The error that says what to do; one that is not ours to explain stays."""
    from chromadb.errors import ChromaError, NotFoundError

    words = str(error)
    if "disk is full" in words or "No space left" in words:
        return IndexWriteError("dense.disk_full", path=said)
    if isinstance(error, NotFoundError):
        return BackendError("dense.chroma_missing", place=said, reason=_line(words))
    if remote and _is_away(error):
        return BackendError("dense.chroma_away", place=said, reason=_line(words))
    if isinstance(error, (ChromaError, RuntimeError)):
        return BackendError("dense.chroma_failed", place=said, reason=_line(words))
    return error


def _line(words: str) -> str:
    return " ".join(words.split())[:200]
