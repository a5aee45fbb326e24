"""Where output goes: the terminal by rich, JSON as UTF-8 bytes."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

WIDEST = 110
"""Longer lines are hard to read; output stops here on a wider terminal."""


def stdout() -> Console:
    """The console for answers.  Markup is off: statutes are full of square brackets."""
    return _console(stderr=False)


def stderr() -> Console:
    """The console for progress and summaries."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDEST
    console.width = min(console.width, WIDEST)
    return console


def print_hanging(console: Console, head: Text, words: Text, right: int = 0) -> None:
    """Print ``head`` and ``words``; what wraps goes on below the words, ``right`` columns stay free.

    Other than a table of rich this leaves no blanks at the end of a line.
    """
    from rich.text import Text

    room = max(console.width - head.cell_len - right, 16)
    lines = words.wrap(console, room, overflow="fold") or [Text()]
    for i, line in enumerate(lines):
        line.rstrip()
        first = head if i == 0 else Text(" " * head.cell_len)
        console.print(first + line, soft_wrap=True)


def write_json(value: Any) -> None:
    """Print ``value`` as JSON, UTF-8 whatever the locale."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2).encode(errors="replace"))


def tolerate_encoding() -> None:
    """Let a terminal that cannot show a character show ``?`` rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
