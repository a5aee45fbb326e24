"""Decisions → pairs: what becomes one, what is dropped and why."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs import PairKind
from lexdpr_finetune.pairs.precedents import PrecedentOptions, precedent_pairs

from lexdpr_rag.decisions.decision import Decision, decision_of
from lexdpr_rag.decisions.files import read_decisions

LAW = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
OLD = f"구 {LAW}(2019. 11. 26. 법률 제10000호로 전부 개정되기 전의 것)"


def decision(issues: str, citations: str, *, day: str = "20221103", holdings: str = "") -> Decision:
    return decision_of(
        {
            "판례일련번호": "7001",
            "사건번호": "2022다1",
            "선고일자": day,
            "판시사항": issues,
            "참조조문": citations,
            "판결요지": holdings,
        }
    )


def test_each_issue_with_the_articles_of_its_number(articles: Articles) -> None:
    given = decision(
        "[1] 보증금을 돌려받을 수 있는 때<br/>[2] 운영자가 계약을 해지할 수 있는 때",
        f"[1] {LAW} 제18조 제1항, 제4항, {LAW} 시행령 제14조의2 / [2] {LAW} 제23조",
    )
    first, second = precedent_pairs([given], articles).pairs
    assert first.query_id == "7001#1"
    assert first.query == "보증금을 돌려받을 수 있는 때"
    assert first.positives == ("990001/제18조", "990002/제14조의2")
    assert first.citations == (f"{LAW} 제18조제1항", f"{LAW} 시행령 제14조의2")
    assert (first.kind, first.group, first.day) == (PairKind.ISSUE, "7001", "2022-11-03")
    assert second.positives == ("990001/제23조",)


DROPPED = [
    (decision("보증금의 반환 시기와 방법", f"{LAW} 제18조", day="20230101"), {"after": 1}, {}),
    (decision("", f"{LAW} 제18조"), {"no_issue": 1}, {}),
    (decision("보증금의 반환 시기와 방법", ""), {"no_citation": 1}, {}),
    (decision("[1] 보증금의 반환 시기와 방법", f"[2] {LAW} 제18조"), {"no_partner": 1}, {}),
    (decision("보증금의 반환 시기와 방법", f"{OLD} 제18조"), {"nothing_current": 1}, {"former": 1}),
    (
        decision("보증금의 반환 시기와 방법", f"{LAW} 제18조, {OLD} 제9조(현행 삭제)"),
        {"incomplete": 1},
        {"gone": 1},
    ),
]


@pytest.mark.parametrize(("given", "dropped", "left_out"), DROPPED)
def test_dropped(
    given: Decision, dropped: dict[str, int], left_out: dict[str, int], articles: Articles
) -> None:
    harvest = precedent_pairs([given], articles, PrecedentOptions(until=date(2022, 12, 31)))
    assert harvest.pairs == ()
    assert (dict(harvest.dropped), dict(harvest.left_out)) == (dropped, left_out)


def test_notes_say_where_a_former_article_stands_today(articles: Articles) -> None:
    given = decision("보증금의 반환 시기와 방법", f"{OLD} 제9조(현행 제18조 참조)")
    (pair,) = precedent_pairs([given], articles).pairs
    assert pair.positives == ("990001/제18조",)
    without = precedent_pairs([given], articles, PrecedentOptions(today=False))
    assert without.dropped == {"nothing_current": 1}


def test_incomplete_pairs_and_holdings_on_request(articles: Articles) -> None:
    given = decision(
        "보증금의 반환 시기와 방법", f"{LAW} 제18조, {OLD} 제9조", holdings="바로 돌려주어야 한다."
    )
    options = PrecedentOptions(complete=False, holdings=True)
    issue, holding = precedent_pairs([given], articles, options).pairs
    assert not issue.complete
    assert (holding.kind, holding.query) == (PairKind.HOLDING, "바로 돌려주어야 한다.")
    assert holding.positives == issue.positives
    assert holding.query_id != issue.query_id


@pytest.mark.corpus
def test_the_national_law(corpus_data: Path, precedents: Path) -> None:
    """The counts of docs/finetune/pairs.md need the index of the national law."""
    decisions = list(read_decisions([precedents]))
    assert len(decisions) == 21242
    issues = sum(len(d.issues) for d in decisions)
    both = sum(len(d.issues.keys() & d.citations.keys()) for d in decisions)
    assert issues > 23_000
    assert both / issues > 0.99
