"""Options that several commands share, and how their values are read.

Values are read here rather than by typer, so that a wrong one is told in the language in use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from lexdpr_rag.cli.failure import WrongUsageError
from lexdpr_rag.datamodels import AnalyzerName, Filters, Level, Mode

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


def whole_number(name: str, least: int) -> Callable[[object], int]:
    """A reader of whole numbers not below ``least``."""

    def read(value: object) -> int:
        text = str(value).strip()
        if not text.isdecimal() or int(text) < least:
            raise WrongUsageError("usage.whole_number", name=name, least=least, value=value)
        return int(text)

    return read


def choice(name: str, kind: type[ChoiceT]) -> Callable[[object], ChoiceT]:
    """A reader of the values of an enumeration."""

    def read(value: object) -> ChoiceT:
        try:
            return kind(str(value).lower())
        except ValueError as error:
            legal = ", ".join(kind)
            raise WrongUsageError("usage.choice", name=name, value=value, legal=legal) from error

    return read


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value).strip().rstrip(".").replace(".", "-"))
    except ValueError as error:
        raise WrongUsageError("usage.day", name="--as-of", value=value) from error


IndexPath = Annotated[str, typer.Argument(metavar="meta.index", help="help.index_path")]
Json = Annotated[bool, typer.Option("--json", help="help.json")]
K = Annotated[
    int,
    typer.Option("-k", "--k", metavar="meta.number", parser=whole_number("-k", 1), help="help.k"),
]
LevelOption = Annotated[
    Level,
    typer.Option(
        "--level", metavar="meta.level", parser=choice("--level", Level), help="help.level"
    ),
]
ModeOption = Annotated[
    Mode,
    typer.Option("--mode", metavar="meta.mode", parser=choice("--mode", Mode), help="help.mode"),
]
AnalyzerOption = Annotated[
    AnalyzerName | None,
    typer.Option(
        "--analyzer",
        metavar="meta.analyzer",
        parser=choice("--analyzer", AnalyzerName),
        help="help.analyzer",
    ),
]
AsOf = Annotated[
    date | None, typer.Option("--as-of", metavar="meta.day", parser=_day, help="help.as_of")
]
Laws = Annotated[list[str] | None, typer.Option("--law", metavar="meta.law", help="help.law")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", metavar="meta.kind", help="help.kind")]
Ministries = Annotated[
    list[str] | None, typer.Option("--ministry", metavar="meta.ministry", help="help.ministry")
]
Part = Annotated[str, typer.Option("--part", metavar="meta.part", help="help.part")]


def joined(words: list[str] | None) -> str:
    """Words of the command line as one text, so that a question needs no quotes.

    In a locale without Korean Python hands them over undecoded; they are UTF-8 nevertheless.
    """
    text = " ".join(words or ()).strip()
    return text.encode(errors="surrogateescape").decode(errors="replace")


def filters_from(
    laws: list[str] | None,
    kinds: list[str] | None,
    ministries: list[str] | None,
    part: str,
    as_of: date | None,
) -> Filters:
    """The filters of a search, as given by the options."""
    return Filters(
        law=tuple(laws or ()),
        kind=tuple(kinds or ()),
        ministry=tuple(ministries or ()),
        part=part,
        as_of=as_of,
    )
