"""Charts as HTML with inline SVG: nothing is loaded, and letters are the reader's own fonts.

Every row is a name beside an SVG of its own, measured in per cent: on a narrow screen bars shrink,
letters do not, and the name moves above its bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from lexdpr_finetune.evaluate import Figure
from lexdpr_finetune.report.slices import Slice

FEW = 10
"""Groups of fewer questions say little."""

_COLOURS = 6
"""Colours of the page; systems beyond begin again."""

_ROW, _BAR, _COLUMNS = 26, 9, 160
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def interval_chart(figures: Mapping[str, Figure], title: str) -> str:
    """A dot and its 95% interval for every system, 0…1 from left to right."""
    rows = [_axis()]
    for number, (name, figure) in enumerate(figures.items()):
        low, mean, high = (f"{value:.2%}" for value in (figure.low, figure.mean, figure.high))
        colour, y = f"c{number % _COLOURS}", _ROW / 2
        drawn = (
            f'<line class="{colour}" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
            f'<circle class="{colour}" cx="{mean}" cy="{y}" r="5"/>'
            f'<text x="{high}" dx="8" y="{y + 4}">{figure.mean:.3f}</text>'
        )
        rows.append(_row(escape(name), _ROW, _GRID + drawn))
    return _chart(rows, title)


def slice_chart(groups: Sequence[Slice], systems: Sequence[str], title: str) -> str:
    """For every group of questions a bar for each system, 0…1; small groups are paler."""
    rows = [_axis()]
    for group in groups:
        drawn = []
        for number, name in enumerate(systems):
            value = group.means.get(name, 0.0)
            told = f"{name} · {group.label}: {value:.3f} ({group.questions:,})"
            drawn.append(_bar(value, 5 + _BAR * number, told, number, pale=group.questions < FEW))
        name = f"{escape(group.label)} <small>({group.questions:,})</small>"
        rows.append(_row(name, _BAR * len(systems) + 10, _GRID + "".join(drawn)))
    return _chart(rows, title)


def count_chart(counts: Sequence[tuple[str, int]], title: str) -> str:
    """A bar for every name, as long as its share of the largest count, with the count behind it."""
    most = max((count for _, count in counts), default=1)
    rows = []
    for name, count in counts:
        share = count / most
        drawn = _bar(share, 5, f"{name}: {count:,}", 1, height=_ROW - 10)
        drawn += f'<text x="{share:.2%}" dx="8" y="{_ROW / 2 + 4}">{count:,}</text>'
        rows.append(_row(escape(name), _ROW, drawn))
    return _chart(rows, title)


def histogram(bins: Sequence[int], step: int, limit: int | None, title: str) -> str:
    """How many texts have which length; those that a limit cuts in another colour.

    Args:
        bins: texts of lengths ``i * step`` up to below ``(i + 1) * step``; the last is open.
        step: the width of a bin.
        limit: the length after which a model cuts, or ``None``.
        title: for those who do not see it.
    """
    most, wide = max(bins, default=0) or 1, 100 / max(len(bins), 1)
    parts = []
    for number, count in enumerate(bins):
        first, high = number * step, _COLUMNS * count / most
        last = "…" if number == len(bins) - 1 else f"–{first + step - 1:,}"
        cut = limit is not None and first >= limit
        parts.append(
            f'<rect class="c{2 if cut else 1}" x="{number * wide:.3f}%" width="{wide * 0.86:.3f}%" '
            f'y="{_COLUMNS - high:.1f}" height="{high:.1f}">'
            f"<title>{first:,}{last}: {count:,}</title></rect>"
        )
    for number in range(0, len(bins), max(1, -(-len(bins) // 4))):
        x = f"{number * wide:.3f}%"
        parts.append(
            f'<text class="tick first" x="{x}" y="{_COLUMNS + 16}">{number * step:,}</text>'
        )
    if limit is not None and limit < step * len(bins):
        x = f"{limit / step * wide:.3f}%"
        parts.append(f'<line class="limit" x1="{x}" x2="{x}" y1="0" y2="{_COLUMNS}"/>')
        parts.append(f'<text x="{x}" dx="6" y="12">{limit:,}</text>')
    svg = f'<svg height="{_COLUMNS + 22}">{"".join(parts)}</svg>'
    return f'<div class="chart" role="img" aria-label="{escape(title)}">{svg}</div>'


def legend(systems: Sequence[str]) -> str:
    """Which colour is which system."""
    marks = (
        f'<span class="mark c{number % _COLOURS}">{escape(name)}</span>'
        for number, name in enumerate(systems)
    )
    return f'<p class="legend">{"".join(marks)}</p>'


# -- parts ---------------------------------------------------------------------------------------

_GRID = "".join(
    f'<line class="grid" x1="{tick:.0%}" x2="{tick:.0%}" y1="0" y2="100%"/>' for tick in _TICKS
)


def _chart(rows: Sequence[str], title: str) -> str:
    return f'<div class="chart" role="img" aria-label="{escape(title)}">{"".join(rows)}</div>'


def _row(name: str, height: int, drawn: str) -> str:
    return f'<div class="row"><span>{name}</span><svg height="{height}">{drawn}</svg></div>'


def _axis() -> str:
    ticks = "".join(f'<text class="tick" x="{tick:.0%}" y="12">{tick:g}</text>' for tick in _TICKS)
    return _row("", 16, ticks)


def _bar(
    share: float, y: int, told: str, colour: int, *, pale: bool = False, height: int = _BAR - 2
) -> str:
    faint = ' opacity=".45"' if pale else ""
    return (
        f'<rect class="c{colour % _COLOURS}" x="0" y="{y}" width="{share:.2%}" '
        f'height="{height}"{faint}><title>{escape(told)}</title></rect>'
    )
