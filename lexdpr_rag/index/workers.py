"""Worker processes for building: fresh interpreters that are told what to call over a pipe.

Not ``multiprocessing``: its fork copies the locks of other threads (an event loop's, Kiwi's), its
spawn runs the caller's script again, which a plain script that builds an index does not expect.
Here Ctrl-C reaches the parent alone, and a worker ends with its parent however that ends, since
then its pipe does.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lexdpr_rag.errors import IndexFormatError

Task = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function that can be imported, and its arguments."""

_START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from lexdpr_rag.index.workers import serve; serve()"
)


def run_tasks(tasks: Sequence[Task], count: int) -> Iterator[tuple[int, Any]]:
    """Do the tasks in ``count`` processes; yields ``(index, result)`` as they are done.

    When the iterator is closed or a task raises, the workers are ended at once.

    Raises:
        Exception: what a task raised.
        IndexFormatError: a worker ended by itself, out of memory perhaps.
    """
    waiting: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, bool, Any]] = queue.SimpleQueue()
    for index in range(len(tasks)):
        waiting.put(index)
    workers = [_start() for _ in range(count)]
    for worker in workers:
        waiting.put(None)
        threading.Thread(target=_feed, args=(worker, tasks, waiting, done), daemon=True).start()
    try:
        for _ in tasks:
            index, succeeded, result = done.get()
            if not succeeded:
                raise result
            yield index, result
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def _feed(
    worker: subprocess.Popen[bytes],
    tasks: Sequence[Task],
    waiting: queue.SimpleQueue[int | None],
    done: queue.SimpleQueue[tuple[int, bool, Any]],
) -> None:
    """Hand tasks to one worker, one at a time, until there are none left."""
    if worker.stdin is None or worker.stdout is None:
        raise TypeError("a worker without pipes")
    index: int | None = 0
    try:
        _send(worker.stdin, sys.path)
        while (index := waiting.get()) is not None:
            _send(worker.stdin, tasks[index])
            succeeded, result = pickle.load(worker.stdout)
            done.put((index, succeeded, result))
    except (OSError, EOFError, pickle.UnpicklingError, ValueError):
        # Killed from outside, or by run_tasks itself, which then listens no more.
        done.put((index or 0, False, IndexFormatError("index.worker_ended")))


def _send(pipe: Any, value: object) -> None:
    pickle.dump(value, pipe)
    pipe.flush()


def serve() -> None:
    """What a worker does: read tasks, do them, answer; end when the parent does."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    received: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(received,), daemon=True).start()
    while True:
        work, arguments = received.get()
        try:
            answer = (True, work(*arguments))
        except Exception as error:  # it is the parent's to handle
            answer = (False, error)
        _send(answers, answer)


def _receive(received: queue.SimpleQueue[Task]) -> None:
    """Read tasks while the parent lives; half-done work of a dead one must not go on."""
    while True:
        try:
            received.put(pickle.load(sys.stdin.buffer))
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(1)
