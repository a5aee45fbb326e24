"""What a citation says, and its two written forms: the exact citation and the path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from lexdpr_rag.errors import CitationError
from lexdpr_rag.statute.address import ANNEX, MAIN, SUPPLEMENT
from lexdpr_rag.statute.citation_grammar import MARKER
from lexdpr_rag.statute.numbering import (
    Number,
    circled_value,
    number_from_code,
    syllable,
    syllable_value,
)

_SUBITEM_STYLES = {"s": "{})", "t": "{})", "u": "({})", "v": "({})"}
_SEGMENT = re.compile(r"(?P<level>[ahnmstuv])(?P<code>[^-]+(?:-\d+)?)")
_SUPPLEMENT_SEGMENT = re.compile(r"(?:(\d{4}-\d\d-\d\d)|0)-(.+)")
_ANNEX_SEGMENT = re.compile(r"(?P<kind>\D*)(?P<code>\d.*)")


_UNNUMBERED = Number(0)  # the only 별표 of its law


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
    number: Number = _UNNUMBERED

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
        """The place as in addresses: ``main:a839-2:h1:n2:m가``; a suffix has no place there.

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
        """The citation of a node; of a repeat (``~2``), that of the first, as it is cited.

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


def format_citation(citation: Citation) -> str:
    """``민법 제839조의2제1항제2호가목1)``, ``민법 제1조 단서``, ``민법 부칙 <제…호, …> 제2조``."""
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
    below = "".join(citation.subitems)
    if place[-1:].isdigit() and below[:1].isdigit():
        place += " "  # 제1호의2 1), which is not 제1호의21)
    place += below
    whole = ("구" if citation.former else "", citation.law, citation.supplement, citation.annex)
    return " ".join(str(part) for part in (*whole, place, citation.suffix) if part)


# -- paths ---------------------------------------------------------------------------------------


def _marker_segment(marker: str) -> str:
    """``1)`` → ``s1``, ``(가)의2`` → ``v가-2``."""
    match = MARKER.fullmatch(marker)
    if match is None:
        raise CitationError("citation.path", path=marker)
    level = next(letter for letter in "stuv" if match[letter])
    return f"{level}{match[level]}{'-' + match['b'] if match['b'] else ''}"


def _read_segment(segment: str, fields: dict[str, Any]) -> None:
    match = _SEGMENT.fullmatch(segment)
    if match is None:
        if segment == "body":
            return  # the words of a law without articles are cited by its name alone
        raise ValueError(segment)
    code, level = match["code"], match["level"]
    if level in _NUMBERED:
        fields[_NUMBERED[level]] = number_from_code(code)
        return
    main, _, branch = code.partition("-")
    if level == "m":
        value = syllable_value(main)
        if value is None:
            raise ValueError(segment)
        fields["item"] = Number(value, int(branch or 0))
        return
    marker = _SUBITEM_STYLES[level].format(main) + (f"의{branch}" if branch else "")
    fields["subitems"] = (*fields.get("subitems", ()), marker)


_NUMBERED = {"a": "article", "h": "paragraph", "n": "subparagraph"}


def _supplement_of(segment: str) -> SupplementRef:
    if not segment:
        return SupplementRef()
    match = _SUPPLEMENT_SEGMENT.fullmatch(segment)
    if match is None:
        raise ValueError(segment)
    return SupplementRef(match[2], date.fromisoformat(match[1]) if match[1] else None)


def _annex_of(segment: str) -> AnnexRef:
    match = _ANNEX_SEGMENT.fullmatch(segment)
    if match is None:
        raise ValueError(segment)
    return AnnexRef(match["kind"] or "별표", number_from_code(match["code"]))


# -- what the grammar has matched ----------------------------------------------------------------


def fields_of(match: re.Match[str]) -> dict[str, Any]:
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


def _number(match: re.Match[str], main: str, branch: str) -> Number | None:
    if not match[main]:
        return None
    names = (branch, f"{branch}_", f"{branch}_in")
    found = [match[n] for n in names if n in match.re.groupindex and match[n]]
    return Number(int(match[main]), int(found[0]) if found else 0)


_SUFFIX_WORDS = re.compile(r"각([호목])(외의부분)?")


def _suffix(written: str) -> str:
    """As the source prints it: 각호외의부분단서 → 각 호 외의 부분 단서."""
    spaced = _SUFFIX_WORDS.sub(
        lambda m: f"각 {m[1]} {'외의 부분 ' if m[2] else ''}", "".join(written.split())
    )
    return spaced.strip()
