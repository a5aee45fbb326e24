"""Administrative rules (훈령, 예규, 고시, 세칙 …) as the law.go.kr API answers them.

조문내용 is a list of strings, each a heading or an article printed in one line, or one string that
holds the whole rule.  The tree's source is the answer's text fields, each string with one line feed
behind it: 조문내용, 부칙내용, 별표내용, 개정문내용, 제개정이유내용.
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
    lines,
    word,
)
from lexdpr_rag.statute.builder import TreeBuilder
from lexdpr_rag.statute.inline import split_lines, split_supplement, split_supplement_header
from lexdpr_rag.statute.plaintext import read_articles, read_entry
from lexdpr_rag.statute.repeal import is_repeal_stub
from lexdpr_rag.statute.supplement import add_supplement_lines
from lexdpr_rag.statute.tree import Diagnostic, Law, LawMeta


def parse_admin_rule(answer: Answer, path: str = "") -> Law:
    """Parse the answer for an administrative rule, ``{"AdmRulService": {…}}``.

    Raises:
        SourceError: it lacks 행정규칙ID or 행정규칙명, or holds no text.
    """
    rule = answer.get("AdmRulService")
    if not isinstance(rule, Mapping):
        raise SourceError("source.missing_key", path=path, field="AdmRulService")
    info = rule.get("행정규칙기본정보")
    info = info if isinstance(info, Mapping) else {}
    meta = _meta(info, path)
    builder = TreeBuilder()
    _add_articles(builder, rule.get("조문내용"))
    _add_supplements(builder, rule.get("부칙"))
    add_annexes(builder, rule.get("별표"))
    add_reasons(builder, rule)
    nodes = builder.build()
    if not nodes:
        raise SourceError("source.no_provisions", path=path)
    diagnostics: tuple[Diagnostic, ...] = ()
    if word(info.get("현행여부")) == "N":
        diagnostics = (Diagnostic("not-current", "현행여부 N"),)
    return Law(meta=meta, children=nodes, repealed=is_repeal_stub(nodes), diagnostics=diagnostics)


def _meta(info: Answer, path: str) -> LawMeta:
    title = html.unescape(word(info.get("행정규칙명")))
    law_id = word(info.get("행정규칙ID"))
    for field, value in (("행정규칙ID", law_id), ("행정규칙명", title)):
        if not value:
            raise SourceError("source.missing_key", path=path, field=field)
    ministry = word(info.get("소관부처명")) or word(info.get("상위부처명"))
    return LawMeta(
        law_id=law_id,
        title=title,
        kind=word(info.get("행정규칙종류")),
        mst=word(info.get("행정규칙일련번호")),
        ministries=(ministry,) if ministry else (),
        promulgation_date=day(info.get("발령일자")),
        promulgation_no=word(info.get("발령번호")),
        effective_date=day(info.get("시행일자")),
    )


def _add_articles(builder: TreeBuilder, value: Any) -> None:
    entries = value if isinstance(value, list) else [value]
    if len(entries) == 1:
        read_articles(builder, "".join(lines(entries)))
        return
    for entry in entries:
        read_entry(builder, "".join(lines([entry])))


def _add_supplements(builder: TreeBuilder, value: Any) -> None:
    """부칙: parallel lists of text, number and day; a single 부칙 may stand outside a list."""
    if not isinstance(value, Mapping):
        return
    texts = _column(value.get("부칙내용"))
    numbers = _column(value.get("부칙공포번호"))
    days = _column(value.get("부칙공포일자"))
    for index, text in enumerate(texts):
        raw = "".join(lines([text]))
        header, body = split_supplement_header(raw)
        number = word(numbers[index]) if index < len(numbers) else ""
        add_supplement_header(
            builder, header, number, day(days[index]) if index < len(days) else None
        )
        for line in split_lines(body):
            add_supplement_lines(builder, split_supplement(line))


def _column(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
