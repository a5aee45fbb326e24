"""Citations of a 참조조문: laws carried over commas, 구 and 현행 told apart."""

from __future__ import annotations

from datetime import date

import pytest
from lexdpr_finetune.articles import Articles, Unresolved
from lexdpr_finetune.pairs.cited import cited_articles

from lexdpr_rag.statute.citation import parse_citation

LAW = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
ROBOT = "반려로봇 등록 및 안전관리에 관한 법률"
OLD = f"구 {LAW}(2021. 1. 1. 법률 제10000호로 전부 개정되기 전의 것)"

# text → (citation, where it stands today, gone)
CASES = [
    (f"{LAW} 제18조 제1항, 제4항, 제19조", [
        (f"{LAW} 제18조제1항", [], False),
        (f"{LAW} 제18조제4항", [], False),
        (f"{LAW} 제19조", [], False),
    ]),
    # without a space behind the comma, and a bracketed catchword
    (f"{LAW} 제18조[보증금],제19조,{ROBOT} 제6조", [
        (f"{LAW} 제18조", [], False),
        (f"{LAW} 제19조", [], False),
        (f"{ROBOT} 제6조", [], False),
    ]),
    # a former law stays former over commas and notes
    (f"{OLD} 제7조 제1항(현행 제18조 제1항 참조), 제8조, {ROBOT} 제6조", [
        (f"구 {LAW} 제7조제1항", [f"{LAW} 제18조제1항"], False),
        (f"구 {LAW} 제8조", [], False),
        (f"{ROBOT} 제6조", [], False),
    ]),
    # a note may lead to another law, and to several places; spaces may be missing
    (f"{OLD} 제9조(현행{ROBOT} 제6조 및{LAW} 시행령 제11조 참조)", [
        (f"구 {LAW} 제9조", [f"{ROBOT} 제6조", f"{LAW} 시행령 제11조"], False),
    ]),
    (f"{OLD} 제9조(현행 제20조 제1항, 제3항 참조)", [
        (f"구 {LAW} 제9조", [f"{LAW} 제20조제1항", f"{LAW} 제20조제3항"], False),
    ]),
    (f"{OLD} 제9조(현행 삭제), 제10조", [
        (f"구 {LAW} 제9조", [], True),
        (f"구 {LAW} 제10조", [], False),
    ]),
    # the law that repealed another is not cited
    (f"구 옛날법(2005. 3. 31. 법률 제7428호 {ROBOT} 부칙 제2조로 폐지) 제3조", [
        ("제3조", [], False),
    ]),
    # an unknown law does not take the name of the one before it
    (f"{LAW} 제18조, 없는 나라의 법 제2조, 제3조", [
        (f"{LAW} 제18조", [], False),
        ("제2조", [], False),
        ("제3조", [], False),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:40] for text, _ in CASES])
def test_citations(text: str, expected: object, articles: Articles) -> None:
    found = cited_articles(text, articles.directory)
    assert [(str(c.citation), [str(t) for t in c.today], c.gone) for c in found] == expected


RESOLVED = [
    (f"{LAW} 제18조제4항", "990001/제18조"),
    (f"{LAW} 시행령 제14조의2", "990002/제14조의2"),
    (f"구 {LAW} 제18조", Unresolved.FORMER),
    (f"{LAW} 제17조", Unresolved.MISSING_ARTICLE),  # deleted
    (f"{LAW} 제999조", Unresolved.MISSING_ARTICLE),
    (f"{LAW} 시행령 별표 1", Unresolved.ANNEX),
    (f"{LAW} 부칙 제2조", Unresolved.SUPPLEMENT),
    ("공중정원법 제3조", Unresolved.UNKNOWN_LAW),
]


@pytest.mark.parametrize(("text", "expected"), RESOLVED)
def test_resolved(text: str, expected: str, articles: Articles) -> None:
    assert articles.resolve(parse_citation(text)) == expected


def test_a_law_made_anew_after_the_decision_has_other_numbers(articles: Articles) -> None:
    citation = parse_citation(f"{LAW} 제18조")  # enacted on 2019-11-26
    assert articles.resolve(citation, date(2018, 5, 1)) is Unresolved.REVISED
    # until it is in force, courts still cite the old one by the same name
    assert articles.resolve(citation, date(2020, 5, 1)) is Unresolved.REVISED
    assert articles.resolve(citation, date(2021, 5, 1)) == "990001/제18조"
