"""What becomes of an accepted model: a version folder with the model, its card, ONNX and an index."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from lexdpr_finetune.card import write_card
from lexdpr_finetune.content import content_of
from lexdpr_finetune.export import MODEL, ONNX, copy_model, to_onnx
from lexdpr_finetune.reading import plain
from lexdpr_finetune.recipe import Recipe
from lexdpr_finetune.report.assessment import Assessment
from lexdpr_finetune.stages.corpus import index_digest
from lexdpr_finetune.stages.step import (
    EMBED,
    EVALUATE,
    EXPORT,
    GATE,
    SPLIT,
    TRAIN,
    Outcome,
    Step,
    Work,
)
from lexdpr_finetune.stages.train import OF_THE_RUN
from lexdpr_finetune.trainers import STATIC, trainer_of
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.manifest import Manifest
from lexdpr_rag.templates import ModelError

VERSION = 1

INDEX = "index"


def export_step(recipe: Recipe, *, embedded: bool) -> Step:
    """The step of a recipe; ``embedded``: there is an index with the model's vectors.

    Raises:
        ModelError: ONNX is asked for of a static encoder, which needs none.
    """
    if recipe.export.onnx is not None and recipe.train.kind == STATIC:
        raise ModelError("export.static", name=recipe.name)
    with_index = embedded and recipe.export.index
    settings = plain(recipe.export) | {"name": recipe.name, "description": recipe.description}
    after = (SPLIT, TRAIN, EVALUATE, GATE, *((EMBED,) if with_index else ()))
    return Step(EXPORT, VERSION, after, settings, lambda work: _make(work, recipe), versioned=True)


def _make(work: Work, recipe: Recipe) -> Outcome:
    section, sort = recipe.export, trainer_of(recipe.train).sort
    steps = 2 + (section.onnx is not None)
    model = copy_model(work.path(TRAIN, "model"), work.folder / MODEL)
    write_card(
        model,
        name=recipe.name,
        description=recipe.description,
        sort=sort,
        base=recipe.train.base,
        training=plain(recipe.train),
        pairs=work.given[SPLIT].facts,
        found=Assessment.load(work.path(EVALUATE, "assessment")),
        accepted=bool(work.given[GATE].facts["accepted"]),
    )
    files = {"model": MODEL}
    told = {"model": content_of(model, without=OF_THE_RUN)}
    facts: dict[str, Any] = {"accepted": work.given[GATE].facts["accepted"]}
    work.tell(1, steps, MODEL)
    if section.onnx is not None:
        made = to_onnx(model, work.folder / ONNX, sort, section.onnx)
        facts["onnx"] = {"agreement": made.agreement, "bytes": made.size_bytes}
        files["onnx"] = ONNX
        work.tell(2, steps, ONNX)
    if EMBED in work.given:
        index = copy_index(work.path(EMBED, "index"), work.folder / INDEX)
        point_to(index, model)
        files["index"] = INDEX
        told["index"] = index_digest(index)
    work.tell(steps, steps, "")
    return Outcome(files, facts, told)


def copy_index(source: Path, target: Path) -> Path:
    """A copy of an index; what an interrupted one left is made anew."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


def point_to(index: Path, model: Path) -> None:
    """Let an index open the copy of its model that lies beside it.

    Raises:
        IndexFormatError: the copy makes other vectors.
    """
    generation = Layout(index).open_generation()
    manifest = Manifest.open(generation)
    encoder = BiEncoder(model)
    replace(manifest, encoder={**manifest.encoder, "options": encoder.options()}).save(generation)
    with LexDPR.open(index) as engine:
        engine.warm()
