"""The assessment and its page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from finetune.page_parts import check_page
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs import Pair, PairKind
from lexdpr_finetune.reading import RecipeError
from lexdpr_finetune.report.assessment import Assessment, assess
from lexdpr_finetune.report.page import page_of, write_report
from lexdpr_finetune.side_by_side import Contestants, side_by_side

from lexdpr_rag import LexDPR

pytest.importorskip("ir_measures")

A, B, C = "990001/제18조", "990001/제16조", "990011/제6조"
PAIRS = [
    Pair("q1", "보증금 반환", (A,), PairKind.OWN),
    Pair("q2", "<b>보증금</b>은 얼마까지 받을 수 있나요?", (B, A), PairKind.OWN),
    Pair(
        "q3", "반려로봇은 어디에 등록하며 그때 무엇을 내야 하는지 알려 주세요", (C,), PairKind.ISSUE
    ),
]
RUNS = {
    "base": {"q1": [A], "q2": [C, B], "q3": [A, C]},
    "model": {"q1": [A], "q2": [C], "q3": [C]},
}


@pytest.fixture(scope="module")
def found(articles: Articles) -> Assessment:
    return assess(
        RUNS, PAIRS, articles, ["RR@10", "R@1"], subject="model", base="base", samples=100
    )


def test_figures(found: Assessment) -> None:
    assert found.figures["base"]["RR@10"].mean == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert found.figures["model"]["RR@10"].mean == pytest.approx(2 / 3)
    assert found.figures["base"]["RR@10"].p is None
    assert found.figures["model"]["RR@10"].difference == pytest.approx(0.0)


def test_groups_of_questions(found: Assessment) -> None:
    def told(by: str) -> dict[str, tuple[int, float]]:
        return {one.label: (one.questions, one.means["model"]) for one in found.slices[by]}

    assert told("kind") == {"issue": (1, 1.0), "own": (2, 0.5)}
    assert told("golds") == {"1": (2, 1.0), "2": (1, 0.0)}
    assert told("length") == {"≤15": (1, 1.0), "≤30": (1, 0.0), "≤60": (1, 1.0)}
    laws = told("law")
    assert sum(count for count, _ in laws.values()) == 3
    assert laws["반려로봇 등록 및 안전관리에 관한 법률"] == (1, 1.0)


def test_the_worst_with_what_was_found_instead(found: Assessment) -> None:
    (miss,) = found.worst  # the others were answered perfectly
    assert miss.query_id == "q2"
    assert miss.values == {"base": 0.5, "model": 0.0}
    assert [place.rank for place in miss.golds] == [None, None]
    (instead,) = miss.found
    assert (instead.article, instead.rank) == (C, 1)
    assert instead.title.startswith("반려로봇 등록 및 안전관리에 관한 법률 제6조")


def test_it_comes_back_from_json(found: Assessment, tmp_path: Path) -> None:
    found.save(tmp_path / "a.json")
    assert Assessment.load(tmp_path / "a.json") == found


def test_the_page_stands_by_itself(found: Assessment) -> None:
    page = page_of(found)
    assert check_page(page).count("svg") >= 3
    assert "&lt;b&gt;보증금" in page  # a question is no HTML
    for words in (
        "평가 보고서",
        "Evaluation report",
        "나란히",
        "Side by side",
        "사람이 쓴 질문 own",
        "0.667",
    ):
        assert words in page


def test_page_and_json_are_written(found: Assessment, tmp_path: Path) -> None:
    page = write_report(tmp_path / "new", found)
    held = json.loads((tmp_path / "new" / "report.json").read_text("utf-8"))
    assert held["assessment"]["figures"]["model"]["R@1"]["mean"] == pytest.approx(2 / 3)
    assert page.name == "report.html"


def test_side_by_side_on_an_index(engine: LexDPR) -> None:
    told: list[str] = []
    found = side_by_side(
        engine.path,
        PAIRS,
        Contestants(lexical=True),
        measures=["R@10"],
        tell=lambda done, total, name: told.append(name),
    )
    assert told == ["lexical"]
    assert found.figures["lexical"]["R@10"].mean > 0.5
    for wrong in (Contestants(), Contestants(encoders=("a", "a"))):
        with pytest.raises(RecipeError):
            side_by_side(engine.path, PAIRS, wrong)
