"""Former versions: which one a citation means, and which article of today continues it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.history import History
from lexdpr_finetune.pairs.precedents import PrecedentOptions, precedent_pairs
from lexdpr_finetune.pairs.successors import Successors
from lexdpr_finetune.sections import PairsSection, PrecedentSection
from lexdpr_finetune.stages.pairs import pairs_step

from lexdpr_rag.decisions.cited import Amendment
from lexdpr_rag.decisions.decision import decision_of
from lexdpr_rag.decisions.resolve import Unresolved
from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.citation import parse_citation

LAW = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
KEY = "990001"

RETURN = (
    "운영자는 이용계약이 끝나고 이용자가 사용하던 구역을 비운 날부터 {days}일 이내에 보증금을 "
    "이용자에게 반환하여야 한다."
)
SEIZURE = (
    "누구든지 제19조제1항제1호에 따라 예치된 보증금을 압류하거나 그 반환에 관한 권리를 담보로 "
    "제공받아서는 아니 된다."
)
# First day, promulgation, number, articles.  The law of 2019 is wholly new; the version of June 2024
# was promulgated after that of September, whose words it has already.
VERSIONS: Sequence[tuple[str, str, int, dict[str, str]]] = [
    (
        "2017-01-01",
        "2016-06-01",
        91000,
        {
            "제9조 (보증금의 반환)": f"**①** {RETURN.format(days=30)}\n\n**②** 이자는 붙이지 아니한다.",
            "제18조 (간판의 높이)": "간판은 지붕보다 높이 달 수 없다.",
        },
    ),
    (
        "2020-05-27",
        "2019-11-26",
        99016,
        {
            "제18조 (보증금의 반환)": f"**①** {RETURN.format(days=14)}\n\n**②** 이자는 붙이지 아니한다.",
            "제20조 (방화문의 색)": "방화문은 붉은색으로 칠하고 그 위에 흰 글씨를 쓴다.",
            "제21조 (예치된 보증금의 압류 금지)": SEIZURE,
        },
    ),
    ("2024-06-01", "2024-04-01", 99720, {"제18조 (보증금의 반환)": RETURN.format(days=7)}),
    ("2024-09-06", "2024-03-05", 99702, {"제18조 (보증금의 반환)": RETURN.format(days=7)}),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree of versions."""
    root = tmp_path_factory.mktemp("history")
    (root / "공유주방법" / "법률").mkdir(parents=True)
    for mst, (effective, promulgated, number, articles) in enumerate(VERSIONS):
        head = (
            f"---\n제목: {LAW}\n법령MST: {mst}\n법령ID: '{KEY}'\n법령구분: 법률\n소관부처:\n- 공유경제부\n"
            f"공포일자: {promulgated}\n공포번호: '0{number}'\n시행일자: {effective}\n상태: 시행\n---\n\n"
        )
        body = "".join(f"##### {title}\n\n{text}\n\n" for title, text in articles.items())
        path = root / "공유주방법" / "법률" / f"{effective}_{mst}.md"
        path.write_text(f"{head}# {LAW}\n\n{body}", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def history(folder: Path) -> History:
    return History.open(folder)


# -- versions ------------------------------------------------------------------------------------

BEFORE = [
    (Amendment(99016, date(2019, 11, 26)), 91000),
    (Amendment(99016), 91000),  # the text does not tell the day
    (Amendment(91000, date(2016, 6, 1)), None),  # nothing is older
    # not that of June, in force right before, which has the new words
    (Amendment(99702, date(2024, 3, 5)), 99016),
    (Amendment(99999, date(2021, 8, 17)), 99016),  # an act that the history lacks
    (Amendment(99999), None),
    (Amendment(99016, date(2018, 1, 1)), 91000),  # another year's act of that number
]


@pytest.mark.parametrize(("amendment", "number"), BEFORE)
def test_the_version_before_an_amendment(
    amendment: Amendment, number: int | None, history: History
) -> None:
    version = history.before(KEY, amendment)
    assert (None if version is None else version.number) == number


@pytest.mark.parametrize(
    ("day", "number"),
    [("2016-12-31", None), ("2017-01-01", 91000), ("2024-08-01", 99720), ("2030-01-01", 99702)],
)
def test_the_version_of_a_day(day: str, number: int | None, history: History) -> None:
    version = history.on(KEY, date.fromisoformat(day))
    assert (None if version is None else version.number) == number


def test_laws_without_a_history(history: History) -> None:
    assert KEY in history
    assert "990011" not in history
    assert history.on("990011", date(2024, 1, 1)) is None
    assert repr(history) == "<History 1 laws, 4 versions>"


def test_articles_of_a_version(history: History) -> None:
    version = history.on(KEY, date(2021, 1, 1))
    assert version is not None
    articles = history.articles(version)
    assert list(articles) == ["제18조", "제20조", "제21조"]
    assert articles["제18조"].title == "보증금의 반환"
    assert articles["제18조"].parts["main:a18:h2"] == "② 이자는 붙이지 아니한다."
    assert history.articles(version) is articles  # parsed once


def test_a_folder_without_versions(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"법령 파일이 없습니다"):
        History.open(tmp_path)
    with pytest.raises(SourceError, match=r"그런 파일이나 폴더가 없습니다"):
        History.open(tmp_path / "none")


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("---\n법령ID: '1'\n시행일자: 2020-01-01\n공포일자: 2020-01-01\n---\n", "공포번호"),
        ("no front matter", "시행일자"),
        ("---\n법령ID: '1'\n시행일자: 곧\n공포일자: 2020-01-01\n공포번호: 1\n---\n", "곧"),
    ],
)
def test_a_bad_front_matter_is_named(head: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "법" / "법률" / "2020-01-01_1.md"
    file.parent.mkdir(parents=True)
    file.write_text(head, encoding="utf-8")
    with pytest.raises(SourceError, match=told):
        History.open(tmp_path)


# -- what continues them -------------------------------------------------------------------------

CONTINUED = [
    # number of the version, place, whether it may have moved → article of today
    (99016, "제18조제1항", False, f"{KEY}/제18조"),
    (99016, "제18조", False, f"{KEY}/제18조"),
    (99016, "제18조제2항", False, Unresolved.CHANGED),  # that 항 is gone
    (99016, "제20조", True, Unresolved.CHANGED),  # the number stands for something else
    (99016, "제21조", True, f"{KEY}/제20조"),
    (99016, "제21조", False, Unresolved.MOVED),
    (99016, "제22조", True, Unresolved.MISSING_ARTICLE),
    (91000, "제9조제1항", True, f"{KEY}/제18조"),
]


@pytest.mark.parametrize(("number", "place", "moves", "found"), CONTINUED)
def test_what_continues_an_article(
    number: int, place: str, moves: bool, found: str, articles: Articles, history: History
) -> None:
    day = {99016: date(2021, 1, 1), 91000: date(2018, 1, 1)}[number]
    version = history.on(KEY, day)
    assert version is not None
    citation = parse_citation(f"{LAW} {place}")
    assert Successors(articles, history).find(KEY, citation, version, moves=moves) == found


# -- pairs ---------------------------------------------------------------------------------------


def pairs_of(
    citations: str, day: str, articles: Articles, history: History | None
) -> tuple[list[tuple[str, ...]], dict[str, int]]:
    decision = decision_of(
        {
            "판례일련번호": "1",
            "선고일자": day,
            "판시사항": "보증금을 돌려주는 날의 기준",
            "참조조문": citations,
        }
    )
    harvest = precedent_pairs([decision], articles, PrecedentOptions(), history)
    return [pair.positives for pair in harvest.pairs], dict(harvest.left_out)


AMENDED = f"구 {LAW}(2024. 3. 5. 법률 제99702호로 개정되기 전의 것)"
PAIRS = [
    (f"{AMENDED} 제18조 제1항", "20250101", [f"{KEY}/제18조"], {}),
    # the act holds for the whole list; courts say where an article has moved
    (f"{AMENDED} 제18조, 제21조", "20250101", [], {"moved": 1}),
    (f"{AMENDED} 제20조", "20250101", [], {"changed": 1}),
    (f"{AMENDED} 제21조(현행 제20조 참조)", "20250101", [f"{KEY}/제20조"], {}),
    (f"구 {LAW} 제18조", "20250101", [], {"former": 1}),  # before which act?
    (f"구 {LAW}(2016. 6. 1. 법률 제91000호로 개정되기 전의 것) 제9조", "20250101", [], {"no_version": 1}),
    # the law of the day of the decision, made wholly anew since
    (f"{LAW} 제9조 제1항", "20180301", [f"{KEY}/제18조"], {}),
    (f"{LAW} 제18조", "20180301", [], {"changed": 1}),
    (f"{AMENDED} 부칙 제2조", "20250101", [], {"supplement": 1}),
    ("구 반려로봇 등록 및 안전관리에 관한 법률(2025. 1. 1. 법률 제1호로 개정되기 전의 것) 제6조", "20260101", [], {"former": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("citations", "day", "positives", "left_out"), PAIRS)
def test_pairs_by_history(
    citations: str,
    day: str,
    positives: list[str],
    left_out: dict[str, int],
    articles: Articles,
    history: History,
) -> None:
    found, reasons = pairs_of(citations, day, articles, history)
    assert [list(keys) for keys in found] == ([positives] if positives else [])
    assert reasons == left_out


def test_without_a_history_nothing_former_is_a_positive(articles: Articles) -> None:
    assert pairs_of(PAIRS[0][0], "20250101", articles, None) == ([], {"former": 1})
    assert pairs_of(PAIRS[6][0], "20180301", articles, None) == ([], {"revised": 1})


def test_the_stage_depends_on_the_history(folder: Path, tmp_path: Path) -> None:
    decisions = tmp_path / "2020.jsonl"
    step = pairs_step(PairsSection(precedents=PrecedentSection((decisions,), folder)))
    without = pairs_step(PairsSection(precedents=PrecedentSection((decisions,))))
    assert step is not None and without is not None
    assert list(step.sources) == [decisions, folder]
    assert str(folder) not in str(step.settings)  # its content counts, wherever it lies
    assert step.settings != without.settings
