"""Pairs from delegation: a provision of a decree or administrative rule → the articles it rests on.

``법 제18조제4항에서 "대통령령으로 정하는 사항"이란`` in a decree says what the law's article is about
in the words of practice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from lexdpr_finetune.articles import Articles, Unresolved
from lexdpr_finetune.pairs.pair import Harvest, Pair, PairKind
from lexdpr_rag.statute.citation import find_citations
from lexdpr_rag.statute.directory import SUBORDINATE

NO_ABOVE, NOT_IN_FORCE, NO_CITATION = "no_law_above", "not_in_force", "no_citation"

_LOOKED_AT = 300
"""Characters of an article in which it says what it rests on."""

_LONGEST_QUERY = 200
# 「주택법」(이하 "법"이라 한다): what short names mean in an administrative rule.
_SHORT = re.compile(r"「([^「」]+)」\s*(시행령|시행규칙)?\s*\(이하\s*[\"“](법|영|규칙)[\"”]")
# What says that the article rests on another, behind its citation.
_RESTS = re.compile(
    r"(?:에|에서)\s*(?:따른|따라|의하여|의한|의거|규정|정하|정한|위임|[\"“])|의\s*규정에"
)
_BEHIND = 25


def delegation_pairs(articles: Articles) -> Harvest:
    """The decrees, rules and administrative rules of an index, article by article.

    The question is the article's title and the beginning of its words, without the citations; the
    positives are the articles of the laws above that it says it rests on.
    """
    pairs: list[Pair] = []
    dropped: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    names: dict[str, Mapping[str, str]] = {}
    for row, key in enumerate(articles.keys):
        law = key.partition("/")[0]
        if law not in names:
            names[law] = _names_above(articles, row)
        if not names[law]:
            dropped[NO_ABOVE] += 1
        elif not articles.in_force[row]:
            dropped[NOT_IN_FORCE] += 1
        else:
            made = _pair(articles, row, key, names[law], left_out)
            if made is None:
                dropped[NO_CITATION] += 1
            else:
                pairs.append(made)
    return Harvest(tuple(pairs), dropped, left_out)


def _names_above(articles: Articles, row: int) -> dict[str, str]:
    """법, 영, 규칙 → the law that is meant in the law of this article, its first one."""
    title = articles.law_title(row)
    for suffix in SUBORDINATE:
        above = title.removesuffix(f" {suffix}")
        if above != title:
            names = {"법": above}
            return (
                names if suffix == SUBORDINATE[0] else names | {"영": f"{above} {SUBORDINATE[0]}"}
            )
    found = _SHORT.findall(articles.text(row)[: 3 * _LOOKED_AT])
    return {short: f"{law} {suffix}".strip() for law, suffix, short in found}


def _pair(
    articles: Articles, row: int, key: str, names: Mapping[str, str], left_out: Counter[str]
) -> Pair | None:
    text = articles.text(row)[:_LOOKED_AT]
    short = re.compile(rf"(?<![가-힣「])({'|'.join(names)})(?=\s*제\d)")
    written = short.sub(lambda match: f"「{names[match[1]]}」", text)
    keys: dict[str, str] = {}
    spoken, last = [], 0
    for span in find_citations(written, articles.directory):
        spoken.append(written[last : span.start])
        last = span.end
        if not span.citation.law or not _RESTS.search(written[span.end : span.end + _BEHIND]):
            continue
        found = articles.resolve(span.citation)
        if isinstance(found, Unresolved):
            left_out[found.value] += 1
        elif found.partition("/")[0] != key.partition("/")[0]:
            keys[found] = str(span.citation)
    if not keys:
        return None
    words = " ".join(" ".join([*spoken, written[last:]]).split())
    query = f"{articles.title(row)} {words}".strip()[:_LONGEST_QUERY]
    return Pair(
        query_id=f"delegation-{key}",
        query=query,
        positives=tuple(keys),
        kind=PairKind.DELEGATION,
        group=key,
        citations=tuple(keys.values()),
    )
