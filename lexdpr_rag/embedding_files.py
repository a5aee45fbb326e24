"""Files of embeddings: JSON lines of texts in, ids and vectors out, in memory that does not grow.

Texts are encoded in chunks.  Each finished chunk is a file in ``.<prefix>.parts/`` beside the
output, renamed into place when it is whole: a run that is killed loses one chunk at most, and the
same call goes on where it was.  Another input, model or setting starts anew.

::

    out/
      passages.npz           ids, embeddings             (format npz)
      passages.npy           embeddings                  (format npy)
      passages.ids.npy       ids, in the same order      (format npy)
      passages.parquet       columns id, embedding       (format parquet)
      passages.json          model, fingerprint, dimension, rows, hash of the input
      .passages.parts/       what an unfinished run has done so far
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lexdpr_rag.backends import ModelWarning, Truncated
from lexdpr_rag.embedding_input import EmbeddingFileError, checked_ids, read_records
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import Kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lexdpr_rag.encoder import Encoder

FileFormat = Literal["npz", "npy", "parquet"]
FORMATS: tuple[FileFormat, ...] = ("npz", "npy", "parquet")

_CHUNK = 2048


@dataclass(frozen=True, slots=True)
class EmbedReport:
    """What a run did.

    Attributes:
        files: the files written.
        rows: how many embeddings they hold.
        dimension: length of each.
        encoded: rows that this run encoded; the others an earlier run had left.
    """

    files: tuple[Path, ...]
    rows: int
    dimension: int
    encoded: int


@dataclass(frozen=True, slots=True)
class Target:
    """Where embeddings go: a folder, the beginning of the names, a format."""

    folder: Path
    prefix: str
    format: FileFormat = "npz"

    @property
    def parts(self) -> Path:
        """The folder of an unfinished run."""
        return self.folder / f".{self.prefix}.parts"

    @property
    def summary(self) -> Path:
        """The file that says what the embeddings are; written last."""
        return self.folder / f"{self.prefix}.json"

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that hold ids and embeddings."""
        names = [f"{self.prefix}.{self.format}"]
        if self.format == "npy":
            names.append(f"{self.prefix}.ids.npy")
        return tuple(self.folder / name for name in names)


def embed_file(
    encoder: Encoder,
    source: Path,
    kind: Kind,
    target: Target,
    *,
    batch_size: int = 32,
    chunk: int = _CHUNK,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> EmbedReport:
    """Embed the texts of a JSON lines file.

    Args:
        encoder: the model.
        source: one object a line, with an id and a text; the names of their keys are in
            :mod:`lexdpr_rag.embedding_input`.
        kind: whether they are questions or provisions.
        target: where the embeddings go.
        batch_size: as for the encoder.
        chunk: texts encoded between two savings.
        progress: told how many of how many rows are done.

    Raises:
        EmbeddingFileError: lines are no records (the message names them), ids are repeated, the
            folder is in use by another run, or ``prefix`` is no name.
    """
    _check(target)
    ids = checked_ids(source, kind)
    identity = _identity(encoder, source, kind, chunk)
    dimension = encoder.get_embedding_dimension()
    if _is_done(target, identity):
        return EmbedReport(target.files, len(ids), dimension, 0)
    target.folder.mkdir(parents=True, exist_ok=True)
    with _OnlyRun(target):
        parts = _Parts(target.parts, identity)
        progress(parts.done(len(ids), chunk), len(ids))
        work = _Work(encoder, kind, batch_size)
        records = read_records(source, kind)
        for number, first in enumerate(range(0, len(ids), chunk)):
            texts = [record.text for record in islice(records, chunk)]
            if parts.has(number):
                continue
            parts.save(number, work.encode(texts))
            progress(first + len(texts), len(ids))
        _write(target, ids, parts, dimension)
        facts = {**identity, "dimension": dimension, "rows": len(ids), "format": target.format}
        _write_json(target.summary, facts)
        shutil.rmtree(target.parts)
    work.report()
    return EmbedReport(target.files, len(ids), dimension, work.encoded)


class _Work:
    """Encodes chunks; that texts were cut is told once, at the end."""

    def __init__(self, encoder: Encoder, kind: Kind, batch_size: int) -> None:
        self._encoder = encoder
        self._encode = encoder.encode_queries if kind == "query" else encoder.encode_passages
        self._batch_size = batch_size
        self._cut = Truncated()
        self.encoded = 0

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ModelWarning)
            vectors = self._encode(texts, batch_size=self._batch_size)
        self.encoded += len(texts)
        self._cut += getattr(self._encoder, "truncated", Truncated())
        return vectors

    def report(self) -> None:
        if self._cut.count:
            warnings.warn(self._cut.told(self._encoder.name), ModelWarning, stacklevel=3)


# -- going on ------------------------------------------------------------------------------------


class _Parts:
    """The finished chunks of a run; those of another input or model are thrown away."""

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self._folder = folder
        state = folder / "run.json"
        if _read_json(state) != identity:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _write_json(state, identity)

    def path(self, number: int) -> Path:
        return self._folder / f"{number:06}.npy"

    def has(self, number: int) -> bool:
        return self.path(number).is_file()

    def done(self, rows: int, chunk: int) -> int:
        """Rows that an earlier run has left."""
        firsts = enumerate(range(0, rows, chunk))
        return sum(min(chunk, rows - first) for number, first in firsts if self.has(number))

    def save(self, number: int, vectors: NDArray[np.float32]) -> None:
        import numpy as np

        draft = self.path(number).with_suffix(".draft")
        with draft.open("wb") as file:
            np.save(file, vectors)
            _sync(file)
        draft.replace(self.path(number))

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        import numpy as np

        for path in sorted(self._folder.glob("*.npy")):
            yield np.load(path)


def _identity(encoder: Encoder, source: Path, kind: Kind, chunk: int) -> dict[str, Any]:
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "model": encoder.name,
        "fingerprint": encoder.fingerprint,
        "type": kind,
        "input_sha256": digest,
        "chunk": chunk,
    }


def _is_done(target: Target, identity: dict[str, Any]) -> bool:
    held = _read_json(target.summary)
    if not isinstance(held, dict) or held.get("format") != target.format:
        return False
    same = all(held.get(name) == value for name, value in identity.items() if name != "chunk")
    return same and all(path.is_file() for path in target.files)


class _OnlyRun:
    """Keeps a second run out of the same parts."""

    def __init__(self, target: Target) -> None:
        from filelock import FileLock

        self._target = target
        self._lock = FileLock(target.parts.with_suffix(".lock"))

    def __enter__(self) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise EmbeddingFileError("embed.locked", path=self._target.folder) from error

    def __exit__(self, *failure: object) -> None:
        self._lock.release()


def _check(target: Target) -> None:
    if target.format not in FORMATS:
        raise EmbeddingFileError("embed.format", value=target.format, legal=", ".join(FORMATS))
    if not target.prefix or Path(target.prefix).name != target.prefix:
        raise EmbeddingFileError("embed.prefix", value=target.prefix)
    if target.format == "parquet":
        _pyarrow()


# -- writing -------------------------------------------------------------------------------------


def _write(target: Target, ids: Sequence[str], parts: _Parts, dimension: int) -> None:
    if target.format == "parquet":
        _write_parquet(target.files[0], ids, parts, dimension)
        return
    rows, names = target.parts / "embeddings.array", target.parts / "ids.array"
    _write_arrays(rows, names, ids, parts, dimension)
    if target.format == "npy":
        rows.replace(target.files[0])
        names.replace(target.files[1])
        return
    draft = target.parts / "whole.npz"
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED, allowZip64=True) as whole:
        whole.write(names, "ids.npy")
        whole.write(rows, "embeddings.npy")
    draft.replace(target.files[0])


def _write_arrays(
    rows: Path, names: Path, ids: Sequence[str], parts: _Parts, dimension: int
) -> None:
    import numpy as np

    shape = (len(ids), dimension)
    whole = np.lib.format.open_memmap(rows, mode="w+", dtype=np.float32, shape=shape)
    at = 0
    for part in parts:
        whole[at : at + len(part)] = part
        at += len(part)
    whole.flush()
    del whole
    with names.open("wb") as file:
        np.save(file, np.array(ids, dtype=np.str_))


def _write_parquet(path: Path, ids: Sequence[str], parts: _Parts, dimension: int) -> None:
    arrow, parquet = _pyarrow()
    vector = arrow.list_(arrow.float32(), dimension)
    schema = arrow.schema([("id", arrow.string()), ("embedding", vector)])
    draft = path.with_name(f".{path.name}.draft")
    at = 0
    with parquet.ParquetWriter(draft, schema) as writer:
        for part in parts:
            names = arrow.array(ids[at : at + len(part)], arrow.string())
            rows = arrow.FixedSizeListArray.from_arrays(arrow.array(part.reshape(-1)), dimension)
            writer.write_table(arrow.Table.from_arrays([names, rows], schema=schema))
            at += len(part)
    draft.replace(path)


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("extra.missing", package="pyarrow", extra="parquet") from error
    return pyarrow, parquet


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _write_json(path: Path, held: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(held, file, ensure_ascii=False, indent=2)
        _sync(file)
    draft.replace(path)


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
