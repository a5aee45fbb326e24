"""Progress bars of a terminal: stage, bar, count, what was found, pace and time left."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

from lexdpr_rag.cli.facts import duration
from lexdpr_rag.cli.words import say


def bars_on(console: Console) -> Progress:
    """Bars whose tasks have a field ``counts``; each stays on one line."""
    return Progress(
        SpinnerColumn(finished_text=Text("✓", style="green")),
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(bar_width=None),
        _Count(Column(no_wrap=True)),
        TextColumn(
            "{task.fields[counts]}",
            style="cyan",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis"),
        ),
        _Pace(Column(no_wrap=True)),
        console=console,
        expand=True,
    )


class _Count(ProgressColumn):
    """``3,412/5,674``."""

    def render(self, task: Task) -> Text:
        total = f"/{task.total:,.0f}" if task.total else ""
        return Text(f"{task.completed:,.0f}{total}")


class _Pace(ProgressColumn):
    """``58/초  0:58  남음 0:39``; of a finished stage the time it took."""

    def render(self, task: Task) -> Text:
        elapsed = task.finished_time if task.finished else task.elapsed
        words = [say("progress.took", time=duration(elapsed or 0))]
        if not task.finished:
            if task.speed and task.speed >= 1:
                words.insert(0, say("progress.rate", rate=task.speed))
            if task.time_remaining is not None:
                words.append(say("progress.left", time=duration(task.time_remaining)))
        return Text("  ".join(words), style="dim")
