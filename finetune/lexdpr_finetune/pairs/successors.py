"""From an article as it was to the article in force today that continues it, by title and words.

The words that were cited (a 호, a 항, an article) and those of the whole article are looked for in
every article of the law of today, and the titles are compared.  The nearest article continues the
former one where most of the cited words stand in it and no other comes close.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.mine.shingles import Shingles, letters, shingles
from lexdpr_finetune.pairs.history import FormerArticle, History, Version
from lexdpr_rag.decisions.resolve import Unresolved
from lexdpr_rag.statute.citation import Citation

CITED = 0.5
"""The share of the cited words that must stand in the article of today."""

LIKE = 0.5
"""What the three likenesses (cited words, whole article, title) must reach together, on average."""

AHEAD = 0.1
"""By how much that average must be ahead of the next article's."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A former provision: what is looked for in the articles of today."""

    cited: Shingles
    whole: Shingles
    title: frozenset[str]


class Successors:
    """Finds what continues the articles of former versions."""

    def __init__(self, articles: Articles, history: History) -> None:
        self.history = history
        self._articles = articles
        self._shingles = cache(self._shingles_of)
        self._titles = cache(self._title_of)
        self._nearest = cache(self._nearest_of)

    def find(
        self, law_id: str, citation: Citation, version: Version, *, moves: bool
    ) -> str | Unresolved:
        """The key of the article in force that continues the one cited of ``version``.

        Args:
            law_id: 법령ID.
            citation: names an article.
            version: of that law; :meth:`History.before` or :meth:`History.on`.
            moves: whether it may stand under another number today.

        Returns:
            The key; or ``missing_article`` where that version had none of that number, ``changed``
            where too little of it is left, ``moved`` where it stands elsewhere and ``moves`` is not
            set.

        Raises:
            SourceError: the file of the version is no statute.
        """
        label = citation.article.article if citation.article is not None else ""
        found = self._nearest(law_id, label, citation.path, version)
        stays = isinstance(found, Unresolved) or found == f"{law_id}/{label}"
        return found if stays or moves else Unresolved.MOVED

    def _nearest_of(self, law_id: str, label: str, path: str, version: Version) -> str | Unresolved:
        article = self.history.articles(version).get(label)
        if article is None:
            return Unresolved.MISSING_ARTICLE
        asked = _Asked(
            shingles(_words_at(article, path)), shingles(article.text), _pieces(article.title)
        )
        near = sorted(
            ((self._likeness(asked, key), key) for key in self._of_law[law_id]), reverse=True
        )
        (best, cited), key = near[0]
        ahead = len(near) == 1 or best - near[1][0][0] >= AHEAD
        return key if cited >= CITED and best >= LIKE and ahead else Unresolved.CHANGED

    def _likeness(self, asked: _Asked, key: str) -> tuple[float, float]:
        """On average, and of the cited words alone; 0…1."""
        today = self._shingles(key)
        cited = _held(asked.cited, today)
        shared = 2 * len(asked.title & self._titles(key))
        title = shared / (len(asked.title) + len(self._titles(key))) if shared else 0.0
        return (cited + _held(asked.whole, today) + title) / 3, cited

    @cached_property
    def _of_law(self) -> dict[str, list[str]]:
        """법령ID → the keys of its articles in force."""
        found: dict[str, list[str]] = {}
        for key, row in self._articles.rows.items():
            if self._articles.in_force[row]:
                found.setdefault(key.partition("/")[0], []).append(key)
        return found

    def _shingles_of(self, key: str) -> Shingles:
        return shingles(self._articles.text(self._articles.rows[key]))

    def _title_of(self, key: str) -> frozenset[str]:
        return _pieces(self._articles.title(self._articles.rows[key]))


def _words_at(article: FormerArticle, path: str) -> str:
    """The words of the provision at ``path``, or of the nearest above it that is there."""
    while ":" in path:
        if path in article.parts:
            return article.parts[path]
        path = path.rpartition(":")[0]
    return article.text


def _held(asked: Shingles, today: Shingles) -> float:
    """The share of ``asked`` that ``today`` holds, 0…1."""
    return len(np.intersect1d(asked, today, assume_unique=True)) / len(asked)


def _pieces(title: str) -> frozenset[str]:
    """Pairs of a title's letters, its two ends among them; none of an empty title."""
    told = letters(title)
    ended = f"^{told}$" if told else ""
    return frozenset(ended[at : at + 2] for at in range(len(ended) - 1))
