"""Amendment marks: ``<개정 2020.1.1, 2021.2.3>``, ``<신설 …>``, ``삭제 <…>``, ``[전문개정 …]``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DATE = r"\d{1,4}\s?[.ㆍ·,]\s?\d{1,2}\s?[.ㆍ·,]\s?\d{1,2}\s?\.?"
# A list of dates as printed, with the slips that occur: doubled commas, missing commas, a date
# without its year.
_DATES = rf"{_DATE}(?:[\s,]+(?:{_DATE}|\d{{1,2}}\.\s?\d{{1,2}}\.))*[\s,]*"

_KINDS = r"전문\s?개정|전부\s?개정|제목\s?개정|타법\s?개정|본[조항호]\s?신설|개정|신설|삭\s*제|제정"
# "단서 신설", "제목 및 각 호 개정": which part of the node a mark is about.
_PART = r"(?:(?:단서|본문|전단|후단|제목\s(?=및)|각\s?[호목](?:\s?외의\s?부분)?|및|ㆍ)\s*)*"

MARK = re.compile(rf"<\s*(?:{_PART}(?P<kind>{_KINDS}))?\s*(?P<dates>{_DATES})>")
"""``<개정 2005.9.8, 2006.5.25>``, ``<단서 신설 1998ㆍ12ㆍ31>``, bare ``<2016.2.3>``.

Must not match words in angle brackets (``<과세표준>``, ``< 아 래 >``) nor tags (``<img …>``).
"""

NOTE = re.compile(rf"\[(?P<kind>{_KINDS})\s*(?P<dates>{_DATES})\]")
"""Notes that the source prints after an article: ``[전문개정 2012.12.18]``."""

_EACH_DATE = re.compile(r"(\d{4})\s?[.ㆍ·,]\s?(\d{1,2})\s?[.ㆍ·,]\s?(\d{1,2})")
_DELETED = re.compile(r"<?\s*삭\s*제\s*>?\.?(?:\s*\(\d{4}\.[\d.\s]+\))?")
_SPACES = re.compile(r"[ \t]{2,}")


@dataclass(frozen=True, slots=True)
class Mark:
    """One amendment mark.

    ``kind`` is the source's word (개정, 신설, 삭제 …; empty when the brackets hold dates alone),
    ``dates`` are ISO days in source order; a date without a year is left out.
    """

    kind: str
    dates: tuple[str, ...]


def _mark(match: re.Match[str]) -> Mark:
    dates = tuple(
        f"{int(y):04d}-{int(m):02d}-{int(d):02d}" for y, m, d in _EACH_DATE.findall(match["dates"])
    )
    return Mark("".join((match["kind"] or "").split()), dates)


def split_marks(text: str) -> tuple[str, tuple[Mark, ...]]:
    """Take the amendment marks out of ``text``.

    Returns the text without them (spaces around a removed mark closed up) and the marks in order.
    """
    if "<" not in text and "[" not in text:
        return text, ()
    marks = [_mark(m) for m in MARK.finditer(text)]
    notes = [_mark(m) for m in NOTE.finditer(text)]
    if not marks and not notes:
        return text, ()
    lines = (_without_marks(line) for line in text.split("\n"))
    return "\n".join(lines).strip(), tuple(marks + notes)


def _without_marks(line: str) -> str:
    bare = NOTE.sub("", MARK.sub("", line))
    # Spaces are closed up only where a mark was: elsewhere they may align a drawn table.
    return line if bare == line else _SPACES.sub(" ", bare).rstrip()


def is_deletion(text: str) -> bool:
    """Whether ``text``, its marks removed, says only 삭제 (also ``삭 제`` and ``<삭 제>``)."""
    return len(text) < 32 and _DELETED.fullmatch(text.strip()) is not None
