"""Laws as the National Law Information Center's API (law.go.kr) answers them, JSON or XML.

What a law says is structured there; the rules of order still are the builder's.

The answer has no text of its own, so the tree's source is its text fields, each string with one
line feed behind it, in this order: every 조문단위 (조문내용, 조문참고자료, then each 항 with its 호
and 목), 부칙내용, 별표내용, 개정문내용, 제개정이유내용.  ``Law.head`` is empty.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.answer import (
    Answer,
    add_annexes,
    add_reasons,
    add_supplement_header,
    day,
    elements,
    first_line,
    lines,
    number,
    word,
)
from lexdpr_rag.statute.builder import TreeBuilder
from lexdpr_rag.statute.inline import add_text_lines, is_drawn, subitem_marker
from lexdpr_rag.statute.numbering import CIRCLED, Number, circled_value, syllable_value
from lexdpr_rag.statute.repeal import is_repeal_stub
from lexdpr_rag.statute.supplement import add_supplement_lines, is_supplement_header
from lexdpr_rag.statute.tree import (
    Article,
    BlockKind,
    Diagnostic,
    Law,
    LawMeta,
    Pending,
    Subparagraph,
)

_HEADING = re.compile(r"\s*제(\d+)(편|장|절|관|항|속)(?:의(\d+))?(?=\s|$)\s*(.*?)\s*", re.DOTALL)
_ARTICLE = re.compile(r"\s*제\s?(?:(\d+)-)?(\d+)조(?:의\s?(\d+))?\s*")
_PARAGRAPH = re.compile(rf"\s*[{CIRCLED}]?\s*")
_SUBPARAGRAPH = re.compile(r"\s*(\d+)(?:의(\d+))?\s*\.\s*")
_ITEM = re.compile(r"\s*([가-힣])(?:의(\d+))?\s*\.\s*")
_PENDING = re.compile(r"(\d{8}):((?:(?!\d{8}:).)*)", re.DOTALL)
_PLACE = re.compile(r"제(\d+)조(?:의(\d+))?(?:제(\d+)항)?(?:제(\d+)호(?:의(\d+))?)?")
_MOVED_FROM = re.compile(r"(제\d+조(?:의\d+)?)에서 이동")
_MOVED_TO = re.compile(
    r"제\d+조(?:의\d+)?[은는] (제\d+조(?:의\d+)?)로 이동|^\[(제\d+조(?:의\d+)?)로 이동"
)


# -- the law -------------------------------------------------------------------------------------


def parse_law(answer: Answer, path: str = "") -> Law:
    """Parse the answer for a law, ``{"법령": {…}}``.

    Raises:
        SourceError: it lacks 법령ID or 법령명, or holds no text.
    """
    law = answer.get("법령")
    if not isinstance(law, Mapping):
        raise SourceError("source.missing_key", path=path, field="법령")
    meta = _meta(law, path)
    builder = TreeBuilder()
    units = law.get("조문")
    for unit in elements(units.get("조문단위") if isinstance(units, Mapping) else units):
        _add_unit(builder, unit, meta.effective_date)
    _add_supplements(builder, law.get("부칙"))
    add_annexes(builder, law.get("별표"))
    add_reasons(builder, law)
    nodes = builder.build()
    if not nodes:
        raise SourceError("source.no_provisions", path=path)
    whole = Law(meta=meta, children=nodes, repealed=is_repeal_stub(nodes))
    return _with_pending(whole, word(_info(law).get("조문시행일자문자열")))


def _info(law: Answer) -> Answer:
    info = law.get("기본정보")
    return info if isinstance(info, Mapping) else {}


def _meta(law: Answer, path: str) -> LawMeta:
    info = _info(law)
    title = (
        word(info.get("법령명_한글")) or word(info.get("법령명한글")) or word(info.get("법령명"))
    )
    law_id = word(info.get("법령ID"))
    for field, value in (("법령ID", law_id), ("법령명_한글", title)):
        if not value:
            raise SourceError("source.missing_key", path=path, field=field)
    ministries = info.get("소관부처")
    names = map(word, ministries if isinstance(ministries, list) else [ministries])
    short = word(info.get("법령명약칭"))
    return LawMeta(
        law_id=law_id,
        title=html.unescape(title),
        kind=word(info.get("법종구분")),
        mst=word(info.get("법령일련번호")),
        ministries=tuple(name for name in names if name),
        promulgation_date=day(info.get("공포일자")),
        promulgation_no=word(info.get("공포번호")).lstrip("0"),
        effective_date=day(info.get("시행일자")),
        short_titles=(html.unescape(short),) if short else (),
    )


def _add_unit(builder: TreeBuilder, unit: Answer, law_day: date | None) -> None:
    pieces = list(lines(unit.get("조문내용")))
    if word(unit.get("조문여부")) == "전문":
        for raw in pieces:
            _add_front(builder, raw)
    else:
        _add_article(builder, unit, pieces, law_day)
    for raw in lines(unit.get("조문참고자료")):
        builder.text(raw, None, BlockKind.NOTE)
    for paragraph in elements(unit.get("항")):
        _add_paragraph(builder, paragraph)


def _add_front(builder: TreeBuilder, raw: str) -> None:
    """A line of a 전문 entry: a heading, or the words that stand before a law's first article."""
    match = _HEADING.fullmatch(raw)
    if match is not None:
        builder.heading(Number(int(match[1]), int(match[3] or 0)), match[2], match[4], raw)
    elif raw.strip() and not builder.is_open(Article):
        builder.article(Number(0), "", raw, raw.strip())
    else:
        builder.text(raw, raw.strip())


def _add_article(
    builder: TreeBuilder, unit: Answer, pieces: list[str], law_day: date | None
) -> None:
    raw = pieces[0] if pieces else ""
    head = _ARTICLE.match(raw)
    own = number(unit.get("조문번호"), unit.get("조문가지번호"))
    if own is None and head is not None:
        own = Number(int(head[2]), int(head[3] or 0), int(head[1] or 0))
    title = _unwrapped(html.unescape(word(unit.get("조문제목"))))
    found, line = _split_title(raw[head.end() :]) if head else ("", raw.strip())
    notes = tuple(note.strip() for note in lines(unit.get("조문참고자료")) if note.strip())
    begins = day(unit.get("조문시행일자"))
    builder.article(
        own or Number(0),
        title or _unwrapped(found),
        raw,
        line,
        notes=notes,
        effective_date=None if begins == law_day else begins,
        moved_to=_moved(unit.get("조문이동이후")) or _named(_MOVED_TO, notes),
        moved_from=_moved(unit.get("조문이동이전")) or _named(_MOVED_FROM, notes),
    )
    add_text_lines(builder, "".join(pieces[1:]))


def _split_title(text: str) -> tuple[str, str]:
    """The title in brackets that ``text`` begins with, and the words behind it."""
    closing = {"(": ")", "[": "]"}.get(text[:1])
    depth = 0
    for at, char in enumerate(text if closing else ""):
        depth += (char == text[0]) - (char == closing)
        if depth == 0:
            return text[1:at].strip(), text[at + 1 :].strip()
    return "", text.strip()


def _unwrapped(title: str) -> str:
    """``협의회의 구성`` for the doubled brackets of ``((협의회의 구성))``."""
    inner, rest = _split_title(title)
    return inner if inner and not rest else title


def _moved(value: Any) -> str:
    """``000507`` → 제5조의7; nothing for ``000000``."""
    match = re.fullmatch(r"(\d{4})(\d{2})\d*", word(value))
    if match is None or not int(match[1]):
        return ""
    return Number(int(match[1]), int(match[2])).article


def _named(pattern: re.Pattern[str], notes: tuple[str, ...]) -> str:
    for note in notes:
        if (match := pattern.search(note)) is not None:
            return next(group for group in match.groups() if group)
    return ""


def _add_paragraph(builder: TreeBuilder, unit: Answer) -> None:
    raw, rest = first_line(unit.get("항내용"))
    value = circled_value(word(unit.get("항번호"))[:1]) or circled_value(raw.strip()[:1])
    if raw and value is not None:
        line = _PARAGRAPH.sub("", raw, count=1).strip()
        builder.paragraph(Number(value), raw, line)
    elif raw:
        add_text_lines(builder, raw)
    for continued in rest:
        _add_continued(builder, continued)
    for subparagraph in elements(unit.get("호")):
        _add_subparagraph(builder, subparagraph)


def _add_subparagraph(builder: TreeBuilder, unit: Answer) -> None:
    raw, rest = first_line(unit.get("호내용"))
    match = _SUBPARAGRAPH.match(raw)
    own = number(unit.get("호번호"), unit.get("호가지번호"))
    if own is None and match is not None:
        own = Number(int(match[1]), int(match[2] or 0))
    if raw and own is not None:
        builder.subparagraph(own, raw, raw[match.end() if match else 0 :].strip())
    elif raw:
        add_text_lines(builder, raw)
    for continued in rest:
        _add_continued(builder, continued)
    for item in elements(unit.get("목")):
        _add_item(builder, item)


def _add_item(builder: TreeBuilder, unit: Answer) -> None:
    raw, rest = first_line(unit.get("목내용"))
    match = _ITEM.match(raw)
    value = syllable_value(word(unit.get("목번호"))[:1]) or (
        syllable_value(match[1]) if match else None
    )
    if raw and value is not None:
        own = Number(value, int((match[2] if match else None) or 0))
        builder.item(own, raw, raw[match.end() if match else 0 :].strip())
    elif raw:
        add_text_lines(builder, raw)
    for continued in rest:
        _add_continued(builder, continued)


def _add_continued(builder: TreeBuilder, raw: str) -> None:
    """A further line of a 호 or 목: the levels below, a table, or more words."""
    below = subitem_marker(raw)
    if is_drawn(raw) or below is None or not builder.is_open(Subparagraph):
        add_text_lines(builder, raw)
        return
    builder.subitem(below.style, below.number, below.marker, raw, raw[below.end :].strip())


# -- behind the main part ------------------------------------------------------------------------


def _add_supplements(builder: TreeBuilder, value: Any) -> None:
    for group in elements(value):
        for unit in elements(group.get("부칙단위")):
            pieces = list(lines(unit.get("부칙내용")))
            if not pieces:
                continue
            if not is_supplement_header(pieces[0]):
                pieces.insert(0, "")
            number_word = word(unit.get("부칙공포번호")).lstrip("0")
            add_supplement_header(builder, pieces[0], number_word, day(unit.get("부칙공포일자")))
            add_supplement_lines(builder, pieces[1:])


# -- what is announced ---------------------------------------------------------------------------


def _with_pending(law: Law, announced: str) -> Law:
    """Tell what 조문시행일자문자열 announces: ``20250722:제382조의320270101:제364조,제542조의14``.

    A place that the tree lacks is pending.  One that it holds in today's wording, with a later one
    to come, is a diagnostic of the law.
    """
    pending: list[Pending] = []
    changes: list[Diagnostic] = []
    for days, places in _PENDING.findall(announced):
        begins = day(days)
        for label in filter(None, (part.strip() for part in places.split(","))):
            if begins is None:
                continue
            if not _holds(law, label):
                pending.append(Pending(label, begins))
            elif law.meta.effective_date is None or begins > law.meta.effective_date:
                changes.append(Diagnostic("amendment-pending", f"{begins.isoformat()} {label}"))
    if not pending and not changes:
        return law
    meta = replace(law.meta, pending=tuple(pending))
    return replace(law, meta=meta, diagnostics=(*law.diagnostics, *changes))


def _holds(law: Law, label: str) -> bool:
    match = _PLACE.match(label)
    if match is None:
        return False
    article, article_branch, paragraph, subparagraph, branch = match.groups()
    path = f"a{Number(int(article), int(article_branch or 0)).code}"
    if paragraph:
        path += f":h{paragraph}"
    if subparagraph:
        path += f":n{Number(int(subparagraph), int(branch or 0)).code}"
    return any(node.path == f"main:{path}" for node in law.walk())
