"""Hits as cards in a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lexdpr_rag.cli.highlight import excerpt, matches, query_bigrams
from lexdpr_rag.cli.words import say
from lexdpr_rag.datamodels import Hit

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 420
"""Characters shown of a provision's text, unless it is asked for whole."""

_LEAD_SHOWN = 120
_MATCH = "bold magenta"
_MARKER = re.compile(r" *(?:[①-⑳㉑-㉟㊱-㊿]|\(?\d+(?:의\d+)?[.)]|\(?[가-힣](?:의\d+)?[.)]) ")
"""The number that a line of a provision begins with: ``①``, ``  1의2.``, ``    가.``, ``1)``."""


def print_cards(console: Console, hits: Sequence[Hit], query: str, *, full: bool = False) -> None:
    """Print one card a hit, best first."""
    bigrams = query_bigrams(query)
    margin = len(str(len(hits))) + 3
    for rank, hit in enumerate(hits, 1):
        console.print()
        console.print(_title(hit, rank, margin))
        for line in (_place(hit), *_leads(hit, bigrams), *_text(hit, bigrams, full=full)):
            console.print(hanging(line, margin))


def hanging(line: Text, margin: int) -> Padding:
    """A line of a provision; one that wraps goes on below its words, not below its number."""
    marker = _MARKER.match(line.plain)
    if marker is None:
        return Padding(line, (0, 2, 0, margin))
    row = Table.grid()
    row.add_column(no_wrap=True)
    row.add_column()
    row.add_row(line[: marker.end()], line[marker.end() :])
    return Padding(row, (0, 2, 0, margin))


def _title(hit: Hit, rank: int, margin: int) -> Table:
    row = Table.grid(expand=True)
    row.add_column(width=margin)
    row.add_column(ratio=1)
    row.add_column(justify="right", no_wrap=True)
    title = Text(hit.citation, style="bold cyan")
    if hit.title:
        title.append(f"  {hit.title}", style="not bold default")
    if not hit.in_force:
        title.append(f"  [{say('search.pending')}]", style="not bold yellow")
    row.add_row(
        Text(f"{rank:>{margin - 2}}", style="bold"), title, Text(f"  {hit.score:.3f}", style="dim")
    )
    return row


def _place(hit: Hit) -> Text:
    facts = [hit.heading.replace(" > ", " › "), hit.kind]
    if hit.effective_date:
        facts.append(say("search.effective", day=hit.effective_date))
    return Text(" · ".join(fact for fact in facts if fact), style="dim")


def lead_ins(hit: Hit) -> list[str]:
    """The lead-in of every ancestor: the lines of the context below its first, the place."""
    return [line for line in hit.context.split("\n")[1:] if line.strip()]


def _leads(hit: Hit, bigrams: frozenset[str]) -> list[Text]:
    shown = [
        line if len(line) <= _LEAD_SHOWN else line[:_LEAD_SHOWN] + " …" for line in lead_ins(hit)
    ]
    return [marked(line, bigrams, style="dim italic") for line in shown]


def _text(hit: Hit, bigrams: frozenset[str], *, full: bool) -> list[Text]:
    text, left_out = excerpt(hit.text, bigrams, len(hit.text) if full else SHOWN)
    lines = [marked(line, bigrams) for line in text.split("\n")]
    if left_out:
        lines.append(Text(say("search.cut", count=left_out), style="dim"))
    return lines


def marked(line: str, bigrams: frozenset[str], style: str = "") -> Text:
    """A line with its matches highlighted."""
    text = Text(line, style=style)
    for start, end in matches(line, bigrams):
        text.stylize(_MATCH, start, end)
    return text
