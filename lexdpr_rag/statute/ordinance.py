"""Ordinances of local governments (조례, 규칙 …) as the law.go.kr API answers them.

조문 is a list of 조, whose 조내용 holds a heading or an article with all that is in it, printed as
one text.  The tree's source is the answer's text fields, each string with one line feed behind it:
조내용, 부칙내용, 별표내용, 개정문내용, 제개정이유내용.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.answer import (
    Answer,
    add_annexes,
    add_reasons,
    add_supplement_header,
    day,
    elements,
    lines,
    word,
)
from lexdpr_rag.statute.builder import TreeBuilder
from lexdpr_rag.statute.inline import split_lines, split_supplement, split_supplement_header
from lexdpr_rag.statute.plaintext import read_articles, read_entry
from lexdpr_rag.statute.repeal import is_repeal_stub
from lexdpr_rag.statute.supplement import add_supplement_lines
from lexdpr_rag.statute.tree import Law, LawMeta

# Texts give the code of the kind, lists its name.
_KINDS = {"C0001": "조례", "C0002": "규칙"}


def parse_ordinance(answer: Answer, path: str = "") -> Law:
    """Parse the answer for an ordinance, ``{"LawService": {"자치법규기본정보": …}}``.

    Raises:
        SourceError: it lacks 자치법규ID or 자치법규명, or holds no text.
    """
    ordinance = answer.get("LawService")
    if not isinstance(ordinance, Mapping):
        raise SourceError("source.missing_key", path=path, field="LawService")
    info = ordinance.get("자치법규기본정보")
    meta = _meta(info if isinstance(info, Mapping) else {}, path)
    builder = TreeBuilder()
    _add_articles(builder, ordinance.get("조문"))
    _add_supplements(builder, ordinance.get("부칙"))
    add_annexes(builder, ordinance.get("별표"))
    add_reasons(builder, ordinance)
    nodes = builder.build()
    if not nodes:
        raise SourceError("source.no_provisions", path=path)
    return Law(meta=meta, children=nodes, repealed=is_repeal_stub(nodes))


def _meta(info: Answer, path: str) -> LawMeta:
    law_id, title = word(info.get("자치법규ID")), html.unescape(word(info.get("자치법규명")))
    for field, value in (("자치법규ID", law_id), ("자치법규명", title)):
        if not value:
            raise SourceError("source.missing_key", path=path, field=field)
    kind, government = word(info.get("자치법규종류")), word(info.get("지자체기관명"))
    return LawMeta(
        law_id=law_id,
        title=title,
        kind=_KINDS.get(kind, kind),
        mst=word(info.get("자치법규일련번호")),
        ministries=(government,) if government else (),
        promulgation_date=day(info.get("공포일자")),
        promulgation_no=word(info.get("공포번호")).lstrip("0"),
        effective_date=day(info.get("시행일자")),
    )


def _add_articles(builder: TreeBuilder, value: Any) -> None:
    units = elements(value.get("조") if isinstance(value, Mapping) else value)
    texts = ["".join(lines(unit.get("조내용"))) for unit in units]
    if len(texts) == 1:
        read_articles(builder, texts[0])
        return
    for text in filter(None, texts):
        read_entry(builder, text)


def _add_supplements(builder: TreeBuilder, value: Any) -> None:
    """부칙: each of its own, or parallel lists of text, number and day."""
    for group in elements(value):
        numbers, days = _column(group.get("부칙공포번호")), _column(group.get("부칙공포일자"))
        for index, text in enumerate(_column(group.get("부칙내용"))):
            header, body = split_supplement_header("".join(lines([text])))
            number = word(numbers[index]) if index < len(numbers) else ""
            begins = day(days[index]) if index < len(days) else None
            add_supplement_header(builder, header, number.lstrip("0"), begins)
            for line in split_lines(body):
                add_supplement_lines(builder, split_supplement(line))


def _column(value: Any) -> list[Any]:
    if value in (None, ""):
        return []
    return value if isinstance(value, list) else [value]
