"""One figure of the engine beside that of a peer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured.

    Attributes:
        part: the section of the report that it belongs to.
        what: the figure; in English, as plots show it too.
        engine: of lexdpr-rag.
        unit: of both numbers.
        peer: what it is beside; empty for none.
        other: the peer's number.
        smaller: whether less is better.
    """

    part: str
    what: str
    engine: float
    unit: str
    peer: str = ""
    other: float | None = None
    smaller: bool = True

    @property
    def ratio(self) -> float | None:
        """How many times better the engine is; below 1 it is worse."""
        if not self.other or not self.engine:
            return None
        return self.other / self.engine if self.smaller else self.engine / self.other

    def cells(self) -> list[str]:
        """One line of a table."""
        ratio = "" if self.ratio is None else f"{self.ratio:,.2f}×"
        other = "" if self.other is None else f"{shown(self.other)} {self.unit}"
        return [self.what, f"{shown(self.engine)} {self.unit}", self.peer, other, ratio]


HEAD = ["", "lexdpr-rag", "beside", "its figure", "times better"]


def shown(value: float) -> str:
    """Three digits, no more: 0.123, 1.23, 12.3, 1,234."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"


def parts(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows by section, in order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.part, []).append(row)
    return found


def terminal_table(part: str, rows: Sequence[Row]) -> Table:
    """A section for rich."""
    table = Table(title=part, title_justify="left")
    for number, name in enumerate(HEAD):
        table.add_column(name, justify="left" if number in (0, 2) else "right")
    for row in rows:
        table.add_row(*row.cells())
    return table


def markdown(rows: Sequence[Row]) -> str:
    """All sections as Markdown."""
    texts = []
    for part, own in parts(rows).items():
        lines = [f"#### {part}", "", _line(HEAD), _line(["---", "---:", "---", "---:", "---:"])]
        texts.append("\n".join([*lines, *(_line(row.cells()) for row in own)]))
    return "\n\n".join(texts)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
