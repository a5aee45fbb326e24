"""The inline splitter: what opens a provision, and what only looks as if it did."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag.statute.builder import TreeBuilder
from lexdpr_rag.statute.inline import (
    add_provisions,
    add_supplement,
    split_provisions,
    split_supplement,
    subitem_marker,
)
from lexdpr_rag.statute.numbering import Number

LEVELS = ["항", "호", "목", "1)", "가)", "(1)", "(가)"]


def outline(text: str) -> list[str]:
    """``항1 호1 호2 목1``: the provisions of an article, a check for loss aside."""
    pieces = split_provisions(text)
    assert "".join(piece.raw for piece in pieces) == text
    return [f"{LEVELS[p.level]}{p.number}" for p in pieces if p.level >= 0]


OPENS = [
    # all levels behind one another
    (
        "① 다음 각 호와 같다. 1. 배 가. 큰 배 1) 돛배 가) 흰 돛 (1) 삼베 (가) 헌것 (2) 무명 2) 증기선 나. 작은 배 2. 섬 ② 끈다.",
        ["항1", "호1", "목1", "1)1", "가)1", "(1)1", "(가)1", "(1)2", "1)2", "목2", "호2", "항2"],
    ),
    # lists begin anew in each 항
    ("① 다음과 같다. 1. 배 2. 섬 ② 다음과 같다. 1. 등대", ["항1", "호1", "호2", "항2", "호1"]),
    # 호 directly below the article, with inserted numbers
    (
        "다음 각 호의 것을 말한다. 1. 배 1의2. 섬 1의3. 만 2. 등대",
        ["호1", "호1의2", "호1의3", "호2"],
    ),
    ("다음 각호와 같다. <개정 2010. 11. 12.> 1. 배 2. 섬", ["호1", "호2"]),
    ("등대를 켤 수 있다. 1. 삭 제 2. 삭 제", ["호1", "호2"]),
    # no space behind the marker, or a sentence right before it
    ("①이 규정은 켠다.②끈다.③ 등대", ["항1", "항2", "항3"]),
    # a 목 needs no lead-in
    (
        "구분한다. 1. 예금(이하 “예금”이라 한다) 가. 이자 나. 만기 2. 적금",
        ["호1", "목1", "목2", "호2"],
    ),
    # a list may go on behind words that look like a citation
    ("다음 각 호 1. 제1호부터 제4호 2. 등대", ["호1", "호2"]),
    # lines need no lead-in
    ("등대를 둔다.\n  1. 배\r\n  2. 섬\n    가. 큰 섬", ["호1", "호2", "목1"]),
]


@pytest.mark.parametrize(("text", "expected"), OPENS)
def test_markers_that_open(text: str, expected: list[str]) -> None:
    assert outline(text) == expected


STAYS = [
    # dates and amendment marks
    ("다음 각 호와 같다. <개정 2010. 1. 2.> 등대", []),
    ("다음과 같이 2025. 1. 2. 켠다.", []),
    ("다음 각 호 1. 배 <신설 2010. 2. 3., 2011. 2. 3.> 등대", ["호1"]),
    ("다음과 같다. [시행일: 2016. 1. 2.] 등대", []),
    # decimals, sums and ranges
    ("다음 각 호 1. 길이 2.5미터 2. 높이", ["호1", "호2"]),
    ("다음 각 호 1. 배 1.~4. 삭제", ["호1"]),
    # not the next number
    ("다음 각 호 2. 배 3. 섬", []),
    ("다음 각 호 1. 배 3. 섬", ["호1"]),
    ("① 켠다. ③ 끈다.", ["항1"]),
    # a sentence that ends in 다., a noun that ends a sentence
    ("다음 각 호 1. 켠다. 끈다. 2. 섬이다. ", ["호1", "호2"]),
    (
        "다음 각 호 1. 사람 가. 갑 나. 을 다. 병 라. 정 마. 무 바. 기 사. 경 아. 등대에 사는 자. 다만, 뺀다. 자. 임",
        ["호1", *(f"목{n}" for n in range(1, 10))],
    ),
    # references
    ("다음 각 호 1. 배 1)부터 3)까지와 같다.", ["호1"]),
    ("다음 각 호 1. 배 1) 또는 2)에 해당한다.", ["호1"]),
    ("①부터 ③까지에 따른다.", []),
    ("다음 각 호 1. 제2조제1호 가. 등대", ["호1"]),
    # no list is open that could hold it
    ("등대를 켠다. 1. 배", []),
    ("등대에 적용한다. 가. 배 나. 섬", []),
    ("1) 배 2) 섬", []),
    # quoted
    ("다음 각 호 「등대 1. 규정」을 켠다.", []),
    # drawn tables
    ("다음 각 호\n│ 1. 배 │\n", []),
]


@pytest.mark.parametrize(("text", "expected"), STAYS)
def test_markers_that_stay_text(text: str, expected: list[str]) -> None:
    assert outline(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("      1) 배", (0, Number(1), "1)")),
        ("\u3000  나) 배", (1, Number(2), "나)")),
        (" (3) 배", (2, Number(3), "(3)")),
        ("(다)배", (3, Number(3), "(다)")),
        ("각) 배", None),
        ("1. 배", None),
    ],
)
def test_markers_below_items(line: str, expected: tuple[int, Number, str] | None) -> None:
    found = subitem_marker(line)
    assert (found and found[:3]) == expected


def test_a_supplement_in_one_line() -> None:
    text = "제1조(시행일) ① 켠다.② 제3조(불)의 뜻이다. 제2조(적용례) 제8조제2항 중 “불”을 고친다. 제2조(다른 법) 끈다."
    assert list(split_supplement(text)) == [
        "제1조(시행일) ① 켠다.",
        "② 제3조(불)의 뜻이다. ",
        "제2조(적용례) 제8조제2항 중 “불”을 고친다. 제2조(다른 법) 끈다.",
    ]


# -- nothing is lost, whatever comes -------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        *"①②③㉑",
        "1.",
        "2.",
        "1의2.",
        "가.",
        "나.",
        "1)",
        "2)",
        "가)",
        "(1)",
        "(가)",
        "다음 각 호",
        "다.",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\r",
        "\u3000",
        "<개정 2010. 1. 2.>",
        "│",
        "켠다",
        "제1조(시행일)",
        "제2조",
        "부칙 <제1호,2020.1.2>",
        "「",
        "」",
    ]
)
TEXTS = st.lists(FRAGMENTS | st.text(max_size=4), max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_nothing_is_lost(text: str) -> None:
    assert "".join(piece.raw for piece in split_provisions(text)) == text
    assert "".join(split_supplement(text)) == text
    builder = TreeBuilder()
    builder.article(Number(1), "", "제1조 ")
    add_provisions(builder, text)
    add_supplement(builder, text)
    nodes = [node for top in builder.build() for node in top.walk()]
    assert "".join(node.raw for node in nodes) == f"제1조 {text}{text}"


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_every_marker_found_becomes_a_node(text: str) -> None:
    """The builder accepts what the splitter found: both go by the same order."""
    builder = TreeBuilder()
    builder.article(Number(1), "", "제1조 ")
    add_provisions(builder, text)
    (article,) = builder.build()
    found = [piece for piece in split_provisions(text) if piece.level >= 0]
    assert len(list(article.walk())) == 1 + len(found)
