"""부칙: plain text whose articles number from 1 again and quote the articles of other laws.

Most lines that start with 제N조 are amending text ("제8조제2항 중 …을 …로 한다").  A line opens an
article only when its title stands in parentheses *and* its number is the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from lexdpr_rag.statute.builder import TreeBuilder
from lexdpr_rag.statute.numbering import CIRCLED, Number, Order, circled_value, follows
from lexdpr_rag.statute.tree import Article, Paragraph, Subparagraph

# 부칙 <제21454호,2026.3.17>   부칙(정부조직법) <제8852호,2008.2.29>   부칙 <제2001-10호,2001.2.28.>
_HEADER = re.compile(
    r"부\s*칙\s*(?:\((?P<title>[^<]*)\))?\s*<\s*(?P<kind>[^\d<>]*?)제?\s*(?P<no>[\d-]+)\s*호\s*,\s*"
    r"(?P<y>\d{4})\.\s?(?P<m>\d{1,2})\.\s?(?P<d>\d{1,2})\.?\s*>"
)
_BARE_HEADER = re.compile(r"부\s*칙\s*(?:<[^>]*>|\([^)]*\)\s*(?:<[^>]*>)?)?\s*")
_ARTICLE = re.compile(
    r"제(?P<n>\d+)조(?:의(?P<b>\d+))?\s?\((?P<title>[^()]*(?:\([^()]*\)[^()]*)*)\)(?!제\d|\s?중\s|[을를]\s)\s?"
)
# A 항, not "①부터 ⑪까지 생략" or "② 및 ③ 생략", which leave a range of them out.
_PARAGRAPH = re.compile(rf"([{CIRCLED}])(?!\s*(?:부터|내지|및|[,ㆍ·∼~]))")
_SUBPARAGRAPH = re.compile(r"(\d+)(?:의(\d+))?\.\s")
_LEAD_IN = re.compile(r"다음|각\s?호")
_AMENDING = re.compile(r"(개정|신설|변경)한다|으로 한다|로 한다")


def is_supplement_header(line: str) -> bool:
    """Whether ``line`` alone is the header of a 부칙, not a sentence that mentions one."""
    line = line.strip()
    return _HEADER.fullmatch(line) is not None or _BARE_HEADER.fullmatch(line) is not None


def open_supplement(builder: TreeBuilder, raw: str) -> None:
    """Open a 부칙 whose header line is ``raw``; whatever follows the header is read as its text."""
    match = _HEADER.match(raw.strip())
    if match is None:
        builder.supplement(raw)
        if _BARE_HEADER.fullmatch(raw.strip()) is None:
            builder.note("supplement-header", raw.strip())
        return
    builder.supplement(
        raw,
        promulgation_no=match["no"],
        promulgation_date=calendar_day(match["y"], match["m"], match["d"]),
        title=(match["title"] or "").strip(),
    )


def calendar_day(year: str, month: str, day: str) -> date | None:
    """The day, ``None`` where no calendar has it."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def add_supplement_lines(builder: TreeBuilder, lines: Iterable[str]) -> None:
    """Read the lines of a 부칙 that is open; each keeps its line end in ``raw``."""
    for raw in lines:
        _add_line(builder, raw)


def _add_line(builder: TreeBuilder, raw: str) -> None:
    line = raw.strip()
    match = _ARTICLE.match(raw)
    if match is not None:
        number = Number(int(match["n"]), int(match["b"] or 0))
        last = builder.last_number(Article)
        if follows(last, number) is Order.NEXT:
            _add_article(builder, raw, match, number)
            return
    elif (match := _PARAGRAPH.match(line)) is not None:
        number = Number(circled_value(match[1]) or 0)
        if follows(builder.last_number(Paragraph), number) is Order.NEXT:
            builder.paragraph(number, raw, line[1:].strip(), strict=True)
            return
    elif (match := _SUBPARAGRAPH.match(line)) is not None and _may_list(builder):
        number = Number(int(match[1]), int(match[2] or 0))
        if follows(builder.last_number(Subparagraph), number) is Order.NEXT:
            builder.subparagraph(number, raw, line[match.end() :].strip(), strict=True)
            return
    builder.text(raw, line)


def _add_article(builder: TreeBuilder, raw: str, match: re.Match[str], number: Number) -> None:
    rest = raw[match.end() :]
    title = match["title"].strip()
    if not rest.startswith("①") or _PARAGRAPH.match(rest) is None:
        builder.article(number, title, raw, rest.strip())
        return
    # The first 항 stands on the article's line.
    builder.article(number, title, raw[: match.end()])
    builder.paragraph(Number(1), rest, rest[1:].strip())


def _may_list(builder: TreeBuilder) -> bool:
    """Whether 호 may follow: inside a list already, or after a lead-in that does not amend."""
    if builder.is_open(Subparagraph):
        return True
    lead = builder.open_text
    return bool(_LEAD_IN.search(lead)) and not _AMENDING.search(lead)
