"""Texts from law.go.kr into a folder: only what is new or has changed, the rest stays."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from lexdpr_rag.fetch.client import API, TEXT, Client, Reply, name_of
from lexdpr_rag.fetch.errors import BrokenAnswerError, FetchError, MissingError, StoppedError
from lexdpr_rag.fetch.files import alone_in, sweep_drafts, write_whole
from lexdpr_rag.fetch.key import Key
from lexdpr_rag.fetch.kinds import TARGETS, Kind, Row, Target
from lexdpr_rag.fetch.listing import Listing, current, newest, read_list
from lexdpr_rag.fetch.manners import Manners
from lexdpr_rag.fetch.names import find_rows, versions_of
from lexdpr_rag.fetch.report import Fetched, FetchEvent, FetchReport, NotFetched, Progress
from lexdpr_rag.fetch.state import State, file_of, same_version
from lexdpr_rag.fetch.wanted import Wanted

T = TypeVar("T")

_IN_A_ROW = 5
"""After so many failures one upon the other the server, not the law, is at fault."""

_SAFE_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")


def fetch(
    wanted: Wanted | str | Iterable[str],
    out: str | Path,
    *,
    key: str | None = None,
    url: str = API,
    manners: Manners | None = None,
    strict: bool = False,
    prune: bool = False,
    progress: Progress | None = None,
) -> FetchReport:
    """Fetch texts from law.go.kr into a folder that ``LexDPR.build`` reads as it is.

    The answers are kept as they came, one file a text: ``law/<법령ID>.json``, ``admrul/…``,
    ``ordin/…``, ``prec/<판례일련번호>.jsonl`` (decisions, for ``build(decisions=…)``); with a day,
    ``law/<법령ID>_<시행일자>_<MST>.json``, so that several versions lie side by side.  What is there
    and has not changed is not fetched again; interrupted, the same call goes on.

    Args:
        wanted: names, or a :class:`Wanted` that says more.
        out: the folder; it is made.
        key: the key (OC) of open.law.go.kr; ``None``: what ``LEXDPR_LAW_KEY`` holds.
        url: the address of the API.
        manners: pauses, time limits, repetitions.
        strict: raise at the first text that is not to be had, instead of going on.
        prune: with ``everything`` for today: remove the files of texts that are listed no more.

    Raises:
        StoppedError: the key, the network, the server or the disk; what was fetched stays.
        FetchError: with ``strict``, what the first failure was.
    """
    if not isinstance(wanted, Wanted):
        wanted = Wanted((wanted,) if isinstance(wanted, str) else tuple(wanted))
    folder, started = Path(out), time.monotonic()
    client = Client(Key(key), url, manners)
    with alone_in(folder), State.of(folder) as state, client:
        sweep_drafts(folder)
        sweep_drafts(folder / wanted.kind)
        run = _Run(client, state, wanted, strict, progress or (lambda event: None))
        run.work(prune=prune)
        return run.report(time.monotonic() - started)


class _Run:
    """One fetch under way."""

    def __init__(
        self, client: Client, state: State, wanted: Wanted, strict: bool, progress: Progress
    ) -> None:
        self._client, self._state, self._wanted = client, state, wanted
        self._target: Target = TARGETS[wanted.kind]
        self._dated = wanted.day is not None and wanted.kind is not Kind.PREC
        self._strict, self._progress = strict, progress
        self._fetched: list[Fetched] = []
        self._failures: list[NotFetched] = []
        self._unchanged = 0
        self._listing = Listing((), 0, complete=False)
        self._gone: list[str] = []
        self._pruned = False
        self._broken = 0

    def work(self, *, prune: bool) -> None:
        """Find what is wanted, and fetch it."""
        rows = self._all() if not (self._wanted.names or self._wanted.ids) else self._named()
        for done, row in enumerate(rows):
            self._tell("text", done, len(rows))
            self._attempt(row.title or row.id, partial(self._one, row))
        self._tell("text", len(rows), len(rows))
        whole = self._wanted.everything and self._wanted.day is None and self._listing.complete
        # An empty list is a fault of the server, not the end of all law; decisions do not end.
        if whole and rows and self._wanted.kind is not Kind.PREC:
            self._look_for_gone([row.id for row in rows], prune=prune)

    def report(self, seconds: float) -> FetchReport:
        """What became of it."""
        return FetchReport(
            folder=str(self._state.folder),
            source="law.go.kr",
            kind=str(self._wanted.kind),
            fetched=tuple(self._fetched),
            unchanged=self._unchanged,
            failures=tuple(self._failures),
            gone=tuple(self._gone),
            pruned=self._pruned,
            listed=len(self._listing.rows),
            total=self._listing.total,
            requests=self._client.requests,
            seconds=round(seconds, 3),
        )

    # -- what is wanted --------------------------------------------------------------------------

    def _all(self) -> list[Row]:
        """Everything of the kind, or the decisions of some days."""
        told = partial(self._tell, "list")
        found = [
            read_list(self._client, self._target, narrowed, told) for narrowed in self._narrowed()
        ]
        rows = tuple(row for listing in found for row in listing.rows)
        total = sum(listing.total for listing in found)
        self._listing = Listing(rows, total, all(listing.complete for listing in found))
        if self._dated and self._wanted.day is not None:
            chosen = newest(rows, self._wanted.day)
        else:
            chosen = current(rows, date.today())
        return sorted(chosen.values(), key=lambda row: row.id)

    def _narrowed(self) -> Iterator[Mapping[str, str]]:
        day, since = self._wanted.day, self._wanted.since
        if self._wanted.kind is Kind.PREC and day is not None:
            days = f"{since or day:%Y%m%d}~{day:%Y%m%d}"
            yield {**self._target.current, "prncYd": days}
        elif day is None:
            yield self._target.current
        else:
            yield from self._target.past

    def _named(self) -> list[Row]:
        """The rows that names and numbers mean; a number that needs no list is fetched at once."""
        rows: dict[tuple[str, str], Row] = {}
        asked = [(name, False) for name in self._wanted.names if name.strip()]
        asked += [(number, True) for number in self._wanted.ids]
        for done, (name, is_number) in enumerate(dict.fromkeys(asked)):
            self._tell("names", done, len(asked))
            find = partial(self._rows_of, name.strip(), is_number=is_number)
            found = self._attempt(name, find) or []
            rows.update(((row.id, row.serial), row) for row in found)
        self._tell("names", len(asked), len(asked))
        return list(rows.values())

    def _rows_of(self, name: str, *, is_number: bool) -> list[Row]:
        day = self._wanted.day if self._dated else None
        if not is_number:
            return self._of_days(name, find_rows(self._client, self._target, name, day))
        if self._wanted.kind is Kind.LAW:
            return versions_of(self._client, self._target, name, day)
        self._by_number(name)
        return []

    def _of_days(self, name: str, rows: list[Row]) -> list[Row]:
        """Of decisions those given on the days that are wanted; of other kinds all."""
        last = self._wanted.day
        if self._wanted.kind is not Kind.PREC or last is None:
            return rows
        days = f"{self._wanted.since or last:%Y%m%d}", f"{last:%Y%m%d}"
        given = [row for row in rows if days[0] <= row.promulgated <= days[1]]
        if not given:
            what = name_of(self._wanted.kind)
            raise MissingError("fetch.not_given", name=name, what=what, days="~".join(days))
        return given

    # -- one text --------------------------------------------------------------------------------

    def _one(self, row: Row) -> None:
        """Fetch the text of ``row``, unless it is there."""
        file = file_of(self._target, self._safe(row), dated=self._dated)
        if self._state.held(self._target, file, row):
            self._unchanged += 1
            return
        reply = self._text_of(row)
        found = self._checked(reply)
        if not same_version(found, row):
            raise BrokenAnswerError(
                "fetch.other_law", field=row.title, found=_told(found), expected=_told(row)
            )
        self._keep(file, row, reply)

    def _text_of(self, row: Row) -> Reply:
        """The text of a row of a list that the key may read: of this text alone it is refused."""
        refused: FetchError = MissingError("fetch.no_text")
        for request in self._target.by_row(row):
            try:
                return self._client.get(TEXT, self._target, request)
            except StoppedError as error:
                if error.key != "fetch.not_applied":
                    raise
                refused = BrokenAnswerError(error.key, **error.values)
        raise refused

    def _by_number(self, number: str) -> None:
        """Fetch a text by its number; what it is, it says itself."""
        if self._wanted.kind is Kind.PREC:
            row = Row(number, number, "")
            if self._state.held(self._target, file_of(self._target, row, dated=False), row):
                self._unchanged += 1  # a decision does not change
                return
        reply = self._client.get(TEXT, self._target, self._target.by_id(number))
        row = self._safe(self._checked(reply))
        if number.lstrip("0") not in (row.id.lstrip("0"), row.serial.lstrip("0")):
            raise BrokenAnswerError(
                "fetch.other_law", field=row.title, found=_told(row), expected=number
            )
        if self._dated and self._wanted.day and not newest([row], self._wanted.day):
            raise MissingError("fetch.not_in_force", name=row.title, day=self._wanted.day)
        # Who names a version of a rule by its own number does not mean the one in force.
        is_version = self._wanted.kind is Kind.ADMRUL and number != row.id
        file = file_of(self._target, row, dated=self._dated or is_version)
        if self._state.held(self._target, file, row):
            self._unchanged += 1
        else:
            self._keep(file, row, reply)

    def _checked(self, reply: Reply) -> Row:
        """What the text is; it has words."""
        found = self._target.found_in(reply.answer)
        if found is None:
            names = ", ".join(map(str, reply.answer))
            raise BrokenAnswerError("fetch.other_form", expected=self._target.body, found=names)
        if not self._target.has_text(reply.answer):
            raise MissingError("fetch.no_text")
        return found

    def _safe(self, row: Row) -> Row:
        """``row``, whose numbers become the name of a file."""
        for number in (row.id, row.serial):
            if number and not _SAFE_ID.fullmatch(number):
                raise BrokenAnswerError(
                    "fetch.other_law", field="ID", found=number[:60], expected="[0-9A-Za-z_-]"
                )
        return row

    def _keep(self, file: str, row: Row, reply: Reply) -> None:
        data = reply.data
        if self._target.suffix == ".jsonl" and b"\n" in data.strip():
            data = json.dumps(reply.answer, ensure_ascii=False).encode()
        if self._target.suffix == ".jsonl":
            data = data.strip() + b"\n"
        new = not self._state.knows(file)
        write_whole(self._state.folder / file, data)
        self._state.add(self._target, file, row, len(data))
        days = row.effective or row.promulgated
        self._fetched.append(Fetched(file, row.title or row.short, days, new))

    # -- failures --------------------------------------------------------------------------------

    def _attempt(self, name: str, work: Callable[[], T]) -> T | None:
        """What ``work`` returns; a text that is not to be had is noted, and the rest goes on."""
        try:
            done = work()
        except StoppedError:
            raise
        except FetchError as error:
            if self._strict:
                raise
            self._failures.append(NotFetched(name, str(error)))
            self._broken = self._broken + 1 if isinstance(error, BrokenAnswerError) else 0
            if self._broken >= _IN_A_ROW:
                raise StoppedError("fetch.gave_up", count=self._broken, reason=str(error)) from None
            return None
        self._broken = 0
        return done

    def _look_for_gone(self, listed: Iterable[str], *, prune: bool) -> None:
        for entry in self._state.gone(self._wanted.kind, listed):
            self._gone.append(entry.file)
            if prune:
                self._state.drop(entry)
        self._pruned = prune

    def _tell(self, stage: str, done: int, total: int) -> None:
        self._progress(FetchEvent(stage, done, total, len(self._fetched)))


def _told(row: Row) -> str:
    return " ".join(filter(None, (row.id, row.serial, row.effective)))
