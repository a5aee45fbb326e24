"""What is wrong with pairs: ids, doubles, empty texts, keys of no article, leaks."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from lexdpr_finetune.pairs.pair import Pair
from lexdpr_finetune.pairs.splits import bare, leaks_between


class Fault(StrEnum):
    """Kinds of faults; see :func:`validate`."""

    NO_ID = "no_id"
    SAME_ID = "same_id"
    NO_QUERY = "no_query"
    SAME_QUERY = "same_query"
    NO_POSITIVE = "no_positive"
    EMPTY_TEXT = "empty_text"
    SAME_POSITIVE = "same_positive"
    UNKNOWN_ARTICLE = "unknown_article"
    POSITIVE_AND_NEGATIVE = "positive_and_negative"
    LEAKED_ID = "leaked_id"
    LEAKED_QUERY = "leaked_query"
    LEAKED_GROUP = "leaked_group"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, the part and the question that have it, and what is at fault."""

    fault: Fault
    part: str
    query_id: str
    detail: str = ""


def validate(
    parts: Mapping[str, Sequence[Pair]], known: Container[str] | None = None
) -> list[Finding]:
    """Every fault of the parts of a data set, in order.

    Args:
        parts: name → pairs; one part is enough.
        known: the article keys of the corpus; unless given, keys are not looked up.

    Two pairs with the same question are a fault only if they give other articles: in training each
    would count the other's as wrong.
    """
    findings: list[Finding] = []
    for part, pairs in parts.items():
        findings.extend(_doubles(part, pairs))
        for pair in pairs:
            findings.extend(
                Finding(fault, part, pair.query_id, detail)
                for fault, detail in _faults(pair, known)
            )
    for (left, one), (right, other) in combinations(parts.items(), 2):
        findings.extend(_leaks(f"{left}+{right}", one, other))
    return findings


def _doubles(part: str, pairs: Sequence[Pair]) -> Iterable[Finding]:
    ids: set[str] = set()
    asked: dict[str, Pair] = {}
    for pair in pairs:
        if pair.query_id in ids:
            yield Finding(Fault.SAME_ID, part, pair.query_id)
        ids.add(pair.query_id)
        first = asked.setdefault(bare(pair.query), pair)
        if set(first.positives) != set(pair.positives) and bare(pair.query):
            yield Finding(Fault.SAME_QUERY, part, pair.query_id, first.query_id)


def _faults(pair: Pair, known: Container[str] | None) -> Iterable[tuple[Fault, str]]:
    checks: tuple[tuple[Fault, Callable[[], bool]], ...] = (
        (Fault.NO_ID, lambda: not pair.query_id.strip()),
        (Fault.NO_QUERY, lambda: not bare(pair.query)),
        (Fault.NO_POSITIVE, lambda: not pair.positives and not pair.texts),
        (Fault.EMPTY_TEXT, lambda: not all(text.strip() for text in pair.texts)),
        (Fault.SAME_POSITIVE, lambda: len(set(pair.positives)) < len(pair.positives)),
    )
    for fault, holds in checks:
        if holds():
            yield fault, ""
    for key in sorted(set(pair.positives) & set(pair.negatives)):
        yield Fault.POSITIVE_AND_NEGATIVE, key
    for key in (*pair.positives, *pair.negatives):
        if known is not None and key not in known:
            yield Fault.UNKNOWN_ARTICLE, key


def _leaks(part: str, left: Sequence[Pair], right: Sequence[Pair]) -> Iterable[Finding]:
    leaks = leaks_between(left, right)
    yield from (Finding(Fault.LEAKED_ID, part, one) for one in leaks.query_ids)
    by_query = {bare(pair.query): pair.query_id for pair in right}
    yield from (Finding(Fault.LEAKED_QUERY, part, by_query[one], one) for one in leaks.queries)
    yield from (Finding(Fault.LEAKED_GROUP, part, "", one) for one in leaks.groups)
