"""The unit store: every article's text and every unit's place in it, in columns on disk.

Rows are in document order: the articles of a law are neighbours, and so are the units of an
article.  A shard made while building and the whole index have the same form, so that building is
parsing shards and laying them end to end, and an unchanged stretch is copied from the old index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.corpus import NEVER, LawRow, law_row
from lexdpr_rag.index.columns import (
    Array,
    StringColumn,
    from_utf16,
    join_offsets,
    load_array,
    offsets_of,
    save_array,
    to_utf16,
    utf16_positions,
)
from lexdpr_rag.records import Records
from lexdpr_rag.statute.tree import Law
from lexdpr_rag.units import ArticleUnits, Unit, units_of

MOST_LEADS = 3

_ARRAYS = ("law_articles", "text", "article_text", "article_units", "article_effective")
_ARTICLE_STRINGS = ("article_path", "article_title", "article_heading")
_UNIT_STRINGS = ("unit_path", "unit_until")
_UNIT_ARRAYS = ("unit_levels", "unit_start", "unit_end", "unit_leads")


@dataclass(frozen=True)
class UnitStore:
    """Columns of a corpus.  n laws, a articles with text, u units.

    Attributes:
        laws: n rows.
        law_articles: int64 ``(n + 1,)``: law i has articles ``law_articles[i]`` to ``[i + 1]``.
        text: uint16 UTF-16 code units of all articles, end to end.
        article_text: int64 ``(a + 1,)`` offsets into ``text``.
        article_units: int64 ``(a + 1,)`` offsets into the units.
        article_effective: int32 ``(a,)`` day number of the article's own 시행일자.
        article_path, article_title, article_heading: strings, a rows (``main:a750``, ``불법행위의
            내용``, ``제3편 채권 > 제5장 불법행위``).
        unit_path: address path below the article (``:h1:n2``, empty for the article itself).
        unit_until: likewise, the last node of a run.
        unit_levels: uint8 ``(u,)``, :class:`lexdpr_rag.units.Levels`.
        unit_start, unit_end: int32 ``(u,)``, positions in the article's text.
        unit_leads: int32 ``(u, 3, 2)``, lead-in slices of the article's text; empty ones are 0, 0.
    """

    laws: Sequence[LawRow]
    law_articles: NDArray[np.int64]
    text: NDArray[np.uint16]
    article_text: NDArray[np.int64]
    article_units: NDArray[np.int64]
    article_effective: NDArray[np.int32]
    article_path: StringColumn
    article_title: StringColumn
    article_heading: StringColumn
    unit_path: StringColumn
    unit_until: StringColumn
    unit_levels: NDArray[np.uint8]
    unit_start: NDArray[np.int32]
    unit_end: NDArray[np.int32]
    unit_leads: NDArray[np.int32]

    @property
    def articles(self) -> int:
        """Articles with text."""
        return len(self.article_text) - 1

    @property
    def units(self) -> int:
        """Units of all levels."""
        return len(self.unit_levels)

    def article_law(self) -> NDArray[np.int32]:
        """The law row of every article, shape ``(a,)``."""
        counts = np.diff(self.law_articles)
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def article_string(self, article: int) -> str:
        """The article's whole text."""
        start, end = int(self.article_text[article]), int(self.article_text[article + 1])
        return from_utf16(self.text[start:end])

    def slice_text(self, article: int, start: int, end: int) -> str:
        """A slice of an article's text, by unit positions."""
        base = int(self.article_text[article])
        return from_utf16(self.text[base + start : base + end])

    def slice_laws(self, first: int, last: int) -> UnitStore:
        """Law rows ``first`` to ``last`` as a store of their own; columns stay memory-mapped."""
        a0, a1 = int(self.law_articles[first]), int(self.law_articles[last])
        u0, u1 = int(self.article_units[a0]), int(self.article_units[a1])
        t0, t1 = int(self.article_text[a0]), int(self.article_text[a1])
        columns: dict[str, Any] = {
            **{name: getattr(self, name).slice(a0, a1) for name in _ARTICLE_STRINGS},
            **{name: getattr(self, name).slice(u0, u1) for name in _UNIT_STRINGS},
            **{name: getattr(self, name)[u0:u1] for name in _UNIT_ARRAYS},
        }
        return UnitStore(
            laws=self.laws[first:last],
            law_articles=self.law_articles[first : last + 1] - a0,
            text=self.text[t0:t1],
            article_text=self.article_text[a0 : a1 + 1] - t0,
            article_units=self.article_units[a0 : a1 + 1] - u0,
            article_effective=self.article_effective[a0:a1],
            **columns,
        )

    def without_laws(self, drop: set[int]) -> list[UnitStore]:
        """The stretches that remain when some law rows are left out."""
        stretches: list[UnitStore] = []
        start = 0
        for row in (*sorted(drop), len(self.laws)):
            if row > start:
                stretches.append(self.slice_laws(start, row))
            start = row + 1
        return stretches

    def save(self, folder: Path) -> None:
        """Write all columns into ``folder``, which exists."""
        with (folder / "laws.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(law.to_json() + "\n" for law in self.laws)
        for name in (*_ARRAYS, *_UNIT_ARRAYS):
            save_array(folder / f"{name}.npy", getattr(self, name))
        for name in (*_ARTICLE_STRINGS, *_UNIT_STRINGS):
            getattr(self, name).save(folder, name)

    @classmethod
    def open(cls, folder: Path) -> UnitStore:
        """Open by memory map.

        Raises:
            OSError, ValueError: a column is missing or damaged.
        """
        with (folder / "laws.jsonl").open(encoding="utf-8") as file:
            laws = Records(LawRow, map(LawRow.from_json, file))
        columns: dict[str, Any] = {
            **{name: load_array(folder / f"{name}.npy") for name in (*_ARRAYS, *_UNIT_ARRAYS)},
            **{
                name: StringColumn.open(folder, name)
                for name in (*_ARTICLE_STRINGS, *_UNIT_STRINGS)
            },
        }
        return cls(laws=laws, **columns)


def concatenate(stores: Sequence[UnitStore]) -> UnitStore:
    """Stores laid end to end; one or more."""

    def joined(name: str) -> Array:
        return np.concatenate([getattr(store, name) for store in stores])

    def strings(name: str) -> StringColumn:
        return StringColumn.concatenate([getattr(store, name) for store in stores])

    columns: dict[str, Any] = {
        **{name: strings(name) for name in (*_ARTICLE_STRINGS, *_UNIT_STRINGS)},
        **{name: joined(name) for name in ("text", "article_effective", *_UNIT_ARRAYS)},
    }
    return UnitStore(
        laws=[law for store in stores for law in store.laws],
        law_articles=join_offsets([store.law_articles for store in stores]),
        article_text=join_offsets([store.article_text for store in stores]),
        article_units=join_offsets([store.article_units for store in stores]),
        **columns,
    )


# -- from parsed laws ----------------------------------------------------------------------------


@dataclass
class StoreWriter:
    """Gathers parsed laws into a store."""

    _laws: list[LawRow] = field(default_factory=list)
    _law_articles: list[int] = field(default_factory=list)
    _texts: list[NDArray[np.uint16]] = field(default_factory=list)
    _unit_counts: list[int] = field(default_factory=list)
    _effective: list[int] = field(default_factory=list)
    _strings: dict[str, list[str]] = field(
        default_factory=lambda: {name: [] for name in (*_ARTICLE_STRINGS, *_UNIT_STRINGS)}
    )
    _levels: list[int] = field(default_factory=list)
    _spans: list[tuple[int, int]] = field(default_factory=list)
    _leads: list[list[tuple[int, int]]] = field(default_factory=list)

    def add(self, law: Law, source: str) -> None:
        """Add one law read from ``source``; a repeal stub adds its row and no articles."""
        row = law_row(law, source)
        count = 0
        for entry in () if law.repealed else units_of(law.article_headings()):
            self._add_article(entry, row)
            count += 1
        self._laws.append(row)
        self._law_articles.append(count)

    def _add_article(self, entry: ArticleUnits, row: LawRow) -> None:
        own = entry.article.effective_date
        self._effective.append(own.toordinal() if own else min(row.effective_ordinal, NEVER))
        self._strings["article_path"].append(entry.article.path)
        self._strings["article_title"].append(entry.article.title)
        self._strings["article_heading"].append(" > ".join(h.full for h in entry.headings))
        self._texts.append(to_utf16(entry.text))
        self._unit_counts.append(len(entry.units))
        positions = utf16_positions(entry.text)
        at: Callable[[int], int] = int if positions is None else (lambda i: int(positions[i]))
        for unit in entry.units:
            self._add_unit(unit, entry.article.path, at)

    def _add_unit(self, unit: Unit, article_path: str, at: Callable[[int], int]) -> None:
        self._strings["unit_path"].append(unit.path.removeprefix(article_path))
        self._strings["unit_until"].append(unit.until.removeprefix(article_path))
        self._levels.append(int(unit.levels))
        self._spans.append((at(unit.start), at(unit.end)))
        leads = [(at(start), at(end)) for start, end in unit.leads[-MOST_LEADS:]]
        self._leads.append(leads + [(0, 0)] * (MOST_LEADS - len(leads)))

    def store(self) -> UnitStore:
        """What was added."""
        spans = np.array(self._spans, dtype=np.int32).reshape(-1, 2)
        return UnitStore(
            laws=self._laws,
            law_articles=offsets_of(self._law_articles),
            text=np.concatenate(self._texts) if self._texts else np.zeros(0, np.uint16),
            article_text=offsets_of(len(t) for t in self._texts),
            article_units=offsets_of(self._unit_counts),
            article_effective=np.array(self._effective, dtype=np.int32),
            unit_levels=np.array(self._levels, dtype=np.uint8),
            unit_start=spans[:, 0],
            unit_end=spans[:, 1],
            unit_leads=np.array(self._leads, dtype=np.int32).reshape(-1, MOST_LEADS, 2),
            **{name: StringColumn.of(values) for name, values in self._strings.items()},
        )


def store_of(laws: Iterable[tuple[Law, str]]) -> UnitStore:
    """A store of ``(law, source name)`` in the order given."""
    writer = StoreWriter()
    for law, source in laws:
        writer.add(law, source)
    return writer.store()
