"""``lexdpr-rag finetune run`` and ``recipes``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_finetune.cli.options import Quiet, RunFolder
from lexdpr_finetune.cli.settings import Settings, settings_of
from lexdpr_finetune.reading import RecipeError, read_yaml
from lexdpr_finetune.recipe import Recipe, bundled_recipes, find_recipe, load_recipe
from lexdpr_rag.cli.failure import FAILED
from lexdpr_rag.cli.options import Json
from lexdpr_rag.messages import render

if TYPE_CHECKING:
    from lexdpr_finetune.run import RunReport


def run(
    recipe: Annotated[str, typer.Argument(metavar="meta.recipe", help="help.finetune.recipe")],
    out: RunFolder = None,
    settings: Settings = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="meta.stage", help="help.finetune.until")
    ] = None,
    no_gate: Annotated[bool, typer.Option("--no-gate", help="help.finetune.no_gate")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Run a recipe."""
    read = load_recipe(recipe, settings_of(settings), out)
    report = _run(read, gate=not no_gate, until=until, quiet=quiet)
    if json:
        from lexdpr_rag.cli.console import write_json

        write_json(report.to_dict())
    if not quiet:
        _print_summary(report)
    if not report.accepted and not no_gate:
        raise typer.Exit(FAILED)


def _run(recipe: Recipe, *, gate: bool, until: str | None, quiet: bool) -> RunReport:
    from lexdpr_finetune.cli.progress import showing_run
    from lexdpr_finetune.run import run_recipe
    from lexdpr_rag.cli.models_used import telling_warnings

    try:
        with telling_warnings(), showing_run(quiet=quiet) as progress:
            return run_recipe(recipe, gate=gate, until=until, progress=progress)
    except KeyboardInterrupt as error:
        raise RecipeError("recipe.interrupted", out=recipe.out) from error


def _print_summary(report: RunReport) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import print_hanging, stderr
    from lexdpr_rag.cli.facts import duration, print_facts

    console = stderr()
    made = render("recipe.done", made=len(report.made)) if report.made else ""
    console.print()
    head = Text.assemble(("✓ ", "bold green"), (made or render("recipe.nothing_done"), "bold"))
    console.print(head + Text.assemble("  ", (str(report.out), "cyan")), soft_wrap=True)
    places = {"model": report.model, "index": report.index, "report": report.page}
    facts = [(render(f"recipe.label.{n}"), str(p)) for n, p in places.items() if p is not None]
    print_facts(console, [*facts, (render("recipe.label.time"), duration(report.seconds))], 2)
    if report.verdict is not None:
        colour = "green" if report.verdict.accepted else "red"
        mark = "✓ " if report.verdict.accepted else "✗ "
        console.print()
        print_hanging(console, Text(mark, style=f"bold {colour}"), Text(str(report.verdict)))
    if report.index is not None:
        console.print()
        console.print(Text(render("recipe.label.next"), style="dim"))
        command = f'  lexdpr-rag search {shlex.quote(str(report.index))} "보증금을 못 돌려받았어요"'
        console.print(Text(command, style="green"), soft_wrap=True)


def recipes(
    name: Annotated[
        str | None, typer.Argument(metavar="meta.recipe", help="help.finetune.recipe_name")
    ] = None,
    json: Json = False,
) -> None:
    """List or print the recipes of the package."""
    if name is not None:
        typer.echo(find_recipe(name).read_text(encoding="utf-8").encode(), nl=False)
        return
    found = {
        one: str(read_yaml(path).get("description", "")) for one, path in bundled_recipes().items()
    }
    if json:
        from lexdpr_rag.cli.console import write_json

        write_json([{"name": one, "description": text} for one, text in found.items()])
        return
    from lexdpr_rag.cli.console import stdout
    from lexdpr_rag.cli.facts import print_facts

    print_facts(stdout(), found.items())
