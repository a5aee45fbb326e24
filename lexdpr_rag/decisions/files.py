"""Files of decisions: JSON lines, JSON, and both of them packed."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from lexdpr_rag.decisions.decision import Decision, decision_of
from lexdpr_rag.errors import SourceError

SUFFIXES = (".jsonl", ".json")
"""Files taken from folders and archives, those of folders also with :data:`PACKED` behind."""

PACKED = (".zst", ".gz")
_TAR = (".tar", ".tar.gz", ".tgz", ".tar.zst")
_ZSTD_WINDOW = 2**31  # files made with zstd --long=27 and more

_TOLD = 100
"""So many bad lines of a file are told one by one."""


class DecisionError(SourceError):
    """Decisions that cannot be read, or that the index cannot have."""


Failed = Callable[[str, DecisionError], None]
"""Told of what cannot be read: the name of the file, and the error."""


def decision_files(paths: Iterable[Path]) -> list[Path]:
    """The files of ``paths``, each once: a file is itself, a folder what lies in and below it.

    Raises:
        DecisionError: one is not there, or a folder holds none.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise DecisionError("decisions.missing", path=path)
        files = sorted(_within(path)) if path.is_dir() else [path]
        if not files:
            raise DecisionError("decisions.empty_folder", path=path)
        found.update(dict.fromkeys(files))
    return list(found)


def read_decisions(paths: Iterable[Path], failed: Failed | None = None) -> Iterator[Decision]:
    """The decisions of some files and folders.

    A ``.jsonl`` file has one answer of the national law API a line, a ``.json`` file one or a list
    of them; a ``.tar`` holds such files.  ``.zst`` and ``.gz`` are unpacked on the way.

    Args:
        paths: files and folders.
        failed: told of each line that is no decision, and the rest is read; without it the first
            one is raised.

    Raises:
        DecisionError: a path is not there, a folder holds no such file; without ``failed`` also a
            line that is none; the message names file and line.
    """
    for path in decision_files(paths):
        bad = _Bad(path, failed)
        try:
            for name, number, answer in _answers(path):
                decision = _decision(name, number, answer, bad)
                if decision is not None:
                    yield decision
        except DecisionError as error:
            bad.add(error)
        bad.tell()


class _Bad:
    """The bad lines of one file; raised at once where nobody is to be told."""

    def __init__(self, path: Path, failed: Failed | None) -> None:
        self._path, self._failed = path, failed
        self._first: list[DecisionError] = []
        self._count = 0
        self.good = 0

    def add(self, error: DecisionError) -> None:
        if self._failed is None:
            raise error
        self._count += 1
        if len(self._first) < _TOLD:
            self._first.append(error)

    def tell(self) -> None:
        """Tell of each; of a file of which nothing could be read, once."""
        if self._failed is None or not self._count:
            return
        name, more = str(self._path), self._count - len(self._first)
        if not self.good and self._count > 1:
            reason = str(self._first[0])
            error = DecisionError(
                "decisions.none_read", path=name, count=self._count, reason=reason
            )
            self._failed(name, error)
            return
        for error in self._first:
            self._failed(name, error)
        if more:
            self._failed(name, DecisionError("decisions.more_bad", path=name, count=more))


def _decision(name: str, number: int, answer: Any, bad: _Bad) -> Decision | None:
    try:
        decision = decision_of(json.loads(answer) if isinstance(answer, bytes) else answer)
    except KeyError as error:
        field = str(error.args[0])
        bad.add(DecisionError("decisions.no_field", path=name, number=number, field=field))
        return None
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        bad.add(DecisionError("decisions.bad_line", path=name, number=number, reason=reason))
        return None
    bad.good += 1
    return decision


# -- what is in a file ---------------------------------------------------------------------------

_Answer = tuple[str, int, Any]
"""Name of the file, number of the answer in it from 1, and the answer; as bytes, if not decoded."""


def _within(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file() and _is_taken(path.name):
            yield path


def _is_taken(name: str) -> bool:
    name = name.lower()
    return name.endswith(_TAR) or _inner(name).endswith(SUFFIXES)


def _inner(name: str) -> str:
    """The name without what says that the file is packed."""
    packed = next((suffix for suffix in PACKED if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(packed)]


def _answers(path: Path) -> Iterator[_Answer]:
    with _reading(path), _unpacked(path) as stream:
        if not path.name.lower().endswith(_TAR):
            yield from _answers_in(stream, _inner(path.name), str(path))
            return
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                file = archive.extractfile(info) if info.isreg() else None
                if file is not None and info.name.lower().endswith(SUFFIXES):
                    yield from _answers_in(file, info.name, f"{path}/{info.name}")


def _answers_in(stream: IO[bytes], name: str, told: str) -> Iterator[_Answer]:
    if not name.lower().endswith(".json"):
        yield from ((told, at, line) for at, line in enumerate(stream, 1) if line.strip())
        return
    data = stream.read()
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        whole = data  # let decoding it again say what is wrong
    answers = whole if isinstance(whole, list) else [whole]
    yield from ((told, at, answer) for at, answer in enumerate(answers, 1))


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    name = path.name.lower()
    with path.open("rb") as file:
        if name.endswith(".zst"):
            import zstandard

            unpack = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
            with unpack.stream_reader(file, read_across_frames=True) as stream:
                yield io.BufferedReader(cast("io.RawIOBase", stream))
        elif name.endswith((".gz", ".tgz")):
            with gzip.GzipFile(fileobj=file) as unzipped:
                yield cast("IO[bytes]", unzipped)
        else:
            yield file


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    import zstandard

    broken = (tarfile.TarError, zstandard.ZstdError, gzip.BadGzipFile, zlib.error, EOFError)
    try:
        yield
    except broken as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DecisionError("source.bad_archive", path=path, reason=reason) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise DecisionError("source.unreadable", path=path, reason=reason) from error
