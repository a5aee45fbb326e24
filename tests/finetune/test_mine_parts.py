"""The parts of mining: rank range and margins, teachers, exact search by numpy and torch alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dense.bag_encoder import BagEncoder, LengthReranker
from lexdpr_finetune.mine import MineError, MineOptions, MineSource
from lexdpr_finetune.mine.choice import Doubt, choose
from lexdpr_finetune.mine.exact import DenseRoute
from lexdpr_finetune.mine.teacher import Found, teacher_of

from lexdpr_rag import LexDPR

NONE = np.random.default_rng(0)
SCORES = np.array([0.2, 0.9, 0.78, 0.5, 0.76, 0.4, 0.8])
MARGINS = MineOptions(count=2, absolute_margin=0.01, relative_margin=0.05)


def test_margins_are_those_of_sentence_transformers() -> None:
    found = choose(SCORES, np.array([0.8, 0.95]), MARGINS, NONE)
    # .9 and .8 are no lower than the lowest positive, .78 lies within 5% of it, .76 on the edge.
    assert found.doubtful == [(1, Doubt.ABOVE), (6, Doubt.ABOVE), (2, Doubt.RELATIVE)]
    assert found.taken.tolist() == [4, 3]
    assert found.ranks.tolist() == [7, 1, 3, 5, 4, 6, 2]
    assert found.out_of_range == 0


def test_the_absolute_margin_comes_first() -> None:
    options = replace(MARGINS, absolute_margin=0.03)
    found = choose(SCORES, np.array([0.8]), options, NONE)
    assert found.doubtful[-1] == (2, Doubt.ABSOLUTE)


def test_against_the_highest_positive() -> None:
    options = replace(MARGINS, against="highest")
    found = choose(SCORES, np.array([0.3, 0.95]), options, NONE)
    assert [at for at, _ in found.doubtful] == []
    assert found.taken.tolist() == [1, 6]
    lowest = choose(SCORES, np.array([0.3, 0.95]), MARGINS, NONE)
    assert lowest.taken.tolist() == [0]


def test_a_negative_score_keeps_its_margin_below() -> None:
    options = MineOptions(absolute_margin=None, relative_margin=0.5)
    found = choose(np.array([-0.25, -0.35]), np.array([-0.2]), options, NONE)
    assert found.taken.tolist() == [1]


def test_no_margin_no_doubt() -> None:
    options = MineOptions(count=3, absolute_margin=None, relative_margin=None)
    found = choose(SCORES, np.array([0.1]), options, NONE)
    assert found.taken.tolist() == [1, 6, 2]
    assert not found.doubtful


def test_the_rank_range() -> None:
    options = MineOptions(count=7, first=3, last=5, absolute_margin=None, relative_margin=None)
    found = choose(SCORES, np.array([1.0]), options, NONE)
    assert found.taken.tolist() == [2, 4, 3]
    assert found.out_of_range == 4


def test_a_random_pick_comes_from_those_that_may_stay() -> None:
    options = replace(MARGINS, pick="random")
    drawn = [choose(SCORES, np.array([0.8]), options, np.random.default_rng(i)) for i in range(30)]
    assert all(set(one.taken.tolist()) <= {4, 3, 5, 0} for one in drawn)
    assert len({tuple(one.taken.tolist()) for one in drawn}) > 2
    assert all(np.all(np.diff(SCORES[one.taken]) < 0) for one in drawn)


def test_no_candidates() -> None:
    found = choose(np.zeros(0), np.array([0.8]), MARGINS, NONE)
    assert found.taken.tolist() == []


WRONG = [
    {"count": 0},
    {"depth": 1001},
    {"first": 5, "last": 4},
    {"absolute_margin": -0.1},
    {"like_text": 0.0},
    {"random_share": -0.1},
    {"random_share": 1.5},
    {"teacher": "oracle"},
    {"guards": ("child",)},
    {"watch": ("nonsense",)},
]


@pytest.mark.parametrize("values", WRONG, ids=str)
def test_an_option_out_of_range(values: dict) -> None:
    with pytest.raises(MineError, match=list(values)[-1]):
        MineOptions(**values).check()


# -- routes --------------------------------------------------------------------------------------

QUERIES = ["보증금을 돌려받지 못하면 어디에 청구하나요", "로봇의 등록", "기록물의 보존기간"]
NAMING = "반려로봇 등록 및 안전관리에 관한 법률의 벌칙"


@pytest.fixture(scope="module")
def encoder() -> BagEncoder:
    return BagEncoder()


@pytest.fixture(scope="module")
def index(samples: Path, tmp_path_factory: pytest.TempPathFactory, encoder: BagEncoder) -> LexDPR:
    out = tmp_path_factory.mktemp("mine") / "index"
    source = samples / "statutes"
    return LexDPR.build(source, out, jobs=1, encoder=encoder, backend="exact")


@pytest.fixture(scope="module")
def source(index: LexDPR, encoder: BagEncoder) -> MineSource:
    return MineSource.open(index.path, encoder=encoder)


@pytest.mark.parametrize("mode", ["lexical", "dense"])
def test_a_route_ranks_as_the_engine_does(source: MineSource, index: LexDPR, mode: str) -> None:
    queries = [*QUERIES, NAMING]
    answers = source.routes[mode].ask(queries)
    for number, query in enumerate(queries):
        hits = index.search(query, 20, mode=mode, level="article")
        rows = answers.best(number, 20)
        assert [source.articles.keys[r] for r in rows] == [f"{h.law_id}/{h.article}" for h in hits]
        np.testing.assert_allclose(answers.of(number, rows), [hit.score for hit in hits], rtol=1e-5)


def test_torch_finds_what_numpy_does(index: LexDPR, encoder: BagEncoder) -> None:
    pytest.importorskip("torch")
    by_numpy = MineSource.open(index.path, encoder=encoder)
    by_torch = MineSource.open(index.path, encoder=encoder, device="cpu")
    assert isinstance(by_torch.routes["dense"], DenseRoute)
    one, other = (s.routes["dense"].ask(QUERIES) for s in (by_numpy, by_torch))
    every = np.arange(by_numpy.articles.store.articles)
    for number in range(len(QUERIES)):
        assert one.best(number, 30).tolist() == other.best(number, 30).tolist()
        np.testing.assert_allclose(one.of(number, every), other.of(number, every), atol=1e-6)


# -- teachers ------------------------------------------------------------------------------------


def found_of(source: MineSource, query: str) -> Found:
    return Found(query, 0, {name: route.ask([query]) for name, route in source.routes.items()})


def test_the_teacher_that_is_best(source: MineSource) -> None:
    options, articles = MineOptions(), source.articles
    names = [
        teacher_of(options, source.routes, articles, LengthReranker()).name,
        teacher_of(options, source.routes, articles, None).name,
        teacher_of(options, {"lexical": 0}, articles, None).name,
        teacher_of(replace(options, teacher="dense"), source.routes, articles, None).name,
    ]
    assert names == ["reranker", "fused", "lexical", "dense"]
    with pytest.raises(MineError, match="reranker"):
        teacher_of(replace(options, teacher="reranker"), source.routes, articles, None)
    for teacher in ("dense", "fused"):
        with pytest.raises(MineError, match=teacher):
            teacher_of(replace(options, teacher=teacher), {"lexical": 0}, articles, None)


def test_fused_scores_follow_both_routes(source: MineSource) -> None:
    teacher = teacher_of(MineOptions(), source.routes, source.articles, None)
    rows = np.arange(source.articles.store.articles)
    found = found_of(source, QUERIES[0])
    scores = teacher.scores(found, rows)
    assert scores.shape == rows.shape
    assert scores.min() >= 0
    assert 0.4 < scores.max() <= 1 + 1e-6
    lexical, dense = (found.answers[name].of(0, rows) for name in ("lexical", "dense"))
    higher = (lexical[:, None] > lexical) & (dense[:, None] > dense)
    assert higher.sum() > 1000
    assert (scores[:, None] - scores)[higher].min() > -1e-9


def test_a_reranker_reads_the_best_candidates_alone(source: MineSource) -> None:
    model = LengthReranker()
    teacher = teacher_of(MineOptions(read=5), source.routes, source.articles, model)
    found = found_of(source, QUERIES[0])
    rows = source.routes["lexical"].ask(QUERIES[:1]).best(0, 40)
    short = teacher.shortlist(found, rows)
    first = teacher_of(MineOptions(), source.routes, source.articles, None).scores(found, rows)
    assert sorted(short) == sorted(rows[np.argsort(-first, kind="stable")[:5]])
    assert sorted(short) != sorted(rows[:5])
    scores = teacher.scores(found, short)
    assert model.read == [5]
    lengths = [len(text) for text in source.articles.article_texts(short.tolist())]
    np.testing.assert_allclose(scores, [1 / (1 + length) for length in lengths], rtol=1e-6)
