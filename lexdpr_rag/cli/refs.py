"""``lexdpr-rag refs``: what a provision refers to, what refers to it, what carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_rag.cli.failure import WrongUsageError
from lexdpr_rag.cli.options import AsOf, IndexPath, Json, joined
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from lexdpr_rag.referring import ReferenceHit


def refs(
    index: IndexPath,
    citation: Annotated[list[str], typer.Argument(metavar="meta.citation", help="help.citation")],
    to: Annotated[bool, typer.Option("--to", help="help.refs_to")] = False,
    from_: Annotated[bool, typer.Option("--from", help="help.refs_from")] = False,
    delegated: Annotated[bool, typer.Option("--delegated", help="help.refs_delegated")] = False,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show the references of a provision, in both directions."""
    from lexdpr_rag.engine import LexDPR

    if to + from_ + delegated > 1:
        raise WrongUsageError("usage.refs_one")
    engine = LexDPR.open(index)
    hit = engine.cite(joined(citation), as_of=as_of)
    found: dict[str, list[ReferenceHit]] = {}
    if not (from_ or delegated):
        found["references"] = engine.references(hit, as_of=as_of)
    if not (to or delegated):
        found["referred_by"] = engine.referred_by(hit, as_of=as_of)
    if not (to or from_):
        found["delegated"] = engine.delegated(hit, as_of=as_of)
    if json:
        from lexdpr_rag.cli.console import write_json

        lists = {name: [one.to_dict() for one in ones] for name, ones in found.items()}
        write_json({"citation": hit.citation, "unit_id": hit.unit_id, **lists})
    else:
        _print(hit.citation, found)


def _print(citation: str, found: dict[str, list[ReferenceHit]]) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import stdout

    console = stdout()
    console.print(Text(citation, style="bold"))
    for name, ones in found.items():
        console.print()
        console.print(Text.assemble((say(f"refs.{name}"), "bold"), (f"  {len(ones):,}", "dim")))
        _print_lines(console, name, ones)
    console.print()


def _print_lines(console: Console, name: str, ones: Sequence[ReferenceHit]) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import print_hanging

    if not ones:
        console.print(f"  {say('refs.none')}", style="dim")
    for one in ones:
        print_hanging(console, Text("  "), _line(name, one), 2)


def _line(name: str, one: ReferenceHit) -> Text:
    """``제3조제1항 → 주택임대차보호법 제3조제1항``, or turned round ``민법 시행령 제2조 ← 법 제3조``."""
    from rich.text import Text

    if name == "references":
        line = Text.assemble(one.words, (" → ", "dim"), (one.citation, "cyan"))
    else:
        line = Text.assemble((one.source, "cyan"), (" ← ", "dim"), one.words)
    if one.applied:
        line.append(f"  {say('refs.applied')}", style="yellow")
    if one.reason is not None:
        line.append(f"  {say(f'refs.reason.{one.reason}')}", style="dim")
    return line
