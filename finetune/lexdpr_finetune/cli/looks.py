"""``validate`` and ``analyze``: a look at files of pairs before anything is trained on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_finetune.cli.files import check_known, folder_for, some_pairs
from lexdpr_finetune.cli.options import PairsFile, PairsFiles, Quiet
from lexdpr_rag.cli.failure import FAILED
from lexdpr_rag.cli.models_used import MaxLength
from lexdpr_rag.cli.options import IndexPath, Json

if TYPE_CHECKING:
    from lexdpr_finetune.pairs.analyze import Analysis

_SHOWN = 20


def validate(index: IndexPath, files: PairsFiles, json: Json = False) -> None:
    """Find faults; exit with 1 where there are any."""
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.pairs.validate import validate as faults_of
    from lexdpr_rag.cli.console import write_json
    from lexdpr_rag.messages import render

    parts = {Path(path).stem: some_pairs(path) for path in files}
    findings = faults_of(parts, Articles.open(index).rows)
    if json:
        write_json([asdict(finding) for finding in findings])
    else:
        for fault, count in Counter(one.fault.value for one in findings).most_common():
            typer.echo(f"{fault}: {count:,}")
        if not findings:
            typer.echo(render("finetune.valid", pairs=sum(map(len, parts.values()))), err=True)
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
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="meta.folder", help="help.finetune.analysis_out"),
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Count and measure."""
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.cli.progress import showing_step
    from lexdpr_finetune.pairs.analyze import analyze as analysis_of
    from lexdpr_finetune.report.analysis_page import write_analysis
    from lexdpr_finetune.stages.train_with import texts_of
    from lexdpr_finetune.tokens import ruler_of
    from lexdpr_rag.cli.console import write_json

    folder = folder_for(out) if out is not None else None
    given = some_pairs(pairs)
    articles = Articles.open(index)
    check_known(pairs, given, articles)
    with showing_step("analyze", quiet=quiet) as tell:
        ruler = ruler_of(model, max_length, tell)
        found = analysis_of(given, ruler, texts_of(given, articles), articles)
    page = write_analysis(folder, found, Path(pairs).stem) if folder is not None else None
    if json:
        write_json(asdict(found))
    else:
        _print_analysis(found)
    if page is not None and not quiet:
        typer.echo(str(page), err=True)


def _print_analysis(found: Analysis) -> None:
    from lexdpr_finetune.report.shown import shown
    from lexdpr_rag.cli.console import stdout
    from lexdpr_rag.cli.facts import print_facts

    told = {name: value for name, value in asdict(found).items() if name not in _ON_THE_PAGE}
    told["most_asked"] = dict(found.most_asked)
    for name in ("query_lengths", "passage_lengths"):
        own = told[name]
        told[name] = {key: own[key] for key in own if key not in ("step", "bins")}
        told[name]["cut_share"] = getattr(found, name).cut_share
    print_facts(stdout(), [(name, shown(value)) for name, value in told.items()])


_ON_THE_PAGE = ("examples", "laws_asked")
