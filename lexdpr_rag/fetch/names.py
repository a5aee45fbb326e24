"""From the name that a person gives to the rows of the list that bear it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches

from lexdpr_rag.fetch.client import Client, name_of
from lexdpr_rag.fetch.errors import MissingError
from lexdpr_rag.fetch.kinds import Kind, Row, Target
from lexdpr_rag.fetch.listing import current, newest, read_list
from lexdpr_rag.statute.directory import (
    SUBORDINATE,
    LawDirectory,
    LawEntry,
    normalise_title,
    packaged_short_titles,
)

# 2018다255648, 2020헌가5, 99가합1234: the number of a case.
_CASE = re.compile(r"\d{2,4}[가-힣]{1,3}\d{1,7}")
_DOTS = str.maketrans("·‧・･•∙⋅", "ㆍ" * 7)
_PAGES_OF_A_GUESS = 3


def find_rows(client: Client, target: Target, name: str, day: date | None) -> list[Row]:
    """Every text that bears ``name`` — title, short title, number of a case — in one version each.

    Args:
        day: the day whose version is wanted; ``None``: in force now.  A law that had another
            title then is found by any title that it ever had.

    Raises:
        MissingError: there is none, or none in force on ``day``; the message suggests near titles.
        FetchError: as :meth:`~lexdpr_rag.fetch.client.Client.get`.
    """
    if target.kind is Kind.PREC and _CASE.fullmatch(re.sub(r"\s", "", name)):
        return _of_case(client, target, re.sub(r"\s", "", name))
    seen: list[Row] = []
    wanted = _titles(name, target)
    narrowed = (target.current,) if day is None else target.past
    for query, pages in _queries(name, target):
        rows: list[Row] = []
        for params in narrowed:
            asked = {**params, "search": "1", "query": query}
            rows += read_list(client, target, asked, most_pages=pages).rows
        seen += rows
        exact = [row for row in rows if _bears(row, wanted)]
        if exact:
            return _versions(client, target, name, exact, day)
    raise _unknown(name, target, seen)


def versions_of(client: Client, target: Target, number: str, day: date | None) -> list[Row]:
    """The version of a law, by its 법령ID (``LID`` of the list).

    Raises:
        MissingError: no law has it, or none of its versions is in force on ``day``.
        FetchError: as :meth:`~lexdpr_rag.fetch.client.Client.get`.
    """
    number = number.zfill(6)
    narrowed = (target.current,) if day is None else target.past
    rows = [
        row
        for params in narrowed
        for row in read_list(client, target, {**params, "LID": number}).rows
        if row.id == number
    ]
    if not rows:
        raise MissingError("fetch.unknown_id", name=number, what=name_of(target.kind))
    chosen = current(rows, date.today()) if day is None else newest(rows, day)
    if not chosen:
        raise MissingError("fetch.not_in_force", name=rows[0].title, day=day)
    return list(chosen.values())


def _versions(
    client: Client, target: Target, name: str, exact: list[Row], day: date | None
) -> list[Row]:
    if target.kind is Kind.PREC:
        return exact
    if day is None:
        return list(current(exact, date.today()).values())
    if target.kind is not Kind.LAW:
        chosen = list(newest(exact, day).values())
    else:  # by number: another title may have been in force that day
        chosen = []
        for number in dict.fromkeys(row.id for row in exact):
            try:
                chosen += versions_of(client, target, number, day)
            except MissingError:
                continue
    if not chosen:
        raise MissingError("fetch.not_in_force", name=name, day=day)
    return chosen


def _of_case(client: Client, target: Target, number: str) -> list[Row]:
    rows = read_list(client, target, {**target.current, "nb": number}).rows
    # One decision may bear several numbers: 2010다1234, 1241 (병합).
    exact = [row for row in rows if number in re.sub(r"\s", "", row.short)]
    if not exact:
        raise MissingError("fetch.unknown_name", name=number, what=name_of(target.kind))
    return exact


def _titles(name: str, target: Target) -> set[str]:
    wanted = {normalise_title(name)}
    if target.kind is Kind.LAW:
        wanted.add(normalise_title(_full_title(name)))
    return wanted


def _full_title(name: str) -> str:
    """자본시장법 시행령 → 자본시장과 금융투자업에 관한 법률 시행령; other names as they are."""
    plain, behind = normalise_title(name), ""
    for kind in SUBORDINATE:
        if plain.endswith(kind) and plain != kind:
            plain, behind = plain.removesuffix(kind), f" {kind}"
    full = packaged_short_titles().get(plain)
    return f"{full}{behind}" if full else name


def _bears(row: Row, wanted: set[str]) -> bool:
    return not wanted.isdisjoint({normalise_title(row.title), normalise_title(row.short)})


def _queries(name: str, target: Target) -> Iterator[tuple[str, int | None]]:
    """What to ask the list for, with the most pages to read; the whole name, then parts of it.

    The server does not find every long title by all of it, and a wrong letter finds nothing; the
    parts serve to find it all the same, or titles that come near.
    """
    full = _full_title(name) if target.kind is Kind.LAW else name
    longest = max(re.split(r"[\sㆍ]+", full.translate(_DOTS)), key=len)
    half = longest[: max(1, len(longest) // 2)]
    queries = dict.fromkeys((full, full.translate(_DOTS), longest, half))
    for place, query in enumerate(query for query in queries if query.strip()):
        yield query, None if place == 0 else _PAGES_OF_A_GUESS


def _unknown(name: str, target: Target, seen: Iterable[Row]) -> MissingError:
    entries = {
        row.title: LawEntry(row.id, row.title, short_titles=(row.short,) if row.short else ())
        for row in seen
    }
    near = LawDirectory(entries.values(), {}).suggest(name) or _alike(name, entries)
    what = name_of(target.kind)
    if near:
        return MissingError("fetch.unknown_name_near", name=name, what=what, near=", ".join(near))
    return MissingError("fetch.unknown_name", name=name, what=what)


def _alike(name: str, titles: Iterable[str]) -> tuple[str, ...]:
    """Of what the parts of a name have brought, the titles most like it: 민사법 → 민사소송법."""
    close = get_close_matches(normalise_title(name), titles, n=3, cutoff=0.3)
    return tuple(close)
