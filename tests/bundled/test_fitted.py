"""The fitted fusion: its features, its network, its file."""

from __future__ import annotations

import math
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.fitted import (
    DECISIONS,
    DENSE,
    FILE,
    LEXICAL,
    SAME_WORDS,
    Evidence,
    FittedFusion,
    candidate_features,
    probability,
    question_features,
    same_words,
)
from lexdpr_rag.index.network import WEIGHTS
from lexdpr_rag.messages import CATALOG

COLUMNS = {"lexical": LEXICAL, "dense": DENSE, "decisions": DECISIONS}


def evidence(
    seed: int, count: int = 20, characters: int = 40, silent: tuple[int, ...] = (), laws: int = 4
) -> Evidence:
    """Candidates of random scores; the columns ``silent`` say nothing."""
    draw = np.random.default_rng(seed)
    scores = np.stack(
        [draw.gamma(2, 10, count), draw.uniform(-0.2, 0.9, count), draw.uniform(0, 0.9, count)],
        axis=1,
    ).astype(np.float32)
    support = draw.poisson(3, count).astype(np.int64)
    scores[:, list(silent)] = 0
    scores[support == 0, DECISIONS] = 0
    return Evidence(characters, scores, support, draw.integers(0, laws, count))


def tied(count: int = 15) -> Evidence:
    """Candidates of which every route says the same."""
    scores = np.tile(np.array([3, 0.5, 0.25], np.float32), (count, 1))
    return Evidence(33, scores, np.full(count, 2, np.int64), np.arange(count) % 2)


CASES = {
    "many": evidence(1),
    "more than a law each": evidence(2, count=60, laws=60),
    "one law": evidence(3, laws=1),
    "one candidate": evidence(4, count=1),
    "two candidates": evidence(5, count=2),
    "ten candidates": evidence(6, count=10),
    "ties": tied(),
    "one, which scores nothing": Evidence(
        5, np.zeros((1, 3), np.float32), np.zeros(1, np.int64), np.zeros(1, np.int64)
    ),
    "a long question": evidence(7, characters=301),
    "no words": evidence(8, silent=(LEXICAL,)),
    "no vectors": evidence(9, silent=(DENSE,)),
    "no decisions": evidence(10).without(DECISIONS),
    "nothing at all": evidence(11, silent=(LEXICAL, DENSE, DECISIONS)),
}


# -- a slow reference ----------------------------------------------------------------------------


def slow_between(values: list[float]) -> list[float]:
    low, high = min(values), max(values)
    reach = max(max(high, 1e-6) - low, 1e-6)
    return [(value - low) / reach for value in values]


def slow_candidates(given: Evidence) -> list[list[float]]:
    words, near, decided = (given.scores[:, column].astype(float).tolist() for column in range(3))
    between = [slow_between(column) for column in (words, near, decided)]
    best = max(max(words), 1e-6)
    mix = [0.3 * w / best + 0.7 * b for w, b in zip(words, between[DENSE], strict=True)]
    rows = []
    laws = given.laws.tolist()
    squares = [[m * m for m in mix], [b * b for b in between[DECISIONS]]]
    for at, law in enumerate(laws):
        row = [column[at] for column in between]
        row += [near[at], math.log(1 + int(given.support[at])), mix[at], decided[at]]
        for values in squares:
            sums = {
                each: sum(v for v, of in zip(values, laws, strict=True) if of == each)
                for each in laws
            }
            row.append(sums[law] / max(max(sums.values()), 1e-6))
            row.append(max(v for v, of in zip(values, laws, strict=True) if of == law))
        rows.append(row)
    return rows


def slow_question(given: Evidence) -> list[float]:
    columns = [given.scores[:, column].astype(float).tolist() for column in range(3)]
    ordered = [sorted(column, reverse=True) for column in columns]
    tenth = min(10, len(given.scores)) - 1
    places = range(len(given.scores))
    top = [set(sorted(places, key=lambda i, c=c: (-c[i], i))[:10]) for c in columns]
    lead = [column[0] - column[tenth] for column in ordered]
    return [
        min(given.characters, 300) / 100,
        ordered[DENSE][0],
        lead[DENSE],
        math.log(1 + ordered[LEXICAL][0]) / 5,
        len(top[LEXICAL] & top[DENSE]) / 10,
        ordered[DECISIONS][0],
        lead[DECISIONS],
        len(top[DENSE] & top[DECISIONS]) / 10,
    ]


@pytest.mark.parametrize("name", CASES)
def test_features_are_those_of_a_loop(name: str):
    given = CASES[name]
    candidates, question = candidate_features(given), question_features(given)
    assert (candidates.dtype, question.dtype) == (np.float32, np.float32)
    assert (candidates.shape, question.shape) == ((len(given.scores), 11), (8,))
    np.testing.assert_allclose(candidates, slow_candidates(given), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(question, slow_question(given), rtol=1e-4, atol=1e-5)


@given(
    st.integers(0, 2**31),
    st.integers(1, 40),
    st.integers(0, 1000),
    st.sets(st.sampled_from(list(COLUMNS.values()))),
    st.integers(1, 6),
)
@settings(max_examples=80, deadline=None)
def test_features_of_any_evidence_are_those_of_a_loop(
    seed: int, count: int, characters: int, silent: set[int], laws: int
):
    given = evidence(seed, count, characters, tuple(silent), laws)
    given.scores[seed % count] = given.scores[0]  # some tie
    np.testing.assert_allclose(
        candidate_features(given), slow_candidates(given), rtol=1e-3, atol=1e-5
    )
    np.testing.assert_allclose(question_features(given), slow_question(given), rtol=1e-3, atol=1e-5)


def test_the_order_of_the_candidates_does_not_matter():
    given = CASES["many"]
    turned = np.random.default_rng(0).permutation(len(given.scores))
    other = Evidence(
        given.characters, given.scores[turned], given.support[turned], given.laws[turned]
    )
    np.testing.assert_allclose(
        candidate_features(other), candidate_features(given)[turned], rtol=1e-6
    )
    np.testing.assert_allclose(question_features(other), question_features(given), rtol=1e-6)
    np.testing.assert_allclose(
        network(1).logits(other), network(1).logits(given)[turned], atol=1e-5
    )


def test_numbers_of_laws_are_but_names():
    given = CASES["many"]
    other = Evidence(given.characters, given.scores, given.support, 7000 - 3 * given.laws)
    np.testing.assert_array_equal(candidate_features(other), candidate_features(given))


@pytest.mark.parametrize("route", COLUMNS)
def test_without_a_route(route: str):
    given, column = CASES["many"], COLUMNS[route]
    before = given.scores.copy()
    silenced = given.without(column)
    assert not silenced.scores[:, column].any()
    others = [at for at in range(3) if at != column]
    np.testing.assert_array_equal(silenced.scores[:, others], before[:, others])
    np.testing.assert_array_equal(given.scores, before)  # what was given stays
    assert given.support.any()
    kept = np.zeros_like(given.support) if column == DECISIONS else given.support
    np.testing.assert_array_equal(silenced.support, kept)
    assert silenced.characters == given.characters
    np.testing.assert_array_equal(silenced.laws, given.laws)


def test_a_decision_in_the_same_words_counts_for_itself():
    scores = np.zeros((5, 3), np.float32)
    scores[:, DECISIONS] = [1.0, 0.95, 0.9, 0.5, 0.0]
    given = Evidence(20, scores, np.ones(5, np.int64), np.arange(5))
    found = same_words(given)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [SAME_WORDS, SAME_WORDS / 2, 0, 0, 0], atol=1e-5)
    assert not same_words(given.without(DECISIONS)).any()


# -- the network ---------------------------------------------------------------------------------


def network(seed: int, hidden: int = 16) -> FittedFusion:
    """Random weights, scales among them."""
    draw = np.random.default_rng(seed)
    shapes = {
        "candidate_mean": (11,), "candidate_scale": (11,),
        "question_mean": (8,), "question_scale": (8,),
        "first": (hidden, 19), "first_bias": (hidden,),
        "second": (hidden, hidden), "second_bias": (hidden,),
        "last": (hidden,), "last_bias": (1,), "linear": (11,),
    }  # fmt: skip
    assert set(shapes) == set(WEIGHTS)
    weights = {name: draw.normal(0, 0.5, shape) for name, shape in shapes.items()}
    for name in ("candidate_scale", "question_scale"):
        weights[name] = np.abs(weights[name]) + 0.5
    held = {name: values.astype(np.float32) for name, values in weights.items()}
    return FittedFusion(held, {"fingerprint": "bag-1", "questions": 3})


@pytest.mark.parametrize("name", CASES)
def test_the_network_is_that_of_torch(name: str):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    fusion, given = network(5), CASES[name]
    held = {key: torch.from_numpy(values) for key, values in fusion.weights.items()}
    layers = [torch.nn.Linear(19, 16), torch.nn.Linear(16, 16), torch.nn.Linear(16, 1)]
    names = ("first", "second", "last")
    with torch.no_grad():
        for layer, key in zip(layers, names, strict=True):
            layer.weight.copy_(held[key].reshape(layer.weight.shape))
            layer.bias.copy_(held[f"{key}_bias"])
        seen = torch.tensor(slow_candidates(given), dtype=torch.float32)
        seen = (seen - held["candidate_mean"]) / held["candidate_scale"]
        asked = torch.tensor(slow_question(given), dtype=torch.float32)
        asked = (asked - held["question_mean"]) / held["question_scale"]
        deep = torch.cat([seen, asked.expand(len(seen), -1)], dim=1)
        for layer in layers[:-1]:
            deep = torch.relu(layer(deep))
        expected = layers[-1](deep)[:, 0] + seen @ held["linear"]
    logits = fusion.logits(given)
    assert logits.dtype == np.float32 and logits.shape == (len(given.scores),)
    np.testing.assert_allclose(logits, expected.numpy(), rtol=1e-3, atol=2e-3)


def test_the_question_counts_and_so_does_every_candidate():
    fusion, given = network(2), evidence(1, characters=10)
    longer = Evidence(200, given.scores, given.support, given.laws)
    assert np.abs(fusion.logits(longer) - fusion.logits(given)).max() > 0.05
    part = Evidence(10, given.scores[:10], given.support[:10], given.laws[:10])
    assert np.abs(fusion.logits(part) - fusion.logits(given)[:10]).max() > 0.01


def test_no_candidates():
    none = Evidence(9, np.zeros((0, 3), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    logits = network(1).logits(none)
    assert logits.shape == (0,) and logits.dtype == np.float32


def test_probabilities():
    logits = np.array([0, math.log(3), -math.log(3), 20, -20], np.float32)
    found = probability(logits)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found[:3], [0.5, 0.75, 0.25], rtol=1e-6)
    assert 0 < found[4] < 1e-8 and 1 - 1e-8 < found[3] < 1
    with np.errstate(all="raise"):
        far = probability(np.array([-80, 80], np.float32))
    assert 0 < far[0] < 1e-30 and far[1] == 1


# -- on disk -------------------------------------------------------------------------------------


@given(st.integers(0, 2**31), st.integers(1, 40))
@settings(max_examples=20, deadline=None)
def test_what_is_saved_comes_back(seed: int, hidden: int):
    fusion, given = network(seed, hidden), evidence(seed)
    with TemporaryDirectory() as folder:
        fusion.save(Path(folder) / "made" / "by save")
        again = FittedFusion.open(Path(folder) / "made" / "by save")
    assert again.about == {"fingerprint": "bag-1", "questions": "3"}
    np.testing.assert_array_equal(again.logits(given), fusion.logits(given))


def test_the_same_fusion_gives_the_same_bytes(tmp_path: Path):
    about = {name: name for name in ("seed", "hidden", "epochs", "fingerprint", "dropout")}
    fusion = FittedFusion(network(1).weights, about)
    turned = FittedFusion(dict(reversed(network(1).weights.items())), dict(reversed(about.items())))
    fusion.save(tmp_path / "first")
    for number in range(6):  # a header in any order would be the same now and then
        turned.save(tmp_path / str(number))
        assert (tmp_path / str(number) / FILE).read_bytes() == (
            tmp_path / "first" / FILE
        ).read_bytes()


def without(path: Path, name: str) -> None:
    save_file({key: array for key, array in load_file(path).items() if key != name}, path)


DAMAGE = {
    "no file": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "a header cut short": lambda path: path.write_bytes(path.read_bytes()[:60]),
    "arrays cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "something else": lambda path: path.write_bytes(b"PK\x03\x04" * 200),
    "no first layer": lambda path: without(path, "first"),
    "no scales": lambda path: without(path, "question_scale"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_told_with_the_path(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("LEXDPR_LANG", raising=False)
    network(1).save(tmp_path)
    path = tmp_path / FILE
    DAMAGE[kind](path)
    with pytest.raises(IndexFormatError) as caught:
        FittedFusion.open(tmp_path)
    said = str(caught.value)
    assert said == CATALOG["fusion.damaged"][0].format(path=path)
    assert "다시" in said and len(said.splitlines()) == 1


def test_weights_that_do_not_fit_one_another_are_damage(tmp_path: Path):
    network(1).save(tmp_path)
    held = load_file(tmp_path / FILE)
    save_file(held | {"first": held["first"][:, :-1].copy()}, tmp_path / FILE)
    with pytest.raises(IndexFormatError, match=FILE):
        FittedFusion.open(tmp_path)
