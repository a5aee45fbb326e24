"""What a run of question writing can be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lexdpr_finetune.synthesize.kinds import QuestionKind
from lexdpr_finetune.synthesize.patience import Patience
from lexdpr_finetune.synthesize.question import SynthesisError
from lexdpr_finetune.synthesize.usage import Budget, Usage


@dataclass(frozen=True, slots=True)
class SynthesisOptions:
    """How questions are asked for.

    Attributes:
        questions: so many a unit.
        kinds: of these kinds, in turn from unit to unit.
        window: a model reads so many characters of a unit with what stands above it; ``None``: all.
        examples: so many good examples are shown; each makes every call longer.
        prompts: a folder of prompts in place of the package's (:mod:`.prompts`).
        concurrency: calls under way at once.
        attempts: answers asked for until one is good.
        patience: with a server that is busy or away.
        give_up: after so many units in a row failed for such a server the run stops.
        retry_failed: ask again for units that failed in an earlier run.
        budget: tokens and money for all runs on one journal.
    """

    questions: int = 3
    kinds: tuple[QuestionKind, ...] = tuple(QuestionKind)
    window: int | None = 1000
    examples: int = 2
    prompts: Path | None = None
    concurrency: int = 8
    attempts: int = 3
    patience: Patience = field(default_factory=Patience)
    give_up: int = 10
    retry_failed: bool = True
    budget: Budget = field(default_factory=Budget)

    def __post_init__(self) -> None:
        for name in ("questions", "concurrency", "attempts", "give_up"):
            if getattr(self, name) < 1:
                raise _wrong(name, getattr(self, name), "1 …")
        if self.window is not None and self.window < SHORTEST_WINDOW:
            raise _wrong("window", self.window, f"{SHORTEST_WINDOW} …, None")
        if not self.kinds:
            raise _wrong("kinds", "()", ", ".join(QuestionKind))


SHORTEST_WINDOW = 100
"""In less there is nothing to ask."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        done: units that ended in this run, ``answered`` and ``failed`` together.
        total: units of this run, ``None`` where nobody knows.
        usage: of this run and those before.
        cost: of the same, by the budget's price.
        seconds: since the run began.
    """

    done: int
    total: int | None
    answered: int
    failed: int
    usage: Usage
    cost: float
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; ``None`` where nobody knows."""
        if not self.done or self.total is None:
            return None
        return self.seconds / self.done * (self.total - self.done)


ProgressCallback = Callable[[Progress], None]


def _wrong(name: str, value: object, legal: str) -> SynthesisError:
    return SynthesisError("synthesize.option", name=name, value=value, legal=legal)
