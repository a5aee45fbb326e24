"""``lexdpr-rag fetch``: laws from law.go.kr or legalize-kr into a folder."""

from __future__ import annotations

import math
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_rag.cli.console import stderr
from lexdpr_rag.cli.failure import FAILED, CommandError, WrongUsageError
from lexdpr_rag.cli.options import Json, choice, joined, whole_number
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from lexdpr_rag.fetch import FetchReport, Manners, Wanted
    from lexdpr_rag.fetch.report import FetchEvent, Progress

_FAILURES_SHOWN = 20
_BETWEEN_LINES = 10.0
"""Seconds between two lines of progress where there is no terminal."""


class Source(StrEnum):
    """Where laws come from."""

    LAWGOKR = "law.go.kr"
    LEGALIZE = "legalize-kr"


class KindName(StrEnum):
    """As :class:`lexdpr_rag.fetch.Kind`, which is not imported for every command."""

    LAW = "law"
    ADMRUL = "admrul"
    ORDIN = "ordin"
    PREC = "prec"


@dataclass(frozen=True, slots=True)
class Days:
    """A day, or the days from ``since`` to ``last``."""

    last: date
    since: date | None = None


def _seconds(name: str) -> Callable[[object], float]:
    def read(value: object) -> float:
        try:
            seconds = float(str(value))
        except ValueError:
            seconds = math.nan
        if not 0 <= seconds < math.inf:
            raise WrongUsageError("usage.fetch_seconds", name=name, value=value)
        return seconds

    return read


def _days(value: object) -> Days:
    """A day, or two with ``~`` between them."""
    first, mark, last = str(value).partition("~")
    try:
        days = [
            date.fromisoformat(day.strip().rstrip(".").replace(".", "-"))
            for day in ((first, last) if mark else (first,))
        ]
    except ValueError as error:
        raise WrongUsageError("usage.day", name="--date", value=value) from error
    return Days(days[-1], days[0] if mark else None)


def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="meta.law", help="help.fetch.names")
    ] = None,
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="meta.folder", help="help.fetch.out")
    ] = "laws",
    everything: Annotated[bool, typer.Option("--all", help="help.fetch.all")] = False,
    ids: Annotated[bool, typer.Option("--ids", help="help.fetch.ids")] = False,
    kind: Annotated[
        KindName,
        typer.Option(
            "--kind",
            metavar="|".join(KindName),
            parser=choice("--kind", KindName),
            help="help.fetch.kind",
        ),
    ] = KindName.LAW,
    days: Annotated[
        Days | None,
        typer.Option("--date", metavar="meta.day", parser=_days, help="help.fetch.date"),
    ] = None,
    source: Annotated[
        Source,
        typer.Option(
            "--from",
            metavar="|".join(Source),
            parser=choice("--from", Source),
            help="help.fetch.source",
        ),
    ] = Source.LAWGOKR,
    key: Annotated[
        str | None, typer.Option("--key", metavar="OC", help="help.fetch.key", show_default=False)
    ] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="help.fetch.url")] = None,
    history: Annotated[bool, typer.Option("--history", help="help.fetch.history")] = False,
    pause: Annotated[
        float,
        typer.Option(
            "--pause", metavar="meta.number", parser=_seconds("--pause"), help="help.fetch.pause"
        ),
    ] = 0.5,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            metavar="meta.number",
            parser=_seconds("--timeout"),
            help="help.fetch.timeout",
        ),
    ] = 30.0,
    retries: Annotated[
        int,
        typer.Option(
            "--retries",
            metavar="meta.number",
            parser=whole_number("--retries", 0),
            help="help.fetch.retries",
        ),
    ] = 4,
    strict: Annotated[bool, typer.Option("--strict", help="help.fetch.strict")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="help.fetch.prune")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help.quiet")] = False,
    json: Json = False,
) -> None:
    """Fetch laws into a folder that ``lexdpr-rag index`` reads."""
    from lexdpr_rag.fetch import Kind, Manners, Wanted

    asked = [joined([name]) for name in names or ()]
    wanted = Wanted(
        names=() if ids else tuple(asked),
        ids=tuple(n for name in asked for n in name.replace(",", " ").split()) if ids else (),
        everything=everything,
        kind=Kind(kind),
        day=days.last if days else None,
        since=days.since if days else None,
    )
    manners = Manners(pause=pause, timeout=timeout, retries=retries)
    if history and source is not Source.LEGALIZE:
        raise WrongUsageError("usage.fetch_only", name="--history", source=Source.LEGALIZE)
    options = _Options(out, url, history, strict, prune)
    report = _run(wanted, source, options, manners, key=key, quiet=quiet)
    if json:
        from lexdpr_rag.cli.console import write_json

        write_json(asdict(report))
    if not quiet:
        _print_summary(report)
    if _failed(report, wanted):
        raise typer.Exit(FAILED)


@dataclass(frozen=True, slots=True)
class _Options:
    """What goes on to either source.  The key is no field: ``repr`` would show it."""

    out: str
    url: str | None
    history: bool
    strict: bool
    prune: bool


def _run(
    wanted: Wanted,
    source: Source,
    options: _Options,
    manners: Manners,
    *,
    key: str | None,
    quiet: bool,
) -> FetchReport:
    from lexdpr_rag.fetch import fetch as fetch_texts
    from lexdpr_rag.fetch import mirror
    from lexdpr_rag.fetch.client import API

    try:
        with _showing(quiet=quiet) as progress:
            if source is Source.LEGALIZE:
                return mirror(
                    wanted,
                    options.out,
                    url=options.url,
                    history=options.history,
                    manners=manners,
                    strict=options.strict,
                    prune=options.prune,
                    progress=progress,
                )
            return fetch_texts(
                wanted,
                options.out,
                key=key,
                url=options.url or API,
                manners=manners,
                strict=options.strict,
                prune=options.prune,
                progress=progress,
            )
    except KeyboardInterrupt as error:
        raise CommandError("fail.fetch_interrupted") from error


def _failed(report: FetchReport, wanted: Wanted) -> bool:
    """What was named must be there; of everything, something."""
    if wanted.names or wanted.ids:
        return bool(report.failures)
    return bool(report.failures) and not (report.fetched or report.unchanged)


# -- progress ------------------------------------------------------------------------------------


@contextmanager
def _showing(*, quiet: bool) -> Iterator[Progress]:
    console = stderr()
    if quiet:
        yield lambda event: None
    elif console.is_terminal:
        from lexdpr_rag.cli.bars import bars_on

        with bars_on(console) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


class _Bars:
    """One bar a stage."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: FetchEvent) -> None:
        if event.stage not in self._tasks:
            name = _stage(event)
            self._tasks[event.stage] = self._bars.add_task(name, total=None, counts="")
        counts = say("fetch.new_count", count=event.fetched) if event.fetched else ""
        task = self._tasks[event.stage]
        self._bars.update(task, completed=event.done, total=event.total or None, counts=counts)


class _Lines:
    """A line when a stage ends, and every ten seconds of a long one."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, event: FetchEvent) -> None:
        now = time.monotonic()
        done = bool(event.total) and event.done >= event.total
        if not done and now - self._told < _BETWEEN_LINES:
            return
        self._told = now
        total = f"/{event.total:,}" if event.total else ""
        words = [f"{_stage(event)} {event.done:,}{total}"]
        if event.fetched:
            words.append(say("fetch.new_count", count=event.fetched))
        typer.echo(" · ".join(words), err=True)


_STAGES = {
    "list": "fetch.stage.list",
    "names": "fetch.stage.names",
    "text": "fetch.stage.text",
    "mirror": "fetch.stage.mirror",
}


def _stage(event: FetchEvent) -> str:
    return say(_STAGES[event.stage])


# -- summary -------------------------------------------------------------------------------------


def _print_summary(report: FetchReport) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.facts import print_facts

    console = stderr()
    console.print()
    if report.fetched or report.unchanged:
        done = say("fetch.done" if report.changed else "fetch.up_to_date")
        mark = ("✓ ", "bold green")
    else:
        done, mark = say("fetch.none"), ("! ", "bold yellow")
    console.print(Text.assemble(mark, (done, "bold"), "  ", (report.folder, "cyan")))
    print_facts(console, _facts(report), indent=2)
    _print_failures(console, report)
    _print_notes(console, report)
    if report.fetched or report.unchanged:
        console.print()
        console.print(Text(say("fetch.next"), style="dim"))
        console.print(Text(f"  {_next_command(report)}", style="green"), soft_wrap=True)


def _facts(report: FetchReport) -> list[tuple[str, str]]:
    from lexdpr_rag.cli.facts import duration

    new = sum(file.new for file in report.fetched)
    counts = [
        ("fetch.fact.new", new),
        ("fetch.fact.changed", len(report.fetched) - new),
        ("fetch.fact.unchanged", report.unchanged),
        ("fetch.fact.requests", report.requests),
    ]
    facts = [(say(key), f"{count:,}") for key, count in counts if count]
    return [*facts, (say("fetch.fact.time"), duration(report.seconds))]


def _print_failures(console: Console, report: FetchReport) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import print_hanging

    if not report.failures:
        return
    console.print()
    title = say("fetch.failures", count=len(report.failures))
    console.print(Text.assemble(("! ", "bold yellow"), (title, "bold")))
    for failure in report.failures[:_FAILURES_SHOWN]:
        told = failure.reason
        line = told if failure.name in told else f"{failure.name}: {told}"
        print_hanging(console, Text("  "), Text(line))
    more = len(report.failures) - _FAILURES_SHOWN
    if more > 0:
        hint = Text(say("fetch.more_failures", count=more), style="dim")
        print_hanging(console, Text("  "), hint)


def _print_notes(console: Console, report: FetchReport) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import print_hanging

    notes = []
    if report.listed < report.total:
        notes.append(say("fetch.incomplete", listed=report.listed, total=report.total))
    if report.gone:
        key = "fetch.pruned" if report.pruned else "fetch.gone"
        notes.append(say(key, count=len(report.gone)))
    for note in notes:
        console.print()
        print_hanging(console, Text("! ", style="bold yellow"), Text(note))


def _next_command(report: FetchReport) -> str:
    folder = Path(report.folder)
    if report.kind != KindName.PREC:
        return f"lexdpr-rag index {shlex.quote(str(folder))} --out law-index"
    # Decisions are put into an index of laws; here they may lie in a folder of their own.
    laws = str(folder) if (folder / KindName.LAW).is_dir() else say("meta.source")
    decisions = shlex.quote(str(folder / KindName.PREC))
    return f"lexdpr-rag index {shlex.quote(laws)} --decisions {decisions} --out law-index"
