"""The engine's modes and their peers on court issues, on everyday words and at 항 level.

    python -m benchmarks.quality INDEX [--dense MODEL] [--reranker MODEL] [--out DIR] [--markdown]

Run it from the root of the project.  Binary relevance, means over the questions; 95% intervals by
bootstrap over the questions; differences to the best peer, paired by question, with a test that turns
their signs at random.  Rankings are kept (``--cache``): a second run asks only what is new, and an
interrupted one goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lexdpr_finetune.articles import Articles
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.quality.bm25 import bm25_systems
from benchmarks.quality.documents import Documents, read_documents
from benchmarks.quality.engine_modes import engine_systems
from benchmarks.quality.framework_peers import framework_systems
from benchmarks.quality.machine import made_on, made_on_lines
from benchmarks.quality.page import put_into
from benchmarks.quality.plots import save_plots
from benchmarks.quality.questions import Benchmark, article_benchmarks, paragraph_benchmark
from benchmarks.quality.rankings import Rankings
from benchmarks.quality.results import Result, result_of
from benchmarks.quality.system import MissingError, System
from benchmarks.quality.tables import markdown, terminal_table
from lexdpr_rag.datamodels import Level
from lexdpr_rag.engine import LexDPR

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
PACKAGES = ("numpy", "bm25s", "rank-bm25", "kiwipiepy", "llama-index-core", "langchain-core")


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    options = _parser().parse_args(arguments)
    told = Console(stderr=True)
    made = made_on("benchmarks.quality", arguments or sys.argv[1:], PACKAGES)
    results = []
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=told,
    ) as progress:
        for level in (Level.ARTICLE, Level.PARAGRAPH):
            results += _at_level(level, options, progress)
    info = LexDPR.open(options.index).info()
    index = _described(info.to_dict())
    lines = [*made_on_lines(made), _index_line(index)]
    figures = "\n".join(f"- {line}" for line in lines) + f"\n\n{markdown(results)}"
    if options.page:
        put_into(options.page, figures)
        save_plots(results, options.page.parent)
    if options.markdown:
        sys.stdout.write(f"{figures}\n")
    else:
        _print(lines, results)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        held = {**made, "index": index, "results": [one.to_dict() for one in results]}
        text = json.dumps(held, ensure_ascii=False, indent=1)
        (options.out / "quality.json").write_text(text + "\n", "utf-8")
        for path in save_plots(results, options.out):
            told.print(f"written: {path}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("index", type=Path, help="an index of the national law")
    add("--data", type=Path, default=DATA, help="folder of the questions and decisions")
    add("--systems", help="only these, separated by commas: bm25-bigrams,default")
    add("--benchmarks", help="only these: precedent,plain,paragraph")
    add("--encoder", help="where the encoder of the index lies now")
    add("--reranker", help="measure the default with this reranker too")
    add("--dense", help="a generic embedding model for LlamaIndex, by its folder")
    add("--queries", type=int, default=50, help="questions a set for slow peers (50)")
    add("--first", type=int, help="only so many questions of each set, for a trial")
    add("--cache", type=Path, default=Path(".benchmarks/quality"), help="where rankings are kept")
    add("--out", type=Path, help="folder for quality.json and the plots")
    add("--markdown", action="store_true", help="print Markdown instead of tables")
    add("--page", type=Path, help="a page whose figures are replaced, plots beside it")
    return parser


def _at_level(level: Level, options: argparse.Namespace, progress: Progress) -> list[Result]:
    """Every system on every benchmark of a level."""
    if options.benchmarks and level is Level.PARAGRAPH and "paragraph" not in options.benchmarks:
        return []
    if options.benchmarks and level is Level.ARTICLE and options.benchmarks == "paragraph":
        return []
    documents = read_documents(options.index, level)
    benchmarks = _benchmarks(level, documents, options, progress)
    runs: dict[str, list[Any]] = {one.name: [] for one in benchmarks}
    rankings = Rankings(options.cache)
    for system in _systems(level, options):
        asked = [one.sample(options.queries) for one in benchmarks] if system.slow else benchmarks
        try:
            found = rankings.run(system, asked, documents, progress)
        except MissingError as error:
            progress.console.print(f"left out: {system.title} (needs {error})", highlight=False)
            continue
        for one, run in zip(asked, found, strict=True):
            runs[one.name].append((system, run))
    return [result_of(one, len(documents.keys), runs[one.name]) for one in benchmarks]


def _benchmarks(
    level: Level, documents: Documents, options: argparse.Namespace, progress: Progress
) -> list[Benchmark]:
    found: list[Benchmark] = article_benchmarks(options.data)
    if level is Level.PARAGRAPH:
        directory = Articles.open(options.index).directory
        made = paragraph_benchmark(options.data, found[0], documents, directory)
        if made is None:
            progress.console.print(f"left out: 항 (needs the decisions in {options.data})")
        found = [made] if made else []
    if options.benchmarks:
        found = [one for one in found if one.name in options.benchmarks.split(",")]
    first = options.first
    return [replace(one, questions=one.questions[:first]) if first else one for one in found]


def _systems(level: Level, options: argparse.Namespace) -> list[System]:
    found = bm25_systems(level, options.cache)
    if level is Level.ARTICLE:
        found += framework_systems(options.cache, options.dense)
    found += engine_systems(options.index, level, options.encoder, options.reranker)
    wanted = options.systems.split(",") if options.systems else None
    return [system for system in found if wanted is None or system.name in wanted]


def _described(info: dict[str, Any]) -> dict[str, Any]:
    """What of an index says how its figures came about; no folders of this machine."""
    kept = ("articles", "units", "vectors", "dimension", "backend", "analyzer", "corpus_hash")
    return {**{name: info[name] for name in kept}, "encoder": Path(info["encoder"]).name}


def _index_line(index: dict[str, Any]) -> str:
    encoder = f", encoder {index['encoder']} ({index['dimension']})" if index["vectors"] else ""
    return f"index: {index['articles']:,} articles{encoder}"


def _print(lines: Sequence[str], results: Sequence[Result]) -> None:
    out = Console(width=160 if not sys.stdout.isatty() else None)
    out.print("\n".join(lines), highlight=False)
    for result in results:
        out.print()
        out.print(terminal_table(result))


if __name__ == "__main__":
    main()
