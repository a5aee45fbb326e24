"""Fusion of routes: worked cases, and what must hold of any lists."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexdpr_rag.errors import FilterError
from lexdpr_rag.index.fusion import (
    Fused,
    Route,
    RouteScore,
    rank_vote,
    reciprocal_rank,
    weighted_scores,
)

Fusion = Callable[[list[Route]], Fused]
FUSIONS: dict[str, Fusion] = {
    "rrf": reciprocal_rank,
    "rrf k=0": lambda routes: reciprocal_rank(routes, k=0),
    "vote": rank_vote,
    "vote [1]": lambda routes: rank_vote(routes, [1]),
    "min-max": lambda routes: weighted_scores(routes, "min-max"),
    "z": lambda routes: weighted_scores(routes, "z"),
    "theoretical": lambda routes: weighted_scores(routes, "theoretical"),
}
every_fusion = pytest.mark.parametrize("fuse", FUSIONS.values(), ids=FUSIONS)


def route(name: str, found: dict[int, float], weight: float = 1.0, lowest: float = 0.0) -> Route:
    ids = np.array(list(found), np.int64)
    return Route(name, ids, np.array(list(found.values()), np.float32), weight, lowest)


# -- worked cases --------------------------------------------------------------------------------

LEXICAL = route("lexical", {7: 12.0, 3: 8.0, 9: 4.0, 1: 2.0})
DENSE = route("dense", {3: 0.9, 5: 0.7, 7: 0.4}, weight=2.0, lowest=-1.0)


@pytest.mark.parametrize(
    ("fuse", "expected"),
    [
        ("rrf", {3: 1 / 62 + 2 / 61, 7: 1 / 61 + 2 / 63, 5: 2 / 62, 9: 1 / 63, 1: 1 / 64}),
        ("rrf k=0", {3: 1 / 2 + 2 / 1, 7: 1 / 1 + 2 / 3, 5: 2 / 2, 9: 1 / 3, 1: 1 / 4}),
        ("vote", {3: 3 + 12, 7: 6 + 2, 5: 6, 9: 1, 1: 0}),
        ("vote [1]", {3: 2, 7: 1, 5: 0, 9: 0, 1: 0}),
        ("min-max", {3: 0.6 + 2.0, 5: 2 * 0.6, 7: 1.0, 9: 0.2, 1: 0.0}),
        (
            "theoretical",
            {3: 8 / 12 + 2, 7: 1 + 2 * 1.4 / 1.9, 5: 2 * 1.7 / 1.9, 9: 4 / 12, 1: 2 / 12},
        ),
    ],
)
def test_worked_cases(fuse: str, expected: dict[int, float]):
    fused = FUSIONS[fuse]([LEXICAL, DENSE])
    assert fused.ids.tolist() == list(expected)
    assert fused.scores == pytest.approx(list(expected.values()), abs=1e-6)


def test_explained():
    fused = rank_vote([LEXICAL, DENSE])
    assert fused.explain(0) == (
        RouteScore("lexical", rank=2, score=8.0, weight=1.0, contribution=3.0),
        RouteScore("dense", rank=1, score=pytest.approx(0.9), weight=2.0, contribution=12.0),
    )
    assert [r.route for r in fused.explain(4)] == ["lexical"]


@every_fusion
def test_nothing_found(fuse: Fusion):
    assert len(fuse([]).ids) == 0
    assert len(fuse([route("a", {}), route("b", {})]).ids) == 0
    assert fuse([route("a", {}), route("b", {4: 1.0})]).ids.tolist() == [4]


@pytest.mark.parametrize("normalisation", ["min-max", "z"])
def test_equal_scores_count_one(normalisation: str):
    fused = weighted_scores([route("a", {4: 2.0, 1: 2.0})], normalisation)  # type: ignore[arg-type]
    assert (fused.ids.tolist(), fused.scores.tolist()) == ([4, 1], [1.0, 1.0])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: reciprocal_rank([LEXICAL], k=-1), "-1"),
        (lambda: reciprocal_rank([LEXICAL], k=float("nan")), "nan"),
        (lambda: rank_vote([LEXICAL], []), r"\[6, 3, 1\]"),
        (lambda: rank_vote([LEXICAL], [1, 2]), r"\[1, 2\]"),
        (lambda: rank_vote([LEXICAL], [1, -2]), r"\[1, -2\]"),
        (lambda: weighted_scores([LEXICAL], "l2"), "min-max, z, theoretical"),  # type: ignore[arg-type]
        (lambda: reciprocal_rank([route("dense", {1: 1.0}, weight=-0.5)]), "dense.*-0.5"),
    ],
)
def test_wrong_values_are_named(call: Callable[[], Fused], said: str):
    with pytest.raises(FilterError, match=said):
        call()


# -- what must hold of any lists -----------------------------------------------------------------


@st.composite
def routes(draw: st.DrawFn, name: str = "a", least: int = 0) -> Route:
    ids = draw(st.lists(st.integers(0, 12), unique=True, min_size=least, max_size=10))
    scores = draw(st.lists(st.integers(0, 20), min_size=len(ids), max_size=len(ids)))
    weight = draw(st.sampled_from([0.0, 0.5, 1.0, 3.0]))
    values = np.array(sorted(scores, reverse=True), np.float64) / 4
    return Route(name, np.array(ids, np.int64), values, weight)


several = st.lists(routes(), min_size=1, max_size=4)


def outcome(fused: Fused) -> list[tuple[int, float]]:
    return list(zip(fused.ids.tolist(), fused.scores.tolist(), strict=True))


@every_fusion
@given(given_routes=several, seed=st.randoms(use_true_random=False))
def test_the_order_of_routes_does_not_matter(fuse: Fusion, given_routes: list[Route], seed):
    shuffled = given_routes[:]
    seed.shuffle(shuffled)
    assert outcome(fuse(given_routes)) == outcome(fuse(shuffled))


@every_fusion
@given(one=routes())
def test_one_route_keeps_its_order(fuse: Fusion, one: Route):
    assert fuse([one]).ids.tolist() == one.ids.tolist()


@every_fusion
@given(given_routes=several)
def test_every_id_once_best_first_and_adding_up(fuse: Fusion, given_routes: list[Route]):
    fused = fuse(given_routes)
    assert sorted(fused.ids.tolist()) == sorted({i for r in given_routes for i in r.ids.tolist()})
    assert np.all(np.diff(fused.scores) <= 0)
    assert np.all(fused.scores >= 0)
    for at, (_, score) in enumerate(outcome(fused)):
        said = fused.explain(at)
        assert said
        assert sum(r.contribution for r in said) == pytest.approx(score, abs=1e-12)


@every_fusion
@given(one=routes(least=2), others=st.lists(routes("b"), max_size=3), data=st.data())
def test_a_better_rank_never_harms(fuse: Fusion, one: Route, others: list[Route], data):
    """Two neighbours of a list change places (their scores stay in place)."""
    at = data.draw(st.integers(1, len(one.ids) - 1))
    raised = int(one.ids[at])
    ids = one.ids.copy()
    ids[at - 1], ids[at] = ids[at], ids[at - 1]
    better = Route(one.name, ids, one.scores, one.weight)
    before, after = fuse([one, *others]), fuse([better, *others])
    assert dict(outcome(after))[raised] >= dict(outcome(before))[raised]
    assert after.ids.tolist().index(raised) <= before.ids.tolist().index(raised)


@pytest.mark.parametrize("scale", [0.01, 1.0, 1000.0])
@pytest.mark.parametrize("normalisation", ["min-max", "z", "theoretical"])
def test_scale_does_not_matter(scale: float, normalisation: str):
    scaled = Route("lexical", LEXICAL.ids, LEXICAL.scores * np.float32(scale))
    one = weighted_scores([LEXICAL, DENSE], normalisation)  # type: ignore[arg-type]
    two = weighted_scores([scaled, DENSE], normalisation)  # type: ignore[arg-type]
    assert one.ids.tolist() == two.ids.tolist()
    assert one.scores == pytest.approx(two.scores, rel=1e-5)
