"""Numbers, their markers, and what may follow what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexdpr_rag.statute.numbering import (
    CIRCLED,
    SYLLABLES,
    Number,
    Order,
    circled_value,
    follows,
    number_from_code,
    syllable,
    syllable_value,
)

NUMBERS = st.builds(Number, st.integers(0, 999), st.integers(0, 99), st.integers(0, 20))


@pytest.mark.parametrize(
    ("number", "text", "code", "article"),
    [
        (Number(1), "1", "1", "제1조"),
        (Number(14, 2), "14의2", "14-2", "제14조의2"),
        (Number(839, 2), "839의2", "839-2", "제839조의2"),
        # 행정규칙 that number articles by chapter
        (Number(3, 0, 1), "1-3", "1.3", "제1-3조"),
        (Number(3, 2, 1), "1-3의2", "1.3-2", "제1-3조의2"),
    ],
)
def test_number_is_written_three_ways(number: Number, text: str, code: str, article: str) -> None:
    assert (str(number), number.code, number.article) == (text, code, article)


@pytest.mark.parametrize(
    ("number", "unit", "label"),
    [
        (Number(3), "항", "제3항"),
        (Number(1, 2), "호", "제1호의2"),
        (Number(2, 3), "장", "제2장의3"),
    ],
)
def test_ordinal(number: Number, unit: str, label: str) -> None:
    assert number.ordinal(unit) == label


@given(NUMBERS)
def test_code_comes_back(number: Number) -> None:
    assert number_from_code(number.code) == number


@pytest.mark.parametrize("code", ["", "a1", "1-", "1의2", "1.2.3", "-1", "1 "])
def test_a_bad_code_names_the_legal_forms(code: str) -> None:
    with pytest.raises(ValueError, match=r"14, 14-2 or 1\.3-2"):
        number_from_code(code)


def test_circled_markers_in_order() -> None:
    assert len(CIRCLED) == len(set(CIRCLED)) == 50
    assert [circled_value(c) for c in CIRCLED] == list(range(1, 51))
    assert [circled_value(c) for c in "①⑳㉑㉛㊱㊿"] == [1, 20, 21, 31, 36, 50]


@pytest.mark.parametrize("char", ["ⓛ", "1", "가", "⑴", "❶", ""])
def test_what_is_no_circled_marker(char: str) -> None:
    assert circled_value(char) is None


def test_syllables_run_on_after_하() -> None:
    assert SYLLABLES[:14] == "가나다라마바사아자차카타파하"
    assert SYLLABLES[14:28] == "거너더러머버서어저처커터퍼허"
    assert SYLLABLES[28:42] == "고노도로모보소오조초코토포호"
    assert len(set(SYLLABLES)) == len(SYLLABLES) == 84


@given(st.integers(1, 84))
def test_syllable_comes_back(value: int) -> None:
    assert syllable_value(syllable(value)) == value


@pytest.mark.parametrize("char", ["각", "본", "글", "a", "1", "개"])
def test_what_is_no_목_marker(char: str) -> None:
    assert syllable_value(char) is None


@pytest.mark.parametrize("value", [0, -1, 85])
def test_a_목_beyond_the_alphabet_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="outside 1…84"):
        syllable(value)


@pytest.mark.parametrize(
    ("last", "number", "order"),
    [
        # how a list may begin
        (None, Number(1), Order.NEXT),
        (None, Number(1, 2), Order.NEXT),
        (None, Number(2), Order.GAP),
        (None, Number(0), Order.BACK),  # "0. 5밀리그램", torn from 0.5
        # how it goes on
        (Number(1), Number(2), Order.NEXT),
        (Number(1), Number(1, 2), Order.NEXT),
        (Number(1, 2), Number(1, 3), Order.NEXT),
        (Number(1, 9), Number(1, 10), Order.NEXT),
        (Number(1, 3), Number(2), Order.NEXT),
        (Number(3, 2), Number(3, 2), Order.REPEAT),
        (Number(2), Number(2), Order.REPEAT),
        (Number(1), Number(3), Order.GAP),
        (Number(1), Number(2, 2), Order.GAP),
        (Number(1, 2), Number(1, 4), Order.GAP),
        # a list starts over, or a decimal was torn
        (Number(3), Number(1), Order.BACK),
        (Number(3), Number(2, 2), Order.BACK),
        (Number(1, 2), Number(1), Order.BACK),
        (Number(2), Number(0), Order.BACK),
        # articles numbered by chapter: 제1-9조, then 제2-1조
        (Number(8, 0, 1), Number(9, 0, 1), Order.NEXT),
    ],
)
def test_follows(last: Number | None, number: Number, order: Order) -> None:
    assert follows(last, number) is order


@given(st.none() | NUMBERS, NUMBERS)
def test_zero_never_follows(last: Number | None, number: Number) -> None:
    assert follows(last, number._replace(main=0)) is Order.BACK


@given(NUMBERS, NUMBERS)
def test_what_goes_back_cannot_go_on(last: Number, number: Number) -> None:
    if number.main and number.order < last.order:
        assert follows(last, number) is Order.BACK
