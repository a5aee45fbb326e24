"""Provisions as the text that a language model answers from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lexdpr_rag.answers.given import Given, holds
from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.messages import render

BETWEEN = "\n\n"


def format_for_prompt(hits: Iterable[Any], *, max_chars: int | None = None) -> str:
    """The provisions, best first, each under the citation by which a model is to cite it.

    ::

        [민법 제750조]
        민법 > 제3편 채권 > 제5장 불법행위
        제750조(불법행위의 내용)
        고의 또는 과실로 인한 위법행위로 …

    A provision that stands in one above it is not said again; one that is not in force yet says so.

    Args:
        hits: hits, LangChain documents or LlamaIndex nodes; a document that is no statute stands
            as it is.
        max_chars: the longest text.  Provisions that do not fit are left out whole, since half a
            provision may say the contrary; only the first is cut, where it alone is longer.

    Raises:
        LexDPRError: one of ``hits`` is nothing of the kind, or ``max_chars`` is below 1.
    """
    if max_chars is not None and max_chars < 1:
        raise LexDPRError("answers.max_chars", value=max_chars)
    chosen: list[str] = []
    said: list[str] = []
    used = 0
    for given in map(Given.of, hits):
        unit = str(given.metadata.get("unit_id") or "")
        passage = _passage(given)
        if not passage or (unit and any(holds(other, unit) for other in said)):
            continue
        if max_chars is not None and not chosen:
            passage = _shortened(passage, max_chars)
        if max_chars is not None and used + len(passage) > max_chars:
            continue
        chosen.append(passage)
        said.append(unit)
        used += len(passage) + len(BETWEEN)
    return BETWEEN.join(chosen)


def _passage(given: Given) -> str:
    """``[citation]``, a note where it is not in force, context and words."""
    text, citation = given.text.strip(), given.citation
    if not citation:
        return text
    head = f"[{citation}]"
    body = text.removeprefix(head).strip()
    context = str(given.metadata.get("context") or "").strip()
    if context and not body.startswith(context):
        body = f"{context}\n{body}"
    if given.metadata.get("in_force", True) is False:
        head = (
            f"{head} {render('answers.not_yet', day=given.metadata.get('effective_date') or '-')}"
        )
    return f"{head}\n{body}"


def _shortened(passage: str, most: int) -> str:
    """``passage`` if it is short enough, else its beginning and a mark that it was cut."""
    if len(passage) <= most:
        return passage
    end = f" {render('answers.cut')}"
    return f"{passage[: max(most - len(end), 0)]}{end}"[:most]
