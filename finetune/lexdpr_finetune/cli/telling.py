"""What a stage did, as two columns for people or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def tell_facts(
    facts: Mapping[str, Any], *, quiet: bool, json: bool, text: str | None = None
) -> None:
    """Print ``facts``: JSON to standard output, else, unless ``quiet``, lines to standard error.

    ``text`` stands for the lines where a report has words of its own.
    """
    from lexdpr_rag.cli.console import stderr, write_json
    from lexdpr_rag.cli.facts import print_facts

    if json:
        write_json(dict(facts))
    if quiet:
        return
    console = stderr()
    console.print()
    if text is not None:
        console.print(text, soft_wrap=True)
        return
    print_facts(console, [(name, shown(value)) for name, value in facts.items()])


def shown(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, Mapping):
        return " · ".join(f"{name} {shown(one)}" for name, one in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "–"
    if isinstance(value, float):
        return f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
