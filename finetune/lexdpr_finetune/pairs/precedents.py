"""Pairs from court decisions: an issue → the articles that the court cited for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.former import FormerCitations
from lexdpr_finetune.pairs.history import History
from lexdpr_finetune.pairs.pair import Harvest, Pair, PairKind
from lexdpr_rag.decisions.cited import Cited, cited_articles
from lexdpr_rag.decisions.decision import Decision
from lexdpr_rag.decisions.resolve import Unresolved

NO_ISSUE, NO_CITATION, NO_PARTNER = "no_issue", "no_citation", "no_partner"
AFTER, INCOMPLETE, NOTHING_CURRENT = "after", "incomplete", "nothing_current"


@dataclass(frozen=True, slots=True)
class PrecedentOptions:
    """Which issues become pairs.

    Attributes:
        until: the last day of a decision; later ones are kept for measuring.
        today: take the article that a 현행 note names for one of a former law.
        complete: only issues all of whose citations are articles in force.
        holdings: also 판결요지 → the same articles, as pairs of their own kind.
        shortest: characters that an issue must have.
    """

    until: date | None = None
    today: bool = True
    complete: bool = True
    holdings: bool = False
    shortest: int = 10


_DEFAULT = PrecedentOptions()


def precedent_pairs(
    decisions: Iterable[Decision],
    articles: Articles,
    options: PrecedentOptions = _DEFAULT,
    history: History | None = None,
) -> Harvest:
    """Pairs of each numbered issue with the articles cited under the same number.

    With ``history`` a citation of a former version leads to the article that continues it today
    (:mod:`lexdpr_finetune.pairs.former`), where one does.

    Dropped are, by reason: decisions after ``until`` (``after``), without issues (``no_issue``) or
    citations (``no_citation``); issues without citations of their number (``no_partner``), none of
    whose citations is an article in force (``nothing_current``), and with ``complete`` those of
    which only some are (``incomplete``).
    """
    pairs: list[Pair] = []
    dropped: Counter[str] = Counter()
    former = None if history is None else FormerCitations(articles, history)
    issues = _Issues(articles, options, former)
    for decision in decisions:
        reason = _unusable(decision, options)
        if reason:
            dropped[reason] += 1
            continue
        for number, issue in decision.issues.items():
            made = issues.pair(decision, number, issue)
            if isinstance(made, str):
                dropped[made] += 1
                continue
            pairs.append(made)
            if options.holdings and decision.holdings.get(number):
                pairs.append(_holding(made, decision.holdings[number]))
    return Harvest(tuple(pairs), dropped, issues.left_out)


def _unusable(decision: Decision, options: PrecedentOptions) -> str:
    if options.until is not None and decision.decided > options.until:
        return AFTER
    if not decision.issues:
        return NO_ISSUE
    return "" if decision.citations else NO_CITATION


@dataclass(frozen=True, slots=True)
class _Issues:
    """Makes pairs of issues; why citations are not among the positives is counted on the way."""

    articles: Articles
    options: PrecedentOptions
    former: FormerCitations | None
    left_out: Counter[str] = field(default_factory=Counter)

    def pair(self, decision: Decision, number: int, issue: str) -> Pair | str:
        """The pair of one issue, or why there is none."""
        if len(issue) < self.options.shortest or number not in decision.citations:
            return NO_PARTNER
        found: dict[str, str] = {}
        complete = True
        for cited in cited_articles(decision.citations[number], self.articles.directory):
            keys, reason = self._current(cited, decision.decided)
            for key, text in keys.items():
                found.setdefault(key, text)
            if reason:
                self.left_out[reason] += 1
                complete = False
        if not found:
            return NOTHING_CURRENT
        if self.options.complete and not complete:
            return INCOMPLETE
        return Pair(
            query_id=f"{decision.decision_id}#{number}",
            query=issue,
            positives=tuple(found),
            kind=PairKind.ISSUE,
            group=decision.decision_id,
            day=decision.decided.isoformat(),
            citations=tuple(found.values()),
            complete=complete,
        )

    def _current(self, cited: Cited, decided: date) -> tuple[dict[str, str], str]:
        """Keys of the articles in force that are meant, with their citations; or why there are none."""
        found = self.articles.resolver.resolve_cited(cited, decided, today=self.options.today)
        if not isinstance(found, Unresolved):
            return {key: str(citation) for key, citation in found.items()}, ""
        if self.former is None or found not in _BY_HISTORY:
            return {}, found.value
        key = self.former.resolve(cited, decided)
        if isinstance(key, Unresolved):
            return {}, key.value
        return {key: self.articles.citation(key)}, ""


_BY_HISTORY = frozenset([Unresolved.FORMER, Unresolved.REVISED])
"""Why a citation is looked for in the version that it means."""


def _holding(pair: Pair, text: str) -> Pair:
    return Pair(
        query_id=f"{pair.query_id}h",
        query=text,
        positives=pair.positives,
        kind=PairKind.HOLDING,
        group=pair.group,
        day=pair.day,
        citations=pair.citations,
        complete=pair.complete,
    )
