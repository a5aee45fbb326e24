"""The citations of a 참조조문: laws carried over commas, 구 and 현행 notes told apart.

``구 상표법(2016. 2. 29. 법률 제14033호로 전부 개정되기 전의 것) 제73조 제1항 제8호(현행 제119조
제1항 제2호 참조), 제76조`` cites two articles of a former law; of the first it says where it stands
today.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from lexdpr_rag.statute.citation import Citation, LawNames, find_citations
from lexdpr_rag.statute.supplement import calendar_day

# A note in parentheses, brackets within it allowed.
_NOTE = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_TODAY = re.compile(r"^\(\s*현행|참조\s*\)$")
# 현행지방세법 제44조 및법인세법 시행령: spaces are often missing where a link to the law stood.
_UNSPACED = re.compile(r"(현행|(?<=[조항호목\d\s])(?:및|또는))(?=[가-힣])")
_GONE = re.compile(r"현행\s*(?:은\s*)?삭제|^\(\s*삭제")
# (2016. 2. 29. 법률 제14033호로 전부 개정되기 전의 것); of several acts the last is the one meant.
_ACT = re.compile(
    r"(?:(?P<y>\d{4})\.\s*(?P<m>\d{1,2})\.\s*(?P<d>\d{1,2})\.?\s*)?"
    r"(?:법률|대통령령|[가-힣]+부령|총리령)\s*제?\s*(?P<no>\d+)호"
)
_BEFORE = re.compile(r"\((?P<acts>[^()]*(?:\([^()]*\)[^()]*)*?)되기\s*(?:이전|전)")


@dataclass(frozen=True, slots=True)
class Amendment:
    """An act that changed a law: ``2016. 2. 29. 법률 제14033호``.

    Attributes:
        number: 14033.
        day: of its promulgation, where it is told.
    """

    number: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation.

    Attributes:
        citation: as written, its law carried over the commas of a list; without a law where the
            text names one that is not known.  ``former`` where an earlier version is meant.
        today: where a note says that the provision of a former law stands today.
        gone: a note says that it has been deleted.
        amendment: of a former law, the act before which it is meant, where the text tells it.
    """

    citation: Citation
    today: tuple[Citation, ...] = ()
    gone: bool = False
    amendment: Amendment | None = None


def cited_articles(text: str, laws: LawNames) -> list[Cited]:
    """All citations of one part of a 참조조문, in order."""
    outer, notes = _without_today(text)
    found: list[Cited] = []
    amended: dict[str, Amendment] = {}  # law → what its 구 version was followed by, last told
    spans = find_citations(outer, laws)
    for index, span in enumerate(spans):
        if _inside_note(outer, span.start):
            continue  # the law that repealed it: (… 법률 제8635호 X법 부칙 제2조로 폐지)
        citation = span.citation
        limit = spans[index + 1].start if index + 1 < len(spans) else len(outer)
        own = [note for at, note in notes if span.end <= at < limit]
        if citation.former and (told := _amendment(outer[span.start : span.end])) is not None:
            amended[citation.law] = told
        act = amended.get(citation.law) if citation.former else None
        found.append(replace(_with_notes(citation, own, laws), amendment=act))
    return found


def _amendment(written: str) -> Amendment | None:
    """What a citation of a former law says of the act that changed it."""
    note = _BEFORE.search(written)
    acts = list(_ACT.finditer(note["acts"])) if note is not None else []
    if not acts:
        return None
    day = calendar_day(acts[-1]["y"], acts[-1]["m"], acts[-1]["d"]) if acts[-1]["y"] else None
    return Amendment(int(acts[-1]["no"]), day)


def _without_today(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text with 현행 notes blanked, and the notes with their places."""
    notes: list[tuple[int, str]] = []

    def blank(match: re.Match[str]) -> str:
        if not (_TODAY.search(match[0]) or _GONE.search(match[0])):
            return match[0]
        notes.append((match.start(), match[0]))
        return " " * len(match[0])

    return _NOTE.sub(blank, text), notes


def _with_notes(citation: Citation, notes: list[str], laws: LawNames) -> Cited:
    today: list[Citation] = []
    for note in notes:
        for span in find_citations(_spaced(note[1:-1]), laws):
            law = span.citation.law or (today[-1].law if today else citation.law)
            today.append(replace(span.citation, law=law, former=False))
    gone = any(_GONE.search(note) for note in notes)
    return Cited(citation, tuple(today), gone)


def _spaced(note: str) -> str:
    return _UNSPACED.sub(r"\1 ", note)


def _inside_note(text: str, at: int) -> bool:
    """Whether ``at`` lies within parentheses."""
    return text.rfind("(", 0, at) > text.rfind(")", 0, at)
