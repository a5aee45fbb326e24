"""How long the graph of references takes: to make, to open, to ask.

python benchmarks/graph.py INDEX [--jobs 2]

INDEX is an index of the national law; its graph is made anew beside it, not in it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measure import ROOT, print_head, print_header, print_row

sys.path.insert(0, str(ROOT))

from lexdpr_rag import LexDPR
from lexdpr_rag.index.graph import GRAPH, ReferenceGraph
from lexdpr_rag.index.graph_build import build_graph
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.statute.address import Address

SEED = 20261121


def making(generation: Path, jobs: int) -> None:
    """Make the graph of a generation's units in a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for file in generation.iterdir():
            if file.is_file():
                shutil.copy(file, folder)
        store = UnitStore.open(folder)
        started = time.perf_counter()
        build_graph(store, folder, jobs, lambda done, total: None)
        seconds = time.perf_counter() - started
        graph = ReferenceGraph.open(folder)
        size = sum(file.stat().st_size for file in (folder / GRAPH).iterdir())
    print_head("making", "")
    print_row("articles", f"{store.articles:,}")
    print_row("references", f"{len(graph):,}")
    print_row(f"wall time, {jobs} processes", f"{seconds:.1f} s")
    print_row("size on disk", f"{size / 2**20:.0f} MiB")


def asking(engine: LexDPR, count: int) -> None:
    """Ask for ``count`` articles drawn at random, by hit."""
    store = engine._store
    law_of = store.article_law()
    rows = np.random.default_rng(SEED).choice(store.articles, count, replace=False).tolist()
    ids = []
    for row in rows:
        law = store.laws[int(law_of[row])]
        ids.append(str(Address(law.law_id, law.version, store.article_path[row])))
    graph = ReferenceGraph.open(engine.generation)
    paths = [(Address.parse(unit_id).law_id, Address.parse(unit_id).path) for unit_id in ids]
    print_head(f"asking, {count:,} articles at random, ms", "median", "p90", "p99")
    engine.references(ids[0])  # opens the graph
    timed("graph: rows of what refers to it", [lambda p=p: graph.to(*p) for p in paths])
    timed("references()", [lambda i=i: engine.references(i) for i in ids])
    timed("referred_by()", [lambda i=i: engine.referred_by(i) for i in ids])
    timed("delegated()", [lambda i=i: engine.delegated(i) for i in ids])


def timed(name: str, asks: list[Callable[[], object]]) -> None:
    """One row of milliseconds."""
    spent = []
    for ask in asks:
        started = time.perf_counter()
        ask()
        spent.append(time.perf_counter() - started)
    shares = (np.percentile(spent, (50, 90, 99)) * 1e3).tolist()
    print_row(name, *(f"{share:.3f}" for share in shares))


def main() -> None:
    """Print tables of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    print_header("The graph of references")
    engine = LexDPR.open(options.index)
    making(engine.generation, options.jobs)
    print()
    asking(engine, options.count)


if __name__ == "__main__":
    main()
