"""Hits as cards in a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from lexdpr_rag.cli.console import print_hanging
from lexdpr_rag.cli.highlight import excerpt, matches, query_bigrams
from lexdpr_rag.cli.words import say
from lexdpr_rag.datamodels import Hit, RouteScore

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 420
"""Characters shown of a provision's text, unless it is asked for whole."""

_LEAD_SHOWN = 120
_ROUTE_WIDTH = 10
_PLACE_LINES = 2
_MATCH = "bold magenta"
_MARKER = re.compile(r" *(?:[①-⑳㉑-㉟㊱-㊿]|\(?\d+(?:의\d+)?[.)]|\(?[가-힣](?:의\d+)?[.)]) ")
"""The number that a line of a provision begins with: ``①``, ``  1의2.``, ``    가.``, ``1)``."""


def print_cards(
    console: Console,
    hits: Sequence[Hit],
    query: str,
    *,
    full: bool = False,
    explain: bool = False,
) -> None:
    """Print one card a hit, best first; ``explain`` adds what each route said of it."""
    bigrams = query_bigrams(query)
    margin = len(str(len(hits))) + 3
    for rank, hit in enumerate(hits, 1):
        console.print()
        _print_title(console, hit, rank, margin)
        for line in (_place(hit), *_leads(hit, bigrams), *_text(hit, bigrams, full=full)):
            print_provision_line(console, line, margin)
        for route in hit.routes if explain else ():
            console.print(Text(" " * margin) + _explained(route))


def _explained(route: RouteScore) -> Text:
    """``벡터     3위  0.8123 × 0.5 → 0.4021``; a weight of 1 is not shown."""
    name = say(f"route.{route.route}")
    rank = say("search.rank", rank=route.rank)
    gap = " " * max(0, _ROUTE_WIDTH - cell_len(name))
    times = "" if route.weight == 1 else f" × {route.weight:.2g}"
    worth = f"{route.score:.4g}{times} → {route.contribution:.4g}"
    return Text.assemble((name + gap, "yellow"), (f"{rank:>6}  {worth}", "dim"))


def print_provision_line(console: Console, line: Text, margin: int) -> None:
    """A line of a provision; one that wraps goes on below its words, not below its number."""
    marker = _MARKER.match(line.plain)
    at = marker.end() if marker else 0
    print_hanging(console, Text(" " * margin) + line[:at], line[at:], right=2)


def _print_title(console: Console, hit: Hit, rank: int, margin: int) -> None:
    """Rank, citation and title; the score stands at the right end of the first line."""
    score = f"{hit.score:.4g}"
    room = console.width - margin - len(score) - 2
    for i, line in enumerate(title_of(hit).wrap(console, room)):
        line.rstrip()
        if i == 0:
            gap = " " * (console.width - margin - line.cell_len - len(score))
            first = Text(f"{rank:>{margin - 2}}  ", style="bold")
            console.print(Text.assemble(first, line, gap, (score, "dim")), soft_wrap=True)
        else:
            console.print(Text(" " * margin) + line, soft_wrap=True)


def title_of(hit: Hit) -> Text:
    """``민법 제750조  불법행위의 내용``, and whether it is still to come."""
    title = Text.assemble((hit.citation, "bold cyan"))
    if hit.title:
        title.append(f"  {hit.title}")
    if not hit.in_force:
        title.append(f"  [{say('search.pending')}]", style="yellow")
    return title


def _place(hit: Hit) -> Text:
    facts = [hit.heading.replace(" > ", " › "), hit.kind]
    if hit.effective_date:
        facts.append(say("search.effective", day=hit.effective_date))
    return Text(" · ".join(fact for fact in facts if fact), style="dim")


def lead_ins(hit: Hit) -> list[str]:
    """The lead-in of every ancestor: the context below its first two lines, law and article."""
    return [line for line in hit.context.split("\n")[_PLACE_LINES:] if line.strip()]


def body_lines(text: str) -> list[str]:
    """The lines of a provision.  One that is deep in its article is moved to the left."""
    first, *rest = text.split("\n")
    depth = min((len(line) - len(line.lstrip(" ")) for line in rest), default=0)
    return [first, *(line[max(depth - 2, 0) :] for line in rest)]


def _leads(hit: Hit, bigrams: frozenset[str]) -> list[Text]:
    shown = [
        line if len(line) <= _LEAD_SHOWN else line[:_LEAD_SHOWN] + " …" for line in lead_ins(hit)
    ]
    return [marked(line, bigrams, style="dim italic") for line in shown]


def _text(hit: Hit, bigrams: frozenset[str], *, full: bool) -> list[Text]:
    body = "\n".join(body_lines(hit.text))
    text, left_out = excerpt(body, bigrams, len(body) if full else SHOWN)
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
