"""Court decisions as the national law API gives them: numbered issues and the citations for each."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")  # not 〈…〉, and not < of a formula
_SPACES = re.compile(r"\s+")
# [1], [2][3], [1], [2]: a mark may stand for several parts.  [별표 1] and [손해배상] are none.
_MARKS = re.compile(r"(?:^|(?<=[\s/.)]))\[\d{1,2}\](?:[\s,]*\[\d{1,2}\])*")
_MARK = re.compile(r"\[(\d{1,2})\]")

_ANSWER = "PrecService"
"""What the API wraps a decision in."""

_IDS = ("판례일련번호", "판례정보일련번호")
"""Names of the number of a decision: in lists, and in the answer for one."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.  ``issues``, ``holdings`` and ``citations`` are by number, 0 where there is
    but one and it has none."""

    decision_id: str
    case: str
    decided: date
    issues: Mapping[int, str]
    holdings: Mapping[int, str]
    citations: Mapping[int, str]


def decision_of(answer: Mapping[str, Any]) -> Decision:
    """A decision from the fields of the API, with or without what the API wraps them in.

    Raises:
        KeyError, ValueError, TypeError, AttributeError: it is none: 판례일련번호 or 선고일자 is
            missing or unreadable, a field is no text.
    """
    fields = answer.get(_ANSWER, answer)
    name = next((name for name in _IDS if name in fields), _IDS[0])
    return Decision(
        decision_id=str(fields[name]),
        case=str(fields.get("사건번호") or ""),
        decided=_day(str(fields["선고일자"])),
        issues=numbered_parts(fields.get("판시사항") or ""),
        holdings=numbered_parts(fields.get("판결요지") or ""),
        citations=numbered_parts(fields.get("참조조문") or ""),
    )


def numbered_parts(text: str) -> dict[int, str]:
    """``[1] … / [2] …`` → ``{1: …, 2: …}``; a text without marks is part 0.

    Several marks before one part (``[1][3] …``) give it to each; a number that comes twice keeps
    its first part.
    """
    plain = _plain(text)
    marks = list(_MARKS.finditer(plain))
    if not marks:
        return {0: plain} if plain else {}
    parts: dict[int, str] = {}
    ends = [mark.start() for mark in marks[1:]] + [len(plain)]
    for mark, end in zip(marks, ends, strict=True):
        part = plain[mark.end() : end].strip(" /")
        for number in _MARK.findall(mark[0]):
            if part:
                parts.setdefault(int(number), part)
    return parts


def _day(written: str) -> date:
    """``20150115``, ``2015-01-15`` and ``2015.01.15``."""
    return date.fromisoformat(written.strip().rstrip(".").replace(".", "-"))


def _plain(text: str) -> str:
    without = _TAG.sub("", _BREAK.sub("\n", text))
    return _SPACES.sub(" ", html.unescape(without)).strip()
