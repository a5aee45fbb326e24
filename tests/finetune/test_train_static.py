"""Training a tiny static encoder: it learns, resumes to the bit, and loads everywhere alike."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.evaluate import Question, compare, dense_run, measure
from lexdpr_finetune.pairs import Pair, PairKind
from lexdpr_finetune.pairs.own import own_pairs
from lexdpr_finetune.pairs.titles import title_pairs
from lexdpr_finetune.static.bags import vectors_of
from lexdpr_finetune.static.batches import Sampler, clashes
from lexdpr_finetune.static.folder import quantised
from lexdpr_finetune.static.material import Passages, questions_by_kind
from lexdpr_finetune.static.near_negatives import Mining, near_negatives
from lexdpr_finetune.static.tokenizer import bigram_vocabulary, count_bigrams, make_tokenizer
from lexdpr_finetune.train import TrainError
from lexdpr_finetune.train_static import CHECKPOINT, StaticRecipe, train_static

from lexdpr_rag.encoder import BiEncoder

for needed in ("torch", "scipy", "tokenizers", "safetensors"):
    pytest.importorskip(needed)


class KilledError(Exception):
    """What a test ends a run with."""


RECIPE = StaticRecipe(
    dimension=32,
    steps=30,
    batch_size=64,
    rarest=(1, 1),
    checkpoint_every=10,
    dropout={},
    mine_at=(8, 15),
)


@pytest.fixture(scope="module")
def pairs(articles: Articles, samples: Path) -> list[Pair]:
    own = own_pairs(samples / "questions.jsonl", articles)
    return [*own.pairs, *title_pairs(articles).pairs]


@pytest.fixture(scope="module")
def trained(articles: Articles, pairs: list[Pair], tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    events = []
    report = train_static(articles, pairs, folder, RECIPE, progress=events.append)
    assert [event.step for event in events] == list(range(1, 31))
    assert events[-1].seconds_left == 0
    assert report.questions["own"] == len([p for p in pairs if p.kind is PairKind.OWN])
    assert report.left_out == 0
    assert report.losses["title"] < events[5].losses.get("title", 9)
    assert not (folder / CHECKPOINT).exists()
    return folder


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def test_it_finds_what_it_was_taught(trained: Path, articles: Articles, pairs: list[Pair]) -> None:
    questions = [
        Question(p.query_id, p.query, frozenset(p.positives))
        for p in pairs
        if p.kind is PairKind.OWN
    ]
    run = dense_run(BiEncoder(trained), articles, questions)
    values = measure(run, questions, ["nDCG@10", "R@10"])
    assert values["R@10"].mean() > 0.8
    repealed = [key for keys in run.values() for key in keys if key.startswith("990004/")]
    assert not repealed


def test_a_killed_run_ends_with_the_same_model(
    trained: Path, articles: Articles, pairs: list[Pair], tmp_path: Path
) -> None:
    def kill(event) -> None:
        if event.step == 25:
            raise KilledError

    with pytest.raises(KilledError):
        train_static(articles, pairs, tmp_path, RECIPE, progress=kill)
    assert (tmp_path / CHECKPOINT).exists()
    report = train_static(articles, pairs, tmp_path, RECIPE)
    assert report.resumed == 20
    assert digest(tmp_path) == digest(trained)


def test_a_checkpoint_of_another_recipe_is_refused(
    articles: Articles, pairs: list[Pair], tmp_path: Path
) -> None:
    def kill(event) -> None:
        if event.step == 12:
            raise KilledError

    with pytest.raises(KilledError):
        train_static(articles, pairs, tmp_path, RECIPE, progress=kill)
    with pytest.raises(TrainError, match="체크포인트"):
        train_static(articles, pairs, tmp_path, replace(RECIPE, temperature={"title": 0.1}))


def test_the_folder_loads_in_sentence_transformers(trained: Path) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    texts = ["보증금을 돌려받지 못하면?", "등록된 반려로봇", "", "😀"]
    there = sentence_transformers.SentenceTransformer(str(trained), device="cpu").encode(texts)
    here = BiEncoder(trained).encode_queries(texts)
    np.testing.assert_allclose(there, here, atol=1e-6)
    assert np.linalg.norm(here, axis=1).tolist() == pytest.approx([1, 1, 0, 0])
    assert BiEncoder(trained).get_training_config()["recipe"]["steps"] == 30


WRONG = [
    {"dimension": 0},
    {"steps": 0},
    {"learning_rate": 0},
    {"whole": 1.5},
    {"mix": {"nonsense": 1}},
    {"mix": {"title": 0}},
    {"dropout": {"title": 1.0}},
    {"temperature": {"title": 0.0}},
    {"mix": {"title": -0.1, "own": 1}},
]


@pytest.mark.parametrize("values", WRONG, ids=str)
def test_a_recipe_out_of_range(values: dict, articles: Articles, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=next(iter(values))):
        train_static(articles, [], tmp_path, replace(RECIPE, **values))


def test_nothing_to_train_on(articles: Articles, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="훈련할 것이 없습니다"):
        train_static(articles, [], tmp_path, replace(RECIPE, mix={"issue": 1.0}))


# -- inside --------------------------------------------------------------------------------------


def test_clashes() -> None:
    positives = [np.array([3, 5]), np.array([5]), np.array([7])]
    assert sorted(map(tuple, clashes(positives, np.array([3, 5, 7])).tolist())) == [(0, 1)]
    same = [np.array([5]), np.array([5])]
    assert sorted(map(tuple, clashes(same, np.array([5, 5])).tolist())) == [(0, 1), (1, 0)]
    assert clashes([np.array([1]), np.array([2])], np.array([1, 2])).shape == (0, 2)


@pytest.fixture(scope="module")
def sampler(articles: Articles, pairs: list[Pair]) -> Sampler:
    vocabulary = bigram_vocabulary([(count_bigrams(articles.unit_texts()), 1)])
    tokenizer = make_tokenizer(vocabulary)
    passages = Passages.of(articles, tokenizer)
    questions = questions_by_kind(pairs, articles, passages, tokenizer)
    return Sampler(passages, questions, {"own": 0.5, "sentence": 0.5}, 16, 0.5, {})


def test_a_batch_is_made_of_its_seed_alone(sampler: Sampler) -> None:
    one, again, other = sampler.batch(1, 2), sampler.batch(1, 2), sampler.batch(1, 3)
    assert (one.questions != again.questions).nnz == 0
    assert (one.passages != again.passages).nnz == 0
    assert one.kind != other.kind or (one.questions != other.questions).nnz > 0


def test_both_kinds_come(sampler: Sampler) -> None:
    assert {sampler.batch(0, step).kind for step in range(20)} == {"own", "sentence"}


def test_a_question_meets_a_passage_of_its_article(sampler: Sampler) -> None:
    step = next(s for s in range(20) if sampler.batch(0, s).kind == "own")
    batch = sampler.batch(0, step)
    own = sampler.questions[PairKind.OWN]
    known = [own.bags[i] for i in range(len(own))]
    for row in range(4):
        asked = next(i for i, bag in enumerate(known) if (bag != batch.questions[row]).nnz == 0)
        units = [
            unit
            for article in own.positives[asked]
            for unit in range(
                sampler.passages.offsets[article], sampler.passages.offsets[article + 1]
            )
        ]
        whole = list(own.positives[asked])
        candidates = [sampler.passages.units.bags[u] for u in units]
        candidates += [sampler.passages.articles[a] for a in whole]
        assert any((c != batch.passages[row]).nnz == 0 for c in candidates)


def test_a_stretch_leaves_the_head_alone(sampler: Sampler) -> None:
    step = next(s for s in range(20) if sampler.batch(0, s).kind == "sentence")
    batch = sampler.batch(0, step)
    assert batch.questions.sum(axis=1).max() < 60
    assert batch.passages.min() >= 0


def test_negatives_are_near_and_wrong(articles: Articles, sampler: Sampler) -> None:
    own = {PairKind.OWN: sampler.questions[PairKind.OWN]}
    random = np.random.default_rng(0)
    size = sampler.passages.units.vocabulary
    weights = random.normal(size=(size, 64)).astype(np.float32) * sampler.passages.weights[:, None]
    mining = Mining(depth=50, kept=5, skipped=1, margin=0.9)
    found = near_negatives(weights, sampler.passages, own, mining)[PairKind.OWN]
    assert found.shape == (len(own[PairKind.OWN]), 5)
    assert (found >= 0).sum() > len(found)
    questions = vectors_of(own[PairKind.OWN].bags, weights)
    units = vectors_of(sampler.passages.units.bags, weights)
    for row, negatives in enumerate(found):
        positives = own[PairKind.OWN].positives[row]
        cosines = units @ questions[row]
        best = max(
            cosines[sampler.passages.unit_articles == article].max() for article in positives
        )
        for unit in negatives[negatives >= 0]:
            assert sampler.passages.unit_articles[unit] not in positives
            assert cosines[unit] < best * 0.9 + 1e-6
    batch = replace(sampler, mix={"own": 1.0}, negatives={PairKind.OWN: found}, hard=7).batch(0, 0)
    assert batch.questions.shape[0] == 16
    assert 16 < batch.passages.shape[0] <= 23


def test_quantised() -> None:
    weights = np.random.default_rng(0).normal(size=(50, 16)).astype(np.float32)
    weights[3] = 0
    rows, scales = quantised(weights)
    assert rows.dtype == np.int8
    back = rows * scales[:, None]
    assert not back[0].any()
    assert not back[3].any()
    np.testing.assert_allclose(back[1:], weights[1:], atol=float(np.abs(weights).max() / 250))


def test_figures_of_two_systems() -> None:
    random = np.random.default_rng(0)
    good = {"nDCG@10": random.random(400)}
    worse = {"nDCG@10": good["nDCG@10"] * 0.8}
    found = compare({"good": good, "worse": worse, "same": good})
    figure = found["good"]["nDCG@10"]
    assert figure.low < figure.mean < figure.high
    assert figure.p is None
    assert found["worse"]["nDCG@10"].p < 0.01
    assert found["worse"]["nDCG@10"].difference == pytest.approx(-0.2 * figure.mean)
    assert found["same"]["nDCG@10"].p == 1.0
