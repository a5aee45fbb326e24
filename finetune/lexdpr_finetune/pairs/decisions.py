"""Court decisions as the national law API gives them: numbered issues and the citations for each."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lexdpr_finetune.pairs.pair import PairError

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")  # not 〈…〉, and not < of a formula
_SPACES = re.compile(r"\s+")
# [1], [2][3], [1], [2]: a mark may stand for several parts.  [별표 1] and [손해배상] are none.
_MARKS = re.compile(r"(?:^|(?<=[\s/.)]))\[\d{1,2}\](?:[\s,]*\[\d{1,2}\])*")
_MARK = re.compile(r"\[(\d{1,2})\]")


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


def read_decisions(files: Iterable[Path]) -> Iterator[Decision]:
    """The decisions of JSON line files, one answer of the API a line.

    Raises:
        PairError: a line is none; the message names file and line.
    """
    for path in files:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield decision_of(json.loads(line))
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise PairError(
                        "finetune.bad_line", path=path, line=number, reason=repr(error)
                    ) from error


def decision_of(answer: Mapping[str, Any]) -> Decision:
    """A decision from the fields of the API.

    Raises:
        KeyError, ValueError: 판례일련번호 or 선고일자 is missing or unreadable.
    """
    return Decision(
        decision_id=str(answer["판례일련번호"]),
        case=str(answer.get("사건번호") or ""),
        decided=date.fromisoformat(str(answer["선고일자"])),
        issues=numbered_parts(answer.get("판시사항") or ""),
        holdings=numbered_parts(answer.get("판결요지") or ""),
        citations=numbered_parts(answer.get("참조조문") or ""),
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


def _plain(text: str) -> str:
    without = _TAG.sub("", _BREAK.sub("\n", text))
    return _SPACES.sub(" ", html.unescape(without)).strip()
