"""Statutes as documents of a framework: a text → the units that an index over it would hold.

A unit carries the very :class:`~lexdpr_rag.datamodels.Hit` that a search would bring back, so that
nodes cut from a document and provisions found in an index have the same ids, citations and words.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lexdpr_rag.corpus import directory_of
from lexdpr_rag.datamodels import Hit, Level, LevelName
from lexdpr_rag.errors import FilterError, SourceError
from lexdpr_rag.hits import HitMaker
from lexdpr_rag.index.selection import Selection
from lexdpr_rag.index.store import UnitStore, store_of
from lexdpr_rag.statute.source import read_law
from lexdpr_rag.statute.tree import Law
from lexdpr_rag.units import LEVEL_FLAG, Levels

TREE: tuple[LevelName, ...] = ("article", "paragraph", "subparagraph")
"""The levels of a tree: 조, their 항, their 호."""

NAME_KEYS = ("file_path", "source", "file_name", "path")
"""Metadata in which loaders say where a document comes from, in the order of trust."""

TITLE_KEYS = ("제목", "law", "title")
"""Metadata in which the title of a law may stand."""

_FRONT_MATTER = (
    *("제목", "법령ID", "법령MST", "법령구분", "소관부처"),
    *("공포일자", "공포번호", "시행일자", "출처"),
)
_MIRRORED = re.compile(r"^#{5} 제(?:\d+-)?\d+조", re.MULTILINE)
_HEADLINE = re.compile(r"^# (?!제\d+편)(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StatuteUnit:
    """A provision and its place among those that were asked for.

    Attributes:
        hit: what a search would give; ``score`` is 0.
        parent_id: ``unit_id`` of the unit that holds it directly — of a 호 its 항, of a 항 its 조 —
            empty at the top.  (``hit.parent_id`` is the article always, as in a search.)
        child_ids: of the units whose parent it is, in order.
        previous_id, next_id: of its neighbours below the same parent; empty at the ends.
    """

    hit: Hit
    parent_id: str = ""
    child_ids: tuple[str, ...] = ()
    previous_id: str = ""
    next_id: str = ""


def name_of(metadata: Mapping[str, Any], otherwise: str) -> str:
    """Where a document comes from, by what its loader wrote into its metadata."""
    found = (metadata.get(key) for key in NAME_KEYS)
    return next((str(name) for name in found if name), otherwise)


def text_of(content: bytes, name: str) -> str:
    """The text of a file: UTF-8, else CP949.

    Raises:
        SourceError: it is neither.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            return content.decode("cp949")
        except UnicodeDecodeError:
            raise SourceError("source.encoding", path=name, offset=error.start) from error


def read_statute(name: str, content: str | bytes, metadata: Mapping[str, Any] | None = None) -> Law:
    """Read one statute in any format that the parser knows.

    Args:
        name: the file's name, for errors; its folder becomes ``LawMeta.folder``.
        content: the whole file, or its text.
        metadata: what a loader took out of the text.  Markdown without front matter gets it from
            here (제목, 법령ID, 시행일자 …); a plain text without a title of its own takes the one
            that stands under ``제목``, ``law`` or ``title``.

    Raises:
        SourceError: it is not a statute.
    """
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    facts = metadata or {}
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"---", b"{", b"<")):
        return read_law(data, name)
    title = next((str(facts[key]).strip() for key in TITLE_KEYS if facts.get(key)), "")
    text = data.decode("utf-8", "replace")
    if _MIRRORED.search(text):
        return read_law((_front_matter(text, name, title, facts) + text).encode(), name)
    return _read_plain(data, name, title)


def statute_units(
    name: str,
    content: str | bytes,
    levels: Iterable[LevelName] = TREE,
    metadata: Mapping[str, Any] | None = None,
) -> list[StatuteUnit]:
    """The provisions of one statute, in document order.

    Args:
        name, content, metadata: as for :func:`read_statute`.
        levels: which units.  Each is given once, though a short article stands for its 항 and 호
            too.  ``("auto",)`` are those that an index embeds; with ``article`` they have parents.

    Returns:
        Nothing for a law that only says that it is repealed.

    Raises:
        SourceError: it is not a statute.
        FilterError: there is no such level.
    """
    wanted = check_levels(levels)
    store = store_of([(read_statute(name, content, metadata), name)])
    maker = HitMaker(store, Selection(store, directory_of(store.laws)))
    placed = [
        entry
        for article in range(store.articles)
        for entry in _placed(store, maker, article, wanted)
    ]
    return _linked(placed)


# -- texts that a loader has changed -------------------------------------------------------------


def _front_matter(text: str, name: str, title: str, facts: Mapping[str, Any]) -> str:
    """The head that the mirror's Markdown had, as far as it is known."""
    headline = _HEADLINE.search(text)
    own = facts.get("제목") or (headline and headline[1].strip())
    title = str(own or title or PurePosixPath(name).stem)
    known = {key: facts[key] for key in _FRONT_MATTER if facts.get(key)}
    fields = {"법령ID": made_id(title), **known, "제목": title}
    # JSON is YAML, and quotes whatever must be quoted.
    lines = [f"{key}: {json.dumps(fields[key], ensure_ascii=False, default=str)}" for key in fields]
    return "\n".join(("---", *lines, "---", "", ""))


def _read_plain(data: bytes, name: str, title: str) -> Law:
    """A plain text takes the title that its first line lacks from the name of its file."""
    if not title:
        return read_law(data, name)
    try:
        return read_law(data, title.replace("/", "ㆍ") + ".txt")
    except SourceError as error:
        raise SourceError(error.key, **{**error.values, "path": name}) from error


def made_id(title: str) -> str:
    """The ID of a law that has only a title, as :mod:`lexdpr_rag.statute.plaintext` makes it."""
    digest = hashlib.sha1(title.encode(errors="replace"), usedforsecurity=False).hexdigest()
    return f"t{digest[:8]}"


# -- units and what stands next to them ----------------------------------------------------------


def check_levels(levels: Iterable[LevelName]) -> Levels:
    """The levels as flags.

    Raises:
        FilterError: there is no such level, or none was given.
    """
    found = Levels(0)
    for level in levels:
        try:
            found |= LEVEL_FLAG[Level(level)]
        except ValueError as error:
            raise FilterError("search.level", value=level) from error
    if not found:
        raise FilterError("search.level", value=())
    return found


def _placed(
    store: UnitStore, maker: HitMaker, article: int, wanted: Levels
) -> Iterator[tuple[Hit, str]]:
    """The units of an article at the levels wanted, each with the id of its parent."""
    first, last = store.article_units[article : article + 2].tolist()
    rows = [row for row in range(first, last) if store.unit_levels[row] & int(wanted)]
    hits = {row: maker.hit(row, article, 0.0) for row in rows}
    # Runs of 호 and pieces of a long text hold nothing; what is whole may.
    whole = {
        store.unit_path[row]: hit.unit_id
        for row, hit in hits.items()
        if not store.unit_until[row] and "#" not in store.unit_path[row]
    }
    for row, hit in hits.items():
        above = _above(store.unit_path[row])
        yield hit, next((whole[path] for path in above if path in whole), "")


def _above(path: str) -> Iterator[str]:
    """What may hold a unit, from the nearest on: ``:h1:n2`` → ``:h1``, then the article itself."""
    node, piece, _ = path.partition("#")
    if piece:
        yield node
    while node:
        node = node.rpartition(":")[0]
        yield node


def _linked(placed: Sequence[tuple[Hit, str]]) -> list[StatuteUnit]:
    below: dict[str, list[str]] = {}
    for hit, parent in placed:
        below.setdefault(parent, []).append(hit.unit_id)
    neighbours = {
        unit: (before, after)
        for units in below.values()
        for before, unit, after in zip(("", *units), units, (*units[1:], ""), strict=False)
    }
    return [
        StatuteUnit(hit, parent, tuple(below.get(hit.unit_id, ())), *neighbours[hit.unit_id])
        for hit, parent in placed
    ]
