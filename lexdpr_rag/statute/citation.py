"""Citations of provisions in texts: 민법 제839조의2제1항제2호가목 → :class:`Citation`.

Written is only the form of the National Law Information Center; read is what people type:
``민법 839조의 2``, ``민법 750``, ``§839-2 ①``, ``제2조 1항 3호``.  Relative forms (전항, 같은 조)
are not citations.  The patterns stand in :mod:`lexdpr_rag.statute.citation_grammar`, what they
yield in :mod:`lexdpr_rag.statute.citation_model`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple, Protocol

from lexdpr_rag.errors import CitationError
from lexdpr_rag.statute.citation_grammar import BARE, ITEM_ALONE, LIST_GAP, PATH, START, WHOLE
from lexdpr_rag.statute.citation_model import (
    AnnexRef,
    Citation,
    SupplementRef,
    fields_of,
    format_citation,
)
from lexdpr_rag.statute.directory import TitleMention, compose, fold
from lexdpr_rag.statute.numbering import Number

__all__ = [
    "AnnexRef",
    "Citation",
    "CitationSpan",
    "LawNames",
    "SupplementRef",
    "find_citations",
    "format_citation",
    "parse_citation",
]


class CitationSpan(NamedTuple):
    """A citation found in a text: ``text[start:end]``, the law's name included where it stands."""

    start: int
    end: int
    citation: Citation


class LawNames(Protocol):
    """What :func:`find_citations` asks to know; :class:`LawDirectory` answers it."""

    def ending_at(self, text: str, end: int) -> int | None:
        """Where the longest name that ends right before ``end`` starts."""

    def mentions(self, text: str) -> Iterable[TitleMention]:
        """Every law that ``text`` names."""


# -- reading -------------------------------------------------------------------------------------

_LAWLIKE = re.compile(
    r"(?:법|법률|령|규칙|규정|규범|준칙|세칙|조례|고시|지침|예규|훈령|강령|직제|헌장|제\d+호)$"
)
_PREAMBLE = re.compile(r"(?P<law>.*\S)\s*전문")
_RELATIVE = re.compile(
    r"(?:^|\s)(?:전\s?\d*[조항호]|같은\s?(?:법|조|항|호)|동\s?(?:법|조|항))(?![가-힣]{2})"
)
_WRAPPED = re.compile(r"[「『\[\"“'‘(](.*)[」』\]\"”'’)]")
# 「X」 시행령; quotation marks hold a law only where the words look like one.
_DECREE = r"\s*(?P<sub>시행령|시행규칙)?$"
_BRACKETED = re.compile(rf"[「『](?P<law>[^「」『』]+)[」』]{_DECREE}")
_QUOTED = re.compile(rf"[\"“'‘〈《](?P<law>[^\"“”'‘’〈〉《》]+)[\"”'’〉》]{_DECREE}")
_NOTE = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)\s*$")
_FORMER_NOTE = re.compile(r"(?:개정|폐지)되기\s*(?:이전|전)|폐지된|폐지\)")
_FORMER = re.compile(r"(?:^|(?<![가-힣\w]))\(?[구舊]\)?\s+$")
_LINKED_LAW = re.compile(r"(.*(?:법|법률|령|규칙|규정))(?:상의|의|상)")
_LINK = re.compile(r"(?:상의|에서의|에서|[의상중에])\s*$")
# What no law's name ends with: it joins a list, or is itself a place.
_NO_LAW_END = re.compile(r"(?:[,.;:?!/~·ㆍ-]|\s(?:및|또는|와|과|부터|까지|내지))$")
_PLACE_END = re.compile(
    r"제\s*\d+\s*조(?:의\s*\d+)?(?:\s*제?\s*\d+\s*[항호](?:의\d+)?)*\s*(?:[와과의]|부터|내지)?$"
)
_OPENING = "([{<〈《「『“‘\"'"
_CLOSING = ")]}>〉》」』”’\"'"
_OPENED = re.compile(f"[{re.escape(_OPENING)}]")
_CLOSED = re.compile(f"[{re.escape(_CLOSING)}]")
# 대한민국 법원의 날」제정에 관한 규칙: a closing bracket before any opening one.
_UNOPENED = re.compile(f"[^{re.escape(_OPENING + _CLOSING)}]*[{re.escape(_CLOSING)}]")
_LONGEST_LAW = 150
_LONGEST_CITATION = 400
_LONGEST_NOTE = 200


def parse_citation(text: str) -> Citation:
    """Read a text that is one citation and nothing else; the law is kept as it is written.

    Raises:
        CitationError: it is not; the message says what is missing.
    """
    plain = compose(text)[0].strip().rstrip(".,;").strip()
    if len(plain) > _LONGEST_CITATION:
        raise CitationError("citation.unreadable", text=f"{plain[:60]}…")
    if (wrapped := _WRAPPED.fullmatch(plain)) is not None and not set(wrapped[1]) & set("「」『』"):
        plain = wrapped[1].strip()
    folded = fold(plain)
    for start in START.finditer(folded):
        found = _place_to_end(plain, folded, start.start())
        if found is not None:
            return found
    if (preamble := _PREAMBLE.fullmatch(folded)) is not None:
        law = _read_law(plain[: preamble.end("law")])
        if law is not None and _LAWLIKE.search(law[0]):
            return Citation(law[0], Number(0), former=law[1])
    raise CitationError(_complaint(folded), text=" ".join(text.split())[:80])


def _place_to_end(plain: str, folded: str, at: int) -> Citation | None:
    law = _read_law(plain[:at])
    if law is None:
        return None
    match = WHOLE.fullmatch(folded, at)
    if match is None or not _is_anchored(match):
        match = BARE.fullmatch(folded, at) if _LAWLIKE.search(law[0]) else None
    if match is None:
        return None
    citation = Citation(law=law[0], former=law[1], **fields_of(match))
    # 제0조, as the mirror numbers a preamble, is read only behind a law's name.
    is_preamble = citation.article is not None and not citation.article.main
    return None if is_preamble and not _LAWLIKE.search(citation.law) else citation


def _complaint(text: str) -> str:
    if not text:
        return "citation.empty"
    if re.fullmatch(r"[\d의-]+", text):
        return "citation.bare_number"
    if _RELATIVE.search(text):
        return "citation.relative"
    return "citation.law_only" if _LAWLIKE.search(text) else "citation.unreadable"


def _read_law(raw: str) -> tuple[str, bool] | None:
    """The name before a place and whether it is a former law's; ``None`` where it is no name."""
    name = " ".join(raw.split())
    former = False
    while (note := _NOTE.search(name)) is not None and note.start():
        former = former or _FORMER_NOTE.search(note[0]) is not None
        if not (former or re.search(r"이하|약칭|\d+호", note[0])):
            break  # part of the title
        name = name[: note.start()]
    if (prefix := re.match(r"\(?[구舊]\)?\s+", name)) is not None:
        former, name = True, name[prefix.end() :]
    if (held := _BRACKETED.fullmatch(name) or _QUOTED.fullmatch(name)) is not None:
        name = _joined(held)
    elif (linked := _LINKED_LAW.fullmatch(name)) is not None:
        name = linked[1]
    name = _unwrapped(name)
    if len(name) > _LONGEST_LAW or _NO_LAW_END.search(name) or _PLACE_END.search(name):
        return None
    return None if name and not any(map(str.isalpha, name)) else (name, former)


def _unwrapped(name: str) -> str:
    """Without a bracket that has no partner, or a pair around the whole."""
    while name and name[0] in _OPENING and (name[-1] in _CLOSING or not _CLOSED.search(name)):
        name = name[1:-1] if name[-1] in _CLOSING else name[1:]
    while name and name[-1] in _CLOSING and not _OPENED.search(name):
        name = name[:-1]
    return name.strip()


def _joined(held: re.Match[str]) -> str:
    return " ".join(f"{held['law']} {held['sub'] or ''}".split())


def _is_anchored(match: re.Match[str]) -> bool:
    """Whether the place names an article, a 부칙 or an annex, not only a part of one."""
    return any(match[group] for group in ("a", "sa", "add", "kind", "f"))


# -- finding -------------------------------------------------------------------------------------


def find_citations(text: str, laws: LawNames | None = None) -> list[CitationSpan]:
    """Every citation in ``text``, in order.

    A law in brackets (「…」, 『…』) is taken as written; any other only where ``laws`` knows it:
    in "이 계약은 민법 제750조" the law is 민법.  In a list (민법 제750조, 제751조) the law of the
    first holds for all, and so do the upper levels (제1항 및 제2항).  A place without a law has
    ``law == ""``.
    """
    composed, positions = compose(text)
    spans = _Finder(composed, laws).find()
    if positions is None:
        return spans
    return [CitationSpan(positions[s.start], positions[s.end], s.citation) for s in spans]


class _Named(NamedTuple):
    start: int
    law: str
    former: bool


class _Finder:
    def __init__(self, text: str, laws: LawNames | None) -> None:
        self._written = text
        self._text = fold(text)
        self._laws = laws
        self._spans: list[CitationSpan] = []

    def find(self) -> list[CitationSpan]:
        at = 0
        while (start := START.search(self._text, at)) is not None:
            span = self._at(start.start())
            if span is None:
                at = start.start() + 1
                continue
            # 「관세법 제69조에 따른 … 규정」 제3조: the first was part of the second's law.
            while self._spans and self._spans[-1].end > span.start:
                self._spans.pop()
            self._spans.append(span)
            at = span.end
        return self._outside_titles() if self._spans and self._laws else self._spans

    def _at(self, at: int) -> CitationSpan | None:
        match = PATH.match(self._text, at)
        named = self._law_before(at)
        if match is not None and match.end() > at and _is_anchored(match):
            if named is None and not self._continues(at) and not _stands_alone(match):
                return None
            return self._span(match, named)
        if named is not None:
            bare = BARE.match(self._text, at)
            return None if bare is None else self._span(bare, named)
        return self._partial(match, at)

    def _span(self, match: re.Match[str], named: _Named | None) -> CitationSpan:
        fields = fields_of(match)
        if named is not None:
            citation = Citation(law=named.law, former=named.former, **fields)
            return CitationSpan(named.start, match.end(), citation)
        if self._continues(match.start()):
            last = self._spans[-1].citation
            citation = Citation(law=last.law, former=last.former, **fields)
        else:
            citation = Citation(**fields)
        return CitationSpan(match.start(), match.end(), citation)

    def _partial(self, match: re.Match[str] | None, at: int) -> CitationSpan | None:
        """제2항 in 제1항 및 제2항: the levels above are those of the citation before."""
        if not self._continues(at):
            return None
        last = self._spans[-1].citation
        if match is None or match.end() == at or not (match["p"] or match["pc"] or match["n"]):
            match = ITEM_ALONE.match(self._text, at)
            if match is None or last.subparagraph is None:
                return None
        fields = fields_of(match)
        kept = ("article", "supplement", "annex", "paragraph", "subparagraph")
        given = [name for name in kept if fields.get(name) is not None]
        for name in kept[: kept.index(given[0])] if given else kept:
            fields.pop(name, None)
        blank = replace(last, item=None, subitems=(), suffix="")
        return CitationSpan(at, match.end(), replace(blank, **fields))

    def _continues(self, at: int) -> bool:
        """Whether only what joins a list stands between the last citation and ``at``."""
        if not self._spans:
            return False
        return LIST_GAP.fullmatch(self._text, self._spans[-1].end, at) is not None

    def _law_before(self, at: int) -> _Named | None:
        end = at
        while end and self._text[end - 1].isspace():
            end -= 1
        floor = max(self._spans[-1].end if self._spans else 0, end - _LONGEST_NOTE)
        found = self._law_ending(end)
        former = False
        if found is None and (note := _NOTE.search(self._text, floor, end)) is not None:
            former = _FORMER_NOTE.search(note[0]) is not None
            found = self._law_ending(note.start())
        if found is None:
            link = _LINK.search(self._text, max(floor, end - 3), end)
            found = None if link is None else self._law_ending(link.start())
        if found is None:
            return None
        start, law = found
        prefix = _FORMER.search(self._text[max(0, start - 6) : start])
        if prefix is not None:
            start -= len(prefix[0])
        return _Named(start, law, former or prefix is not None)

    def _law_ending(self, end: int) -> tuple[int, str] | None:
        """The law whose name ends at ``end``, and where it starts."""
        if self._text[end - 1 : end] in _OPENING:  # 민법(2012. 1. 1. …
            return None
        begin = max(0, end - _LONGEST_LAW)
        before = self._written[begin:end]
        held = _BRACKETED.search(before)
        if held is None:
            held = _QUOTED.search(before)
            if held is not None and not _LAWLIKE.search(held["law"]):
                held = None
        if held is not None:
            return begin + held.start(), _joined(held)
        start = None if self._laws is None else self._laws.ending_at(self._text, end)
        if start is None:
            return None
        if start and self._text[start - 1] in _OPENING and _UNOPENED.match(self._text, start, end):
            start -= 1  # names are compared without their brackets
        return start, _unwrapped(" ".join(self._written[start:end].split()))

    def _outside_titles(self) -> list[CitationSpan]:
        """Without those inside a longer name: 관세법 제69조에 따른 조정관세의 적용에 관한 규정."""
        if self._laws is None:
            return self._spans
        mentions = self._laws.mentions(self._written)
        titles = [m for m in mentions if START.search(self._text, m.start, m.end)]
        return [
            span
            for span in self._spans
            if not any(m.start <= span.start and span.end <= m.end for m in titles)
        ]


def _stands_alone(match: re.Match[str]) -> bool:
    """Whether a place needs no law before it: 제2조, §2, 2조 1항, 별표 3; not 100조, 별표."""
    if match["a"]:
        return bool(match["je"] or match["p"] or match["pc"] or match["n"])
    if match["kind"]:
        return bool(match["t"]) and "".join(match["kind"].split()) == "별표"
    return bool(match["sa"] or match["f"])
