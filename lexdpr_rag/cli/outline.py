"""A parsed law as a tree in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from rich.tree import Tree

from lexdpr_rag.cli.console import print_hanging
from lexdpr_rag.cli.facts import print_facts
from lexdpr_rag.cli.words import WORDS, say
from lexdpr_rag.statute.tree import (
    Annex,
    Article,
    Diagnostic,
    Heading,
    Item,
    Law,
    Node,
    Paragraph,
    Status,
    Subitem,
    Subparagraph,
    Supplement,
)
from lexdpr_rag.statute.tree import Text as Prose

if TYPE_CHECKING:
    from rich.console import Console

_GUIDE = 4
_FEW = 12
_DEPTH: dict[type[Node], int] = {
    Heading: 0,
    Supplement: 0,
    Annex: 0,
    Prose: 1,
    Article: 1,
    Paragraph: 2,
    Subparagraph: 3,
    Item: 4,
    Subitem: 5,
}
_LABEL_STYLE: dict[type[Node], str] = {
    Heading: "bold yellow",
    Supplement: "bold yellow",
    Annex: "bold yellow",
    Article: "bold cyan",
    Paragraph: "green",
    Subparagraph: "green",
    Item: "green",
    Subitem: "green",
}
_NAMES: dict[type[Node], str] = {
    Article: "조",
    Paragraph: "항",
    Subparagraph: "호",
    Item: "목",
    Supplement: "부칙",
    Annex: "별표·서식",
}


def print_law(console: Console, law: Law, depth: int | None) -> None:
    """Print what the law is, its tree with one line a node, and what is odd in it."""
    _print_head(console, law)
    _Outline(console.width, depth, whole=False).print(console, law.children)
    _print_diagnostics(console, law)


def print_articles(
    console: Console, law: Law, articles: Sequence[Article], depth: int | None
) -> None:
    """Print some articles with all their words."""
    headings = {id(article): above for above, article in law.article_headings()}
    console.print(Text(law.meta.title, style="bold"))
    for article in articles:
        console.print()
        above = " › ".join(heading.full for heading in headings.get(id(article), ()))
        if above:
            console.print(Text(above, style="dim"))
        _Outline(console.width, depth, whole=True).print(console, [article])
        for note in article.notes:
            console.print(Text(note, style="dim"))
        _print_oddities(console, list(_oddities(article, "")))


# -- head and foot -------------------------------------------------------------------------------


def _print_head(console: Console, law: Law) -> None:
    meta = law.meta
    title = Text(meta.title, style="bold")
    if law.repealed:
        title.append(f"  [{say('parse.repealed')}]", style="not bold red")
    console.print(title)
    promulgated = ""
    if meta.promulgation_date:
        day = meta.promulgation_date
        promulgated = say("fact.promulgation", number=meta.promulgation_no, day=day)
    pending = [f"{p.label} ({p.effective_date})" for p in meta.pending]
    facts = [
        (say("fact.kind"), meta.kind),
        (say("fact.short"), ", ".join(meta.short_titles)),
        (say("fact.promulgated"), promulgated),
        (say("fact.effective"), str(meta.effective_date or say("fact.undetermined"))),
        (say("fact.pending"), ", ".join(pending)),
        (say("fact.ministry"), ", ".join(meta.ministries)),
        (say("fact.law_id"), meta.law_id),
        (say("fact.contains"), _contents(law)),
    ]
    print_facts(console, [(name, value) for name, value in facts if value], indent=2)
    console.print()


def _contents(law: Law) -> str:
    """``편 5 · 장 29 · 조 1,193 · …`` of the whole file, 부칙 included."""
    counts: Counter[str] = Counter()
    for node in law.walk():
        if isinstance(node, Heading):
            counts[node.unit] += 1
        elif type(node) in _NAMES:
            counts[_NAMES[type(node)]] += 1
    units = [name for name in counts if name not in _NAMES.values()]
    names = [*units, *_NAMES.values()]
    return " · ".join(f"{name} {counts[name]:,}" for name in names if counts[name])


def _print_diagnostics(console: Console, law: Law) -> None:
    found = [("", diagnostic) for diagnostic in law.diagnostics]
    for child in law.children:
        found += _oddities(child, "")
    console.print()
    if found:
        title = say("parse.diagnostics", count=len(found))
        console.print(Text.assemble(("! ", "bold yellow"), (title, "bold")))
        _print_oddities(console, found)
    else:
        console.print(Text.assemble(("✓ ", "green"), (say("parse.clean"), "dim")))


def _print_oddities(console: Console, found: Sequence[tuple[str, Diagnostic]]) -> None:
    for place, diagnostic in found:
        head = Text.assemble("  ", (f"{place} " if place else "", "cyan"))
        words = say(f"odd.{diagnostic.code}") if f"odd.{diagnostic.code}" in WORDS else ""
        line = Text.assemble(
            words, " " if words else "", (diagnostic.code, "yellow"), f": {diagnostic.detail}"
        )
        print_hanging(console, head, line)


def _oddities(node: Node, above: str) -> Iterator[tuple[str, Diagnostic]]:
    """Diagnostics of a node and all below, each with its place: 제3조제2항."""
    place = node.label if isinstance(node, Heading | Supplement | Annex) else above + node.label
    for diagnostic in node.diagnostics:
        yield place, diagnostic
    below = "" if isinstance(node, Heading) else place
    for child in node.children:
        yield from _oddities(child, f"{below} " if isinstance(node, Supplement) else below)


# -- tree ----------------------------------------------------------------------------------------


class _Outline:
    """Nodes as a tree of :mod:`rich`; ``whole`` shows all words, otherwise one line a node."""

    def __init__(self, width: int, depth: int | None, *, whole: bool) -> None:
        self._width = width
        self._deepest = depth
        self._whole = whole

    def print(self, console: Console, nodes: Sequence[Node]) -> None:
        """Print the nodes with all below them."""
        for node in nodes:
            if self._shown(node):
                tree = Tree(self._label(node, 0), guide_style="dim")
                self._grow(tree, node, 1)
                console.print(tree)

    def _grow(self, tree: Tree, node: Node, level: int) -> None:
        for child in node.children:
            if self._shown(child):
                self._grow(tree.add(self._label(child, level)), child, level + 1)

    def _shown(self, node: Node) -> bool:
        if isinstance(node, Prose) and not node.text:
            return False
        return self._deepest is None or _DEPTH.get(type(node), 0) <= self._deepest

    def _label(self, node: Node, level: int) -> Text:
        label = Text(node.label, style=_LABEL_STYLE.get(type(node), ""))
        title = getattr(node, "title", "")
        if title:
            label.append(f" {title}", style="not dim default" if label.plain else "")
        flags = _flags(node)
        words = "" if isinstance(node, Heading) else node.text  # a heading's text is its title
        if not self._whole:
            words = " ".join(words.split())
        if isinstance(node, Annex) and words.startswith(title):
            words = words[len(title) :].strip()
        if words and not self._whole:
            words = self._clip(
                words, cell_len(label.plain) + cell_len(flags.plain) + _GUIDE * level + 2
            )
        if words:
            label.append("  " if label.plain else "", style="default")
            label.append(words, style="not bold default" if self._whole else "not bold dim default")
        return label.append_text(flags)

    def _clip(self, words: str, taken: int) -> str:
        room = self._width - taken
        if cell_len(words) <= room:
            return words
        return set_cell_size(words, room - 1).rstrip() + "…" if room >= _FEW else ""


def _flags(node: Node) -> Text:
    """What is to be said of a node beside its words: deleted, moved, amended, odd …"""
    flags = Text()
    moved = getattr(node, "moved_to", "")
    if node.status is not Status.LIVE and node.text != "삭제" and not moved:
        flags.append(f"  [{say(f'parse.{node.status.value}')}]", style="not bold red")
    if isinstance(node, Article):
        if node.effective_date:
            day = say("parse.effective", day=node.effective_date)
            flags.append(f"  [{day}]", style="not bold yellow")
        for key, other in (
            ("parse.moved_to", node.moved_to),
            ("parse.moved_from", node.moved_from),
        ):
            if other:
                flags.append(f"  {say(key, label=other)}", style="not bold blue")
    flags.append_text(_marks(node))
    for kind in dict.fromkeys(block.kind for block in node.blocks):
        flags.append(f"  [{say(f'parse.{kind.value}')}]", style="not bold blue")
    if node.diagnostics:
        codes = ", ".join(diagnostic.code for diagnostic in node.diagnostics)
        flags.append(f"  ! {codes}", style="not bold yellow")
    return flags


def _marks(node: Node) -> Text:
    """``‹개정 2020-01-01›``: of each kind of amendment the latest day."""
    latest: dict[str, str] = {}
    for mark in node.marks:
        day = max(mark.dates, default="")
        latest[mark.kind] = max(day, latest.get(mark.kind, ""))
    words = ", ".join(f"{kind} {day}".strip() for kind, day in latest.items())
    return Text(f"  ‹{words}›", style="not bold dim blue") if words else Text()
