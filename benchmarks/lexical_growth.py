"""How index size and latency grow with the number of articles.

    python benchmarks/lexical_growth.py STATUTES

Parts of the corpus are files drawn at random, each part within the next.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from measure import (
    DATA,
    ROOT,
    Query,
    link_part,
    milliseconds,
    open_times,
    print_head,
    print_header,
    print_row,
    query_sets,
    size_of,
)

sys.path.insert(0, str(ROOT))

from lexdpr_rag import LexDPR

STEPS = (1_000, 3_000, 10_000, 30_000, 100_000)


def count_articles(path: Path) -> int:
    """조 of a Markdown file, as its lines say."""
    return sum(line.startswith("##### 제") for line in path.read_text("utf-8").splitlines())


def parts(source: Path) -> list[list[Path]]:
    """Files of growing parts of the corpus, the whole last."""
    files = sorted(source.rglob("*.md"))
    random.Random(20261121).shuffle(files)
    totals = np.cumsum([count_articles(path) for path in files])
    ends = [int(np.searchsorted(totals, step)) + 1 for step in STEPS if step < totals[-1]]
    return [files[:end] for end in (*ends, len(files))]


def measure(source: Path, files: Sequence[Path], queries: Sequence[Query], scratch: Path) -> None:
    """Build one part, and print its row."""
    folder = link_part(source, files, scratch / "laws")
    start = time.monotonic()
    engine = LexDPR.build(folder, scratch / "index")
    seconds = time.monotonic() - start
    latencies = []
    for query in queries:
        begin = time.perf_counter()
        engine.search(query.text, 10)
        latencies.append(time.perf_counter() - begin)
    opened = np.median(open_times(scratch / "index", 3)[:, 1])
    print_row(
        f"{engine.info().articles:,}",
        f"{len(files):,}",
        f"{seconds:.1f}",
        f"{size_of(scratch / 'index') / 2**20:.1f}",
        f"{opened * 1e3:.0f}",
        *milliseconds(np.array(latencies)),
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="statutes in Markdown")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the benchmark queries")
    parser.add_argument("--queries", type=int, default=400, help="how many, half of each set")
    options = parser.parse_args()
    half = options.queries // 2
    queries = [q for one in query_sets(options.data).values() for q in one[:half]]
    print_header("Lexical search: growth")
    print_head(
        "articles", "files", "index s", "MiB", "open ms", "search median ms", "search 95% ms"
    )
    for files in parts(options.source):
        with tempfile.TemporaryDirectory() as scratch:
            measure(options.source, files, queries, Path(scratch))


if __name__ == "__main__":
    main()
