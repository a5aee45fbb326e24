"""Fit the fusion of the routes: which of their words to believe, question by question.

The questions must be new to the encoder and to the decisions that are attached, as those of users
are: both are made without them first (a model trained on an earlier part of the decisions), and the
fusion that was fitted there is then used with the ones made of everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.evaluate import Question as Asked
from lexdpr_finetune.fit_network import Example, FitOptions, fit_network
from lexdpr_rag.datamodels import Filters
from lexdpr_rag.decisions.attached import AttachedDecisions
from lexdpr_rag.decisions.pack import DecisionPack
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.index import fitted
from lexdpr_rag.index.fitted import Evidence, FittedFusion, candidate_features, question_features
from lexdpr_rag.index.network import Floats
from lexdpr_rag.ranking import Question, Sources

_ENCODED = 256


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a question.

    Attributes:
        text: the question.
        vector: float32 ``(d,)``, its vector.
        articles: int64 ``(m,)``, the candidates, rows of the index's articles.
        given: what the routes say of them.
        relevant: bool ``(m,)``, which answer it.
    """

    text: str
    vector: Floats
    articles: NDArray[np.int64]
    given: Evidence
    relevant: NDArray[np.bool_]


def evidence_of(engine: LexDPR, pack: DecisionPack, questions: Sequence[Asked]) -> Iterator[Told]:
    """What the routes of an index and a pack say of each question, and which candidates are right.

    Args:
        engine: an index with vectors, of an encoder that has not seen the questions.
        pack: decisions without theirs, by the same encoder.
        questions: with the keys of the articles that answer them.
    """
    articles = Articles.open(engine.path)
    ranker = engine._ranker.with_sources(Sources(AttachedDecisions(engine._store, [pack])))
    mask = engine._selection.articles(Filters())
    for start in range(0, len(questions), _ENCODED):
        part = questions[start : start + _ENCODED]
        vectors = engine._encoder.encode_queries([one.text for one in part])
        for one, vector in zip(part, vectors, strict=True):
            rows, given = ranker.evidence(Question(one.text, True, vector), mask)
            relevant = np.array([articles.keys[row] in one.gold for row in rows.tolist()], bool)
            yield Told(one.text, vector, rows, given, relevant)


def examples_of(
    told: Sequence[tuple[Evidence, NDArray[np.bool_]]], options: FitOptions
) -> list[Example]:
    """Examples to fit to; of questions none of whose answers is among the candidates there is none."""
    random = np.random.default_rng(options.seed)
    examples = []
    for given, relevant in told:
        seen = given
        if random.random() < options.without_decisions:
            seen = given.without(fitted.DECISIONS)
        if relevant.any():
            examples.append(Example(candidate_features(seen), question_features(seen), relevant))
    return examples


def fit_fusion(
    examples: Sequence[Example],
    options: FitOptions | None = None,
    about: Mapping[str, Any] | None = None,
) -> FittedFusion:
    """Fit the fusion to ``examples``.

    Raises:
        FitError: there are no examples.
        MissingExtraError: torch is not installed.
    """
    network = fit_network(examples, options, about)
    return FittedFusion(network.weights, network.about)
