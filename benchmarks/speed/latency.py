"""Latency of questions, from one thread and from several at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.peers import (
    Ask,
    K,
    Vectors,
    faiss_ask,
    numpy_ask,
    open_bm25s,
    vectors_of,
)
from benchmarks.speed.row import Row
from lexdpr_rag.datamodels import LevelName, ModeName
from lexdpr_rag.encoder import Encoder
from lexdpr_rag.engine import LexDPR

CLIENTS = (1, 8)

PASSES = 3
"""All questions are asked so often: other work on the machine disturbs a pass, seldom every one."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a question, and questions a second over all clients."""

    median: float
    p95: float
    rate: float


def latency_of(ask: Ask, texts: Sequence[str], clients: int) -> Latency:
    """Ask all questions :data:`PASSES` times; the best time of each counts.

    Each client takes the next question when it has its answer.
    """
    for text in texts[:20]:
        ask(text)

    def timed(text: str) -> float:
        started = time.perf_counter()
        ask(text)
        return time.perf_counter() - started

    passes, rate = [], 0.0
    with ThreadPoolExecutor(clients) as pool:
        for _ in range(PASSES):
            started = time.perf_counter()
            passes.append(list(pool.map(timed, texts)))
            rate = max(rate, len(texts) / (time.perf_counter() - started))
    seconds: NDArray[np.float64] = np.min(np.array(passes), axis=0)
    found = np.percentile(seconds, (50, 95)) * 1e3
    return Latency(float(found[0]), float(found[1]), rate)


def latency_rows(engine: LexDPR, bm25s: Path, texts: Sequence[str]) -> list[Row]:
    """Each route beside what does the same without the rest of an engine; then the default."""
    routes: list[tuple[str, Ask, dict[str, Ask]]] = [
        ("words only", _asks(engine, "lexical"), {"bm25s, same bigrams": open_bm25s(bm25s)})
    ]
    vectors = vectors_of(engine.path)
    if vectors is not None:
        beside = _vector_asks(vectors, encoder_of(engine))
        routes.append(("vectors only", _asks(engine, "dense"), beside))
        routes.append(("default", _asks(engine, "hybrid"), {}))
        routes.append(("default, level auto", _asks(engine, "hybrid", "auto"), {}))
    return [
        row
        for clients in CLIENTS
        for what, ask, beside in routes
        for row in _rows(what, ask, beside, texts, clients)
    ]


def _asks(engine: LexDPR, mode: ModeName, level: LevelName = "article") -> Ask:
    return partial(engine.search, k=K, mode=mode, level=level)


def _vector_asks(vectors: Vectors, encoder: Encoder) -> dict[str, Ask]:
    def encode(text: str) -> Vectors:
        found: Vectors = encoder.encode_queries([text])[0]
        return found

    asks = {"numpy, exact": numpy_ask(vectors, encode)}
    faiss = faiss_ask(vectors, encode)
    return asks | ({"FAISS, exact": faiss} if faiss else {})


def encoder_of(engine: LexDPR) -> Encoder:
    """The encoder of the questions of an index."""
    return engine._encoder


def _rows(
    what: str, ask: Ask, beside: dict[str, Ask], texts: Sequence[str], clients: int
) -> list[Row]:
    """Median and p95, and with several clients how many questions a second."""
    part = f"a question, {clients} client{'s' if clients > 1 else ''} (level article, k = {K})"
    own = latency_of(ask, texts, clients)
    others: dict[str, Latency | None] = {"": None}
    if beside:
        others = {name: latency_of(other, texts, clients) for name, other in beside.items()}
    rows = []
    for name, other in others.items():
        median, p95, rate = (other.median, other.p95, other.rate) if other else (None,) * 3
        rows.append(Row(part, f"{what}: median", own.median, "ms", name, median))
        rows.append(Row(part, f"{what}: 95%", own.p95, "ms", name, p95))
        if clients > 1:
            rows.append(Row(part, f"{what}: rate", own.rate, "/s", name, rate, smaller=False))
    return rows
