"""Citations → the articles in force that they mean."""

from __future__ import annotations

from datetime import date

import pytest

from lexdpr_rag import LexDPR
from lexdpr_rag.corpus import directory_of
from lexdpr_rag.decisions.cited import cited_articles
from lexdpr_rag.decisions.resolve import Resolver, Unresolved, article_key, titles_in_force
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.statute.citation import parse_citation

LAW = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
OLD = f"구 {LAW}(2021. 1. 1. 법률 제10000호로 전부 개정되기 전의 것)"
DAY = date(2021, 5, 1)


@pytest.fixture(scope="module")
def store(engine: LexDPR) -> UnitStore:
    return UnitStore.open(Layout(engine.path).open_generation())


@pytest.fixture(scope="module")
def resolver(store: UnitStore) -> Resolver:
    return Resolver(directory_of(store.laws), titles_in_force(store))


def test_titles_of_the_articles_in_force(store: UnitStore) -> None:
    titles = titles_in_force(store)
    assert titles["990001/제18조"] == "보증금의 반환"
    assert "990001/제17조" not in titles  # deleted
    repealed = {law.law_id for law in store.laws if law.repealed}
    assert repealed
    assert not repealed & {key.partition("/")[0] for key in titles}


def test_keys() -> None:
    assert article_key("990001", "main:a14-2") == "990001/제14조의2"


NOTED = [
    (f"{LAW} 제18조 제1항", True, {"990001/제18조": f"{LAW} 제18조제1항"}),
    (f"{OLD} 제9조(현행 제18조 제1항, 제19조 참조)", True, {
        "990001/제18조": f"{LAW} 제18조제1항",
        "990001/제19조": f"{LAW} 제19조",
    }),
    (f"{OLD} 제9조(현행 제18조, 제999조 참조)", True, {"990001/제18조": f"{LAW} 제18조"}),
    (f"{OLD} 제9조(현행 제18조 참조)", False, Unresolved.FORMER),
    (f"{OLD} 제9조(현행 삭제)", True, Unresolved.GONE),
    (f"{OLD} 제9조", True, Unresolved.FORMER),
    (f"{LAW} 제999조", True, Unresolved.MISSING_ARTICLE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "today", "expected"), NOTED)
def test_with_the_notes_of_the_court(
    text: str, today: bool, expected: object, resolver: Resolver
) -> None:
    (cited,) = cited_articles(text, resolver.directory)
    found = resolver.resolve_cited(cited, DAY, today=today)
    told = found if isinstance(found, Unresolved) else {key: str(c) for key, c in found.items()}
    assert told == expected


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
def test_resolved(text: str, expected: str, resolver: Resolver) -> None:
    assert resolver.resolve(parse_citation(text)) == expected


def test_a_law_made_anew_after_the_decision_has_other_numbers(resolver: Resolver) -> None:
    citation = parse_citation(f"{LAW} 제18조")  # enacted on 2019-11-26
    assert resolver.resolve(citation, date(2018, 5, 1)) is Unresolved.REVISED
    # until it is in force, courts still cite the old one by the same name
    assert resolver.resolve(citation, date(2020, 5, 1)) is Unresolved.REVISED
    assert resolver.resolve(citation, date(2021, 5, 1)) == "990001/제18조"
