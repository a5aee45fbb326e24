"""Builds the tree: adapters say what a line looks like, the builder decides what it is.

The rules of order live here once, for every source format.  A marker that does not follow the
last one of its list stays text of the node that is open, with a diagnostic; nothing is renumbered
and no line is lost.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lexdpr_rag.statute.address import ANNEX, CONTENTS, MAIN, SUPPLEMENT
from lexdpr_rag.statute.marks import Mark, is_deletion, split_marks
from lexdpr_rag.statute.numbering import Number, Order, follows, syllable
from lexdpr_rag.statute.tree import (
    Annex,
    Article,
    Block,
    BlockKind,
    Diagnostic,
    Heading,
    Item,
    Node,
    Paragraph,
    Status,
    Subitem,
    Subparagraph,
    Supplement,
    Text,
)

_HEADING_RANK = {"편": 1, "장": 2, "절": 3, "관": 4, "항": 5, "속": 5}
_RANK: dict[type[Node], int] = {
    Supplement: 0,
    Annex: 0,
    Text: 0,
    Article: 10,
    Paragraph: 11,
    Subparagraph: 12,
    Item: 13,
    Subitem: 14,  # + depth
}
_LARGEST_GAP = 2
# The tag of an image, with the fallback "null" that stands in for none.
_IMAGE_TAG = re.compile(r"<img[^>]*>(?:null)?|</img>")
SUBITEM_STYLES = ("1)", "가)", "(1)", "(가)")
"""How the levels below 목 are printed, outermost first."""


@dataclass(slots=True)
class _Draft:
    """A node while it grows."""

    kind: type[Node]
    rank: int
    number: Number | None = None
    segment: str = ""  # its part of the path; empty: no place of its own
    raw: list[str] = field(default_factory=list)
    raw_length: int = 0
    lines: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    children: list[_Draft] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    last: dict[int, Number] = field(default_factory=dict)  # rank of a list → its last number
    closed: set[int] = field(default_factory=set)  # ranks whose list has lost its order

    def add(self, raw: str, line: str | None, block: BlockKind | None) -> None:
        start = self.raw_length
        self.raw.append(raw)
        self.raw_length += len(raw)
        if block is not None:
            last = self.blocks[-1] if self.blocks else None
            if last is not None and last.kind is block and last.end == start:
                self.blocks[-1] = Block(block, last.start, self.raw_length)
            else:
                self.blocks.append(Block(block, start, self.raw_length))
        if line and "img" in line:
            line = _IMAGE_TAG.sub("", line).rstrip()
        if line:
            self.lines.append(line)


class TreeBuilder:
    """Grows one law's tree from pieces given in document order.

    Each method takes ``raw`` — the exact source text of the piece — and what was recognised in it.
    ``paragraph``, ``subparagraph``, ``item`` and ``subitem`` return whether the piece was accepted
    as a node; where it was not, it has been kept as text of the open node.
    """

    def __init__(self) -> None:
        self._root = _Draft(Text, -1)
        self._stack = [self._root]

    # -- structure -------------------------------------------------------------------------------

    def loose(self, raw: str) -> None:
        """Source text outside every provision, such as the title line."""
        self._close(0)
        self._open(_Draft(Text, 0), raw, None)

    def heading(self, number: Number, unit: str, title: str, raw: str) -> None:
        """편, 장, 절, 관 (or 항, 속 below 관)."""
        rank = _HEADING_RANK[unit]
        self._close(rank)
        segment = f"{_HEADING_CODE[unit]}{number.code}"
        draft = _Draft(Heading, rank, number, segment)
        draft.extra = {"unit": unit}
        self._open(draft, raw, title)

    def article(self, number: Number, title: str, raw: str, line: str = "", **extra: Any) -> None:
        """조; ``extra`` are fields of :class:`Article` (``effective_date``, ``notes`` …)."""
        self._close(_RANK[Article])
        draft = _Draft(Article, _RANK[Article], number, f"a{number.code}")
        draft.extra = {"title": title, **extra}
        list_owner = self._stack[1] if self._in_supplement else self._root
        last = list_owner.last.get(draft.rank)
        if last is not None and follows(last, number) in (Order.REPEAT, Order.BACK):
            draft.diagnostics.append(
                Diagnostic("article-order", f"{last.article} → {number.article}")
            )
        list_owner.last[draft.rank] = number
        self._open(draft, raw, line)

    def paragraph(self, number: Number, raw: str, line: str, *, strict: bool = False) -> bool:
        """항."""
        parent = self._nearest(Article, Supplement)
        return self._numbered(Paragraph, 0, parent, number, f"h{number.code}", raw, line, strict)

    def subparagraph(self, number: Number, raw: str, line: str, *, strict: bool = False) -> bool:
        """호, below a 항 or directly below a 조."""
        parent = self._nearest(Paragraph, Article, Supplement)
        return self._numbered(Subparagraph, 0, parent, number, f"n{number.code}", raw, line, strict)

    def item(self, number: Number, raw: str, line: str, *, strict: bool = False) -> bool:
        """목, only below a 호."""
        parent = self._nearest(Subparagraph)
        branch = f"-{number.branch}" if number.branch else ""
        segment = f"m{syllable(number.main)}{branch}" if number.main else "m"
        return self._numbered(Item, 0, parent, number, segment, raw, line, strict)

    def subitem(
        self, style: int, number: Number, marker: str, raw: str, line: str, *, strict: bool = False
    ) -> bool:
        """Below 목; ``style`` indexes :data:`SUBITEM_STYLES`.  Under 조 and 항 it is plain text."""
        parent = self._nearest(Item, Subparagraph, Subitem, below_rank=_RANK[Subitem] + style)
        name = str(number.main) if style % 2 == 0 else syllable(max(number.main, 1))
        segment = f"{'stuv'[style]}{name}{f'-{number.branch}' if number.branch else ''}"
        extra = {"marker": marker}
        return self._numbered(Subitem, style, parent, number, segment, raw, line, strict, extra)

    def supplement(self, raw: str, line: str = "", **extra: Any) -> None:
        """부칙; ``extra`` are fields of :class:`Supplement`."""
        self._close(0)
        day: date | None = extra.get("promulgation_date")
        segment = f"{day.isoformat() if day else '0'}-{extra.get('promulgation_no') or '0'}"
        draft = _Draft(Supplement, 0, None, segment, extra=extra)
        self._open(draft, raw, line)

    def annex(self, number: Number, raw: str, line: str = "", **extra: Any) -> None:
        """별표 or 서식; ``extra`` are fields of :class:`Annex`."""
        self._close(0)
        kind = extra.get("kind", "별표")
        segment = number.code if kind == "별표" else f"{kind}{number.code}"
        self._open(_Draft(Annex, 0, number, segment, extra=extra), raw, line)

    def text(self, raw: str, line: str | None = None, block: BlockKind | None = None) -> None:
        """Whatever continues the open node; ``line`` is what of it counts as the node's words."""
        top = self._stack[-1]
        if line and (top is self._root or top.kind is Text):
            # Words before any article: a law without articles, or a preamble.
            self._close(0)
            self._open(_Draft(Article, _RANK[Article], None, "body"), raw, line)
            return
        if top is self._root:
            self._open(_Draft(Text, 0), raw, None)
            return
        top.add(raw, line, block)

    def note(self, code: str, detail: str) -> None:
        """A diagnostic on the open node."""
        self._stack[-1].diagnostics.append(Diagnostic(code, detail[:80]))

    def retitle(self, title: str, raw: str, line: str) -> bool:
        """Take the title that stands in brackets before the open article's text.

        Returns whether it is one: the article has no title, or this one again.
        """
        top = self._stack[-1]
        known = str(top.extra.get("title") or title)
        # Up to the parentheses: in some the article's own heading has lost the 한자 or a bracket.
        if known.partition("(")[0] != title.partition("(")[0]:
            return False
        top.extra["title"] = known
        top.add(raw, line, None if line else BlockKind.NOTE)
        self.note("title-in-brackets", title)
        return True

    def takes_effect(self, day: date, note: str) -> None:
        """The open article has a 시행일자 of its own; ``note`` is where the source says so."""
        top = self._stack[-1]
        top.extra["effective_date"] = day
        top.extra["notes"] = (*top.extra.get("notes", ()), note)

    # -- what adapters ask -----------------------------------------------------------------------

    @property
    def open_text(self) -> str:
        """The words of the open node so far (a lead-in such as "다음 각 호의 …")."""
        return "\n".join(self._stack[-1].lines)

    def lacks_words(self) -> bool:
        """Whether the open node is an article that has no words yet."""
        return self._stack[-1].kind is Article and not self._stack[-1].lines

    def last_number(self, kind: type[Node], style: int = 0) -> Number | None:
        """The last number of the list of ``kind`` that is open, ``None`` where none is."""
        rank = _RANK[kind] + style
        for draft in reversed(self._stack):
            is_owner = draft.kind in (Supplement, Text) if kind is Article else draft.rank < rank
            if is_owner:
                return draft.last.get(rank)
        return None

    def is_open(self, kind: type[Node]) -> bool:
        """Whether a node of ``kind`` is open."""
        return any(draft.kind is kind for draft in self._stack)

    # -- result ----------------------------------------------------------------------------------

    def build(self) -> tuple[Node, ...]:
        """The frozen top-level nodes, with their paths."""
        taken: Counter[str] = Counter()
        return tuple(_freeze(draft, _area(draft), taken) for draft in self._root.children)

    # -- inside ----------------------------------------------------------------------------------

    @property
    def _in_supplement(self) -> bool:
        return any(draft.kind is Supplement for draft in self._stack)

    def _close(self, rank: int) -> None:
        floor = 0
        if rank >= _RANK[Article] and self._in_supplement:
            floor = 1  # articles of a 부칙 stay inside it
        while len(self._stack) > 1 + floor and self._stack[-1].rank >= rank:
            self._stack.pop()
        if len(self._stack) > 1 and self._stack[-1].kind in (Text, Annex):
            self._stack.pop()  # nothing stands below the title line or an annex

    def _open(self, draft: _Draft, raw: str, line: str | None) -> None:
        self._stack[-1].children.append(draft)
        self._stack.append(draft)
        draft.add(raw, line, None)

    def _nearest(self, *kinds: type[Node], below_rank: int = 99) -> _Draft | None:
        for draft in reversed(self._stack):
            if draft.kind in kinds and draft.rank < below_rank:
                return draft
        return None

    def _numbered(
        self,
        kind: type[Node],
        depth: int,
        parent: _Draft | None,
        number: Number,
        segment: str,
        raw: str,
        line: str,
        strict: bool,
        extra: dict[str, Any] | None = None,
    ) -> bool:
        rank = _RANK[kind] + depth
        order = Order.BACK if parent is None else _accepts(parent, rank, number, strict)
        if parent is None or order is Order.BACK:
            self.note("marker-as-text", raw.strip())
            if parent is not None and number.main == 1 and not strict:
                parent.closed.add(rank)  # the list starts over: what follows has no sure place
            self.text(raw, raw.strip())
            return False
        while self._stack[-1] is not parent:
            self._stack.pop()
        draft = _Draft(kind, rank, number, segment, extra=extra or {})
        if order is not Order.NEXT:
            last = parent.last.get(rank)
            draft.diagnostics.append(Diagnostic(f"number-{order}", f"{last or '-'} → {number}"))
        parent.last[rank] = number
        self._open(draft, raw, line)
        return True


_HEADING_CODE = {"편": "p", "장": "c", "절": "s", "관": "g", "항": "d", "속": "d"}


def _accepts(parent: _Draft, rank: int, number: Number, strict: bool) -> Order:
    """How ``number`` stands in ``parent``'s list; ``BACK`` where it must not open a node."""
    if rank in parent.closed:
        return Order.BACK
    last = parent.last.get(rank)
    order = follows(last, number)
    if (
        order is Order.GAP
        and last is None
        and rank > _RANK[Subparagraph]
        and not _has_inline(parent, "가.", "1)")
    ):
        return Order.BACK  # a list of 목 that begins at 나 has no 가 to follow
    if order is Order.GAP and number.main - (last.main if last else 0) > _LARGEST_GAP:
        return Order.BACK
    return Order.BACK if strict and order is not Order.NEXT else order


def _has_inline(parent: _Draft, *markers: str) -> bool:
    """Whether the first of a list stands in its parent's own line: ``1. 가. 집행판결을 …``."""
    return any(line.startswith(markers) for line in parent.lines)


def _area(draft: _Draft) -> str:
    if draft.kind is Supplement:
        return SUPPLEMENT
    return ANNEX if draft.kind is Annex else MAIN


def _freeze(draft: _Draft, parent_path: str, taken: Counter[str]) -> Node:
    path = _path(draft, parent_path, taken)
    text, marks = split_marks("\n".join(draft.lines))
    fields: dict[str, Any] = dict(draft.extra)
    if draft.kind is Article and "<" in fields.get(
        "title", ""
    ):  # 제14조 (겸직금지<개정 1991.11.30>)
        fields["title"], of_title = split_marks(fields["title"])
        marks = (*of_title, *marks)
    if draft.kind is Heading:
        fields["title"] = text
        # Articles are addressed by their number alone: headings lend them no segment.
        below = MAIN
        headings = path
    else:
        below = path or parent_path
        headings = parent_path
    children = tuple(
        _freeze(child, headings if child.kind is Heading else below, taken)
        for child in draft.children
    )
    return draft.kind(
        raw="".join(draft.raw),
        path=path,
        text=text,
        number=draft.number,
        status=_status(draft, text, marks, children),
        marks=marks,
        blocks=tuple(draft.blocks),
        diagnostics=tuple(draft.diagnostics),
        children=children,
        **fields,
    )


def _path(draft: _Draft, parent_path: str, taken: Counter[str]) -> str:
    if not draft.segment:
        return ""
    if draft.kind is Heading and parent_path != MAIN:
        path = f"{parent_path}.{draft.segment}"
    else:
        area = CONTENTS if draft.kind is Heading else parent_path
        path = f"{area}:{draft.segment}"
    taken[path] += 1
    return path if taken[path] == 1 else f"{path}~{taken[path]}"


def _status(
    draft: _Draft, text: str, marks: tuple[Mark, ...], children: tuple[Node, ...]
) -> Status:
    if is_deletion(text.partition("\n")[0]) or (
        not text and any(mark.kind == "삭제" for mark in marks)
    ):
        return Status.DELETED
    if draft.kind is Article and not text and not children:
        # In the API's answers such an article always carries "[종전 제24조는 … 이동]".
        return Status.VACATED
    if children and not text and all(child.status is not Status.LIVE for child in children):
        return children[0].status
    return Status.LIVE
