"""Facts in two columns: a dim name, a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def print_facts(console: Console, facts: Iterable[tuple[str, str]], indent: int = 0) -> None:
    """Print ``(name, value)`` rows; values wrap within their column."""
    from rich.cells import cell_len, set_cell_size
    from rich.text import Text

    from lexdpr_rag.cli.console import print_hanging

    rows = list(facts)
    column = max((cell_len(name) for name, _ in rows), default=0) + 2
    for name, value in rows:
        head = Text.assemble(" " * indent, (set_cell_size(name, column), "dim"))
        print_hanging(console, head, Text(value))


def file_size(count: int) -> str:
    """``12.3 MB`` of a count of bytes."""
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def duration(seconds: float) -> str:
    """``0:35``, ``1:02:03``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
