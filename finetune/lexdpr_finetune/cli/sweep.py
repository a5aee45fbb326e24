"""``lexdpr-rag finetune sweep``: the best values of a recipe."""

from __future__ import annotations

from typing import Annotated

import typer

from lexdpr_finetune.cli.options import Quiet, RunFolder
from lexdpr_finetune.reading import RecipeError, plain
from lexdpr_rag.cli.options import Json, whole_number
from lexdpr_rag.messages import render


def sweep(
    space: Annotated[str, typer.Argument(metavar="meta.space", help="help.finetune.space")],
    trials: Annotated[
        int | None,
        typer.Option(
            "--trials",
            metavar="meta.number",
            parser=whole_number("--trials", 1),
            help="help.finetune.trials",
        ),
    ] = None,
    out: RunFolder = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Try values of a recipe."""
    from lexdpr_finetune.cli.telling import tell_facts
    from lexdpr_finetune.sweep import run_sweep
    from lexdpr_rag.cli.words import say

    def begun(number: int) -> None:
        if not quiet:
            typer.echo(say("stage.trial", number=number), err=True)

    try:
        report = run_sweep(space, trials=trials, out=out, begun=begun)
    except KeyboardInterrupt as error:
        raise RecipeError("recipe.interrupted", out=out or "") from error
    told = render(
        "sweep.done",
        trials=report.trials,
        number=report.number,
        measure=report.measure,
        value=report.value,
    )
    values = "\n".join(f"  {name}: {value}" for name, value in report.values.items())
    text = f"{told}\n{values}\n  {report.recipe}"
    tell_facts(plain(report), quiet=quiet, json=json, text=text)
