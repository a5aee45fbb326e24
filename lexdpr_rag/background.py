"""Work beside an event loop, in few threads.

``asyncio.to_thread`` starts a thread for every waiting call, up to 32.  Starting one makes the loop
wait until the new thread has had the interpreter lock, and every thread that searches asks for that
lock too: 50 searches at once paused the loop for 60 to 240 ms, with two threads for 10 to 16 ms,
and were done as soon.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

THREADS = 2

P = ParamSpec("P")
T = TypeVar("T")


async def in_background(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work`` returns, the event loop left free meanwhile; context variables go along."""
    # Calls that start together all start before the first search competes with them: LlamaIndex
    # makes three random ids a call, and the loop gives up the lock for each.
    await asyncio.sleep(0)
    call = partial(contextvars.copy_context().run, work, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_threads(), call)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="lexdpr")


if hasattr(os, "register_at_fork"):
    # A forked server process has the pool but none of its threads, and would wait for them.
    os.register_at_fork(after_in_child=_threads.cache_clear)
