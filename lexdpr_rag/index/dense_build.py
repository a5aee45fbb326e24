"""Making the dense index of a generation: vectors of all units, then the backend that finds them.

Everything that takes long is done in a working folder that outlives a killed build.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from lexdpr_rag.encoder import Encoder
from lexdpr_rag.errors import FilterError, IndexFormatError, MissingExtraError
from lexdpr_rag.index import chroma, faiss_backend
from lexdpr_rag.index.dense import BACKENDS, LOCAL_COLLECTION
from lexdpr_rag.index.embeddings import BATCH, DenseProgress, Embedded, embed_store
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.vectors import DENSE, BackendError, DenseMeta, VectorTable, writing

_ORIGIN = "origin.txt"
"""Names the working folder that the collection was moved from."""


@dataclass(frozen=True, slots=True)
class DenseOptions:
    """How to build.

    ``backend``: one of :data:`BACKENDS`; ``chroma_url``: a Chroma server instead of a folder within
    the index; ``batch``: texts given to the encoder at a time.
    """

    backend: str = chroma.NAME
    chroma_url: str = ""
    batch: int = BATCH

    def check(self) -> None:
        """Tell what is wrong before hours of encoding, not after them.

        Raises:
            FilterError: an option has a value that is not allowed.
            MissingExtraError: the backend's package is not installed.
            BackendError: the Chroma server does not answer.
        """
        if self.backend not in BACKENDS:
            raise FilterError("dense.backend", value=self.backend, legal=", ".join(BACKENDS))
        if self.backend == chroma.NAME and find_spec("chromadb") is None:
            raise MissingExtraError("package.missing", package="chromadb")
        if self.backend == faiss_backend.NAME and find_spec("faiss") is None:
            raise MissingExtraError("extra.missing", package="faiss-cpu", extra="faiss")
        if self.chroma_url:
            if self.backend != chroma.NAME:
                raise FilterError("dense.url_without_chroma", value=self.backend)
            place = chroma.ChromaPlace(Path(), chroma.checked_url(self.chroma_url))
            place.connect().close()


@dataclass(frozen=True, slots=True)
class DenseReport:
    """What a dense build did: what the manifest keeps, and what was encoded."""

    meta: DenseMeta
    embedded: Embedded
    indexed: int  # entries added to the backend

    @property
    def encoder(self) -> dict[str, object]:
        """For ``Manifest.encoder``."""
        meta = asdict(self.meta)
        return {
            "name": meta.pop("encoder"),
            **{key: meta[key] for key in ("fingerprint", "dimension", "backend")},
        }


def build_dense(
    store: UnitStore,
    encoder: Encoder,
    options: DenseOptions,
    *,
    generation: Path,
    work: Path,
    old: Path | None = None,
    progress: DenseProgress | None = None,
) -> DenseReport:
    """Embed the units of ``store`` and make the dense index of the generation being written.

    Args:
        generation: the folder of the generation being written; ``dense/`` is made in it.
        work: a folder that outlives a killed build; the next one goes on from it.
        old: the generation in use.

    Raises:
        IndexWriteError: the disk is full.
        BackendError: the Chroma server stays away.
    """
    options.check()
    out = generation / DENSE
    old_dense = old / DENSE if old is not None else None
    embedded = embed_store(
        store, encoder, out=out, work=work, old=old_dense, batch=options.batch, progress=progress
    )
    meta = DenseMeta(
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.get_embedding_dimension(),
        count=embedded.vectors,
        backend=options.backend,
    )
    meta, indexed = _fill(meta, options, work, out, old_dense, progress)
    with writing(out):
        meta.save(out)
    return DenseReport(meta, embedded, indexed)


def _fill(
    meta: DenseMeta,
    options: DenseOptions,
    work: Path,
    out: Path,
    old: Path | None,
    progress: DenseProgress | None,
) -> tuple[DenseMeta, int]:
    """Make the backend hold the vectors in ``out``; entries added."""
    table = VectorTable.open(out, meta)
    if options.chroma_url:
        return _fill_server(meta, options.chroma_url, table, progress)
    if options.backend == chroma.NAME:
        return meta, _fill_folder(meta, table, work, out, old, progress)
    if options.backend == faiss_backend.NAME:
        return meta, faiss_backend.fill(out / faiss_backend.NAME, table, progress)
    return meta, 0


def rescue_dense(generation: Path, work: Path) -> None:
    """Before an unfinished generation is thrown away: keep the collection moved into it."""
    made, origin = generation / DENSE / chroma.FOLDER, generation / DENSE / _ORIGIN
    if made.is_dir() and origin.is_file():
        target = work / origin.read_text(encoding="utf-8")
        if not target.exists():
            work.mkdir(parents=True, exist_ok=True)
            made.rename(target)


def _fill_server(
    meta: DenseMeta, url: str, table: VectorTable, progress: DenseProgress | None
) -> tuple[DenseMeta, int]:
    url = chroma.checked_url(url)
    # The name stands for the texts and the encoder: the old index's collection stays untouched.
    corpus = hashlib.blake2b(np.ascontiguousarray(table.hashes).tobytes(), digest_size=16)
    name = chroma.collection_name(corpus.hexdigest(), meta.fingerprint)
    indexed = chroma.fill(chroma.ChromaPlace(Path(), url), name, table, progress)
    options = {"url": url, "collection": name}
    return DenseMeta(**{**asdict(meta), "options": options}), indexed


def _fill_folder(
    meta: DenseMeta,
    table: VectorTable,
    work: Path,
    out: Path,
    old: Path | None,
    progress: DenseProgress | None,
) -> int:
    """Fill a collection that lives in the index: beside it, moved in at the end."""
    identity = f"{meta.fingerprint}\0{meta.dimension}"
    digest = hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()
    draft = work / f"{chroma.FOLDER}-{digest}"
    if not draft.exists() and old is not None:
        _take_over(meta, old, draft)
    begun = draft.exists()
    try:
        added = chroma.fill(chroma.ChromaPlace(draft), LOCAL_COLLECTION, table, progress)
    except BackendError:
        if not begun:
            raise
        # "Build it again" must mend what it is the remedy for.  Another name, since chromadb keeps
        # what it could not open until the process ends.
        shutil.rmtree(draft)
        draft = draft.with_name(f"{draft.name}-anew")
        added = chroma.fill(chroma.ChromaPlace(draft), LOCAL_COLLECTION, table, progress)
    with writing(out):
        (out / _ORIGIN).write_text(draft.name, encoding="utf-8")
    draft.rename(out / chroma.FOLDER)
    return added


def _take_over(meta: DenseMeta, old: Path, draft: Path) -> None:
    """Begin with a copy of the old index's collection, if its vectors are this encoder's."""
    try:
        before = DenseMeta.open(old)
    except IndexFormatError:
        return
    same = (before.fingerprint, before.dimension) == (meta.fingerprint, meta.dimension)
    if not same or not (old / chroma.FOLDER).is_dir():
        return
    copy = draft.with_name(f"{draft.name}.copy")
    shutil.rmtree(copy, ignore_errors=True)
    with writing(draft):
        try:
            shutil.copytree(old / chroma.FOLDER, copy)
        except shutil.Error as error:  # holds the errors of single files as texts
            code = errno.ENOSPC if os.strerror(errno.ENOSPC) in str(error) else errno.EIO
            raise OSError(code, str(error)) from error
    copy.rename(draft)
