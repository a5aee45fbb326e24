"""JSON lines of texts to embed: every line is checked before anything is encoded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.templates import Kind

ID_KEYS = ("id", "_id", "query_id", "unit_id", "passage_id", "doc_id")
TEXT_KEYS = {"query": ("text", "query", "question"), "passage": ("text", "passage", "contents")}

_SHOWN = 5
"""So many bad lines are named."""


class EmbeddingFileError(LexDPRError):
    """An input that cannot be embedded, or an output that cannot be written."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the input."""

    id: str
    text: str


def read_records(source: Path, kind: Kind) -> Iterator[Record]:
    """The records of a file that is known to hold nothing else."""
    for _, found in _lines(source, kind):
        if isinstance(found, Record):
            yield found


def checked_ids(source: Path, kind: Kind) -> list[str]:
    """All ids, every line looked at before anything is encoded."""
    seen: dict[str, int] = {}
    bad: list[str] = []
    for number, found in _lines(source, kind):
        if isinstance(found, str):
            bad.append(f"{number} ({found})")
        elif found.id in seen:
            bad.append(f"{number} (id {found.id!r} = {seen[found.id]})")
        else:
            seen[found.id] = number
    if bad:
        more = f" … +{len(bad) - _SHOWN}" if len(bad) > _SHOWN else ""
        raise EmbeddingFileError(
            "embed.bad_lines",
            path=source,
            count=len(bad),
            lines=", ".join(bad[:_SHOWN]) + more,
            text=TEXT_KEYS[kind][0],
        )
    if not seen:
        raise EmbeddingFileError("embed.empty", path=source)
    return list(seen)


def _lines(source: Path, kind: Kind) -> Iterator[tuple[int, Record | str]]:
    """Line numbers with a record, or with what is wrong with the line."""
    with source.open("rb") as file:
        for number, raw in enumerate(file, 1):
            line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
            if line.strip():
                yield number, _record(line, kind)


def _record(line: bytes, kind: Kind) -> Record | str:
    try:
        held: Any = json.loads(line.decode())
    except ValueError:
        return "JSON"
    if not isinstance(held, dict):
        return "{…}"
    known = next((held[key] for key in ID_KEYS if key in held), None)
    if not isinstance(known, str | int) or isinstance(known, bool):
        return "id"
    text = next((held[key] for key in TEXT_KEYS[kind] if key in held), None)
    return Record(str(known), text) if isinstance(text, str) and text.strip() else "text"
