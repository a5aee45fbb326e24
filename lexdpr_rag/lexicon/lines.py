"""The file of a lexicon, line by line: what cannot be read stays as it is, and keeps its number."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lexdpr_rag.lexicon.entry import AREA, LexiconEntry, LexiconError

_MARK = "\ufeff"
"""What some editors put before the first line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty.

    Attributes:
        number: from 1.
        raw: as it stands in the file.
        entry: what it holds; ``None`` where that is none.
        fault: why it is none.
        others: keys that are no part of an entry, kept when the line is written anew.
    """

    number: int
    raw: bytes
    entry: LexiconEntry | None = None
    fault: LexiconError | None = None
    others: Mapping[str, Any] = field(default_factory=dict)

    def holding(self, entry: LexiconEntry) -> Line:
        """The same line with another entry."""
        told = json.dumps({**entry.to_dict(), **self.others}, ensure_ascii=False)
        return Line(self.number, told.encode(), entry, others=self.others)


def read_lines(path: Path) -> list[Line]:
    """All lines of a lexicon that are not empty, those that hold no entry as well.

    Raises:
        LexiconError: there is no such file.
    """
    try:
        raw = path.read_bytes().removeprefix(_MARK.encode())
    except OSError as error:
        raise LexiconError("lexicon.missing", path=path) from error
    rows = enumerate(raw.splitlines(), 1)
    return [_line(number, row) for number, row in rows if row.strip()]


def read_entries(path: Path) -> list[LexiconEntry]:
    """The entries of a lexicon.

    Raises:
        LexiconError: there is no such file, or a line holds no entry; the message names its number.
    """
    found: list[LexiconEntry] = []
    for line in read_lines(path):
        if line.entry is None:
            raise LexiconError("lexicon.bad_line", path=path, line=line.number, reason=line.fault)
        found.append(line.entry)
    return found


def write_lines(path: Path, lines: Iterable[Line]) -> None:
    """Write a lexicon; the file is whole or the old one, and on the disk when this returns."""
    scratch = path.with_name(f".{path.name}.part")
    try:
        with scratch.open("wb") as file:
            file.writelines(line.raw + b"\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def _line(number: int, raw: bytes) -> Line:
    try:
        held = json.loads(raw.decode("utf-8"))
        entry = LexiconEntry.from_dict(held)
    except LexiconError as error:
        return Line(number, raw, fault=error)
    except UnicodeDecodeError:
        return Line(number, raw, fault=LexiconError("lexicon.not_utf8"))
    except (ValueError, RecursionError):
        return Line(number, raw, fault=LexiconError("lexicon.not_json"))
    known = {*entry.to_dict(), AREA}
    others = {name: value for name, value in held.items() if name not in known}
    return Line(number, raw, entry, others=others)
