"""The commands of ``lexdpr-rag finetune``; each stage of a recipe is one."""

from __future__ import annotations

import typer

from lexdpr_finetune.cli.evaluate import evaluate
from lexdpr_finetune.cli.export import export
from lexdpr_finetune.cli.looks import analyze, validate
from lexdpr_finetune.cli.mine import mine
from lexdpr_finetune.cli.questions import pairs, split, synthesize
from lexdpr_finetune.cli.run import recipes, run
from lexdpr_finetune.cli.sweep import sweep
from lexdpr_finetune.cli.train import train
from lexdpr_rag.cli.frame import Command, Commands

_SETTINGS = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(cls=Commands, help="help.finetune", context_settings=_SETTINGS)
for _name, _run in (
    ("run", run),
    ("recipes", recipes),
    ("sweep", sweep),
    ("pairs", pairs),
    ("synthesize", synthesize),
    ("split", split),
    ("mine", mine),
    ("train", train),
    ("evaluate", evaluate),
    ("export", export),
    ("validate", validate),
    ("analyze", analyze),
):
    app.command(_name, cls=Command, help=f"help.finetune.{_name}", context_settings=_SETTINGS)(_run)
