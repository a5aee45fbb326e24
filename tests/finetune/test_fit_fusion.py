"""Fitting the fusion: what it learns from, and that it learns which route to believe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dense.bag_encoder import BagEncoder
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.evaluate import Question as Asked
from lexdpr_finetune.fit_fusion import evidence_of, examples_of, fit_fusion
from lexdpr_finetune.fit_network import Example, FitError, FitOptions

from lexdpr_rag import LexDPR
from lexdpr_rag.decisions.pack import DecisionPack, Issue
from lexdpr_rag.index.fitted import (
    DECISIONS,
    DENSE,
    LEXICAL,
    Evidence,
    FittedFusion,
    candidate_features,
    probability,
    question_features,
)
from lexdpr_rag.index.fusion import Fusion, Route
from lexdpr_rag.index.network import WEIGHTS
from lexdpr_rag.messages import CATALOG

Told = list[tuple[Evidence, np.ndarray]]

SHORT, LONG = 15, 220
FAST = FitOptions(epochs=6, batch_size=32)


def asked(draw: np.random.Generator, characters: int, count: int | None = None) -> tuple:
    """Candidates of which the one that answers comes first by the vectors where the question is long,
    by the words where it is short; the other route puts a wrong one first, just as surely."""
    count = count or int(draw.integers(12, 30))
    right, wrong = draw.choice(count, 2, replace=False).tolist()
    scores = np.zeros((count, 3), np.float32)
    scores[:, LEXICAL] = draw.uniform(2, 20, count)
    scores[:, DENSE] = draw.uniform(0.05, 0.45, count)
    by_words, by_vectors = (wrong, right) if characters == LONG else (right, wrong)
    scores[by_words, LEXICAL] = draw.uniform(25, 30)
    scores[by_vectors, DENSE] = draw.uniform(0.6, 0.7)
    relevant = np.arange(count) == right
    return Evidence(characters, scores, np.zeros(count, np.int64), np.arange(count)), relevant


def questions(seed: int, count: int) -> Told:
    draw = np.random.default_rng(seed)
    return [asked(draw, (SHORT, LONG)[number % 2]) for number in range(count)]


def right_first(order_of, told: Told) -> float:
    """Share of the questions whose first candidate is right."""
    return float(np.mean([relevant[int(np.argmax(order_of(given)))] for given, relevant in told]))


def fixed(given: Evidence) -> np.ndarray:
    """The plain mix of the words and the vectors."""
    routes = []
    for name, column in (("lexical", LEXICAL), ("dense", DENSE)):
        scores = given.scores[:, column]
        order = np.argsort(-scores)
        routes.append(Route(name, order, scores[order]))
    fused = Fusion().fuse(routes)
    found = np.zeros(len(given.scores))
    found[fused.ids] = fused.scores
    return found


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """So small a network is slowed down by a second one, and by far where cores are busy."""
    try:
        import torch
    except ImportError:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def fitted() -> FittedFusion:
    pytest.importorskip("torch", reason="torch is not installed")
    return fit_fusion(examples_of(questions(1, 400), FAST), FAST, {"fingerprint": "bag-1"})


# -- what it learns ------------------------------------------------------------------------------


def test_it_learns_which_route_to_believe(fitted: FittedFusion):
    fresh = questions(2, 300)
    by_words = right_first(lambda given: given.scores[:, LEXICAL], fresh)
    by_vectors = right_first(lambda given: given.scores[:, DENSE], fresh)
    assert by_words == by_vectors == 0.5
    assert right_first(fixed, fresh) <= 0.6
    assert right_first(fitted.logits, fresh) > 0.95


def test_its_probabilities_are_about_right(fitted: FittedFusion):
    fresh = questions(3, 200)
    chances = np.concatenate([probability(fitted.logits(given)) for given, _ in fresh])
    relevant = np.concatenate([relevant for _, relevant in fresh])
    assert chances[relevant].mean() > 0.8
    assert chances[~relevant].mean() < 0.05
    assert chances.sum() == pytest.approx(relevant.sum(), rel=0.25)


def test_it_learns_to_believe_decisions():
    pytest.importorskip("torch", reason="torch is not installed")
    draw = np.random.default_rng(4)

    def decided() -> tuple[Evidence, np.ndarray]:
        given, relevant = asked(draw, SHORT)
        scores = given.scores.copy()
        draw.shuffle(scores[:, LEXICAL])  # neither the words nor the vectors know
        draw.shuffle(scores[:, DENSE])
        scores[:, DECISIONS] = draw.uniform(0, 0.4, len(scores)) + 0.4 * relevant
        return Evidence(SHORT, scores, np.ones(len(scores), np.int64), given.laws), relevant

    told, fresh = [decided() for _ in range(300)], [decided() for _ in range(200)]
    options = FitOptions(epochs=6, batch_size=32, without_decisions=0.0)
    fusion = fit_fusion(examples_of(told, options), options)
    assert right_first(fusion.logits, fresh) > 0.9
    silent = [(given.without(DECISIONS), relevant) for given, relevant in fresh]
    assert right_first(fusion.logits, silent) < 0.4


def test_several_answers_to_a_question_are_all_learned():
    pytest.importorskip("torch", reason="torch is not installed")
    draw = np.random.default_rng(5)

    def twice() -> tuple[Evidence, np.ndarray]:
        given, relevant = asked(draw, SHORT)
        other = int(draw.choice(np.flatnonzero(~relevant)))
        given.scores[other, LEXICAL] = draw.uniform(25, 30)
        relevant[other] = True
        return given, relevant

    told = [twice() for _ in range(300)]
    fusion = fit_fusion(examples_of(told, FAST), FAST)
    both = [
        relevant[np.argsort(-fusion.logits(given))[:2]].all()
        for given, relevant in (twice() for _ in range(100))
    ]
    assert np.mean(both) > 0.9


# -- the same again ------------------------------------------------------------------------------


def weights(seed: int, about: dict[str, str] | None = None, **options: float) -> FittedFusion:
    short = FitOptions(epochs=1, batch_size=16, hidden=8, seed=seed, **options)
    return fit_fusion(examples_of(questions(6, 60), short), short, about)


def test_it_is_determined_by_the_seed():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    first = weights(1)
    torch.manual_seed(99)  # what was drawn before does not matter
    again, other = weights(1), weights(2)
    assert set(first.weights) == set(WEIGHTS)
    for name in WEIGHTS:
        np.testing.assert_array_equal(again.weights[name], first.weights[name])
        assert first.weights[name].dtype == np.float32
    assert not np.array_equal(other.weights["first"], first.weights["first"])


def test_what_is_told_of_it(fitted: FittedFusion, tmp_path: Path):
    assert fitted.about["fingerprint"] == "bag-1"
    assert (fitted.about["questions"], fitted.about["epochs"]) == (400, 6)
    assert fitted.about["seed"] == FitOptions().seed
    fitted.save(tmp_path)
    again = FittedFusion.open(tmp_path)
    assert again.about["fingerprint"] == "bag-1"
    for given, _ in questions(7, 5):
        np.testing.assert_array_equal(again.logits(given), fitted.logits(given))


@pytest.mark.parametrize("hidden", [8, 24])
def test_the_width_of_the_network(hidden: int):
    pytest.importorskip("torch", reason="torch is not installed")
    short = FitOptions(epochs=1, hidden=hidden)
    fusion = fit_fusion(examples_of(questions(6, 40), short), short)
    assert fusion.weights["first"].shape == (hidden, 19)
    assert fusion.weights["second"].shape == (hidden, hidden)


def test_it_is_the_network_that_was_fitted():
    """numpy gives what torch gave while fitting, scales and all."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from lexdpr_finetune import fit_network as module

    options = FitOptions(hidden=12)
    examples = examples_of(questions(8, 30), options)
    scales = module._scales(examples)
    torch.manual_seed(3)
    net = module._network(11, 8, options)
    net.eval()
    fusion = FittedFusion({**scales, **module._weights(net)}, {})
    for given, _ in questions(9, 5):
        seen = (candidate_features(given) - scales["candidate_mean"]) / scales["candidate_scale"]
        question = (question_features(given) - scales["question_mean"]) / scales["question_scale"]
        with torch.no_grad():
            wide = torch.from_numpy(seen)
            both = torch.cat([wide, torch.from_numpy(question).expand(len(wide), -1)], dim=1)
            expected = (net["deep"](both) + net["linear"](wide))[:, 0].numpy()
        np.testing.assert_allclose(fusion.logits(given), expected, rtol=1e-4, atol=1e-4)


def test_candidates_that_fill_up_a_batch_count_nothing():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from lexdpr_finetune import fit_network as module

    draw = np.random.default_rng(10)
    options = FitOptions(epochs=1, batch_size=2)
    pair = examples_of([asked(draw, SHORT, 5), asked(draw, LONG, 29)], options)
    scales = module._scales(pair)
    net = module._network(11, 8, options).eval()

    def loss(examples: list[Example]) -> float:
        [batch] = module._batches(examples, scales, options)
        with torch.no_grad():
            return float(module._loss(net, *(torch.from_numpy(part) for part in batch)))

    assert loss(pair) == pytest.approx((loss(pair[:1]) + loss(pair[1:])) / 2, rel=1e-5)


@pytest.mark.parametrize("answers", [1, 2, 5])
def test_a_question_with_many_answers_counts_as_one_with_one(answers: int):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from lexdpr_finetune import fit_network as module

    net = module._network(11, 8, FitOptions())
    with torch.no_grad():
        for values in net.parameters():
            values.zero_()  # every candidate is as likely as not
        relevant = (torch.arange(8) < answers).float()[None]
        parts = torch.zeros(1, 8, 11), torch.zeros(1, 8), relevant, torch.ones(1, 8, dtype=bool)
        loss = float(module._loss(net, *parts))
    assert loss == pytest.approx(np.log(8) + 0.3 * 8 * np.log(2), rel=1e-5)


# -- examples ------------------------------------------------------------------------------------


def test_questions_without_an_answer_are_left_out():
    told = questions(11, 6)
    unanswered = [(given, np.zeros_like(relevant)) for given, relevant in told[::2]]
    nobody = Evidence(9, np.zeros((0, 3), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    mixed = [*unanswered, *told[1::2], (nobody, np.zeros(0, bool))]
    examples = examples_of(mixed, FitOptions(without_decisions=0.0))
    assert len(examples) == 3
    for example, (given, relevant) in zip(examples, told[1::2], strict=True):
        np.testing.assert_array_equal(example.candidates, candidate_features(given))
        np.testing.assert_array_equal(example.question, question_features(given))
        np.testing.assert_array_equal(example.relevant, relevant)


def decided(count: int) -> Told:
    told = questions(12, count)
    for given, _ in told:
        given.scores[:, DECISIONS] = 0.5 + 0.01 * np.arange(len(given.scores))
        given.support[:] = 3
    return told


def test_decisions_are_hidden_for_a_share_of_the_questions():
    told = decided(400)
    shares = {}
    for share in (0.0, 0.3, 1.0):
        examples = examples_of(told, FitOptions(without_decisions=share))
        hidden = [
            np.array_equal(example.candidates, candidate_features(given.without(DECISIONS)))
            for example, (given, _) in zip(examples, told, strict=True)
        ]
        shares[share] = np.mean(hidden)
    assert shares[0.0] == 0 and shares[1.0] == 1
    assert shares[0.3] == pytest.approx(0.3, abs=0.08)
    assert (told[0][0].support == 3).all()  # what was given stays


@pytest.mark.parametrize("told", [[], [(questions(1, 1)[0][0], np.zeros(99, bool))]])
def test_nothing_to_fit(told: Told, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("torch", reason="torch is not installed")
    monkeypatch.delenv("LEXDPR_LANG", raising=False)
    with pytest.raises(FitError) as caught:
        fit_fusion(examples_of(told, FAST), FAST)
    assert str(caught.value) == CATALOG["finetune.nothing_to_fit"][0]
    assert "질문" in str(caught.value) and len(str(caught.value).splitlines()) == 1
    monkeypatch.setenv("LEXDPR_LANG", "en")
    assert "nothing to fit" in str(caught.value)


# -- evidence of an index ------------------------------------------------------------------------

ISSUE = "기계가 담장을 넘어가 화분을 깨뜨린 때의 책임"
ON = "990011/제14조"


@pytest.fixture(scope="module")
def evidence(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[LexDPR, Told]:
    """What the routes of the sample statutes say of three questions."""
    encoder = BagEncoder()
    index = LexDPR.build(
        samples / "statutes",
        tmp_path_factory.mktemp("fit") / "index",
        jobs=1,
        encoder=encoder,
        backend="exact",
    )
    articles = Articles.open(index.path)
    titles = {ON: articles.title(articles.rows[ON])}
    pack = DecisionPack.make([Issue(ISSUE, (ON,)), Issue("다른 쟁점", (ON,))], titles, encoder)
    given = [
        Asked("q1", ISSUE, frozenset({ON})),
        Asked("q2", "보증금을 돌려받지 못하면?", frozenset({"990001/제18조", "990001/제19조"})),
        Asked("q3", "과태료", frozenset({"999999/제1조"})),
    ]
    return index, [(one.given, one.relevant) for one in evidence_of(index, pack, given)]


def test_evidence_says_what_is_right(evidence: tuple[LexDPR, Told]):
    _, told = evidence
    assert [int(relevant.sum()) for _, relevant in told] == [1, 2, 0]
    for given, relevant in told:
        assert len(given.scores) == len(given.support) == len(given.laws) == len(relevant)
        assert len(relevant) > 50 and relevant.dtype == np.bool_
    assert [given.characters for given, _ in told] == [len(ISSUE), 14, 3]


def test_evidence_holds_the_decisions_of_the_pack_alone(evidence: tuple[LexDPR, Told]):
    _, [(given, relevant), *_] = evidence
    assert given.support[relevant].tolist() == [2]
    assert not given.support[~relevant].any()
    assert given.scores[relevant, DECISIONS] == pytest.approx(1, abs=0.005)
    assert not given.scores[~relevant, DECISIONS].any()


def test_evidence_holds_what_each_route_says(evidence: tuple[LexDPR, Told]):
    index, told = evidence
    given, relevant = told[1]
    right = {f"{hit.law_id}/{hit.article}": hit.score for hit in _all(index, "lexical")}
    near = {f"{hit.law_id}/{hit.article}": hit.score for hit in _all(index, "dense")}
    for scores, column in ((right, LEXICAL), (near, DENSE)):
        expected = sorted(scores[key] for key in ("990001/제18조", "990001/제19조"))
        assert sorted(given.scores[relevant, column].tolist()) == pytest.approx(expected, rel=1e-4)


def _all(index: LexDPR, mode: str) -> list:
    return index.search("보증금을 돌려받지 못하면?", 200, mode=mode, level="article")
