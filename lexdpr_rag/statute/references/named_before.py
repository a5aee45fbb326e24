"""The law whose name stands right before a place: 「민법」, 법, 같은 법 시행령, 형법."""

from __future__ import annotations

from lexdpr_rag.statute.references import grammar
from lexdpr_rag.statute.references.findings import Findings
from lexdpr_rag.statute.references.names import UNTOLD, LawName, LawNames, Named
from lexdpr_rag.statute.references.reference import ReferenceKind


class NamedBefore:
    """The names of laws in one text, as far as it has been read."""

    def __init__(self, text: str, names: LawNames, findings: Findings) -> None:
        self._text = text
        self._names = names
        self._findings = findings
        self._quoted: dict[int, tuple[int, LawName]] = {}  # end of a name → start, law
        self._named: list[tuple[int, LawName, tuple[int, ...]]] = []  # start, law, brackets

    def add_quoted(self, start: int, end: int, title: str, sub: str) -> None:
        """Add 「X」 시행령, wherever it stands."""
        law = self._names.of_title(title.strip(), sub)
        self._quoted[end] = (start, law)
        self._named.append((start, law, self._findings.inside))

    def find(self, at: int) -> Named | None:
        """The name that ends right before ``at``, a note or 중 between them left aside; of 같은 법
        the law that is meant."""
        named = self._find(at)
        if named is not None:
            named = named._replace(law=self._law_of(named), pointer="")
            self._named.append((named.start, named.law, self._findings.inside))
        return named

    def _find(self, at: int) -> Named | None:
        end = self._past_note(self._rstrip(at))
        if end in self._quoted:
            start, law = self._quoted[end]
            is_own = law == self._names.own
            return Named(start, law, ReferenceKind.INTERNAL if is_own else ReferenceKind.OTHER)
        if not end or self._findings.ending(end) is not None:
            return None
        return self._names.before(self._text, end)

    def _past_note(self, end: int) -> int:
        """Where the name ends before (이하 "법"이라 한다), 중 or 의."""
        opening = self._findings.opening(end - 1)
        if opening is not None:
            before = self._rstrip(opening)
            is_note = grammar.NAMING_NOTE.match(self._text, opening, end) is not None
            return before if is_note or before in self._quoted else end
        link = grammar.LINK.search(self._text, max(0, end - 4), end)
        before = end if link is None else self._rstrip(link.start())
        return before if before in self._quoted else end

    def _rstrip(self, end: int) -> int:
        while end and self._text[end - 1] in " \t":
            end -= 1
        return end

    def _law_of(self, named: Named) -> LawName:
        """The law that a name means; of 같은 법 one named before, in open brackets first."""
        if not named.pointer:
            return named.law
        seen = [entry for entry in reversed(self._named) if entry[0] < named.start]
        near = [law for _, law, inside in seen if self._findings.is_open(inside)]
        for law in (*near, *(law for _, law, _ in seen)):
            related = self._names.related(law, named.pointer)
            if named.sub and related.title:
                related = self._names.related(related, named.sub)
            if related.title and (related.law_id or not law.law_id):
                return related
        return UNTOLD
