"""Plots: latency and indexing by size, both axes logarithmic.  Letters are Latin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality.png import save_png
from benchmarks.speed.growth import SYSTEMS, Size, slope

_LOOKS = {
    "default": ("#1b5e9b", "-"),
    "dense": ("#3f8fd2", "-"),
    "lexical": ("#8fc1ec", "-"),
    "bm25s": ("#4d4d4d", "--"),
    "numpy": ("#b08d57", "--"),
}


def save_plot(sizes: Sequence[Size], folder: Path) -> Path:
    """Write ``speed-growth.png``."""
    import matplotlib as mpl  # type: ignore

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # type: ignore

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.6), layout="constrained")
    _latencies(left, sizes)
    _indexing(right, sizes)
    for axis in (left, right):
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel("articles", fontsize=9)
        axis.grid(alpha=0.25)
        axis.legend(fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.14))
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axis.xaxis.set_minor_formatter("")
        axis.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axis.yaxis.set_minor_formatter("")
        axis.spines[["top", "right"]].set_visible(False)
    return save_png(figure, folder / "speed-growth.png")


def _latencies(axis: Any, sizes: Sequence[Size]) -> None:
    for name, (colour, style) in _LOOKS.items():
        points = [(s.articles, s.medians[name]) for s in sizes if name in s.medians]
        if points:
            label = f"{SYSTEMS[name]} (slope {slope(sizes, name):.2f})"
            axis.plot(
                *zip(*points, strict=True), style, color=colour, marker="o", ms=3, label=label
            )
    axis.set_ylabel("median question, ms", fontsize=9)


def _indexing(axis: Any, sizes: Sequence[Size]) -> None:
    x = [size.articles for size in sizes]
    axis.plot(x, [s.index_seconds for s in sizes], "-o", ms=3, color="#1b5e9b", label="index, s")
    axis.plot(x, [s.size_mib for s in sizes], "-o", ms=3, color="#8fc1ec", label="on disk, MiB")
    opened = [size.open_seconds * 1e3 for size in sizes]
    axis.plot(x, opened, "-o", ms=3, color="#4d4d4d", label="open, ms")
