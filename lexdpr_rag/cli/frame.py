"""The frame around every command: language, help, one-line errors, exit status."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from lexdpr_rag.cli.console import tolerate_encoding
from lexdpr_rag.cli.failure import WRONG_USAGE, WrongUsageError, explain
from lexdpr_rag.cli.help import localise, render_help
from lexdpr_rag.cli.words import say

PROGRAM = "lexdpr-rag"
LANGUAGES = ("ko", "en")


class Command(TyperCommand):
    """A command with the package's own help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help into ``formatter``."""
        formatter.write(render_help(self, ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """The ``--help`` option, in the language in use."""
        return _with_words(super().get_help_option(ctx))


class Commands(TyperGroup):
    """The group of all commands.

    Help texts are keys of :mod:`lexdpr_rag.cli.words` until the language is known; ``--lang`` and
    ``--debug`` may stand anywhere on the line.
    """

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and exit with its status."""
        words = list(sys.argv[1:] if args is None else args)
        debug = _take_flag(words, "--debug")
        language = _take_value(words, "--lang")
        tolerate_encoding()
        with _speaking(language):
            try:
                if language not in (None, *LANGUAGES):
                    raise WrongUsageError("usage.lang", value=language)
                code = self._run(words, complete_var, **extra)
            except Exception as error:  # the outermost boundary: no traceback reaches a user
                code = _report(error, debug=debug)
        sys.exit(code)

    def _run(self, words: list[str], complete_var: str | None, **extra: Any) -> int:
        localise(self)
        status = super().main(
            words or ["--help"], PROGRAM, complete_var, standalone_mode=False, **extra
        )
        sys.stdout.flush()
        if not words:
            return WRONG_USAGE
        return status if isinstance(status, int) else 0

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Ctrl-C becomes an error with a line of its own."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise InterruptedByUserError from error

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; a wrong name is answered with near ones."""
        name, known = args[0], list(self.commands)
        if name not in self.commands and not name.startswith("-"):
            near = get_close_matches(name, known)
            hint = say("usage.did_you_mean", names=", ".join(near)) if near else ""
            raise WrongUsageError(
                "usage.unknown_command", name=name, hint=hint, commands=", ".join(known)
            )
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help into ``formatter``."""
        formatter.write(render_help(self, ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """The ``--help`` option, in the language in use."""
        return _with_words(super().get_help_option(ctx))


class InterruptedByUserError(Exception):
    """Ctrl-C.  typer turns KeyboardInterrupt itself into exit status 130, without a word."""


def _with_words(option: Any) -> Any:
    if option is not None:
        option.help = say("help.help")
    return option


def _report(error: Exception, *, debug: bool) -> int:
    """Print the error as one line; the exit status."""
    cause = (
        error.__cause__ if isinstance(error, InterruptedByUserError) and error.__cause__ else error
    )
    line, status = explain(cause)
    if isinstance(cause, OSError):
        _abandon_stdout()
    if debug:
        traceback.print_exception(error)
    typer.echo(typer.style(say("usage.error"), fg="red", bold=True) + line, err=True)
    return status


def _abandon_stdout() -> None:
    """Where standard output itself failed (disk full), do not let the interpreter try it again."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


# -- options that stand anywhere -----------------------------------------------------------------


def _take_flag(words: list[str], name: str) -> bool:
    end = words.index("--") if "--" in words else len(words)
    if name not in words[:end]:
        return False
    words.remove(name)
    return True


def _take_value(words: list[str], name: str) -> str | None:
    """Remove ``--name value`` or ``--name=value`` from ``words``; its value."""
    end = words.index("--") if "--" in words else len(words)
    for i, word in enumerate(words[:end]):
        if word == name and i + 1 < end:
            value = words[i + 1]
            del words[i : i + 2]
            return value
        if word.startswith(f"{name}="):
            del words[i]
            return word.removeprefix(f"{name}=")
    return None


@contextmanager
def _speaking(code: str | None) -> Iterator[None]:
    """Speak ``code`` for a while, in this process and those it starts."""
    before = os.environ.get("LEXDPR_LANG")
    if code is not None:
        os.environ["LEXDPR_LANG"] = code
    try:
        yield
    finally:
        if before is not None:
            os.environ["LEXDPR_LANG"] = before
        else:
            os.environ.pop("LEXDPR_LANG", None)
