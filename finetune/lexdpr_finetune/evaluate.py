"""How good retrieval is: article level, whole corpus, several systems side by side.

Relevance is binary, measures are means over the questions, computed by ir-measures.  Intervals are
percentiles of means over questions drawn with replacement; two systems are compared by the same
questions, with a test that turns the signs of their differences at random.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_rag.datamodels import ModeName
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.errors import LexDPRError

MEASURES = ("nDCG@10", "RR@10", "AP@100", "R@1", "R@5", "R@10", "R@20", "R@100")
"""What is measured unless told; AP is MAP's part of one question, RR that of MRR."""

DEPTH = 100
"""How many articles of a ranking are looked at."""

Run = dict[str, list[str]]
"""Question id → article keys, best first."""

Values = dict[str, NDArray[np.float64]]
"""Measure → its value for every question, float64 ``(questions,)``."""


class EvaluationError(LexDPRError):
    """Questions or rankings that cannot be measured."""


@dataclass(frozen=True, slots=True)
class Question:
    """One benchmark question; ``gold`` are article keys, ``001706/제750조``."""

    query_id: str
    text: str
    gold: frozenset[str]


def read_questions(path: Path) -> list[Question]:
    """Questions of a JSON line file: ``{"query_id", "query", "gold": […]}``.

    Raises:
        EvaluationError: a line is none, or an id comes twice.
    """
    found: dict[str, Question] = {}
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                held = json.loads(line)
                question = Question(str(held["query_id"]), held["query"], frozenset(held["gold"]))
            except (ValueError, KeyError, TypeError) as error:
                raise EvaluationError(
                    "finetune.bad_line", path=path, line=number, reason=repr(error)
                ) from error
            if question.query_id in found:
                raise EvaluationError(
                    "finetune.twice", path=path, line=number, query_id=question.query_id
                )
            found[question.query_id] = question
    return list(found.values())


# -- rankings ------------------------------------------------------------------------------------


def dense_run(
    encoder: BiEncoder, articles: Articles, questions: Sequence[Question], depth: int = DEPTH
) -> Run:
    """The ranking of an encoder alone: an article is as near as the nearest of its units."""
    asked = encoder.encode_queries([question.text for question in questions])
    vectors = _unit_vectors(encoder, articles)
    begins = articles.unit_offsets[:-1]
    keys, run = articles.keys, Run()
    for start in range(0, len(questions), _AT_ONCE):
        cosines = asked[start : start + _AT_ONCE] @ vectors.T
        scores = np.maximum.reduceat(cosines, begins, axis=1)
        scores[:, ~articles.in_force] = -np.inf
        for question, row in zip(questions[start : start + _AT_ONCE], scores, strict=True):
            best = _best_rows(row, depth)
            run[question.query_id] = list(dict.fromkeys(keys[article] for article in best))
    return run


_AT_ONCE = 64


def _unit_vectors(encoder: BiEncoder, articles: Articles) -> NDArray[np.float32]:
    """The vectors of all units: for 256 dimensions and the national law 370 MB."""
    vectors = np.empty((len(articles.units), encoder.get_embedding_dimension()), np.float32)
    filled = 0
    for rows in encoder.encode_stream(articles.unit_texts(), "passage"):
        vectors[filled : filled + len(rows)] = rows
        filled += len(rows)
    return vectors


def _best_rows(scores: NDArray[np.float32], depth: int) -> list[int]:
    """Rows of the highest scores, best first; those of no law in force are not among them."""
    kept = min(depth, len(scores))
    top = np.argpartition(-scores, kept - 1)[:kept]
    ordered = top[np.argsort(-scores[top], kind="stable")]
    found: list[int] = ordered[np.isfinite(scores[ordered])].tolist()
    return found


def engine_run(
    engine: LexDPR, questions: Sequence[Question], mode: ModeName = "hybrid", depth: int = DEPTH
) -> Run:
    """The ranking of an index."""
    texts = (question.text for question in questions)
    hits = engine.search_many(texts, depth, level="article", mode=mode)
    return {
        question.query_id: list(dict.fromkeys(f"{hit.law_id}/{hit.article}" for hit in found))
        for question, found in zip(questions, hits, strict=True)
    }


# -- measuring -----------------------------------------------------------------------------------


def measure(run: Run, questions: Sequence[Question], measures: Sequence[str] = MEASURES) -> Values:
    """Every measure of every question; a question without a ranking counts 0.

    Raises:
        EvaluationError: there are no questions, or ir-measures does not know a measure.
    """
    import ir_measures

    if not questions:
        raise EvaluationError("finetune.no_questions")
    try:
        wanted = [ir_measures.parse_measure(name) for name in measures]
    except (NameError, ValueError) as error:
        raise EvaluationError("finetune.measure", measures=", ".join(measures)) from error
    judged = [ir_measures.Qrel(q.query_id, key, 1) for q in questions for key in q.gold]
    ranked = [
        ir_measures.ScoredDoc(query_id, key, -float(rank))
        for query_id, keys in run.items()
        for rank, key in enumerate(keys)
    ]
    row = {question.query_id: i for i, question in enumerate(questions)}
    values = {name: np.zeros(len(questions)) for name in measures}
    names = dict(zip(map(str, wanted), measures, strict=True))
    for found in ir_measures.iter_calc(wanted, judged, ranked):
        values[names[str(found.measure)]][row[found.query_id]] = found.value
    return values


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one system.

    Attributes:
        mean: over the questions.
        low, high: the 95% interval.
        difference: to the first system; ``None`` for itself.
        p: how often chance alone gives a difference as large; ``None`` for the first.
    """

    mean: float
    low: float
    high: float
    difference: float | None = None
    p: float | None = None


def compare(
    systems: Mapping[str, Values], samples: int = 2000, seed: int = 20261121
) -> dict[str, dict[str, Figure]]:
    """System → measure → figure; the first system is what the others are compared with."""
    names = list(systems)
    base = systems[names[0]]
    return {
        name: {
            one: _figure(values, None if name == names[0] else base[one], samples, seed)
            for one, values in systems[name].items()
        }
        for name in names
    }


def _figure(
    values: NDArray[np.float64], base: NDArray[np.float64] | None, samples: int, seed: int
) -> Figure:
    random = np.random.default_rng(seed)
    means = values[random.integers(0, len(values), (samples, len(values)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5)).tolist()
    if base is None:
        return Figure(float(values.mean()), low, high)
    differences = values - base
    observed = abs(differences.mean())
    signs = random.choice((-1.0, 1.0), (samples, len(values)))
    by_chance = np.abs((signs * differences).mean(axis=1)) >= observed - 1e-12
    p = (int(by_chance.sum()) + 1) / (samples + 1)
    return Figure(float(values.mean()), low, high, float(differences.mean()), p)


def table(figures: Mapping[str, Mapping[str, Figure]], measures: Sequence[str]) -> str:
    """A Markdown table: mean ± half the interval, and * where p < .05."""
    lines = [
        "| | " + " | ".join(measures) + " |",
        "|---|" + "---:|" * len(measures),
    ]
    for name, own in figures.items():
        cells = (_cell(own[one]) for one in measures)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(figure: Figure) -> str:
    mark = "*" if figure.p is not None and figure.p < 0.05 else ""
    return f"{figure.mean:.3f}{mark} ({figure.low:.3f}–{figure.high:.3f})"
