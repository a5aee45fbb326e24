"""``pairs``, ``synthesize``, ``split``: the stages that make questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lexdpr_finetune.cli.options import OutFile, OutFolder, PairsFiles, Quiet
from lexdpr_finetune.cli.settings import Settings, section_of
from lexdpr_finetune.cli.telling import tell_facts
from lexdpr_finetune.reading import read_into
from lexdpr_finetune.sections import PairsSection, SplitSection, SynthesizeSection
from lexdpr_rag.cli.options import IndexPath, Json


def pairs(
    index: IndexPath,
    out: OutFile,
    settings: Settings = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Make pairs."""
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.cli.progress import showing_step
    from lexdpr_finetune.pairs import write_pairs
    from lexdpr_finetune.stages.pairs import facts_of, harvest_pairs

    section = read_into(PairsSection, section_of(settings), "", Path.cwd())
    with showing_step("pairs", quiet=quiet) as tell:
        harvest = harvest_pairs(section, Articles.open(index), tell)
    write_pairs(harvest.pairs, Path(out))
    tell_facts(facts_of(harvest), quiet=quiet, json=json)


def synthesize(
    index: IndexPath,
    out: OutFile,
    settings: Settings = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Make up questions."""
    from lexdpr_finetune.cli.progress import showing_step
    from lexdpr_finetune.pairs import write_pairs
    from lexdpr_finetune.stages.synthesize import write_up
    from lexdpr_finetune.synthesize import pairs_of

    section = read_into(SynthesizeSection, section_of(settings), "", Path.cwd())
    journal = Path(f"{out}.answers.jsonl")
    with showing_step("synthesize", quiet=quiet) as tell:
        written = write_up(Path(index), section, journal, tell)
    write_pairs(pairs_of(written.questions), Path(out))
    tell_facts(written.facts(), quiet=quiet, json=json, text=str(written.quality))


def split(
    index: IndexPath,
    files: PairsFiles,
    out: OutFolder,
    settings: Settings = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Split pairs."""
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.pairs import read_pairs
    from lexdpr_finetune.stages.split import facts_of, split_pairs, write_parts

    section = read_into(SplitSection, section_of(settings), "", Path.cwd())
    articles = Articles.open(index)
    given = [pair for path in files for pair in read_pairs(Path(path))]
    parts = split_pairs(given, section, articles)
    write_parts(parts, Path(out))
    facts: dict[str, Any] = facts_of(parts, articles)
    tell_facts(facts, quiet=quiet, json=json)
