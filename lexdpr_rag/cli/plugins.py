"""Groups of commands, some of them of other packages, loaded when they are typed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from typer.main import get_group

from lexdpr_rag.cli.failure import CommandError
from lexdpr_rag.cli.frame import Command, Commands
from lexdpr_rag.cli.help import localise

PLUGINS = {"lexicon": "lexdpr_rag.cli.lexicon", "finetune": "lexdpr_finetune.cli.app"}
"""Word → module with a :class:`typer.Typer` named ``app``.  The engine itself imports no other package."""


class PluggableCommands(Commands):
    """The group of all commands, with those of :data:`PLUGINS`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name in PLUGINS:
            self.add_command(Command(name, help=f"help.{name}"))  # what the help shows

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; a plugin's group is loaded now."""
        if cmd_name not in PLUGINS:
            return super().get_command(ctx, cmd_name)
        group = load_group(cmd_name)
        localise(group)
        return group


def load_group(name: str) -> Any:
    """The group of commands that ``name`` means; help texts are still keys.

    Raises:
        CommandError: something that it needs is not installed.
    """
    try:
        group = get_group(import_module(PLUGINS[name]).app)
    except ModuleNotFoundError as error:
        raise CommandError("fail.plugin", name=name, package=error.name) from error
    group.name = name
    return group
