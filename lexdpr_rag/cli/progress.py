"""Progress on standard error: bars in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from lexdpr_rag.cli.console import stderr
from lexdpr_rag.cli.facts import duration
from lexdpr_rag.cli.words import say
from lexdpr_rag.index.report import BuildEvent, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_BETWEEN_LINES = 10.0
"""Seconds between two lines where there is no terminal."""


@contextmanager
def showing_build(*, quiet: bool) -> Iterator[Progress]:
    """What a build is to tell its progress to."""
    console = stderr()
    if quiet:
        yield lambda event: None
    elif console.is_terminal:
        from lexdpr_rag.cli.bars import bars_on

        with bars_on(console) as bars:
            yield _BuildBars(bars)
    else:
        yield _BuildLines()


@contextmanager
def showing_queries(total: int | None) -> Iterator[Callable[[int], None]]:
    """What a batch search is to tell its count of done questions to."""
    console = stderr()
    if not console.is_terminal:
        yield lambda done: None
        return
    from lexdpr_rag.cli.bars import bars_on

    with bars_on(console) as bars:
        task = bars.add_task(say("progress.queries"), total=total, counts="")
        yield lambda done: bars.update(task, completed=done)


class _BuildBars:
    """One bar a stage."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._stage = ""

    def __call__(self, event: BuildEvent) -> None:
        if event.stage != self._stage:
            self._finish(self._stage)
            self._stage = event.stage
        if event.stage not in self._tasks:
            name = say(f"stage.{event.stage}")
            self._tasks[event.stage] = self._bars.add_task(name, total=None, counts="")
        counts = ""
        if event.laws:
            # The count of the stage is the count of laws, unless files were left out.
            key = "progress.units" if event.laws == event.done else "progress.counts"
            counts = say(key, laws=event.laws, units=event.units)
        self._bars.update(
            self._tasks[event.stage],
            completed=event.done,
            total=event.total or None,
            counts=counts,
        )

    def _finish(self, stage: str) -> None:
        """A stage without a known total is done when the next begins."""
        if stage in self._tasks:
            task = self._bars.tasks[self._tasks[stage]]
            if task.total is None:
                self._bars.update(task.id, total=task.completed)


class _BuildLines:
    """A line when a stage ends, and every ten seconds of a long one."""

    def __init__(self) -> None:
        self._last: BuildEvent | None = None
        self._begun = self._told = time.monotonic()

    def __call__(self, event: BuildEvent) -> None:
        now = time.monotonic()
        if self._last is not None and self._last.stage != event.stage:
            if not _is_done(self._last):
                self._tell(self._last, now)  # a stage without a known total ends with the next
            self._begun = now
        self._last = event
        if _is_done(event) or now - self._told >= _BETWEEN_LINES:
            self._tell(event, now)

    def _tell(self, event: BuildEvent, now: float) -> None:
        self._told = now
        typer.echo(self._line(event, now - self._begun), err=True)

    def _line(self, event: BuildEvent, elapsed: float) -> str:
        total = f"/{event.total:,}" if event.total else ""
        words = [f"{say(f'stage.{event.stage}')} {event.done:,}{total}"]
        if event.laws:
            words.append(say("progress.counts", laws=event.laws, units=event.units))
        rate = event.done / elapsed if elapsed > 1 else 0.0
        if rate >= 1:
            words += [say("progress.rate", rate=rate), say("progress.took", time=duration(elapsed))]
            if event.total > event.done:
                left = duration((event.total - event.done) / rate)
                words.append(say("progress.left", time=left))
        return " · ".join(words)


def _is_done(event: BuildEvent) -> bool:
    return bool(event.total) and event.done >= event.total
