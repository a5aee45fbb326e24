"""Lists of law.go.kr, page by page, and which of their rows are meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lexdpr_rag.fetch.client import LIST, Client
from lexdpr_rag.fetch.errors import BrokenAnswerError, MissingError
from lexdpr_rag.fetch.kinds import Row, Target
from lexdpr_rag.statute.answer import Answer, word

PAGE = 100
"""Rows of a page; more are not given."""

_PASSES = 3
"""A list that changed while it was read is read again, so often at most."""

Told = Callable[[int, int], None]
"""Told of rows read, and of how many there are."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a list, each once.

    Attributes:
        total: how many there are, as the server says.
        complete: whether all of them were read; a list that changes meanwhile may hide some.
    """

    rows: tuple[Row, ...]
    total: int
    complete: bool


def read_list(
    client: Client,
    target: Target,
    params: Mapping[str, str],
    told: Told | None = None,
    most_pages: int | None = None,
) -> Listing:
    """Read all pages of a list, or the first ``most_pages``.

    Pages shift when the list changes between two requests, and a row falls between them.  A list
    that did not stand still is read again; where it never does, what all readings found counts.

    Raises:
        FetchError: as :meth:`~lexdpr_rag.fetch.client.Client.get`.
    """
    union: dict[_Name, Row] = {}
    total = 0
    for _ in range(_PASSES):
        found, totals = _read_pages(client, target, params, told, most_pages)
        total = totals[-1]
        if most_pages or (len(set(totals)) == 1 and len(found) == total):
            return Listing(tuple(found.values()), total, len(found) == total)
        union |= found
    return Listing(tuple(union.values()), total, complete=False)


_Name = tuple[str, str, str]


def _read_pages(
    client: Client,
    target: Target,
    params: Mapping[str, str],
    told: Told | None,
    most_pages: int | None,
) -> tuple[dict[_Name, Row], list[int]]:
    """The rows, each once, and what each page said how many there are."""
    found: dict[_Name, Row] = {}
    totals: list[int] = []
    read = 0
    while most_pages is None or len(totals) < most_pages:
        wrapped = _page(client, target, {**params, "page": str(len(totals) + 1)})
        totals.append(_total(wrapped, target))
        rows = target.rows_in(wrapped)
        read += len(rows)
        found.update(((row.id, row.serial, row.effective), row) for row in rows)
        if told is not None:
            told(min(len(found), totals[-1]), totals[-1])
        if not rows or read >= totals[-1]:
            break
    return found, totals


def _page(client: Client, target: Target, params: Mapping[str, str]) -> Answer:
    query = {"target": target.target, "display": str(PAGE), **params}
    try:
        answer = client.get(LIST, target, query).answer
    except MissingError:  # some lists say so instead of a count of 0
        return {"totalCnt": "0"}
    wrapped: Any = answer.get(target.envelope)
    if not isinstance(wrapped, Mapping):
        found = ", ".join(map(str, answer))
        raise BrokenAnswerError("fetch.other_form", expected=target.envelope, found=found)
    return wrapped


def _total(wrapped: Answer, target: Target) -> int:
    count = word(wrapped.get("totalCnt")).replace(",", "")
    if not count.isdecimal():
        raise BrokenAnswerError(
            "fetch.other_form", expected=f"{target.envelope}.totalCnt", found=count or "-"
        )
    return int(count)


def newest(rows: Iterable[Row], day: date) -> dict[str, Row]:
    """Of each text the version in force on ``day``; texts that have ended by then are left out.

    A version in force is the last that has taken effect; of two with one day, the one promulgated
    last.  Where the day of effect is unknown, that of promulgation counts.
    """
    limit = day.strftime("%Y%m%d")
    best: dict[str, Row] = {}
    for row in rows:
        if _begins(row) <= limit:
            best[row.id] = max(best.get(row.id, row), row, key=_rank)
    return {name: row for name, row in best.items() if not row.repeals}


def current(rows: Iterable[Row], today: date) -> dict[str, Row]:
    """Of each text the version that a list of what is in force means.

    The server knows best what is in force; only where it names several versions the day decides.
    """
    known: dict[str, list[Row]] = {}
    for row in rows:
        known.setdefault(row.id, []).append(row)
    limit = today.strftime("%Y%m%d")
    return {
        name: max([row for row in of_it if _begins(row) <= limit] or of_it, key=_rank)
        for name, of_it in known.items()
    }


def _begins(row: Row) -> str:
    return row.effective or row.promulgated or "00000000"


def _rank(row: Row) -> tuple[str, str, int, str]:
    return _begins(row), row.promulgated, len(row.serial), row.serial
