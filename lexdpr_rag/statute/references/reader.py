"""Reading the words of an article from front to back: what they refer to, and which law is meant.

A place is of the law whose name stands right before it, else of the list that it goes on
(법 제3조제1항 및 제5조), else of the law and the article that the words stand in.  Brackets are
read as their own: after 법 제5조(법 제10조에서 준용하는 경우를 포함한다), 같은 조 is 제5조.  Where a
place does not exist there, but does in what was cited right before, that is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lexdpr_rag.statute.citation_grammar import ITEM_ALONE, PATH
from lexdpr_rag.statute.citation_model import Citation, fields_of
from lexdpr_rag.statute.directory import fold
from lexdpr_rag.statute.numbering import SYLLABLES
from lexdpr_rag.statute.references import grammar
from lexdpr_rag.statute.references.attributes import Attributes
from lexdpr_rag.statute.references.findings import Findings, Found
from lexdpr_rag.statute.references.levels import LEVELS, given, upper
from lexdpr_rag.statute.references.named_before import NamedBefore
from lexdpr_rag.statute.references.names import LawName, LawNames
from lexdpr_rag.statute.references.places import Places
from lexdpr_rag.statute.references.pointers import Pointers
from lexdpr_rag.statute.references.reference import Provisions, Reason, Reference, ReferenceKind

_LACKING = (Reason.NO_ARTICLE, Reason.NO_PROVISION)


def find_references(
    text: str, own: Citation, names: LawNames, provisions: Provisions | None = None
) -> list[Reference]:
    """What the article ``text`` refers to, in order.

    Args:
        text: a whole article as the index renders it, its markers included (``①``, ``  1.``).
        own: its law and number; what stands in no 항 or 호 by its markers stands in those of it.
        names: of its law.
        provisions: what there is; unless given, everything is.
    """
    return list(_Reader(text, own, names, provisions).read())


class _Reader:
    def __init__(
        self, text: str, own: Citation, names: LawNames, provisions: Provisions | None
    ) -> None:
        self._written = text
        self._places = Places(text)
        self._text = fold(self._places.masked(text))
        names.enter(self._text, self._places)
        self._own = own
        self._law = names.own
        self._provisions = provisions
        self._found = Findings(self._text)
        self._named = NamedBefore(self._text, names, self._found)
        self._pointers = Pointers(self._text, self._law, self._found, self._here)

    def read(self) -> Iterator[Reference]:
        for match in grammar.TOKEN.finditer(self._text):
            if match.start() >= self._found.done:
                self._take(match)
        attributes = Attributes(self._text)
        for number, found in enumerate(self._found.all):
            if not found.hidden:
                yield self._reference(found, attributes, self._found.list_end(number))

    def _take(self, match: re.Match[str]) -> None:
        at, kind = match.start(), match.lastgroup
        if kind == "bracket":
            self._found.bracket(at)
        elif kind in ("quoted", "quoted_sub"):
            self._named.add_quoted(at, match.end(), match["quoted"], match["quoted_sub"] or "")
        elif kind == "place":
            self._place(at)
        elif kind == "annex":
            self._annex(at)
        elif kind == "item":
            self._item(at)
        elif kind == "skip":
            self._found.done = match.end()
        else:
            for found in self._pointers.read(match):
                self._found.add(found)

    # -- places ----------------------------------------------------------------------------------

    def _place(self, at: int) -> None:
        match = PATH.match(self._text, at)
        if match is None or match.end() == at:
            self._heading(at)
            return
        if match["a"] is None and (match["p"] or match["pc"] or match["n"]) is None:
            return
        if match["a"]:
            self._with_article(at, match)
        elif match["p"] or match["pc"]:
            self._partial(at, match, 2)
        else:
            self._partial(at, match, 3)

    def _item(self, at: int) -> None:
        match = ITEM_ALONE.match(self._text, at)
        if match is None or (match["m"] or match["mp"]) is None:
            return
        # The list of 목 goes on behind 하, but 노목 and 거목 are trees.
        is_usual = (match["m"] or match["mp"]) in SYLLABLES[:14]
        if is_usual or self._found.inside or self._found.list_before(at) is not None:
            self._partial(at, match, 4)

    def _annex(self, at: int) -> None:
        match = PATH.match(self._text, at)
        if match is None or match.end() == at:
            return
        if match["add"] and not (match["a"] or match["p"] or match["n"]):
            return
        if match["kind"] or match["f"] or match["add"]:
            self._with_article(at, match)

    def _with_article(self, at: int, match: re.Match[str]) -> None:
        fields = fields_of(match)
        named = self._named.find(at)
        if named is not None:
            citation = Citation(named.law.title, **fields)
            self._found.add(Found(named.start, match.end(), citation, named.law, named.kind))
            return
        number = self._list_before(at, match.end(), grammar.APPLYING)
        if number is not None:
            head = self._found.all[number]
            citation = Citation(head.citation.law, former=head.citation.former, **fields)
            self._found.add(Found(at, match.end(), citation, head.law, head.kind), number)
            return
        law, kind = self._law_around(at, fields)
        self._found.add(Found(at, match.end(), Citation(law.title, **fields), law, kind))

    def _list_before(self, at: int, end: int, *links: re.Pattern[str]) -> int | None:
        """The one found that what stands at ``at`` goes on from."""
        number = self._found.list_before(at)
        if grammar.UNTIL.match(self._text, end):
            links = (*links, grammar.FROM)
        for link in links if number is None else ():
            number = self._found.joined(at, link) if number is None else number
        return number

    def _law_around(self, at: int, fields: dict[str, Any]) -> tuple[LawName, ReferenceKind]:
        """The law of a place that nothing right before it tells: that of the provision whose words
        are quoted, or which a bracket explains; else its own."""
        quoted = self._found.quoted_from(at)
        if quoted is not None and self._has(quoted, fields):
            return quoted.law, quoted.kind
        own = Citation(self._law.title, **fields)
        is_lacking = self._missing(own, self._law) in _LACKING
        head = self._found.head_of_bracket()
        if head is not None and head.law != self._law and head.law.title:
            is_crime = grammar.CRIME.match(self._text, at) is not None
            if head.hidden or (self._has(head, fields) and (is_crime or is_lacking)):
                return head.law, head.kind
        for found in self._near(at) if is_lacking else ():
            if found.law != self._law and self._has(found, fields):
                return found.law, found.kind
        return self._law, ReferenceKind.INTERNAL

    def _has(self, found: Found, fields: dict[str, Any]) -> bool:
        """Whether the law of one found has such a place."""
        return self._missing(Citation(found.law.title, **fields), found.law) is None

    def _near(self, at: int) -> Iterator[Found]:
        """What the words before in the same 항 refer to, the nearest first."""
        paragraph = self._places.at(at).paragraph
        for found in self._found.visible(hidden=True):
            if self._places.at(found.start).paragraph == paragraph:
                yield found

    def _heading(self, at: int) -> None:
        """제2장: what stands in its list, or in its bracket, is of the same law."""
        match = grammar.HEADING.match(self._text, at)
        if match is None:
            return
        named = self._named.find(at)
        number = self._found.list_before(at) if named is None else None
        head = named or (None if number is None else self._found.all[number])
        if head is None:
            return
        end = match.end()
        citation = Citation(head.law.title)
        self._found.add(Found(at, end, citation, head.law, head.kind, hidden=True))
        title = grammar.HEADING_TITLE.match(self._text, end)
        if title is not None:
            first = len(self._text[: title.end()].rstrip())
            self._found.opens_list(len(self._found.all) - 1, first)

    # -- a place without an article ----------------------------------------------------------------

    def _partial(self, at: int, match: re.Match[str], depth: int) -> None:
        """제2항, 제3호 or 가목: the levels above are those of its list, or of where it stands."""
        if depth == 3 and grammar.NUMBER_OF.search(self._text, max(0, at - 8), at):
            return
        end, fields = match.end(), given(fields_of(match), depth)
        number = self._list_before(at, end)
        if number is not None:
            head = self._found.all[number]
            above = None if head.hidden else upper(head.last, depth)
            if above is not None and self._goes_on(head, above, fields, depth, at):
                citation = replace(above, **fields)
                self._found.add(Found(at, end, citation, head.law, head.kind), number)
                return
        if self._is_in_table(at, end):
            return
        above, law, kind = self._above(at, depth, fields)
        if above is not None:
            self._found.add(Found(at, end, replace(above, **fields), law, kind))

    def _is_in_table(self, at: int, end: int) -> bool:
        """영 제90조제3항의 표 제4호: the row has no place, so the 항 is meant."""
        number = self._found.joined(at, grammar.IN_TABLE)
        if number is not None:
            self._found.stretch(number, end)
        return number is not None

    def _goes_on(
        self, head: Found, above: Citation, fields: dict[str, Any], depth: int, at: int
    ) -> bool:
        """Whether a list goes on: its last has the same level, or one that has no such part here."""
        if head.last.annex or getattr(head.last, LEVELS[depth - 1]) is not None:
            return True
        if depth == 4:
            return head.last.subparagraph is not None
        here, law, _ = self._above(at, depth, fields)
        is_here = here is not None and self._missing(replace(here, **fields), law) is None
        return not is_here and self._missing(replace(above, **fields), head.law) is None

    def _above(
        self, at: int, depth: int, fields: dict[str, Any]
    ) -> tuple[Citation | None, LawName, ReferenceKind]:
        """The place that 제2항, 제3호 or 가목 at ``at`` lies in, by where it stands."""
        annex = self._found.annex_before(at)
        if annex is not None:
            return upper(annex.last, depth), annex.law, annex.kind
        here = upper(self._here(at), depth)
        is_here = self._is_there(here, fields, self._law)
        for found in self._instead(at, is_here=is_here):
            inner = None if found.hidden else upper(found.last, depth)
            if self._is_there(inner, fields, found.law):
                return inner, found.law, found.kind
        return here, self._law, ReferenceKind.INTERNAL

    def _instead(self, at: int, *, is_here: bool) -> Iterator[Found]:
        """In which places found before it may lie rather than where it stands."""
        quoted = self._found.quoted_from(at)
        if quoted is not None:
            yield quoted
        last = self._found.all[-1] if self._found.all else None
        if last is not None and self._is_alike(last, at):
            yield last
        head = self._found.head_of_bracket()
        if head is not None and (not is_here or grammar.EXCEPTED.match(self._text, at)):
            yield head
        if not is_here:
            yield from self._near(at)

    def _is_alike(self, last: Found, at: int) -> bool:
        """Whether what stands at ``at`` is said in the same breath as 같은 항 제1호 of elsewhere."""
        if last.kind is not ReferenceKind.ANAPHORA:
            return False
        is_elsewhere = (last.law, last.last.article) != (self._law, self._own.article)
        return is_elsewhere and grammar.ALIKE.fullmatch(self._text, last.end, at) is not None

    def _is_there(self, above: Citation | None, fields: dict[str, Any], law: LawName) -> bool:
        if above is None:
            return False
        return self._missing(replace(above, **fields), law) in (None, Reason.ANNEX)

    def _here(self, at: int) -> Citation:
        """Where the word at ``at`` stands."""
        place = self._places.at(at)
        return replace(
            self._own,
            law=self._law.title,
            paragraph=place.paragraph or self._own.paragraph,
            subparagraph=place.subparagraph or self._own.subparagraph,
            item=place.item,
            suffix="",
        )

    # -- results ---------------------------------------------------------------------------------

    def _reference(self, found: Found, attributes: Attributes, list_end: int) -> Reference:
        reason = self._missing(found.citation, found.law)
        if reason is None and found.to is not None:
            reason = self._missing(found.to, found.law)
        return Reference(
            start=found.start,
            end=found.end,
            words=self._written[found.start : found.end],
            kind=found.kind,
            citation=found.citation,
            to=found.to,
            law_id=found.law.law_id,
            applied=attributes.applied(found.start, list_end),
            follows=attributes.follows(list_end),
            carries_out=attributes.carries_out(list_end),
            reason=reason,
        )

    def _missing(self, citation: Citation, law: LawName) -> Reason | None:
        if not law.title or (citation.article is None and citation.annex is None):
            return Reason.UNTOLD
        if citation.former:
            return Reason.FORMER
        if citation.supplement is not None:
            return Reason.SUPPLEMENT
        if citation.annex is not None:
            return Reason.ANNEX
        if not law.law_id:
            return Reason.UNKNOWN_LAW
        if self._provisions is None:
            return None
        return self._provisions.missing(law.law_id, citation.path)
