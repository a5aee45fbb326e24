"""The journal of a run: every raw answer, and what became of every unit.

One JSON line a call, on disk before the next step depends on it, so that a run that is killed at
any moment goes on where it was.  A line that the end of a process cut short is passed over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from lexdpr_finetune.synthesize.provision import Provision
from lexdpr_finetune.synthesize.question import Question, SynthesisError
from lexdpr_finetune.synthesize.usage import NOTHING, Usage


class State(StrEnum):
    """What a call left of its unit."""

    OPEN = "open"  # it will be asked again
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as the journal holds it.

    Attributes:
        unit_id, article, citation: whose.
        key: of what was asked and of whom: prompt, provision and model.
        model: the model's name.
        state: what became of the unit.
        usage: tokens.
        questions: kind and text of each; of an answered unit.
        short: whether they are fewer than asked for.
        problem: why the answer (or its lack) was no good; empty for a good one.
        detail: more on it, for people.
        raw: what the model wrote; ``None`` where it wrote nothing.
        at: when, ISO, UTC.
    """

    unit_id: str
    article: str
    citation: str
    key: str
    model: str
    state: State
    usage: Usage = NOTHING
    questions: tuple[tuple[str, str], ...] = ()
    short: bool = False
    problem: str = ""
    detail: str = ""
    raw: str | None = None
    at: str = ""

    def to_line(self) -> bytes:
        """A JSON line."""
        held = asdict(self) | {"at": datetime.now(UTC).isoformat(timespec="seconds")}
        return json.dumps(held, ensure_ascii=False).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Call:
        """Inverse of :meth:`to_line`.

        Raises:
            ValueError, TypeError, KeyError: the line is none.
        """
        held: dict[str, Any] = json.loads(line)
        held["state"] = State(held["state"])
        held["usage"] = Usage(**held["usage"])
        held["questions"] = tuple((kind, text) for kind, text in held["questions"])
        return cls(**held)


@dataclass(frozen=True, slots=True)
class Past:
    """What a journal holds.

    Attributes:
        states: unit and key → the last state; units that are open are not among them.
        usage: of all calls.
        damaged: lines that cannot be read.
    """

    states: Mapping[tuple[str, str], State]
    usage: Usage
    damaged: int


def read_calls(path: Path) -> Iterator[Call | None]:
    """The calls of a journal in order; ``None`` for a line that cannot be read."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                try:
                    yield Call.from_line(line)
                except (ValueError, TypeError, KeyError):
                    yield None


def read_past(path: Path) -> Past:
    """What ``path`` holds so far; nothing where there is no such file."""
    states: dict[tuple[str, str], State] = {}
    usage, damaged = Usage(), 0
    for call in read_calls(path):
        if call is None:
            damaged += 1
            continue
        usage += call.usage
        if call.state is not State.OPEN:
            states[call.unit_id, call.key] = call.state
    return Past(states, usage, damaged)


def answered_questions(path: Path) -> Iterator[Question]:
    """The questions of every unit that is answered, in the order of the answers.

    Of a unit that was answered more than once (by another prompt or model) the last answer counts.
    """
    last: dict[str, int] = {}
    for number, call in enumerate(read_calls(path)):
        if call is not None and call.state is State.ANSWERED:
            last[call.unit_id] = number
    for number, call in enumerate(read_calls(path)):
        if call is not None and last.get(call.unit_id) == number:
            for kind, text in call.questions:
                yield Question(call.unit_id, call.article, call.citation, kind, text, call.model)


class Journal:
    """A journal that is open for writing; one process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> Journal:
        from filelock import FileLock, Timeout

        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(f"{self.path}.lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise SynthesisError("synthesize.locked", path=self.path) from error
        self._file = self.path.open("ab")
        if self._file.tell() and not _ends_in_newline(self.path):
            self._file.write(b"\n")  # what was cut short stays a line of its own
        return self

    def add(self, call: Call) -> None:
        """Write a call; it is on the disk when this returns."""
        if self._file is None:
            raise ValueError("the journal is not open")
        self._file.write(call.to_line())
        self._file.flush()
        os.fsync(self._file.fileno())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        self._lock.release()


def _ends_in_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def blank(provision: Provision, key: str, model: str) -> Call:
    """A call for ``provision`` of which nothing is known yet."""
    return Call(provision.unit_id, provision.article, provision.citation, key, model, State.OPEN)
