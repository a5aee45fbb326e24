"""Where the words of a statute refer to a provision, and to which.

The grammar is that of :func:`~lexdpr_rag.statute.citation.find_citations`; added is what only the
place of the words can tell: 제2항 alone is of the same article, 전항 the paragraph before, 같은 조 the
article cited last, 제5조 alone is of the same law whatever law was named before.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lexdpr_rag.statute.citation import Citation, CitationSpan, find_citations
from lexdpr_rag.statute.citation_grammar import ITEM_ALONE, LIST_GAP, PATH, START
from lexdpr_rag.statute.directory import LawDirectory, fold
from lexdpr_rag.statute.numbering import CIRCLED, SYLLABLES, Number, circled_value, syllable_value
from lexdpr_rag.statute_names import StatuteNames

LEVELS = ("article", "paragraph", "subparagraph", "item")
_DEPTH = {"조": 1, "항": 2, "호": 3, "목": 4}

# What opens a line of a provision: ①, 1의2., 가.
_MARKER = re.compile(
    rf"^[ \t]*(?:(?P<h>[{CIRCLED}])|(?P<n>\d{{1,3}})(?:의(?P<nb>\d+))?\.|(?P<m>[가-힣])\.)(?=\s|$)",
    re.MULTILINE,
)
# 같은 조 제2항, 동항 제3호: the levels above are those of the citation before.
_SAME = re.compile(
    r"(?<![가-힣])(?:같은|동)\s*(?P<level>[조항호])(?=\s*의?\s*(?:제\s*\d+\s*[항호]|[가-하]\s*목))"
)
# 전항, 전2조, 전조제1항: those before the place itself; not 전조 of a word, 전호 of a number.
_BEFORE = re.compile(
    r"(?<![가-힣])전\s?(?P<count>\d?)\s?(?P<level>[조항호])"
    r"(?=$|[^가-힣]|[의에과와을를은는이도및각본단후전까]|제\s*\d)"
)
# 대통령령 제123호, 같은 표 제2호, 종전의 제5조: no provision of a statute in force.
_NUMBER_OF = re.compile(
    r"(?:법률|령|규칙|고시|공고|훈령|예규|조례|결의|조약|협정|표|서식|별지)\s*$"
)
_FORMERLY = re.compile(r"(?:종전|개정(?:되기)?\s*전|구법)의?\s*$")
# 「군사법원법」 제258조에서 준용하는 제171조: of the law that applies it.
_APPLIED = re.compile(r"에서\s*준용하(?:는|고\s*있는)\s*")
# 「형법」 제250조부터 제253조까지의 죄 또는 그 미수죄, 제264조의 죄: a list too.
_CRIMES = re.compile(
    r"(?:까지)?의\s*(?:각\s*)?죄(?:\s*\([^()]*\)|\s*(?:또는|및)\s*그\s*(?:각\s*)?미수죄)*\s*(?:[,ㆍ]|및|또는)\s*"
)
# 「고용보험법」 제3장(제19조부터 …), 「형법」 제284조(특수협박)(제283조제1항의 죄를 범한 경우 …)
_CHAPTER = re.compile(r"\s*제\s*\d+\s*[편장절관](?:의\d+)?\($")
_TITLED = re.compile(r"(?:\([^()]*\))?\(")
_CRIME = re.compile(r"[^()]*죄를?\s*범한")
_RANGE = re.compile(r"\s*(?:부터|에서|내지|[~∼-])\s*")
# 제13조(제4항은 제외한다): 제4항 of what stands before the bracket.
_EXCEPTED = re.compile(r"[^()]*(?:제외|한정|한한|만\s*해당)")
_REACH = 200
"""How far a list of bare places goes on."""

_LIST = 30
"""So many citations back the first of a list can be, those in brackets between them counted."""


@dataclass(frozen=True, slots=True)
class Referral:
    """Words of a statute that refer to a provision: ``text[start:end]``.

    Attributes:
        citation: the law's title and the place; the law is empty where it cannot be told, as are
            all levels of a place that cannot.
        to: the last place of a range (제3조부터 제5조까지), of which ``citation`` is the first.
    """

    start: int
    end: int
    citation: Citation
    to: Citation | None = None


def referrals(
    text: str, own: Citation, directory: LawDirectory, *, lead: str = "", before: Iterable[str] = ()
) -> list[Referral]:
    """What ``text`` refers to, in order.

    Args:
        text: the words of the provision ``own``, its markers included.
        own: the law's title, and the place.
        directory: the laws that there are.
        lead: words before ``text`` that it goes on from: the lead-in of its list.
        before: the articles of the law from its first on, which say what it calls 법 and 영; read
            as far as needed.
    """
    names = StatuteNames(f"{lead}\n{text}", own.law, directory, before)
    found = _Reader(f"{lead}\n{text}", own, names).read()
    shift = len(lead) + 1
    return [
        replace(one, start=one.start - shift, end=one.end - shift)
        for one in found
        if one.start >= shift
    ]


class _Reader:
    """Reads the words of a provision from front to back."""

    def __init__(self, text: str, own: Citation, names: StatuteNames) -> None:
        self._places = list(_places(text, own))
        self._starts = [at for at, _ in self._places]
        # Markers are no numbers: "1. 「상법」, 2. …" is not 상법 제2조.  Nor do they join a list.
        self._text = fold(_MARKER.sub(lambda match: ";" * len(match[0]), text))
        self._own = own
        self._names = names
        self._found: list[Referral] = []
        self._named: tuple[int, str] = (0, "")
        self._ends: set[int] = set()

    def read(self) -> list[Referral]:
        spans = find_citations(self._text, self._names)
        self._ends = {span.end for span in spans}
        events: list[tuple[int, CitationSpan | re.Match[str]]] = [(s.start, s) for s in spans]
        for pattern in (_SAME, _BEFORE, START):
            events += [(match.start(), match) for match in pattern.finditer(self._text)]
        done = 0
        for at, event in sorted(events, key=lambda entry: entry[0]):
            if at < done:
                continue
            if isinstance(event, CitationSpan):
                self._add(event.start, event.end, self._lawful(event))
            else:
                self._add_bare(event)
            done = max(done, self._found[-1].end if self._found else 0)
        return self._found

    def _add(self, start: int, end: int, citation: Citation) -> None:
        citation = replace(citation, suffix="")
        if _FORMERLY.search(self._text, max(0, start - 12), start) or self._goes_on_former(start):
            citation = replace(citation, former=True)
        if self._found and self._is_range(self._found[-1].end, start, end):
            first = self._found[-1]
            self._found[-1] = replace(first, end=end, to=citation)
        else:
            self._found.append(Referral(start, end, citation))

    def _goes_on_former(self, start: int) -> bool:
        if not any(found.citation.former for found in self._found):
            return False
        before = self._list_before(start)
        return before is not None and before.former and self._text[start] != "「"

    def _is_range(self, at: int, start: int, end: int) -> bool:
        joined = _RANGE.fullmatch(self._text, at, start)
        if joined is None or "에서" not in joined[0]:
            return joined is not None
        return self._text.startswith("까지", end)  # 제1호에서 제3호까지; 제1호에서 제3호의 것을 …

    # -- a place with an article ---------------------------------------------------------------------

    def _lawful(self, span: CitationSpan) -> Citation:
        """What a span cites, with the title of its law."""
        citation = span.citation
        if not citation.law:
            before = self._list_before(span.start)
            law = before.law if before else self._law_of_bracket(span.start)
            return replace(citation, law=law or self._own.law)
        law = self._names.law_of(citation.law, span.start, self._named)
        if law and law != self._own.law:
            self._named = span.end, law
        return replace(citation, law=law)

    def _law_of_bracket(self, at: int) -> str:
        """The law that a place right behind a bracket is of; empty where that is its own."""
        if self._text[at - 1 : at] != "(":
            return ""
        if (chapter := _CHAPTER.search(self._text, max(0, at - 20), at)) is not None:
            return self._names.right_before(chapter.start())
        last = self._found[-1] if self._found else None
        title = last is not None and _TITLED.fullmatch(self._text, last.end, at)
        return last.citation.law if last and title and _CRIME.match(self._text, at) else ""

    def _list_before(self, at: int) -> Citation | None:
        """The citation that a list at ``at`` goes on from: 법 제3조(제5조에 따른 …) 및 제6조."""
        for found in reversed(self._found[-_LIST:]):
            if any(
                gap.fullmatch(self._text, found.end, at) for gap in (LIST_GAP, _APPLIED, _CRIMES)
            ):
                return found.to or found.citation
        return None

    # -- a place without one -------------------------------------------------------------------------

    def _add_bare(self, match: re.Match[str]) -> None:
        start, end = match.span()
        if match.re is _SAME:
            self._add_list(self._same(match["level"]), start, end)
        elif match.re is _BEFORE:
            for above in self._before(start, match["level"], int(match["count"] or 1)):
                self._add_list(above, start, end)
        elif not _NUMBER_OF.search(self._text, max(0, start - 6), start):
            depth = self._depth(start)
            above = None if depth is None else self._above(start, depth)
            if above is not None:
                self._add_list(above, start, start)

    def _depth(self, at: int) -> int | None:
        """How many levels stand above 제2항, 제3호 or 가목 at ``at``; ``None`` for what is no place."""
        match = PATH.match(self._text, at)
        if match is not None and self._text[at] == "제" and (match["p"] or match["n"]):
            return 1 if match["p"] else 2
        item = ITEM_ALONE.match(self._text, at)
        # The list of 목 goes on behind 하, but 노목 and 거목 are trees.
        return 3 if item is not None and item["m"] in set(SYLLABLES[:14]) else None

    def _above(self, at: int, depth: int) -> Citation | None:
        """The place that 제2항, 제3호 or 가목 at ``at`` lies in; ``None`` where none is named."""
        last = self._found[-1] if self._found else None
        if last and last.end == at - 1 and self._text[at - 1] == "(":
            inner = _upper(last.to or last.citation, depth)
            if inner == last.citation and _EXCEPTED.match(self._text, at):
                return inner
        return _upper(self._list_before(at) or self._place(at), depth)

    def _same(self, level: str) -> Citation | None:
        depth = _DEPTH[level]
        for found in reversed(self._found):
            # 같은 조 is that of another place: 제2항 alone would have said this article's.
            last = found.to or found.citation
            if getattr(last, LEVELS[depth - 1]) is not None and (depth > 1 or self._is_far(last)):
                return _upper(last, depth)
        return None

    def _is_far(self, citation: Citation) -> bool:
        return (citation.law, citation.article) != (self._own.law, self._own.article)

    def _before(self, at: int, level: str, count: int) -> Iterator[Citation | None]:
        """The ``count`` places before the one at ``at``; articles by number alone."""
        place = _upper(self._place(at), _DEPTH[level])
        name = LEVELS[_DEPTH[level] - 1]
        number: Number | None = getattr(place, name, None)
        for back in range(count, 0, -1):
            if place is None or number is None or number.branch or number.main <= back:
                yield None  # the one before 제5조의2 depends on what there is
            else:
                yield numbered(place, name, number._replace(main=number.main - back))

    def _place(self, at: int) -> Citation:
        return self._places[bisect_right(self._starts, at) - 1][1]

    def _add_list(self, above: Citation | None, start: int, at: int) -> None:
        """What stands at ``at`` and the list that goes on from it, all within ``above``."""
        if above is None or above.article is None or not above.article.main:
            # What stands there is consumed: 제1항 of an unknown 전조 is none of this article.
            place = PATH.match(self._text, at)
            self._found.append(Referral(start, max(at, place.end() if place else at), Citation()))
            return
        words = str(replace(above, law="", former=False))
        shift = at - len(words)
        for span in find_citations(words + self._text[at : at + _REACH]):
            end = span.end + shift
            if end in self._ends or span.citation.article != above.article:
                return
            citation = replace(span.citation, law=above.law, former=above.former)
            begin = span.start + shift if span.start else start
            if span.start and "(" in self._text[at : span.start + shift]:
                return  # what stands in the bracket comes first
            self._add(begin, max(end, at), citation)


def numbered(citation: Citation, level: str, number: Number) -> Citation:
    """``citation`` with another number at one of :data:`LEVELS`."""
    changes: dict[str, Any] = {level: number}
    return replace(citation, **changes)


def _upper(citation: Citation, depth: int) -> Citation | None:
    """The first ``depth`` levels; 제5조제2호 has no 항 that would have to be named."""
    if citation.article is None or citation.supplement or citation.annex:
        return None
    if depth > 1 and getattr(citation, LEVELS[depth - 1]) is None and depth != 2:
        return None
    blank: dict[str, Any] = dict.fromkeys(LEVELS[depth:])
    return replace(citation, **blank, subitems=(), suffix="")


def _places(text: str, own: Citation) -> Iterator[tuple[int, Citation]]:
    """From where on the words of ``text`` stand in which place."""
    place = replace(own, item=None, subitems=(), suffix="")
    yield 0, place
    for match in _MARKER.finditer(text):
        if match["h"]:
            number = Number(circled_value(match["h"]) or 0)
            place = replace(place, paragraph=number, subparagraph=None, item=None)
        elif match["n"]:
            number = Number(int(match["n"]), int(match["nb"] or 0))
            place = replace(place, subparagraph=number, item=None)
        elif place.subparagraph is not None and (value := syllable_value(match["m"])):
            place = replace(place, item=Number(value))
        yield match.start(), place
