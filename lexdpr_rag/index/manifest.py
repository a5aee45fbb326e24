"""The manifest: what an index is made of, and whether this version can read it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.layout import MANIFEST

FORMAT_VERSION = 1
"""Raised when an index written before can no longer be read."""

CONTENT_VERSION = 1
"""Raised when the parser or the cutting into units changes: sources are then parsed anew."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A group of source files whose laws are neighbours in the index.

    ``key`` hashes names and contents; ``first`` to ``last`` are the law rows; ``failures`` are
    ``(source, reason)``; ``complete`` is ``False`` where duplicates were left out, so that its rows
    do not stand for its sources.
    """

    key: str
    first: int
    last: int
    sources: int
    failures: tuple[tuple[str, str], ...] = ()
    duplicates: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the rows hold every readable source of the bucket."""
        return not self.duplicates


@dataclass(frozen=True, slots=True)
class Manifest:
    """``manifest.json``.

    ``encoder`` is empty without vectors, ``decisions`` where the index has none of its own; what it
    holds is told in :mod:`lexdpr_rag.decisions.attaching`.  ``graph`` is the version of the graph of
    references, 0 where the index was made before there was one.
    """

    created: str
    package_version: str
    corpus_hash: str
    analyzer: dict[str, Any]
    counts: dict[str, int]
    units_by_level: dict[str, int]
    kinds: dict[str, int]
    newest: str
    buckets: tuple[Bucket, ...] = ()
    encoder: dict[str, Any] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)
    graph: int = 0
    format_version: int = FORMAT_VERSION
    content_version: int = CONTENT_VERSION

    def save(self, folder: Path) -> None:
        """Write ``manifest.json`` into ``folder``; last of all files, so that it vouches for them."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text, encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """Read the manifest of a generation.

        Raises:
            IndexFormatError: it is missing, damaged, or of another format version.
        """
        try:
            values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            version = int(values["format_version"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexFormatError("index.damaged", path=folder.parent, part=MANIFEST) from error
        if version != FORMAT_VERSION:
            key = "index.newer" if version > FORMAT_VERSION else "index.older"
            raise IndexFormatError(key, path=folder.parent, found=version, known=FORMAT_VERSION)
        try:
            values["buckets"] = tuple(_bucket(entry) for entry in values["buckets"])
            return cls(**values)
        except (TypeError, KeyError) as error:
            raise IndexFormatError("index.damaged", path=folder.parent, part=MANIFEST) from error


def _bucket(values: dict[str, Any]) -> Bucket:
    values["failures"] = tuple((source, reason) for source, reason in values["failures"])
    values["duplicates"] = tuple(values["duplicates"])
    return Bucket(**values)
