"""The engine with vectors: building, searching by every route, fusion, reranking."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from dense.bag_encoder import BagEncoder, LengthReranker

from lexdpr_rag import Filters, Hit, LexDPR
from lexdpr_rag.errors import FilterError, IndexFormatError
from lexdpr_rag.hits import HitMaker
from lexdpr_rag.index.fusion import Fusion
from lexdpr_rag.index.report import BuildEvent
from lexdpr_rag.index.vectors import normalised

ACT = "반려로봇 등록 및 안전관리에 관한 법률"
QUESTIONS = [
    "로봇이 지나가던 사람을 다치게 했을 때 신고 기한",
    "작업실 보증금을 돌려받지 못하면 어디에 직접 청구할 수 있나요?",
    "기록물을 폐기할 때",
    "과태료",
]
LEVELS = ("auto", "article", "paragraph", "subparagraph")


@pytest.fixture(scope="module")
def encoder() -> BagEncoder:
    return BagEncoder()


@pytest.fixture(scope="module")
def source(samples: Path) -> Path:
    return samples / "statutes"


@pytest.fixture(scope="module")
def dense(source: Path, encoder: BagEncoder, tmp_path_factory: pytest.TempPathFactory) -> LexDPR:
    """The sample statutes with vectors.  It is shared: nothing may change it."""
    out = tmp_path_factory.mktemp("dense") / "index"
    return LexDPR.build(source, out, jobs=1, encoder=encoder, backend="exact")


def ids(hits: list[Hit]) -> list[str]:
    return [hit.unit_id for hit in hits]


# -- building ------------------------------------------------------------------------------------


def test_an_index_tells_of_its_vectors(dense: LexDPR, encoder: BagEncoder):
    info = dense.info()
    assert info.vectors == info.units > 0
    assert (info.encoder, info.dimension, info.backend) == (encoder.name, 128, "exact")


def test_progress_counts_every_stage(source: Path, tmp_path: Path):
    events: list[BuildEvent] = []
    LexDPR.build(
        source,
        tmp_path / "index",
        jobs=1,
        encoder=BagEncoder(),
        backend="exact",
        progress=events.append,
    )
    stages = list(dict.fromkeys(event.stage for event in events))
    assert stages == ["scan", "parse", "lexical", "references", "embed", "write"]
    last = {event.stage: event for event in events}
    assert last["embed"].done == last["embed"].total > 0


def test_nothing_is_embedded_twice(source: Path, tmp_path: Path):
    laws, out = tmp_path / "laws", tmp_path / "index"
    shutil.copytree(source, laws)
    first = BagEncoder()
    held = LexDPR.build(laws, out, jobs=1, encoder=first, backend="exact").info()
    second = BagEncoder()
    again = LexDPR.build(laws, out, jobs=1, encoder=second)
    assert again.report is not None and not again.report.changed
    assert second.passages == []
    path = laws / ACT.replace(" ", "") / "법률.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("하여야 한다", "하여야 하고 벌칙을 받는다", 1), encoding="utf-8")
    changed = LexDPR.build(laws, out, jobs=1, encoder=second)
    assert 0 < len(second.passages) <= 3
    assert changed.info().vectors == held.vectors
    assert changed.info().backend == "exact"  # an update keeps what it is not told


def test_another_encoder_embeds_all_anew(source: Path, tmp_path: Path):
    out = tmp_path / "index"
    LexDPR.build(source, out, jobs=1, encoder=BagEncoder(), backend="exact")
    other = BagEncoder("bag-2", 64)
    engine = LexDPR.build(source, out, jobs=1, encoder=other)
    assert engine.info().dimension == 64
    assert len(set(other.passages)) == len(other.passages) > 0
    assert engine.report is not None and engine.report.changed
    assert engine.search(QUESTIONS[0], 3, mode="dense")


def test_vectors_can_be_added_and_dropped(source: Path, tmp_path: Path):
    out = tmp_path / "index"
    assert LexDPR.build(source, out, jobs=1).info().vectors == 0
    added = LexDPR.build(source, out, jobs=1, encoder=BagEncoder(), backend="exact")
    assert added.info().vectors == added.info().units
    assert added.report is not None and added.report.parsed == 0
    dropped = LexDPR.build(source, out, jobs=1, encoder="none")
    assert (dropped.info().vectors, dropped.info().encoder) == (0, "")


@pytest.mark.parametrize("backend", ["chroma", "faiss"])
def test_every_backend_finds_the_same(backend: str, source: Path, dense: LexDPR, tmp_path: Path):
    pytest.importorskip({"chroma": "chromadb", "faiss": "faiss"}[backend])
    encoder = BagEncoder()
    with LexDPR.build(source, tmp_path / "index", jobs=1, encoder=encoder, backend=backend) as made:
        for question in QUESTIONS:
            expected = dense.search(question, 5, mode="dense")
            found = made.search(question, 5, mode="dense")
            np.testing.assert_allclose(
                [hit.score for hit in found], [hit.score for hit in expected], atol=1e-6
            )
    kept = len(encoder.passages)
    moved = LexDPR.build(source, tmp_path / "index", jobs=1, encoder=encoder, backend="exact")
    assert moved.info().backend == "exact"
    assert len(encoder.passages) == kept


def test_a_backend_that_there_is_not(source: Path, tmp_path: Path):
    with pytest.raises(FilterError, match=r"milvus.*chroma, faiss, exact"):
        LexDPR.build(source, tmp_path / "index", encoder=BagEncoder(), backend="milvus")
    assert not (tmp_path / "index" / "CURRENT").exists()


# -- opening -------------------------------------------------------------------------------------


def test_an_encoder_object_must_be_given_again(dense: LexDPR, encoder: BagEncoder):
    engine = LexDPR.open(dense.path)
    with pytest.raises(IndexFormatError, match="encoder="):
        engine.search(QUESTIONS[0])
    assert engine.search(QUESTIONS[0], mode="lexical")
    assert LexDPR.open(dense.path, encoder=encoder).search(QUESTIONS[0])


def test_the_wrong_encoder_is_refused(dense: LexDPR):
    with pytest.raises(IndexFormatError, match=r"128.*64"):
        LexDPR.open(dense.path, encoder=BagEncoder("bag-1", 64)).search(QUESTIONS[0])
    with pytest.raises(IndexFormatError, match="bag-2"):
        LexDPR.open(dense.path, encoder=BagEncoder("bag-2")).search(QUESTIONS[0])


def test_a_model_that_has_moved_is_named(dense: LexDPR, source: Path, tmp_path: Path):
    copy = tmp_path / "index"
    shutil.copytree(dense.path, copy)
    [path] = copy.glob("gen-*/manifest.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["encoder"]["options"] = {"model": str(tmp_path / "gone")}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    engine = LexDPR.open(copy)
    with pytest.raises(IndexFormatError, match=r"index.*gone.*--encoder"):
        engine.search(QUESTIONS[0])
    with pytest.raises(IndexFormatError, match=r"index.*gone.*--encoder"):
        LexDPR.build(source, copy, jobs=1)
    assert engine.search(QUESTIONS[0], mode="lexical")


# -- searching -----------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_dense_search_is_exact(question: str, dense: LexDPR, encoder: BagEncoder):
    texts = [hit.full_text for hit in all_units(dense)]
    vectors = normalised(BagEncoder().encode_passages(texts))
    cosines = np.sort(vectors @ normalised(BagEncoder().encode_queries([question]))[0])[::-1]
    hits = dense.search(question, 8, mode="dense")
    np.testing.assert_allclose([hit.score for hit in hits], cosines[:8], atol=1e-5)
    assert all([route.route for route in hit.routes] == ["dense"] for hit in hits)


def all_units(engine: LexDPR) -> list[Hit]:
    """Every embedded unit that is in force today."""
    maker: HitMaker = engine._hits
    owners = engine._dense.articles(engine._store)
    mask = engine._selection.articles(Filters())
    return [
        maker.hit(int(unit), int(article), 0.0)
        for unit, article in zip(engine._dense.table.units, owners, strict=True)
        if mask[article]
    ]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mode", ["hybrid", "dense"])
def test_every_level(level: str, mode: str, dense: LexDPR):
    for question in QUESTIONS:
        hits = dense.search(question, 10, level=level, mode=mode)
        assert len(set(ids(hits))) == len(hits) == 10
        assert all(a.score >= b.score for a, b in pairwise(hits))
        if level == "article":
            assert all(hit.unit_id == hit.parent_id for hit in hits)


def test_the_vector_of_an_article_is_the_best_of_its_units(dense: LexDPR):
    question = QUESTIONS[0]
    [best] = dense.search(question, 1, mode="dense")
    [article] = dense.search(question, 1, mode="dense", level="article")
    assert article.score == pytest.approx(best.score)
    assert article.unit_id == best.parent_id


def test_hybrid_holds_what_either_route_finds(dense: LexDPR):
    for question in QUESTIONS:
        hybrid = dense.search(question, 20, level="article")
        for mode in ("lexical", "dense"):
            [first] = dense.search(question, 1, level="article", mode=mode)
            assert first.unit_id in ids(hybrid)


def test_the_share_of_a_route_decides(dense: LexDPR):
    question = QUESTIONS[1]
    for mode, share in (("lexical", 0.0), ("dense", 1.0)):
        alone = dense.search(question, 5, level="article", mode=mode)
        hybrid = dense.search(question, 5, level="article", fusion=Fusion(dense=share))
        assert ids(hybrid) == ids(alone)


@pytest.mark.parametrize("method", ["scores", "rrf", "vote"])
def test_every_fusion(method: str, dense: LexDPR):
    hits = dense.search(QUESTIONS[0], 5, fusion=Fusion(method))
    assert len(hits) == 5
    for hit in hits:
        assert hit.score == pytest.approx(sum(route.contribution for route in hit.routes))


def test_explain_says_what_each_route_said(dense: LexDPR):
    hit = dense.search(QUESTIONS[0], 1)[0]
    assert [route.route for route in hit.routes] == ["lexical", "dense"]
    first, *lines = hit.explain().splitlines()
    assert hit.citation in first
    assert all(
        line.split()[:3] == [route.route, "rank", str(route.rank)]
        for line, route in zip(lines, hit.routes, strict=True)
    )
    dense_route = hit.routes[1]
    same = next(
        h
        for h in dense.search(QUESTIONS[0], 50, mode="dense")
        if h == hit or h.unit_id == hit.unit_id
    )
    assert same.score == pytest.approx(dense_route.score)


def test_a_cited_provision_comes_first_and_says_so(dense: LexDPR):
    hits = dense.search(f"{ACT} 제14조의 신고", 3)
    assert hits[0].citation == f"{ACT} 제14조" or hits[0].citation.startswith(f"{ACT} 제14조")
    assert hits[0].routes[0].route == "citation"
    assert hits[0].score > hits[1].score


def test_filters_hold_in_every_mode(dense: LexDPR):
    for mode in ("hybrid", "dense", "lexical"):
        hits = dense.search("신고", 10, mode=mode, filters=Filters(law=(ACT,)))
        assert hits and {hit.law for hit in hits} == {ACT}


def test_many_questions_are_encoded_together(dense: LexDPR, encoder: BagEncoder):
    singly = [dense.search(question, 5) for question in QUESTIONS]
    encoder.queries.clear()
    together = list(dense.search_many(QUESTIONS, 5))
    assert [ids(hits) for hits in together] == [ids(hits) for hits in singly]
    assert encoder.queries == [QUESTIONS]


async def test_asearch_gives_the_same(dense: LexDPR):
    assert await dense.asearch(QUESTIONS[0], 4, level="article") == dense.search(
        QUESTIONS[0], 4, level="article"
    )


def test_lexical_search_asks_nothing_of_the_encoder(
    dense: LexDPR, encoder: BagEncoder, engine: LexDPR
):
    encoder.queries.clear()
    for question in QUESTIONS:
        assert dense.search(question, 5, mode="lexical") == engine.search(question, 5)
    assert encoder.queries == []


def test_without_vectors_hybrid_is_lexical_and_dense_says_why(engine: LexDPR):
    assert engine.search(QUESTIONS[0], 5) == engine.search(QUESTIONS[0], 5, mode="lexical")
    with pytest.raises(FilterError, match="--encoder"):
        engine.search(QUESTIONS[0], mode="dense")


# -- reranking -----------------------------------------------------------------------------------


def test_a_reranker_orders_the_best(dense: LexDPR, encoder: BagEncoder):
    reranker = LengthReranker()
    engine = LexDPR.open(dense.path, encoder=encoder, reranker=reranker)
    plain = engine.search(QUESTIONS[0], 8, rerank=False)
    assert plain == dense.search(QUESTIONS[0], 8)
    assert reranker.read == []
    hits = engine.search(QUESTIONS[0], 4, candidates=8)
    assert reranker.read == [8]
    assert ids(hits) == ids(sorted(plain, key=lambda hit: len(hit.full_text)))[:4]
    for rank, hit in enumerate(hits, 1):
        assert hit.score == pytest.approx(1 / (1 + len(hit.full_text)))
        assert [r.route for r in hit.routes] == ["lexical", "dense", "reranker"]
        assert hit.routes[-1].rank == rank
        assert set(hit.metadata()) == set(plain[0].metadata())


def test_candidates_are_never_fewer_than_asked_for(dense: LexDPR, encoder: BagEncoder):
    reranker = LengthReranker()
    engine = LexDPR.open(dense.path, encoder=encoder, reranker=reranker)
    assert len(engine.search(QUESTIONS[0], 12, candidates=3)) == 12
    assert reranker.read == [12]


def test_reranking_leaves_a_cited_provision_first(dense: LexDPR, encoder: BagEncoder):
    engine = LexDPR.open(dense.path, encoder=encoder, reranker=LengthReranker())
    hits = engine.search(f"{ACT} 제14조의 신고", 3)
    assert hits[0].routes[0].route == "citation"
    assert hits[0].score > hits[1].score


def test_reranking_without_a_reranker(engine: LexDPR):
    with pytest.raises(FilterError, match="--reranker"):
        engine.search(QUESTIONS[0], rerank=True)


@pytest.mark.parametrize("wrong", [{"candidates": 0}, {"k": 0}, {"k": True}])
def test_wrong_numbers(wrong: dict[str, int], engine: LexDPR):
    with pytest.raises(FilterError, match=next(iter(wrong))):
        engine.search("신고", **wrong)


@pytest.mark.parametrize(
    ("wrong", "said"), [({"method": "sum"}, "scores, rrf, vote"), ({"dense": 1.5}, "1.5")]
)
def test_wrong_fusion(wrong: dict[str, object], said: str):
    with pytest.raises(FilterError, match=said):
        Fusion(**wrong)
