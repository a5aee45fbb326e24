"""``lexdpr-rag cite``: from a citation to the provision's text, with its context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_rag.cli.options import AsOf, IndexPath, Json, joined
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from lexdpr_rag.datamodels import Hit


def cite(
    index: IndexPath,
    citation: Annotated[list[str], typer.Argument(metavar="meta.citation", help="help.citation")],
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show the provision that a citation names."""
    from lexdpr_rag.engine import LexDPR

    hit = LexDPR.open(index).cite(joined(citation), as_of=as_of)
    if json:
        from lexdpr_rag.cli.console import write_json

        write_json({**hit.metadata(), "text": hit.text})
    else:
        _print_provision(hit)


def _print_provision(hit: Hit) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.cards import body_lines, lead_ins, print_provision_line, title_of
    from lexdpr_rag.cli.console import stdout
    from lexdpr_rag.cli.facts import print_facts

    console = stdout()
    console.print(title_of(hit))
    if hit.heading:
        console.print(Text(hit.heading.replace(" > ", " › "), style="dim"))
    console.print()
    lines = [Text(line, style="dim italic") for line in lead_ins(hit)]
    lines += [Text(line) for line in body_lines(hit.text)]
    for line in lines:
        print_provision_line(console, line, 2)
    console.print()
    print_facts(console, _facts(hit))


def _facts(hit: Hit) -> list[tuple[str, str]]:
    facts = [
        (say("fact.kind"), hit.kind),
        (say("fact.effective"), hit.effective_date or say("fact.undetermined")),
        (say("fact.ministry"), hit.ministry),
        (say("fact.law_id"), hit.law_id),
        (say("fact.source"), hit.source_url),
    ]
    return [(name, value) for name, value in facts if value]
