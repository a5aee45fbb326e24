"""Growth: the same figures over parts of the corpus, each within the next."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.measure import link_part, open_times
from benchmarks.speed.indexing import Built, Choice, build
from benchmarks.speed.latency import encoder_of, latency_of
from benchmarks.speed.peers import build_bm25s, numpy_ask, open_bm25s, vectors_of
from lexdpr_rag.engine import LexDPR

STEPS = (1_000, 3_000, 10_000, 30_000, 100_000)
SYSTEMS = {
    "default": "lexdpr-rag, default",
    "lexical": "lexdpr-rag, words only",
    "dense": "lexdpr-rag, vectors only",
    "bm25s": "bm25s, same bigrams",
    "numpy": "numpy, exact vectors",
}


@dataclass(frozen=True, slots=True)
class Size:
    """One part of the corpus.

    Attributes:
        articles: 조, deleted ones included.
        medians: milliseconds a question, by the names of :data:`SYSTEMS`.
    """

    articles: int
    index_seconds: float
    index_gib: float
    size_mib: float
    open_seconds: float
    medians: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def parts_of(source: Path, steps: Sequence[int]) -> list[list[Path]]:
    """Files of growing parts, drawn at random but always alike; not the whole."""
    files = sorted(source.rglob("*.md"))
    random.Random(20261121).shuffle(files)
    totals = np.cumsum([_articles(path) for path in files])
    ends = [int(np.searchsorted(totals, step)) + 1 for step in steps if step < totals[-1]]
    return [files[:end] for end in ends]


def _articles(path: Path) -> int:
    """조 of a Markdown file, as its lines say."""
    return sum(line.startswith("##### 제") for line in path.read_text("utf-8").splitlines())


def built_parts(
    source: Path, steps: Sequence[int], choice: Choice, scratch: Path
) -> Iterator[tuple[Path, Built]]:
    """An index of each part, there until the next one is asked for."""
    for files in parts_of(source, steps):
        with TemporaryDirectory(dir=scratch) as folder:
            laws = link_part(source, files, Path(folder) / "laws")
            yield Path(folder) / "index", build(laws, Path(folder) / "index", choice)


def size_of_part(index: Path, built: Built, bm25s: Path | None, texts: Sequence[str]) -> Size:
    """Latencies over one part, with every peer; ``bm25s``: its index, if there is one already."""
    with LexDPR.open(index) as engine, TemporaryDirectory() as scratch:
        engine.warm()
        if bm25s is None:
            bm25s = Path(scratch) / "bm25s"
            build_bm25s(index, bm25s)
        asks = {
            "default": lambda text: engine.search(text, 10, level="article"),
            "lexical": lambda text: engine.search(text, 10, level="article", mode="lexical"),
            "bm25s": open_bm25s(bm25s),
        }
        vectors = vectors_of(index)
        if vectors is not None:
            encoder = encoder_of(engine)
            asks["dense"] = lambda text: engine.search(text, 10, level="article", mode="dense")
            asks["numpy"] = numpy_ask(vectors, lambda text: encoder.encode_queries([text])[0])
        medians = {name: latency_of(ask, texts, 1).median for name, ask in asks.items()}
    opened = float(np.median(open_times(index, 3)[:, 1]))
    return Size(built.articles, built.seconds, built.peak_gib, built.size_mib, opened, medians)


def slope(sizes: Sequence[Size], system: str) -> float:
    """Of the line through log latency over log articles: 1 is linear, 0 does not grow."""
    points = [(size.articles, size.medians[system]) for size in sizes if system in size.medians]
    x, y = np.log(np.array(points)).T
    return float(np.polyfit(x, y, 1)[0])


def growth_table(sizes: Sequence[Size]) -> list[list[str]]:
    """Lines of a table, the head first, the slopes last."""
    shown = [name for name in SYSTEMS if name in sizes[-1].medians]
    head = ["articles", "index s", "memory GiB", "MiB", "open ms"]
    lines = [[*head, *(f"{SYSTEMS[name]}, ms" for name in shown)]]
    for size in sizes:
        own = [f"{size.articles:,}", f"{size.index_seconds:.1f}", f"{size.index_gib:.2f}"]
        own += [f"{size.size_mib:.0f}", f"{size.open_seconds * 1e3:.0f}"]
        lines.append([*own, *(f"{size.medians[name]:.2f}" for name in shown)])
    if len(sizes) > 1:
        slopes = [f"{slope(sizes, name):.2f}" for name in shown]
        lines.append(["log-log slope", "", "", "", "", *slopes])
    return lines
