"""Pairs from machine reading data (AI-Hub, finance and law; the form of SQuAD).

``{"data": [{"doc_id", "doc_title", "paragraphs": [{"context", "qas": [{"question_id", "question",
"is_impossible"}]}]}]}``; ``id`` and ``title`` stand for ``question_id`` and ``doc_title`` in SQuAD.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.pair import Harvest, Pair, PairError, PairKind
from lexdpr_finetune.pairs.splits import bare
from lexdpr_rag.decisions.resolve import Unresolved
from lexdpr_rag.statute.citation import find_citations

IMPOSSIBLE, NO_QUERY, NO_CONTEXT = "impossible", "no_query", "no_context"

_OPENING = 60
"""Letters by which a passage is known to be an article's text."""


def mrc_pairs(path: Path, articles: Articles | None = None) -> Harvest:
    """The answerable questions of ``path``.

    A passage that is the text of an article (it begins with the same letters, or its document is
    named after a law and it begins with 제N조) is given by its key; any other stands in ``texts``.

    Raises:
        PairError: the file is not of that form.
    """
    openings = _openings(articles) if articles is not None else {}
    pairs: list[Pair] = []
    dropped: Counter[str] = Counter()
    for title, document, context, asked in _questions(path):
        query = " ".join(str(asked.get("question") or "").split())
        reason = _unusable(asked, query, context)
        if reason:
            dropped[reason] += 1
            continue
        key = _article(title, context, openings, articles)
        pairs.append(
            Pair(
                query_id=str(asked.get("question_id") or asked.get("id") or f"mrc-{len(pairs)}"),
                query=query,
                positives=(key,) if key else (),
                kind=PairKind.MRC,
                group=document,
                texts=() if key else (context,),
            )
        )
    return Harvest(tuple(pairs), dropped)


def _unusable(asked: Mapping[str, Any], query: str, context: str) -> str:
    if asked.get("is_impossible"):
        return IMPOSSIBLE
    if not query:
        return NO_QUERY
    return "" if context.strip() else NO_CONTEXT


def _article(
    title: str, context: str, openings: Mapping[str, str], articles: Articles | None
) -> str:
    """The key of the article that ``context`` is; empty where it is none."""
    if articles is None:
        return ""
    found = openings.get(bare(context)[:_OPENING], "")
    if found:
        return found
    start = f"「{title}」 {context.lstrip()[:40]}"
    for span in find_citations(start, articles.directory)[:1]:
        key = articles.resolve(span.citation)
        if span.start == 0 and not isinstance(key, Unresolved):
            return key
    return ""


def _openings(articles: Articles) -> dict[str, str]:
    """How the articles in force begin → their keys; what several share names none of them."""
    found: dict[str, str] = {}
    for row, key in enumerate(articles.keys):
        if not articles.in_force[row]:
            continue
        opening = bare(articles.text(row))[:_OPENING]
        if len(opening) == _OPENING:
            found[opening] = "" if opening in found else key
    return found


def _questions(path: Path) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Title and id of the document, passage, question."""
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
        for number, document in enumerate(held["data"]):
            title = str(document.get("doc_title") or document.get("title") or "")
            group = str(document.get("doc_id") or title or number)
            for paragraph in document["paragraphs"]:
                for asked in paragraph["qas"]:
                    yield title, group, str(paragraph.get("context") or ""), dict(asked)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PairError("finetune.unreadable_mrc", path=path, reason=repr(error)) from error
