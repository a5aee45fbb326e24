"""Charts as inline SVG: the page stays one file, its letters are the reader's own fonts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from lexdpr_finetune.evaluate import Figure
from lexdpr_finetune.report.slices import Slice

_WIDTH, _LEFT, _RIGHT, _ROW = 720, 150, 60, 26
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def interval_chart(figures: Mapping[str, Figure], title: str) -> str:
    """A dot and its 95% interval for every system, 0…1 from left to right."""
    height = _ROW * len(figures) + 30
    parts = [*_frame(height, title), *_grid(height)]
    for row, (name, figure) in enumerate(figures.items()):
        y = 20 + _ROW * row + _ROW / 2
        low, mean, high = (_x(value) for value in (figure.low, figure.mean, figure.high))
        colour = f"c{row % _COLOURS}"
        parts += [
            _label(name, y),
            f'<line class="{colour}" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>',
            f'<circle class="{colour}" cx="{mean:.1f}" cy="{y}" r="5"/>',
            f'<text x="{high + 8:.1f}" y="{y + 4}">{figure.mean:.3f}</text>',
        ]
    return "".join([*parts, "</svg>"])


def slice_chart(groups: Sequence[Slice], systems: Sequence[str], title: str) -> str:
    """For every group of questions a bar for each system, 0…1; small groups are paler."""
    bar = 9
    row_height = bar * len(systems) + 10
    height = row_height * len(groups) + 30
    parts = [*_frame(height, title), *_grid(height)]
    for row, group in enumerate(groups):
        top = 20 + row_height * row + 4
        parts.append(_label(f"{group.label} ({group.questions})", top + row_height / 2 - 4))
        for number, name in enumerate(systems):
            value = group.means.get(name, 0.0)
            y = top + bar * number
            told = f"{name} · {group.label}: {value:.3f} ({group.questions})"
            pale = ' opacity=".45"' if group.questions < FEW else ""
            parts.append(
                f'<rect class="c{number % _COLOURS}" x="{_LEFT}" y="{y}" '
                f'width="{_x(value) - _LEFT:.1f}" height="{bar - 2}"{pale}>'
                f"<title>{escape(told)}</title></rect>"
            )
    return "".join([*parts, "</svg>"])


def legend(systems: Sequence[str]) -> str:
    """Which colour is which system."""
    marks = (
        f'<span class="mark c{number % _COLOURS}">{escape(name)}</span>'
        for number, name in enumerate(systems)
    )
    return f'<p class="legend">{"".join(marks)}</p>'


FEW = 10
"""Groups of fewer questions say little."""

_COLOURS = 6
"""Colours of the page; systems beyond begin again."""


def _frame(height: float, title: str) -> list[str]:
    return [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
    ]


def _grid(height: float) -> list[str]:
    lines = []
    for tick in _TICKS:
        x = _x(tick)
        lines.append(f'<line class="grid" x1="{x}" x2="{x}" y1="18" y2="{height - 10}"/>')
        lines.append(f'<text class="tick" x="{x}" y="12">{tick:g}</text>')
    return lines


def _label(text: str, y: float) -> str:
    shown = text if len(text) <= 16 else f"{text[:8]}…{text[-7:]}"
    full = f"<title>{escape(text)}</title>"
    return f'<text class="name" x="{_LEFT - 10}" y="{y + 4}">{full}{escape(shown)}</text>'


def _x(value: float) -> float:
    return _LEFT + value * (_WIDTH - _LEFT - _RIGHT)
