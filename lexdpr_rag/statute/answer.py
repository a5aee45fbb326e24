"""Answers of the law.go.kr API: JSON and XML in one form, and the fields that all of them share.

XML is read into the form that the JSON has: an element without children is its text, one with
attributes or children a dict (its own text under ``content``), repeated elements a list.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.builder import TreeBuilder
from lexdpr_rag.statute.inline import add_text_lines, split_lines
from lexdpr_rag.statute.numbering import Number
from lexdpr_rag.statute.supplement import open_supplement

Answer = Mapping[str, Any]
"""A decoded answer, or one of its elements."""

_NUMBERED_HEADER = re.compile(r"<[^<>]*\d\s*호\s*,\s*\d{4}\.")
# "■ 여신전문금융업법 [별표 2] …", "<별표 1의2> …", "[별지 제1호서식] …"
_ANNEX_HEAD = re.compile(
    r"\s*■?[^\[\]<>\n]*[\[<]\s*(?:별표|별지|서식|별첨|별도)[^\[\]<>\n]*[\]>]\s*"
)


# -- from text to answer -------------------------------------------------------------------------


def load_json(text: str, path: str = "") -> Any:
    """Decode JSON.

    Raises:
        SourceError: it is broken.
    """
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise SourceError("source.json", path=path, reason=" ".join(str(error).split())) from error


def load_xml(text: str, path: str = "") -> Answer:
    """Read XML into the form of the JSON answer: ``{root tag: content}``.

    Raises:
        SourceError: it is broken, or defines entities (a document that grows when it is read).
    """
    try:
        # Bytes: the declared encoding is that of the file, which has been decoded already.
        root = ElementTree.fromstring(re.sub(r"\A\s*<\?xml[^>]*\?>", "", text).encode())
    except (ParseError, DefusedXmlException, UnicodeEncodeError) as error:
        raise SourceError("source.xml", path=path, reason=" ".join(str(error).split())) from error
    return {root.tag: _from_element(root)}


def _from_element(root: Element) -> Any:
    text = root.text or ""
    if len(root) == 0 and not root.attrib:
        # Line ends between the tags and the CDATA section are layout.
        return re.sub(r"\A[ \t]*\n|\n[ \t]*\Z", "", text)
    fields: dict[str, Any] = dict(root.attrib)
    for child in root:
        value = _from_element(child)
        if child.tag not in fields:
            fields[child.tag] = value
        elif isinstance(fields[child.tag], list):
            fields[child.tag].append(value)
        else:
            fields[child.tag] = [fields[child.tag], value]
    if text.strip():
        fields["content"] = text.strip()
    return fields


# -- reading fields ------------------------------------------------------------------------------


def elements(value: Any) -> list[Answer]:
    """The dicts of a field that holds one, a list of them, or nothing."""
    found = value if isinstance(value, list) else [value]
    return [element for element in found if isinstance(element, Mapping)]


def lines(value: Any) -> Iterator[str]:
    """The lines of a text field, each with its line feed.

    A field is a string or a list of strings, however deeply nested (``[["…", "…"]]``).  A field
    that is absent or an empty string has no lines.
    """
    if isinstance(value, list):
        for each in value:
            yield from lines(each) if each != "" else ("\n",)
    elif isinstance(value, Mapping):
        yield from lines(value.get("content"))
    elif value not in (None, ""):
        yield from split_lines(f"{value}\n")


def first_line(value: Any) -> tuple[str, list[str]]:
    """The first line of a text field and the others."""
    pieces = list(lines(value))
    return (pieces[0], pieces[1:]) if pieces else ("", [])


def word(value: Any) -> str:
    """A field that holds one word or name, without spaces around it."""
    content = value.get("content") if isinstance(value, Mapping) else value
    return "" if content is None or isinstance(content, list | dict) else str(content).strip()


def day(value: Any) -> date | None:
    """``20250131`` (also ``2025.01.31``) as a date; ``None`` where it is no fixed day."""
    digits = re.sub(r"\D", "", word(value))
    if len(digits) != 8 or digits.startswith("9999"):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def number(value: Any, branch: Any = None) -> Number | None:
    """``0003`` and ``02`` as 3의2; ``None`` where ``value`` does not begin with digits."""
    found = re.match(r"(\d+)(?:의(\d+))?", word(value))
    if found is None:
        return None
    second = re.match(r"\d+", word(branch))
    return Number(int(found[1]), int(second[0] if second else found[2] or 0))


# -- what laws and administrative rules share -----------------------------------------------------


def add_supplement_header(
    builder: TreeBuilder, raw: str, promulgation_no: str, promulgated: date | None
) -> None:
    """Open a 부칙; the fields say its promulgation where its header does not."""
    if _NUMBERED_HEADER.search(raw):
        open_supplement(builder, raw)
    else:
        builder.supplement(raw, promulgation_no=promulgation_no, promulgation_date=promulgated)


def add_annexes(builder: TreeBuilder, value: Any) -> None:
    """별표 and 서식 with their content."""
    for group in elements(value):
        for unit in elements(group.get("별표단위")):
            raw, rest = first_line(unit.get("별표내용"))
            builder.annex(
                number(unit.get("별표번호"), unit.get("별표가지번호")) or Number(0),
                raw,
                _ANNEX_HEAD.sub("", raw, count=1).strip(),
                kind=word(unit.get("별표구분")) or "별표",
                title=html.unescape(word(unit.get("별표제목"))),
                link=word(unit.get("별표서식파일링크")) or word(unit.get("별표서식PDF파일링크")),
            )
            add_text_lines(builder, "".join(rest))


def add_reasons(builder: TreeBuilder, answer: Answer) -> None:
    """개정문 and 제개정이유, kept as source text: they are no provisions of the law."""
    for key in ("개정문", "제개정이유"):
        for group in elements(answer.get(key)):
            raw = "".join(lines(group.get(f"{key}내용")))
            if raw:
                builder.loose(raw)
