"""Indexing: time, memory, size, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import python, size_of, watch
from benchmarks.speed.row import Row

PART = "indexing"
_GIB = 2**30

_BUILD = """
import json, sys
from lexdpr_rag import LexDPR
engine = LexDPR.build(sys.argv[1], sys.argv[2], **json.loads(sys.argv[3]))
info = engine.info()
print(json.dumps({"articles": info.articles, "vectors": info.vectors}))
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """How an index is built; ``None``: as a build does unless told.

    Attributes:
        encoder: a model, or ``"none"``.
        backend: what finds vectors.
    """

    encoder: str | None = None
    backend: str | None = None


WORDS = Choice("none")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build took; memory is that of the process and all below it, shared pages divided."""

    articles: int
    vectors: int
    seconds: float
    peak_gib: float
    size_mib: float


def build(source: Path, index: Path, choice: Choice) -> Built:
    """Build an index in a fresh process, or bring up to date what the folder holds.

    Raises:
        RuntimeError: the build failed; its last words are on the terminal.
    """
    process = python(_BUILD, source, index, json.dumps(asdict(choice)))
    spent = watch(process)
    assert process.stdout is not None
    told = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"building an index of {source.name} failed")
    found = json.loads(told)
    return Built(
        found["articles"],
        found["vectors"],
        spent.seconds,
        spent.peak_bytes / _GIB,
        size_of(index) / 2**20,
    )


def indexing_rows(source: Path, index: Path, bm25s: Path, choice: Choice) -> list[Row]:
    """Words first, then vectors on top of them, then once more with nothing changed.

    Leaves the index at ``index``, and that of bm25s over its articles at ``bm25s``.
    """
    words = build(source, index, WORDS)
    seconds, peak = _bm25s(index, bm25s)
    beside = "bm25s, from texts"
    rows = [
        Row(PART, "words: time", words.seconds, "s", beside, seconds),
        Row(PART, "words: peak memory", words.peak_gib, "GiB", beside, peak),
        Row(PART, "words: on disk", words.size_mib, "MiB", "bm25s, no texts", _mib(bm25s)),
    ]
    if choice.encoder == WORDS.encoder:
        return rows
    whole = build(source, index, choice)
    again = build(source, index, choice)
    if whole.vectors:
        rows += [
            Row(PART, "vectors on top: time", whole.seconds, "s"),
            Row(PART, "vectors on top: peak memory", whole.peak_gib, "GiB"),
            Row(PART, "words and vectors: time", words.seconds + whole.seconds, "s"),
            Row(PART, "words and vectors: on disk", whole.size_mib, "MiB"),
        ]
    return [*rows, Row(PART, "again, nothing changed: time", again.seconds, "s")]


def _mib(folder: Path) -> float:
    return size_of(folder) / 2**20


def _bm25s(index: Path, folder: Path) -> tuple[float, float]:
    """Seconds from texts to disk, and peak memory in GiB."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.speed.peers", str(index), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    spent = watch(process)
    assert process.stdout is not None
    return float(process.stdout.read()), spent.peak_bytes / _GIB
