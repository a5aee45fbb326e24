"""Pairs that the law itself gives: an article's title → the article, a term → its definition."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.pair import Harvest, Pair, PairKind

NO_TITLE, EVERYWHERE, NOT_IN_FORCE = "no_title", "everywhere", "not_in_force"

# Titles that stand in nearly every law and ask for none of them.
_EVERYWHERE = frozenset(
    [
        "목적",
        "정의",
        "적용범위",
        "벌칙",
        "과태료",
        "양벌규정",
        "시행규칙",
        "시행령",
        "시행세칙",
        "준용",
        "준용규정",
    ]
)
# 1. "전자문서"란 … : the term stands in quotation marks before 란, 이란 or 라 함은.
_TERM = re.compile(r"[\"“]([^\"“”()]{2,40})[\"”]\s*(?:이?란|이?라\s*함은|이?라고\s*함은)\s")
_TERMS_IN = re.compile(r"정의|용어")


def title_pairs(articles: Articles) -> Harvest:
    """Each titled article in force, asked for by its title; every second one by its law's too.

    Titles that say nothing without their law (목적, 벌칙 …) always come with it.
    """
    pairs: list[Pair] = []
    dropped: Counter[str] = Counter()
    for row, key in enumerate(articles.keys):
        title = articles.title(row)
        if not articles.in_force[row]:
            dropped[NOT_IN_FORCE] += 1
        elif not title:
            dropped[NO_TITLE] += 1
        else:
            named = "".join(title.split()) in _EVERYWHERE or zlib.crc32(key.encode()) % 2 == 0
            query = f"{articles.law_title(row)} {title}" if named else title
            pairs.append(Pair(f"title-{key}", query, (key,), PairKind.TITLE, group=key))
    return Harvest(tuple(pairs), dropped)


def definition_pairs(articles: Articles) -> Harvest:
    """Terms that an article in force defines; one that many laws define comes with its law."""
    found = list(_definitions(articles))
    common = Counter(term for _, _, term in found)
    pairs: dict[str, Pair] = {}
    dropped: Counter[str] = Counter()
    for row, key, term in found:
        if common[term] > _MOST:
            dropped[EVERYWHERE] += 1
            continue
        named = common[term] > 1
        query = f"{articles.law_title(row)} {term}의 뜻" if named else f"{term}의 뜻"
        query_id = f"definition-{key}-{term}"
        pairs[query_id] = Pair(query_id, query, (key,), PairKind.DEFINITION, group=key)
    return Harvest(tuple(pairs.values()), dropped)


_MOST = 20
"""A term that more articles define ("위원회", "시설") says too little."""


def _definitions(articles: Articles) -> Iterator[tuple[int, str, str]]:
    for row, key in enumerate(articles.keys):
        if articles.in_force[row] and _TERMS_IN.search(articles.title(row)):
            for match in _TERM.finditer(articles.text(row)):
                yield row, key, match[1].strip()
