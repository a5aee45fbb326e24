"""What has been found in a text so far, and how what comes next hangs together with it: by lists,
brackets and quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lexdpr_rag.statute.citation_model import Citation
from lexdpr_rag.statute.references import grammar
from lexdpr_rag.statute.references.names import LawName
from lexdpr_rag.statute.references.reference import ReferenceKind

_FAR = 40
"""So many found ones back the first of a list can be, those in brackets between them counted."""

_BEFORE = 20
"""Characters in which words such as 종전의 stand before a place, or 에서 before a quotation."""


@dataclass(slots=True)
class Found:
    """A reference in the making, or (``hidden``) what only opens a list: 제2장."""

    start: int
    end: int
    citation: Citation
    law: LawName
    kind: ReferenceKind
    inside: tuple[int, ...] = ()  # the brackets that are open around it
    to: Citation | None = None
    hidden: bool = False
    goes_on: int = -1  # the one that its list goes on from

    @property
    def last(self) -> Citation:
        """What 같은 조 behind it means: of a range the last."""
        return self.to or self.citation


class Findings:
    """What has been found in one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.all: list[Found] = []
        self.done = 0
        """Up to here the text has been read."""
        self._ends: dict[int, int] = {}  # end of one → its number
        self._quotes = [match.start() for match in grammar.QUOTE.finditer(text)]
        self._lone = set(_lone_brackets(text))
        self._open: list[int] = []
        self._closed: dict[int, int] = {}  # a closing bracket → where it opened

    # -- brackets --------------------------------------------------------------------------------

    def bracket(self, at: int) -> None:
        """Read a bracket."""
        if self._text[at] in "([":
            self._open.append(at)
        elif self._open and at not in self._lone:
            self._closed[at] = self._open.pop()

    @property
    def inside(self) -> tuple[int, ...]:
        """The brackets that are open now."""
        return tuple(self._open)

    def opening(self, at: int) -> int | None:
        """Where the bracket opened that closes at ``at``; ``None`` where none does."""
        return self._closed.get(at)

    def is_open(self, inside: tuple[int, ...]) -> bool:
        """Whether these brackets are all open still."""
        return inside == self.inside[: len(inside)]

    def head_of_bracket(self) -> Found | None:
        """What the innermost open bracket explains: 제5조 of 제5조(제3항은 제외한다)."""
        number = self.list_before(self._open[-1]) if self._open else None
        return None if number is None else self.all[number]

    # -- adding ----------------------------------------------------------------------------------

    def add(self, found: Found, goes_on: int | None = None) -> None:
        """Add one that has been read, which goes on from another of its list, if it does."""
        if grammar.FORMERLY.search(self._text, max(0, found.start - _BEFORE), found.start):
            found.citation = replace(found.citation, former=True)
        if found.citation.subitems:
            more = grammar.SUBITEMS_ON.match(self._text, found.end)
            found.end = more.end() if more else found.end
        if goes_on is not None and self._is_range(goes_on, found.start, found.end):
            self._extend(goes_on, found)
            return
        found.inside = self.inside
        found.goes_on = -1 if goes_on is None else goes_on
        self._ends[found.end] = len(self.all)
        self.done = max(self.done, found.end)
        self.all.append(found)

    def _extend(self, number: int, last: Found) -> None:
        first = self.all[number]
        until = grammar.UNTIL.match(self._text, last.end)
        first.to, first.end = last.citation, until.end() if until else last.end
        self._ends[last.end] = self._ends[first.end] = number
        self.done = max(self.done, first.end)

    def stretch(self, number: int, end: int) -> None:
        """Let one end further on: 영 제90조제3항의 표 제4호."""
        self.all[number].end = end
        self._ends[end] = number
        self.done = max(self.done, end)

    def opens_list(self, number: int, end: int) -> None:
        """Let a list that begins at ``end`` go on from one that ends before."""
        self._ends[end] = number

    def _is_range(self, number: int, start: int, end: int) -> bool:
        first = self.all[number]
        if first.to is not None or first.hidden:
            return False
        gap = self._text[first.end : start]
        if "(" in gap:
            gap = re.sub(r"\([^()]*\)", "", gap)
        if grammar.RANGE.fullmatch(gap):
            return True
        is_from = grammar.FROM.fullmatch(gap) is not None
        return is_from and grammar.UNTIL.match(self._text, end) is not None

    # -- lists -----------------------------------------------------------------------------------

    def ending(self, at: int) -> int | None:
        """The number of the one that ends at ``at``."""
        return self._ends.get(at)

    def list_before(self, at: int) -> int | None:
        """The one that a list at ``at`` goes on from, what stands in brackets between left aside."""
        pos = at
        for _ in range(_FAR):
            if pos in self._ends:
                return self._ends[pos]
            opening = self._closed.get(pos - 1)
            if opening is not None:
                pos = opening
                continue
            gap = grammar.CONNECTOR.search(self._text, max(0, pos - grammar.CONNECTOR_REACH), pos)
            if gap is None or gap.start() == pos:
                return None
            # A connector may reach over the end of one: 제1항의 규정 및.
            ends = (end for end in range(pos - 1, gap.start() - 1, -1) if end in self._ends)
            pos = next(ends, gap.start())
        return None

    def joined(self, at: int, link: re.Pattern[str]) -> int | None:
        """The one that ``link`` joins to what stands at ``at``."""
        before = link.search(self._text, max(0, at - grammar.CONNECTOR_REACH), at)
        return None if before is None else self._ends.get(before.start())

    def list_end(self, number: int) -> int:
        """Where the list that one is of ends."""
        end = self.all[number].end
        for later in range(number + 1, min(number + _FAR, len(self.all))):
            if self.all[later].goes_on == number:
                number, end = later, self.all[later].end
        return end

    # -- what stood before -----------------------------------------------------------------------

    def visible(self, *, hidden: bool = False) -> Iterator[Found]:
        """What was found so far, the last first; what stands in closed brackets comes last."""
        closed = []
        for found in reversed(self.all[-_FAR:]):
            if found.hidden and not hidden:
                continue
            if self.is_open(found.inside):
                yield found
            else:
                closed.append(found)
        yield from closed

    def annex_before(self, at: int) -> Found | None:
        """별표 1 of 별표 1 비고 제3호."""
        last = self.all[-1] if self.all else None
        if last is None or last.citation.annex is None or last.end > at:
            return None
        return last if grammar.OF_ANNEX.fullmatch(self._text, last.end, at) else None

    def quoted_from(self, at: int) -> Found | None:
        """The provision whose words are quoted at ``at``: 제90조 of 제90조 중 "제5조"는."""
        quote = bisect_right(self._quotes, at) - 1
        while quote >= 0 and quote % 2 == 0:
            start = self._quotes[quote]
            before = grammar.QUOTES_OF.search(self._text, max(0, start - _BEFORE), start)
            for end in range(start, before.start() - 1 if before else start, -1):
                if end in self._ends:
                    return self.all[self._ends[end]]
            last = self._quotes[quote - 1] + 1 if quote else 0
            if not quote or grammar.QUOTES_ON.fullmatch(self._text, last, start) is None:
                return None
            quote -= 2
        return None


def _lone_brackets(text: str) -> Iterator[int]:
    """Brackets of markers that are referred to, as in 1)ㆍ3)란."""
    if text.count(")") == text.count("("):
        return
    start = 0
    for line in text.split("\n"):
        if line.count(")") > line.count("("):
            yield from (start + m.end() - 1 for m in grammar.LONE_MARKER.finditer(line))
        start += len(line) + 1
