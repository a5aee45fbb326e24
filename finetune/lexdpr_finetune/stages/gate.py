"""The gate as a step: its verdict is kept, and what to do with it is the run's matter."""

from __future__ import annotations

from lexdpr_finetune.gate import judge
from lexdpr_finetune.reading import RecipeError, plain
from lexdpr_finetune.report.assessment import Assessment
from lexdpr_finetune.sections import EvaluateSection, GateSection
from lexdpr_finetune.stages.evaluate import Contest
from lexdpr_finetune.stages.step import EVALUATE, GATE, Outcome, Step, Work
from lexdpr_finetune.workspace import write_json

VERSION = 1


def gate_step(section: GateSection, evaluate: EvaluateSection, contest: Contest) -> Step:
    """The step of a recipe.

    Raises:
        RecipeError: the measure is none of those that are measured.
    """
    if section.measure is not None and section.measure not in evaluate.measures:
        legal = ", ".join(evaluate.measures)
        raise RecipeError("recipe.value", name="gate.measure", value=section.measure, legal=legal)
    if contest.subject == contest.base:
        raise RecipeError("recipe.same", name=contest.subject)
    settings = plain(section)
    return Step(GATE, VERSION, (EVALUATE,), settings, lambda work: _make(work, section))


def _make(work: Work, section: GateSection) -> Outcome:
    found = Assessment.load(work.path(EVALUATE, "assessment"))
    verdict = judge(
        found,
        measure=section.measure,
        system=section.system,
        margin=section.margin,
        p=section.p,
    )
    write_json(work.folder / "verdict.json", verdict.to_dict())
    return Outcome({"verdict": "verdict.json"}, verdict.to_dict())
