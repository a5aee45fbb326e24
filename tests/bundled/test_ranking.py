"""Ranking with the package's encoder: the fitted fusion orders, unless told otherwise."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from bundled.sample_decisions import (
    ASKED,
    DECIDED,
    LEVELS,
    QUESTIONS,
    everything,
    ids,
    question,
    ranked,
    ranker_of,
    sources_of,
)
from dense.bag_encoder import BagEncoder

from lexdpr_rag import LexDPR
from lexdpr_rag.bundled import decisions_for, fusion_for
from lexdpr_rag.decisions.attached import AttachedDecisions
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.index.fitted import probability, same_words
from lexdpr_rag.index.fusion import Fusion
from lexdpr_rag.ranking import UNIT_SLOPE, Ranker, Sources
from lexdpr_rag.units import Levels

# -- what an engine takes up ---------------------------------------------------------------------


def test_the_models_of_the_package_belong_together(encoder: BiEncoder):
    pack, fusion = decisions_for(encoder.fingerprint), fusion_for(encoder.fingerprint)
    assert pack is not None and fusion is not None
    assert pack.fingerprint == fusion.about["fingerprint"] == encoder.fingerprint
    assert pack.vectors.shape[1] == encoder.get_embedding_dimension()
    assert decisions_for("another") is None and fusion_for("another") is None


def test_an_index_of_the_packages_encoder_takes_up_both(index: Path, encoder: BiEncoder):
    sources = sources_of(LexDPR.open(index))
    assert sources.decisions is not None
    assert sources.fitted is fusion_for(encoder.fingerprint)
    assert len(sources.decisions.articles) == 0  # no court has decided on the sample statutes


def test_an_index_of_another_encoder_takes_up_neither(samples: Path, tmp_path: Path):
    other = BagEncoder()
    engine = LexDPR.build(
        samples / "statutes", tmp_path / "index", jobs=1, encoder=other, backend="exact"
    )
    assert sources_of(engine) == Sources()
    for text in QUESTIONS:
        for hit in engine.search(text, 5):
            assert {route.route for route in hit.routes} <= {"lexical", "dense"}
        assert ids(engine.search(text, 5)) == ids(engine.search(text, 5, fusion=Fusion()))


def test_an_index_without_vectors_takes_up_neither(engine: LexDPR):
    assert sources_of(engine) == Sources()


# -- which fusion --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*QUESTIONS, *DECIDED])
def test_the_fitted_fusion_is_the_default(text: str, decided: LexDPR, encoder: BiEncoder):
    asked = question(encoder, text)
    rows, given = decided._ranker.evidence(asked, everything(decided))
    fitted = sources_of(decided).fitted
    assert fitted is not None
    logits = fitted.logits(given) + same_words(given)
    expected = dict(zip(rows.tolist(), probability(logits), strict=True))
    found = ranked(decided, asked, Levels.ARTICLE)
    assert set(found.articles.tolist()) == set(expected)
    np.testing.assert_allclose(
        found.fused.scores, [expected[row] for row in found.articles.tolist()], rtol=1e-5
    )
    hits = decided.search(text, 20, level="article")
    np.testing.assert_allclose([hit.score for hit in hits], found.fused.scores[:20], rtol=1e-6)


@pytest.mark.parametrize(
    "fusion",
    [Fusion(), Fusion("rrf"), Fusion("vote"), Fusion(dense=0.2, decisions=0.9)],
    ids=["scores", "rrf", "vote", "other shares"],
)
def test_a_fusion_that_is_given_is_taken(fusion: Fusion, decided: LexDPR):
    for text in (*QUESTIONS, ASKED):
        hits = decided.search(text, 10, fusion=fusion)
        assert hits != decided.search(text, 10)
        shares = {"lexical": 1 - fusion.dense, "dense": fusion.dense, "decisions": fusion.decisions}
        for hit in hits:
            assert hit.score == pytest.approx(sum(route.contribution for route in hit.routes))
            assert all(route.weight == shares[route.route] for route in hit.routes)


def test_the_share_of_decisions_counts(decided: LexDPR):
    def score_of(share: float) -> float:
        [first] = [
            hit
            for hit in decided.search(ASKED, 100, level="article", fusion=Fusion(decisions=share))
            if hit.unit_id.startswith("urn:kr:990011@") and hit.article == "제14조"
        ]
        return first.score

    assert score_of(0.4) == pytest.approx(score_of(0.0) + 0.4)


@pytest.mark.parametrize("mode", ["lexical", "dense"])
@pytest.mark.parametrize("level", LEVELS)
def test_a_single_route_takes_neither(mode: str, level: str, decided: LexDPR, plain: LexDPR):
    for text in (*QUESTIONS, ASKED):
        found = decided.search(text, 10, level=level, mode=mode)
        assert found == plain.search(text, 10, level=level, mode=mode)
        assert all([route.route for route in hit.routes] == [mode] for hit in found)
        assert all(hit.score == hit.routes[0].score for hit in found)


def test_decisions_and_fusion_are_read_when_both_routes_are_first_taken(
    index: Path, encoder: BiEncoder, attached: AttachedDecisions
):
    engine = LexDPR.open(index, encoder=encoder)
    asked: list[Sources] = []

    def sources() -> Sources:
        asked.append(Sources(attached, fusion_for(encoder.fingerprint)))
        return asked[-1]

    own = engine._ranker
    engine._ranker = Ranker(
        engine._store, own._lexical, engine._places, engine._dense, bigrams=True, sources=sources
    )
    engine.search(ASKED, 3, mode="lexical")
    engine.search(ASKED, 3, mode="dense")
    assert asked == []
    for text in (*QUESTIONS, ASKED):
        engine.search(text, 3)
        engine.search(text, 3, fusion=Fusion())
    assert len(asked) == 1


def test_a_fitted_fusion_without_decisions(index: Path, encoder: BiEncoder):
    engine = LexDPR.open(index, encoder=encoder)
    engine._ranker = ranker_of(engine, None, fusion_for(encoder.fingerprint))
    bundled = LexDPR.open(index, encoder=encoder)
    for text in QUESTIONS:
        hits = engine.search(text, 10)
        assert all(0 <= hit.score <= 1 for hit in hits)
        assert {route.route for hit in hits for route in hit.routes} == {"lexical", "dense"}
        # A pack that has nothing on these laws says as much as none.
        same = bundled.search(text, 10, rerank=False)
        assert ids(same) == ids(hits)
        np.testing.assert_allclose([h.score for h in same], [h.score for h in hits], rtol=1e-6)


# -- scores and levels ---------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_scores_are_probabilities_best_first(level: str, decided: LexDPR):
    for text in (*QUESTIONS, *DECIDED):
        hits = decided.search(text, 30, level=level)
        assert len(set(ids(hits))) == len(hits) == 30
        assert all(0 <= hit.score <= 1 for hit in hits)
        assert all(a.score >= b.score for a, b in pairwise(hits))
        assert hits[0].score > hits[-1].score
        if level == "article":
            assert all(hit.level == "article" and hit.unit_id == hit.parent_id for hit in hits)
        if level != "auto":
            # Where an article has no unit so fine, its own or the next stands in for it.
            assert level in {hit.level for hit in hits}


@pytest.mark.parametrize("level", LEVELS)
def test_more_hits_begin_with_the_fewer(level: str, decided: LexDPR):
    for text in QUESTIONS:
        assert ids(decided.search(text, 30, level=level))[:7] == ids(
            decided.search(text, 7, level=level)
        )


@pytest.mark.parametrize("level", [Levels.AUTO, Levels.PARAGRAPH, Levels.SUBPARAGRAPH])
def test_units_of_an_article_are_ordered_by_the_plain_mix(
    level: Levels, decided: LexDPR, encoder: BiEncoder
):
    several = 0
    for text in (*QUESTIONS, ASKED):
        asked = question(encoder, text)
        found = ranked(decided, asked, level)
        mixed = ranked(decided, asked, level, Fusion(decisions=0)).fused
        mix = dict(zip(mixed.ids.tolist(), mixed.scores.tolist(), strict=True))
        logits = np.log(found.fused.scores) - np.log1p(-found.fused.scores)
        units_of: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for unit, article, logit in zip(
            found.units.tolist(), found.articles.tolist(), logits.tolist(), strict=True
        ):
            units_of[article].append((mix.get(unit, 0.0), logit))
        for units in units_of.values():
            several += len(units) > 1
            worth, odds = np.array(units).T
            assert (np.diff(worth) <= 1e-6).all()
            np.testing.assert_allclose(odds - odds[0], UNIT_SLOPE * (worth - worth[0]), atol=1e-3)
    assert several > 50


@pytest.mark.parametrize("level", [Levels.AUTO, Levels.PARAGRAPH, Levels.SUBPARAGRAPH])
def test_the_best_unit_of_an_article_has_the_articles_probability(
    level: Levels, decided: LexDPR, encoder: BiEncoder
):
    for text in QUESTIONS:
        asked = question(encoder, text)
        whole = ranked(decided, asked, Levels.ARTICLE)
        of_article = dict(zip(whole.articles.tolist(), whole.fused.scores.tolist(), strict=True))
        found = ranked(decided, asked, level)
        best: dict[int, float] = {}
        for article, score in zip(
            found.articles.tolist(), found.fused.scores.tolist(), strict=True
        ):
            best.setdefault(article, score)
        assert best == pytest.approx({row: of_article[row] for row in best}, rel=1e-5)


def test_many_questions_give_what_each_gives(decided: LexDPR):
    texts = [*QUESTIONS, *DECIDED]
    singly = [decided.search(text, 5) for text in texts]
    assert [ids(hits) for hits in decided.search_many(texts, 5)] == [ids(hits) for hits in singly]
