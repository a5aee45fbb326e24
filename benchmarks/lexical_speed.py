"""How long indexing, opening and searching take, and rank-bm25 on the same documents.

python benchmarks/lexical_speed.py STATUTES
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from measure import (
    BUILD,
    DATA,
    GIB,
    ROOT,
    Query,
    milliseconds,
    open_times,
    print_head,
    print_header,
    print_row,
    python,
    query_sets,
    size_of,
    watch,
)
from numpy.typing import NDArray

sys.path.insert(0, str(ROOT))

from lexdpr_rag import LexDPR
from lexdpr_rag.index.analyzer import BigramAnalyzer
from lexdpr_rag.index.store import UnitStore

LEVELS = ("auto", "article", "paragraph", "subparagraph")


def index(source: Path, out: Path) -> dict[str, int]:
    """Build in a fresh process and print what it took."""
    process = python(BUILD, source, out)
    spent = watch(process)
    assert process.stdout is not None
    report: dict[str, int] = json.loads(process.stdout.read())
    print_head("indexing", "")
    print_row("articles", f"{report['articles']:,}")
    print_row("wall time", f"{spent.seconds:.1f} s")
    print_row("processor time, children included", f"{spent.cpu_seconds:.1f} s")
    print_row("peak memory, children included (PSS)", f"{spent.peak_bytes / GIB:.2f} GiB")
    print_row("size on disk", f"{size_of(out) / 2**20:.0f} MiB")
    again = watch(python(BUILD, source, out))
    print_row("the same again, nothing changed", f"{again.seconds:.1f} s")
    return report


def opening(out: Path) -> None:
    """Open in fresh processes."""
    times = open_times(out, 6)[1:]  # the first one brings the files into the page cache
    print()
    print_head("opening, in a fresh process (of five)", "best", "median")
    rows = ("import the package", "open the index", "first search", "all three")
    for name, column in zip(rows, [*times.T, times.sum(axis=1)], strict=True):
        print_row(name, f"{column.min() * 1e3:.0f} ms", f"{np.median(column) * 1e3:.0f} ms")


def searching(engine: LexDPR, sets: dict[str, list[Query]]) -> None:
    """Latency of every query of both sets, one after the other, in one thread."""
    print()
    print_head("searching, k = 10", "level", "median ms", "95% ms", "median processor ms")
    for name, queries in sets.items():
        for level in LEVELS:

            def search(text: str, level: str = level) -> object:
                return engine.search(text, 10, level=level)  # type: ignore[arg-type]

            wall, processor = timed(search, [q.text for q in queries])
            print_row(name, level, *milliseconds(wall), milliseconds(processor)[0])


def timed(
    search: Callable[[str], object], texts: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wall and processor seconds of each."""
    wall, processor = [], []
    for text in texts:
        start, busy = time.perf_counter(), time.thread_time()
        search(text)
        wall.append(time.perf_counter() - start)
        processor.append(time.thread_time() - busy)
    return np.array(wall), np.array(processor)


# -- rank-bm25 -----------------------------------------------------------------------------------


def bigrams(store: UnitStore) -> Iterator[list[str]]:
    """The bigrams of every article, the same objects throughout."""
    found = BigramAnalyzer().postings([store.article_string(i) for i in range(store.articles)])
    words = np.array(found.vocabulary, object)
    bounds = np.searchsorted(found.texts, np.arange(store.articles + 1))
    for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        counts = np.round(found.weights[a:b]).astype(np.int64)
        yield np.repeat(words[found.terms[a:b]], counts).tolist()


def reference(engine: LexDPR, queries: Sequence[Query]) -> None:
    """BM25Okapi over the bigrams of the same articles, for some queries."""
    from rank_bm25 import BM25Okapi

    start = time.monotonic()
    okapi = BM25Okapi(bigrams(engine._store))
    built = time.monotonic() - start
    resident = next(
        line.split()[1]
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmRSS")
    )
    texts = [query.text for query in queries]
    analyzer = BigramAnalyzer()

    def search(text: str) -> object:
        scores = okapi.get_scores(list(analyzer.query_terms(text)))
        return np.argpartition(scores, -10)[-10:]

    slow, _ = timed(search, texts)
    fast, _ = timed(lambda text: engine.search(text, 10, level="article"), texts)
    print()
    print_head(f"the same {len(texts)} queries over {okapi.corpus_size:,} articles", "median ms")
    print_row("rank-bm25 (BM25Okapi, bigrams)", f"{np.median(slow) * 1e3:,.0f}")
    print_row("the engine, level article", f"{np.median(fast) * 1e3:.1f}")
    print_row("ratio of the medians", f"{np.median(slow) / np.median(fast):,.0f}")
    print_row("ratio, the least and the greatest of a query", _span(slow / fast))
    print(f"\nrank-bm25 took {built:.0f} s to index and {int(resident) / 2**20:.1f} GiB of memory.")


def _span(values: NDArray[np.float64]) -> str:
    return f"{values.min():,.0f}–{values.max():,.0f}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="statutes")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the benchmark queries")
    parser.add_argument("--out", type=Path, help="where the index is left (default: nowhere)")
    parser.add_argument(
        "--reference", type=int, default=10, help="queries given to rank-bm25; 0: none"
    )
    options = parser.parse_args()
    sets = query_sets(options.data)
    print_header("Lexical search: speed")
    with tempfile.TemporaryDirectory() as scratch:
        out = options.out or Path(scratch) / "index"
        index(options.source, out)
        opening(out)
        engine = LexDPR.open(out)
        searching(engine, sets)
        if options.reference:
            half = options.reference // 2
            chosen = [q for queries in sets.values() for q in queries[: max(half, 1)]]
            reference(engine, chosen)


if __name__ == "__main__":
    main()
