"""Searching for a whole file of questions: JSON lines in, JSON lines out.

In: ``{"query_id", "query"}``.  Out: ``{"query_id", "hits": [{"unit_id", "law_id", "article",
"citation", "score"}, …]}``, in the order of the questions.
"""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from lexdpr_rag.cli.failure import CommandError
from lexdpr_rag.cli.words import say
from lexdpr_rag.datamodels import Filters, Hit, Level, Mode

if TYPE_CHECKING:
    from lexdpr_rag.asked import SearchOptions
    from lexdpr_rag.engine import LexDPR
    from lexdpr_rag.index.fusion import Fusion

STANDARD = "-"
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the input."""

    query_id: str | int
    query: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for every question."""

    k: int
    level: Level
    mode: Mode
    filters: Filters
    candidates: int
    fusion: Fusion | None
    rerank: bool | None = None

    def options(self) -> SearchOptions:
        """As arguments of :meth:`LexDPR.search`, besides ``k``."""
        return {
            "level": self.level,
            "mode": self.mode,
            "filters": self.filters,
            "candidates": self.candidates,
            "fusion": self.fusion,
            "rerank": self.rerank,
        }


@dataclass(frozen=True, slots=True)
class Answered:
    """How much was done."""

    queries: int
    hits: int


def run_batch(
    engine: LexDPR, queries: str, out: str, asked: Asked, progress: Callable[[int], None]
) -> Answered:
    """Search for every question of the file ``queries`` and write ``out``; ``-`` are the streams.

    ``progress`` is told how many questions are done.  The output appears under its name only when
    it is whole.

    Raises:
        CommandError: a line is not a question, or there is none; nothing is written then.
    """
    answered = hits_found = 0
    with ExitStack() as stack:
        questions = read_questions(queries, stack)
        file = stack.enter_context(_whole_file(out))
        while chunk := list(islice(questions, _AT_ONCE)):
            texts = [question.query for question in chunk]
            found = engine.search_many(texts, asked.k, **asked.options())
            for question, hits in zip(chunk, found, strict=True):
                file.write(_line(question, hits))
                hits_found += len(hits)
            answered += len(chunk)
            progress(answered)
        if not answered:
            raise CommandError("fail.queries_empty", path=queries)
    return Answered(answered, hits_found)


def count_questions(queries: str) -> int | None:
    """How many there are, every line checked; ``None`` for a stream, which is read only once."""
    if queries == STANDARD or not Path(queries).is_file():
        return None
    with ExitStack() as stack:
        return sum(1 for _ in read_questions(queries, stack))


def read_questions(queries: str, stack: ExitStack) -> Iterator[Question]:
    """The questions of a file or of standard input; ``stack`` closes the file.

    Raises:
        CommandError: a line is not a question; the message names it.
    """
    if queries == STANDARD:
        return _questions(sys.stdin.buffer, queries)
    return _questions(stack.enter_context(Path(queries).open("rb")), queries)


def _questions(lines: IO[bytes], path: str) -> Iterator[Question]:
    for number, raw in enumerate(lines, 1):
        line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if line.strip():
            question = _question(line)
            if isinstance(question, str):
                raise CommandError(
                    "fail.queries_line", path=path, line=number, reason=say(question)
                )
            yield question


def _question(line: bytes) -> Question | str:
    """The question, or the key of what is wrong with the line."""
    try:
        value: Any = json.loads(line.decode())
    except UnicodeDecodeError:
        return "line.not_text"
    except ValueError:
        return "line.not_json"
    if not isinstance(value, dict):
        return "line.not_object"
    query_id, query = value.get("query_id"), value.get("query")
    if not isinstance(query_id, str | int) or isinstance(query_id, bool):
        return "line.no_id"
    if not isinstance(query, str) or not query.strip():
        return "line.no_query"
    return Question(query_id, query)


def _line(question: Question, hits: list[Hit]) -> bytes:
    rows = [
        {
            "unit_id": hit.unit_id,
            "law_id": hit.law_id,
            "article": hit.article,
            "citation": hit.citation,
            "score": hit.score,
        }
        for hit in hits
    ]
    value = {"query_id": question.query_id, "hits": rows}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@contextmanager
def _whole_file(out: str) -> Iterator[IO[bytes]]:
    """A file that takes its name when the block ends well; a pipe or a device is written to as is."""
    path = Path(out)
    if out == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
    else:
        target = path.resolve()  # a link stays a link
        if not target.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "no such folder", str(target.parent))
        part = target.with_name(f".{target.name}.part")
        try:
            with part.open("wb") as file:
                yield file
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
