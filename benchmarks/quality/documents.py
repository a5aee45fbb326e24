"""What peers are given: one document a provision, with the law's name, number, title and words."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lexdpr_rag.datamodels import Hit, Level
from lexdpr_rag.hits import article_label
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.term_counts import article_number
from lexdpr_rag.units import Levels

_PART = re.compile("[#~][^:]*")


@dataclass(frozen=True)
class Documents:
    """Provisions of one level, in document order.

    Attributes:
        level: ``article`` or ``paragraph``.
        keys: ``001706/제750조`` of an article, ``001706/main:a750:h1`` of a 항; versions of a law
            share theirs.
        texts: law, number, title and words.
    """

    level: Level
    keys: list[str]
    texts: list[str]

    @cached_property
    def digest(self) -> str:
        """The same provisions with the same words have the same."""
        found = hashlib.sha256(self.level.encode())
        for key, text in zip(self.keys, self.texts, strict=True):
            found.update(f"{key}\0{text}\0".encode())
        return found.hexdigest()[:16]


def read_documents(index: Path, level: Level) -> Documents:
    """The provisions of an index; deleted ones have no words and are none.

    Raises:
        IndexFormatError: there is no finished index.
    """
    store = UnitStore.open(Layout(index).open_generation())
    return _paragraphs(store) if level is Level.PARAGRAPH else _articles(store)


def _articles(store: UnitStore) -> Documents:
    laws = store.article_law().tolist()
    keys, texts = [], []
    for row in range(store.articles):
        law = store.laws[laws[row]]
        keys.append(f"{law.law_id}/{article_label(store.article_path[row])}")
        texts.append(f"{_heading(store, row, law.title)} {store.article_string(row)}")
    return Documents(Level.ARTICLE, keys, texts)


def _paragraphs(store: UnitStore) -> Documents:
    """항, and the articles that have none."""
    laws = store.article_law().tolist()
    units = np.flatnonzero(np.asarray(store.unit_levels) & int(Levels.PARAGRAPH))
    rows = np.searchsorted(store.article_units, units, side="right") - 1
    keys, texts = [], []
    for unit, row in zip(units.tolist(), rows.tolist(), strict=True):
        law = store.laws[laws[row]]
        words = store.slice_text(row, int(store.unit_start[unit]), int(store.unit_end[unit]))
        keys.append(f"{law.law_id}/{whole(store.article_path[row] + store.unit_path[unit])}")
        texts.append(f"{_heading(store, row, law.title)} {words}")
    return Documents(Level.PARAGRAPH, keys, texts)


def _heading(store: UnitStore, row: int, law: str) -> str:
    return f"{law} {article_number(store.article_path[row])} {store.article_title[row]}"


def whole(path: str) -> str:
    """A path without the numbers of pieces and repeats, and without the end of a run."""
    return _PART.sub("", path.partition("+")[0])


def key_of(hit: Hit, level: Level) -> str:
    """The key of a hit, as those of :class:`Documents`."""
    if level is Level.ARTICLE:
        return f"{hit.law_id}/{hit.article}"
    return f"{hit.law_id}/{whole(hit.unit_id.split(':', 3)[3])}"
