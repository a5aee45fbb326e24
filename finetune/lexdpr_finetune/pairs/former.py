"""What a decision's citation of a former version leads to today, by the history of the law."""

from __future__ import annotations

from datetime import date

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.history import History
from lexdpr_finetune.pairs.successors import Successors
from lexdpr_rag.decisions.cited import Cited
from lexdpr_rag.decisions.resolve import Unresolved, made_anew


class FormerCitations:
    """Resolves citations in the version of the law that they mean."""

    def __init__(self, articles: Articles, history: History) -> None:
        self._articles = articles
        self._history = history
        self._successors = Successors(articles, history)

    def resolve(self, cited: Cited, decided: date) -> str | Unresolved:
        """The key of the article in force that continues the one cited, or why there is none.

        A former law (구 …) is meant as it was before the amendment that the text names, any other
        as it was on the day of the decision.  Courts say where a provision of a former law stands
        today (현행 …); where they say nothing its number is the same, and an article that would
        have moved is left out (``moved``), unless the whole law was made anew since.
        """
        citation = cited.citation
        laws = self._articles.directory.find(citation.law)
        former = Unresolved.FORMER if citation.former else Unresolved.REVISED
        if not laws or laws[0].law_id not in self._history:
            return former
        law = laws[0]
        if citation.supplement is not None:
            return Unresolved.SUPPLEMENT
        if citation.article is None:
            return Unresolved.NO_ARTICLE if citation.annex is None else Unresolved.ANNEX
        if not citation.former:
            version = self._history.on(law.law_id, decided)
        elif cited.amendment is not None:
            version = self._history.before(law.law_id, cited.amendment)
        else:
            return former
        if version is None:
            return Unresolved.NO_VERSION
        moves = made_anew(law, decided)
        return self._successors.find(law.law_id, citation, version, moves=moves)
