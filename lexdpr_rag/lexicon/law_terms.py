"""Which words stand in which laws of an index."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lexdpr_rag.corpus import InForce, directory_of
from lexdpr_rag.index.columns import from_utf16
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.lexicon.entry import bare


class LawTerms:
    """The words of every law in force."""

    def __init__(self, store: UnitStore) -> None:
        """Use :meth:`open`."""
        self._store = store
        self._directory = directory_of(store.laws)
        rows = np.flatnonzero(InForce(store.laws).rows()).tolist()
        self._row_of = {store.laws[row].law_id: row for row in rows}
        self._texts: dict[str, str] = {}

    @classmethod
    def open(cls, index: str | Path) -> LawTerms:
        """The laws of the index folder ``index``.

        Raises:
            IndexFormatError: there is no finished index.
        """
        return cls(UnitStore.open(Layout(Path(index)).open_generation()))

    def law_id(self, name: str) -> str | None:
        """The law in force that ``name`` (title, short title or 법령ID) means."""
        found = (law.law_id for law in self._directory.find(name))
        return next((law_id for law_id in found if law_id in self._row_of), None)

    def near(self, name: str) -> tuple[str, ...]:
        """Titles that come near a name that no law has."""
        return self._directory.suggest(name)

    def holds(self, law_id: str, term: str) -> bool:
        """Whether a term stands in a law: its title, those of its articles, or their text."""
        if law_id not in self._texts:
            self._texts[law_id] = self._text(self._row_of[law_id])
        return bare(term) in self._texts[law_id]

    def _text(self, row: int) -> str:
        store = self._store
        first, end = int(store.law_articles[row]), int(store.law_articles[row + 1])
        start, stop = int(store.article_text[first]), int(store.article_text[end])
        parts = [store.laws[row].title]
        parts += [store.article_title[article] for article in range(first, end)]
        parts.append(from_utf16(store.text[start:stop]))
        return "\x00".join(map(bare, parts))  # no term reaches from one into the next
