"""``lexdpr-rag finetune train``: one model, on pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lexdpr_finetune.cli.files import check_known, folder_for
from lexdpr_finetune.cli.options import OutFolder, PairsFile, Quiet
from lexdpr_finetune.cli.settings import TrainSettings, section_of
from lexdpr_finetune.reading import RecipeError
from lexdpr_rag.cli.options import IndexPath, Json


def train(
    index: IndexPath,
    pairs: PairsFile,
    out: OutFolder,
    settings: TrainSettings = None,
    dev: Annotated[
        str | None, typer.Option("--dev", metavar="meta.pairs", help="help.finetune.dev")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Train a model."""
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.cli.progress import showing_step
    from lexdpr_finetune.cli.telling import tell_facts
    from lexdpr_finetune.trainers import material_of, train_section, trainer_of

    section = train_section(section_of(settings), Path.cwd())
    material = material_of(Articles.open(index), Path(pairs), Path(dev) if dev else None)
    check_known(pairs, material.train, material.articles)
    folder = folder_for(out)
    try:
        with showing_step("train", quiet=quiet) as tell:
            made = trainer_of(section).trains()(material, section.options, folder, tell)
    except KeyboardInterrupt as error:
        raise RecipeError("recipe.interrupted", out=out) from error
    tell_facts({"model": str(made.folder), **made.facts}, quiet=quiet, json=json)
