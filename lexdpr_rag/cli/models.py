"""``lexdpr-rag models``: the models known by a short name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lexdpr_rag.cli.options import Json
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console

    from lexdpr_rag.model_aliases import ModelEntry


def models(json: Json = False) -> None:
    """List the aliases."""
    from lexdpr_rag.model_aliases import MODELS

    if json:
        from lexdpr_rag.cli.console import write_json

        write_json({"models": [entry.to_dict() for entry in MODELS]})
        return
    from lexdpr_rag.cli.console import stdout

    console = stdout()
    for kind, title in (("encoder", "models.encoder"), ("reranker", "models.reranker")):
        _print_table(console, say(title), [entry for entry in MODELS if entry.kind == kind])
    console.print(say("models.use"), style="dim", soft_wrap=True)


def _print_table(console: Console, title: str, entries: list[ModelEntry]) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import print_hanging
    from lexdpr_rag.cli.help import len_cells

    console.print(Text(title, style="bold cyan"))
    column = max(len_cells(entry.alias) for entry in entries) + 2
    for entry in entries:
        head = Text.assemble("  ", (entry.alias.ljust(column), "green"))
        print_hanging(console, head, Text.assemble(entry.hub, "  ", (_facts(entry), "dim")))
    console.print()


def _facts(entry: ModelEntry) -> str:
    facts = [say("models.dimension", count=entry.dimension)]
    if entry.max_length:
        facts.append(say("models.length", count=entry.max_length))
    if entry.kind == "encoder":
        facts += [say("models.template", name=entry.template), entry.pooling or ""]
    if entry.bundled:
        facts.append(say("models.bundled"))
    if entry.pretrained_only:
        facts.append(say("models.pretrained"))
    return " · ".join(fact for fact in [*facts, entry.licence] if fact)
