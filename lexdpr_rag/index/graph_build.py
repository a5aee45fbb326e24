"""Making the graph of references: every article of an index is read, several processes at a time.

First the provisions that there are, then what the words refer to, last the way back.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.corpus import directory_of
from lexdpr_rag.errors import CitationError
from lexdpr_rag.index.columns import StringColumn, offsets_of, utf16_positions
from lexdpr_rag.index.graph import GRAPH, KINDS, REASONS, Flags, ReferenceGraph
from lexdpr_rag.index.graph_provisions import KnownProvisions, hash_provisions, provision_hash
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.workers import Task, run_tasks
from lexdpr_rag.statute.citation import Citation
from lexdpr_rag.statute.directory import SUBORDINATE, LawDirectory
from lexdpr_rag.statute.references import LawName, LawNames, Reference, find_references
from lexdpr_rag.statute.references.names import Titles

_STRETCH = 2000
"""So many articles are one task."""

_FEW = 2000
"""An index of no more articles is read in this process."""

_COLUMNS = 9
_LAW, _PLACE, _UNTIL, _SUFFIX = 5, 6, 7, 8
"""Columns of :attr:`Part.rows` that number strings."""

_KIND_CODE = {kind: code for code, kind in enumerate(KINDS)}
_REASON_CODE = {reason: code for code, reason in enumerate(REASONS)}

Name = TypeVar("Name", str, LawName)

Tell = Callable[[int, int], None]
"""Progress: articles done, articles in all."""


def build_graph(store: UnitStore, generation: Path, jobs: int, tell: Tell) -> None:
    """Write the graph of the store that lies in ``generation`` into it."""
    folder = generation / GRAPH
    work = generation / f"{GRAPH}.work"
    folder.mkdir()
    work.mkdir()
    stretches = list(_stretches(store))
    parts = _run([(hash_provisions, (generation, *laws)) for laws in stretches], store, jobs)
    KnownProvisions.of(part for _, part in parts).save(work)
    done: dict[int, Part] = {}
    articles = 0
    tasks: list[Task] = [(read_stretch, (generation, work, *laws)) for laws in stretches]
    for number, part in _run(tasks, store, jobs):
        done[number] = part
        articles += len(part.counts)
        tell(articles, store.articles)
    _joined(store, [done[number] for number in range(len(stretches))]).save(folder)
    shutil.rmtree(work)


def _run(tasks: Sequence[Task], store: UnitStore, jobs: int) -> Iterator[tuple[int, Any]]:
    if jobs == 1 or store.articles <= _FEW:
        return ((number, work(*arguments)) for number, (work, arguments) in enumerate(tasks))
    return run_tasks(tasks, min(jobs, len(tasks)))


def _stretches(store: UnitStore) -> Iterator[tuple[int, int]]:
    """Law rows from … to, of about :data:`_STRETCH` articles each."""
    first = 0
    for row in range(1, len(store.laws) + 1):
        count = int(store.law_articles[row] - store.law_articles[first])
        if count >= _STRETCH or row == len(store.laws):
            yield first, row
            first = row


# -- reading -------------------------------------------------------------------------------------


@dataclass
class Part:
    """What the articles of a stretch refer to; strings by their number in a table of its own."""

    counts: list[int] = field(default_factory=list)  # references of each article
    rows: list[tuple[int, ...]] = field(default_factory=list)
    laws: dict[LawName, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    suffixes: dict[str, int] = field(default_factory=dict)

    def add(self, found: Reference, flags: Flags, start: int, end: int) -> None:
        """One reference of the article that is being read."""
        law = LawName(found.citation.law, found.law_id)
        self.rows.append(
            (
                start,
                end,
                _KIND_CODE[found.kind],
                _REASON_CODE[found.reason],
                int(flags),
                self.laws.setdefault(law, len(self.laws)),
                self._place(found.citation),
                -1 if found.to is None else self._place(found.to),
                self.suffixes.setdefault(found.suffix, len(self.suffixes)),
            )
        )

    def _place(self, citation: Citation) -> int:
        path = citation.path if citation.article or citation.annex or citation.supplement else ""
        return self.places.setdefault(path, len(self.places))


def read_stretch(generation: Path, work: Path, first: int, last: int) -> Part:
    """The references of law rows ``first`` to ``last``; work of one process."""
    store = UnitStore.open(generation)
    known = KnownProvisions.open(work)
    directory = directory_of(store.laws)
    folders = _acts_by_folder(store)
    titles = Titles(directory, folders, _former_titles(store, directory, folders))
    part = Part()
    for row in range(first, last):
        _read_law(store, row, titles, known, part)
    return part


def _acts_by_folder(store: UnitStore) -> dict[str, LawName]:
    acts: dict[str, list[LawName]] = defaultdict(list)
    for law in store.laws:
        if law.folder and law.kind == "법률" and not law.repealed:
            acts[law.folder].append(LawName(law.title, law.law_id))
    return {folder: names[0] for folder, names in acts.items() if len(set(names)) == 1}


def _former_titles(
    store: UnitStore, directory: LawDirectory, folders: Mapping[str, LawName]
) -> dict[str, LawName]:
    """Titles of acts that were renamed before their decrees: those tell them still."""
    former: dict[str, LawName] = {}
    for law in store.laws:
        for word in SUBORDINATE:
            title = law.title.removesuffix(word).rstrip()
            if title != law.title and law.folder in folders and title not in directory:
                former[title] = folders[law.folder]
    return former


def _read_law(
    store: UnitStore, row: int, titles: Titles, known: KnownProvisions, part: Part
) -> None:
    law = store.laws[row]
    first, last = store.law_articles[row : row + 2].tolist()
    texts = [store.article_string(article) for article in range(first, last)]
    own = LawName(law.title, law.law_id)
    names = LawNames(own, titles, texts, law.folder)
    above = {names.enclosing("법"), names.enclosing("영")} - {own, LawName("")}
    laws_above = {name.law_id for name in above if name.law_id}
    for article, text in zip(range(first, last), texts, strict=True):
        count = len(part.rows)
        place = _citation(law.title, store.article_path[article])
        positions = utf16_positions(text)
        for found in find_references(text, place, names, known) if place else ():
            start, end = found.start, found.end
            if positions is not None:
                start, end = int(positions[start]), int(positions[end])
            part.add(found, _flags(found, laws_above), start, end)
        part.counts.append(len(part.rows) - count)


def _citation(law: str, path: str) -> Citation | None:
    try:
        return Citation.from_path(law, path)
    except CitationError:
        return None


def _flags(found: Reference, above: set[str]) -> Flags:
    flags = Flags(0)
    if found.applied:
        flags |= Flags.APPLIED
    if found.carries_out:
        flags |= Flags.CARRIES_OUT
    if found.citation.former:
        flags |= Flags.FORMER
    if found.law_id in above and (found.follows or found.carries_out):
        flags |= Flags.DELEGATED
    return flags


# -- joining -------------------------------------------------------------------------------------


def _merged(own: dict[Name, int], every: dict[Name, int]) -> NDArray[np.int32]:
    """The numbers in the table of all parts of the names of one part."""
    return np.array([every.setdefault(name, len(every)) for name in own] or [0], np.int32)


def _joined(store: UnitStore, parts: Sequence[Part]) -> ReferenceGraph:
    laws: dict[LawName, int] = {}
    places: dict[str, int] = {}
    suffixes: dict[str, int] = {}
    tables = [np.zeros((0, _COLUMNS), np.int32)]
    for part in parts:
        table = np.array(part.rows, np.int32).reshape(-1, _COLUMNS)
        codes = _merged(part.places, places)
        table[:, _LAW] = _merged(part.laws, laws)[table[:, _LAW]]
        table[:, _PLACE] = codes[table[:, _PLACE]]
        table[:, _UNTIL] = np.where(table[:, _UNTIL] < 0, -1, codes[table[:, _UNTIL]])
        table[:, _SUFFIX] = _merged(part.suffixes, suffixes)[table[:, _SUFFIX]]
        tables.append(table)
    rows = np.concatenate(tables)
    hashes, offsets, refs = _way_back(store, rows, list(laws), list(places))
    return ReferenceGraph(
        of_article=offsets_of(count for part in parts for count in part.counts),
        start=rows[:, 0],
        end=rows[:, 1],
        kind=rows[:, 2].astype(np.uint8),
        reason=rows[:, 3].astype(np.uint8),
        flags=rows[:, 4].astype(np.uint8),
        law=rows[:, _LAW],
        place=rows[:, _PLACE],
        until=rows[:, _UNTIL],
        suffix=rows[:, _SUFFIX].astype(np.uint8),
        to_hash=hashes,
        to_offsets=offsets,
        to_refs=refs,
        law_id=StringColumn.of([law.law_id for law in laws]),
        law_title=StringColumn.of([law.title for law in laws]),
        places=StringColumn.of(list(places)),
        suffixes=StringColumn.of(list(suffixes)),
    )


def _way_back(
    store: UnitStore, rows: NDArray[np.int32], laws: Sequence[LawName], places: Sequence[str]
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int32]]:
    """Article → the references to it."""
    articles = [":".join(path.split(":")[:2]) for path in places]
    between = _Between(store)
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    targets = rows[:, _LAW : _UNTIL + 1].tolist()
    for number, (law, place, until) in enumerate(targets):
        law_id, article = laws[law].law_id, articles[place]
        if not law_id or not article.startswith("main:a"):
            continue
        found[law_id, article].append(number)
        if until >= 0 and articles[until] != article:
            for other in between.after(law_id, article, articles[until]):
                found[law_id, other].append(number)
    hashed = np.array([provision_hash(*key) for key in found], np.uint64)
    order = np.argsort(hashed)
    lists = list(found.values())
    refs = [np.array(lists[i], np.int32) for i in order.tolist()]
    return (
        hashed[order],
        offsets_of(map(len, refs)),
        np.concatenate(refs) if refs else np.zeros(0, np.int32),
    )


class _Between:
    """The articles of a range."""

    def __init__(self, store: UnitStore) -> None:
        self._store = store
        self._rows = {law.law_id: row for row, law in enumerate(store.laws) if not law.repealed}
        self._paths: dict[str, tuple[list[str], dict[str, int]]] = {}

    def after(self, law_id: str, first: str, last: str) -> list[str]:
        """Those behind the first, to the last."""
        paths, at = self._articles(law_id)
        if first in at and last in at:
            return paths[at[first] + 1 : at[last] + 1]
        return [last]

    def _articles(self, law_id: str) -> tuple[list[str], dict[str, int]]:
        if law_id not in self._paths:
            row = self._rows.get(law_id)
            paths: list[str] = []
            if row is not None:
                start, end = self._store.law_articles[row : row + 2].tolist()
                paths = [self._store.article_path[article] for article in range(start, end)]
            self._paths[law_id] = paths, {path: i for i, path in enumerate(paths)}
        return self._paths[law_id]
