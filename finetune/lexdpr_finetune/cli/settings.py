"""``--set name=value``: settings on the command line, named and read as in a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
import yaml

from lexdpr_finetune.reading import RecipeError
from lexdpr_finetune.recipe import put


def _setting(help_text: str) -> Any:
    return typer.Option("--set", metavar="meta.setting", help=help_text)


Settings = Annotated[list[str] | None, _setting("help.finetune.set")]
PairsSettings = Annotated[list[str] | None, _setting("help.finetune.set_pairs")]
SynthesizeSettings = Annotated[list[str] | None, _setting("help.finetune.set_synthesize")]
SplitSettings = Annotated[list[str] | None, _setting("help.finetune.set_split")]
MineSettings = Annotated[list[str] | None, _setting("help.finetune.set_mine")]
TrainSettings = Annotated[list[str] | None, _setting("help.finetune.set_train")]


def settings_of(given: Sequence[str] | None) -> dict[str, Any]:
    """Dotted name → value.

    Raises:
        RecipeError: one is no ``name=value``, or the value is no YAML.
    """
    found: dict[str, Any] = {}
    for one in given or ():
        name, equals, text = one.partition("=")
        if not equals or not name.strip():
            raise RecipeError("recipe.setting", value=one)
        try:
            found[name.strip()] = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise RecipeError("recipe.setting", value=one) from error
    return found


def section_of(given: Sequence[str] | None) -> dict[str, Any]:
    """The same as the nested mapping of one section."""
    held: dict[str, Any] = {}
    for name, value in settings_of(given).items():
        put(held, name, value)
    return held
