"""Statutes pasted as plain text: from a web page, a PDF or a word processor.

A line of its own opens an article when it begins with a head, ``제1조(목적)`` or ``제1조 (목적)``,
and its number comes later than the last one's.  Text without line breaks is cut before heads in
the middle of a line, and there the next number counts (or one of the next few behind the end of a
sentence): much law quotes the articles of other law ("제8조제2항 중 …을 …로 한다").  What is inside
an article is read by :mod:`lexdpr_rag.statute.inline`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.builder import TreeBuilder
from lexdpr_rag.statute.inline import (
    add_provisions,
    add_supplement,
    add_text_lines,
    split_lines,
    supplement_starts,
)
from lexdpr_rag.statute.numbering import CIRCLED, Number, Order, follows
from lexdpr_rag.statute.repeal import is_repeal_stub
from lexdpr_rag.statute.tree import BlockKind, Law, LawMeta

_TITLE = r"\((?P<title>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)"
# 제3조의2(정의)   제 3 조 (정의)   제1-3조(정의)   제50조[설치의 등기]   제5조 삭제   제24조
_ARTICLE = re.compile(
    r"제\s?(?:(?P<chapter>\d+)-)?(?P<main>\d+)\s?조(?:의\s?(?P<branch>\d+))?"
    rf"(?:[^\S\n]?(?:{_TITLE}|\[(?P<square>[^\[\]\n]*)\])"
    r"|(?P<deleted>\s*(?=[<＜]?삭\s*제(?:[\s<>＜＞.]|\Z)))|(?=\s|\Z))"
)
_HEADING = re.compile(
    r"제\s?(?P<main>\d+)\s?(?P<unit>편|장|절|관|항|속)(?:의\s?(?P<branch>\d+))?(?=\s|\Z)"
)
_HEAD = re.compile(r"(?<!\S)제\s?\d")
_RANK = {"편": 1, "장": 2, "절": 3, "관": 4, "항": 5, "속": 5}
_LONGEST_HEADING = 80
_LARGEST_GAP = 2  # of article numbers in the middle of a line

# Behind a head without title these words show a reference: "제3조 제2항에 따라", "제4조 및 …".
_REFERRED = re.compile(
    r"[^\S\n]*(?:제\s?\d|및|또는|내지|부터|까지|각|중|단서|본문|전단|후단|[,ㆍ~)])"
)
# "제4조(적용범위)에 따라": a title followed by a particle stands in a sentence.
_PARTICLE = re.compile(r"(?:에|의|을|를|은|는|과|와|중|제\s?\d|부터|까지|및|또는|[,ㆍ」)])")
# What stands before an article that is quoted: 「민법」 제750조(…), "… 법 제4조(적용)".
_QUOTING = re.compile(
    r"(?:[」,ㆍ(]|(?<![가-힣])(?:법|영|규칙|규정|세칙|조례|및|또는|내지|부터))\s*$"
)
_AMENDING = re.compile(r"다음과 같이 (?:개정|신설|변경)?(?:한다|하고|하며)|개정한다\.?\s*$")
_HEADING_TAIL = re.compile(
    r"\s*(?:및|또는|내지|부터|의 규정|제\s?\d+\s?(?:조(?![의\d\s]*[(\[])|항))"
)

_ANNEX = re.compile(
    r"^[^\S\n]*(?:■[^\[\n]*)?[\[<]\s*(?P<kind>별표|별지|서식)\s*제?(?P<no>\d+)?(?:호)?(?:의(?P<branch>\d+))?"
    r"(?:호)?(?:\s*서식)?\s*[\]>]",
    re.MULTILINE,
)
_NOTES = re.compile(
    r"(?:\s*\[(?:전문개정|본조신설|제목개정|종전|시행일|유효기간|제\d+조|\d{4}\.)[^\[\]]*\](?:\s*제\d+조[^\n.]{0,40})?)+\s*\Z"
)
_DAY = r"(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\.?"
_IN_FORCE = re.compile(rf"\[시행\s*{_DAY}\]")
_PROMULGATED = re.compile(rf"\[([^\[\],\d]*?)\s*제?\s?([\d-]+)호,\s*{_DAY}[^\[\]]*\]")
_SENTENCE = re.compile(r"다\.\s*(?:<[^<>]*>\s*)*$")


@dataclass(frozen=True, slots=True)
class _Head:
    """A heading or an article's head in the text: ``start`` … ``end``, the words follow."""

    start: int
    end: int
    number: Number
    unit: str = ""  # of a heading; empty for an article
    title: str = ""
    at_line_start: bool = False
    is_sure: bool = False  # has a title or says 삭제


def parse_plain(text: str, path: str = "") -> Law:
    """Parse a statute pasted as text.

    The law's ID is made from its title — the first line, or else the file's name — since the text
    has none.  A byte order mark is kept in ``Law.head``.

    Raises:
        SourceError: there is no article in it.
    """
    head = text[: len(text) - len(text.lstrip("\ufeff"))]
    body = text[len(head) :]
    builder = TreeBuilder()
    at = min(supplement_starts(body), default=len(body))
    if not read_articles(builder, body[:at]):
        raise SourceError("source.no_provisions", path=path)
    _read_supplements(builder, body[at:])
    nodes = builder.build()
    return Law(
        meta=_meta(body[:at], path), head=head, children=nodes, repealed=is_repeal_stub(nodes)
    )


# -- what the text says about the law ------------------------------------------------------------


def _meta(text: str, path: str) -> LawMeta:
    heads = _find_heads(text)
    front = text[: heads[0].start] if heads else ""
    title = _title(front) or PurePath(path).stem or "제목 없음"
    in_force = _IN_FORCE.search(front)
    promulgated = _PROMULGATED.search(front)
    digest = hashlib.sha1(title.encode(errors="replace"), usedforsecurity=False).hexdigest()
    return LawMeta(
        law_id=f"t{digest[:8]}",
        title=title,
        kind=promulgated[1].strip() if promulgated else "",
        promulgation_no=promulgated[2].lstrip("0") if promulgated else "",
        promulgation_date=_day(promulgated.groups()[2:]) if promulgated else None,
        effective_date=_day(in_force.groups()) if in_force else None,
    )


def _title(front: str) -> str:
    """The first line, unless it is a sentence or a bracketed note."""
    first = next((line.strip() for line in front.split("\n") if line.strip()), "")
    is_title = len(first) <= _LONGEST_HEADING and first[:1] != "[" and not first.endswith(".")
    return " ".join(first.lstrip("#").split()) if is_title else ""


def _day(parts: tuple[str, ...]) -> date | None:
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


# -- articles ------------------------------------------------------------------------------------


def read_articles(builder: TreeBuilder, text: str) -> int:
    """Read headings and articles into ``builder``; returns how many articles there were."""
    heads = _find_heads(text)
    _read_front(builder, text[: heads[0].start] if heads else text)
    for index, head in enumerate(heads):
        until = heads[index + 1].start if index + 1 < len(heads) else len(text)
        if head.unit:
            line, *rest = split_lines(text[head.start : until])
            builder.heading(head.number, head.unit, line[head.end - head.start :].strip(), line)
            _add_behind_heading(builder, "".join(rest))
        else:
            add_article(
                builder, head.number, head.title, text[head.start : until], head.end - head.start
            )
    return sum(not head.unit for head in heads)


def read_entry(builder: TreeBuilder, raw: str) -> None:
    """Read an article or heading that is known to stand alone in ``raw``."""
    gap = len(raw) - len(raw.lstrip())
    head = _article_head(raw, gap) if raw[gap:] else None
    if head is not None:
        add_article(builder, head.number, head.title, raw, head.end)
    elif _HEADING.match(raw, gap) is not None:
        read_articles(builder, raw)
    else:
        add_text_lines(builder, raw)


def _read_front(builder: TreeBuilder, text: str) -> None:
    """What stands before the first head: title and notes, or a preamble in whole sentences."""
    in_preamble = False
    for raw in split_lines(text):
        line = raw.strip()
        if in_preamble:
            builder.text(raw, line)
        elif _SENTENCE.search(line) and not line.startswith("["):
            builder.article(Number(0), "", raw, line)
            in_preamble = True
        else:
            builder.loose(raw)


def _add_behind_heading(builder: TreeBuilder, text: str) -> None:
    """Lines between a heading and its first article; they are no part of its title."""
    if not text:
        return
    builder.text(text)
    if text.strip():
        builder.note("text-after-heading", text.strip())


def add_article(builder: TreeBuilder, number: Number, title: str, raw: str, body: int) -> None:
    """Open an article whose words begin at ``raw[body]``, and read what is in it.

    Notes in brackets at its end ("[본조신설 2025. 3. 4.]") go to :attr:`Article.notes`.
    """
    found = _NOTES.search(raw, body)
    end = found.start() if found is not None else len(raw)
    tail = raw[end:]
    notes = tuple(note.strip() for note in re.findall(r"\[[^\[\]]*\][^\[]*", tail))
    gap = len(raw[body:end]) - len(raw[body:end].lstrip())
    builder.article(number, title.strip(), raw[: body + gap], "", notes=notes)
    words = raw[body + gap : end]
    if words:
        add_provisions(builder, words)
    if tail:
        builder.text(tail, None, BlockKind.NOTE)


# -- heads ---------------------------------------------------------------------------------------


def _find_heads(text: str) -> list[_Head]:
    """The heads that open something, in order."""
    found = list(_candidates(text))
    own_line = sum(head.at_line_start and head.is_sure and not head.unit for head in found)
    outline = _Outline(text, inline=own_line < 2)
    for index, head in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        outline.consider(head, following)
    return outline.heads


def _candidates(text: str) -> Iterator[_Head]:
    for match in _HEAD.finditer(text):
        at = match.start()
        heading = _HEADING.match(text, at)
        if heading is None:
            article = _article_head(text, at)
            if article is not None:
                yield article
            continue
        number = Number(int(heading["main"]), int(heading["branch"] or 0))
        yield _Head(at, heading.end(), number, heading["unit"], "", _begins_line(text, at))


def _article_head(text: str, at: int) -> _Head | None:
    match = _ARTICLE.match(text, at)
    if match is None:
        return None
    number = Number(int(match["main"]), int(match["branch"] or 0), int(match["chapter"] or 0))
    title = match["title"] or match["square"] or ""
    sure = bool(title) or match["deleted"] is not None
    return _Head(at, match.end(), number, "", title, _begins_line(text, at), sure)


def _begins_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


@dataclass(slots=True)
class _Outline:
    """Accepts heads by the order of their numbers."""

    text: str
    inline: bool  # the text has no lines of its own for articles
    heads: list[_Head] = field(default_factory=list)
    article: Number | None = None
    headings: dict[int, Number] = field(default_factory=dict)  # rank → last number

    def consider(self, head: _Head, following: _Head | None) -> None:
        """Take ``head`` if it opens something."""
        if head.unit and self._takes_heading(head, following):
            rank = _RANK[head.unit]
            self.headings = {key: value for key, value in self.headings.items() if key < rank}
            self.headings[rank] = head.number
            self.heads.append(head)
        elif not head.unit and self._takes_article(head):
            self.article = head.number
            self.heads.append(head)

    def _takes_heading(self, head: _Head, following: _Head | None) -> bool:
        rank = _RANK[head.unit]
        last = self.headings.get(rank)
        order = follows(last, head.number)
        if rank > _RANK["관"] and not (head.at_line_start and _RANK["관"] in self.headings):
            return False  # "제1항 …" is a heading below 관 alone
        line = self.text[head.end :].partition("\n")[0]
        if _HEADING_TAIL.match(line):
            return False
        if head.at_line_start:
            short = len(line) <= _LONGEST_HEADING and not line.rstrip().endswith((".", ","))
            if short:
                return order in (Order.NEXT, Order.GAP)
        if order is not Order.NEXT or not (self.inline or head.at_line_start):
            return False
        between = self.text[head.end : following.start if following else None]
        if len(between.strip()) > _LONGEST_HEADING or "다. " in between:
            return False
        return following is None or bool(following.unit) or following.is_sure

    def _takes_article(self, head: _Head) -> bool:
        if head.number.main == 0:
            return False
        if self._stands_below_heading(head):
            return head.is_sure or self._order(head.number) is Order.NEXT
        order = self._order(head.number)
        glued = self.text[head.end : head.end + 1].strip() not in ("", *CIRCLED)
        if head.at_line_start:
            return self._takes_line(head, order, glued)
        if not self.inline or not head.is_sure or (glued and head.title):
            return False
        before = self.text[max(0, head.start - 12) : head.start]
        if _QUOTING.search(before) and self.text[head.end : head.end + 20].lstrip()[:1] != "①":
            return False
        return order is Order.NEXT or (order is Order.GAP and self._is_near(head))

    def _takes_line(self, head: _Head, order: Order, glued: bool) -> bool:
        if head.title and glued and _PARTICLE.match(self.text, head.end):
            return False
        if head.is_sure and order is Order.GAP:
            return not self._is_amending(head)
        referred = not head.is_sure and _REFERRED.match(self.text, head.end)
        return order is Order.NEXT and not referred

    def _stands_below_heading(self, head: _Head) -> bool:
        if not self.heads or not self.heads[-1].unit:
            return False
        between = self.text[self.heads[-1].end : head.start]
        return len(between.strip()) <= _LONGEST_HEADING and "다. " not in between

    def _order(self, number: Number) -> Order:
        last = self.article
        if last is None:
            return Order.NEXT if number.main == 1 else Order.GAP
        if number.chapter == last.chapter:
            return follows(last, number)
        begins = number.main == 1 and number.branch == 0 and number.chapter == last.chapter + 1
        return Order.NEXT if begins else Order.BACK

    def _is_near(self, head: _Head) -> bool:
        """Whether a few numbers only are left out, and a sentence ends before the head."""
        before = self.text[max(0, head.start - 20) : head.start].rstrip(" \t\r\n")[-1:]
        last = self.article.main if self.article else 0
        return before in tuple(".>)]\u3000") and head.number.main - last <= _LARGEST_GAP

    def _is_amending(self, head: _Head) -> bool:
        if not self.heads or self.heads[-1].unit:
            return False
        return _AMENDING.search(self.text, self.heads[-1].end, head.start) is not None


# -- 부칙 and what follows -----------------------------------------------------------------------


def _read_supplements(builder: TreeBuilder, text: str) -> None:
    found = dict.fromkeys(supplement_starts(text), "")
    found |= {match.start(): "annex" for match in _ANNEX.finditer(text) if found}
    starts = sorted(found)
    for index, at in enumerate(starts):
        raw = text[at : starts[index + 1] if index + 1 < len(starts) else len(text)]
        if found[at]:
            _add_annex(builder, raw)
        elif raw.strip():
            add_supplement(builder, raw)
        else:
            builder.text(raw)


def _add_annex(builder: TreeBuilder, raw: str) -> None:
    match = _ANNEX.match(raw)
    first, *rest = split_lines(raw)
    if match is None:
        builder.text(raw)
        return
    number = Number(int(match["no"] or 0), int(match["branch"] or 0))
    line = first[match.end() :].strip()
    builder.annex(
        number, first, line, kind="서식" if match["kind"] != "별표" else "별표", title=line
    )
    add_text_lines(builder, "".join(rest))
