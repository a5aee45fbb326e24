"""From a citation in a decision to the article in force that it means."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from lexdpr_rag.corpus import InForce
from lexdpr_rag.decisions.cited import Cited
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.term_counts import article_number
from lexdpr_rag.statute.citation import Citation
from lexdpr_rag.statute.directory import LawDirectory, LawEntry

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
    GONE = "gone"  # a note says that it has been deleted
    NO_VERSION = "no_version"  # the history of the law lacks the version that is meant
    CHANGED = "changed"  # too little of that version's article is left today
    MOVED = "moved"  # it stands elsewhere today, which the citation does not say


class Resolver:
    """Resolves citations to the keys of articles: ``<법령ID>/<제N조[의M]>`` (``001706/제750조``)."""

    def __init__(self, directory: LawDirectory, keys: Container[str]) -> None:
        """``directory``: the laws; ``keys``: the articles that there are."""
        self.directory, self._keys = directory, keys

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
        if decided is not None and made_anew(found[0], decided):
            return Unresolved.REVISED
        key = f"{found[0].law_id}/{citation.article.article}"
        return key if key in self._keys else Unresolved.MISSING_ARTICLE

    def resolve_cited(
        self, cited: Cited, decided: date, *, today: bool = True
    ) -> dict[str, Citation] | Unresolved:
        """What a citation of a 참조조문 means: key → how it was cited; or why there is nothing.

        Args:
            cited: one citation with its notes.
            decided: the day of the decision.
            today: take the articles that a 현행 note names for one of a former law.
        """
        if cited.gone:
            return Unresolved.GONE
        # A note is of the day of the decision: a law made anew later has moved once more.
        meant = cited.today if today and cited.today else (cited.citation,)
        resolved = [(self.resolve(one, decided), one) for one in meant]
        found = {key: one for key, one in resolved if not isinstance(key, Unresolved)}
        return found or next(key for key, _ in resolved if isinstance(key, Unresolved))


def made_anew(law: LawEntry, decided: date) -> bool:
    """Whether a law was made wholly anew after a day, or so shortly before that it was not in force.

    The oldest 부칙 of a law is that of its enactment or of its last 전부개정.
    """
    return law.enacted is not None and law.enacted + _UNTIL_IN_FORCE > decided


def article_key(law_id: str, path: str) -> str:
    """The key of the article at ``path``: ``001706``, ``main:a750`` → ``001706/제750조``."""
    return f"{law_id}/{article_number(path.partition('~')[0])}"


def titles_in_force(store: UnitStore) -> dict[str, str]:
    """Key → title of every article with text in a version in force today."""
    held: dict[str, str] = {}
    for law in np.flatnonzero(InForce(store.laws).rows()).tolist():
        law_id = store.laws[law].law_id
        for row in range(*store.law_articles[law : law + 2].tolist()):
            held[article_key(law_id, store.article_path[row])] = store.article_title[row]
    return held
