"""A recipe: what a training run is made of, stage by stage, read from YAML.

::

    name: cpu-static
    corpus: {source: laws/}
    pairs: {titles: true, definitions: true}
    split: {dev: questions.jsonl}
    train: {kind: static, steps: 300}
    gate: {system: hybrid, base: lexical}

A section that is not there is a stage that is left out; ``extends`` names a recipe whose values hold
where this one says nothing.  ``lexdpr_finetune/recipes`` holds recipes to begin with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from lexdpr_finetune.reading import (
    RecipeError,
    legal_keys,
    place_path,
    plain,
    read_into,
    read_yaml,
)
from lexdpr_finetune.sections import (
    CorpusSection,
    EvaluateSection,
    ExportSection,
    GateSection,
    MineSection,
    PairsSection,
    SplitSection,
    SynthesizeSection,
    TrainSection,
)
from lexdpr_finetune.train.pretrain_recipe import PretrainRecipe
from lexdpr_finetune.trainers import KIND, train_keys, train_section

EXTENDS = "extends"

SEEDED: dict[str, type] = {
    "synthesize": SynthesizeSection,
    "split": SplitSection,
    "mine": MineSection,
    "evaluate": EvaluateSection,
    "train": TrainSection,
    "pretrain": PretrainRecipe,
}
"""Sections that draw something."""


@dataclass(frozen=True)
class Recipe:
    """What to do.

    Attributes:
        name: of the model; its folder is named after it.
        corpus: the statutes.
        train: how the model is trained.
        pairs: where questions come from.
        synthesize: how questions are made up.
        split: which questions are kept for measuring.
        mine: how hard negatives are found; none are looked for unless given.
        pretrain: an encoder that first learns the words of the statutes; ``base: pretrained`` of
            ``train`` goes on from it.
        evaluate: what is measured.
        gate: when the model is accepted.
        export: what is made of it then.
        description: one line for people.
        out: the folder of the run; ``runs/<name>`` beside the recipe unless given.
        seed: of every stage that names none of its own.
    """

    name: str
    corpus: CorpusSection
    train: TrainSection
    pairs: PairsSection = field(default_factory=PairsSection)
    synthesize: SynthesizeSection | None = None
    split: SplitSection = field(default_factory=SplitSection)
    mine: MineSection | None = None
    pretrain: PretrainRecipe | None = None
    evaluate: EvaluateSection = field(default_factory=EvaluateSection)
    gate: GateSection = field(default_factory=GateSection)
    export: ExportSection = field(default_factory=ExportSection)
    description: str = ""
    out: Path = Path()
    seed: int = 20261121

    def to_dict(self) -> dict[str, Any]:
        """Plain values that :func:`recipe_of` reads back; paths are absolute."""
        held: dict[str, Any] = plain(self)
        return {name: value for name, value in held.items() if value is not None}


def load_recipe(
    path: str | Path, changes: Mapping[str, Any] | None = None, out: str | Path | None = None
) -> Recipe:
    """Read a recipe.

    Args:
        path: a YAML file, or the name of a recipe of the package (:func:`bundled_recipes`).
        changes: dotted name → value, in place of what the file says: ``{"train.steps": 50}``.
        out: the folder of the run, in place of the recipe's.

    Raises:
        RecipeError: it is not there, cannot be read, or has a key or value that is not allowed.
    """
    file = find_recipe(path)
    held = _extended(file, ())
    for name, value in (changes or {}).items():
        put(held, name, value)
    return recipe_of(held, _home(file), Path(out) if out is not None else None)


def recipe_of(held: Mapping[str, Any], home: Path, out: Path | None = None) -> Recipe:
    """A recipe from plain values.

    Args:
        held: what the YAML file holds.
        home: what its paths are relative to.
        out: the folder of the run, in place of the recipe's.

    Raises:
        RecipeError: a key or value is not allowed.
    """
    values = dict(held)
    name = str(values.get("name") or "")
    if not name or set(name) & set('/\\:*?"<>| ') or name.startswith("."):
        raise RecipeError("recipe.name", value=name)
    values["out"] = str(out.absolute() if out is not None else values.get("out") or f"runs/{name}")
    train = train_section(_seeded("train", values.get("train"), values), home)
    for section in SEEDED.keys() - {"train"}:
        if values.get(section) is not None:
            values[section] = _seeded(section, values[section], values)
    values["train"] = {}
    return replace(read_into(Recipe, values, "", home), train=train)


def bundled_recipes() -> dict[str, Path]:
    """Name → file of the recipes that come with the package."""
    folder = Path(str(files("lexdpr_finetune") / "recipes"))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find_recipe(path: str | Path) -> Path:
    """The file that ``path`` means: itself, or a recipe of the package by its name.

    Raises:
        RecipeError: there is neither.
    """
    file, known = Path(path), bundled_recipes()
    if file.is_file():
        return file.resolve()
    if str(path) in known:
        return known[str(path)]
    raise RecipeError("recipe.not_found", path=path, known=", ".join(known))


def put(held: dict[str, Any], name: str, value: Any) -> None:
    """Set the value at a dotted name, sections made on the way."""
    *above, last = name.split(".")
    for part in above:
        inner = held.get(part)
        held[part] = dict(inner) if isinstance(inner, Mapping) else {}
        held = held[part]
    held[last] = value


def _home(file: Path) -> Path:
    """Paths of the package's own recipes are of where the command runs."""
    return Path.cwd() if file in bundled_recipes().values() else file.parent


def _extended(file: Path, below: tuple[Path, ...]) -> dict[str, Any]:
    held = read_yaml(file)
    base = held.pop(EXTENDS, None)
    if base is None:
        return held
    named = place_path(str(base), file.parent)
    above = named if named.is_file() else find_recipe(str(base))
    if above in (*below, file):
        raise RecipeError("recipe.circle", path=file)
    found = _extended(above, (*below, file))
    if isinstance(held.get("train"), Mapping) and KIND in held["train"]:
        found.pop("train", None)  # the settings of one trainer mean nothing to another
    return _merged(found, held)


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(base)
    for key, value in own.items():
        inner = found.get(key)
        both = isinstance(value, Mapping) and isinstance(inner, Mapping)
        found[key] = _merged(inner, value) if both else value  # type: ignore[arg-type]
    return found


def _seeded(section: str, held: Any, values: Mapping[str, Any]) -> Any:
    """The section with the recipe's seed, where it names none of its own."""
    if not isinstance(held, Mapping) or "seed" not in values:
        return held
    known = train_keys(held) if section == "train" else legal_keys(SEEDED[section])
    if "seed" in known:
        return {"seed": values["seed"], **held}
    run = held.get("run") or {}
    if "run" in known and isinstance(run, Mapping):
        return {**held, "run": {"seed": values["seed"], **run}}
    return held
