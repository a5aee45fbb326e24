"""Amendment marks: what is taken out of a text, what stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexdpr_rag.statute.marks import Mark, is_deletion, split_marks

# Text as printed → text without marks, marks.
MARKED = [
    # the common forms
    (
        "관장은 문을 연다. <개정 2020.1.1>",
        "관장은 문을 연다.",
        [Mark("개정", ("2020-01-01",))],
    ),
    (
        "관장은 문을 연다.<신설 2021.12.28, 2023.3.4>",
        "관장은 문을 연다.",
        [Mark("신설", ("2021-12-28", "2023-03-04"))],
    ),
    ("삭제 <2009.2.6>", "삭제", [Mark("", ("2009-02-06",))]),
    ("삭제<2009.2.6>", "삭제", [Mark("", ("2009-02-06",))]),
    ("<삭제 2009.2.6>", "", [Mark("삭제", ("2009-02-06",))]),
    ("<삭  제 2009.2.6>", "", [Mark("삭제", ("2009-02-06",))]),
    ("벌칙 <전문개정 1999.5.24>", "벌칙", [Mark("전문개정", ("1999-05-24",))]),
    ("벌칙 <전부개정 1999.5.24>", "벌칙", [Mark("전부개정", ("1999-05-24",))]),
    ("대출 <제목개정 1999.5.24>", "대출", [Mark("제목개정", ("1999-05-24",))]),
    ("대출 <본조신설 1999.5.24>", "대출", [Mark("본조신설", ("1999-05-24",))]),
    # notes in brackets
    ("문을 닫는다. [전문개정 2012.12.18]", "문을 닫는다.", [Mark("전문개정", ("2012-12-18",))]),
    ("문을 닫는다.[본조신설 2012.12.18]", "문을 닫는다.", [Mark("본조신설", ("2012-12-18",))]),
    ("[제목개정 2012.12.18]", "", [Mark("제목개정", ("2012-12-18",))]),
    # two marks in one text; a mark in the middle leaves one space
    (
        "이용자 <개정 2010.1.1> 및 관장 <신설 2011.1.1>",
        "이용자 및 관장",
        [Mark("개정", ("2010-01-01",)), Mark("신설", ("2011-01-01",))],
    ),
    # dates in older print: ㆍ, ·, a comma, spaces, a final point
    ("연다. <개정 1998ㆍ12ㆍ31>", "연다.", [Mark("개정", ("1998-12-31",))]),
    ("연다. <개정 1998·12·31>", "연다.", [Mark("개정", ("1998-12-31",))]),
    ("연다. <개정 1998. 12. 31.>", "연다.", [Mark("개정", ("1998-12-31",))]),
    ("연다. <개정 1998.12,31>", "연다.", [Mark("개정", ("1998-12-31",))]),
    ("연다. < 개정 1998.12.31 >", "연다.", [Mark("개정", ("1998-12-31",))]),
    # slips: a doubled comma, no comma, a comma at the end, a date without its year
    ("연다. <개정 2001.1.2,, 2003.4.5>", "연다.", [Mark("개정", ("2001-01-02", "2003-04-05"))]),
    ("연다. <개정 2001.1.2 2003.4.5>", "연다.", [Mark("개정", ("2001-01-02", "2003-04-05"))]),
    ("연다. <개정 2001.1.2,>", "연다.", [Mark("개정", ("2001-01-02",))]),
    ("연다. <개정 2001.1.2, 4.5.>", "연다.", [Mark("개정", ("2001-01-02",))]),
    # dates alone
    ("문을 연다. <2016.2.3>", "문을 연다.", [Mark("", ("2016-02-03",))]),
    # only the line that held a mark changes; lines stay lines
    ("첫 줄 <개정 2020.1.1>\n둘째  줄", "첫 줄\n둘째  줄", [Mark("개정", ("2020-01-01",))]),
]

# Angle or square brackets that say something: nothing is taken out.
UNMARKED = [
    "<과세표준>",
    "< 아 래 >",
    "다음 표와 같다. <단서 생략>",
    '<img src="https://example.invalid/1" alt="img1" >',
    "10 < 20 이고 20 > 10",
    "<43> 생략",
    "개정 2020.1.1",
    "<개정>",
    "<개정 규정>",
    "[별표 1]",
    "[시행일 : 2021.1.26] 제16조",
    "[전문개정에 관한 사항]",
    "기준[전문가의 의견 2020.1.1을 포함한다]",
    "",
]


@pytest.mark.parametrize(("printed", "text", "marks"), MARKED)
def test_marks_are_taken_out(printed: str, text: str, marks: list[Mark]) -> None:
    assert split_marks(printed) == (text, tuple(marks))


@pytest.mark.parametrize("text", UNMARKED)
def test_other_brackets_stay(text: str) -> None:
    assert split_marks(text) == (text, ())


@pytest.mark.parametrize(
    "text", ["삭제", "삭 제", "삭  제", "<삭제>", "<삭 제>", "< 삭제 >", "삭제.", " 삭제 "]
)
def test_deletion(text: str) -> None:
    assert is_deletion(text)


@pytest.mark.parametrize(
    "text",
    ["", "삭제지원요청자", "삭제한다", "기록의 삭제", "삭제된 기록을 되살리는 방법", "제2항 삭제"],
)
def test_what_is_no_deletion(text: str) -> None:
    assert not is_deletion(text)


@given(st.text(alphabet="가나 <>[].,ㆍ개정신설삭제2019\n", max_size=60))
def test_splitting_twice_changes_nothing_more_than_once(text: str) -> None:
    words, marks = split_marks(text)
    assert len(words) <= len(text)
    if not marks:
        assert words == text
