"""Pairs from court decisions: an issue → the articles that the court cited for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lexdpr_finetune.articles import Articles, Unresolved
from lexdpr_finetune.pairs.cited import Cited, cited_articles
from lexdpr_finetune.pairs.decisions import Decision
from lexdpr_finetune.pairs.pair import Harvest, Pair, PairKind

NO_ISSUE, NO_CITATION, NO_PARTNER = "no_issue", "no_citation", "no_partner"
AFTER, INCOMPLETE, NOTHING_CURRENT = "after", "incomplete", "nothing_current"
GONE = "gone"


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
    decisions: Iterable[Decision], articles: Articles, options: PrecedentOptions = _DEFAULT
) -> Harvest:
    """Pairs of each numbered issue with the articles cited under the same number.

    Dropped are, by reason: decisions after ``until`` (``after``), without issues (``no_issue``) or
    citations (``no_citation``); issues without citations of their number (``no_partner``), none of
    whose citations is an article in force (``nothing_current``), and with ``complete`` those of
    which only some are (``incomplete``).
    """
    pairs: list[Pair] = []
    dropped: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for decision in decisions:
        reason = _unusable(decision, options)
        if reason:
            dropped[reason] += 1
            continue
        for number, issue in decision.issues.items():
            made = _pair(decision, number, issue, articles, options, left_out)
            if isinstance(made, str):
                dropped[made] += 1
                continue
            pairs.append(made)
            if options.holdings and decision.holdings.get(number):
                pairs.append(_holding(made, decision.holdings[number]))
    return Harvest(tuple(pairs), dropped, left_out)


def _unusable(decision: Decision, options: PrecedentOptions) -> str:
    if options.until is not None and decision.decided > options.until:
        return AFTER
    if not decision.issues:
        return NO_ISSUE
    return "" if decision.citations else NO_CITATION


def _pair(
    decision: Decision,
    number: int,
    issue: str,
    articles: Articles,
    options: PrecedentOptions,
    left_out: Counter[str],
) -> Pair | str:
    """The pair of one issue, or why there is none."""
    if len(issue) < options.shortest or number not in decision.citations:
        return NO_PARTNER
    found: dict[str, str] = {}
    complete = True
    for cited in cited_articles(decision.citations[number], articles.directory):
        keys, reason = _current(cited, articles, decision.decided, options)
        for key, text in keys.items():
            found.setdefault(key, text)
        if reason:
            left_out[reason] += 1
            complete = False
    if not found:
        return NOTHING_CURRENT
    if options.complete and not complete:
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


def _current(
    cited: Cited, articles: Articles, decided: date, options: PrecedentOptions
) -> tuple[dict[str, str], str]:
    """Keys of the articles in force that are meant, with their citations; or why there are none."""
    if cited.gone:
        return {}, GONE
    if options.today and cited.today:
        # The note is of the day of the decision: a law made anew later has moved once more.
        resolved = [(articles.resolve(c, decided), str(c)) for c in cited.today]
    else:
        resolved = [(articles.resolve(cited.citation, decided), str(cited.citation))]
    keys = {key: text for key, text in resolved if not isinstance(key, Unresolved)}
    reasons = [key.value for key, _ in resolved if isinstance(key, Unresolved)]
    return keys, "" if keys else reasons[0]
