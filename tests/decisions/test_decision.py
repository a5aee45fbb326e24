"""Answers of the API → decisions: numbered parts, wrapped and bare answers."""

from __future__ import annotations

from datetime import date

import pytest

from lexdpr_rag.decisions.decision import decision_of, numbered_parts

PARTS = [
    ("", {}),
    ("보증금을 돌려받는 방법", {0: "보증금을 돌려받는 방법"}),
    ("[1] 하나<br/>  [2] 둘<br/>", {1: "하나", 2: "둘"}),
    ("[1] 법 제1조 / [2] 법 제2조 [별표 1] 제3호", {1: "법 제1조", 2: "법 제2조 [별표 1] 제3호"}),
    ("[1][3] 같은 것 / [2] 다른 것", {1: "같은 것", 2: "다른 것", 3: "같은 것"}),
    ("[1], [2] 같은 것", {1: "같은 것", 2: "같은 것"}),
    ("[1] 앞 &lt;옛글&gt; 〈뒤〉 a<b", {1: "앞 <옛글> 〈뒤〉 a<b"}),
    ("[1] 하나 [1] 다시", {1: "하나"}),
    ("[1] / [2] 둘", {2: "둘"}),
]


@pytest.mark.parametrize(("text", "parts"), PARTS)
def test_numbered_parts(text: str, parts: dict[int, str]) -> None:
    assert numbered_parts(text) == parts


BARE = {"판례일련번호": "7", "사건번호": "2022다1", "선고일자": "20221103", "판시사항": "[2] 쟁점"}


def test_an_answer_of_a_list_and_one_for_a_single_decision() -> None:
    named = {"판례정보일련번호" if key == "판례일련번호" else key: BARE[key] for key in BARE}
    first, second = decision_of(BARE), decision_of({"PrecService": named})
    assert first == second
    assert (first.decision_id, first.case, first.issues) == ("7", "2022다1", {2: "쟁점"})
    assert (first.holdings, first.citations) == ({}, {})


@pytest.mark.parametrize("written", ["20221103", "2022-11-03", "2022.11.03", "2022.11.03."])
def test_days(written: str) -> None:
    assert decision_of({**BARE, "선고일자": written}).decided == date(2022, 11, 3)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"판례일련번호": "7"}, KeyError),
        ({"선고일자": "20221103"}, KeyError),
        ({**BARE, "선고일자": "작년"}, ValueError),
        ({**BARE, "판시사항": ["쟁점"]}, TypeError),
        ("판례", AttributeError),
    ],
)
def test_what_is_none(answer: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        decision_of(answer)
