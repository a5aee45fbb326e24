"""The graph of references in an index: which provision refers to which, in columns on disk.

Made with the index (:mod:`lexdpr_rag.index.graph_build`), opened when first asked.  What a reference
leads to is kept as law and path, not as a row, so that it holds for every version of that law; the
way back goes by the hash of law and article.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.columns import Array, StringColumn, load_array, save_array
from lexdpr_rag.index.graph_provisions import provision_hash
from lexdpr_rag.statute.references import Reason, ReferenceKind

GRAPH = "graph"
"""Name of the folder within a generation."""

GRAPH_VERSION = 1
"""Raised when the reading of references changes: the graph is then made anew."""

KINDS = tuple(ReferenceKind)
REASONS = (None, *Reason)

_ARRAYS = (
    *("of_article", "start", "end", "kind", "reason", "flags", "law", "place", "until", "suffix"),
    *("to_hash", "to_offsets", "to_refs"),
)
_STRINGS = ("law_id", "law_title", "places", "suffixes")


class Flags(IntFlag):
    """What is said of what is referred to."""

    APPLIED = 1  # 준용한다
    DELEGATED = 2  # by a decree or rule, of the provision that it carries out
    CARRIES_OUT = 4  # 제3조에서 "대통령령으로 정하는 기준"이란
    FORMER = 8


@dataclass(frozen=True)
class ReferenceGraph:
    """n references, in the order of articles and of their words; a articles, k provisions referred to.

    Attributes:
        of_article: int64 ``(a + 1,)``: article i has references ``of_article[i]`` to ``[i + 1]``.
        start, end: int32 ``(n,)`` positions in the article's text, as those of units.
        kind, reason, flags: uint8 ``(n,)``: :data:`KINDS`, :data:`REASONS`, :class:`Flags`.
        law: int32 ``(n,)`` row of ``law_id`` and ``law_title``.
        place, until: int32 ``(n,)`` row of ``places``; ``until`` is the last of a range, else -1.
        suffix: uint8 ``(n,)`` row of ``suffixes``.
        to_hash: uint64 ``(k,)`` sorted hashes of the articles referred to.
        to_offsets: int64 ``(k + 1,)`` offsets into ``to_refs``.
        to_refs: int32: the references to each, in order; one to a range is among those of every
            article of it.
    """

    of_article: NDArray[np.int64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    kind: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    law: NDArray[np.int32]
    place: NDArray[np.int32]
    until: NDArray[np.int32]
    suffix: NDArray[np.uint8]
    to_hash: NDArray[np.uint64]
    to_offsets: NDArray[np.int64]
    to_refs: NDArray[np.int32]
    law_id: StringColumn
    law_title: StringColumn
    places: StringColumn
    suffixes: StringColumn

    def __len__(self) -> int:
        return len(self.start)

    def of(self, article: int, start: int, end: int) -> NDArray[np.int64]:
        """References within a stretch of an article's text."""
        first, last = self.of_article[article : article + 2].tolist()
        starts = self.start[first:last]
        low, high = np.searchsorted(starts, (start, end)).tolist()
        return np.arange(first + low, first + high)

    def to(self, law_id: str, article_path: str) -> NDArray[np.int32]:
        """References to an article, or to what is in it."""
        hashed = np.uint64(provision_hash(law_id, article_path))
        at = int(np.searchsorted(self.to_hash, hashed))
        if at == len(self.to_hash) or self.to_hash[at] != hashed:
            return np.zeros(0, np.int32)
        first, last = self.to_offsets[at : at + 2].tolist()
        return self.to_refs[first:last]

    def article_of(self, references: Array) -> NDArray[np.int64]:
        """The rows of the articles whose words they are."""
        return np.searchsorted(self.of_article, references, side="right") - 1

    def save(self, folder: Path) -> None:
        """Write all columns into ``folder``, which exists."""
        for name in _ARRAYS:
            save_array(folder / f"{name}.npy", getattr(self, name))
        for name in _STRINGS:
            getattr(self, name).save(folder, name)

    @classmethod
    def open(cls, generation: Path) -> ReferenceGraph:
        """Open by memory map.

        Raises:
            IndexFormatError: the index has none, or it is damaged.
        """
        folder = generation / GRAPH
        if not folder.is_dir():
            raise IndexFormatError("graph.missing", path=generation.parent)
        try:
            arrays: dict[str, Any] = {name: load_array(folder / f"{name}.npy") for name in _ARRAYS}
            strings: dict[str, Any] = {name: StringColumn.open(folder, name) for name in _STRINGS}
        except (OSError, ValueError) as error:
            raise IndexFormatError("index.damaged", path=generation.parent, part=GRAPH) from error
        return cls(**arrays, **strings)
