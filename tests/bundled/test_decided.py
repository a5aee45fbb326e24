"""Searching with decisions attached: what they propose, what is told of them, what limits them."""

from __future__ import annotations

import numpy as np
import pytest
from bundled.sample_decisions import (
    ASKED,
    DECIDED,
    KITCHENS,
    LEVELS,
    QUESTIONS,
    ROBOTS,
    everything,
    question,
    ranked,
    sources_of,
)

from lexdpr_rag import Filters, LexDPR
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.hits import article_label
from lexdpr_rag.index.fitted import Evidence, probability, same_words
from lexdpr_rag.index.fusion import Fusion
from lexdpr_rag.units import Levels


def test_decisions_find_what_the_words_do_not_say(decided: LexDPR, plain: LexDPR):
    found, without = (engine.search(ASKED, 20, level="article") for engine in (decided, plain))
    place = [hit.citation for hit in found].index(f"{ROBOTS} 제14조")
    citations = [hit.citation for hit in without]
    assert place < (citations.index(f"{ROBOTS} 제14조") if f"{ROBOTS} 제14조" in citations else 20)


def test_an_issue_in_its_own_words_is_nearest_to_its_provision(decided: LexDPR):
    for text, articles in DECIDED.items():
        hits = decided.search(text, 100, level="article")
        firsts = {
            f"{hit.law_id}/{hit.article}": route
            for hit in hits
            for route in hit.routes
            if route.route == "decisions" and route.score > 0.99
        }
        assert set(articles) <= firsts.keys()


def test_the_evidence_tells_length_support_and_law(decided: LexDPR, encoder: BiEncoder):
    for text in (ASKED, *QUESTIONS):
        rows, given = decided._ranker.evidence(question(encoder, text), everything(decided))
        store = decided._store
        law_of = store.article_law()[rows]
        keys = [
            f"{store.laws[law].law_id}/{article_label(store.article_path[row])}"
            for row, law in zip(rows.tolist(), law_of.tolist(), strict=True)
        ]
        cited = [key for articles in DECIDED.values() for key in articles]
        assert given.characters == len(text)
        assert given.support.tolist() == [cited.count(key) for key in keys]
        assert given.laws.tolist() == law_of.tolist()
        assert np.isfinite(given.scores).all()
        silent = given.support == 0
        assert not given.scores[silent, 2].any() and given.scores[~silent, 2].all()


def test_a_silent_article_has_no_decisions_route(decided: LexDPR):
    on = {key for keys in DECIDED.values() for key in keys}
    for hit in decided.search(ASKED, 100):
        told = {route.route for route in hit.routes}
        assert ("decisions" in told) <= (f"{hit.law_id}/{hit.article}" in on)


def test_explain_names_the_three_routes(decided: LexDPR):
    text = f"{ASKED}, 손해배상과 신고"
    [hit] = [
        hit
        for hit in decided.search(text, 20, level="article")
        if hit.citation == f"{ROBOTS} 제14조"
    ]
    assert [route.route for route in hit.routes] == ["lexical", "dense", "decisions"]
    first, *lines = hit.explain().splitlines()
    assert hit.citation in first and f"{hit.score:.4g}" in first
    for line, route in zip(lines, hit.routes, strict=True):
        assert line.split()[:3] == [route.route, "rank", str(route.rank)]
    assert hit.routes[2].rank == 1


def test_what_a_route_contributes_is_what_would_be_lacking(decided: LexDPR, encoder: BiEncoder):
    asked = question(encoder, ASKED)
    fitted = sources_of(decided).fitted
    assert fitted is not None
    rows, given = decided._ranker.evidence(asked, everything(decided))
    found = ranked(decided, asked, Levels.ARTICLE).fused
    at = np.searchsorted(rows, ranked(decided, asked, Levels.ARTICLE).articles)

    def chances(seen: Evidence) -> np.ndarray:
        return probability(fitted.logits(seen) + same_words(seen))

    for column, route in enumerate(found.routes):
        lacking = chances(given) - chances(given.without(column))
        np.testing.assert_allclose(found.contributions[column], lacking[at], atol=1e-6)
        assert (found.ranks[column] > 0).sum() == len(route.ids)
    assert [route.name for route in found.routes] == ["lexical", "dense", "decisions"]


FILTERS = [
    {"law": KITCHENS},
    {"kind": "대통령령"},
    {"law": ROBOTS, "part": "제1장"},
    {"part": "제1조~제3조"},
]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("limits", FILTERS, ids=str)
def test_filters_hold_for_decisions_too(level: str, limits: dict[str, str], decided: LexDPR):
    filters = Filters.of(**limits)
    mask = decided._selection.articles(filters)
    store = decided._store
    law_of = store.article_law()
    allowed = {
        (store.laws[int(law_of[row])].law_id, article_label(store.article_path[row]))
        for row in np.flatnonzero(mask).tolist()
    }
    assert ("990011", "제14조") not in allowed  # which the decisions propose
    for text in (ASKED, *QUESTIONS):
        hits = decided.search(text, 50, level=level, filters=filters)
        assert hits
        assert {(hit.law_id, hit.article) for hit in hits} <= allowed


@pytest.mark.parametrize("fusion", [None, Fusion()])
def test_a_day_on_which_nothing_is_in_force(fusion: Fusion | None, decided: LexDPR):
    filters = Filters.of(as_of="1900-01-01")
    assert not decided._selection.articles(filters).any()
    assert decided.search(ASKED, 5, filters=filters, fusion=fusion) == []


def test_a_question_that_says_nothing_to_any_route(decided: LexDPR):
    for text in ("???", "zzzz qqqq", "\u200b"):
        for level in LEVELS:
            hits = decided.search(text, 5, level=level)
            assert all(0 <= hit.score <= 1 for hit in hits)


def test_a_cited_provision_comes_first(decided: LexDPR):
    hits = decided.search(f"{KITCHENS} 제19조에 따른 조치", 5)
    assert hits[0].citation.startswith(f"{KITCHENS} 제19조")
    assert hits[0].routes[0].route == "citation"
    assert hits[0].score > 1 >= hits[1].score
