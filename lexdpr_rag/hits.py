"""Rows of the index → hits that cite: text, context, citation."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from lexdpr_rag.corpus import NEVER, LawRow
from lexdpr_rag.datamodels import Hit, Level, RouteScore
from lexdpr_rag.errors import CitationError
from lexdpr_rag.index.places import Place
from lexdpr_rag.index.selection import Selection
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.term_counts import article_number
from lexdpr_rag.ranking import RankedUnits
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.citation import Citation
from lexdpr_rag.units import Levels

CITED_LEAD = 1.0
"""By how much a cited provision is put above what would come next."""

_SEPARATOR = " > "


class HitMaker:
    """Makes hits of unit rows."""

    def __init__(self, store: UnitStore, selection: Selection) -> None:
        self._store = store
        self._selection = selection
        self._law_of = store.article_law()

    def hit(self, unit: int, article: int, score: float, as_of: date | None = None) -> Hit:
        """The hit of one unit row.  ``article`` is the row of its article."""
        store = self._store
        law = store.laws[int(self._law_of[article])]
        path = store.article_path[article] + store.unit_path[unit]
        until = store.unit_until[unit]
        start, end = int(store.unit_start[unit]), int(store.unit_end[unit])
        effective = int(store.article_effective[article])
        return Hit(
            unit_id=_address(law, path, until),
            law_id=law.law_id,
            law=law.title,
            article=article_label(store.article_path[article]),
            citation=_citation(
                law.title, path, store.article_path[article] + until if until else ""
            ),
            text=store.slice_text(article, start, end).strip(),
            context=self._context(law, unit, article),
            score=score,
            level=_level(path, int(store.unit_levels[unit])),
            title=store.article_title[article],
            heading=store.article_heading[article],
            kind=law.kind,
            ministry=", ".join(law.ministries),
            effective_date=date.fromordinal(effective).isoformat() if effective < NEVER else "",
            in_force=self._selection.is_in_force(int(self._law_of[article]), as_of),
            source_url=law.source_url,
            parent_id=_address(law, store.article_path[article]),
        )

    def of_ranked(
        self, ranked: RankedUnits, count: int, as_of: date | None, taken: Container[int] = ()
    ) -> list[Hit]:
        """The hits of the best ``count`` units that are not ``taken``, with what the routes said."""
        units = ranked.units.tolist()
        hits = []
        for at in islice((i for i, unit in enumerate(units) if unit not in taken), count):
            hit = self.hit(
                units[at], int(ranked.articles[at]), float(ranked.fused.scores[at]), as_of
            )
            hits.append(replace(hit, routes=ranked.fused.explain(at)))
        return hits

    def of_cited(self, cited: Sequence[Place], above: float, as_of: date | None) -> list[Hit]:
        """The hits of provisions that a query cites, in its order, with scores ``above`` all others."""
        hits = []
        for rank, place in enumerate(cited, 1):
            score = above + CITED_LEAD * (len(cited) - rank + 1)
            hit = self.hit(place.unit, place.article, score, as_of)
            hits.append(replace(hit, routes=(RouteScore("citation", rank, 1.0, 1.0, score),)))
        return hits

    def narrowed(self, hit: Hit, below: str) -> Hit:
        """A 목 (or less) of a 호: units end at 호, so its words are cut out of the 호's."""
        path = hit.unit_id.rpartition(":main:")[2] + below
        citation = str(Citation.from_path(hit.law, f"main:{path}"))
        text = hit.text
        leads = [hit.context]
        for segment in below.strip(":").split(":"):
            lead, text = _cut_out(text, _printed_marker(segment))
            if not text:
                raise CitationError("citation.no_provision", citation=citation, found=hit.citation)
            leads.append(lead)
        return replace(
            hit,
            unit_id=hit.unit_id + below,
            citation=citation,
            text=text,
            context="\n".join(filter(None, leads)),
        )

    def _context(self, law: LawRow, unit: int, article: int) -> str:
        """Law and headings, the article's number and title, the lead-in of every ancestor."""
        store = self._store
        heading = store.article_heading[article]
        lines = [_SEPARATOR.join(filter(None, (law.title, heading)))]
        label, title = article_label(store.article_path[article]), store.article_title[article]
        lines.append(f"{label}({title})" if title else label)
        for start, end in store.unit_leads[unit].tolist():
            if end > start:
                lines.append(store.slice_text(article, start, end).strip())
        return "\n".join(lines)


def article_label(path: str) -> str:
    """``main:a14-2`` → ``제14조의2``; ``전문`` for a preamble or a law without articles."""
    return article_number(path.partition("~")[0]) or "전문"


def _address(law: LawRow, path: str, until: str = "") -> str:
    run = f"+{until.rpartition(':')[2]}" if until else ""
    return str(Address(law.law_id, law.version, path + run))


def _citation(law: str, path: str, until: str) -> str:
    """``민법 제839조의2제1항``; of a run ``… 제3호부터 제7호까지``."""
    if path.startswith(("main:body", "main:a0")):
        return f"{law} 전문"
    first = str(Citation.from_path(law, _node(path)))
    if not until:
        return first
    last = str(Citation.from_path("", _node(until)))
    whole = str(Citation.from_path("", _node(until).rpartition(":")[0]))
    return f"{first}부터 {last.removeprefix(whole).strip()}까지"


def _printed_marker(segment: str) -> str:
    """``m가`` → ``가.``, ``m가-2`` → ``가의2.``, ``s1`` → ``1)``, ``t가`` → ``가)`` …"""
    name, _, branch = segment[1:].partition("~")[0].partition("-")
    suffix = f"의{branch}" if branch else ""
    shapes = {"m": f"{name}{suffix}.", "s": f"{name}){suffix}", "t": f"{name}){suffix}"}
    return shapes.get(segment[0], f"({name}){suffix}")


def _cut_out(text: str, marker: str) -> tuple[str, str]:
    """Of a rendered provision: the words before its list, and the entry of ``marker`` (or empty)."""
    lines = text.split("\n")
    at = next((i for i, line in enumerate(lines) if line.strip().startswith(f"{marker} ")), None)
    if at is None:
        return "", ""
    indent = _indent(lines[at])
    same = [i for i, line in enumerate(lines) if i and _indent(line) == indent]
    end = next((i for i in same if i > at), len(lines))
    lead = "\n".join(lines[: same[0]]) if same else lines[0]
    return lead, "\n".join(lines[at:end]).strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _node(path: str) -> str:
    """A path without the number of the piece or of the repeat."""
    return ":".join(part.partition("#")[0].partition("~")[0] for part in path.split(":"))


def _level(path: str, levels: int) -> str:
    """What the unit is: a 조, a 항, or a 호 (or less)."""
    if levels & Levels.ARTICLE:
        return Level.ARTICLE.value
    if levels & Levels.PARAGRAPH:
        return Level.PARAGRAPH.value
    below = path.partition("#")[0].split(":")[2:]
    finest = any(part[0] in "nm" for part in below)
    return Level.SUBPARAGRAPH.value if finest else Level.PARAGRAPH.value
