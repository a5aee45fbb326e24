"""Splits keep together what belongs together; validate finds what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from lexdpr_finetune.pairs import Pair, PairError, PairKind
from lexdpr_finetune.pairs.splits import (
    leaks_between,
    split_by_article,
    split_by_day,
    split_by_group,
)
from lexdpr_finetune.pairs.validate import Fault, validate

PAIRS = [
    Pair(f"c{case}#{issue}", f"질문 {case} {issue}", (f"99/제{case % 37 + 1}조",), PairKind.ISSUE,
         group=f"c{case}", day=f"20{10 + case % 12}-05-01")
    for case in range(300)
    for issue in range(3)
]  # fmt: skip
SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}


def test_by_group() -> None:
    parts = split_by_group(PAIRS, SHARES).parts
    assert sum(map(len, parts.values())) == len(PAIRS)
    assert 0.7 < len(parts["train"]) / len(PAIRS) < 0.9
    for left, right in (("train", "dev"), ("train", "test"), ("dev", "test")):
        assert not leaks_between(parts[left], parts[right])


def test_a_pair_keeps_its_part_when_others_go() -> None:
    whole = split_by_group(PAIRS, SHARES).parts["dev"]
    half = split_by_group(PAIRS[::2], SHARES).parts["dev"]
    assert set(half) == set(whole) & set(PAIRS[::2])
    assert split_by_group(PAIRS, SHARES, seed=1).parts["dev"] != whole


def test_by_day() -> None:
    last = {"train": date(2018, 12, 31), "dev": date(2020, 1, 1)}
    late = replace(PAIRS[0], query_id="late", day="2021-01-01")  # PAIRS[0] is of 2010
    undated = replace(PAIRS[5], query_id="undated", day="", group="")
    split = split_by_day([*PAIRS, late, undated], last)
    assert split.lost == 1
    assert max(p.day for p in split.parts["train"]) <= "2018-12-31"
    assert {p.day[:4] for p in split.parts["dev"]} == {"2019"}
    assert {p.query_id for p in split.parts["test"]} >= {"late", "c0#0", "c0#1", "c0#2"}
    assert not leaks_between(split.parts["train"], split.parts["test"])


def test_by_article() -> None:
    both = Pair("both", "둘 다", tuple(f"99/제{n}조" for n in range(1, 38)), PairKind.OWN)
    split = split_by_article([*PAIRS, both], {"train": 0.5, "dev": 0.5})
    assert split.lost == 1
    keys = [{key for p in part for key in p.positives} for part in split.parts.values()]
    assert all(keys)
    assert keys[0].isdisjoint(keys[1])


@pytest.mark.parametrize("shares", [{}, {"train": -0.1, "dev": 1}, {"train": 0}])
def test_shares_must_make_sense(shares: dict[str, float]) -> None:
    with pytest.raises(PairError, match="몫"):
        split_by_group(PAIRS, shares)


def test_days_must_rise() -> None:
    with pytest.raises(PairError, match="2020-01-01"):
        split_by_day(PAIRS, {"train": date(2020, 1, 1), "dev": date(2019, 1, 1)})


# -- validate ------------------------------------------------------------------------------------

GOOD = Pair("q1", "보증금은 언제 돌려받나요?", ("99/제1조",), PairKind.OWN)

FAULTS = [
    (replace(GOOD, query_id=" "), Fault.NO_ID),
    (replace(GOOD, query=" ?! "), Fault.NO_QUERY),
    (replace(GOOD, positives=()), Fault.NO_POSITIVE),
    (replace(GOOD, texts=(" ",)), Fault.EMPTY_TEXT),
    (replace(GOOD, positives=("99/제1조", "99/제1조")), Fault.SAME_POSITIVE),
    (replace(GOOD, positives=("99/제7조",)), Fault.UNKNOWN_ARTICLE),
    (replace(GOOD, negatives=("99/제8조",)), Fault.UNKNOWN_ARTICLE),
    (replace(GOOD, negatives=("99/제1조",)), Fault.POSITIVE_AND_NEGATIVE),
]


@pytest.mark.parametrize(("pair", "fault"), FAULTS, ids=[f.value for _, f in FAULTS])
def test_faults_of_a_pair(pair: Pair, fault: Fault) -> None:
    assert [f.fault for f in validate({"train": [pair]}, {"99/제1조"})] == [fault]


def test_good_pairs_have_none() -> None:
    other = replace(GOOD, query_id="q2", query="보증금은 얼마까지인가요?")
    assert validate({"train": [GOOD], "dev": [other]}, {"99/제1조"}) == []


def test_doubles_within_a_part() -> None:
    same_id = replace(GOOD, query="다른 질문")
    same_query = replace(
        GOOD, query_id="q2", query="보증금은 언제 돌려받나요", positives=("99/제2조",)
    )
    same_answer = replace(GOOD, query_id="q3")
    found = validate({"train": [GOOD, same_id, same_query, same_answer]})
    assert [(f.fault, f.query_id, f.detail) for f in found] == [
        (Fault.SAME_ID, "q1", ""),
        (Fault.SAME_QUERY, "q2", "q1"),
    ]


def test_leaks_between_parts() -> None:
    one = replace(GOOD, group="사건1")
    other = replace(GOOD, query="보증금은  언제 돌려받나요", group="사건1")
    found = validate({"train": [one], "dev": [other]})
    assert {f.fault for f in found} == {Fault.LEAKED_ID, Fault.LEAKED_QUERY, Fault.LEAKED_GROUP}
    assert {f.part for f in found} == {"train+dev"}
