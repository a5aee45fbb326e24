"""Term counts of the fields of articles: what one shard adds to the lexical index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.analyzer import Analyzer, Postings
from lexdpr_rag.index.columns import StringColumn, load_array, save_array
from lexdpr_rag.index.store import UnitStore

LAW, NUMBER, HEADING, TITLE, BODY = FIELDS = ("law", "number", "heading", "title", "body")
"""Fields.  ``law`` (the law's title) counts a law once, the others count articles."""

BODY_INITIAL, BODY_REST = 1.25, 0.75
"""Weights of a body word's first bigram and of its other ones."""


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """One field's postings, terms as indices into the shard's vocabulary."""

    rows: NDArray[np.int32]
    terms: NDArray[np.int32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TermCounts:
    """A shard's postings of all fields."""

    vocabulary: StringColumn
    fields: dict[str, FieldCounts]

    def save(self, folder: Path) -> None:
        """Write the columns into ``folder``, which exists."""
        self.vocabulary.save(folder, "vocabulary")
        for name, field in self.fields.items():
            for part in FieldCounts.__slots__:
                save_array(folder / f"count_{name}_{part}.npy", getattr(field, part))

    @classmethod
    def load(cls, folder: Path) -> TermCounts:
        """Inverse of :meth:`save`, by memory map."""
        fields = {
            name: FieldCounts(
                *(load_array(folder / f"count_{name}_{part}.npy") for part in FieldCounts.__slots__)
            )
            for name in FIELDS
        }
        return cls(StringColumn.open(folder, "vocabulary"), fields)


def count_terms(store: UnitStore, analyzer: Analyzer) -> TermCounts:
    """Count the terms of every field of a store's articles."""
    articles = range(store.articles)
    bodies = analyzer.postings(
        [store.article_string(i) for i in articles], initial=BODY_INITIAL, rest=BODY_REST
    )
    postings = {
        LAW: analyzer.postings([law.title for law in store.laws]),
        NUMBER: analyzer.postings([article_number(store.article_path[i]) for i in articles]),
        HEADING: analyzer.postings([_words_of(store.article_heading[i]) for i in articles]),
        TITLE: analyzer.postings([store.article_title[i] for i in articles]),
        BODY: bodies,
    }
    ids: dict[str, int] = {}
    fields = {name: _renumbered(p, ids) for name, p in postings.items()}
    return TermCounts(StringColumn.of(list(ids)), fields)


def article_number(path: str) -> str:
    """``main:a14-2`` → ``제14조의2``; empty for a text that is no numbered article."""
    code = path.partition(":a")[2]
    main, _, branch = code.partition("-")
    if not main or main == "0":
        return ""
    chapter, _, number = main.rpartition(".")
    return f"제{chapter + '-' if chapter else ''}{number}조{f'의{branch}' if branch else ''}"


def _words_of(heading: str) -> str:
    """``제3편 채권 > 제5장 불법행위`` → ``채권 불법행위``: the numbers say nothing."""
    return " ".join(part.partition(" ")[2] for part in heading.split(" > "))


def _renumbered(postings: Postings, ids: dict[str, int]) -> FieldCounts:
    new = np.fromiter(
        (ids.setdefault(term, len(ids)) for term in postings.vocabulary),
        np.int32,
        len(postings.vocabulary),
    )
    terms = new[postings.terms] if len(new) else postings.terms
    return FieldCounts(postings.texts, terms, postings.weights)


@dataclass(frozen=True, slots=True)
class PlacedCounts:
    """A shard's counts with the place of its rows in the whole index; -1: left out."""

    counts: TermCounts
    articles: NDArray[np.int64]
    laws: NDArray[np.int64]

    def rows(self, field: str) -> NDArray[np.int64]:
        """Shard row → index row, of the articles or (field ``law``) of the laws."""
        return self.laws if field == LAW else self.articles


def vocabulary_of(shards: Sequence[PlacedCounts]) -> tuple[list[str], list[NDArray[np.int32]]]:
    """The vocabulary of all shards, sorted, and each shard's term → index into it."""
    words = [
        [shard.counts.vocabulary[i] for i in range(len(shard.counts.vocabulary))]
        for shard in shards
    ]
    vocabulary = sorted(set().union(*words))
    ids = {term: i for i, term in enumerate(vocabulary)}
    maps = [np.fromiter((ids[t] for t in terms), np.int32, len(terms)) for terms in words]
    return vocabulary, maps
