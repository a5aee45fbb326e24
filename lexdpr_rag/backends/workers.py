"""Threads that take batches side by side, a core each, shared by all models of the process.

The layers of one batch that is spread over cores wait for each other, hundreds of times, and as long
as the slowest; batches side by side need not.  On a machine that has other work to do, spreading
halves the speed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

_pools: dict[tuple[str, int, int], ThreadPoolExecutor] = {}
_making = Lock()


def workers() -> ThreadPoolExecutor | None:
    """A thread for each core that this process may use; ``None`` if that is one."""
    return _pool("lexdpr", _cores(), lambda threads: None)


def torch_workers() -> ThreadPoolExecutor | None:
    """As many threads as torch would use, in each of which it uses one; ``None`` if that is one."""
    import torch

    def use(threads: int) -> None:
        torch.get_num_threads()  # a thread that is first asked later takes the number for all
        torch.set_num_threads(threads)

    return _pool("lexdpr-torch", torch.get_num_threads(), use)


def _pool(name: str, cores: int, use: Callable[[int], None]) -> ThreadPoolExecutor | None:
    if cores < 2:
        return None
    key = (name, cores, os.getpid())  # threads do not live on in a child that was forked
    with _making:
        if key not in _pools:
            _pools[key] = _begun(name, cores, use)
        return _pools[key]


def _begun(name: str, cores: int, use: Callable[[int], None]) -> ThreadPoolExecutor:
    """A pool all of whose threads have begun; ``use`` says how many threads each may have."""
    all_begun = Barrier(cores)

    def begin() -> None:
        use(1)
        all_begun.wait()

    pool = ThreadPoolExecutor(cores, name, initializer=begin)
    list(pool.map(lambda _: None, range(cores)))
    use(cores)  # what torch is told of one thread is what threads to come begin with
    return pool


def _cores() -> int:
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdecimal() and int(told):
        return int(told)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
