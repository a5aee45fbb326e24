"""Time, memory and size of an index, of opening it and of asking it, each beside a peer.

    python -m benchmarks.speed STATUTES [--encoder MODEL] [--backend NAME] [--out DIR] [--markdown]

Run it from the root of the project.  Everything is built in ``--work`` and removed again.  Indexing
and opening run in processes of their own; memory is the largest sum over a process and its children,
pages that they share counted once.  Latencies are those of questions of both development sets.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.quality.machine import made_on, made_on_lines
from benchmarks.quality.page import put_into
from benchmarks.quality.questions import SEED, article_benchmarks
from benchmarks.speed.growth import STEPS, Size, built_parts, growth_table, size_of_part
from benchmarks.speed.indexing import Built, Choice, indexing_rows
from benchmarks.speed.latency import encoder_of, latency_rows
from benchmarks.speed.opening import llama_index_rows, opening_rows
from benchmarks.speed.plots import save_plot
from benchmarks.speed.row import Row, markdown, parts, terminal_table
from lexdpr_rag.datamodels import BackendChoice
from lexdpr_rag.engine import LexDPR

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
PACKAGES = ("numpy", "bm25s", "faiss-cpu", "llama-index-core", "onnxruntime")
LARGEST_FOR_LLAMA_INDEX = 12_000
"""Its store is one JSON file: beyond this it takes minutes to open and gigabytes of memory."""


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    options = _parser().parse_args(arguments)
    told = Console(stderr=True)
    made = made_on("benchmarks.speed", arguments or sys.argv[1:], PACKAGES)
    texts = _texts(options.data, options.questions)
    options.work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=options.work) as scratch:
        rows, sizes, index = _measured(options, texts, Path(scratch), told)
    lines = [*made_on_lines(made), index]
    lines.append(f"latencies over {len(texts)} questions, half of each development set")
    head = "\n".join(f"- {line}" for line in lines)
    figures = f"{head}\n\n{markdown(rows)}\n\n{_growth_markdown(sizes)}".rstrip()
    if options.page:
        put_into(options.page, figures)
        if len(sizes) > 1:
            save_plot(sizes, options.page.parent)
    if options.markdown:
        sys.stdout.write(f"{figures}\n")
    else:
        _print(lines, rows, sizes)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        held = {**made, "rows": [dict(zip(_FIELDS, _values(row), strict=True)) for row in rows]}
        held["growth"] = [size.to_dict() for size in sizes]
        text = json.dumps(held, ensure_ascii=False, indent=1)
        (options.out / "speed.json").write_text(text + "\n", "utf-8")
        if len(sizes) > 1:
            told.print(f"written: {save_plot(sizes, options.out)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("source", type=Path, help="statutes in Markdown")
    add("--encoder", help="makes the vectors; what a build takes unless told; none: words only")
    add(
        "--backend", choices=list(BackendChoice), help="what finds vectors; the default unless told"
    )
    add("--data", type=Path, default=DATA, help="folder of the questions")
    add("--questions", type=int, default=400, help="for latencies, half of each set (400)")
    add("--no-growth", action="store_true", help="the whole only")
    steps = ",".join(map(str, STEPS))
    add("--sizes", default=steps, help=f"articles of the parts, besides the whole ({steps})")
    add("--work", type=Path, default=Path(".benchmarks/speed"), help="where indexes are built")
    add("--out", type=Path, help="folder for speed.json and the plot")
    add("--markdown", action="store_true", help="print Markdown instead of tables")
    add("--page", type=Path, help="a page whose figures are replaced, plot beside it")
    return parser


def _choice(options: argparse.Namespace) -> Choice:
    return Choice(options.encoder, options.backend)


def _texts(data: Path, count: int) -> list[str]:
    """Questions of both sets, mixed, so that neither warms the caches of the other."""
    found = [
        question.text
        for benchmark in article_benchmarks(data)
        for question in benchmark.sample(count // 2).questions
    ]
    random.Random(SEED).shuffle(found)
    return found


def _measured(
    options: argparse.Namespace, texts: Sequence[str], scratch: Path, told: Console
) -> tuple[list[Row], list[Size], str]:
    """The whole first, then its parts; with a line on the index."""
    index, bm25s = scratch / "index", scratch / "bm25s"
    told.print("indexing")
    rows = _told(indexing_rows(options.source, index, bm25s, _choice(options)), told)
    told.print("opening")
    rows += _told(opening_rows(index, bm25s), told)
    told.print("questions")
    with LexDPR.open(index) as engine:
        engine.warm()
        rows += _told(latency_rows(engine, bm25s, texts), told)
        info = engine.info()
    described = f"index: {info.articles:,} articles"
    if info.vectors:
        model = f"{Path(info.encoder).name} ({info.dimension})"
        described += f", {info.vectors:,} vectors of {model}, backend {info.backend}"
    if options.no_growth:
        return rows, [], described
    sizes, beside = _growth(options, texts, scratch, told)
    seconds = sum(row.engine for row in rows if row.what in ("words: time", "vectors on top: time"))
    peaks = [row.engine for row in rows if row.what.endswith("peak memory")]
    mib = next(row.engine for row in reversed(rows) if row.what.endswith("on disk"))
    whole = Built(info.articles, info.vectors, seconds, max(peaks), mib)
    return [*rows, *beside], [*sizes, size_of_part(index, whole, bm25s, texts)], described


def _told(rows: list[Row], told: Console) -> list[Row]:
    """The rows, shown as they come: a run takes long."""
    for row in rows:
        told.print("  " + "  ".join(filter(None, row.cells())), style="dim", highlight=False)
    return rows


def _growth(
    options: argparse.Namespace, texts: Sequence[str], scratch: Path, told: Console
) -> tuple[list[Size], list[Row]]:
    """Figures of the parts, and LlamaIndex beside the largest that it can be given."""
    sizes: list[Size] = []
    beside: list[Row] = []
    steps = [int(step) for step in options.sizes.split(",")]
    for index, built in built_parts(options.source, steps, _choice(options), scratch):
        sizes.append(size_of_part(index, built, None, texts))
        told.print("  ".join(growth_table(sizes[-1:])[1]), style="dim", highlight=False)
        if built.vectors and built.articles <= LARGEST_FOR_LLAMA_INDEX:
            with LexDPR.open(index) as engine:
                asked = list(encoder_of(engine).encode_queries(texts[:50]))
            with TemporaryDirectory(dir=scratch) as folder:
                beside = llama_index_rows(index, built.articles, asked, Path(folder))
    return sizes, beside


# -- what is printed -----------------------------------------------------------------------------

_FIELDS = ("part", "what", "engine", "unit", "peer", "other", "ratio")


def _values(row: Row) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _FIELDS)


def _print(lines: Sequence[str], rows: Sequence[Row], sizes: Sequence[Size]) -> None:
    out = Console(width=140 if not sys.stdout.isatty() else None)
    out.print("\n".join(lines), highlight=False)
    for part, own in parts(rows).items():
        out.print()
        out.print(terminal_table(part, own))
    if sizes:
        head, *rest = growth_table(sizes)
        table = Table(*head, title="growth", title_justify="left")
        for line in rest:
            table.add_row(*line)
        out.print()
        out.print(table)


def _growth_markdown(sizes: Sequence[Size]) -> str:
    if not sizes:
        return ""
    head, *rest = growth_table(sizes)
    lines = [head, ["---:"] * len(head), *rest]
    return "#### growth\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
