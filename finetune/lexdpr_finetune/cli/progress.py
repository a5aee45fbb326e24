"""Progress of a run: a bar a step in a terminal, a line a step elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from lexdpr_finetune.run import Progress, RunEvent
from lexdpr_finetune.stages.step import Tell
from lexdpr_rag.cli.console import stderr
from lexdpr_rag.cli.facts import duration
from lexdpr_rag.cli.words import say, say_or_same

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_BETWEEN_LINES = 10.0
"""Seconds between two lines of one step where there is no terminal."""


@contextmanager
def showing_run(*, quiet: bool) -> Iterator[Progress]:
    """What a run is to tell its progress to."""
    console = stderr()
    if quiet:
        yield lambda event: None
    elif console.is_terminal:
        from lexdpr_rag.cli.bars import bars_on

        with bars_on(console) as bars:
            yield _RunBars(bars)
    else:
        yield _RunLines()


@contextmanager
def showing_step(step: str, *, quiet: bool) -> Iterator[Tell]:
    """The same for a stage that stands by itself."""
    started = time.monotonic()
    with showing_run(quiet=quiet) as progress:

        def tell(done: int, total: int, note: str = "") -> None:
            seconds = time.monotonic() - started
            progress(RunEvent(step, 1, 1, "going", done, total, note, seconds))

        progress(RunEvent(step, 1, 1, "begun"))
        yield tell
        progress(RunEvent(step, 1, 1, "done", seconds=time.monotonic() - started))


class _RunBars:
    """One bar a step; a step that was done already has none to fill."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: RunEvent) -> None:
        if event.step not in self._tasks:
            name = f"{event.number:>2}/{event.steps} {say(f'stage.{event.step}')}"
            self._tasks[event.step] = self._bars.add_task(name, total=None, counts="")
        task = self._tasks[event.step]
        if event.state in ("done", "kept"):
            held = next(one for one in self._bars.tasks if one.id == task)
            total = held.total or max(held.completed, 1)
            kept = say("stage.kept") if event.state == "kept" else ""
            self._bars.update(task, completed=total, total=total, counts=kept)
        elif event.state == "going":
            self._bars.update(
                task, completed=event.done, total=event.total or None, counts=_note(event)
            )


class _RunLines:
    """A line when a step ends, and every ten seconds of a long one."""

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        self._tell = tell or (lambda line: typer.echo(line, err=True))
        self._told = time.monotonic()

    def __call__(self, event: RunEvent) -> None:
        name = f"{event.number}/{event.steps} {say(f'stage.{event.step}')}"
        if event.state == "kept":
            self._tell(f"{name} · {say('stage.kept')}")
        elif event.state == "done":
            self._tell(f"{name} · {duration(event.seconds)}")
        elif event.state == "going" and time.monotonic() - self._told >= _BETWEEN_LINES:
            self._told = time.monotonic()
            total = f"/{event.total:,}" if event.total else ""
            self._tell(" · ".join(filter(None, (name, f"{event.done:,}{total}", _note(event)))))


def _note(event: RunEvent) -> str:
    """What a step says of itself; the parts of building an index have words of their own."""
    key = f"stage.{event.note}"
    return event.note if say_or_same(key) == key else say(key)
