"""Provisions printed one behind the other: ``제3조(정의) ① … 1. … 가. … 2. … ② …``.

Administrative rules and pasted text have no structure but their markers, and much looks like a
marker that is none: ``<개정 2010. 11. 12.>``, ``3. 5밀리그램``, "1)부터 3)까지".  A marker opens a
provision only where it stands behind white space and is the *next* of its list; the first 호 of a
list also needs a lead-in ("다음 각 호 …") or the start of a line.  All else stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lexdpr_rag.statute.builder import TreeBuilder
from lexdpr_rag.statute.marks import split_marks
from lexdpr_rag.statute.numbering import (
    CIRCLED,
    Number,
    Order,
    circled_value,
    follows,
    syllable_value,
)
from lexdpr_rag.statute.supplement import (
    add_supplement_lines,
    is_supplement_header,
    open_supplement,
)
from lexdpr_rag.statute.tree import BlockKind

_PARAGRAPH, _SUBPARAGRAPH, _ITEM, _SUBITEM = range(4)  # levels; 1) 가) (1) (가) are 3 … 6

# ①   1. 1의2.   가.   1)   가)   (1)   (가)
# A marker stands behind white space; ① also right behind the end of a sentence ("시행한다.②…").
_MARKER = re.compile(
    rf"(?:(?<![^\s.>)\]])(?P<l0>[{CIRCLED}])"
    r"|(?<!\S)(?P<l1>\d{1,3})(?:의(?P<branch>\d{1,2}))?\.(?![\d>)\],.~])"
    r"|(?<!\S)(?P<l2>[가-힣])\.(?=\s)"
    r"|(?<!\S)(?P<l3>\d{1,2})\)|(?<!\S)(?P<l4>[가-힣])\)"
    r"|(?<!\S)\((?P<l5>\d{1,2})\)|(?<!\S)\((?P<l6>[가-힣])\))"
    r"[^\S\n]*"
)
# "1) 또는 2)에 해당", "①부터 ③까지", "가. 및 나.": a marker that is referred to.
_REFERENCE = re.compile(r"(?:및|또는|내지|부터|까지)(?![가-힣])|(?<=\S)[,ㆍ~]")
_PARTICLE = re.compile(r"(?:에|의|이|가|은|는|을|를|과|와|목|호|부터|까지)(?![가-힣])")
_PARTICLE_OF_PARAGRAPH = re.compile(r"(?:에|과|와|항|부터|까지)(?![가-힣])")  # "①이 법은" is a 항
# Dates, amendment marks and quoted titles hold no markers.
_MASKED = re.compile(
    r"\d{4}\s?[.년]\s?\d{1,2}\s?[.월](?:\s?\d{1,2}\s?[.일]?)?|<[^<>\n]{0,200}>|[＜][^＜＞\n]{0,200}[＞]"
    r"|「[^「」\n]{0,100}」|“[^“”\n]{0,100}”|\[시행일[^\[\]\n]{0,100}\]"
)
_WIDE_MARK = re.compile(r"＜([^＜＞<>]*\d[^＜＞<>]*)＞")
_LEAD_IN = re.compile(r"다음|아래|각\s?호|같다|구분|어느 하나|:\s*$")
_DELETED = re.compile(r"<?삭\s?제")
_CITED_BEFORE = re.compile(r"(?:제\s?\d+호(?:의\d+)?|및|또는)\s*$")
# "…에 해당하는 자. 다만, …": the noun at the end of a sentence, not 자목.
_NOUN = re.compile(r"\s*(?:다만|이 경우|단,)")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_DRAWN = re.compile(r"[─-╿]|^\s*\+[-=+]{3,}|^\s*\|.*\|\s*$")
_SUBITEM_LINE = re.compile(
    r"[ \t\u3000]*(?:(\d+)\)|([가-힣])\)|\((\d+)\)|\(([가-힣])\))(?:의(\d+))?\s?"
)


def split_lines(text: str) -> list[str]:
    """Lines with their ends; only the line feed ends one (``splitlines`` knows a dozen)."""
    return _LINE.findall(text)


def is_drawn(line: str) -> bool:
    """Whether a line is part of a table drawn with characters."""
    return _DRAWN.search(line) is not None


def words(raw: str) -> str:
    """The words of a line; a date in full-width brackets is an amendment mark like any other."""
    return _WIDE_MARK.sub(r"<\1>", raw).strip()


def add_text_lines(builder: TreeBuilder, text: str) -> None:
    """Add ``text`` to the open node, its tables as blocks."""
    for raw in split_lines(text):
        if is_drawn(raw):
            builder.text(raw, raw.strip("\r\n\t").rstrip(), BlockKind.TABLE)
        else:
            builder.text(raw, words(raw))


class SubitemMarker(NamedTuple):
    """A line's marker below 목: ``style`` indexes ``SUBITEM_STYLES``, ``end`` is where it ends."""

    style: int
    number: Number
    marker: str
    end: int


def subitem_marker(line: str) -> SubitemMarker | None:
    """The marker that opens ``line``: ``1)``, ``가)``, ``(1)`` or ``(가)``."""
    match = _SUBITEM_LINE.match(line)
    if match is None:
        return None
    style = next(index for index in range(4) if match[index + 1])
    value = match[style + 1]
    main = int(value) if value.isdigit() else syllable_value(value)
    if main is None:
        return None
    return SubitemMarker(style, Number(main, int(match[5] or 0)), match[0].strip(), match.end())


class Piece(NamedTuple):
    """A stretch of an article's text: ``raw`` from its marker to the next one.

    ``level`` is -1 for what stands before the first marker, 0 for 항, 1 호, 2 목 and 3 … 6 for the
    levels below; ``body`` is where the words begin in ``raw``.
    """

    level: int
    number: Number
    raw: str
    body: int


def split_provisions(text: str) -> list[Piece]:
    """Cut an article's text, its head removed, at the markers that open provisions.

    The ``raw`` of the pieces, joined, is ``text``.
    """
    masked = [match.span() for match in _MASKED.finditer(text)]
    masked += _drawn_spans(text)
    starts: list[tuple[int, int, int, Number]] = []
    lists = _OpenLists(text)
    for match in _MARKER.finditer(text):
        at = match.start()
        if any(start <= at < end for start, end in masked):
            continue
        level = next(i for i in range(7) if match[f"l{i}"])
        number = _number(level, match[f"l{level}"], match["branch"])
        if number is not None and lists.take(level, number, match):
            starts.append((at, match.end(), level, number))
    pieces = []
    if not starts or starts[0][0] > 0:
        first = text[: starts[0][0]] if starts else text
        pieces.append(Piece(-1, Number(0), first, 0))
    for index, (at, end, level, number) in enumerate(starts):
        until = starts[index + 1][0] if index + 1 < len(starts) else len(text)
        pieces.append(Piece(level, number, text[at:until], end - at))
    return pieces


def _drawn_spans(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in split_lines(text):
        if is_drawn(line):
            yield at, at + len(line)
        at += len(line)


def _number(level: int, value: str, branch: str | None) -> Number | None:
    main = circled_value(value) if level == _PARAGRAPH else None
    if level > _PARAGRAPH:
        main = int(value) if value.isdigit() else syllable_value(value)
    return None if main is None else Number(main, int(branch or 0))


class _OpenLists:
    """The lists that are open, and whether a marker is the next of one of them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last: dict[int, Number] = {}
        self._opened = 0  # where the words of the open node begin

    def take(self, level: int, number: Number, match: re.Match[str]) -> bool:
        """Whether the marker opens a provision; if so, it becomes the last of its list."""
        last = self._last.get(level)
        if follows(last, number) is not Order.NEXT or self._is_cited(match):
            return False
        if level > _SUBPARAGRAPH and _SUBPARAGRAPH not in self._last:
            return False  # 목 and what is below stand under a 호
        if last is None and not self._may_open(level, *match.span()):
            return False
        self._last = {key: value for key, value in self._last.items() if key < level}
        self._last[level] = number
        self._opened = match.end()
        return True

    def _is_cited(self, match: re.Match[str]) -> bool:
        at, end = match.span()
        if _REFERENCE.match(self._text, end):
            return True
        if self._at_line_start(at):
            return False
        particle = _PARTICLE_OF_PARAGRAPH if match["l0"] else _PARTICLE
        if not match["l1"] and not match[0][-1].isspace() and particle.match(self._text, end):
            return True
        return bool(match["l2"] and _NOUN.match(self._text, end)) and not self._ends_sentence(at)

    def _may_open(self, level: int, at: int, end: int) -> bool:
        if self._at_line_start(at):
            return True
        before = self._text[self._opened : at]
        if level == _PARAGRAPH:
            # The first 항 stands at the head of the article, or behind a whole sentence.
            return not split_marks(before)[0].strip() or self._ends_sentence(at)
        if level == _SUBPARAGRAPH:
            return bool(_LEAD_IN.search(before) or _DELETED.match(self._text, end))
        return _CITED_BEFORE.search(before[-20:]) is None

    def _ends_sentence(self, at: int) -> bool:
        return self._text[max(0, at - 20) : at].rstrip()[-1:] in tuple(".>)]:")

    def _at_line_start(self, at: int) -> bool:
        line = self._text[self._text.rfind("\n", 0, at) + 1 : at]
        return not line.strip() and (at > len(line) or at == 0)


def add_provisions(builder: TreeBuilder, text: str) -> None:
    """Read an article's text into the article that is open in ``builder``."""
    for piece in split_provisions(text):
        if piece.level < 0:
            add_text_lines(builder, piece.raw)
            continue
        head, *rest = split_lines(piece.raw)
        _open_piece(builder, piece, head)
        add_text_lines(builder, "".join(rest))


def _open_piece(builder: TreeBuilder, piece: Piece, raw: str) -> None:
    line = words(raw[piece.body :])
    if piece.level == _PARAGRAPH:
        builder.paragraph(piece.number, raw, line)
    elif piece.level == _SUBPARAGRAPH:
        builder.subparagraph(piece.number, raw, line)
    elif piece.level == _ITEM:
        builder.item(piece.number, raw, line)
    else:
        marker = raw[: piece.body].strip()
        builder.subitem(piece.level - _SUBITEM, piece.number, marker, raw, line)


# -- 부칙 ----------------------------------------------------------------------------------------

_SUPPLEMENT = re.compile(
    r"(?<!\S)부\s*칙\s*(?:\([^<()\n]*(?:\([^()\n]*\)[^<()\n]*)*\))?\s*"
    r"(?:<[^<>\n]*\d\s*호\s*,\s*\d{4}[^<>\n]*>|(?=제1조\s?\(시행일))"
)
_ARTICLE_IN_SUPPLEMENT = re.compile(
    rf"(?<!\S)제(?P<n>\d+)조(?:의(?P<b>\d+))?\s?\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
    rf"|(?<![^\s.>)])(?P<h>[{CIRCLED}])"
)


def split_supplement(text: str) -> Iterable[str]:
    """Cut a 부칙 printed in one line before its articles and 항, as ``supplement`` reads lines.

    The slices, joined, are ``text``.
    """
    article: Number | None = None
    paragraph: Number | None = None
    at = 0
    for match in _ARTICLE_IN_SUPPLEMENT.finditer(text):
        if match["h"]:
            number = Number(circled_value(match["h"]) or 0)
            if follows(paragraph, number) is not Order.NEXT:
                continue
            paragraph = number
            if _is_article_head(text[at : match.start()]):
                continue  # the first 항 stays on its article's line
        else:
            number = Number(int(match["n"]), int(match["b"] or 0))
            if follows(article, number) is not Order.NEXT:
                continue
            article, paragraph = number, None
        if match.start() > at:
            yield text[at : match.start()]
            at = match.start()
    if at < len(text):
        yield text[at:]


def _is_article_head(text: str) -> bool:
    match = _ARTICLE_IN_SUPPLEMENT.match(text)
    return match is not None and bool(match["n"]) and not text[match.end() :].strip()


def supplement_starts(text: str) -> Iterator[int]:
    """Where the 부칙 of a text begin: a line of its own, or a header with its promulgation."""
    at = 0
    for line in split_lines(text):
        if is_supplement_header(line):
            yield at
        at += len(line)
    yield from (match.start() for match in _SUPPLEMENT.finditer(text))


def add_supplement(builder: TreeBuilder, raw: str) -> None:
    """Read one 부칙, its header first; the header may share its line with what follows."""
    header, body = split_supplement_header(raw)
    open_supplement(builder, header)
    for line in split_lines(body):
        add_supplement_lines(builder, split_supplement(line))


def split_supplement_header(raw: str) -> tuple[str, str]:
    """The header of a 부칙 and the rest; the header is empty where there is none."""
    first = (split_lines(raw) or [""])[0]
    if is_supplement_header(first):
        return first, raw[len(first) :]
    gap = len(raw) - len(raw.lstrip())
    match = _SUPPLEMENT.match(raw, gap)
    end = match.end() if match is not None else 0
    end += len(raw[end:]) - len(raw[end:].lstrip(" \t\u3000")) if end else 0
    return raw[:end], raw[end:]
