"""Citations of provisions: 민법 제839조의2제1항제2호가목 ↔ ``main:a839-2:h1:n2:m가``.

Written is only the form of the National Law Information Center; read is what people type:
``민법 839조의 2``, ``민법 750``, ``§839-2 ①``, ``제2조 1항 3호``.  Relative forms (전항, 같은 조)
are not citations.  The patterns stand in :mod:`lexdpr_rag.statute.citation_grammar`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, Protocol

from lexdpr_rag.errors import CitationError
from lexdpr_rag.statute.address import ANNEX, MAIN, SUPPLEMENT
from lexdpr_rag.statute.citation_grammar import (
    BARE,
    ITEM_ALONE,
    LIST_GAP,
    MARKER,
    PATH,
    START,
    WHOLE,
)
from lexdpr_rag.statute.directory import TitleMention, compose, fold
from lexdpr_rag.statute.numbering import (
    Number,
    circled_value,
    number_from_code,
    syllable,
    syllable_value,
)


@dataclass(frozen=True, slots=True)
class SupplementRef:
    """Which 부칙: that of a promulgation, or (both empty) one that the citation does not tell."""

    no: str = ""
    day: date | None = None

    @property
    def segment(self) -> str:
        """``2026-03-17-21454`` as in paths; empty where no promulgation is told."""
        if not self.no and self.day is None:
            return ""
        return f"{self.day.isoformat() if self.day else '0'}-{self.no or '0'}"

    def __str__(self) -> str:
        number = f"제{self.no}호" if self.no and self.no != "0" else ""
        day = f"{self.day.year}. {self.day.month}. {self.day.day}." if self.day else ""
        inside = ", ".join(part for part in (number, day) if part)
        return f"부칙 <{inside}>" if inside else "부칙"


@dataclass(frozen=True, slots=True)
class AnnexRef:
    """Which 별표 or 서식; number 0 where the law has only one and does not number it."""

    kind: str = "별표"
    number: Number = Number(0)

    @property
    def segment(self) -> str:
        """``3-2`` or ``서식1`` as in paths."""
        return f"{'' if self.kind == '별표' else self.kind}{self.number.code}"

    def __str__(self) -> str:
        if not self.number.main:
            return self.kind
        if self.kind == "서식":
            return f"별지 {self.number.ordinal('호')}서식"
        return f"{self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Citation:
    """A provision as it is cited.

    Attributes:
        law: the law's name as written, without brackets; empty where none is written.
        article: ``Number(0)`` is the preamble (전문).
        subitems: the printed markers below 목, outermost first: ``("1)", "가)")``.
        suffix: the part of the provision: 단서, 후단, 각 호 외의 부분 본문 …
        supplement: set for a place in a 부칙.
        annex: set for a 별표 or 서식 (instead of ``article``).
        former: the text says that an earlier version is meant (구 민법, 개정되기 전의 것): it must
            not be taken for the text in force.
    """

    law: str = ""
    article: Number | None = None
    paragraph: Number | None = None
    subparagraph: Number | None = None
    item: Number | None = None
    subitems: tuple[str, ...] = ()
    suffix: str = ""
    supplement: SupplementRef | None = None
    annex: AnnexRef | None = None
    former: bool = False

    @property
    def path(self) -> str:
        """The place as in addresses, e.g. ``main:a839-2:h1:n2:m가``; the suffix has no place there.

        A 부칙 whose promulgation is not told gives ``add:a2``, which no node has.
        """
        parts = [ANNEX if self.annex else SUPPLEMENT if self.supplement else MAIN]
        if self.annex:
            parts.append(self.annex.segment)
        elif self.supplement and self.supplement.segment:
            parts.append(self.supplement.segment)
        for letter, number in zip("ahn", self._numbers, strict=True):
            if number is not None:
                parts.append(f"{letter}{number.code}")
        if self.item is not None:
            branch = f"-{self.item.branch}" if self.item.branch else ""
            parts.append(f"m{syllable(self.item.main)}{branch}")
        parts.extend(_marker_segment(marker) for marker in self.subitems)
        return ":".join(parts)

    @classmethod
    def from_path(cls, law: str, path: str) -> Citation:
        """The citation of a node.  A repeat's ``~2`` is dropped: no citation can tell repeats apart.

        Raises:
            CitationError: ``path`` is not that of a provision (headings are cited otherwise).
        """
        area, *segments = (part.partition("~")[0] for part in path.split(":"))
        fields: dict[str, Any] = {}
        try:
            if area == SUPPLEMENT:
                known = segments and not segments[0].startswith("a")
                fields["supplement"] = _supplement_of(segments.pop(0) if known else "")
            elif area == ANNEX:
                fields["annex"] = _annex_of(segments.pop(0))
            elif area != MAIN:
                raise ValueError(area)
            for segment in segments:
                _read_segment(segment, fields)
        except (ValueError, IndexError) as error:
            raise CitationError("citation.path", path=path) from error
        return cls(law=law, **fields)

    @property
    def _numbers(self) -> tuple[Number | None, Number | None, Number | None]:
        return self.article, self.paragraph, self.subparagraph

    def __str__(self) -> str:
        return format_citation(self)


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


def format_citation(citation: Citation) -> str:
    """``민법 제839조의2제1항제2호가목1)가)``, ``민법 제1조 단서``, ``민법 부칙 <제…호, …> 제2조``."""
    place = citation.article.article if citation.article is not None else ""
    if citation.article is not None and not citation.article.main:
        place = "전문"
    if citation.paragraph is not None:
        place += citation.paragraph.ordinal("항")
    if citation.subparagraph is not None:
        place += citation.subparagraph.ordinal("호")
    if citation.item is not None:
        branch = f"의{citation.item.branch}" if citation.item.branch else ""
        place += f"{syllable(citation.item.main)}목{branch}"
    place += "".join(citation.subitems)
    whole = ("구" if citation.former else "", citation.law, citation.supplement, citation.annex)
    return " ".join(str(part) for part in (*whole, place, citation.suffix) if part)


# -- reading -------------------------------------------------------------------------------------

_LAWLIKE = re.compile(r"(?:법|법률|령|규칙|규정|세칙|조례|고시|지침|예규|훈령|강령|직제)$")
_PREAMBLE = re.compile(r"(?P<law>.*(?:법|법률|령))\s*전문")
_RELATIVE = re.compile(r"(?:^|\s)(?:전\s?\d*[조항호]|같은\s?(?:법|조|항|호)|동\s?(?:법|조|항))(?![가-힣]{2})")
_WRAPPED = re.compile(r"[「『\[\"“'‘(](.*)[」』\]\"”'’)]")
# 「X」 시행령; quotation marks hold a law only where the words look like one.
_BRACKETED = re.compile(r"[「『](?P<law>[^「」『』]+)[」』]\s*(?P<sub>시행령|시행규칙)?$")
_QUOTED = re.compile(r"[\"“'‘〈《](?P<law>[^\"“”'‘’〈〉《》]+)[\"”'’〉》]\s*(?P<sub>시행령|시행규칙)?$")
_NOTE = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)\s*$")
_FORMER_NOTE = re.compile(r"(?:개정|폐지)되기\s*전|폐지된|폐지\)")
_FORMER = re.compile(r"(?:^|(?<![가-힣\w]))\(?[구舊]\)?\s+$")
_LINK = re.compile(r"(?:상의|에서의|에서|[의상중에])\s*$")
_NO_LAW_END = re.compile(r"(?:[,.;:?!/~·ㆍ-]|\s(?:및|또는|와|과|부터|까지|내지)|조(?:의\s*\d+)?[와과]?)$")
_PLACE_END = re.compile(r"제\s*\d+\s*조(?:의\s*\d+)?(?:\s*제?\s*\d+\s*[항호](?:의\d+)?)*\s*[와과의]?$")
_LONGEST_LAW = 150


def parse_citation(text: str) -> Citation:
    """Read a text that is one citation and nothing else.

    Raises:
        CitationError: it is not; the message says what is missing.
    """
    plain = compose(text)[0].strip().rstrip(".,;").strip()
    if (wrapped := _WRAPPED.fullmatch(plain)) is not None and not set(wrapped[1]) & set("「」『』"):
        plain = wrapped[1].strip()
    folded = fold(plain)
    for start in START.finditer(folded):
        found = _place_to_end(plain, folded, start.start())
        if found is not None:
            return found
    if (preamble := _PREAMBLE.fullmatch(folded)) is not None:
        law = _read_law(plain[: preamble.end("law")])
        if law is not None:
            return Citation(law[0], Number(0), former=law[1])
    raise CitationError(_complaint(folded), text=" ".join(text.split())[:80])


def _place_to_end(plain: str, folded: str, at: int) -> Citation | None:
    law = _read_law(plain[:at])
    if law is None:
        return None
    match = WHOLE.fullmatch(folded, at)
    if match is None or not _is_anchored(match):
        match = BARE.fullmatch(folded, at) if _LAWLIKE.search(law[0]) else None
    return None if match is None else Citation(law=law[0], former=law[1], **_fields(match))


def _complaint(text: str) -> str:
    if not text:
        return "citation.empty"
    if re.fullmatch(r"[\d의-]+", text):
        return "citation.bare_number"
    if _RELATIVE.search(text):
        return "citation.relative"
    return "citation.no_article" if _LAWLIKE.search(text) else "citation.unreadable"


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
        return _joined(held), former
    if linked := re.fullmatch(r"(.*(?:법|법률|령|규칙|규정))(?:상의|의|상)", name):
        name = linked[1]
    if len(name) > _LONGEST_LAW or _NO_LAW_END.search(name) or _PLACE_END.search(name):
        return None
    if name and not any(char.isalpha() for char in name):
        return None
    return name.strip("「」『』\"“”"), former


def _joined(held: re.Match[str]) -> str:
    return " ".join(f"{held['law']} {held['sub'] or ''}".split())


def _is_anchored(match: re.Match[str]) -> bool:
    """Whether the place names an article, a 부칙 or an annex, not only a part of one."""
    return any(match[group] for group in ("a", "sa", "add", "kind", "f"))


def _number(match: re.Match[str], main: str, branch: str) -> Number | None:
    if not match[main]:
        return None
    names = (branch, f"{branch}_", f"{branch}_in")
    found = [match[n] for n in names if n in match.re.groupindex and match[n]]
    return Number(int(match[main]), int(found[0]) if found else 0)


def _fields(match: re.Match[str]) -> dict[str, Any]:
    """What a match of one of the grammar's patterns says, as fields of :class:`Citation`."""
    groups = match.re.groupindex
    fields: dict[str, Any] = {}
    if "a" in groups:
        article = _number(match, "a", "ab")
        if "sa" in groups:
            article = article or _number(match, "sa", "sb")
            if article and match["chapter"]:
                article = article._replace(chapter=int(match["chapter"]))
            fields["supplement"] = _supplement(match) if match["add"] else None
            fields["annex"] = _annex(match)
        fields["article"] = article
    if "p" in groups:
        circled = circled_value(match["pc"]) if match["pc"] else None
        fields["paragraph"] = Number(circled) if circled else _number(match, "p", "pb")
        fields["subparagraph"] = _number(match, "n", "nb")
        fields["suffix"] = _suffix(match["suffix"] or "")
    if letter := match["m"] or match["mp"] or match["mr"]:
        branch = match["mb"] or match["mb_"] or match["mb_in"] or 0
        fields["item"] = Number(syllable_value(letter) or 0, int(branch))
    fields["subitems"] = tuple(marker[0] for marker in MARKER.finditer(match["subs"] or ""))
    return fields


def _supplement(match: re.Match[str]) -> SupplementRef:
    day = None
    if match["add_y"]:
        try:
            day = date(*(int(match[f"add_{unit}"]) for unit in "ymd"))
        except ValueError as error:
            raise CitationError("citation.unreadable", text=match[0]) from error
    return SupplementRef(match["add_no"] or "", day)


def _annex(match: re.Match[str]) -> AnnexRef | None:
    if match["f"]:
        return AnnexRef("서식", Number(int(match["f"]), int(match["fb"] or 0)))
    if match["kind"]:
        return AnnexRef("".join(match["kind"].split()), _number(match, "t", "tb") or Number(0))
    return None


def _suffix(written: str) -> str:
    """As the source prints it: 각호외의부분 단서 → 각 호 외의 부분 단서."""
    tight = "".join(written.split())
    tight = re.sub(r"각([호목])", r"각 \1", tight)
    return re.sub(r"외의부분", " 외의 부분", tight).replace("분본", "분 본") if "각" in tight else tight
