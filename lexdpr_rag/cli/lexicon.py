"""``lexdpr-rag lexicon``: extend, check and count a lexicon of everyday words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_rag.cli.failure import FAILED
from lexdpr_rag.cli.frame import Command, Commands
from lexdpr_rag.cli.options import Json, joined
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from lexdpr_rag.lexicon import Added, Finding, LawTerms, LexiconStats

LexiconFile = Annotated[str, typer.Argument(metavar="meta.lexicon", help="help.lexicon.file")]
Index = Annotated[
    str | None, typer.Option("--index", metavar="meta.index", help="help.lexicon.index")
]
_SHOWN = 100
"""So many findings are printed; all of them as JSON."""
_MOST = 12
"""So many areas, laws and words are printed; all of them as JSON."""


def _words_option(name: str, metavar: str) -> object:
    return typer.Option(name, metavar=metavar, help=f"help.lexicon.{name[2:]}")


def add(
    file: LexiconFile,
    plain: Annotated[list[str], _words_option("--plain", "meta.word")],
    legal: Annotated[list[str], _words_option("--legal", "meta.term")],
    law: Annotated[list[str], _words_option("--law", "meta.law")],
    area: Annotated[str, _words_option("--area", "meta.area")] = "",
    index: Index = None,
    json: Json = False,
) -> None:
    """Add an entry."""
    from lexdpr_rag.cli.console import write_json
    from lexdpr_rag.lexicon import LexiconEntry, add_entry

    words, terms, laws = (tuple(joined([one]) for one in given) for given in (plain, legal, law))
    entry = LexiconEntry(words, terms, laws, joined([area]))
    added = add_entry(Path(file), entry, _laws(index))
    if json:
        notes = [one.to_dict() for one in added.notes]
        told = {"how": added.how.value, "line": added.line, "entry": added.entry.to_dict()}
        write_json({**told, "looked_up": index is not None, "notes": notes})
    else:
        _print_added(added, file, looked_up=index is not None)


def check(file: LexiconFile, index: Index = None, json: Json = False) -> None:
    """Find faults; exit with 1 where there are any."""
    from lexdpr_rag.cli.console import write_json
    from lexdpr_rag.lexicon import check as faults_of
    from lexdpr_rag.lexicon import read_lines

    lines = read_lines(Path(file))
    findings = faults_of(lines, _laws(index))
    if json:
        write_json([one.to_dict() for one in findings])
    else:
        _print_findings(findings, file, len(lines), looked_up=index is not None)
    if any(one.fault.serious for one in findings):
        raise typer.Exit(FAILED)


def stats(file: LexiconFile, json: Json = False) -> None:
    """Count entries."""
    from dataclasses import asdict

    from lexdpr_rag.cli.console import write_json
    from lexdpr_rag.lexicon import count, read_lines

    found = count(read_lines(Path(file)))
    if json:
        write_json(asdict(found))
    else:
        _print_stats(found)


def _laws(index: str | None) -> LawTerms | None:
    from lexdpr_rag.lexicon import LawTerms

    return None if index is None else LawTerms.open(index)


def _print_added(added: Added, file: str, *, looked_up: bool) -> None:
    from lexdpr_rag.lexicon.joining import How

    words = {How.ADDED: "lexicon.added", How.JOINED: "lexicon.joined"}
    key = words.get(added.how, "lexicon.unchanged")
    typer.echo(say(key, file=file, line=added.line, plain=", ".join(added.entry.plain)))
    for one in added.notes:
        typer.echo(say("lexicon.note", message=one), err=True)
    if not looked_up:
        typer.echo(say("lexicon.not_looked_up"), err=True)


def _print_findings(findings: Sequence[Finding], file: str, lines: int, *, looked_up: bool) -> None:
    for one in sorted(findings, key=lambda one: not one.fault.serious)[:_SHOWN]:
        message = one if one.fault.serious else say("lexicon.note", message=one)
        typer.echo(f"{file}:{one.line}: {message}")
    if len(findings) > _SHOWN:
        typer.echo(say("lexicon.more", count=len(findings) - _SHOWN))
    wrong = sum(one.fault.serious for one in findings)
    key = "lexicon.wrong" if wrong else "lexicon.good"
    notes = len(findings) - wrong
    typer.echo(say(key, lines=lines, wrong=wrong, notes=notes), err=True)
    if not looked_up:
        typer.echo(say("lexicon.not_looked_up"), err=True)


def _print_stats(found: LexiconStats) -> None:
    from lexdpr_rag.cli.console import stdout
    from lexdpr_rag.cli.facts import print_facts

    console = stdout()
    facts = [
        (say("lexicon.entries"), found.entries),
        (say("lexicon.malformed"), found.malformed),
        (say("lexicon.words"), found.words),
        (say("lexicon.terms"), found.terms),
        (say("lexicon.areas"), len(found.areas)),
        (say("lexicon.laws"), len(found.laws)),
        (say("lexicon.ambiguous"), len(found.ambiguous)),
    ]
    print_facts(console, [(name, f"{value:,}") for name, value in facts])
    counts: tuple[tuple[str, Mapping[str, int]], ...] = (
        (say("lexicon.areas"), found.areas),
        (say("lexicon.laws"), found.laws),
    )
    for title, held in counts:
        rows = [(name or say("lexicon.no_area"), f"{number:,}") for name, number in held.items()]
        _print_most(title, rows)
    senses = {
        word: " · ".join(f"{', '.join(one.legal)} ({one.area or '–'})" for one in several)
        for word, several in found.ambiguous.items()
    }
    _print_most(say("lexicon.ambiguous"), list(senses.items()))


def _print_most(title: str, rows: Sequence[tuple[str, str]]) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import stdout
    from lexdpr_rag.cli.facts import print_facts

    if not rows:
        return
    console = stdout()
    console.print()
    console.print(Text(title, style="bold"))
    print_facts(console, rows[:_MOST], 2)
    if len(rows) > _MOST:
        console.print(Text(f"  {say('lexicon.more', count=len(rows) - _MOST)}", style="dim"))


_SETTINGS = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(cls=Commands, help="help.lexicon", context_settings=_SETTINGS)
for _name, _run in (("add", add), ("check", check), ("stats", stats)):
    app.command(_name, cls=Command, help=f"help.lexicon.{_name}", context_settings=_SETTINGS)(_run)
