"""Dense backends side by side: build time, memory, disk, plain and filtered queries, recall.

    python benchmarks/dense_speed.py --count 200000 --dimension 384

Vectors are made up: 3,000 clusters in 48 dimensions, spread into 384 with noise, which is harder on
a graph than sentence embeddings are.  Every backend runs in a process of its own over the same
files; filters are random, and a new mask comes with every query.  ``usearch`` and ``faiss-ivf`` are
no backends of the package: they show what was not chosen.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index import chroma, faiss_backend
from lexdpr_rag.index.dense import LOCAL_COLLECTION, DenseIndex
from lexdpr_rag.index.vectors import (
    DenseMeta,
    VectorBackend,
    VectorTable,
    normalised,
    write_columns,
    write_vectors,
)

SHARES = (0.5, 0.2, 0.05, 0.005, 0.0005)
BACKENDS = ("chroma", "faiss", "exact", "usearch", "faiss-ivf")

Array = NDArray[np.float32]


# -- vectors -------------------------------------------------------------------------------------


def write_corpus(folder: Path, count: int, dimension: int, queries: int) -> None:
    """``dense/`` files of the corpus, and ``queries.npy``."""
    rng = np.random.default_rng(7)
    centres = rng.standard_normal((3000, 48)).astype(np.float32)
    spread = (rng.standard_normal((48, dimension)) / np.sqrt(48)).astype(np.float32)

    def made(n: int) -> Array:
        inner = 0.9 * centres[rng.integers(0, 3000, n)] + rng.standard_normal((n, 48))
        noise = 0.35 * rng.standard_normal((n, dimension))
        return normalised(inner.astype(np.float32) @ spread + noise.astype(np.float32))

    vectors, asked = made(count), made(queries)
    dense = folder / "dense"
    dense.mkdir(parents=True)
    write_vectors(dense / "vectors.npy", [vectors], count, dimension)
    hashes = rng.integers(0, 2**64, (count, 2), np.uint64)
    write_columns(dense, np.arange(count, dtype=np.int64), hashes)
    np.save(folder / "queries.npy", asked)


def truth(
    vectors: Array, query: Array, k: int, mask: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """Rows of the k nearest, by plain numpy."""
    rows = np.arange(len(vectors)) if mask is None else np.flatnonzero(mask)
    scores = vectors[rows] @ query
    return rows[np.argsort(-scores, kind="stable")[:k]]


# -- what was not chosen -------------------------------------------------------------------------


class Usearch:
    """An int8 HNSW graph of usearch, its candidates ordered by the vectors on disk."""

    name = "usearch"

    def __init__(self, path: Path, table: VectorTable) -> None:
        from usearch.index import Index

        self._graph = Index.restore(path, view=True)
        self._graph.expansion_search = 512

    @staticmethod
    def fill(path: Path, table: VectorTable) -> None:
        """Build and save."""
        from usearch.index import Index

        graph = Index(
            ndim=table.vectors.shape[1], metric="cos", dtype="i8", connectivity=16,
            expansion_add=128,
        )  # fmt: skip
        for start in range(0, len(table), 20000):
            rows = np.arange(start, min(start + 20000, len(table)))
            graph.add(rows.astype(np.uint64), table.vectors[rows])
        graph.save(path)

    def candidates(self, queries: Array, count: int) -> NDArray[np.int64]:
        """See ``VectorBackend``."""
        found = [self._graph.search(query, count + 40).keys for query in queries]
        return np.stack(found).astype(np.int64)

    def close(self) -> None:
        """Nothing to do."""


class FaissIvf:
    """Inverted lists of FAISS over 8-bit codes, ordered likewise."""

    name = "faiss-ivf"

    def __init__(self, path: Path, table: VectorTable) -> None:
        import faiss

        self._lists = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self._lists.nprobe = int(0.4 * self._lists.nlist)

    @staticmethod
    def fill(path: Path, table: VectorTable) -> None:
        """Build and save."""
        import faiss

        factory = f"IVF{int(2 * np.sqrt(len(table)))},SQ8"
        lists = faiss.index_factory(table.vectors.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
        lists.train(np.ascontiguousarray(table.vectors[:: max(len(table) // 50000, 1)]))
        for start in range(0, len(table), 20000):
            lists.add(np.ascontiguousarray(table.vectors[start : start + 20000]))
        faiss.write_index(lists, str(path))

    def candidates(self, queries: Array, count: int) -> NDArray[np.int64]:
        """See ``VectorBackend``."""
        with faiss_backend._one_thread(True):
            _, rows = self._lists.search(queries, count + 40)
        found: NDArray[np.int64] = rows
        return found

    def close(self) -> None:
        """Nothing to do."""


# -- measuring -----------------------------------------------------------------------------------


def resident() -> float:
    """Memory of this process that is not mapped from files, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0


def with_peak(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that ``work`` takes, and by how many MB memory grows meanwhile."""
    before, peak, done = resident(), [0.0], Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], resident())

    watcher = Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    done.set()
    watcher.join()
    return seconds, max(peak[0], resident()) - before


def fill(backend: str, folder: Path, table: VectorTable) -> None:
    """Make what the backend keeps on disk."""
    target = folder / "dense" / backend
    if backend == "chroma":
        chroma.fill(chroma.ChromaPlace(target), LOCAL_COLLECTION, table)
    elif backend == "faiss":
        faiss_backend.fill(target, table)
    elif backend == "usearch":
        Usearch.fill(target, table)
    elif backend == "faiss-ivf":
        FaissIvf.fill(target, table)


def opened(backend: str, folder: Path, meta: DenseMeta, table: VectorTable) -> DenseIndex:
    """The dense index with the backend open."""
    index = DenseIndex(folder / "dense", meta, table)
    made: dict[str, Callable[[Path, VectorTable], VectorBackend]] = {
        "usearch": Usearch,
        "faiss-ivf": FaissIvf,
    }
    if backend in made:
        index._backend = made[backend](folder / "dense" / backend, table)
    index.warm()
    index.search(table.vectors[0], 10)
    return index


def timed(
    index: DenseIndex, queries: Array, k: int, masks: list[NDArray[np.bool_]] | None
) -> dict[str, float]:
    """Median and p95 in ms, and recall@k against numpy."""
    vectors, times, hits, wanted = index.table.vectors, [], 0, 0
    for at, query in enumerate(queries):
        mask = masks[at % len(masks)].copy() if masks else None
        started = time.perf_counter()
        found = index.search(query, k, mask).rows[0]
        times.append(time.perf_counter() - started)
        if at < 100:
            nearest = truth(vectors, query, k, mask)
            hits += len(np.intersect1d(found, nearest))
            wanted += len(nearest)
    milliseconds = np.array(times) * 1000
    return {
        "median": float(np.median(milliseconds)),
        "p95": float(np.quantile(milliseconds, 0.95)),
        "recall": hits / wanted,
    }


def measure(
    backend: str, folder: Path, meta: DenseMeta, ks: list[int], shares: list[float]
) -> dict[str, object]:
    """All figures of one backend."""
    table = VectorTable.open(folder / "dense", meta)
    queries: Array = np.load(folder / "queries.npy")
    table.vectors.sum()  # into the page cache
    seconds, build_memory = with_peak(lambda: fill(backend, folder, table))
    kept = folder / "dense" / backend
    files = [kept] if kept.is_file() else [p for p in kept.rglob("*") if p.is_file()]
    out: dict[str, object] = {
        "build": seconds,
        "build_memory": build_memory,
        "disk": sum(p.stat().st_size for p in files) / 1e6,
    }
    holder: list[DenseIndex] = []
    out["open"], _ = with_peak(lambda: holder.append(opened(backend, folder, meta, table)))
    rng = np.random.default_rng(11)
    masks = {share: [rng.random(len(table)) < share for _ in range(20)] for share in shares}
    for k in ks:
        out[f"plain {k}"] = timed(holder[0], queries, k, None)
        for share in shares:
            out[f"{share} {k}"] = timed(holder[0], queries, k, masks[share])
    return out


# -- the table -----------------------------------------------------------------------------------


def report(results: dict[str, dict], ks: list[int], shares: list[float]) -> str:
    """Markdown."""
    lines = table_of(
        ["backend", "build s", "memory MB", "disk MB", "open s"],
        [
            [name, f"{r['build']:.1f}", f"{r['build_memory']:.0f}", f"{r['disk']:.0f}",
             f"{r['open']:.2f}"]
            for name, r in results.items()
        ],
    )  # fmt: skip
    for k in ks:
        head = [f"k = {k}", "plain: ms (p95), recall"]
        head += [f"{share:.4g}: ms (p95) × plain, recall" for share in shares]
        rows = []
        for name, r in results.items():
            plain = r[f"plain {k}"]
            row = [name, f"{plain['median']:.2f} ({plain['p95']:.2f}), {plain['recall']:.4f}"]
            for share in shares:
                f = r[f"{share} {k}"]
                times = f"{f['median']:.2f} ({f['p95']:.2f}) × {f['median'] / plain['median']:.2f}"
                row.append(f"{times}, {f['recall']:.4f}")
            rows.append(row)
        lines += ["", *table_of(head, rows)]
    return "\n".join(lines)


def table_of(head: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of a Markdown table."""
    cells = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(row) + " |" for row in cells]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--k", default="10,100")
    parser.add_argument("--shares", default=",".join(map(str, SHARES)))
    parser.add_argument("--backends", default=",".join(BACKENDS))
    parser.add_argument("--one", nargs=2, metavar=("BACKEND", "FOLDER"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    name = "chroma" if not args.one or args.one[0] not in ("faiss", "exact") else args.one[0]
    meta = DenseMeta("random", "random", args.dimension, args.count, name)
    ks = [int(k) for k in args.k.split(",")]
    shares = [float(share) for share in args.shares.split(",")]
    if args.one:
        print(json.dumps(measure(args.one[0], Path(args.one[1]), meta, ks, shares)))
        return
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores,")
    print(f"load {os.getloadavg()[0]:.1f} at the start; {args.count:,} × {args.dimension}\n")
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "gen"
        write_corpus(folder, args.count, args.dimension, args.queries)
        for backend in args.backends.split(","):
            command = [sys.executable, __file__, "--count", str(args.count)]
            command += ["--dimension", str(args.dimension), "--k", args.k]
            command += ["--shares", args.shares, "--one", backend, str(folder)]
            answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            results[backend] = json.loads(answer.stdout.splitlines()[-1])
            print(f"{backend}: done, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    print(report(results, ks, shares))


if __name__ == "__main__":
    main()
