"""What a run of question writing did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from lexdpr_finetune.synthesize.usage import Usage
from lexdpr_rag.messages import render


class Stop(StrEnum):
    """Why a run ended before its last unit."""

    BUDGET = "budget"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Failure:
    """A unit without questions; ``reason`` is a short name, ``detail`` what was seen."""

    unit_id: str
    citation: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class SynthesisReport:
    """What a run did; units are counted once.

    Attributes:
        model: who was asked.
        answered: units answered in this run.
        before: units that an earlier run had answered.
        failed_before: units that failed earlier and were not asked again.
        short: of ``answered``, those with fewer questions than asked for.
        questions: of the units answered in this run.
        kinds: the same by kind.
        failures: units that failed in this run.
        left: units that were not asked, since the run stopped.
        repeated: provisions left out, since their unit id had come before.
        stopped: why the run ended early, ``None`` if it did not.
        usage: tokens of this run.
        usage_of_all, cost_of_all, currency: of all runs on the journal.
        seconds: wall time.
    """

    model: str
    answered: int
    before: int
    failed_before: int
    short: int
    questions: int
    kinds: Mapping[str, int]
    failures: tuple[Failure, ...]
    left: int
    repeated: int
    stopped: Stop | None
    usage: Usage
    usage_of_all: Usage
    cost_of_all: float
    currency: str
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every unit is answered."""
        return not (self.failures or self.failed_before or self.left)

    def reasons(self) -> Mapping[str, int]:
        """Failures by reason, most frequent first."""
        return dict(Counter(failure.reason for failure in self.failures).most_common())

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [
            render(
                "synthesize.report.units",
                answered=self.answered,
                before=self.before,
                failed=len(self.failures) + self.failed_before,
                left=self.left,
            ),
            render("synthesize.report.questions", questions=self.questions, short=self.short),
            render(
                "synthesize.report.usage",
                prompt=self.usage.prompt,
                completion=self.usage.completion,
                estimated=self.usage.estimated,
                total=self.usage_of_all.total,
                cost=self.cost_of_all,
                currency=self.currency,
            ),
        ]
        if self.stopped is not None:
            lines.append(render(f"synthesize.stopped.{self.stopped}", left=self.left))
        lines += [f"  {reason}: {count}" for reason, count in self.reasons().items()]
        return "\n".join(lines)
