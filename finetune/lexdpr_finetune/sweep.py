"""A sweep: many runs of one recipe, each with other values, and the best of them as a recipe.

::

    recipe: cpu-static            # a file, or a recipe of the package
    trials: 20
    space:
      train.learning_rate: {low: 0.01, high: 0.3, log: true}
      train.dimension: {choices: [64, 128, 256]}
      train.steps: {low: 100, high: 400, step: 100}

All trials share one folder, so that what a trial does not change is not done again; trials are
written down as they end, so that a sweep that was stopped goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from lexdpr_finetune.reading import RecipeError, place_path, read_into, read_yaml
from lexdpr_finetune.recipe import Recipe, find_recipe, load_recipe
from lexdpr_finetune.run import Progress, RunReport, run_recipe
from lexdpr_finetune.stages.step import GATE
from lexdpr_rag.errors import LexDPRError, MissingExtraError

if TYPE_CHECKING:
    import optuna

JOURNAL, BEST = "sweep.journal", "best.yaml"


@dataclass(frozen=True, slots=True)
class Sweep:
    """What to try.

    Attributes:
        recipe: a file, or a recipe of the package.
        space: dotted name → ``{choices: […]}`` or ``{low, high[, log][, step]}``.
        trials: so many in all.
        out: the folder of all runs; that of the recipe unless given.
        seed: of what is tried.
    """

    recipe: str
    space: Mapping[str, Mapping[str, Any]]
    trials: int = 20
    out: Path | None = None
    seed: int = 20261121


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What came of it.

    Attributes:
        out: the folder.
        trials: that came to their end, of all runs of the sweep.
        failed: that did not.
        number: of the best trial.
        measure: what it is best in.
        value: how good it is.
        values: what it was tried with.
        recipe: the best recipe, as a file.
    """

    out: Path
    trials: int
    failed: int
    number: int
    measure: str
    value: float
    values: Mapping[str, Any] = field(default_factory=dict)
    recipe: Path = Path()


def read_sweep(path: str | Path) -> tuple[Sweep, Path]:
    """A sweep, and the recipe file that it names.

    Raises:
        RecipeError: a key is unknown or missing, or a range cannot be read.
    """
    file = Path(path).resolve()
    sweep = read_into(Sweep, read_yaml(file), "", file.parent)
    for name, held in sweep.space.items():
        check_range(name, held)
    if not sweep.space:
        raise RecipeError("sweep.needed", path=path, name="space")
    beside = place_path(sweep.recipe, file.parent)
    return sweep, beside if beside.is_file() else find_recipe(sweep.recipe)


def run_sweep(
    path: str | Path,
    *,
    trials: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    begun: Callable[[int], None] | None = None,
) -> SweepReport:
    """Try values until as many trials are done as are wanted, those of earlier runs among them.

    Args:
        path: the YAML file of the sweep.
        trials: how many in all; the file's unless given.
        out: the folder; the file's, or the recipe's, unless given.
        progress: called at every step of every trial.
        begun: called with the number of every trial.

    Raises:
        RecipeError: the sweep or a recipe that it makes cannot be used, or no trial came to its end.
        MissingExtraError: optuna is not installed.
    """
    sweep, file = read_sweep(path)
    folder = Path(out) if out is not None else sweep.out
    base = load_recipe(file, out=folder)
    study = _study(base, sweep)
    wanted = trials or sweep.trials
    while len(_ended(study)) < wanted:
        trial = study.ask()
        if begun is not None:
            begun(trial.number)
        _try(study, trial, sweep, file, base, progress)
    return _reported(study, sweep, file, base)


def check_range(name: str, held: Mapping[str, Any]) -> None:
    """Tell what is wrong with a range.

    Raises:
        RecipeError: it is neither choices nor low and high.
    """
    keys = set(held)
    has_choices = keys == {"choices"} and isinstance(held["choices"], list) and held["choices"]
    numbers = {"low", "high"} <= keys <= {"low", "high", "log", "step"}
    if not has_choices and not (numbers and _is_range(held)):
        raise RecipeError("sweep.range", name=name, value=dict(held))


def _is_range(held: Mapping[str, Any]) -> bool:
    try:
        low, high = float(held["low"]), float(held["high"])
    except (TypeError, ValueError):
        return False
    return low < high and not (held.get("log") and ("step" in held or low <= 0))


# -- trials --------------------------------------------------------------------------------------


def _study(base: Recipe, sweep: Sweep) -> optuna.Study:
    try:
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend
    except ImportError as error:
        raise MissingExtraError("extra.missing", package="optuna", extra="finetune") from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    base.out.mkdir(parents=True, exist_ok=True)
    return optuna.create_study(
        study_name=base.name,
        storage=JournalStorage(JournalFileBackend(str(base.out / JOURNAL))),
        sampler=optuna.samplers.TPESampler(seed=sweep.seed),
        direction="maximize",
        load_if_exists=True,
    )


def _ended(study: optuna.Study) -> list[Any]:
    """Trials that came to an end, good or bad; one that was killed did not."""
    return [trial for trial in study.get_trials(deepcopy=False) if trial.state.name in _ENDED]


_ENDED = ("COMPLETE", "FAIL")


def _try(
    study: optuna.Study,
    trial: optuna.Trial,
    sweep: Sweep,
    file: Path,
    base: Recipe,
    progress: Progress | None,
) -> None:
    values = {name: _suggested(trial, name, held) for name, held in sweep.space.items()}
    recipe = load_recipe(file, values, base.out)  # a wrong name ends the sweep, not the trial
    try:
        report = run_recipe(recipe, until=GATE, progress=progress)
    except LexDPRError as error:
        trial.set_user_attr("error", str(error))
        study.tell(trial, state=_failed())
        return
    study.tell(trial, _value(report))


def _failed() -> Any:
    from optuna.trial import TrialState

    return TrialState.FAIL


def _value(report: RunReport) -> float:
    assert report.verdict is not None
    return report.verdict.value


def _suggested(trial: optuna.Trial, name: str, held: Mapping[str, Any]) -> Any:
    if "choices" in held:
        return trial.suggest_categorical(name, held["choices"])
    low, high, step = held["low"], held["high"], held.get("step")
    if all(isinstance(value, int) for value in (low, high, step or 1)):
        return trial.suggest_int(name, low, high, step=step or 1, log=bool(held.get("log")))
    return trial.suggest_float(name, float(low), float(high), step=step, log=bool(held.get("log")))


def _reported(study: optuna.Study, sweep: Sweep, file: Path, base: Recipe) -> SweepReport:
    ended = _ended(study)
    good = [trial for trial in ended if trial.state.name == "COMPLETE"]
    if not good:
        reasons = Counter(trial.user_attrs.get("error", "?") for trial in ended)
        reason = reasons.most_common(1)[0][0] if reasons else "?"
        raise RecipeError("sweep.none", failed=len(ended), reason=reason)
    best = max(good, key=lambda trial: (trial.value or 0.0, -trial.number))
    recipe = replace(load_recipe(file, best.params, base.out), description=base.description)
    path = base.out / BEST
    held = yaml.safe_dump(recipe.to_dict(), allow_unicode=True, sort_keys=False)
    path.write_text(held, encoding="utf-8")
    measure = recipe.gate.measure or recipe.evaluate.measures[0]
    return SweepReport(
        out=base.out,
        trials=len(good),
        failed=len(ended) - len(good),
        number=best.number,
        measure=measure,
        value=float(best.value or 0.0),
        values=dict(best.params),
        recipe=path,
    )
