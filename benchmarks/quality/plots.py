"""Plots: nDCG@10 with its interval, and recall by depth.  Letters are Latin: no font is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality.png import save_png
from benchmarks.quality.results import FIRST, Result, Row

_ENGINE = ("#1b5e9b", "#3f8fd2", "#8fc1ec", "#0b2e4f")
_PEERS = ("#4d4d4d", "#7f7f7f", "#a6a6a6", "#b08d57", "#d0b48a", "#8c6d8f")
_STYLES = ("--", ":", "-.")
_OWN = ("default", "fused", "dense", "lexical", "reranked")
_OTHERS = (
    *("bm25-bigrams", "bm25-kiwi", "bm25-words", "llamaindex-bm25", "langchain-bm25"),
    "llamaindex-dense",
)


def save_plots(results: Sequence[Result], folder: Path) -> list[Path]:
    """Write ``quality-ndcg.png`` and ``quality-recall.png``."""
    import matplotlib as mpl  # type: ignore

    mpl.use("Agg")
    return [
        save_png(_bars(results), folder / "quality-ndcg.png"),
        save_png(_curves(results), folder / "quality-recall.png"),
    ]


def _panels(results: Sequence[Result], height: float, **options: Any) -> tuple[Any, list[Any]]:
    import matplotlib.pyplot as plt  # type: ignore

    size = (4.6 * len(results), height)
    figure, axes = plt.subplots(1, len(results), figsize=size, squeeze=False, **options)
    for axis, result in zip(axes[0], results, strict=True):
        axis.set_title(f"{_latin(result.title)} ({result.questions:,} questions)", fontsize=10)
        axis.spines[["top", "right"]].set_visible(False)
    return figure, list(axes[0])


def _bars(results: Sequence[Result]) -> Any:
    longest = max(len(result.rows) for result in results)
    figure, axes = _panels(results, 0.36 * longest + 1.2, layout="constrained")
    for axis, result in zip(axes, results, strict=True):
        rows = sorted(result.rows, key=lambda row: row.figures[FIRST].mean)
        colours = _colours(result.rows)
        for place, row in enumerate(rows):
            found = row.figures[FIRST]
            around = [[found.mean - found.low], [found.high - found.mean]]
            axis.barh(place, found.mean, color=colours[row.system], height=0.7)
            axis.errorbar(found.mean, place, xerr=around, color="black", lw=1, capsize=2)
            axis.text(found.high + 0.012, place, f"{found.mean:.3f}", va="center", fontsize=8)
        axis.set_yticks(range(len(rows)), [_label(row, result) for row in rows], fontsize=8)
        axis.set_xlim(0, 1)
        axis.set_ylim(len(rows) - longest - 0.6, len(rows) - 0.4)  # bars of one width in all
        axis.set_xlabel(f"{FIRST}, 95% interval", fontsize=9)
    return figure


def _curves(results: Sequence[Result]) -> Any:
    figure, axes = _panels(results, 4.2, sharey=True)
    for axis, result in zip(axes, results, strict=True):
        colours = _colours(result.rows)
        for row in sorted(result.rows, key=lambda row: -row.curve[-1]):
            style = _STYLES[_OTHERS.index(row.system) % len(_STYLES)] if row.peer else "-"
            depths = range(1, len(row.curve) + 1)
            axis.plot(depths, row.curve, style, color=colours[row.system], label=row.title, lw=1.6)
        axis.set_xscale("log")
        axis.set_xticks([1, 5, 10, 20, 50, 100], ["1", "5", "10", "20", "50", "100"])
        axis.minorticks_off()
        axis.set_xlabel("results looked at", fontsize=9)
        axis.grid(alpha=0.25)
    axes[0].set_ylabel("recall", fontsize=9)
    axes[0].set_ylim(0, 1)
    handles = {label: line for axis in axes for line, label in zip(*_legend(axis), strict=True)}
    figure.legend(
        handles.values(), handles.keys(), loc="upper center", ncols=3, fontsize=8, frameon=False,
        bbox_to_anchor=(0.5, 0.0),
    )  # fmt: skip
    return figure


def _legend(axis: Any) -> tuple[list[Any], list[str]]:
    lines, labels = axis.get_legend_handles_labels()
    return lines, labels


def _label(row: Row, result: Result) -> str:
    return row.title if row.questions == result.questions else f"{row.title} ({row.questions})"


def _colours(rows: Sequence[Row]) -> dict[str, str]:
    """The engine in blue, the default darkest; peers by name, so that each keeps its colour."""
    colours = {}
    for row in rows:
        names, shades = (_OTHERS, _PEERS) if row.peer else (_OWN, _ENGINE)
        colours[row.system] = shades[names.index(row.system)]
    return colours


def _latin(title: str) -> str:
    return title.replace("항", "paragraphs")
