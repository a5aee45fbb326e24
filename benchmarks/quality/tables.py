"""Results as tables: for the terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from lexdpr_finetune.evaluate import Figure
from rich.table import Table

from benchmarks.quality.results import FIRST, MEASURES, Result, Row

_SHOWN = {"RR@10": "MRR@10"}
_LEVELS = {"article": "articles with text", "paragraph": "항 (or articles without 항)"}


def head() -> list[str]:
    """Titles of the columns."""
    names = [_SHOWN.get(name, name) for name in MEASURES]
    return ["system", "questions", f"{FIRST} (95%)", *names[1:], "difference", "p"]


def caption(result: Result) -> str:
    """What was asked of what, in a line."""
    level = _LEVELS[result.level]
    text = f"{result.title}: {result.questions:,} questions, {result.documents:,} {level}"
    return f"{text}; difference in {FIRST} to {result.base}" if result.base else text


def cells(row: Row) -> list[str]:
    """One line of a table."""
    first = row.figures[FIRST]
    shown = [f"{row.figures[name].mean:.3f}" for name in MEASURES[1:]]
    span = f"{first.mean:.3f} ({first.low:.3f}–{first.high:.3f})"
    return [row.title, f"{row.questions:,}", span, *shown, *_against(first)]


def _against(figure: Figure) -> tuple[str, str]:
    if figure.difference is None or figure.p is None:
        return "", ""
    p = "< .001" if figure.p < 0.001 else f"{figure.p:.3f}".removeprefix("0")
    return f"{figure.difference:+.3f}", p


def terminal_table(result: Result) -> Table:
    """A table for rich; the engine's lines stand out."""
    table = Table(title=caption(result), title_justify="left")
    for number, name in enumerate(head()):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    for row in result.rows:
        table.add_row(*cells(row), style="" if row.peer else "bold")
    return table


def markdown(results: Sequence[Result]) -> str:
    """All tables, a heading before each."""
    parts = []
    for result in results:
        lines = [f"#### {caption(result)}", "", _line(head())]
        lines.append(_line(["---", *["---:"] * (len(head()) - 1)]))
        for row in result.rows:
            shown = cells(row)
            lines.append(_line(shown if row.peer else [f"**{shown[0]}**", *shown[1:]]))
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _line(found: Sequence[str]) -> str:
    return "| " + " | ".join(found) + " |"
