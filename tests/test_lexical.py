"""The lexical index against rank_bm25, bm25s, and itself built in other ways."""

from __future__ import annotations

import json
from pathlib import Path

import bm25s
import numpy as np
import pytest
from fictional import law_of
from rank_bm25 import BM25Okapi

from lexdpr_rag.index import analyzer as analyzer_module
from lexdpr_rag.index import lexical, lexical_build, term_counts
from lexdpr_rag.index.analyzer import BigramAnalyzer
from lexdpr_rag.index.lexical import LexicalIndex
from lexdpr_rag.index.lexical_build import MATRICES, build_lexical
from lexdpr_rag.index.store import UnitStore, concatenate, store_of
from lexdpr_rag.index.term_counts import BODY, FIELDS, PlacedCounts, article_number, count_terms
from lexdpr_rag.statute.source import read_law

QUERIES = (
    "보증금을 돌려받지 못하면",
    "등록 등록 취소",
    "과태료",
    "이용계약을 중도에 해지하려는 이용자는 며칠 전에 통지하여야 하는가",
    "반려로봇의 소유자",
    "없는낱말뿐인질의쀍뷁",
    "",
)


@pytest.fixture(scope="module")
def stores(samples: Path) -> list[UnitStore]:
    """One store a sample law."""
    paths = sorted((samples / "statutes").rglob("*.md"))
    return [store_of([(read_law(path), path.name)]) for path in paths]


def index_of(stores: list[UnitStore], folder: Path) -> tuple[UnitStore, LexicalIndex]:
    """The index over stores that are one shard each."""
    whole = concatenate(stores)
    laws = np.cumsum([0, *(len(s.laws) for s in stores)])
    articles = np.cumsum([0, *(s.articles for s in stores)])
    shards = [
        PlacedCounts(
            count_terms(store, BigramAnalyzer()),
            articles=np.arange(store.articles) + articles[i],
            laws=np.arange(len(store.laws)) + laws[i],
        )
        for i, store in enumerate(stores)
    ]
    build_lexical(whole, shards, folder)
    return whole, LexicalIndex(folder, whole, BigramAnalyzer())


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but BM25 over the articles' text."""
    monkeypatch.setattr(
        lexical_build, "FIELD_WEIGHTS", {name: float(name == BODY) for name in FIELDS}
    )
    for name in ("BODY_INITIAL", "BODY_REST"):
        monkeypatch.setattr(term_counts, name, 1.0)
    for name in ("QUERY_INITIAL", "QUERY_MIDDLE", "QUERY_LAST"):
        monkeypatch.setattr(analyzer_module, name, 1.0)
    for name in ("LAW_SHARE", "TITLE_BOOST", "LAW_TITLE_BOOST"):
        monkeypatch.setattr(lexical, name, 0.0)
    monkeypatch.setattr(lexical, "STATUTE_PRIOR", 1.0)
    monkeypatch.setattr(lexical, "QUERY_K3", 1e12)  # no saturation
    monkeypatch.setattr(lexical, "LONG_QUERY", (10**6, 10**7))


# -- the reference -------------------------------------------------------------------------------


@pytest.mark.usefixtures("plain")
def test_scores_equal_rank_bm25(stores: list[UnitStore], tmp_path: Path) -> None:
    store, index = index_of(stores, tmp_path / "lexical")
    bigram = BigramAnalyzer()

    def tokens(text: str) -> list[str]:
        return [t for t, n in bigram.query_terms(text).items() for _ in range(round(n))]

    texts = [store.article_string(i) for i in range(store.articles)]
    reference = BM25Okapi([tokens(text) for text in texts], k1=lexical_build.K1, b=0.75)
    vocabulary = bm25s.BM25.load(str(tmp_path / "lexical" / "articles")).vocab_dict
    idf = np.load(tmp_path / "lexical" / "idf.npy")
    # Its own idf is negative for common terms and then patched; ours is Lucene's.
    reference.idf = {term: float(idf[row]) for term, row in vocabulary.items() if term}
    for query in QUERIES:
        expected = np.asarray(reference.get_scores(tokens(query)))
        found = index.scores(index.terms(query))
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
        top = np.argsort(-found, kind="stable")[:20]
        np.testing.assert_allclose(expected[top], np.sort(expected)[::-1][:20], rtol=1e-4)


@pytest.mark.usefixtures("plain")
def test_idf(stores: list[UnitStore], tmp_path: Path) -> None:
    """ln(1 + (N - df + .5) / (df + .5)), over all fields."""
    store, _ = index_of(stores, tmp_path / "lexical")
    idf = np.load(tmp_path / "lexical" / "idf.npy")
    vocabulary = bm25s.BM25.load(str(tmp_path / "lexical" / "articles")).vocab_dict
    law_of_article = store.article_law()
    fields = [
        [
            store.article_string(i),
            store.article_title[i],
            store.laws[int(law_of_article[i])].title,
            " ".join(part.partition(" ")[2] for part in store.article_heading[i].split(" > ")),
            article_number(store.article_path[i]),
        ]
        for i in range(store.articles)
    ]
    sets = [{t for text in texts for t in BigramAnalyzer().query_terms(text)} for texts in fields]
    for term in ("보증", "로봇", "이용", "제1", "대통"):
        df = sum(term in found for found in sets)
        assert df > 0
        expected = np.log1p((store.articles - df + 0.5) / (df + 0.5))
        assert idf[vocabulary[term]] == pytest.approx(expected, rel=1e-5)


# -- on disk -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MATRICES)
def test_bm25s_opens_the_matrices(name: str, stores: list[UnitStore], tmp_path: Path) -> None:
    store, _ = index_of(stores, tmp_path / "lexical")
    opened = bm25s.BM25.load(str(tmp_path / "lexical" / name), mmap=True)
    rows = len(store.laws) if "law" in name else store.articles
    assert opened.scores["num_docs"] == rows
    assert isinstance(opened.scores["data"], np.memmap)
    indptr, indices = opened.scores["indptr"], opened.scores["indices"]
    assert indptr[-1] == len(indices) == len(opened.scores["data"])
    assert indices.max() < rows


def test_bm25s_finds_the_same(stores: list[UnitStore], tmp_path: Path) -> None:
    """The matrix of articles is an ordinary bm25s index, which scores as ours does."""
    _, index = index_of(stores, tmp_path / "lexical")
    opened = bm25s.BM25.load(str(tmp_path / "lexical" / "articles"), mmap=True)
    terms = index.terms("보증금 반환")
    expected = index._articles.sums(terms.ids, None)
    found = opened.get_scores(list(terms.texts))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def matrices(folder: Path) -> dict[str, np.ndarray]:
    return {str(path.relative_to(folder)): np.load(path) for path in sorted(folder.rglob("*.npy"))}


def test_many_shards_equal_one(stores: list[UnitStore], tmp_path: Path) -> None:
    index_of(stores, tmp_path / "many")
    index_of([concatenate(stores)], tmp_path / "one")
    same(matrices(tmp_path / "many"), matrices(tmp_path / "one"))


@pytest.mark.parametrize("at_once", [1, 100, 5000])
def test_slices_of_terms_equal_the_whole(
    at_once: int, stores: list[UnitStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_of(stores, tmp_path / "whole")
    monkeypatch.setattr(lexical_build, "_AT_ONCE", at_once)
    index_of(stores[:3] if at_once == 1 else stores, tmp_path / "sliced")
    if at_once == 1:  # every term for itself: slow, so over fewer laws
        monkeypatch.setattr(lexical_build, "_AT_ONCE", 10**9)
        index_of(stores[:3], tmp_path / "few")
    whole = tmp_path / ("few" if at_once == 1 else "whole")
    same(matrices(tmp_path / "sliced"), matrices(whole))


def same(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> None:
    assert one.keys() == two.keys()
    for name, array in one.items():
        if array.dtype.kind == "f":
            np.testing.assert_allclose(array, two[name], rtol=1e-5, err_msg=name)
        else:
            np.testing.assert_array_equal(array, two[name], err_msg=name)


def test_rows_that_are_left_out(stores: list[UnitStore], tmp_path: Path) -> None:
    """A twin's articles are marked -1; the index is as if it had never been there."""
    kept, twin = stores[0], stores[1]
    both = concatenate([twin, kept])
    shard = PlacedCounts(
        count_terms(both, BigramAnalyzer()),
        articles=np.concatenate([np.full(twin.articles, -1), np.arange(kept.articles)]),
        laws=np.concatenate([np.full(len(twin.laws), -1), np.arange(len(kept.laws))]),
    )
    build_lexical(kept, [shard], tmp_path / "with")
    with_twin = LexicalIndex(tmp_path / "with", kept, BigramAnalyzer())
    _, without = index_of([kept], tmp_path / "without")
    for query in QUERIES:
        found, expected = (i.scores(i.terms(query)) for i in (with_twin, without))
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_an_index_without_articles(tmp_path: Path) -> None:
    """A corpus of nothing but a repeal stub, and a law whose every article is deleted."""
    store = store_of([(law_of("##### 제1조\n\n삭제 <2020.1.1>\n"), "a.md")])
    assert store.articles == 0
    _, index = index_of([store], tmp_path / "lexical")
    assert len(index.scores(index.terms("책"))) == 0


# -- what the score is made of -------------------------------------------------------------------


@pytest.fixture(scope="module")
def index(stores: list[UnitStore], tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return index_of(stores, tmp_path_factory.mktemp("lexical") / "lexical")[1]


def test_a_query_without_known_terms(index: LexicalIndex) -> None:
    for query in ("", "①", "쀍뷁쀍뷁"):
        terms = index.terms(query)
        assert len(terms.ids) == 0
        assert not index.scores(terms).any()


def test_only_articles_that_hold_a_term_score(index: LexicalIndex, stores) -> None:
    """The share of the law raises what was found, and finds nothing by itself."""
    store = concatenate(stores)
    terms = index.terms("위약금")
    scores = index.scores(terms)
    law_of_article = store.article_law()
    for row in np.flatnonzero(scores).tolist():
        texts = (store.article_string(row), store.article_title[row], store.article_heading[row])
        texts += (store.laws[int(law_of_article[row])].title,)
        assert any(term in text for text in texts for term in terms.texts)
    assert 0 < np.count_nonzero(scores) < store.articles


def test_repeated_words_saturate(index: LexicalIndex) -> None:
    once, often = index.terms("보증금"), index.terms("보증금 " * 50)
    assert often.ids.tolist() == once.ids.tolist()
    assert (often.weights > once.weights).all()
    assert (often.weights < lexical.QUERY_K3 + 1).all()


def test_long_queries_lose_their_common_words(index: LexicalIndex) -> None:
    words = "이용계약을 해지하려는 이용자가 운영자에게 통지하여야 하는 기간과 그 예외 사유 및 위약금의 상한에 관하여 대통령령으로 정하는 바에 따라 보증금을 반환하여야 하는지 여부"
    terms = index.terms(words)
    assert terms.length == 1.0
    assert len(terms.ids) < len(BigramAnalyzer().query_terms(words))
    assert (terms.weights > 0).all()
    assert index.terms("보증금 반환").length == 0.0


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("main:a14", "제14조"),
        ("main:a14-2", "제14조의2"),
        ("main:a1.2", "제1-2조"),
        ("main:a0", ""),
        ("main:body", ""),
    ],
)
def test_numbers_of_articles(path: str, expected: str) -> None:
    assert article_number(path) == expected


@pytest.mark.parametrize("separators", [(", ", ": "), (",", ":")])
@pytest.mark.parametrize(
    "terms", [{}, {"한글": 0}, {"가나": 1, "b,": 2, "3,": 4, 'q"': 5, "나다": 60000}]
)
def test_a_vocabulary_read_in_pieces_is_whole(
    terms: dict[str, int],
    separators: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    file = tmp_path / "vocab.index.json"
    file.write_text(json.dumps(terms, ensure_ascii=False, separators=separators), encoding="utf-8")
    monkeypatch.setattr(lexical, "_PIECE", 3)
    assert lexical._vocabulary(file) == terms
