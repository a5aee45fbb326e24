"""``lexdpr-rag finetune evaluate``: models side by side, and the gate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_finetune.cli.files import check_known, folder_for
from lexdpr_finetune.cli.options import OutFolder, Quiet
from lexdpr_finetune.reading import RecipeError
from lexdpr_rag.cli.failure import FAILED
from lexdpr_rag.cli.models_used import Candidates
from lexdpr_rag.cli.options import IndexPath, Json

if TYPE_CHECKING:
    from lexdpr_finetune.pairs import Pair

_MEASURES = "nDCG@10,RR@10,AP@100,R@1,R@5,R@10,R@20,R@100"


def evaluate(
    index: IndexPath,
    questions: Annotated[
        str,
        typer.Option("--questions", metavar="meta.file", help="help.finetune.questions"),
    ],
    out: OutFolder,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="meta.model", help="help.finetune.model"),
    ] = None,
    reranker: Annotated[
        list[str] | None,
        typer.Option("--reranker", metavar="meta.model", help="help.finetune.reranker"),
    ] = None,
    lexical: Annotated[bool, typer.Option("--lexical", help="help.finetune.lexical")] = False,
    measures: Annotated[
        str, typer.Option("--measures", metavar="meta.measures", help="help.finetune.measures")
    ] = _MEASURES,
    candidates: Candidates = 50,
    gate: Annotated[bool, typer.Option("--gate", help="help.finetune.gate")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Measure models."""
    from lexdpr_finetune.cli.progress import showing_step
    from lexdpr_finetune.gate import judge
    from lexdpr_finetune.report.page import write_report
    from lexdpr_finetune.side_by_side import Contestants, side_by_side
    from lexdpr_rag.cli.models_used import telling_warnings

    folder, pairs = folder_for(out), _questions(questions, index)
    contestants = Contestants(lexical, tuple(model or ()), tuple(reranker or ()))
    names = [name.strip() for name in measures.split(",") if name.strip()]
    if not names:
        raise RecipeError("recipe.no_measures", default=_MEASURES)
    if gate and len(contestants.names()) < 2:
        raise RecipeError("recipe.contestants", names=", ".join(contestants.names()))
    with telling_warnings(), showing_step("evaluate", quiet=quiet) as tell:
        found = side_by_side(
            index, pairs, contestants, measures=names, candidates=candidates, tell=tell
        )
    page = write_report(folder, found)
    if json:
        from lexdpr_rag.cli.console import write_json

        write_json(found.to_dict())
    elif not quiet:
        from lexdpr_finetune.evaluate import table

        typer.echo(table(found.figures, names))
    if not quiet:
        typer.echo(str(page), err=True)
    if gate:
        verdict = judge(found)
        typer.echo(str(verdict), err=True)
        if not verdict.accepted:
            raise typer.Exit(FAILED)


def _questions(path: str, index: str) -> Sequence[Pair]:
    """The questions of a file, whose answers the index holds.

    Raises:
        PairError: the file cannot be read, or the index holds the answer of none.
    """
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.stages.split import read_dev

    articles = Articles.open(index)
    pairs = read_dev(Path(path), articles)
    if pairs:
        check_known(path, pairs, articles)
    return pairs
