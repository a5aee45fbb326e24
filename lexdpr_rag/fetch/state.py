"""What a folder holds already: one line for each file, appended as soon as the file is there.

A killed process leaves at most half a line, which is passed over.  A file without a line is read
once and taken as it is, if it is the version that is wanted: a lost state costs no request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from lexdpr_rag.errors import SourceError
from lexdpr_rag.fetch.errors import writing
from lexdpr_rag.fetch.files import write_whole
from lexdpr_rag.fetch.kinds import Kind, Row, Target
from lexdpr_rag.statute.answer import load_json

NAME = ".fetch-state.jsonl"
"""Hidden, so that no index takes it for a source."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the folder: which version of which text it holds.

    Attributes:
        file: below the folder, ``/`` between its parts.
        size: in bytes; a file of another size is not the one that was fetched.
        dated: fetched for a day of its own; what is in force now does not replace it.
    """

    file: str
    kind: str
    id: str
    serial: str
    title: str
    promulgated: str
    effective: str
    size: int
    dated: bool = False

    @property
    def version(self) -> tuple[str, str, str]:
        """As :attr:`Row.version`."""
        return self.serial, self.promulgated, self.effective


class State:
    """The entries of a folder, by file."""

    def __init__(self, folder: Path, entries: Iterable[Entry] = ()) -> None:
        self.folder = folder
        self._entries = {entry.file: entry for entry in entries}
        self._appended = False

    @classmethod
    @contextmanager
    def of(cls, folder: Path) -> Iterator[State]:
        """The state of ``folder``; at the end it is written anew, sorted, in one step."""
        state = cls(folder, _read(folder / NAME))
        try:
            yield state
        finally:
            if state._appended:
                state._rewrite()

    def held(self, target: Target, file: str, row: Row) -> bool:
        """Whether ``file`` is there and holds this very version."""
        path = self.folder / file
        try:
            size = path.stat().st_size
        except OSError:
            return False
        entry = self._entries.get(file)
        if entry is not None and entry.size == size:
            return _agree(entry.version, row.version)
        found = _look_into(path, target)
        if found is None or not same_version(found, row):
            return False
        self.add(target, file, row, size)
        return True

    def knows(self, file: str) -> bool:
        """Whether a file of that name was fetched before, in whatever version."""
        return file in self._entries or (self.folder / file).exists()

    def add(self, target: Target, file: str, row: Row, size: int) -> None:
        """Note that ``file`` now holds ``row``.

        Raises:
            StoppedError: the disk is full, the folder is not writable.
        """
        entry = Entry(
            file=file,
            kind=str(target.kind),
            id=row.id,
            serial=row.serial,
            title=row.title,
            promulgated=row.promulgated,
            effective=row.effective,
            size=size,
            dated=file != file_of(target, row, dated=False),
        )
        if self._entries.get(file) == entry:
            return
        self._entries[file] = entry
        path = self.folder / NAME
        with writing(path), path.open("ab") as lines:
            # A line feed first: the last line may be half of one, left by a killed process.
            lines.write((b"" if self._appended else b"\n") + _line(entry))
        self._appended = True

    def gone(self, kind: Kind, listed: Iterable[str]) -> list[Entry]:
        """Files of texts in force of ``kind`` that a whole list no longer names."""
        named = set(listed)
        return [
            entry
            for entry in self._entries.values()
            if entry.kind == kind and not entry.dated and entry.id not in named
        ]

    def drop(self, entry: Entry) -> None:
        """Remove a file and its entry.

        Raises:
            StoppedError: the folder is not writable.
        """
        path = self.folder / entry.file
        with writing(path):
            path.unlink(missing_ok=True)
        del self._entries[entry.file]
        self._rewrite()

    def _rewrite(self) -> None:
        ordered = sorted(self._entries.values(), key=lambda entry: entry.file)
        write_whole(self.folder / NAME, b"".join(map(_line, ordered)))
        self._appended = False


def file_of(target: Target, row: Row, *, dated: bool) -> str:
    """Where a text lies below the folder, whatever its title becomes.

    ``law/001706.json`` is the version in force, replaced when it changes;
    ``law/001706_20190501_204000.json`` one of a day asked for, which stays.
    """
    name = "_".join((row.id, row.effective or row.promulgated, row.serial)) if dated else row.id
    return f"{target.kind}/{name}{target.suffix}"


def same_version(found: Row, wanted: Row) -> bool:
    """Whether a text is the version of the list."""
    return _agree((found.id, *found.version), (wanted.id, *wanted.version))


def _agree(found: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """A field that either leaves out says nothing: the text of a law does not tell its MST."""
    return all(a == b or not a or not b for a, b in zip(found, wanted, strict=True))


def _look_into(path: Path, target: Target) -> Row | None:
    try:
        answer = load_json(path.read_bytes().decode())
    except (OSError, UnicodeDecodeError, SourceError):
        return None
    return target.found_in(answer) if isinstance(answer, dict) else None


def _read(path: Path) -> Iterator[Entry]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    except OSError:
        with writing(path):
            raise
    for line in lines:
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue


def _line(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"
