"""Which questions are kept, and the report on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lexdpr_finetune.pairs.pair import PairKind, read_pairs, write_pairs
from lexdpr_finetune.synthesize import Question, SynthesisError, check_quality, pairs_of
from lexdpr_finetune.synthesize.filters import FilterOptions, Reason, fault_of, sift
from lexdpr_finetune.synthesize.provision import Provision, provisions_of
from lexdpr_finetune.synthesize.question import read_questions, write_questions
from lexdpr_finetune.synthesize.round_trip import round_trip

from lexdpr_rag import LexDPR


def question(text: str, article: str = "990001/제18조", kind: str = "core") -> Question:
    return Question(f"urn:{article}", article, f"어떤 법 {article}", kind, text, "m")


@pytest.mark.parametrize(
    "text",
    [
        "제12조는 무엇인가?",
        "제12조의2제1항에 따른 신고는 어떻게 하나요?",
        "민법 제750조의 요건은 무엇인가요?",
        "민법 750조 요건이 뭐예요?",
        "제3항의 예외는 무엇인가요?",
        "제1호에 해당하면 어떻게 되나요?",
        "12조에 따르면 언제까지 신고하나요?",
        "별표 1에 따른 기준은 무엇인가요?",
        "「도로교통법」 제44조를 어기면 처벌받나요?",
    ],
)
def test_citations_leak(text: str, engine: LexDPR) -> None:
    assert fault_of(text, laws=engine.directory) is Reason.CITATION


@pytest.mark.parametrize(
    "text",
    [
        "민법에서 미성년자는 몇 살까지인가요?",
        "제1호선 지하철 공사 때문에 피해를 보면 보상받나요?",
        "보증금 3조 원을 예치해야 하나요?",
        "아파트 2호에 사는데 층간소음은 어디에 신고하나요?",
        "제3자에게 개인정보를 넘겨도 되나요?",
        "위법한 처분은 어디에 다투나요?",
        "하위 법령에는 무엇을 맡기고 있나요?",
    ],
)
def test_questions_that_do_not_leak(text: str, engine: LexDPR) -> None:
    assert fault_of(text, laws=engine.directory) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("뭐죠?", Reason.SHORT),
        ("보증금은 " * 60, Reason.LONG),
        ("What is the deposit limit of the shared kitchen?", Reason.LANGUAGE),
        ("이 법의 목적은 무엇인가요?", Reason.POINTING),
        ("위 규정에 따르면 언제 신고하나요?", Reason.POINTING),
        ("다음 각 호의 사항에는 무엇이 있나요?", Reason.POINTING),
        ("해당 조문에서 정한 기한은 언제인가요?", Reason.POINTING),
        ("본문에 따르면 누가 신고하나요?", Reason.POINTING),
    ],
)
def test_other_faults(text: str, reason: Reason) -> None:
    assert fault_of(text) is reason


def test_copied_stretches() -> None:
    passage = "이용자는 운영자가 보증금을 반환하지 아니하는 경우 보호기관에 보증금의 지급을 직접 청구할 수 있다."
    assert (
        fault_of(f"{passage[:-3]}나요?", passage, options=FilterOptions(copied=30)) is Reason.COPIED
    )
    assert fault_of("운영자가 보증금을 안 주면 직접 청구할 수 있나요?", passage) is None


def test_doubles_and_questions_on_several_articles() -> None:
    first = question("보증금은 며칠 안에 돌려줘야 하나요?")
    given = [
        first,
        question("보증금은 며칠안에 돌려줘야 하나요"),
        question("보증금은 며칠 안에 돌려줘야 하나요??", "990001/제18조"),
        question("과태료는 얼마인가요, 어디에 내나요?", "990001/제46조"),
        question("과태료는 얼마인가요 어디에 내나요?", "990011/제30조"),
        question("보증금 이자는 얼마인가요?"),
    ]
    sifted = sift(given)
    assert sifted.kept == (first, given[5])
    assert sifted.removed == {
        Reason.DUPLICATE: (given[1], given[2]),
        Reason.AMBIGUOUS: (given[3], given[4]),
    }


# -- round trip and report -----------------------------------------------------------------------


def asked(engine: LexDPR) -> list[Question]:
    unit = engine.search("보증금의 반환", 1, level="article")[0]
    real = Question(
        unit.unit_id,
        f"{unit.law_id}/{unit.article}",
        "",
        "lay",
        "보증금의 반환은 언제 하나요?",
        "m",
    )
    lost = Question("urn:x", "990001/제999조", "", "core", "보증금의 반환 기한은 며칠인가요?", "m")
    leak = Question("urn:x", "990001/제1조", "", "core", "제1조는 무엇을 정하나요?", "m")
    return [real, lost, leak]


def test_a_question_must_find_its_article(engine: LexDPR) -> None:
    real, lost, _ = asked(engine)
    trips = round_trip([real, lost], engine, top=3)
    assert trips.found() == (real,) and trips.lost() == (lost,)
    assert trips.ranks[0] is not None and 1 <= trips.ranks[0] <= 3
    assert trips.rates()[3] == 0.5
    assert trips.rates_by_kind() == {"core": 0.0, "lay": 1.0}


def test_the_report(engine: LexDPR) -> None:
    given = asked(engine)
    kept, report = check_quality(given, engine, top=3)
    assert kept == (given[0],)
    assert (report.given, report.kept, report.articles) == (3, 1, 1)
    assert report.kinds == {"core": (2, 0), "lay": (1, 1)}
    assert report.removed == {"citation": 1, "unanswerable": 1}
    assert report.examples["citation"] == (given[2].text,)
    assert report.lengths[50] == len(given[0].text)
    assert "제1조는 무엇을" in str(report) and "@3: 0.500" in str(report)
    assert report.to_dict()["removed"]["citation"] == 1
    # Without an engine nothing is searched.
    kept, report = check_quality(given)
    assert len(kept) == 2 and report.round_trip == {}


def test_nothing_to_report_on() -> None:
    kept, report = check_quality([])
    assert kept == () and report.lengths == {} and str(report)


# -- files and pairs -----------------------------------------------------------------------------


def test_files_of_questions(tmp_path: Path) -> None:
    given = [question("보증금은 언제 받나요?"), question("이자는 얼마인가요?", kind="lay")]
    assert write_questions(given, tmp_path / "q.jsonl") == 2
    assert list(read_questions(tmp_path / "q.jsonl")) == given
    (tmp_path / "q.jsonl").write_text('{"unit_id": 1}\n', encoding="utf-8")
    with pytest.raises(SynthesisError, match="1번째 줄"):
        list(read_questions(tmp_path / "q.jsonl"))


def test_pairs(tmp_path: Path) -> None:
    given = [
        question("보증금은 언제 받나요?"),
        question("보증금은 언제  받나요"),
        question("이자는요, 얼마죠?"),
    ]
    pairs = list(pairs_of(given))
    assert [p.query for p in pairs] == [given[0].text, given[2].text]  # the second is the first
    assert {p.group for p in pairs} == {"990001/제18조"}
    assert pairs[0].positives == ("990001/제18조",)
    assert pairs[0].kind is PairKind.SYNTHETIC
    assert pairs[0].query_id == given[1].question_id != pairs[1].query_id
    write_pairs(pairs, tmp_path / "p.jsonl")
    assert list(read_pairs(tmp_path / "p.jsonl")) == pairs
    older = (tmp_path / "p.jsonl").read_text("utf-8").replace('"synthetic"', '"own"')
    (tmp_path / "p.jsonl").write_text(older, encoding="utf-8")
    assert {p.kind for p in read_pairs(tmp_path / "p.jsonl")} == {PairKind.OWN}


# -- provisions ----------------------------------------------------------------------------------


def test_provisions_of_an_index(engine: LexDPR) -> None:
    whole = list(provisions_of(engine.path, level="paragraph"))
    assert len({p.unit_id for p in whole}) == len(whole) > 200
    assert not any(p.article.startswith("990004/") for p in whole)  # repealed
    (one,) = [p for p in whole if p.citation.endswith("보호에 관한 법률 제18조제4항")]
    assert one == Provision.of(engine.cite(one.citation))
    assert one.article == "990001/제18조" and one.title == "보증금의 반환"


def test_a_sample_of_provisions(engine: LexDPR) -> None:
    drawn = [p.unit_id for p in provisions_of(engine.path, limit=20, seed=1)]
    assert len(drawn) == 20
    assert drawn == [p.unit_id for p in provisions_of(engine.path, limit=20, seed=1)]
    assert drawn != [p.unit_id for p in provisions_of(engine.path, limit=20, seed=2)]
    every = [p.unit_id for p in provisions_of(engine.path)]
    assert [unit for unit in every if unit in set(drawn)] == drawn  # document order
