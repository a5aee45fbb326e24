"""``pairs``, ``synthesize``, ``split``: the stages that make questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lexdpr_finetune.cli.files import file_for, folder_for, some_pairs
from lexdpr_finetune.cli.options import OutFile, OutFolder, PairsFiles, Quiet
from lexdpr_finetune.cli.settings import (
    PairsSettings,
    SplitSettings,
    SynthesizeSettings,
    section_of,
)
from lexdpr_finetune.cli.telling import tell_facts
from lexdpr_finetune.reading import RecipeError, legal_keys, read_into
from lexdpr_finetune.sections import PairsSection, SplitSection, SynthesizeSection
from lexdpr_rag.cli.options import IndexPath, Json


def pairs(
    index: IndexPath,
    out: OutFile,
    settings: PairsSettings = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Make pairs."""
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.cli.progress import showing_step
    from lexdpr_finetune.pairs import write_pairs
    from lexdpr_finetune.stages.pairs import facts_of, harvest_pairs

    section = read_into(PairsSection, section_of(settings), "", Path.cwd())
    if section == PairsSection():
        raise RecipeError("recipe.no_pairs_source", legal=", ".join(legal_keys(PairsSection)))
    path = file_for(out)
    with showing_step("pairs", quiet=quiet) as tell:
        harvest = harvest_pairs(section, Articles.open(index), tell)
    write_pairs(harvest.pairs, path)
    tell_facts(facts_of(harvest), quiet=quiet, json=json)


def synthesize(
    index: IndexPath,
    out: OutFile,
    settings: SynthesizeSettings = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Make up questions."""
    from lexdpr_finetune.cli.progress import showing_step
    from lexdpr_finetune.pairs import write_pairs
    from lexdpr_finetune.stages.synthesize import write_up
    from lexdpr_finetune.synthesize import pairs_of

    section = read_into(SynthesizeSection, section_of(settings), "", Path.cwd())
    path = file_for(out)
    journal = path.with_name(f"{path.name}.answers.jsonl")
    with showing_step("synthesize", quiet=quiet) as tell:
        written = write_up(Path(index), section, journal, tell)
    write_pairs(pairs_of(written.questions), path)
    tell_facts(written.facts(), quiet=quiet, json=json, text=str(written.quality))


def split(
    index: IndexPath,
    files: PairsFiles,
    out: OutFolder,
    settings: SplitSettings = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Split pairs."""
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.stages.split import facts_of, split_pairs, write_parts

    section = read_into(SplitSection, section_of(settings), "", Path.cwd())
    articles = Articles.open(index)
    folder = folder_for(out)
    given = [pair for path in files for pair in some_pairs(path)]
    parts = split_pairs(given, section, articles)
    write_parts(parts, folder)
    facts: dict[str, Any] = facts_of(parts, articles)
    tell_facts(facts, quiet=quiet, json=json)
