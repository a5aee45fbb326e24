"""Numbers of provisions and the markers that print them: 제14조의2, ①, 1의2., 가., 1), 가).

A marker is only a hint: ``3. 5밀리그램`` looks like 제3호 and is a torn decimal.  The one test
that holds over the whole national law is order — a marker opens a provision when its number
*follows* the last one of its list (see :func:`follows`).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
"""Markers of 항 in order; statutes in force reach ㉛."""

# 목 run 가…하, then 거…허, 고…호 (81 lists of the national law are longer than 14; none exceeds 42).
_CONSONANTS = "가나다라마바사아자차카타파하"
SYLLABLES = "".join(
    chr(ord(c) + 28 * vowel) for vowel in (0, 4, 8, 13, 18, 20) for c in _CONSONANTS
)
"""Markers of 목 in order: 가…하, 거…허, 고…호, 구…후, 그…흐, 기…히."""

_SYLLABLE_INDEX = {s: i for i, s in enumerate(SYLLABLES)}
_CIRCLED_INDEX = {c: i for i, c in enumerate(CIRCLED)}


class Number(NamedTuple):
    """A provision's number: ``Number(14, 2)`` is 14의2.

    ``chapter`` is set only by administrative rules that number articles by chapter:
    제1-3조의2 is ``Number(3, 2, chapter=1)``.
    """

    main: int
    branch: int = 0
    chapter: int = 0

    def __str__(self) -> str:
        chapter = f"{self.chapter}-" if self.chapter else ""
        branch = f"의{self.branch}" if self.branch else ""
        return f"{chapter}{self.main}{branch}"

    @property
    def order(self) -> tuple[int, int, int]:
        """Sort key in document order."""
        return (self.chapter, self.main, self.branch)

    @property
    def code(self) -> str:
        """ASCII form used in addresses: ``14-2``, and ``1.3-2`` for 제1-3조의2."""
        chapter = f"{self.chapter}." if self.chapter else ""
        branch = f"-{self.branch}" if self.branch else ""
        return f"{chapter}{self.main}{branch}"

    @property
    def article(self) -> str:
        """As an article is cited: 제14조의2, 제1-3조의2."""
        chapter = f"{self.chapter}-" if self.chapter else ""
        branch = f"의{self.branch}" if self.branch else ""
        return f"제{chapter}{self.main}조{branch}"

    def ordinal(self, unit: str) -> str:
        """``Number(14, 2).ordinal("조")`` → ``제14조의2``; ``Number(1, 2).ordinal("호")`` → ``제1호의2``."""
        branch = f"의{self.branch}" if self.branch else ""
        return f"제{self.main}{unit}{branch}"


_CODE = re.compile(r"(?:(\d+)\.)?(\d+)(?:-(\d+))?")


def number_from_code(code: str) -> Number:
    """Inverse of :attr:`Number.code`.

    Raises:
        ValueError: ``code`` is not of the form ``14``, ``14-2`` or ``1.3-2``.
    """
    match = _CODE.fullmatch(code)
    if match is None:
        raise ValueError(f"not a provision number: {code!r} (expected 14, 14-2 or 1.3-2)")
    return Number(int(match[2]), int(match[3] or 0), int(match[1] or 0))


def circled_value(char: str) -> int | None:
    """① → 1 … ㊿ → 50; ``None`` for any other character."""
    index = _CIRCLED_INDEX.get(char)
    return None if index is None else index + 1


def syllable_value(char: str) -> int | None:
    """가 → 1, 나 → 2 … 하 → 14, 거 → 15 …; ``None`` when ``char`` does not mark a 목."""
    index = _SYLLABLE_INDEX.get(char)
    return None if index is None else index + 1


def syllable(value: int) -> str:
    """1 → 가; the inverse of :func:`syllable_value`.

    Raises:
        ValueError: ``value`` is outside 1…84.
    """
    if not 1 <= value <= len(SYLLABLES):
        raise ValueError(f"목 number {value} is outside 1…{len(SYLLABLES)}")
    return SYLLABLES[value - 1]


class Order(StrEnum):
    """How a number stands to the last one of its list."""

    NEXT = "next"
    REPEAT = "repeat"
    GAP = "gap"
    BACK = "back"


def follows(last: Number | None, number: Number) -> Order:
    """Tell how ``number`` stands to ``last``, the number before it in the same list.

    Returns one of :class:`Order`: ``NEXT`` (1 at the start, n+1, or the next 의M), ``REPEAT``
    (the same number again), ``GAP`` (a later number), ``BACK`` (an earlier one, or zero: torn
    decimals such as ``0. 5밀리그램`` and restarted lists).
    """
    if number.main < 1:
        return Order.BACK
    if last is None:
        return Order.NEXT if number.main == 1 and number.branch <= 2 else Order.GAP
    if number == last:
        return Order.REPEAT
    if number.order < last.order:
        return Order.BACK
    if number.main == last.main:
        return Order.NEXT if number.branch in (last.branch + 1, 2) else Order.GAP
    if number.main == last.main + 1 and number.branch == 0:
        return Order.NEXT
    return Order.GAP
