"""The console script ``lexdpr-rag``."""

from __future__ import annotations

from typing import Annotated

import typer

import lexdpr_rag
from lexdpr_rag.cli.cite import cite
from lexdpr_rag.cli.embed import embed, embed_text
from lexdpr_rag.cli.export_onnx import export_onnx
from lexdpr_rag.cli.fetch import fetch
from lexdpr_rag.cli.frame import PROGRAM, Command
from lexdpr_rag.cli.index import index
from lexdpr_rag.cli.info import info
from lexdpr_rag.cli.models import models
from lexdpr_rag.cli.parse import parse
from lexdpr_rag.cli.plugins import PluggableCommands
from lexdpr_rag.cli.refs import refs
from lexdpr_rag.cli.search import search

_SETTINGS = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    cls=PluggableCommands,
    help="help.app",
    context_settings=_SETTINGS,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _name, _run in (
    ("fetch", fetch),
    ("index", index),
    ("search", search),
    ("parse", parse),
    ("cite", cite),
    ("refs", refs),
    ("info", info),
    ("models", models),
    ("embed", embed),
    ("embed-text", embed_text),
    ("export-onnx", export_onnx),
):
    app.command(_name, cls=Command, help=f"help.{_name}", context_settings=_SETTINGS)(_run)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {lexdpr_rag.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    lang: Annotated[str | None, typer.Option("--lang", metavar="ko|en", help="help.lang")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="help.debug")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="help.version"),
    ] = False,
) -> None:
    # Declared for the help: Commands.main has taken --lang and --debug from the line already.
    del lang, debug, version


def main() -> None:
    """Entry point of the console script."""
    app()
