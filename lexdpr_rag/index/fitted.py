"""Fitted fusion: a small network that says, for this question, what each route's word is worth.

Courts write in other words than people who ask, so no constant share of the routes is right for
both.  The network sees, for every candidate, the scores of the routes beside those of the other
candidates and what the rest of its law scored; and, of the question, its length, how sure each route
is and whether the routes agree.  It was fitted on questions that neither the encoder nor the attached
decisions had seen (the model card tells how); its weights are a few kilobytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.network import Floats, Network

FILE = "fusion.safetensors"

LEXICAL, DENSE, DECISIONS = range(3)
"""Columns of :attr:`Evidence.scores`."""

CANDIDATE_FEATURES, QUESTION_FEATURES = 11, 8
"""Lengths of what :func:`candidate_features` and :func:`question_features` give."""

_TOP = 10
"""So many of the first of each route are compared."""

_LONGEST = 300
"""Characters from which a question counts as long as it can be."""

SAME_WORDS, SAME_FROM = 4.0, 0.9
"""What is added to the log-odds of an article on which the very question was decided (a cosine of 1),
falling in a line to nothing at a cosine of :data:`SAME_FROM`.  The network has seen no such question:
what it is fitted to is new to the decisions.  Of the articles with a decision at .95 or more 86% answer
the court issues of the development set; the addition changes its nDCG@10 by .0003."""

_MIXED = (0.3, 0.7)
"""The plain mix of the words and the vectors, by which the rest of a law is judged."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the routes say of the m candidate articles of one question.

    Attributes:
        characters: length of the question.
        scores: float32 ``(m, 3)``: the words' score, the highest cosine of the article's vectors,
            the highest cosine of its decisions; 0 where a route says nothing.
        support: ``(m,)``, how many decided issues are attached.
        laws: ``(m,)``, the law of each.
    """

    characters: int
    scores: Floats
    support: NDArray[np.int64]
    laws: NDArray[np.int64]

    def without(self, column: int) -> Evidence:
        """The same, had one route said nothing."""
        scores = self.scores.copy()
        scores[:, column] = 0
        support = np.zeros_like(self.support) if column == DECISIONS else self.support
        return replace(self, scores=scores, support=support)


def candidate_features(given: Evidence) -> Floats:
    """What the network sees of each candidate, float32 ``(m, 11)``.

    Three scores between those of the other candidates (0…1), two cosines as they are, the plain mix
    of words and vectors, log(1 + decisions), and of the law, by the mix and by decisions, the sum of
    its candidates' squares beside the highest sum, and the highest square.
    """
    scores = given.scores
    between = _between(scores)
    mix = _MIXED[0] * scores[:, LEXICAL] / max(float(scores[:, LEXICAL].max(initial=0)), 1e-6)
    mix = mix + _MIXED[1] * between[:, DENSE]
    columns = [
        between,
        scores[:, [DENSE]],
        np.log1p(given.support)[:, None],
        mix[:, None],
        scores[:, [DECISIONS]],
    ]
    for values in (mix**2, between[:, DECISIONS] ** 2):
        columns += _of_the_law(given.laws, values)
    found: Floats = np.concatenate(columns, axis=1, dtype=np.float32)
    return found


def question_features(given: Evidence) -> Floats:
    """What the network sees of the question, float32 ``(8,)``: its length; how high and how far ahead
    of the tenth the first of each route is; which share of the first ten two routes have in common.
    """
    scores = given.scores
    ordered = np.sort(scores, axis=0)[::-1]
    first, tenth = ordered[0], ordered[min(_TOP, len(ordered)) - 1]
    top = [set(np.argsort(-scores[:, c], kind="stable")[:_TOP].tolist()) for c in range(3)]
    return np.array(
        [
            min(given.characters, _LONGEST) / 100,
            first[DENSE],
            first[DENSE] - tenth[DENSE],
            np.log1p(first[LEXICAL]) / 5,
            len(top[LEXICAL] & top[DENSE]) / _TOP,
            first[DECISIONS],
            first[DECISIONS] - tenth[DECISIONS],
            len(top[DENSE] & top[DECISIONS]) / _TOP,
        ],
        np.float32,
    )


def same_words(given: Evidence) -> Floats:
    """What is added to the log-odds of each candidate for a decision in the question's own words,
    float32 ``(m,)``."""
    near = (given.scores[:, DECISIONS] - SAME_FROM) / (1 - SAME_FROM)
    found: Floats = (SAME_WORDS * np.clip(near, 0, 1)).astype(np.float32)
    return found


def _between(scores: Floats) -> Floats:
    """Each column from its lowest (0) to its highest (1)."""
    low = scores.min(axis=0)
    reach = np.maximum(np.maximum(scores.max(axis=0), 1e-6) - low, 1e-6)
    found: Floats = (scores - low) / reach
    return found


def _of_the_law(laws: NDArray[np.int64], values: Floats) -> list[Floats]:
    """Of each candidate's law: the sum of ``values`` beside the highest sum, and the highest."""
    distinct, law = np.unique(laws, return_inverse=True)
    sums = np.bincount(law, values, len(distinct))
    highest = np.zeros(len(distinct))
    np.maximum.at(highest, law, values)
    return [(sums / max(sums.max(), 1e-6))[law][:, None], highest[law][:, None]]


class FittedFusion:
    """The fusion as a network over :func:`candidate_features` and :func:`question_features`."""

    def __init__(self, weights: Mapping[str, Floats], about: Mapping[str, Any]) -> None:
        """``weights`` by the names of :mod:`lexdpr_rag.index.network`; ``about`` for people."""
        self._network = Network(weights, about)

    @property
    def weights(self) -> Mapping[str, Floats]:
        """The arrays of the network."""
        return self._network.weights

    @property
    def about(self) -> Mapping[str, Any]:
        """What is known of how it was made."""
        return self._network.about

    @classmethod
    def open(cls, folder: Path) -> FittedFusion:
        """The fusion in ``folder``.

        Raises:
            IndexFormatError: it is damaged.
        """
        held = Network.open(folder / FILE, CANDIDATE_FEATURES, QUESTION_FEATURES)
        return cls(held.weights, held.about)

    def save(self, folder: Path) -> None:
        """Write it to ``folder``, which is made."""
        self._network.save(folder / FILE)

    def logits(self, given: Evidence) -> Floats:
        """For every candidate the log-odds that it answers the question, float32 ``(m,)``."""
        if not len(given.scores):
            return np.zeros(0, np.float32)
        return self._network.logits(candidate_features(given), question_features(given))


def probability(logits: Floats) -> NDArray[np.float64]:
    """Log-odds as probabilities, float64 of the same shape."""
    found: NDArray[np.float64] = 1 / (1 + np.exp(-logits.astype(np.float64)))
    return found
