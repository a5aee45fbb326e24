"""Citations of a 참조조문: laws carried over commas, 구 and 현행 told apart."""

from __future__ import annotations

from datetime import date

import pytest

from lexdpr_rag import LexDPR
from lexdpr_rag.decisions.cited import Amendment, cited_articles

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
def test_citations(text: str, expected: object, engine: LexDPR) -> None:
    found = cited_articles(text, engine.directory)
    assert [(str(c.citation), [str(t) for t in c.today], c.gone) for c in found] == expected


# text → the acts before which its former laws are meant
AMENDED = [
    (f"{OLD} 제7조, 제8조, {ROBOT} 제6조", [
        Amendment(10000, date(2021, 1, 1)),
        Amendment(10000, date(2021, 1, 1)),
        None,
    ]),
    # each mention its own; one without an act means the last told of its law
    (f"{OLD} 제7조, 구 {LAW}(2023. 5. 16. 법률 제12000호로 개정되기 전의 것) 제8조, 구 {LAW} 제9조", [
        Amendment(10000, date(2021, 1, 1)),
        Amendment(12000, date(2023, 5, 16)),
        Amendment(12000, date(2023, 5, 16)),
    ]),
    # of two acts the later; the number alone; 제 left out
    (f"구 {LAW}(2020. 1. 1. 법률 제9000호로 개정되고 2021. 1. 1. 법률 제10000호로 개정되기 전의 것) 제7조", [
        Amendment(10000, date(2021, 1, 1)),
    ]),
    (f"구 {LAW}(법률 제10000호로 개정되기 전의 것) 제7조", [Amendment(10000)]),
    (f"구 {LAW}(2021. 1. 1. 법률 10000호로 개정되기 이전의 것) 제7조", [
        Amendment(10000, date(2021, 1, 1)),
    ]),
    (f"구 {LAW} 시행령(2021. 1. 1. 대통령령 제31000호로 개정되기 전의 것) 제7조(현행 제8조 참조)", [
        Amendment(31000, date(2021, 1, 1)),
    ]),
    (f"구 {LAW} 제7조", [None]),
    (f"구 {LAW}(2021. 13. 1. 법률 제10000호로 개정되기 전의 것) 제7조", [Amendment(10000)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "acts"), AMENDED)
def test_the_act_before_which_a_former_law_is_meant(
    text: str, acts: list[Amendment | None], engine: LexDPR
) -> None:
    assert [one.amendment for one in cited_articles(text, engine.directory)] == acts
