"""The tree of a law: what every source format is parsed into.

The names are those of the National Law Information Center: 편·장·절·관 are :class:`Heading`,
조 is :class:`Article`, 항 :class:`Paragraph`, 호 :class:`Subparagraph`, 목 :class:`Item`, what
lies below :class:`Subitem`; 부칙 is :class:`Supplement`, 별표 and 서식 are :class:`Annex`.

All of it is frozen, and it is *lossless*: every node keeps its own source lines in ``raw``, and
``law.source()`` — the raw of all nodes in document order — is the source again, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.marks import Mark
from lexdpr_rag.statute.numbering import Number, syllable


class Status(StrEnum):
    """Whether a node still says something."""

    LIVE = "live"
    DELETED = "deleted"  # 삭제
    VACATED = "vacated"  # its content moved to another article, the number stands empty


class BlockKind(StrEnum):
    """What a stretch of a node's raw text is."""

    TABLE = "table"  # drawn with box characters, or with | and +---+
    IMAGE = "image"  # <img …> with the fallback drawing up to </img>
    NOTE = "note"  # a residue in brackets, such as [시행일 : 2021.1.26] 제16조


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a node's raw text that is not prose; ``start`` and ``end`` index ``Node.raw``."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something odd that the parser met and did not repair by guessing.

    ``code`` is stable (``number-gap``, ``number-repeat``, ``marker-as-text`` …), ``detail`` quotes
    the source.
    """

    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the tree.

    Attributes:
        raw: the node's own source text, exactly; its children have theirs.
        path: its place in the law, e.g. ``main:a14-2:h1`` (see :mod:`lexdpr_rag.statute.address`);
            empty for text that has no place of its own.
        text: its own words — without marker, amendment marks and bracket residues; lines are
            separated by one newline.
        marks: the amendment marks taken out of ``text``.
    """

    raw: str
    path: str = ""
    text: str = ""
    number: Number | None = None
    status: Status = Status.LIVE
    marks: tuple[Mark, ...] = ()
    blocks: tuple[Block, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def label(self) -> str:
        """The node's name within its parent, as it is cited; empty where there is none."""
        return ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path} {self.text[:24]!r} +{len(self.children)}>"


NodeT = TypeVar("NodeT", bound=Node)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Text(Node):
    """Source text that belongs to no provision: the title line, the line that opens the 부칙 …"""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Heading(Node):
    """편·장·절·관, or the rare level below 관 (``unit`` is the word printed: 편, 장, 절, 관, 항, 속)."""

    unit: str
    title: str = ""

    @property
    def label(self) -> str:
        """``제1장``; with the title: :attr:`full`."""
        return self.number.ordinal(self.unit) if self.number else ""

    @property
    def full(self) -> str:
        """``제1장 총칙``."""
        return f"{self.label} {self.title}".strip()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Article(Node):
    """조.  Number 0 is the mirror's 제0조: a preamble or the one sentence of a law without articles."""

    title: str = ""
    effective_date: date | None = None  # only where it differs from the law's
    notes: tuple[str, ...] = ()  # 조문참고자료: [전문개정 …], [종전 제24조는 제7조의2로 이동] …
    moved_to: str = ""
    moved_from: str = ""

    @property
    def is_preamble(self) -> bool:
        """Whether this is 제0조, which is no article that could be cited by number."""
        return self.number is not None and self.number.main == 0

    @property
    def label(self) -> str:
        """``제14조의2``; ``전문`` for a preamble."""
        if self.number is None or self.is_preamble:
            return "전문"
        return self.number.article

    @property
    def provisions(self) -> tuple[Node, ...]:
        """Its 항, or the 호 directly below it."""
        return self.children


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Paragraph(Node):
    """항."""

    @property
    def label(self) -> str:
        """``제1항``."""
        return self.number.ordinal("항") if self.number else ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Subparagraph(Node):
    """호."""

    @property
    def label(self) -> str:
        """``제2호``, ``제1호의2``."""
        return self.number.ordinal("호") if self.number else ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Item(Node):
    """목; ``number.main`` counts 가 = 1, 나 = 2 …"""

    @property
    def label(self) -> str:
        """``가목``."""
        return f"{syllable(self.number.main)}목" if self.number else ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Subitem(Node):
    """Below 목: ``1)``, then ``가)``, then ``(1)``, then ``(가)``; ``marker`` is the printed one."""

    marker: str = ""

    @property
    def label(self) -> str:
        """``1)``."""
        return self.marker


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Supplement(Node):
    """부칙 of one promulgation; its articles number from 1 again, in a namespace of their own."""

    promulgation_no: str = ""
    promulgation_date: date | None = None
    title: str = ""  # 부칙(정부조직법): the law whose amendment amended this one

    @property
    def label(self) -> str:
        """``부칙 <제21454호, 2026. 3. 17.>``."""
        if not self.promulgation_no or self.promulgation_date is None:
            return "부칙"
        day = self.promulgation_date
        return f"부칙 <제{self.promulgation_no}호, {day.year}. {day.month}. {day.day}.>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Annex(Node):
    """별표 or 서식.  ``text`` is empty where the source has only the title and a link."""

    kind: str = "별표"  # 별표, 서식, 별지, 별도, 부록, 도식 …
    title: str = ""
    link: str = ""

    @property
    def label(self) -> str:
        """``별표 3의2``, ``별지 제1호서식``."""
        if self.number is None or self.number.main == 0:
            return self.kind
        if self.kind == "서식":
            return f"별지 {self.number.ordinal('호')}서식"
        return f"{self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Pending:
    """An article that the source announces but does not hold yet: 제1004조의2 from 2026-01-01."""

    label: str
    effective_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LawMeta:
    """What the source says about the law as a whole.

    ``effective_date`` is ``None`` where the day depends on an event (the source prints 9999-01-01).
    """

    law_id: str
    title: str
    kind: str = ""  # 법령구분: 법률, 대통령령, 고용노동부령, 고시 …
    mst: str = ""  # 법령MST (행정규칙일련번호)
    ministries: tuple[str, ...] = ()
    promulgation_date: date | None = None
    promulgation_no: str = ""
    effective_date: date | None = None
    short_titles: tuple[str, ...] = ()  # 법령명약칭
    source_url: str = ""
    folder: str = ""  # of the source file: subordinate laws lie in their parent's folder
    pending: tuple[Pending, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One version of one law.

    ``head`` is the source before the body (Markdown front matter), ``children`` the body in
    document order: headings with their articles, then 부칙, then annexes.
    """

    meta: LawMeta
    children: tuple[Node, ...]
    head: str = ""
    repealed: bool = False  # a stub that only says that the law is repealed
    diagnostics: tuple[Diagnostic, ...] = field(default=())

    def walk(self) -> Iterator[Node]:
        """Every node in document order."""
        for child in self.children:
            yield from child.walk()

    def find(self, kind: type[NodeT]) -> Iterator[NodeT]:
        """Every node of one class, in document order, 부칙 left aside unless asked for."""
        for child in self.children:
            if isinstance(child, kind):
                yield child
            if not isinstance(child, Supplement):
                yield from _find(child, kind)

    def articles(self) -> Iterator[Article]:
        """조 of the main part, 제0조 included."""
        return self.find(Article)

    def article_headings(self) -> Iterator[tuple[tuple[Heading, ...], Article]]:
        """Each article of the main part with the headings above it, outermost first."""
        for child in self.children:
            if not isinstance(child, Supplement):
                yield from _with_headings(child, ())

    def supplements(self) -> Iterator[Supplement]:
        """부칙, oldest first as printed."""
        return (child for child in self.children if isinstance(child, Supplement))

    def annexes(self) -> Iterator[Annex]:
        """별표 and 서식."""
        return self.find(Annex)

    def body(self) -> str:
        """The raw of all nodes in document order."""
        return "".join(node.raw for node in self.walk())

    def source(self) -> str:
        """The whole source text."""
        return self.head + self.body()

    @property
    def version(self) -> str:
        """``{시행일자}-{공포번호}``, ``미정`` standing for a day that is not fixed."""
        day = self.meta.effective_date
        return f"{day.isoformat() if day else '미정'}-{self.meta.promulgation_no or '0'}"

    def address(self, node: Node) -> Address:
        """The address of one of its nodes."""
        return Address(self.meta.law_id, self.version, node.path)

    def __repr__(self) -> str:
        return f"<Law {self.meta.title} {self.meta.law_id}@{self.version}>"


def _find(node: Node, kind: type[NodeT]) -> Iterator[NodeT]:
    for child in node.children:
        if isinstance(child, kind):
            yield child
        yield from _find(child, kind)


def _with_headings(
    node: Node, above: tuple[Heading, ...]
) -> Iterator[tuple[tuple[Heading, ...], Article]]:
    if isinstance(node, Article):
        yield above, node
    elif isinstance(node, Heading):
        for child in node.children:
            yield from _with_headings(child, (*above, node))
