"""Systems side by side: figures with intervals, by kinds of questions, and where they fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.evaluate import Figure, Question, Run, compare, measure
from lexdpr_finetune.pairs import Pair
from lexdpr_finetune.report.slices import Slice, slices_of
from lexdpr_finetune.report.worst import Miss, worst_of
from lexdpr_finetune.workspace import read_json, write_json


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was measured.

    Attributes:
        questions: how many.
        articles: of the corpus.
        measures: names; the first is the one that slices and misses are about.
        base: the system that the others are compared with.
        subject: the system that it is about.
        figures: system → measure → figure.
        slices: ``kind``, ``length``, ``law``, ``golds`` → means of groups of questions.
        worst: questions that the subject answers worst.
    """

    questions: int
    articles: int
    measures: tuple[str, ...]
    base: str
    subject: str
    figures: Mapping[str, Mapping[str, Figure]]
    slices: Mapping[str, tuple[Slice, ...]]
    worst: tuple[Miss, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, held: Mapping[str, Any]) -> Assessment:
        """Inverse of :meth:`to_dict`, lists for tuples allowed."""
        figures = {
            system: {name: Figure(**one) for name, one in own.items()}
            for system, own in held["figures"].items()
        }
        slices = {by: tuple(Slice(**one) for one in own) for by, own in held["slices"].items()}
        worst = tuple(Miss.from_dict(one) for one in held["worst"])
        rest = {"figures": figures, "slices": slices, "worst": worst}
        return cls(**{**held, **rest, "measures": tuple(held["measures"])})

    def save(self, path: Path) -> None:
        """Write JSON."""
        write_json(path, self.to_dict())

    @classmethod
    def load(cls, path: Path) -> Assessment:
        """Inverse of :meth:`save`.

        Raises:
            FileNotFoundError: there is none.
        """
        held = read_json(path)
        if held is None:
            raise FileNotFoundError(path)
        return cls.from_dict(held)


def assess(
    runs: Mapping[str, Run],
    pairs: Sequence[Pair],
    articles: Articles,
    measures: Sequence[str],
    *,
    subject: str,
    base: str,
    samples: int = 2000,
    worst: int = 20,
    seed: int = 20261121,
) -> Assessment:
    """Measure rankings.

    Args:
        runs: system → its ranking of every question.
        pairs: the questions.
        articles: the corpus, for the names of laws and articles.
        measures: names of ir-measures, one at least.
        subject: the system whose misses are listed.
        base: the system that the others are compared with.
        samples: of the bootstrap, and of the test.
        worst: so many misses are listed.
        seed: of what is drawn.

    Raises:
        EvaluationError: there are no questions, or a measure is unknown.
    """
    asked = questions_of(pairs)
    names = [base, *(name for name in runs if name != base)]
    values = {name: measure(runs[name], asked, measures) for name in names}
    of_first = {name: own[measures[0]] for name, own in values.items()}
    return Assessment(
        questions=len(asked),
        articles=int(articles.in_force.sum()),
        measures=tuple(measures),
        base=base,
        subject=subject,
        figures=compare(values, samples, seed),
        slices=slices_of([pair for pair in pairs if pair.positives], of_first, articles),
        worst=worst_of(asked, runs, of_first, subject, base, articles, worst),
    )


def questions_of(pairs: Sequence[Pair]) -> list[Question]:
    """The pairs that articles answer, as questions to measure."""
    return [Question(p.query_id, p.query, frozenset(p.positives)) for p in pairs if p.positives]
