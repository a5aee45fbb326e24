"""How long 50 questions at once stop an event loop, through either adapter.

    python -m benchmarks.event_loop INDEX [--adapter langchain|llama_index] [--rounds 6] [--cold]

Prints the largest pause of each round beside the pause of the same loop while a worker thread does
nothing but count, and how long one full collection of Python's garbage collector takes in the
process: all three in ms.  ``--cold`` leaves opening and loading to the first round.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

QUESTIONS = ("보증금 반환", "해고 예고", "음주운전 처벌", "개인정보 유출", "상속 포기")
AT_ONCE = 50
ASK = {"langchain": "ainvoke", "llama_index": "aretrieve"}


async def largest_pause(work: Coroutine[Any, Any, Any]) -> float:
    """The longest time in ms, beyond the millisecond asked for, between two turns of the loop."""
    pauses: list[float] = []

    async def watch() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            pauses.append(now - last - 0.001)
            last = now

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    await work
    watching.cancel()
    return max(pauses) * 1000


async def ask_all(ask: Callable[[str], Awaitable[Any]]) -> None:
    """:data:`AT_ONCE` different questions at once."""
    each = AT_ONCE // len(QUESTIONS)
    await asyncio.gather(*(ask(f"{text} {n}") for n in range(each) for text in QUESTIONS))


def count(seconds: float = 1.0) -> int:
    """Plain Python for a while: the peer, which shares the interpreter as any thread does."""
    end, counted = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        counted += 1
    return counted


async def measure(ask: Callable[[str], Awaitable[Any]], rounds: int) -> None:
    """Print the peer's pause and one line a round."""
    peer = await largest_pause(asyncio.to_thread(count))
    print(f"  a thread that counts: {peer:5.0f} ms")
    for number in range(1, rounds + 1):
        pause = await largest_pause(ask_all(ask))
        print(f"  round {number}: {pause:15.0f} ms  ({pause / peer:.1f} times the peer)")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index")
    parser.add_argument("--adapter", choices=ASK, default="langchain")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--cold", action="store_true")
    given = parser.parse_args()
    adapter = importlib.import_module(f"{given.adapter}_lexdpr")
    retriever = adapter.LexDPRRetriever.open(given.index, k=5)
    start = time.perf_counter()
    gc.collect()
    collected = (time.perf_counter() - start) * 1000
    if not given.cold:
        retriever.engine.warm(freeze=True)
    print(f"{given.adapter}, {'cold' if given.cold else 'warmed'}")
    print(f"  a full collection:   {collected:6.0f} ms")
    asyncio.run(measure(getattr(retriever, ASK[given.adapter]), given.rounds))


if __name__ == "__main__":
    main()
