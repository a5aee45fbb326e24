"""What a stage did, as two columns for people or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lexdpr_finetune.report.shown import shown


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
