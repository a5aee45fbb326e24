"""What pairs are made of: counts, lengths, the page and the plots."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from finetune.page_parts import check_page
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs import Pair, PairKind
from lexdpr_finetune.pairs.analyze import EXAMPLES, Analysis, analyze
from lexdpr_finetune.pairs.lengths import MOST_BINS, Lengths
from lexdpr_finetune.report.analysis_page import analysis_page, write_analysis
from lexdpr_finetune.report.charts import histogram
from lexdpr_finetune.stages.train_with import texts_of
from lexdpr_finetune.tokens import Ruler, ruler_of
from models.conftest import save_plain, save_sentence_transformer

LAW, OTHER = (
    "공유주방 및 공유작업공간 이용자 보호에 관한 법률",
    "반려로봇 등록 및 안전관리에 관한 법률",
)
A, B, C = "990001/제18조", "990001/제16조", "990011/제6조"
PAIRS = [
    Pair("q1", "보증금 반환", (A,), PairKind.TITLE),
    Pair("q2", "<b>보증금</b>은 얼마까지 받을 수 있나요?", (B, A), PairKind.OWN, group="g"),
    Pair("q3", "반려로봇은 어디에 등록하나요?", (C,), PairKind.OWN, group="g"),
    Pair("q4", "보증금 반환", (A,), PairKind.OWN),
    Pair("q5", "본문에 있는 답", (), PairKind.MRC, texts=("가" * 200,)),
    Pair("q6", "색인에 없는 조문", ("999999/제1조", A), PairKind.OWN),
]
RULER = Ruler(lambda texts: [len(t) for t in texts], lambda texts: [len(t) for t in texts], 10, 150)


@pytest.fixture(scope="module")
def found(articles: Articles) -> Analysis:
    return analyze(PAIRS, RULER, texts_of(PAIRS, articles), articles)


def test_counts(found: Analysis) -> None:
    assert (found.pairs, found.unknown, found.questions) == (5, 1, 4)
    assert list(found.kinds.items()) == [("own", 3), ("title", 1), ("mrc", 1)]
    assert (found.articles, found.laws, found.groups) == (3, 2, 1)
    assert found.positives == {0: 1, 1: 3, 2: 1}
    assert found.laws_asked == ((LAW, 3), (OTHER, 1))  # q2 asks about one law, twice
    assert found.most_asked[0] == (f"{LAW} 제18조(보증금의 반환)", 3)


def test_many_positives_are_shown_together() -> None:
    keys = tuple(f"99/제{n}조" for n in range(1, 13))
    found = analyze([Pair(f"q{n}", "?", keys[:n], PairKind.OWN) for n in (1, 9, 10, 12)], RULER)
    assert found.positives == {1: 1, 9: 1, 10: 1, 12: 1}
    assert found.by_positives == [("1", 1), ("9", 1), ("10+", 2)]


def test_lengths_of_all_questions_and_of_each_passage_once(found: Analysis) -> None:
    assert found.query_lengths.count == 5
    assert found.query_lengths.cut == 2
    assert found.passage_lengths.count == 4  # three articles and a text
    assert found.passage_lengths.cut == 4


def test_examples(found: Analysis) -> None:
    assert [one.query_id for one in found.examples["title"]] == ["q1"]
    assert found.examples["title"][0].answers == (f"{LAW} 제18조(보증금의 반환)",)
    (read,) = found.examples["mrc"]
    assert read.answers == ("가" * 120 + "…",)
    many = [Pair(f"n{n}", f"질문 {n}", (A,), PairKind.OWN) for n in range(50)]
    drawn = analyze(many, RULER).examples["own"]
    assert len(drawn) == EXAMPLES
    assert drawn == analyze(many[::-1], RULER).examples["own"]  # wherever they stand in the file
    assert [one.query_id for one in drawn] != ["n0", "n1", "n2"]


def test_without_a_corpus_keys_stand_for_names() -> None:
    found = analyze(PAIRS, RULER)
    assert (found.pairs, found.unknown) == (6, 0)
    assert found.laws_asked[0] == ("990001", 4)
    assert found.most_asked[0] == (A, 4)
    assert found.passage_lengths.count == 1


def test_nothing_at_all() -> None:
    found = analyze([], RULER)
    assert found.query_lengths == Lengths(0, 0, 0, 0, 10, 0, 0.0)
    check_page(analysis_page(found))


# -- lengths -------------------------------------------------------------------------------------


def test_what_a_limit_cuts() -> None:
    found = Lengths.of([4, 5, 5], 4)
    assert (found.count, found.median, found.p95, found.longest) == (3, 5, 5, 5)
    assert (found.cut, found.cut_share) == (2, pytest.approx(2 / 3))
    assert found.lost == pytest.approx(2 / 14)
    assert Lengths.of([4, 5, 5], None).cut == 0


def test_every_text_is_in_one_bin() -> None:
    lengths = [3, 3, 7, *range(1000), 90_000]
    found = Lengths.of(lengths, None)
    assert sum(found.bins) == found.count == len(lengths)
    assert found.step == 50  # of 20 40 bins do not reach the 99th percentile
    assert len(found.bins) <= MOST_BINS + 1
    assert found.bins[0] == 3 + 50
    assert found.bins[-1] == sum(length >= found.step * (len(found.bins) - 1) for length in lengths)


def test_the_limit_is_drawn_where_it_is() -> None:
    drawn = histogram([4, 3, 2, 1], 10, 20, "t")
    assert drawn.count('class="c1"') == drawn.count('class="c2"') == 2
    assert '<line class="limit" x1="50.000%"' in drawn
    assert "limit" not in histogram([4, 3, 2, 1], 10, 40, "t")  # beyond the axis


def test_a_model_measures_in_its_template_and_by_its_limits(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    plain = save_plain(tmp_path / "plain", "bert")
    folder = save_sentence_transformer(plain, tmp_path / "model")
    config = {"template": {"query_prefix": "질문: "}, "query_max_seq_length": 9}
    (folder / "lexdpr_config.json").write_text(json.dumps(config), encoding="utf-8")
    ruler = ruler_of(str(folder))
    assert ruler.query_limit == 9
    assert ruler.passage_limit != 9
    assert ruler_of(str(folder), 30).query_limit == 30
    told: list[tuple[int, int]] = []
    telling = ruler_of(str(folder), tell=lambda done, total: told.append((done, total)))
    assert telling.queries(["보증금"] * 5000) == [telling.queries(["보증금"])[0]] * 5000
    assert told == [(4096, 5000), (5000, 5000), (1, 1)]
    (asked,), (read,) = ruler.queries(["보증금"]), ruler.passages(["보증금"])
    assert asked > read


# -- page and plots ------------------------------------------------------------------------------


def test_the_page_stands_by_itself(found: Analysis) -> None:
    page = analysis_page(found, "<train>")
    seen = check_page(page)
    assert seen.count("svg") > 8
    assert "&lt;b&gt;보증금" in page  # a question is no HTML
    assert "&lt;train&gt;" in page
    for words in (
        "종류별 쌍",
        "Pairs by kind",
        "사람이 쓴 질문",
        LAW,
        "1 more pairs",
        "색인에 없는",
    ):
        assert words in page


def test_page_json_and_plots_are_written(found: Analysis, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    page = write_analysis(tmp_path / "new", found, "train")
    assert page == tmp_path / "new" / "analysis.html"
    held = json.loads((tmp_path / "new" / "analysis.json").read_text("utf-8"))
    assert held["laws_asked"][0] == [LAW, 3]
    assert held["passage_lengths"]["limit"] == 150
    names = sorted(path.name for path in page.parent.iterdir())
    assert names == [
        *("analysis.html", "analysis.json"),
        *("kinds.png", "laws.png", "lengths.png", "positives.png"),
    ]
    for path in page.parent.glob("*.png"):
        head = path.read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert min(struct.unpack(">II", head[16:])) > 200


@pytest.mark.filterwarnings("error")  # matplotlib warns of letters that no font has
def test_plots_are_readable_without_a_korean_font(found: Analysis, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from lexdpr_finetune.report.analysis_plots import write_plots

    first = [path.read_bytes() for path in write_plots(tmp_path, found, fonts=())]
    assert [path.read_bytes() for path in write_plots(tmp_path, found, fonts=("no font",))] == first
