"""``validate`` and ``analyze``: a look at files of pairs before anything is trained on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lexdpr_finetune.cli.options import PairsFile, PairsFiles
from lexdpr_rag.cli.failure import FAILED
from lexdpr_rag.cli.models_used import MaxLength
from lexdpr_rag.cli.options import IndexPath, Json

_SHOWN = 20


def validate(index: IndexPath, files: PairsFiles, json: Json = False) -> None:
    """Find faults; exit with 1 where there are any."""
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.pairs import read_pairs
    from lexdpr_finetune.pairs.validate import validate as faults_of
    from lexdpr_rag.cli.console import write_json

    parts = {Path(path).stem: list(read_pairs(Path(path))) for path in files}
    findings = faults_of(parts, Articles.open(index).rows)
    if json:
        write_json([asdict(finding) for finding in findings])
    else:
        for fault, count in Counter(one.fault.value for one in findings).most_common():
            typer.echo(f"{fault}: {count:,}")
        for one in findings[:_SHOWN]:
            typer.echo(f"  {one.part} {one.query_id} {one.fault.value} {one.detail}".rstrip())
    if findings:
        raise typer.Exit(FAILED)


def analyze(
    index: IndexPath,
    pairs: PairsFile,
    model: Annotated[
        str | None, typer.Option("--model", metavar="meta.model", help="help.finetune.tokens_of")
    ] = None,
    max_length: MaxLength = None,
    json: Json = False,
) -> None:
    """Count and measure."""
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.pairs import read_pairs
    from lexdpr_finetune.pairs.analyze import analyze as analysis_of
    from lexdpr_finetune.stages.train_with import texts_of
    from lexdpr_finetune.tokens import token_counter
    from lexdpr_rag.cli.console import stdout, write_json
    from lexdpr_rag.cli.facts import print_facts

    given = list(read_pairs(Path(pairs)))
    articles = Articles.open(index)
    known = [pair for pair in given if all(key in articles.rows for key in pair.positives)]
    found = asdict(
        analysis_of(
            known,
            token_counter(model),
            texts_of(known, articles),
            query_limit=max_length,
            passage_limit=max_length,
        )
    )
    if json:
        write_json(found)
        return
    from lexdpr_finetune.cli.telling import shown

    print_facts(stdout(), [(name, shown(value)) for name, value in found.items()])
