"""What went wrong, as one line for a person and an exit status for a program."""

from __future__ import annotations

import errno
import re
from typing import Any

import typer

from lexdpr_rag.cli.words import say
from lexdpr_rag.errors import LexDPRError

FAILED = 1
WRONG_USAGE = 2

UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""Base of typer's errors of usage; newer versions bundle click, so it is not imported by name."""

_REASONS = {
    errno.ENOENT: "fail.reason.missing",
    errno.EACCES: "fail.reason.permission",
    errno.EPERM: "fail.reason.permission",
    errno.EISDIR: "fail.reason.is_folder",
    errno.ENOTDIR: "fail.reason.not_folder",
}


class CommandError(LexDPRError):
    """A failure of the command line itself, told in the words of :mod:`lexdpr_rag.cli.words`."""

    def __str__(self) -> str:
        return say(self.key, **self.values)


class WrongUsageError(typer.BadParameter):
    """Options or arguments that do not fit, told in the words of :mod:`lexdpr_rag.cli.words`."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(say(key, **values))


def explain(error: BaseException) -> tuple[str, int]:
    """One line in the language in use, and the exit status."""
    if isinstance(error, UsageError):
        return _usage(error), WRONG_USAGE
    return _failure(error), FAILED


def _failure(error: BaseException) -> str:
    if isinstance(error, LexDPRError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return say("fail.interrupted")
    if isinstance(error, MemoryError):
        return say("fail.memory")
    if isinstance(error, OSError) and error.errno is not None:
        return _system_failure(error)
    return say("fail.bug", kind=type(error).__name__, detail=" ".join(str(error).split())[:300])


def _system_failure(error: OSError) -> str:
    path = str(error.filename) if error.filename else ""
    if error.errno == errno.ENOSPC:
        return say("fail.disk_full", path=f" ({path})" if path else "")
    reason = _REASONS.get(error.errno or 0)
    detail = say(reason) if reason else str(error.strerror)
    return say("fail.file", path=path, reason=detail) if path else detail


def _usage(error: Any) -> str:
    """``error`` is a :data:`UsageError`; typer says these in English only."""
    line = _usage_line(error)
    context = getattr(error, "ctx", None)
    return line + (say("usage.see_help", command=context.command_path) if context else "")


def _usage_line(error: Any) -> str:
    kind = type(error).__name__
    if kind == "MissingParameter" and error.param is not None:
        param = error.param
        if param.param_type_name == "argument":
            return say("usage.missing_argument", name=param.metavar or param.name)
        return say("usage.missing_option", name=max(param.opts, key=len))
    if kind == "NoSuchOption":
        near = sorted(error.possibilities or ())
        hint = say("usage.did_you_mean", names=", ".join(near)) if near else ""
        return say("usage.unknown_option", name=error.option_name, hint=hint)
    if kind == "BadOptionUsage":
        takes_none = "does not take" in str(error.message)
        key = "usage.option_no_value" if takes_none else "usage.option_value"
        return say(key, name=error.option_name)
    message = " ".join(str(error.message).split())
    if isinstance(error, WrongUsageError):
        return message
    extra = re.fullmatch(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", message)
    if extra:
        return say("usage.extra", values=extra[1])
    return say("usage.other", detail=message)
