"""Fitting the reranker: what it learns from, and that it learns to look at the words that matter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.evaluate import Question as Asked
from lexdpr_finetune.fit_fusion import Told, evidence_of, examples_of, fit_fusion
from lexdpr_finetune.fit_late import corpus_idf, fit_late, late_examples
from lexdpr_finetune.fit_network import Example, FitError, FitOptions

from lexdpr_rag import LexDPR
from lexdpr_rag.backends.token_vectors import TokenVectors
from lexdpr_rag.decisions.pack import DecisionPack, Issue
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.index.fitted import LEXICAL, QUESTION_FEATURES, FittedFusion
from lexdpr_rag.late.late_reranker import LATE_FEATURES, READ, LateReranker, token_idf
from lexdpr_rag.models import ENCODER

pytest.importorskip("torch", reason="torch is not installed")

FAST = FitOptions(epochs=8, batch_size=16, without_decisions=0.0)


@pytest.fixture(scope="module")
def index(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("late") / "index"
    LexDPR.build(samples / "statutes", out, jobs=1, encoder=ENCODER, backend="exact").close()
    return out


@pytest.fixture(scope="module")
def tokens() -> TokenVectors:
    held = BiEncoder(ENCODER).token_vectors()
    assert held is not None
    return held


@pytest.fixture(scope="module")
def told(index: Path) -> list[Told]:
    """Each article is asked for by the last words of its text."""
    articles = Articles.open(index)
    asked = [
        Asked(key, articles.text(row)[-60:], frozenset({key}))
        for key, row in articles.rows.items()
        if len(articles.text(row)) > 80
    ]
    titles = {key: articles.title(row) for key, row in articles.rows.items()}
    issues = [Issue("공유주방의 보증금을 돌려주지 않는 행위의 효력", (asked[0].query_id,))]
    pack = DecisionPack.make(issues, titles, BiEncoder(ENCODER))
    return list(evidence_of(LexDPR.open(index), pack, asked))


@pytest.fixture(scope="module")
def fusion(told: list[Told]) -> FittedFusion:
    return fit_fusion(examples_of([(one.given, one.relevant) for one in told], FAST), FAST)


@pytest.fixture(scope="module")
def idf(index: Path, tokens: TokenVectors) -> np.ndarray:
    return corpus_idf(Articles.open(index), tokens)


@pytest.fixture(scope="module")
def examples(
    index: Path, told: list[Told], fusion: FittedFusion, tokens: TokenVectors, idf: np.ndarray
) -> list[Example]:
    store = LexDPR.open(index)._store
    return list(late_examples(store, told, fusion, tokens, idf, FAST))


def test_idf_counts_the_articles_that_hold_a_token(
    index: Path, tokens: TokenVectors, idf: np.ndarray
):
    articles = Articles.open(index)
    texts = [set(ids) for ids in tokens.cut(list(articles.article_texts()))]
    for token in sorted(set.union(*texts))[::97]:
        counted = np.array([sum(token in own for own in texts)])
        np.testing.assert_allclose(idf[token], token_idf(counted, len(texts))[0], rtol=1e-6)


def test_examples_are_the_first_candidates_of_the_fusion(
    examples: list[Example], told: list[Told], fusion: FittedFusion
):
    kept = []
    for one in told:
        order = np.argsort(-fusion.logits(one.given), kind="stable")[:READ]
        if one.relevant[order].any():
            kept.append(one.relevant[order])
    assert len(examples) == len(kept) > 50
    for example, relevant in zip(examples, kept, strict=True):
        assert example.candidates.shape == (len(relevant), LATE_FEATURES)
        assert example.question.shape == (QUESTION_FEATURES,)
        assert np.isfinite(example.candidates).all()
        np.testing.assert_array_equal(example.relevant, relevant)


def test_it_learns_to_look_at_the_words(
    index: Path, told: list[Told], tokens: TokenVectors, idf: np.ndarray
):
    """Where the fusion knows the vectors alone, and the question's words stand in one article."""
    deaf = [replace(one, given=one.given.without(LEXICAL)) for one in told]
    taught, fresh = deaf[::2], deaf[1::2]
    fusion = fit_fusion(examples_of([(one.given, one.relevant) for one in taught], FAST), FAST)
    store = LexDPR.open(index)._store
    read = list(late_examples(store, taught, fusion, tokens, idf, FAST))
    late = fit_late(read, tokens, idf, FAST, {"fingerprint": "x"})
    assert isinstance(late, LateReranker)
    before, after = [], []
    for one in fresh:
        prior = fusion.logits(one.given)
        reading = late.read(store, one.text, one.vector, one.articles, prior)
        before.append(one.relevant[np.argmax(prior)])
        after.append(one.relevant[np.argmax(late.logits(reading, prior, one.given))])
    assert np.mean(after) > np.mean(before) + 0.1, (np.mean(before), np.mean(after))


def test_the_same_seed_gives_the_same_weights(
    examples: list[Example], tokens: TokenVectors, idf: np.ndarray
):
    first, again = (fit_late(examples[:40], tokens, idf, FAST) for _ in range(2))
    for name, values in first._network.weights.items():
        np.testing.assert_array_equal(values, again._network.weights[name])


def test_nothing_to_learn_from(tokens: TokenVectors, idf: np.ndarray):
    with pytest.raises(FitError):
        fit_late([], tokens, idf)
