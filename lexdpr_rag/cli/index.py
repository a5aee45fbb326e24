"""``lexdpr-rag index``: a folder, file or archive of statutes becomes an index."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexdpr_rag.cli.failure import FAILED, CommandError
from lexdpr_rag.cli.models_used import (
    Adapter,
    BackendOption,
    ChromaUrl,
    EncoderOption,
    MaxLength,
    TemplateName,
    encoder_from,
    telling_warnings,
)
from lexdpr_rag.cli.options import AnalyzerOption, Json, whole_number
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console

    from lexdpr_rag.engine import LexDPR
    from lexdpr_rag.index.report import BuildReport, Failure, IndexInfo

_FAILURES_SHOWN = 20


def index(
    source: Annotated[str, typer.Argument(metavar="meta.source", help="help.source")],
    out: Annotated[str, typer.Option("--out", "-o", metavar="meta.folder", help="help.out_folder")],
    strict: Annotated[bool, typer.Option("--strict", help="help.strict")] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            metavar="meta.number",
            parser=whole_number("--jobs", 1),
            help="help.jobs",
        ),
    ] = None,
    analyzer: AnalyzerOption = None,
    encoder: EncoderOption = None,
    adapter: Adapter = None,
    template: TemplateName = None,
    max_length: MaxLength = None,
    backend: BackendOption = None,
    chroma_url: ChromaUrl = None,
    decisions: Annotated[
        list[str] | None, typer.Option("--decisions", metavar="meta.path", help="help.decisions")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help.quiet")] = False,
    errors: Annotated[
        str | None, typer.Option("--errors", metavar="meta.file", help="help.errors")
    ] = None,
    json: Json = False,
) -> None:
    """Build or update an index."""
    options = {
        "strict": strict,
        "jobs": jobs,
        "analyzer": analyzer,
        "encoder": encoder_from(encoder, adapter, template, max_length),
        "backend": backend,
        "chroma_url": chroma_url,
        "decisions": decisions or None,
    }
    engine, report = _build(source, out, quiet=quiet, options=options)
    if errors is not None:
        _write_failures(report.failures + report.decision_failures, errors)
    if json:
        from lexdpr_rag.cli.console import write_json

        write_json(asdict(report))
    if not quiet:
        _print_summary(engine.info(), report, out)
    if not report.laws:
        raise typer.Exit(FAILED)


def _build(
    source: str, out: str, *, quiet: bool, options: dict[str, Any]
) -> tuple[LexDPR, BuildReport]:
    from lexdpr_rag.cli.progress import showing_build
    from lexdpr_rag.engine import LexDPR

    try:
        with telling_warnings(), showing_build(quiet=quiet) as progress:
            engine = LexDPR.build(source, out, progress=progress, **options)
    except KeyboardInterrupt as error:
        raise CommandError("fail.index_interrupted") from error
    report = engine.report
    if report is None:
        raise TypeError("LexDPR.build gave an engine without a report")
    return engine, report


def _write_failures(failures: Sequence[Failure], path: str) -> None:
    import json

    lines = [
        json.dumps(asdict(failure), ensure_ascii=False) + "\n"
        for failure in sorted(failures, key=attrgetter("source"))
    ]
    if path == "-":
        sys.stdout.buffer.write("".join(lines).encode())
        sys.stdout.buffer.flush()
    else:
        Path(path).write_text("".join(lines), encoding="utf-8")


def _print_summary(held: IndexInfo, report: BuildReport, out: str) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import stderr
    from lexdpr_rag.cli.facts import print_facts

    console = stderr()
    done = say("index.done" if report.changed else "index.unchanged")
    console.print()
    console.print(Text.assemble(("✓ ", "bold green"), (done, "bold"), "  ", (held.path, "cyan")))
    print_facts(console, _facts(held, report), indent=2)
    if report.failures:
        _print_failures(console, "index.failures", report.failures)
    if report.decision_failures:
        _print_failures(console, "index.decision_failures", report.decision_failures)
    console.print()
    console.print(Text(say("index.next"), style="dim"))
    command = f'  lexdpr-rag search {_quoted(out)} "{say("index.next_query")}"'
    console.print(Text(command, style="green"), soft_wrap=True)


def _facts(held: IndexInfo, report: BuildReport) -> list[tuple[str, str]]:
    from lexdpr_rag.cli.facts import file_size
    from lexdpr_rag.cli.info import decisions_of, level_counts, vectors_of

    files = [
        f"{report.sources:,}",
        say("index.parsed", parsed=report.parsed, reused=report.reused),
    ]
    if report.duplicates:
        files.append(say("index.duplicates", count=len(report.duplicates)))
    if report.failures:
        files.append(say("index.bad", count=len(report.failures)))
    facts = [
        (say("index.laws"), f"{report.laws:,}"),
        (say("index.articles"), f"{report.articles:,}"),
        (say("index.units"), level_counts(held.units_by_level)),
        (say("index.vectors"), vectors_of(held)),
        (say("index.decisions"), decisions_of(held)),
        (say("index.sources"), " · ".join(files)),
        (say("index.time"), _time(report.seconds)),
        (say("index.size"), file_size(held.size_bytes)),
    ]
    return [(name, value) for name, value in facts if value]


def _time(seconds: float) -> str:
    if seconds < 60:
        return say("index.seconds", seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    return say("index.minutes", minutes=minutes, seconds=rest)


def _print_failures(console: Console, key: str, failures: Sequence[Failure]) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import print_hanging

    console.print()
    title = say(key, count=len(failures))
    console.print(Text.assemble(("! ", "bold yellow"), (title, "bold")))
    for failure in sorted(failures, key=attrgetter("source"))[:_FAILURES_SHOWN]:
        reason = failure.reason
        line = reason if failure.source in reason else f"{failure.source}: {reason}"
        print_hanging(console, Text("  "), Text(line))
    more = len(failures) - _FAILURES_SHOWN
    if more > 0:
        hint = Text(say("index.more_failures", count=more), style="dim")
        print_hanging(console, Text("  "), hint)


def _quoted(path: str) -> str:
    import shlex

    return shlex.quote(path)
