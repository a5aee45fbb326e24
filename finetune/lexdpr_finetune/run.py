"""Running a recipe: every step once, those that are done already not again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lexdpr_finetune.content import content_of, hash_of
from lexdpr_finetune.gate import Verdict
from lexdpr_finetune.plan import plan_of
from lexdpr_finetune.reading import RecipeError
from lexdpr_finetune.recipe import Recipe
from lexdpr_finetune.report.assessment import Assessment
from lexdpr_finetune.report.page import Story, write_report
from lexdpr_finetune.stages.step import EVALUATE, EXPORT, GATE, Outcome, Step, Work
from lexdpr_finetune.workspace import Done, Workspace

State = Literal["begun", "going", "done", "kept"]


@dataclass(frozen=True, slots=True)
class RunEvent:
    """What a run tells.

    Attributes:
        step: its name.
        number, steps: the how-manieth it is, from 1, and how many there are.
        state: ``kept``: it was done already.
        done, total: within the step; 0 where nobody knows.
        note: what else there is to say: what is being done, losses.
        seconds: since the step began.
    """

    step: str
    number: int
    steps: int
    state: State
    done: int = 0
    total: int = 0
    note: str = ""
    seconds: float = 0.0


Progress = Callable[[RunEvent], None]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run gave.

    Attributes:
        recipe: its name.
        out: the folder.
        steps: all that were needed, in order.
        made: names of those that this run made itself.
        verdict: of the gate; ``None`` where the run stopped before it.
        model, index: what was handed over; ``None`` where nothing was.
        page: the report to look at; ``None`` where nothing was measured.
        seconds: of this run.
    """

    recipe: str
    out: Path
    steps: tuple[Done, ...]
    made: tuple[str, ...]
    verdict: Verdict | None
    model: Path | None
    index: Path | None
    page: Path | None
    seconds: float

    @property
    def accepted(self) -> bool:
        """Whether the gate let the model through, or was not asked."""
        return self.verdict is None or self.verdict.accepted

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "recipe": self.recipe,
            "out": str(self.out),
            "steps": [
                {"step": d.step, "key": d.key, "folder": str(d.folder), "seconds": d.seconds}
                for d in self.steps
            ],
            "made": list(self.made),
            "verdict": None if self.verdict is None else self.verdict.to_dict(),
            "model": None if self.model is None else str(self.model),
            "index": None if self.index is None else str(self.index),
            "report": None if self.page is None else str(self.page),
            "seconds": self.seconds,
        }


def run_recipe(
    recipe: Recipe,
    *,
    gate: bool = True,
    until: str | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """Run a recipe in its folder.

    A step that is done already, of the same inputs, is not done again; one that was interrupted goes
    on, or is made anew.

    Args:
        recipe: what to do.
        gate: whether a model that does not pass the gate is kept back.
        until: the last step to do; all unless given.
        progress: called at every step.

    Raises:
        RecipeError: the recipe contradicts itself, or another process works in its folder.
        LexDPRError: what a step itself raises.
    """
    started = time.monotonic()
    plan = plan_of(recipe)
    names = [step.name for step in plan]
    if until is not None and until not in names:
        raise RecipeError("recipe.until", value=until, legal=", ".join(names))
    _check_sources(plan if until is None else plan[: names.index(until) + 1])
    runner = _Runner(Workspace(recipe.out), len(plan), progress)
    with runner.workspace.held():
        verdict: Verdict | None = None
        for number, step in enumerate(plan, 1):
            if step.name == EXPORT and gate and verdict is not None and not verdict.accepted:
                break
            done = runner.take(step, number)
            if step.name == GATE:
                verdict = Verdict(**{k: v for k, v in done.facts.items() if k != "files"})
            if step.name == until:
                break
        return _reported(recipe, runner, verdict, time.monotonic() - started)


def _check_sources(plan: Sequence[Step]) -> None:
    """Tell that a file is missing before the work that would come to it."""
    for path in (path for step in plan for path in step.sources):
        if not path.exists():
            raise RecipeError("recipe.no_source", path=path)


def key_of(step: Step, given: Mapping[str, Done]) -> tuple[str, dict[str, Any]]:
    """The key of a step, and all that it hashes.

    Raises:
        RecipeError: a source is not there.
    """
    known = {
        "step": step.name,
        "version": step.version,
        "settings": step.settings,
        "given": {name: given[name].digest for name in step.after},
        "sources": [content_of(path) for path in step.sources],
    }
    return hash_of(known), known


class _Runner:
    def __init__(self, workspace: Workspace, steps: int, progress: Progress | None) -> None:
        self.workspace = workspace
        self.done: dict[str, Done] = {}
        self.made: list[str] = []
        self._steps = steps
        self._progress = progress

    def take(self, step: Step, number: int) -> Done:
        """Find the step done, or do it."""
        given = {name: self.done[name] for name in step.after}
        key, known = key_of(step, given)
        found = self.workspace.find(step.name, key, version=step.versioned)
        if found is None:
            found = self._make(step, number, key, known, given)
            self.made.append(step.name)
        else:
            self._tell(RunEvent(step.name, number, self._steps, "kept", seconds=found.seconds))
        self.done[step.name] = found
        return found

    def _make(
        self,
        step: Step,
        number: int,
        key: str,
        known: Mapping[str, Any],
        given: Mapping[str, Done],
    ) -> Done:
        begun = time.monotonic()
        folder = self.workspace.folder(step.name, key, version=step.versioned)
        self._tell(RunEvent(step.name, number, self._steps, "begun"))

        def tell(done: int, total: int, note: str = "") -> None:
            seconds = time.monotonic() - begun
            self._tell(
                RunEvent(step.name, number, self._steps, "going", done, total, note, seconds)
            )

        outcome = step.make(Work(folder, given, tell))
        seconds = time.monotonic() - begun
        done = Done(
            step=step.name,
            key=key,
            digest=_digest(folder, outcome),
            folder=folder,
            facts={**outcome.facts, "files": dict(outcome.files)},
            seconds=round(seconds, 3),
        )
        self.workspace.finish(done, known)
        self._tell(RunEvent(step.name, number, self._steps, "done", seconds=seconds))
        return done

    def _tell(self, event: RunEvent) -> None:
        if self._progress is not None:
            self._progress(event)


def _digest(folder: Path, outcome: Outcome) -> str:
    """What a step made: those that depend on it are done again when this changes."""
    told = dict(outcome.told)
    for name, path in outcome.files.items():
        if name not in told:
            told[name] = content_of(folder / path)
    return hash_of(told)


def _reported(
    recipe: Recipe, runner: _Runner, verdict: Verdict | None, seconds: float
) -> RunReport:
    page: Path | None = None
    if EVALUATE in runner.done:
        found = Assessment.load(runner.done[EVALUATE].path("assessment"))
        story = Story(recipe.name, recipe.to_dict(), tuple(runner.done.values()), verdict)
        page = write_report(recipe.out, found, story)
    exported = runner.done.get(EXPORT)
    files = exported.facts["files"] if exported is not None else {}
    return RunReport(
        recipe=recipe.name,
        out=recipe.out,
        steps=tuple(runner.done.values()),
        made=tuple(runner.made),
        verdict=verdict,
        model=exported.path("model") if exported is not None else None,
        index=exported.path("index") if exported is not None and "index" in files else None,
        page=page,
        seconds=round(seconds, 3),
    )
