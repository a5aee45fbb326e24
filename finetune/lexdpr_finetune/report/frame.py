"""What the pages have in common: a frame that loads nothing, words in two languages, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from lexdpr_finetune.report.style import STYLE
from lexdpr_rag.messages import CATALOG


def page(title: str, parts: Iterable[str]) -> str:
    """A page that stands by itself: no script, no font, no image from elsewhere.

    Args:
        title: of the window, as plain text.
        parts: HTML.
    """
    return (
        '<!doctype html>\n<html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def write_page(path: Path, html: str) -> Path:
    """Write a page; a reader sees the old one or the new one, never half of it."""
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_text(html, encoding="utf-8")
    scratch.replace(path)
    return path


def both(key: str, **values: object) -> str:
    """Words in Korean with English beside them, as HTML."""
    korean, english = (escape(text.format(**values)) for text in CATALOG[key])
    return f'{korean} <span lang="en">{english}</span>'


def heading(key: str, name: str = "") -> str:
    """The title of a page: Korean, the name of what it is about, English."""
    korean, english = map(escape, CATALOG[key])
    about = f": {escape(name)}" if name else ""
    return f'<h1>{korean}{about} <span lang="en">{english}</span></h1>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table that scrolls where it is too wide.

    Args:
        head: HTML of the columns' names.
        rows: HTML of the cells.
        kind: classes of its looks; with ``cards`` every row stands by itself on a narrow screen,
            each cell under the name of its column.
    """
    top = "".join(f"<th>{cell}</th>" for cell in head)
    cards = "cards" in kind.split()
    body = "".join(f"<tr>{''.join(_cells(head, row, cards))}</tr>" for row in rows)
    return (
        f'<div class="wide"><table class="{kind}"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cells(head: Sequence[str], row: Sequence[str], cards: bool) -> Iterable[str]:
    for name, cell in zip(head, row, strict=True):
        above = f'<span class="column">{name}</span>' if cards else ""
        yield f"<td>{above}{cell}</td>"
