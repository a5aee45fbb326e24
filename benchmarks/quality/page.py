"""The part of a page that a benchmark writes by itself: what stands between two marks."""

from __future__ import annotations

from pathlib import Path

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def put_into(page: Path, figures: str) -> None:
    """Replace what stands between the marks; all else stays.

    Raises:
        ValueError: the page has no marks.
    """
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page.name}: no {BEGIN} … {END}")
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", "utf-8")
