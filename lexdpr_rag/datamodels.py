"""What goes in and comes out of a search: levels, modes, filters, hits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from lexdpr_rag.errors import FilterError

MetadataValue = str | int | float | bool


class Level(StrEnum):
    """How large a returned provision is."""

    ARTICLE = "article"  # 조
    PARAGRAPH = "paragraph"  # 항 (an article without 항 stands for itself)
    SUBPARAGRAPH = "subparagraph"  # 호 (a 항 without 호 stands for itself)
    AUTO = "auto"  # the article while it is short, else its 항, else their 호


class Mode(StrEnum):
    """Which routes are searched."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


class AnalyzerName(StrEnum):
    """What the words of the lexical index are (:mod:`lexdpr_rag.index.analyzer`)."""

    BIGRAM = "bigram"
    KIWI = "kiwi"
    MIXED = "mixed"


class FusionMethod(StrEnum):
    """How the routes of a search become one list (:mod:`lexdpr_rag.index.fusion`)."""

    SCORES = "scores"
    RRF = "rrf"
    VOTE = "vote"


class BackendChoice(StrEnum):
    """What finds the nearest vectors (:mod:`lexdpr_rag.index.dense`)."""

    CHROMA = "chroma"
    FAISS = "faiss"
    EXACT = "exact"


LevelName = Literal["auto", "article", "paragraph", "subparagraph"]
ModeName = Literal["hybrid", "dense", "lexical"]


@dataclass(frozen=True, slots=True)
class RouteScore:
    """What one route of a search said of a provision.

    Attributes:
        route: ``lexical``, ``dense``, ``decisions`` (courts decided such an issue on it),
            ``citation`` (the query cites it) or ``reranker``.
        rank: its place in that route's list, from 1; among the candidates of all routes.
        score: the route's own score: a sum of BM25 weights, a cosine (-1…1), 1 for a citation, the
            probability of a reranker (0…1).
        weight: how much the route counts.
        contribution: what it added to the score of the hit, weight included; where the fusion was
            fitted, by how much the score would fall had the route said nothing (its ``weight`` is 1).
    """

    route: str
    rank: int
    score: float
    weight: float
    contribution: float

    def __str__(self) -> str:
        return f"{self.route:<9} rank {self.rank:<4} score {self.score:<8.4g} → {self.contribution:.4g}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A provision found.

    Attributes:
        unit_id: stable id of the unit: its address, e.g.
            ``urn:kr:001706@2026-03-17-21454:main:a750``.
        law_id: 법령ID, ``"001706"``.
        law: the law's title, ``"민법"``.
        article: ``"제750조"``.
        citation: the exact citation of the unit, ``"민법 제839조의2제1항"``.
        text: the provision's own words, amendment marks removed.
        context: where it stands: law, headings, article title and the lead-in of every ancestor.
        score: higher is better; comparable within one search only, not across searches
            (see :mod:`lexdpr_rag.engine`).
        level: ``article``, ``paragraph`` or ``subparagraph``.
        title: the article's title, ``"불법행위의 내용"``; may be empty.
        heading: headings above, ``"제3편 채권 > 제5장 불법행위"``; may be empty.
        kind: 법령구분, ``"법률"``.
        ministry: 소관부처, joined by ``", "``.
        effective_date: 시행일자 of the provision, ISO; empty where no day is fixed.
        in_force: whether it is in force on the day of the search; ``False`` marks a version whose
            day is still to come and that stands in for a text the corpus does not hold.
        source_url: where the source was published.
        parent_id: ``unit_id`` of the article that holds it; the unit's own for an article.
        routes: what each route of the search said of it (:meth:`explain`).
    """

    unit_id: str
    law_id: str
    law: str
    article: str
    citation: str
    text: str
    context: str
    score: float
    level: str
    title: str = ""
    heading: str = ""
    kind: str = ""
    ministry: str = ""
    effective_date: str = ""
    in_force: bool = True
    source_url: str = ""
    parent_id: str = ""
    routes: tuple[RouteScore, ...] = field(default=(), repr=False, compare=False)

    def metadata(self) -> dict[str, MetadataValue]:
        """All fields but ``text``, ``score`` and ``routes``, as plain values.

        The one definition of the keys that both framework adapters emit; no ``None``, no lists,
        as Chroma demands.
        """
        return {name: getattr(self, name) for name in METADATA_KEYS}

    def explain(self) -> str:
        """Why it was found: a line for the hit, and one for each route with its rank and score.

        The same as data is in ``routes``.
        """
        lines = [f"{self.citation}  {self.score:.4g}", *(f"  {route}" for route in self.routes)]
        return "\n".join(lines)

    @property
    def full_text(self) -> str:
        """Context and text together: what a language model should read."""
        return f"{self.context}\n{self.text}" if self.context else self.text

    def __str__(self) -> str:
        return f"{self.citation} ({self.score:.3f}) {self.text[:60]}"


METADATA_KEYS: tuple[str, ...] = tuple(
    f.name for f in fields(Hit) if f.name not in ("text", "score", "routes")
)
"""The keys of :meth:`Hit.metadata`, in order."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to.  Values within a field are alternatives, fields are all required.

    Attributes:
        law: titles, short titles or 법령ID: ``("민법",)``, ``("자본시장법", "001706")``.
        kind: 법령구분: ``("법률", "대통령령")``.
        ministry: 소관부처: ``("법무부",)``.
        part: a part of the tree: headings (``"제3편"``, ``"제3편 제2장"``, also a heading's title)
            or articles (``"제618조"``, ``"제618조~제654조"``).
        as_of: the day whose law is searched; ``None`` is today, and then a law of which the corpus
            holds only a version still to come is shown by that version (``Hit.in_force`` False).
    """

    law: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    ministry: tuple[str, ...] = ()
    part: str = ""
    as_of: date | None = None

    @classmethod
    def of(cls, **values: Any) -> Filters:
        """Build from loose values: single strings for sequences, ISO strings for days, ``None`` for absent.

        Raises:
            FilterError: a key or value is not allowed; the message names the legal ones.
        """
        names = {f.name for f in fields(cls)}
        for name in values:
            if name not in names:
                raise FilterError("filter.unknown", name=name, legal=", ".join(sorted(names)))
        given = {name: value for name, value in values.items() if value is not None}
        for name in ("law", "kind", "ministry"):
            if name in given:
                given[name] = _strings(name, given[name])
        if "part" in given and not isinstance(given["part"], str):
            raise FilterError(
                "filter.value", name="part", value=given["part"], expected="제3편 제2장"
            )
        if "as_of" in given:
            given["as_of"] = _day(given["as_of"])
        return cls(**given)

    def __bool__(self) -> bool:
        return bool(self.law or self.kind or self.ministry or self.part or self.as_of)


FILTER_KEYS: tuple[str, ...] = tuple(f.name for f in fields(Filters))


def _strings(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    values = tuple(value) if isinstance(value, Iterable) else ()
    if not values or not all(isinstance(v, str) for v in values):
        raise FilterError(
            "filter.value", name=name, value=value, expected='"민법", ["민법", "상법"]'
        )
    return values


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise FilterError(
            "filter.value", name="as_of", value=value, expected="2024-05-01"
        ) from error
