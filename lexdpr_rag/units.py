"""Retrieval units: what is searched, embedded and returned.

An article is rendered once, as clean text; every unit — the article, a 항, a 호, a run of short
호, a piece of an overlong text — is a slice of that text, with the slices of its ancestors' own
words as lead-in.  So no text is stored twice, and a unit of any level keeps what it needs to be
understood alone: 제1호 "술에 취한 상태에서 …" says nothing without "다음 각 호의 어느 하나에 해당하는 경우".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntFlag

from lexdpr_rag.datamodels import Level
from lexdpr_rag.statute.numbering import CIRCLED, Number, syllable
from lexdpr_rag.statute.tree import (
    Article,
    Heading,
    Item,
    Node,
    Paragraph,
    Status,
    Subitem,
    Subparagraph,
)

WHOLE_ARTICLE = 500
"""``auto``: an article of at most so many characters is one unit (the median article has 279)."""

WHOLE_PARAGRAPH = 800
"""``auto``: a 항 of at most so many characters is one unit (99% of them)."""

RUN = 400
"""``auto``: short 호 of a long 항 are joined into runs of about so many characters."""

LONGEST = 1600
"""``auto``: no unit is longer; texts above are cut between sentences, each piece with its lead-in."""


class Levels(IntFlag):
    """The levels at which a unit is returned; short provisions stand for several."""

    ARTICLE = 1
    PARAGRAPH = 2
    SUBPARAGRAPH = 4
    AUTO = 8


LEVEL_FLAG = {
    Level.ARTICLE: Levels.ARTICLE,
    Level.PARAGRAPH: Levels.PARAGRAPH,
    Level.SUBPARAGRAPH: Levels.SUBPARAGRAPH,
    Level.AUTO: Levels.AUTO,
}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of an article.

    Attributes:
        path: address path of its (first) node; a piece of a text that was cut ends in ``#1``, ``#2`` …
        until: path of the last node of a run, else empty.
        levels: where it is returned.
        start, end: its slice of :attr:`ArticleUnits.text`, in characters.
        leads: slices of the lead-in of each ancestor that has one, outermost first; at most three.
    """

    path: str
    levels: Levels
    start: int
    end: int
    leads: tuple[Span, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class ArticleUnits:
    """An article as text, and its units in order; the first is the article itself."""

    article: Article
    headings: tuple[Heading, ...]
    text: str
    units: tuple[Unit, ...]


@dataclass(slots=True)
class _Part:
    """A node in the rendered text."""

    node: Node
    start: int = 0  # of its marker
    own_end: int = 0  # of its own words
    end: int = 0  # of all below it
    children: list[_Part] | None = None

    @property
    def live(self) -> bool:
        return self.node.status is Status.LIVE

    @property
    def own(self) -> Span:
        return (self.start, self.own_end)

    def below(self, kind: type[Node]) -> list[_Part]:
        """Its live children of one class: where all 호 are deleted, a 항 stands without 호."""
        return [c for c in self.children or () if isinstance(c.node, kind) and c.live]


def units_of(articles: Iterable[tuple[tuple[Heading, ...], Article]]) -> Iterator[ArticleUnits]:
    """Units of every live article; ``articles`` as given by ``Law.article_headings()``."""
    for headings, article in articles:
        if article.status is Status.LIVE:
            text, root = _render(article)
            if text:
                units = sorted(_units(text, root), key=lambda unit: unit.start)
                yield ArticleUnits(article, headings, text, tuple(units))


# -- rendering -----------------------------------------------------------------------------------

_INDENT = {Subparagraph: 1, Item: 2, Subitem: 3}
_INDENT_OF_SUBITEM = "stuv"  # 1), 가), (1), (가): each a step further in


def _indent(node: Node) -> str:
    steps = _INDENT.get(type(node), 0)
    if isinstance(node, Subitem):
        steps += _INDENT_OF_SUBITEM.index(node.path.rpartition(":")[2][0])
    return "  " * steps


def _render(article: Article) -> tuple[str, _Part]:
    """The article's clean text, markers and deleted provisions kept, and where each node stands."""
    pieces: list[str] = []
    root = _render_node(article, pieces, 0)
    return "".join(pieces), root


def _render_node(node: Node, pieces: list[str], at: int) -> _Part:
    lead = ""
    if at:
        lead = "\n" + _indent(node)
    marker = _marker(node)
    words = "삭제" if node.status is Status.DELETED and not node.text else node.text
    own = f"{marker} {words}".strip() if marker else words
    part = _Part(node, start=at + (len(lead) if own else 0))
    if own:
        pieces += [lead, own]
        at += len(lead) + len(own)
    part.own_end = at
    part.children = []
    for child in node.children:
        below = _render_node(child, pieces, at)
        part.children.append(below)
        at = below.end
    part.end = at
    return part


def _marker(node: Node) -> str:
    number = node.number
    if number is None or isinstance(node, (Article, Heading)):
        return ""
    if isinstance(node, Paragraph):
        return CIRCLED[number.main - 1] if number.main <= len(CIRCLED) else f"({number.main})"
    if isinstance(node, Subparagraph):
        return f"{number}."
    if isinstance(node, Item):
        return f"{syllable(number.main)}{_branch(number)}."
    return node.label


def _branch(number: Number) -> str:
    return f"의{number.branch}" if number.branch else ""


# -- cutting into units --------------------------------------------------------------------------


def _units(text: str, root: _Part) -> Iterator[Unit]:
    paragraphs = root.below(Paragraph)
    whole = root.end <= WHOLE_ARTICLE
    levels = Levels.ARTICLE
    if not paragraphs:
        levels |= Levels.PARAGRAPH
        if not root.below(Subparagraph):
            levels |= Levels.SUBPARAGRAPH
    fits = whole or (not paragraphs and root.end <= WHOLE_PARAGRAPH)
    yield Unit(root.node.path, levels | (Levels.AUTO if fits else Levels(0)), 0, root.end)
    auto = Levels(0) if fits else Levels.AUTO
    if not paragraphs:
        yield from _below_paragraph(text, root, (), auto)
        return
    leads = (root.own,) if root.own_end > root.start else ()
    if root.below(Subparagraph):
        # The source lacks the ① of the first 항: its words and its 호 lie in the article itself.
        yield from _below_paragraph(text, root, (), auto)
    elif leads and auto:
        # Words of the article before its first 항.
        yield from _pieces(text, root, root.own, auto, ())
    for part in paragraphs:
        yield from _paragraph_units(text, part, leads, auto)


def _paragraph_units(
    text: str, part: _Part, leads: tuple[Span, ...], auto: Levels
) -> Iterator[Unit]:
    levels = Levels.PARAGRAPH
    if not part.below(Subparagraph):
        levels |= Levels.SUBPARAGRAPH
    if part.end - part.start <= WHOLE_PARAGRAPH:
        yield Unit(part.node.path, levels | auto, part.start, part.end, leads)
        auto = Levels(0)
    else:
        yield Unit(part.node.path, levels, part.start, part.end, leads)
    yield from _below_paragraph(text, part, leads, auto)


def _below_paragraph(
    text: str, part: _Part, leads: tuple[Span, ...], auto: Levels
) -> Iterator[Unit]:
    """호 of a 항 (or of an article without 항), and where ``auto`` asks for it, runs and pieces."""
    subparagraphs = part.below(Subparagraph)
    if not subparagraphs:
        if auto:
            yield from _pieces(text, part, (part.start, part.end), auto, leads)
        return
    below = (*leads, part.own) if part.own_end > part.start else leads
    singles = {id(sub): Levels.SUBPARAGRAPH for sub in subparagraphs}
    runs = list(_runs(subparagraphs)) if auto else []
    for run in runs:
        first, last = run[0], run[-1]
        if first is not last:
            yield Unit(first.node.path, auto, first.start, last.end, below, last.node.path)
        elif first.end - first.start <= LONGEST:
            singles[id(first)] |= auto
        else:
            yield from _long_subparagraph(text, first, below, auto)
    for sub in subparagraphs:
        yield Unit(sub.node.path, singles[id(sub)], sub.start, sub.end, below)


def _long_subparagraph(
    text: str, sub: _Part, leads: tuple[Span, ...], auto: Levels
) -> Iterator[Unit]:
    """A 호 above :data:`LONGEST`: runs of its 목, or pieces of its words."""
    items = [part for part in sub.children or () if part.live]
    if not items:
        yield from _pieces(text, sub, (sub.start, sub.end), auto, leads)
        return
    below = (*leads, sub.own)
    for run in _runs(items):
        first, last = run[0], run[-1]
        if last.end - first.start > LONGEST:
            yield from _pieces(text, first, (first.start, last.end), auto, below)
        else:
            until = last.node.path if last is not first else ""
            yield Unit(first.node.path, auto, first.start, last.end, below, until)


def _runs(parts: list[_Part]) -> Iterator[list[_Part]]:
    """Neighbours joined while they stay within :data:`RUN` characters."""
    run: list[_Part] = []
    for part in parts:
        if run and part.end - run[0].start > RUN:
            yield run
            run = []
        run.append(part)
    if run:
        yield run


_SENTENCE_END = re.compile(r"(?<=[다함음임것])\.\s|\n")


def _pieces(
    text: str, part: _Part, span: Span, auto: Levels, leads: tuple[Span, ...]
) -> Iterator[Unit]:
    """``span`` in pieces of at most :data:`LONGEST` characters, cut between sentences or lines."""
    start, end = span
    count = 0
    while start < end:
        stop = end if end - start <= LONGEST else _cut(text, start, start + LONGEST)
        count += 1
        name = f"{part.node.path}#{count}"
        if text[start:stop].strip():
            yield Unit(name, auto, start, stop, leads)
        start = stop


def _cut(text: str, start: int, limit: int) -> int:
    """The last sentence end before ``limit``, at least half way; else ``limit`` itself."""
    best = limit
    for match in _SENTENCE_END.finditer(text, start + (limit - start) // 2, limit):
        best = match.end()
    return best
