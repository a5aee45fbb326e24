"""legalize-kr Markdown: YAML front matter, headings by level, ``**①**`` 항, ``  1\\.`` 호, ``    가\\.`` 목.

The mirror drops 조문참고자료 and the content of 별표; of those it keeps title and link.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.builder import TreeBuilder
from lexdpr_rag.statute.numbering import CIRCLED, Number, circled_value, syllable_value
from lexdpr_rag.statute.repeal import is_repeal_stub
from lexdpr_rag.statute.supplement import (
    add_supplement_lines,
    calendar_day,
    is_supplement_header,
    open_supplement,
)
from lexdpr_rag.statute.tree import Annex, BlockKind, Law, LawMeta, Node

_FRONT_MATTER = re.compile(r"\A(?:\ufeff)?---\r?\n(?P<yaml>.*?)\n---\r?\n", re.DOTALL)
# One line with the blank lines behind it: blank lines belong to the piece that they follow.
_PIECE = re.compile(r"[^\n]+\n*|\n+")

_SUPPLEMENT_RULE = re.compile(r"## 부칙\s*")
_TITLE = re.compile(r"# (?!제\d+편)")
_HEADING = re.compile(r"#{1,4} 제(\d+)(편|장|절|관)(?:의(\d+))?(?=\s|$)\s*(.*)")
# The level below 관, printed bold: **제1속 굴착면의 기울기 등**.  Other bold lines are text.
_BOLD_HEADING = re.compile(r"\*\*제(\d+)(항|속)(?:의(\d+))? (.*)\*\*\s*")
_ARTICLE = re.compile(r"##### 제(?:(\d+)-)?(\d+)조(?:의(\d+))?(?: \((.*)\))?\s*")
_PARAGRAPH = re.compile(rf"\*\*([{CIRCLED}ⓛ])\*\*\s?")
_SUBPARAGRAPH = re.compile(r"  (\d+)(?:의(\d+))?\\\.\s")
_ITEM = re.compile(r"    ([가-힣])(?:의(\d+))?\\\.\s")
_SUBITEM = re.compile(r"[ \t\u3000]+(?:(\d+)\)|([가-힣])\)|\((\d+)\)|\(([가-힣])\))(?:의(\d+))?\s?")
_BRACKETED = re.compile(r"\[([^\[\]]+)\]\s*")
# [시행일 : 2021.1.26] 제16조
_EFFECTIVE_NOTE = re.compile(r"\[\s*시행일\s*:\s*(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\.?\s*\]")
_BOX = re.compile(r"[─-╿]|^\s*\+[-=+]{3,}|^\s*\|.*\|\s*$")
# "1945년" whose digits the mirror has eaten.
_EATEN_DIGITS = re.compile(r"년\s?(?:\d+월|월|\s*이후)")

_NO_FIXED_DAY = 9999


def parse_markdown(text: str, path: str = "", folder: str = "") -> Law:
    """Parse one law of the Markdown mirror.

    Args:
        text: the whole file, LF line ends as in the mirror (others are kept in ``raw`` as well).
        path: names the source in errors.
        folder: the file's folder; subordinate laws lie in their parent law's.

    Raises:
        SourceError: the front matter is missing or broken, or lacks 제목 or 법령ID.
    """
    head, fields = _front_matter(text, path)
    builder = TreeBuilder()
    _read_body(builder, text[len(head) :])
    nodes = (*builder.build(), *_attachments(fields))
    return Law(
        meta=_meta(fields, path, folder),
        head=head,
        children=nodes,
        repealed=is_repeal_stub(nodes),
    )


# -- front matter --------------------------------------------------------------------------------


def _front_matter(text: str, path: str) -> tuple[str, dict[str, Any]]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise SourceError("source.front_matter", path=path, reason="'---' 없음")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        # BaseLoader keeps every scalar a string: 0009, 9999-01-01 and 00436 stay as printed.
        fields = yaml.load(match["yaml"], Loader=loader)
    except yaml.YAMLError as error:
        raise SourceError("source.front_matter", path=path, reason=_yaml_reason(error)) from error
    if not isinstance(fields, dict):
        raise SourceError("source.front_matter", path=path, reason="키: 값 목록이 아님")
    for key in ("제목", "법령ID"):
        if not str(fields.get(key) or "").strip():
            raise SourceError("source.missing_key", path=path, field=key)
    return match[0], fields


def _yaml_reason(error: yaml.YAMLError) -> str:
    """The parser's complaint and the line of the file that it is about."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or type(error).__name__
    # The line after the opening "---" is the YAML parser's line 0.
    return f"{problem}, line {mark.line + 2}" if mark else str(problem)


def _meta(fields: Mapping[str, Any], path: str, folder: str) -> LawMeta:
    ministries = fields.get("소관부처") or ()
    if isinstance(ministries, str):
        ministries = [ministries]
    return LawMeta(
        law_id=str(fields["법령ID"]).strip(),
        title=html.unescape(str(fields["제목"]).strip()),
        kind=str(fields.get("법령구분") or ""),
        mst=str(fields.get("법령MST") or ""),
        ministries=tuple(str(m) for m in ministries if m),
        promulgation_date=_day(fields, "공포일자", path),
        promulgation_no=str(fields.get("공포번호") or "").lstrip("0"),
        effective_date=_day(fields, "시행일자", path),
        source_url=str(fields.get("출처") or ""),
        folder=folder,
    )


def _day(fields: Mapping[str, Any], key: str, path: str) -> date | None:
    value = str(fields.get(key) or "").strip()
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise SourceError("source.front_matter", path=path, reason=f"{key}: {value}") from error
    return None if day.year == _NO_FIXED_DAY else day


def _attachments(fields: Mapping[str, Any]) -> Iterator[Node]:
    entries = fields.get("첨부파일") or ()
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        number = Number(_int(entry.get("별표번호")), _int(entry.get("별표가지번호")))
        kind = str(entry.get("별표구분") or "별표")
        yield Annex(
            raw="",
            path=f"tbl:{'' if kind == '별표' else kind}{number.code}",
            number=number,
            kind=kind,
            title=html.unescape(str(entry.get("제목") or "")),
            link=str(entry.get("파일링크") or entry.get("PDF링크") or ""),
        )


def _int(value: object) -> int:
    digits = re.match(r"\d+", str(value or ""))
    return int(digits[0]) if digits else 0


# -- body ----------------------------------------------------------------------------------------


def _read_body(builder: TreeBuilder, body: str) -> None:
    pieces = _PIECE.findall(body)
    reader = _BodyReader(builder)
    for index, piece in enumerate(pieces):
        if piece.startswith("## 부칙") and _SUPPLEMENT_RULE.fullmatch(piece):
            builder.loose(piece)
            _read_supplements(builder, pieces[index + 1 :])
            return
        reader.read(piece)


def _read_supplements(builder: TreeBuilder, pieces: list[str]) -> None:
    first = True
    for piece in pieces:
        if piece.startswith("부") and (is_supplement_header(piece) or first):
            open_supplement(builder, piece)
            first = False
        elif piece.strip() and not first:
            add_supplement_lines(builder, (piece,))
        else:
            builder.text(piece)


class _BodyReader:
    """Reads the pieces of the main part; the only state is whether an ``<img>`` is open."""

    def __init__(self, builder: TreeBuilder) -> None:
        self._builder = builder
        self._in_image = False

    def read(self, piece: str) -> None:
        if self._in_image or "<img" in piece:
            self._read_image(piece)
            return
        match piece[0]:
            case "#":
                self._read_heading(piece)
            case "*":
                self._read_bold(piece)
            case " " | "\t" | "\u3000":
                self._read_indented(piece)
            case "[":
                self._read_bracketed(piece)
            case _:
                self._text(piece)

    def _read_image(self, piece: str) -> None:
        opens = piece.rfind("<img")
        line = piece.strip("\n\t").rstrip()
        # A provision can begin on the line on which an image starts.
        if not self._in_image and opens > 0 and piece[0] in "*# " and self._starts_node(piece):
            self._builder.note("image", piece[opens:])
        else:
            self._builder.text(piece, line, BlockKind.IMAGE)
        self._in_image = "</img>" not in piece[max(opens, 0) :]

    def _starts_node(self, piece: str) -> bool:
        in_image, self._in_image = self._in_image, False
        plain = _PARAGRAPH.match(piece) or _SUBPARAGRAPH.match(piece) or _ITEM.match(piece)
        if plain is None:
            self._in_image = in_image
            return False
        if piece[0] == "*":
            self._read_bold(piece)
        else:
            self._read_indented(piece)
        return True

    def _read_heading(self, piece: str) -> None:
        line = piece.rstrip("\n")
        if (match := _ARTICLE.fullmatch(line)) is not None:
            number = Number(int(match[2]), int(match[3] or 0), int(match[1] or 0))
            self._builder.article(number, _article_title(match[4]), piece)
        elif (match := _HEADING.fullmatch(line)) is not None:
            number = Number(int(match[1]), int(match[3] or 0))
            self._builder.heading(number, match[2], match[4].strip(), piece)
        elif _TITLE.match(line):
            self._builder.loose(piece)
        else:
            self._text(piece)
            self._builder.note("unknown-heading", line)

    def _read_bold(self, piece: str) -> None:
        if (match := _PARAGRAPH.match(piece)) is not None:
            value = circled_value(match[1]) or 1  # ⓛ is a typing slip for ①
            line = piece[match.end() :].strip()
            # From ㉑ on the mirror prints the marker twice.
            doubled = line.startswith(match[1])
            self._builder.paragraph(Number(value), piece, line.removeprefix(match[1]).strip())
            if doubled:
                self._builder.note("doubled-marker", match[1])
        elif (match := _BOLD_HEADING.fullmatch(piece)) is not None:
            number = Number(int(match[1]), int(match[3] or 0))
            self._builder.heading(number, match[2], match[4].strip(), piece)
        else:
            self._text(piece)

    def _read_indented(self, piece: str) -> None:
        if (match := _SUBPARAGRAPH.match(piece)) is not None:
            number = Number(int(match[1]), int(match[2] or 0))
            self._builder.subparagraph(number, piece, piece[match.end() :].strip())
        elif (match := _ITEM.match(piece)) is not None and (value := syllable_value(match[1])):
            number = Number(value, int(match[2] or 0))
            self._builder.item(number, piece, piece[match.end() :].strip())
        elif (match := _SUBITEM.match(piece)) is not None and self._read_subitem(piece, match):
            pass
        else:
            self._text(piece)

    def _read_subitem(self, piece: str, match: re.Match[str]) -> bool:
        style = next(i for i, group in enumerate(match.groups()) if group)
        value = match[style + 1]
        main = int(value) if value.isdigit() else syllable_value(value)
        if main is None:
            return False
        number = Number(main, int(match[5] or 0))
        line = piece[match.end() :].strip()
        self._builder.subitem(style, number, match[0].strip(), piece, line)
        return True

    def _read_bracketed(self, piece: str) -> None:
        """A residue: ``[특허법인(유한)의 설립]`` is the title again, ``[시행일 : …] 제16조`` a note."""
        match = _BRACKETED.match(piece)
        if match is None or not self._builder.lacks_words():
            self._text(piece)
        elif (note := _EFFECTIVE_NOTE.match(piece)) is not None:
            self._builder.text(piece, None, BlockKind.NOTE)
            if (day := calendar_day(*note.groups())) is not None:
                self._builder.takes_effect(day, piece.strip())
        elif not self._builder.retitle(match[1].strip(), piece, piece[match.end() :].strip()):
            self._text(piece)

    def _text(self, piece: str) -> None:
        line = piece.strip()
        if line.startswith("년") and self._builder.lacks_words() and _EATEN_DIGITS.match(line):
            self._builder.note("digits-lost", line)
        block = BlockKind.TABLE if _BOX.search(piece) else None
        self._builder.text(piece, piece.strip("\n\t").rstrip() if block else line, block)


def _article_title(title: str | None) -> str:
    """The title without the doubled parentheses of ``((협의회의 구성))``."""
    if not title:
        return ""
    if title.startswith("(") and title.endswith(")") and _balanced(title[1:-1]):
        title = title[1:-1]
    return title.strip()


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0
