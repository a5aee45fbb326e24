"""A reference: words of a provision, what kind they are of, and the provision that they mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from lexdpr_rag.statute.citation_model import Citation


class ReferenceKind(StrEnum):
    """How the words say which law they mean."""

    INTERNAL = "internal"  # 제3조, 제1항, 이 법 제3조: the law itself
    OTHER = "other"  # 「민법」 제750조, 형법 제260조
    ENCLOSING = "enclosing"  # 법, 영, 규칙 in a decree or a rule
    SAME = "same"  # 같은 법, 같은 영: named before
    SHORT = "short"  # what the law itself calls another: (이하 "우편법"이라 한다)
    ANAPHORA = "anaphora"  # 전항, 같은 조 제2항, 이 조


class Reason(StrEnum):
    """Why a reference leads to no provision."""

    UNTOLD = "untold"  # the words do not tell: 법 that nothing defines, 전항 in the first 항
    UNKNOWN_LAW = "unknown_law"  # a law that the corpus lacks, a treaty, 정관
    NO_ARTICLE = "no_article"
    NO_PROVISION = "no_provision"  # the article is there, the 항, 호 or 목 is not
    DELETED = "deleted"
    FORMER = "former"  # 종전의 제7조, 개정되기 전의 「민법」 제750조
    SUPPLEMENT = "supplement"  # 부칙, which numbers its articles anew with every amendment
    ANNEX = "annex"  # 별표, 서식: no text that could be given


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that refer to a provision: ``text[start:end]``.

    Attributes:
        start, end: positions in the article's text; the name of the law is within where it stands
            right before the place.
        words: ``text[start:end]``.
        citation: the law by its title in full, the place, and the part of it that is meant (단서,
            각 호 외의 부분 …) as ``suffix``.  The law is empty where it cannot be told, and so are
            the levels of a place that cannot.
        to: the last place of a range (제3조부터 제5조까지), of which ``citation`` is the first.
        law_id: 법령ID of the law; empty where the corpus lacks it.
        applied: whether what is referred to is applied mutatis mutandis (준용한다).
        follows: whether it is named as the ground of what is said: 제3조제1항에 따라, 제3조에서.
        carries_out: whether what it leaves to a decree or a rule is given here: 법 제3조에서
            "대통령령으로 정하는 기준"이란.
        reason: why it leads to no provision; ``None`` where it does, each end of a range.
    """

    start: int
    end: int
    words: str
    kind: ReferenceKind
    citation: Citation
    to: Citation | None = None
    law_id: str = ""
    applied: bool = False
    follows: bool = False
    carries_out: bool = False
    reason: Reason | None = None

    @property
    def suffix(self) -> str:
        """단서, 각 호, 각 호 외의 부분 …; of a range that of its last place."""
        return (self.to or self.citation).suffix

    def __str__(self) -> str:
        if self.to is None:
            return str(self.citation)
        return f"{self.citation}부터 {_place(self.to)}까지"


def _place(citation: Citation) -> str:
    return str(citation).removeprefix(citation.law).strip()


class Provisions(Protocol):
    """What a reader asks to know of the laws that there are."""

    def missing(self, law_id: str, path: str) -> Reason | None:
        """Why there is no such provision; ``None`` where there is."""
        ...
