"""What the benchmarks share: benchmark queries, measures with intervals, time and memory, tables."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from threading import Event, Thread

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
GIB = 1024**3


# -- queries -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """One benchmark query; ``gold`` are article keys, ``001706/제750조``."""

    query_id: str
    text: str
    gold: frozenset[str]


def query_sets(data: Path) -> dict[str, list[Query]]:
    """The development sets: issues of Supreme Court decisions, and questions in plain words."""
    return {
        "precedent-dev": _queries(data / "benchmarks" / "precedent-dev.jsonl"),
        "plain-dev": _queries(data / "plain" / "questions-dev.jsonl"),
    }


def _queries(path: Path) -> list[Query]:
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Query(q["query_id"], q["query"], frozenset(q["gold"])) for q in lines]


# -- quality -------------------------------------------------------------------------------------

MEASURES = ("nDCG@10", "R@1", "R@5", "R@10", "R@20", "R@100", "RR@10")


def values_of(
    queries: Sequence[Query], run: dict[str, list[str]]
) -> dict[str, NDArray[np.float64]]:
    """Every measure of every query, by ir-measures; ``run`` holds ranked article keys."""
    import ir_measures

    qrels = [ir_measures.Qrel(q.query_id, key, 1) for q in queries for key in q.gold]
    scored = [
        ir_measures.ScoredDoc(query_id, key, -float(rank))
        for query_id, keys in run.items()
        for rank, key in enumerate(keys)
    ]
    row = {q.query_id: i for i, q in enumerate(queries)}
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    values = {name: np.zeros(len(queries)) for name in MEASURES}
    for metric in ir_measures.iter_calc(measures, qrels, scored):
        values[str(metric.measure)][row[metric.query_id]] = metric.value
    return values


def interval(values: NDArray[np.float64], samples: int = 2000) -> tuple[float, float]:
    """95% interval of the mean: percentiles of the means of queries drawn with replacement."""
    random = np.random.default_rng(20261121)
    means = values[random.integers(0, len(values), (samples, len(values)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def mean_text(values: NDArray[np.float64], sign: str = "") -> str:
    """``0.734 (0.716 … 0.751)``: mean and interval; ``sign`` ``+`` shows that of a difference."""
    low, high = interval(values)
    return f"{values.mean():{sign}.3f} ({low:{sign}.3f} … {high:{sign}.3f})"


# -- time and memory -----------------------------------------------------------------------------


@dataclass(slots=True)
class Spent:
    """What a child process took; memory is the largest sum of PSS over it and its children."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0


def watch(process: subprocess.Popen[str], every: float = 0.2) -> Spent:
    """Wait for a process; sample the memory of it and of all below it meanwhile."""
    spent = Spent()
    started, before = time.monotonic(), os.times()
    done = Event()

    def sample() -> None:
        while not done.wait(every):
            spent.peak_bytes = max(spent.peak_bytes, sum(map(_pss, _family(process.pid))))

    thread = Thread(target=sample)
    thread.start()
    process.wait()
    done.set()
    thread.join()
    after = os.times()
    spent.seconds = time.monotonic() - started
    spent.cpu_seconds = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return spent


def _family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _pss(pid: int) -> int:
    """Memory of a process, shared pages divided among those that share them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A fresh interpreter that runs ``code`` with this project on its path."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


BUILD = """
import json, sys
from pathlib import Path
from lexdpr_rag.index.builder import Options, build_index
report = build_index(Path(sys.argv[1]), Path(sys.argv[2]), Options())
print(json.dumps({"articles": report.articles, "units": report.units, "parsed": report.parsed}))
"""

OPEN = """
import time
start = time.perf_counter()
import sys
from lexdpr_rag import LexDPR
LexDPR
imported = time.perf_counter()
engine = LexDPR.open(sys.argv[1])
opened = time.perf_counter()
engine.search("전세 보증금을 돌려받지 못하면?", 5)
print(imported - start, opened - imported, time.perf_counter() - opened)
"""


def open_times(index: Path, times: int) -> NDArray[np.float64]:
    """Seconds to import, open, and search once, in fresh processes: ``(times, 3)``."""
    rows = []
    for _ in range(times):
        output, _ = python(OPEN, index).communicate()
        rows.append([float(word) for word in output.split()])
    return np.array(rows)


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# -- sources -------------------------------------------------------------------------------------


@contextmanager
def index_of(source: Path) -> Iterator[Path]:
    """An index: the folder itself if it is one, else one that is built for as long as needed."""
    if (source / "CURRENT").exists():
        yield source
        return
    from lexdpr_rag.index.builder import Options, build_index

    with tempfile.TemporaryDirectory() as folder:
        build_index(source, Path(folder) / "index", Options())
        yield Path(folder) / "index"


def link_part(source: Path, files: Sequence[Path], folder: Path) -> Path:
    """A folder of links to some files of a source, in the same subfolders."""
    for file in files:
        link = folder / file.relative_to(source)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file.resolve())
    return folder


# -- what is printed -----------------------------------------------------------------------------


def print_header(title: str) -> None:
    """Command, day, hardware and versions: without them a figure says nothing."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    load = os.getloadavg()[0]
    print(f"### {title}\n")
    print(f"- command: `python {' '.join(sys.argv)}`")
    print(f"- date: {date.today()}")
    print(f"- hardware: {cores} cores, {memory:.0f} GB; load average at the start {load:.1f}")
    names = ", ".join(f"{name} {version(name)}" for name in ("numpy", "bm25s"))
    print(f"- Python {platform.python_version()}, {names}\n", flush=True)


def print_row(*cells: object) -> None:
    """A row of a Markdown table."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def print_head(*cells: str) -> None:
    """The head of a Markdown table; all columns but the first are numbers."""
    print_row(*cells)
    print_row("---", *["---:"] * (len(cells) - 1))


def milliseconds(seconds: NDArray[np.float64]) -> tuple[str, str]:
    """Median and 95th percentile."""
    return f"{np.median(seconds) * 1e3:.1f}", f"{np.percentile(seconds, 95) * 1e3:.1f}"
