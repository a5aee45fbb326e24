"""Opening: from a fresh process to the first answer."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.measure import open_times, python, size_of
from benchmarks.speed.peers import OPEN_LLAMA_INDEX, Vectors, build_llama_index
from benchmarks.speed.row import Row

QUESTION = "전세 보증금을 돌려받지 못하면?"
TIMES = 5

_OPEN_BM25S = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from benchmarks.speed.peers import open_bm25s
imported = time.perf_counter()
ask = open_bm25s(Path(sys.argv[1]))
opened = time.perf_counter()
ask("전세 보증금을 돌려받지 못하면?")
print(imported - start, opened - imported, time.perf_counter() - opened)
"""


def opening_rows(index: Path, bm25s: Path) -> list[Row]:
    """Medians of fresh processes, files in the page cache."""
    part = f"opening, in a fresh process (median of {TIMES})"
    own = np.median(open_times(index, TIMES + 1)[1:], axis=0)
    peer = np.median([_seconds(_OPEN_BM25S, bm25s) for _ in range(TIMES + 1)][1:], axis=0)
    names = ("import", "open", "first answer")
    rows = [
        Row(part, what, a, "s", "bm25s, mapped", b)
        for what, a, b in zip(names, own.tolist(), peer.tolist(), strict=True)
    ]
    rows.append(Row(part, "all three", float(own.sum()), "s", "bm25s, mapped", float(peer.sum())))
    return [*rows, Row(part, "lexdpr-rag search, the whole process", command_line(index), "s")]


def command_line(index: Path) -> float:
    """Seconds of the command ``lexdpr-rag search``, its start included.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    command = [sys.executable, "-m", "lexdpr_rag.cli", "search", str(index), QUESTION, "-k", "5"]
    seconds = []
    for _ in range(TIMES + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds[1:]))


def llama_index_rows(
    index: Path, articles: int, questions: Sequence[Vectors], scratch: Path
) -> list[Row]:
    """The same units and vectors in LlamaIndex's own store; over a part, since it grows with size.

    Nothing where it is not installed.
    """
    part = f"beside LlamaIndex's VectorStoreIndex, {articles:,} articles"
    seconds = build_llama_index(index, scratch, questions)
    if seconds is None:
        return []
    found = _seconds(OPEN_LLAMA_INDEX, scratch, scratch / "questions.json")
    own = open_times(index, 2)[1]
    beside = "VectorStoreIndex"
    return [
        Row(part, "import", float(own[0]), "s", beside, found[0]),
        Row(part, "open", float(own[1]), "s", beside, found[1]),
        Row(part, "first answer", float(own[2]), "s", f"{beside}, encoded", found[2]),
        Row(part, "on disk", size_of(index) / 2**20, "MiB", beside, size_of(scratch) / 2**20),
        *_queries(part, index, found[3]),
    ]


def _queries(part: str, index: Path, other: float) -> list[Row]:
    from benchmarks.speed.latency import latency_of
    from lexdpr_rag.engine import LexDPR

    with LexDPR.open(index) as engine:
        own = latency_of(lambda text: engine.search(text, 10), [QUESTION] * 50, 1)
    beside = "VectorStoreIndex, encoded"
    return [Row(part, "a question, median", own.median, "ms", beside, other * 1e3)]


def _seconds(code: str, *arguments: object) -> list[float]:
    output, _ = python(code, *arguments).communicate()
    return [float(word) for word in output.split()]
