"""Routes: what scores every article of an index for some questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_rag.index.analyzer import analyzer_named
from lexdpr_rag.index.layout import LEXICAL
from lexdpr_rag.index.lexical import LexicalIndex
from lexdpr_rag.index.places import Places
from lexdpr_rag.ranking import NAMED_LAW, best

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


class Answers(Protocol):
    """What a route says of some questions."""

    def best(self, question: int, count: int) -> Rows:
        """Rows of the ``count`` best articles in force with a score above 0, best first."""
        ...

    def of(self, question: int, rows: Rows) -> Scores:
        """The scores of given articles."""
        ...


class Route(Protocol):
    """One way to search."""

    name: str

    def ask(self, queries: Sequence[str]) -> Answers:
        """Score every article for every question."""
        ...


class Table:
    """Answers as one table, float32 ``(questions, articles)``."""

    def __init__(self, scores: Scores, in_force: NDArray[np.bool_]) -> None:
        self._scores, self._in_force = scores, in_force

    def best(self, question: int, count: int) -> Rows:
        """See :class:`Answers`."""
        return best(np.where(self._in_force, self._scores[question], 0), count)

    def of(self, question: int, rows: Rows) -> Scores:
        """See :class:`Answers`."""
        found: Scores = self._scores[question][rows]
        return found


class LexicalRoute:
    """Scores by words, as the engine's lexical route has them."""

    name = "lexical"

    def __init__(self, generation: Path, articles: Articles, analyzer: str) -> None:
        """Open the lexical index of a generation.

        Raises:
            OSError, ValueError: a part is missing or damaged.
        """
        store = articles.store
        self._index = LexicalIndex(generation / LEXICAL, store, analyzer_named(analyzer))
        self._places = Places(store, articles.directory)
        self._law_articles = store.law_articles
        self._in_force = articles.in_force

    def ask(self, queries: Sequence[str]) -> Table:
        """See :class:`Route`."""
        return Table(np.stack([self._scores(query) for query in queries]), self._in_force)

    def _scores(self, query: str) -> Scores:
        scores = self._index.scores(self._index.terms(query))
        for law in self._places.named_laws(query):
            first, last = self._law_articles[law : law + 2].tolist()
            scores[first:last] *= NAMED_LAW
        return scores
