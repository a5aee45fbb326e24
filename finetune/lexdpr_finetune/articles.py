"""The articles of an index, by their keys: what pairs point to and what training reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.corpus import InForce, directory_of
from lexdpr_rag.hits import article_label
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.vectors import embedded_units, embedding_texts
from lexdpr_rag.statute.citation import Citation
from lexdpr_rag.statute.directory import LawEntry

_UNTIL_IN_FORCE = timedelta(days=365)
"""Most laws made anew are in force a year after their promulgation at the latest."""


class Unresolved(StrEnum):
    """Why a citation leads to no article of the text in force."""

    UNKNOWN_LAW = "unknown_law"  # it names none, or none that the corpus holds
    NO_ARTICLE = "no_article"  # only a law, a 항 or a 호 is named
    ANNEX = "annex"  # 별표 and 서식 are no articles
    SUPPLEMENT = "supplement"  # nor is what stands in a 부칙
    MISSING_ARTICLE = "missing_article"  # the law has none of that number, or has deleted it
    FORMER = "former"  # 구 …, and nothing says where it stands today
    REVISED = "revised"  # the whole law was made anew after the decision: its numbers moved


class Articles:
    """The articles with text in an index, in document order; n of them.

    A key is ``<법령ID>/<제N조[의M]>`` (``001706/제750조``): of several versions of a law the one in
    force today counts.
    """

    def __init__(self, store: UnitStore) -> None:
        """Use :meth:`open`."""
        self.store = store
        self.directory = directory_of(store.laws)
        self._law_of = store.article_law()

    @classmethod
    def open(cls, index: str | Path) -> Articles:
        """The articles of the index folder ``index``.

        Raises:
            IndexFormatError: there is no finished index.
        """
        return cls(UnitStore.open(Layout(Path(index)).open_generation()))

    # -- keys ------------------------------------------------------------------------------------

    @cached_property
    def keys(self) -> list[str]:
        """The key of every article; versions of one article share theirs."""
        laws = [law.law_id for law in self.store.laws]
        paths = self.store.article_path
        return [f"{laws[law]}/{article_label(paths[row])}" for row, law in enumerate(self._law_of)]

    @cached_property
    def in_force(self) -> NDArray[np.bool_]:
        """Which articles belong to a version in force today, shape ``(n,)``."""
        mask: NDArray[np.bool_] = InForce(self.store.laws).rows()[self._law_of]
        return mask

    @cached_property
    def rows(self) -> dict[str, int]:
        """Key → row of the article, in the version in force."""
        order = np.argsort(self.in_force, kind="stable")  # those in force last, so that they stay
        return {self.keys[row]: row for row in order.tolist()}

    def law_title(self, row: int) -> str:
        """The title of the law that holds an article."""
        return self.store.laws[int(self._law_of[row])].title

    def title(self, row: int) -> str:
        """The article's own title; may be empty."""
        return self.store.article_title[row]

    def text(self, row: int) -> str:
        """The article's words, without those above it."""
        return self.store.article_string(row)

    # -- what is embedded ------------------------------------------------------------------------

    @cached_property
    def units(self) -> NDArray[np.int64]:
        """Rows of the units that an index embeds."""
        return embedded_units(self.store)

    @cached_property
    def unit_offsets(self) -> NDArray[np.int64]:
        """Article i has the embedded units ``unit_offsets[i]`` to ``[i + 1]``; shape ``(n + 1,)``."""
        found: NDArray[np.int64] = np.searchsorted(self.units, self.store.article_units)
        return found

    def unit_texts(self) -> Iterator[str]:
        """What is embedded, unit by unit."""
        return embedding_texts(self.store, self.units)

    def article_texts(self, rows: Sequence[int] | None = None) -> Iterator[str]:
        """Whole articles in the form in which units are embedded; all of them unless told."""
        firsts = np.asarray(self.store.article_units[:-1])
        return embedding_texts(self.store, firsts if rows is None else firsts[np.asarray(rows)])

    # -- citations -------------------------------------------------------------------------------

    def resolve(self, citation: Citation, decided: date | None = None) -> str | Unresolved:
        """The key of the article in force that ``citation`` means, or why there is none.

        Args:
            citation: with the law's name.
            decided: the day on which it was written; a law made wholly anew since then has other
                numbers.
        """
        if not citation.law:
            return Unresolved.UNKNOWN_LAW
        if citation.former:
            return Unresolved.FORMER
        if citation.supplement is not None:
            return Unresolved.SUPPLEMENT
        if citation.article is None:
            return Unresolved.NO_ARTICLE if citation.annex is None else Unresolved.ANNEX
        # Without the day: a law of that name that is older than the one made anew is not in force.
        found = self.directory.find(citation.law)
        if not found:
            return Unresolved.UNKNOWN_LAW
        if decided is not None and _made_anew(found[0], decided):
            return Unresolved.REVISED
        key = f"{found[0].law_id}/{citation.article.article}"
        return key if key in self.rows else Unresolved.MISSING_ARTICLE


def _made_anew(law: LawEntry, decided: date) -> bool:
    """The oldest 부칙 of a law is that of its enactment or of its last 전부개정."""
    return law.enacted is not None and law.enacted + _UNTIL_IN_FORCE > decided
