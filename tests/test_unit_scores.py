"""Scores of units against a slow reference in plain Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fictional import law_of
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag.index.analyzer import BigramAnalyzer
from lexdpr_rag.index.store import UnitStore, store_of
from lexdpr_rag.index.unit_scores import (
    AVERAGE,
    K1,
    LEAD_SHARE,
    B,
    ScoredUnits,
    bigram_codes,
    query_bigrams,
    score_units,
)
from lexdpr_rag.statute.source import read_law
from lexdpr_rag.units import Levels

LEVELS = (Levels.ARTICLE, Levels.PARAGRAPH, Levels.SUBPARAGRAPH, Levels.AUTO)


@pytest.fixture(scope="module")
def store(samples: Path) -> UnitStore:
    paths = sorted((samples / "statutes").rglob("*.md"))
    return store_of([(read_law(path), path.name) for path in paths])


def scored(
    store: UnitStore, articles: list[int], level: Levels, weights: dict[str, float]
) -> ScoredUnits:
    terms = tuple(weights)
    return score_units(
        store,
        np.array(articles, np.int64),
        level,
        bigram_codes(terms),
        np.array([weights[t] for t in terms], np.float32),
    )


def count(text: str, term: str) -> int:
    """How often a bigram occurs; one that is a word of one letter, whole words."""
    lower = [c.lower() if c.isalpha() or c.isdecimal() else " " for c in text]
    line = "".join(c if c != "ㆍ" else " " for c in lower)
    return sum(line.startswith(term, i) for i in range(len(line)))


def reference(store: UnitStore, article: int, unit: int, weights: dict[str, float]) -> float:
    """BM25 of one unit, its lead-ins counting :data:`LEAD_SHARE`."""
    start, end = int(store.unit_start[unit]), int(store.unit_end[unit])
    # A bigram belongs to the unit in which it begins.
    own = store.slice_text(article, start, end + 1)
    leads = [
        store.slice_text(article, int(a), int(b) + 1) for a, b in store.unit_leads[unit] if b > a
    ]
    norm = K1 * (1 - B + B * (end - start) / AVERAGE)
    total = 0.0
    for term, weight in weights.items():
        tf = count(own, term) + LEAD_SHARE * sum(count(lead, term) for lead in leads)
        total += weight * tf * (K1 + 1) / (tf + norm)
    return total


def check(store: UnitStore, articles: list[int], level: Levels, weights: dict[str, float]) -> None:
    found = scored(store, articles, level, weights)
    expected = [
        (unit, article)
        for article in articles
        for unit in range(int(store.article_units[article]), int(store.article_units[article + 1]))
        if store.unit_levels[unit] & int(level)
    ]
    assert list(zip(found.units.tolist(), found.articles.tolist(), strict=True)) == expected
    slow = [reference(store, article, unit, weights) for unit, article in expected]
    np.testing.assert_allclose(found.scores, slow, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("query", ["보증금을 돌려받지 못하면", "등록 취소 사유", "과태료", "로봇"])
def test_scores_equal_the_reference(query: str, level: Levels, store: UnitStore) -> None:
    weights = {t: 1.0 + i / 7 for i, t in enumerate(query_bigrams(query)) if len(t) == 2}
    check(store, list(range(store.articles)), level, weights)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_scores_of_any_articles(data: st.DataObject) -> None:
    lengths = data.draw(st.lists(st.integers(1, 60), min_size=1, max_size=4))
    body = "".join(
        f"##### 제{i}조 (책)\n\n**①** {'책을 빌린다 ' * n}\n\n**②** 각 호의 책을 둔다.\n\n"
        f"  1\\. {'시집과 책 ' * n}\n  2\\. 지도\n\n"
        for i, n in enumerate(lengths, 1)
    )
    store = store_of([(law_of(body), "a.md")])
    articles = data.draw(st.permutations(range(store.articles)))
    level = data.draw(st.sampled_from(LEVELS))
    check(store, list(articles), level, {"책을": 2.0, "시집": 1.0, "지도": 0.5})


def test_letters_beyond_the_bmp_shift_nothing() -> None:
    store = store_of([(law_of("##### 제1조\n\n**①** 𠮷𡈽 글자\n\n**②** 지도를 둔다.\n"), "a.md")])
    found = scored(store, [0], Levels.PARAGRAPH, {"지도": 1.0})
    assert [score > 0 for score in found.scores.tolist()] == [False, True]


def test_lead_ins_count_half(store: UnitStore) -> None:
    text = "##### 제1조\n\n각 호의 시집을 둔다.\n\n  1\\. 시집\n  2\\. 지도\n"
    small = store_of([(law_of(text), "a.md")])
    first, second = scored(small, [0], Levels.SUBPARAGRAPH, {"시집": 1.0}).scores.tolist()
    assert first > second > 0


def test_without_bigrams_nothing_scores(store: UnitStore) -> None:
    found = scored(store, [0, 1], Levels.PARAGRAPH, {})
    assert len(found.units) > 0
    assert not found.scores.any()
    assert len(scored(store, [], Levels.AUTO, {"책을": 1.0}).units) == 0


def test_how_far_behind() -> None:
    units = np.arange(5)
    scores = np.array([1, 3, 2, 5, 4], np.float32)
    found = ScoredUnits(units, np.array([7, 7, 7, 2, 2]), scores)
    assert found.behind().tolist() == [2, 0, 1, 0, 1]
    empty = ScoredUnits(units[:0], units[:0], scores[:0])
    assert empty.behind().tolist() == []


def test_codes_of_bigrams() -> None:
    codes = bigram_codes(("가나", "법", "ab"))
    assert codes.tolist() == [
        ord("가") << 16 | ord("나"),
        ord("법") << 16,
        ord("a") << 16 | ord("b"),
    ]
    assert set(BigramAnalyzer().query_terms("가나다 법")) == set(query_bigrams("가나다 법"))
