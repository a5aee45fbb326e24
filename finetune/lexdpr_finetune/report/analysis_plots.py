"""The plots of an analysis as PNG, for documents and slides.

Their words are English, and so readable wherever they are drawn: matplotlib brings no Korean letters
of its own.  Names of laws are in Korean where a Korean font is installed; where none is they are
numbers, those of the page and of the JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lexdpr_finetune.pairs.analyze import Analysis
from lexdpr_finetune.pairs.lengths import Lengths
from lexdpr_rag.errors import MissingExtraError

KINDS, LENGTHS, POSITIVES, LAWS = "kinds.png", "lengths.png", "positives.png", "laws.png"

KOREAN_FONTS = (
    *("NotoSansCJK-Regular", "NotoSansCJKkr-Regular", "NotoSansKR-Regular", "NanumGothic"),
    *("NanumBarunGothic", "Pretendard-Regular", "malgun", "AppleSDGothicNeo", "AppleGothic"),
)
"""Files of fonts with Korean letters, without their endings; the first that is installed is taken."""

_OWN = "DejaVu Sans"
_BLUE, _AMBER, _RED = "#2563eb", "#d97706", "#b42318"
_WIDE, _ROW = 8.0, 0.34
_LONGEST = 40


def write_plots(out: Path, found: Analysis, fonts: Sequence[str] = KOREAN_FONTS) -> list[Path]:
    """Write the four plots; their paths.

    Args:
        out: a folder that is there.
        found: what was counted.
        fonts: names of files of fonts with Korean letters.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    families = _families(fonts)
    kinds = [(f"{kind} {count / found.pairs:.1%}", count) for kind, count in found.kinds.items()]
    korean = len(families) > 1
    laws = [
        (f"{number}. {_short(law)}" if korean else f"law {number}", count)
        for number, (law, count) in enumerate(found.laws_asked, 1)
    ]
    return [
        _bars(out / KINDS, kinds, "Pairs by kind", families),
        _histograms(out / LENGTHS, found, families),
        _bars(out / POSITIVES, found.by_positives, "Questions by number of positives", families),
        _bars(out / LAWS, laws, "Laws most asked about, questions", families),
    ]


def _families(fonts: Sequence[str]) -> list[str]:
    """The families that letters are taken from: matplotlib's own, then a Korean one.

    Fonts are looked for by file: matplotlib's list of families is as old as its cache.
    """
    try:
        from matplotlib import font_manager
    except ModuleNotFoundError as error:
        raise MissingExtraError("extra.missing", package="matplotlib", extra="finetune") from error
    installed = {Path(path).stem: path for path in font_manager.findSystemFonts()}
    found = next((installed[name] for name in fonts if name in installed), None)
    if found is None:
        return [_OWN]
    font_manager.fontManager.addfont(found)
    return [_OWN, font_manager.FontProperties(fname=found).get_name()]


def _bars(path: Path, counts: Sequence[tuple[str, int]], title: str, families: list[str]) -> Path:
    figure, axes = _figure(1, 0.9 + _ROW * max(len(counts), 1))
    names, values = [name for name, _ in counts], [count for _, count in counts]
    rows = list(range(len(counts)))
    bars = axes[0].barh(rows, values, color=_BLUE, height=0.7)
    axes[0].bar_label(bars, labels=[f"{value:,}" for value in values], padding=4)
    axes[0].set_yticks(rows, names, family=families)
    axes[0].invert_yaxis()
    axes[0].set_xticks([])
    axes[0].margins(x=0.12)
    return _saved(figure, axes, path, [title])


def _histograms(path: Path, found: Analysis, families: list[str]) -> Path:
    figure, axes = _figure(2, 5.0)
    unit = f"tokens of {found.model}" if found.model else "characters"
    titles = []
    own = (("Questions", found.query_lengths), ("Passages", found.passage_lengths))
    for axis, (name, lengths) in zip(axes, own, strict=True):
        _histogram(axis, lengths)
        axis.set_xlabel(unit, family=families)
        cut = (
            ""
            if lengths.limit is None
            else f", limit {lengths.limit:,} cuts {lengths.cut_share:.1%}"
        )
        titles.append(f"{name}: {lengths.count:,}, median {lengths.median:,}{cut}")
    return _saved(figure, axes, path, titles)


def _histogram(axis: Any, lengths: Lengths) -> None:
    starts = [number * lengths.step for number in range(len(lengths.bins))]
    limit = lengths.limit
    colours = [_AMBER if limit is not None and start >= limit else _BLUE for start in starts]
    axis.bar(starts, lengths.bins, width=lengths.step * 0.9, align="edge", color=colours)
    if limit is not None and starts and limit < starts[-1] + lengths.step:
        axis.axvline(limit, color=_RED, linestyle="--", linewidth=1.2)


def _figure(rows: int, height: float) -> tuple[Any, Sequence[Any]]:
    """A figure of its own, with no window and no state that others share."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDE, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, list(figure.subplots(rows, 1, squeeze=False)[:, 0])


def _saved(figure: Any, axes: Sequence[Any], path: Path, titles: Sequence[str]) -> Path:
    for axis, title in zip(axes, titles, strict=True):
        axis.set_title(title, loc="left", fontsize=11)
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150, metadata={"Software": None})
    return path


def _short(name: str) -> str:
    return (
        name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 + 1 :]}"
    )
