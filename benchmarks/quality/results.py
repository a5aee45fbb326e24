"""Rankings → figures: means with intervals, and the difference to the best peer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from lexdpr_finetune.evaluate import Figure, Question, Run, Values, compare, measure
from numpy.typing import NDArray

from benchmarks.quality.questions import Benchmark
from benchmarks.quality.system import DEPTH, System

MEASURES = ("nDCG@10", "R@1", "R@5", "R@10", "R@20", "R@100", "RR@10")
FIRST = MEASURES[0]


@dataclass(frozen=True, slots=True)
class Row:
    """One system on one benchmark.

    Attributes:
        questions: how many it answered.
        figures: measure → figure; difference and p are against the best peer on these questions.
        curve: recall@1 … recall@100.
    """

    system: str
    title: str
    peer: bool
    questions: int
    figures: Mapping[str, Figure]
    curve: list[float]


@dataclass(frozen=True, slots=True)
class Result:
    """All systems on one benchmark.

    Attributes:
        base: the title of the best peer that answered all questions; empty without peers.
    """

    name: str
    title: str
    level: str
    questions: int
    documents: int
    base: str
    rows: tuple[Row, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def result_of(
    benchmark: Benchmark, documents: int, runs: Sequence[tuple[System, Run]], samples: int = 2000
) -> Result:
    """Figures of every system, in the order given.

    Raises:
        EvaluationError: there are no questions.
    """
    asked = {system.name: _asked(benchmark, run) for system, run in runs}
    values = {s.name: measure(run, asked[s.name], MEASURES) for s, run in runs}
    base = _best_peer([s for s, _ in runs], values, len(benchmark.questions))
    rows = []
    for system, run in runs:
        own = asked[system.name]
        against = _part(values[base.name], benchmark.questions, own) if base else {}
        rows.append(
            Row(
                system.name,
                system.title,
                system.peer,
                len(own),
                _figures(values[system.name], against if base is not system else {}, samples),
                recall_curve(run, own),
            )
        )
    title = base.title if base else ""
    whole = len(benchmark.questions)
    level = benchmark.level.value
    return Result(benchmark.name, benchmark.title, level, whole, documents, title, tuple(rows))


def _asked(benchmark: Benchmark, run: Run) -> list[Question]:
    """The questions that have a ranking, in their order; a slow system answered a sample."""
    return [question for question in benchmark.questions if question.query_id in run]


def _best_peer(
    systems: Sequence[System], values: Mapping[str, Values], questions: int
) -> System | None:
    whole = [s for s in systems if s.peer and len(values[s.name][FIRST]) == questions]
    return max(whole, key=lambda s: float(values[s.name][FIRST].mean()), default=None)


def _part(values: Values, questions: Sequence[Question], part: Sequence[Question]) -> Values:
    row = {question.query_id: number for number, question in enumerate(questions)}
    rows = np.array([row[question.query_id] for question in part])
    return {name: own[rows] for name, own in values.items()}


def _figures(values: Values, against: Values, samples: int) -> Mapping[str, Figure]:
    systems = {"base": against, "own": values} if against else {"own": values}
    return compare(systems, samples)["own"]


def recall_curve(run: Run, questions: Sequence[Question]) -> list[float]:
    """Recall at 1 to :data:`DEPTH`, means over the questions."""
    total: NDArray[np.float64] = np.zeros(DEPTH)
    for question in questions:
        found = np.array([key in question.gold for key in run[question.query_id][:DEPTH]], float)
        found.resize(DEPTH)
        total += np.cumsum(found) / len(question.gold)
    curve: list[float] = (total / max(len(questions), 1)).round(5).tolist()
    return curve
