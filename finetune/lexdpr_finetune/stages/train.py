"""The training."""

from __future__ import annotations

from dataclasses import replace

from lexdpr_finetune.content import content_of
from lexdpr_finetune.reading import plain
from lexdpr_finetune.sections import TrainSection
from lexdpr_finetune.stages.model_files import identity_of
from lexdpr_finetune.stages.step import CORPUS, MINE, PRETRAIN, SPLIT, TRAIN, Outcome, Step, Work
from lexdpr_finetune.trainers import material_of, trainer_of

VERSION = 1
MODEL = "model"

OF_THE_RUN = frozenset({"README.md", "training.json", "logs"})
"""They say how long it took: the same training writes others."""


def train_step(section: TrainSection, mined: bool) -> Step:
    """The step of a recipe; ``mined``: on the pairs with their hard negatives."""
    settings = plain(section, results_only=True)
    settings["base"] = base_identity(section)
    after = [CORPUS, SPLIT, *([MINE] if mined else [])]
    after += [PRETRAIN] if section.on_pretrained else []
    return Step(TRAIN, VERSION, after, settings, lambda work: _make(work, section))


def base_identity(section: TrainSection) -> str:
    """What changes when the base does; that of the stage ``pretrain`` is known by its own key.

    Raises:
        ModelError: the base is not there.
    """
    if section.on_pretrained:
        return section.base or ""
    return identity_of(section.base, trainer_of(section).sort)


def _make(work: Work, section: TrainSection) -> Outcome:
    train = work.path(MINE, "mined") if MINE in work.given else work.path(SPLIT, "train")
    material = material_of(work.articles(), train, work.path(SPLIT, "dev"))
    options = section.options
    if section.on_pretrained:
        options = replace(options, base=str(work.path(PRETRAIN, "model")))
    made = trainer_of(section).trains()(material, options, work.folder / MODEL, work.tell)
    files = {"model": made.folder.relative_to(work.folder).as_posix()}
    digest = content_of(made.folder, without=OF_THE_RUN)
    return Outcome(files, {"pairs": len(material.train), **made.facts}, {"model": digest})
