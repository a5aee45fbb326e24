"""The citations of an answer, each with the law that it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lexdpr_rag.answers.given import Given
from lexdpr_rag.answers.names import RELATIVE, AnswerNames
from lexdpr_rag.statute.citation import Citation, CitationSpan, find_citations
from lexdpr_rag.statute.directory import SUBORDINATE, LawDirectory, compose

# Addresses of the web, emphasis, the first of §§, and the numbers of a list (else 「민법」 and, on the next line, "2."
# were 민법 제2조): blanks of the same length stand in for them.
_MARKUP = re.compile(
    r"https?://[^\s)>\]]+|[*`_]|§(?=§)|^[ \t]*(?:[-•·]\s*)?(?:\d{1,3}[.)](?!\d)|[①-⑳])",
    re.MULTILINE,
)

_EMPHASIS = str.maketrans("", "", "*`_")

# 같은 조 제2항, 동항 제3호: the levels above are those of the citation before.
_SAME_PLACE = re.compile(
    r"(?<![가-힣])(?:같은|위|해당|동)\s*(?P<level>조문|조|항|호)"
    r"(?=\s*의?\s*(?:제?\s*\d+\s*[항호]|[①-⑳]|[가-하]\s*목))"
)
_ABOVE = {"조": 1, "조문": 1, "항": 2, "호": 3}
_LEVELS = ("article", "paragraph", "subparagraph")
# What 법 can stand for; a 규칙 or 규정 of another name is of an act that its title does not tell.
_ACT = re.compile(r"(?:법|법률)(?:\([^()]*\))?$")

_REACH = 120
"""How far a list goes on behind 같은 조."""

_QUOTED = 6
"""So many letters before a citation, the same as in a hit, make it a quotation of the hit."""


@dataclass(frozen=True, slots=True)
class FoundCitation:
    """A citation at ``answer[start:end]``; ``citation.law`` is empty where no law can be told."""

    start: int
    end: int
    citation: Citation


def citations_in(
    answer: str, directory: LawDirectory, given: Sequence[Given] = ()
) -> list[FoundCitation]:
    """Every citation of ``answer``, in order; see :class:`_Reader` for what a place is of."""
    composed, positions = compose(answer)
    found = _Reader(composed, directory, given).read()
    if positions is None:
        return found
    return [replace(f, start=positions[f.start], end=positions[f.end]) for f in found]


class _Reader:
    """Reads an answer from front to back.

    A place without a law is of the law cited before it, unless the answer has meanwhile turned to
    another; before any law is named, of the one law among the hits that has such an article.  Where
    the answer repeats the words of a hit, a place is of what it is of there: in a statute 제3조 is
    always its own, whatever law was cited before, and in a decree 법 is the act above it.
    """

    def __init__(self, text: str, directory: LawDirectory, given: Sequence[Given]) -> None:
        self._written = text
        self._text = _MARKUP.sub(lambda match: " " * len(match[0]), text)
        self._directory = directory
        self._names = AnswerNames(self._text, directory)
        self._given = given
        self._words = [
            (_squeezed(one.text), str(one.metadata["law"]))
            for one in given
            if one.metadata.get("law")
        ]
        self._found: list[FoundCitation] = []

    def read(self) -> list[FoundCitation]:
        spans = find_citations(self._text, self._names)
        ends = {span.end for span in spans}
        same = list(_SAME_PLACE.finditer(self._text))
        events = [(s.start, s) for s in spans] + [(m.start(), m) for m in same]
        for _, event in sorted(events, key=lambda entry: entry[0]):
            if isinstance(event, CitationSpan):
                self._add(event.start, event.end, event.citation)
            elif self._found:
                for span in self._below(event, ends):
                    self._add(*span)
        return self._found

    def _add(self, start: int, end: int, citation: Citation) -> None:
        law, former = self._law_of(citation, start, end)
        citation = replace(citation, law=law, former=former or citation.former)
        self._found.append(FoundCitation(start, end, citation))

    def _below(self, match: re.Match[str], taken: set[int]) -> Iterator[CitationSpan]:
        """같은 조 제2항 및 제3항, read as if the citation before stood in place of 같은 조."""
        last = self._found[-1].citation
        kept = _LEVELS[: _ABOVE[match["level"]]]
        if last.article is None or getattr(last, kept[-1]) is None:
            return
        above = Citation(**{level: getattr(last, level) for level in kept})
        prefix = str(above)
        shift = match.end() - len(prefix)
        rest = self._text[match.end() : match.end() + _REACH]
        for span in find_citations(prefix + rest):
            if span.end + shift in taken:  # the list is over: this one stands for itself
                return
            start = match.start() if not span.start else span.start + shift
            citation = replace(span.citation, law=last.law, former=last.former)
            yield CitationSpan(start, span.end + shift, citation)

    # -- of which law ----------------------------------------------------------------------------

    def _law_of(self, citation: Citation, start: int, end: int) -> tuple[str, bool]:
        """The law of a citation, and whether a former version of it is meant."""
        name = citation.law
        if not name:
            quoted = self._quoted(start, end, both=False)
            return (quoted, False) if quoted else self._law_before(citation, start)
        for alias, law in self._names.aliases.items():
            if name == alias:
                return law, False
            if name.startswith(f"{alias} ") and name.endswith(SUBORDINATE):
                return f"{law} {name.removeprefix(alias).strip()}", False
        if name in self._directory or (relative := RELATIVE.fullmatch(name)) is None:
            return name, False
        # 같은 법 is the nearest, 법 the one spoken of.
        if relative["pointer"]:
            law = self._names.nearest(start, self._nearest_end()) or ""
        else:
            law = self._quoted(start, end, both=True)
        law, former = (law, False) if law else self._law_before(citation, start)
        former = former or relative["kind"] == "구법"
        return self._related(law, relative["kind"], relative["sub"] or ""), former

    def _law_before(self, citation: Citation, at: int) -> tuple[str, bool]:
        last = next((f for f in reversed(self._found) if self._is_open(f.end, at)), None)
        named = self._names.last(at, last.end if last and last.citation.law else 0)
        if named:
            return named, False
        if last and last.citation.law:
            return last.citation.law, last.citation.former
        return self._law_given(citation), False

    def _quoted(self, start: int, end: int, *, both: bool) -> str:
        """The law of the hit whose words stand before the citation (with ``both``: or behind it)."""
        own = _squeezed(self._written[start:end])
        before = _squeezed(self._written[max(0, start - 4 * _QUOTED) : start])[-_QUOTED:]
        behind = _squeezed(self._written[end : end + 4 * _QUOTED])[:_QUOTED]
        pieces = [before + own] if len(before) == _QUOTED else []
        if both and len(behind) == _QUOTED:
            pieces.append(own + behind)
        found = (law for words, law in self._words if any(piece in words for piece in pieces))
        return next(found, "")

    def _nearest_end(self) -> int:
        return self._found[-1].end if self._found and self._found[-1].citation.law else 0

    def _is_open(self, end: int, at: int) -> bool:
        """Whether what ended at ``end`` was no remark in brackets that were closed before ``at``."""
        between = self._text[end:at]
        return between.count(")") <= between.count("(")

    def _law_given(self, citation: Citation) -> str:
        """The law among the hits that has the cited article, if only one has it."""
        article = str(Citation(article=citation.article))
        laws = {
            str(given.metadata["law"])
            for given in self._given
            if given.metadata.get("law") and given.metadata.get("article") == article
        }
        every = {str(given.metadata["law"]) for given in self._given if given.metadata.get("law")}
        only = laws or every
        return only.pop() if len(only) == 1 else ""

    def _related(self, law: str, kind: str, sub: str) -> str:
        """같은 법, 같은 법 시행령, 영, 규칙: what stands to ``law`` as the word says.

        Empty where that cannot be told: of which act 형사소송규칙 is.
        """
        act = law
        for subordinate in SUBORDINATE:
            act = act.removesuffix(subordinate).rstrip()
        if not law or sub:
            return f"{act} {sub}" if law else ""
        if kind in ("시행령", "영", "령"):
            if law.endswith("시행령"):
                return law
            return act if act.endswith(("령", "규정")) else f"{act} 시행령"
        if kind in ("시행규칙", "규칙"):
            return law if law.endswith("규칙") else f"{act} 시행규칙"
        if kind in ("조례", "고시", "지침", "예규", "훈령"):
            return law if law.endswith(kind) else ""
        if kind not in ("법", "법률") or _ACT.search(act) is None:
            return law if kind not in ("법", "법률") else ""
        return act if act == law or act in self._directory else ""


def _squeezed(text: str) -> str:
    return "".join(text.translate(_EMPHASIS).split())
