"""What checking the citations of an answer has found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lexdpr_rag.datamodels import Hit
from lexdpr_rag.messages import render


class CitationStatus(StrEnum):
    """What became of a citation."""

    CITED = "cited"  # among the hits, within one, or above one
    EXISTS = "exists"  # in the corpus, but the model was not given it
    INVENTED = "invented"  # the law is known, such a provision is not in force
    UNKNOWN_LAW = "unknown_law"  # no law of that name in the corpus
    UNCHECKED = "unchecked"  # 부칙, 별표, a former version, or a place of no law that is named


_SIGNS = {
    CitationStatus.CITED: "✓",
    CitationStatus.EXISTS: "△",
    CitationStatus.INVENTED: "✗",
    CitationStatus.UNKNOWN_LAW: "✗",
    CitationStatus.UNCHECKED: "?",
}


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """A citation of an answer.

    Attributes:
        start: where it begins in the answer.
        end: where it ends: ``answer[start:end]``.
        text: as the answer writes it: ``같은 법 제3조``.
        citation: in full, with the law's title: ``민법 제3조``.
        status: what became of it.
        reason: why it is neither cited nor exists, for people; else empty.
        provision: the provision of the corpus, ``None`` where there is none.
        hit_index: its place among the hits that were given; ``None`` where it is not among them.
    """

    start: int
    end: int
    text: str
    citation: str
    status: CitationStatus
    reason: str = ""
    provision: Hit | None = None
    hit_index: int | None = None

    def __str__(self) -> str:
        says = self.reason or render(f"answers.{self.status}")
        if self.citation not in says:
            says = f"{self.citation}: {says}"
        return f"{_SIGNS[self.status]} {says}"


@dataclass(frozen=True, slots=True)
class CitationReport:
    """The citations of an answer, in its order.

    ``str(report)`` is a summary, and a line for each citation.
    """

    answer: str
    citations: tuple[CheckedCitation, ...]

    @property
    def ok(self) -> bool:
        """Whether every citation names a provision of the corpus; also where there is none."""
        good = (CitationStatus.CITED, CitationStatus.EXISTS)
        return all(found.status in good for found in self.citations)

    @property
    def grounded(self) -> bool:
        """Whether the answer cites, and nothing but what the model was given."""
        return bool(self.citations) and len(self.cited) == len(self.citations)

    @property
    def cited(self) -> tuple[CheckedCitation, ...]:
        """Those among the hits."""
        return self.having(CitationStatus.CITED)

    @property
    def exists(self) -> tuple[CheckedCitation, ...]:
        """Those in the corpus that are not among the hits."""
        return self.having(CitationStatus.EXISTS)

    @property
    def invented(self) -> tuple[CheckedCitation, ...]:
        """Those of a known law that has no such provision in force."""
        return self.having(CitationStatus.INVENTED)

    @property
    def unknown_law(self) -> tuple[CheckedCitation, ...]:
        """Those of a law that the corpus does not hold."""
        return self.having(CitationStatus.UNKNOWN_LAW)

    @property
    def unchecked(self) -> tuple[CheckedCitation, ...]:
        """Those that the corpus cannot confirm or refute."""
        return self.having(CitationStatus.UNCHECKED)

    def having(self, *statuses: CitationStatus) -> tuple[CheckedCitation, ...]:
        """The citations of any of ``statuses``."""
        return tuple(found for found in self.citations if found.status in statuses)

    def marked(self) -> str:
        """The answer with a sign behind every citation: ``민법 제750조✓``, ``민법 제9999조✗(없는 조문)``."""
        pieces: list[str] = []
        at = 0
        for found in self.citations:
            sign = _SIGNS[found.status]
            if found.status is not CitationStatus.CITED:
                sign += f"({render(f'answers.{found.status}')})"
            pieces += [self.answer[at : found.end], sign]
            at = found.end
        return "".join([*pieces, self.answer[at:]])

    def __str__(self) -> str:
        if not self.citations:
            return render("answers.no_citations")
        counts = ", ".join(
            f"{render(f'answers.{status}')} {count}"
            for status in CitationStatus
            if (count := len(self.having(status)))
        )
        head = render("answers.summary", total=len(self.citations), counts=counts)
        return "\n".join([head, *(f"  {found}" for found in self.citations)])
