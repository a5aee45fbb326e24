"""Words that point back, or at where they stand: 같은 조 제2항, 이 항, 전호, 같은 표."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from lexdpr_rag.statute.citation_grammar import ITEM_ALONE, PATH
from lexdpr_rag.statute.citation_model import Citation, fields_of
from lexdpr_rag.statute.numbering import Number
from lexdpr_rag.statute.references.findings import Findings, Found
from lexdpr_rag.statute.references.levels import DEPTH, LEVELS, down_to, given, is_deeper
from lexdpr_rag.statute.references.names import UNTOLD, LawName
from lexdpr_rag.statute.references.reference import ReferenceKind


class Pointers:
    """Reads those of one text.

    Args:
        text: the text.
        law: its own.
        findings: what it has referred to so far.
        here: where the character at a position stands.
    """

    def __init__(
        self, text: str, law: LawName, findings: Findings, here: Callable[[int], Citation]
    ) -> None:
        self._text = text
        self._law = law
        self._found = findings
        self._here = here

    def read(self, match: re.Match[str]) -> Iterator[Found]:
        """What a pointer refers to, with the place below that follows it."""
        start = match.start()
        depth = DEPTH.get(match["same"] or match["this"] or match["before"], 1)
        fields, end = self._below(match, depth)
        for above, law in self._pointed(match, start):
            if match["same"] == "표" and above.annex is None:
                continue
            citation = above
            if above.article is not None or above.annex is not None:
                citation = replace(above, **fields)
            yield Found(start, end, citation, law, ReferenceKind.ANAPHORA)

    def _below(self, match: re.Match[str], depth: int) -> tuple[dict[str, Any], int]:
        """The place below that is told behind, and where that ends."""
        end = match.end()
        begin = end + (self._text[end : end + 1] == " ")
        rest = PATH.match(self._text, begin)
        is_whole = rest is None or any(rest[name] for name in ("a", "kind", "f", "add"))
        if rest is not None and not is_whole and rest.end() > begin and is_deeper(rest, depth):
            return given(fields_of(rest), depth + 1), rest.end()
        item = ITEM_ALONE.match(self._text, end)
        if item is not None and depth == DEPTH["호"]:
            return given(fields_of(item), DEPTH["목"]), item.end()
        return {}, end

    def _pointed(self, match: re.Match[str], at: int) -> Iterator[tuple[Citation, LawName]]:
        if match["same"] == "표":
            yield self._same_annex()
        elif match["same"]:
            yield self._same(DEPTH[match["same"]])
        elif match["this"]:
            place = down_to(self._here(at), DEPTH[match["this"]])
            yield place or Citation(self._law.title), self._law
        else:
            for citation in self._before(at, DEPTH[match["before"]], match["count"]):
                yield citation, self._law

    def _same_annex(self) -> tuple[Citation, LawName]:
        for found in self._found.visible():
            if found.citation.annex is not None:
                return Citation(found.citation.law, annex=found.last.annex), found.law
        return Citation(), UNTOLD

    def _same(self, depth: int) -> tuple[Citation, LawName]:
        """What was cited last at that level.  같은 조 is that of another place: 제2항 alone would
        have said this article's."""
        candidates = [
            found
            for found in self._found.visible()
            if found.last.annex is None and down_to(found.last, depth) is not None
        ]
        far = [found for found in candidates if depth > 1 or self._is_far(found)]
        for found in far or candidates:
            return down_to(found.last, depth) or Citation(), found.law
        return Citation(), UNTOLD

    def _is_far(self, found: Found) -> bool:
        own = self._here(found.start).article
        return (found.law, found.last.article) != (self._law, own)

    def _before(self, at: int, depth: int, count: str) -> Iterator[Citation]:
        """The ``count`` (1, or 각: all) places before the one at ``at``."""
        place = down_to(self._here(at), depth)
        name = LEVELS[depth - 1]
        number: Number | None = getattr(place, name, None)
        if place is None or number is None:
            yield Citation()
            return
        if number.branch:
            branch = number.branch - 1 if number.branch > 2 else 0
            numbers = [number._replace(branch=branch)]
        else:
            first = 1 if count == "각" else number.main - int(count or 1)
            numbers = [number._replace(main=main) for main in range(first, number.main)]
        for before in numbers or [number._replace(main=0)]:
            changes: dict[str, Any] = {name: before}
            yield replace(place, **changes) if before.main > 0 else Citation()
