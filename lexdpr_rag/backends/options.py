"""What a model is made with: values that are checked, and kept so that it can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lexdpr_rag.templates import TEMPLATES, ModelError, Template


def at_least_one(name: str, value: int | None) -> int | None:
    """``value``, which must be a whole number from 1 on, or not given.

    Raises:
        ModelError: it is neither.
    """
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ModelError("model.option", name=name, value=value, legal="1…")
    return value


def one_of(name: str, value: str, legal: Sequence[str]) -> None:
    """Raise :class:`ModelError` unless ``value`` is one of ``legal``."""
    if value not in legal:
        raise ModelError("model.option", name=name, value=value, legal=", ".join(legal))


def kept_options(
    model: str | Path, adapter: str | Path | None = None, **given: Any
) -> dict[str, Any]:
    """Keyword arguments as JSON holds them: those that are not ``None``, folders absolute.

    Args:
        model: alias, hub name or folder.
        adapter: hub name or folder of a LoRA adapter.
        given: all others.
    """
    options: dict[str, Any] = {"model": _place(model)}
    options |= {name: value for name, value in given.items() if value is not None}
    if adapter is not None:
        options["peft_adapter_path"] = _place(adapter)
    template = given.get("template")
    if isinstance(template, Template):
        named = TEMPLATES.get(template.name) == template
        options["template"] = template.name if named else template.to_dict()
    return options


def _place(name: str | Path) -> str:
    folder = Path(name).expanduser()
    return str(folder.absolute()) if folder.is_dir() else str(name)
