"""Late interaction: what is told of each text, and how what was read is put in order anew."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from bundled.sample_decisions import (
    LEVELS,
    QUESTIONS,
    everything,
    ids,
    question,
    ranked,
    sources_of,
)
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lexdpr_rag import LexDPR
from lexdpr_rag.backends.token_vectors import TokenVectors
from lexdpr_rag.cli.app import app
from lexdpr_rag.datamodels import LevelName
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.errors import FilterError, IndexFormatError
from lexdpr_rag.index.fitted import QUESTION_FEATURES, Evidence, probability, same_words
from lexdpr_rag.index.network import Network
from lexdpr_rag.late.interaction import FEATURES, AskedTokens, interaction
from lexdpr_rag.late.late_reranker import (
    IDF,
    LATE_FEATURES,
    READ,
    TOLD,
    LateReranker,
    Reading,
    late_features,
    token_idf,
    write_idf,
)
from lexdpr_rag.late.passages import FIELDS, field_texts
from lexdpr_rag.units import Levels

WORDS = {"보증금": 0, "돈": 1, "반환": 2, "로봇": 3, "등록": 4, "고양이": 5}


def cut(texts: list[str]) -> list[list[int]]:
    return [[WORDS[word] for word in text.split() if word in WORDS] for text in texts]


def tokens(seed: int = 1, dimension: int = 8) -> TokenVectors:
    draw = np.random.default_rng(seed)
    vectors = draw.normal(size=(len(WORDS), dimension))
    vectors[1] = vectors[0] + 0.1 * draw.normal(size=dimension)  # 돈 is near 보증금
    return TokenVectors(vectors.astype(np.float16), lambda texts: cut(list(texts)))


IDF_OF = np.array([2.0, 1.0, 1.5, 3.0, 0.5, 4.0], np.float32)


def asked(text: str, held: TokenVectors) -> AskedTokens:
    rows = held.rows(np.array(cut([text])[0], np.int64))
    pooled = rows.sum(axis=0) if len(rows) else np.ones(held.vectors.shape[1], np.float32)
    return AskedTokens.of(text, pooled / np.linalg.norm(pooled), held, IDF_OF)


def by_hand(question: str, text: str, held: TokenVectors) -> list[float]:
    """The definition, token by token."""
    q, d = (sorted(set(cut([one])[0])) for one in (question, text))
    rows = held.vectors.astype(np.float32)
    length = {t: float(np.linalg.norm(rows[t])) for t in WORDS.values()}
    cosine = {(a, b): float(rows[a] @ rows[b]) / length[a] / length[b] for a in q for b in d}
    ahead = {a: max(cosine[a, b] for b in d) for a in q}
    back = {b: max(cosine[a, b] for a in q) for b in d}

    def mean(values: dict[int, float], weight: dict[int, float]) -> float:
        return sum(values[t] * weight[t] for t in values) / sum(weight[t] for t in values)

    rare = dict(enumerate(IDF_OF.tolist()))
    both = {t: rare[t] * length[t] for t in length}
    asked_for = np.sum([rows[t] for t in cut([question])[0]], axis=0)
    whole = np.sum([rows[t] for t in d], axis=0)
    three = {a: np.mean(sorted((cosine[a, b] for b in d), reverse=True)[:3]) for a in q}
    return [
        mean(ahead, length),
        mean(ahead, rare),
        mean({a: float(ahead[a] > 0.999) for a in q}, rare),
        mean({a: value**2 for a, value in ahead.items()}, length),
        float(np.mean(list(back.values()))),
        mean(back, length),
        float(asked_for @ whole / np.linalg.norm(asked_for) / np.linalg.norm(whole)),
        float(np.mean(sorted((back[b] * both[b] for b in d), reverse=True)[:10])),
        mean({a: float(value) for a, value in three.items()}, length),
        mean(ahead, both),
        mean({a: float(ahead[a] > 0.5) for a in q}, both),
    ]


text = st.lists(st.sampled_from(list(WORDS)), min_size=1, max_size=8).map(" ".join)


@given(text, st.lists(text, min_size=1, max_size=4), st.integers(0, 20))
def test_it_is_what_its_definition_says(question: str, texts: list[str], seed: int):
    held = tokens(seed)
    found = interaction(asked(question, held), held.ids(texts), held, IDF_OF)
    assert found.dtype == np.float32
    expected = [by_hand(question, one, held) for one in texts]
    np.testing.assert_allclose(found, expected, atol=2e-4)


def test_a_word_is_met_by_one_that_is_near():
    held = tokens()
    near, far = interaction(asked("돈", held), held.ids(["보증금 반환", "로봇 등록"]), held, IDF_OF)
    told = dict(zip(FEATURES, near, strict=True))
    assert told["literal"] == 0 and told["met"] == 1
    assert told["forward"] > 0.95 > far[FEATURES.index("forward")]


def test_texts_and_questions_without_tokens_are_zeros():
    held = tokens()
    found = interaction(asked("돈", held), held.ids(["", "돈", "모르는 말"]), held, IDF_OF)
    assert not found[[0, 2]].any() and found[1].any()
    none = interaction(asked("모르는 말", held), held.ids(["돈"]), held, IDF_OF)
    assert none.shape == (1, len(FEATURES)) and not none.any()


def test_idf_falls_as_a_token_becomes_common():
    idf = token_idf(np.array([0, 1, 50, 100]), 100)
    assert idf.dtype == np.float32
    assert (np.diff(idf) < 0).all() and idf[-1] > 0
    np.testing.assert_allclose(idf[2], np.log1p(1.0), rtol=1e-6)


# -- the network over it -------------------------------------------------------------------------


def network(seed: int = 3) -> Network:
    draw = np.random.default_rng(seed)
    shapes = {
        "candidate_mean": (LATE_FEATURES,), "candidate_scale": (LATE_FEATURES,),
        "question_mean": (QUESTION_FEATURES,), "question_scale": (QUESTION_FEATURES,),
        "first": (6, LATE_FEATURES + QUESTION_FEATURES), "first_bias": (6,),
        "second": (6, 6), "second_bias": (6,),
        "last": (6,), "last_bias": (1,), "linear": (LATE_FEATURES,),
    }  # fmt: skip
    weights = {
        name: draw.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()
    }
    for name in ("candidate_scale", "question_scale"):
        weights[name] = np.abs(weights[name]) + 1
    return Network(weights, {"questions": 3})


def evidence(count: int, seed: int = 4) -> Evidence:
    draw = np.random.default_rng(seed)
    scores = draw.uniform(0, 1, (count, 3)).astype(np.float32)
    return Evidence(20, scores, draw.integers(0, 4, count), draw.integers(0, 5, count))


def test_what_was_not_read_stays_in_its_order_and_below():
    reranker = LateReranker(network(), IDF_OF, tokens())
    given, prior = evidence(70), np.linspace(2, -4, 70).astype(np.float32)
    told = np.random.default_rng(5).normal(size=(READ, TOLD)).astype(np.float32)
    found = reranker.logits(Reading(np.arange(READ), told), prior, given)
    assert found[:READ].min() > found[READ:].max()
    np.testing.assert_allclose(np.diff(found[READ:]), np.diff(prior[READ:]), atol=1e-5)
    assert (np.argsort(-found[:READ]) != np.arange(READ)).any()
    np.testing.assert_array_equal(prior, np.linspace(2, -4, 70).astype(np.float32))


def test_few_candidates_and_none():
    reranker = LateReranker(network(), IDF_OF, tokens())
    told = np.ones((2, TOLD), np.float32)
    found = reranker.logits(Reading(np.arange(2), told), np.zeros(2, np.float32), evidence(2))
    assert np.isfinite(found).all()
    nothing = Reading(np.zeros(0, np.int64), np.zeros((0, TOLD), np.float32))
    assert reranker.logits(nothing, np.zeros(0, np.float32), evidence(0)).shape == (0,)


def test_the_features_of_one_candidate_are_finite():
    found = late_features(
        np.zeros((1, TOLD), np.float32), np.zeros(1, np.float32), np.zeros((1, 11), np.float32)
    )
    assert found.shape == (1, LATE_FEATURES) and np.isfinite(found).all()


def test_it_is_read_as_it_was_written(tmp_path: Path):
    held = tokens()
    made = LateReranker(network(), IDF_OF, held)
    made.save(tmp_path)
    again = LateReranker.open(tmp_path, held)
    given, prior = evidence(9), np.arange(9, dtype=np.float32)
    reading = Reading(np.arange(9)[::-1], np.ones((9, TOLD), np.float32))
    np.testing.assert_array_equal(
        made.logits(reading, prior, given), again.logits(reading, prior, given)
    )
    np.testing.assert_array_equal(again._idf, IDF_OF.astype(np.float16).astype(np.float32))


@pytest.mark.parametrize("damage", ["missing", "cut", "another"])
def test_a_damaged_one_is_told(tmp_path: Path, damage: str):
    LateReranker(network(), IDF_OF, tokens()).save(tmp_path)
    path = tmp_path / IDF
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:20])
    else:
        write_idf(path, np.ones(99, np.float32), {})
    with pytest.raises(IndexFormatError, match=IDF):
        LateReranker.open(tmp_path, tokens())


# -- in an engine --------------------------------------------------------------------------------


def test_the_texts_are_the_article_its_title_and_its_law(index: Path):
    engine = LexDPR.open(index)
    rows = np.array([3, 0], np.int64)
    whole, titles, laws = field_texts(engine._store, rows)
    assert len(FIELDS) == 3
    for at, row in enumerate(rows.tolist()):
        assert titles[at] == engine._store.article_title[row]
        assert titles[at] in whole[at] and engine._store.article_string(row)[:40] in whole[at]
        law = engine._store.laws[int(engine._store.article_law()[row])]
        assert laws[at].startswith(law.title)


def test_the_packages_reranker_reads_unless_told_not_to(index: Path, encoder: BiEncoder):
    engine = LexDPR.open(index, encoder=encoder)
    changed = 0
    for text in QUESTIONS:
        read = engine.search(text, 10)
        assert ids(read) == ids(engine.search(text, 10, rerank=True))
        assert all(0 <= hit.score <= 1 for hit in read)
        scores = [hit.score for hit in read]
        assert scores == sorted(scores, reverse=True)
        fused = engine.search(text, 10, rerank=False)
        changed += scores != [hit.score for hit in fused]
    assert changed == len(QUESTIONS)
    assert engine._ranker._sources.late is not None


@pytest.mark.parametrize("level", LEVELS)
def test_one_question_alone_and_many_at_once(index: Path, encoder: BiEncoder, level: LevelName):
    engine = LexDPR.open(index, encoder=encoder)
    many = list(engine.search_many(QUESTIONS, 7, level=level))
    for text, hits in zip(QUESTIONS, many, strict=True):
        assert ids(hits) == ids(engine.search(text, 7, level=level))


@pytest.mark.parametrize("text", QUESTIONS)
def test_scores_are_what_fusion_and_reading_say(index: Path, encoder: BiEncoder, text: str):
    engine = LexDPR.open(index, encoder=encoder)
    asked = question(encoder, text)
    found = ranked(engine, asked, Levels.ARTICLE)
    sources = sources_of(engine)
    assert asked.vector is not None and sources.fitted is not None and sources.late is not None
    rows, told = engine._ranker.evidence(asked, everything(engine))
    prior = sources.fitted.logits(told)
    reading = sources.late.read(engine._store, text, asked.vector, rows, prior)
    assert reading.rows.tolist() == np.argsort(-prior, kind="stable")[:READ].tolist()
    logits = sources.late.logits(reading, prior, told) + same_words(told)
    expected = dict(zip(rows.tolist(), probability(logits), strict=True))
    chances = [expected[row] for row in found.articles.tolist()]
    np.testing.assert_allclose(found.fused.scores, chances, rtol=1e-5)
    assert not np.allclose(logits, prior + same_words(told))


def test_an_index_of_another_encoder_has_no_reranker(samples: Path, tmp_path: Path):
    LexDPR.build(samples / "statutes", tmp_path / "index", encoder="none").close()
    engine = LexDPR.open(tmp_path / "index")
    with pytest.raises(FilterError):
        engine.search("등록", 3, rerank=True)


def test_the_command_line_can_leave_it_out(index: Path):
    def scores(*options: str) -> list[float]:
        arguments = ["search", str(index), QUESTIONS[0], "--json", *options]
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
        return [hit["score"] for hit in json.loads(done.stdout)["hits"]]

    engine = LexDPR.open(index)
    assert scores() == pytest.approx([hit.score for hit in engine.search(QUESTIONS[0], 10)])
    fused = [hit.score for hit in engine.search(QUESTIONS[0], 10, rerank=False)]
    assert scores("--reranker", "none") == pytest.approx(fused)
    assert scores() != pytest.approx(fused)
