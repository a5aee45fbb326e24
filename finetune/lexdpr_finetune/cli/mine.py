"""``lexdpr-rag finetune mine``: hard negatives for pairs."""

from __future__ import annotations

from pathlib import Path

from lexdpr_finetune.cli.files import file_for, some_pairs
from lexdpr_finetune.cli.options import OutFile, PairsFile, Quiet
from lexdpr_finetune.cli.settings import MineSettings, section_of
from lexdpr_finetune.reading import RecipeError, read_into
from lexdpr_finetune.sections import MineSection
from lexdpr_rag.cli.models_used import SearchEncoder
from lexdpr_rag.cli.options import IndexPath, Json


def mine(
    index: IndexPath,
    pairs: PairsFile,
    out: OutFile,
    encoder: SearchEncoder = None,
    settings: MineSettings = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Mine hard negatives."""
    from lexdpr_finetune.cli.progress import showing_step
    from lexdpr_finetune.cli.telling import tell_facts
    from lexdpr_finetune.stages.mine import mine_into

    section = read_into(MineSection, section_of(settings), "", Path.cwd())
    path, given = file_for(out), some_pairs(pairs)
    try:
        with showing_step("mine", quiet=quiet) as tell:
            report = mine_into(Path(index), given, path, section, encoder, tell)
    except KeyboardInterrupt as error:
        raise RecipeError("recipe.interrupted", out=out) from error
    tell_facts(report.to_dict(), quiet=quiet, json=json, text=report.table())
