"""Which citations of an answer stand in the corpus and were given to the model, which are invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from lexdpr_rag.answers.finding import FoundCitation, citations_in
from lexdpr_rag.answers.given import Given, meets
from lexdpr_rag.answers.report import CheckedCitation, CitationReport, CitationStatus
from lexdpr_rag.datamodels import Filters, Hit
from lexdpr_rag.errors import CitationError, LexDPRError
from lexdpr_rag.messages import render
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.citation import Citation

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR

_CANNOT_TELL = (
    *("citation.former", "citation.not_indexed", "citation.article_needed"),
    *("citation.unreadable", "citation.law_needed"),
)


def check_citations(
    answer: str,
    engine: LexDPR,
    hits: Iterable[Any] = (),
    *,
    as_of: date | str | None = None,
) -> CitationReport:
    """Look up every provision that ``answer`` cites.

    Read is what an answer writes: 「민법」 제750조, 민법 750조 1항, lists and ranges, 같은 법 제3조, 같은 조
    제2항, 시행령 제5조, a place alone where its law was named before, an abbreviation that the answer
    itself introduces.  What a provision says is not compared with what the answer says of it.

    Args:
        answer: what a model wrote.
        engine: the index that the hits are of.
        hits: what the model was given: hits, LangChain documents or LlamaIndex nodes.
        as_of: the day whose law is cited; today unless given.

    Raises:
        LexDPRError: ``answer`` is no text, or one of ``hits`` is nothing of the kind.
        FilterError: ``as_of`` is no day.
    """
    if not isinstance(answer, str):
        raise LexDPRError("answers.text", found=type(answer).__name__)
    given = [Given.of(hit) for hit in hits]
    check = _Check(engine, given, Filters.of(as_of=as_of).as_of)
    found = citations_in(answer, check.directory, given)
    return CitationReport(answer, tuple(check.one(answer, citation) for citation in found))


class _Check:
    def __init__(self, engine: LexDPR, given: Sequence[Given], as_of: date | None) -> None:
        self._engine = engine
        self.directory = engine.directory
        self._as_of = as_of
        self._addresses = [one.address or self._address(one.citation) for one in given]

    def one(self, answer: str, found: FoundCitation) -> CheckedCitation:
        citation = found.citation
        laws = self.directory.find(citation.law, self._as_of) if citation.law else ()
        if laws:
            citation = replace(citation, law=laws[0].title)
        provision, status, reason = self._look_up(citation)
        place = None
        if laws and status is not CitationStatus.UNCHECKED:
            place = self._place(Address(laws[0].law_id, "", citation.path), provision is not None)
        if place is not None:
            status, reason = CitationStatus.CITED, ""
        return CheckedCitation(
            start=found.start,
            end=found.end,
            text=answer[found.start : found.end],
            citation=str(citation),
            status=status,
            reason=reason,
            provision=provision,
            hit_index=place,
        )

    def _look_up(self, citation: Citation) -> tuple[Hit | None, CitationStatus, str]:
        if not citation.law:
            reason = render("answers.no_law", citation=citation)
            return None, CitationStatus.UNCHECKED, reason
        if citation.former and self._as_of is None:
            reason = render("answers.former", citation=citation)
            return None, CitationStatus.UNCHECKED, reason
        try:
            provision = self._engine.cite(str(citation), as_of=self._as_of)
        except CitationError as error:
            if error.key in _CANNOT_TELL:
                return None, CitationStatus.UNCHECKED, str(error)
            known = citation.law in self.directory
            status = CitationStatus.INVENTED if known else CitationStatus.UNKNOWN_LAW
            return None, status, str(error)
        return provision, CitationStatus.EXISTS, ""

    def _place(self, cited: Address, exists: bool) -> int | None:
        """The first hit that is the cited provision, else that lies in it, else that holds it.

        What a hit holds counts only where it exists: 제9항 of an article of three is no part of it.
        """
        mine = [
            (number, address.path)
            for number, address in enumerate(self._addresses)
            if address is not None and address.law_id == cited.law_id
        ]
        for number, path in mine:
            if path == cited.path:
                return number
        for number, path in mine:
            below = path.startswith(f"{cited.path}:")
            if below or (exists and meets(cited.path, path)):
                return number
        return None

    def _address(self, citation: str) -> Address | None:
        """Where a document that tells only its citation stands."""
        try:
            return Address.parse(self._engine.cite(citation, as_of=self._as_of).unit_id)
        except CitationError:
            return None
