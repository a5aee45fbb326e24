"""The citations of a 참조조문: laws carried over commas, 구 and 현행 notes told apart.

``구 상표법(2016. 2. 29. 법률 제14033호로 전부 개정되기 전의 것) 제73조 제1항 제8호(현행 제119조
제1항 제2호 참조), 제76조`` cites two articles of a former law; of the first it says where it stands
today.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lexdpr_rag.statute.citation import Citation, LawNames, find_citations

# A note in parentheses, brackets within it allowed.
_NOTE = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_TODAY = re.compile(r"^\(\s*현행|참조\s*\)$")
# 현행지방세법 제44조 및법인세법 시행령: spaces are often missing where a link to the law stood.
_UNSPACED = re.compile(r"(현행|(?<=[조항호목\d\s])(?:및|또는))(?=[가-힣])")
_GONE = re.compile(r"현행\s*(?:은\s*)?삭제|^\(\s*삭제")


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation.

    Attributes:
        citation: as written, its law carried over the commas of a list; without a law where the
            text names one that is not known.  ``former`` where an earlier version is meant.
        today: where a note says that the provision of a former law stands today.
        gone: a note says that it has been deleted.
    """

    citation: Citation
    today: tuple[Citation, ...] = ()
    gone: bool = False


def cited_articles(text: str, laws: LawNames) -> list[Cited]:
    """All citations of one part of a 참조조문, in order."""
    outer, notes = _without_today(text)
    found: list[Cited] = []
    spans = find_citations(outer, laws)
    for index, span in enumerate(spans):
        if _inside_note(outer, span.start):
            continue  # the law that repealed it: (… 법률 제8635호 X법 부칙 제2조로 폐지)
        citation = span.citation
        limit = spans[index + 1].start if index + 1 < len(spans) else len(outer)
        own = [note for at, note in notes if span.end <= at < limit]
        found.append(_with_notes(citation, own, laws))
    return found


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
