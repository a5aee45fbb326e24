"""Pairs from one's own questions: CSV or JSON lines, each question with its citations or keys."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.pair import Harvest, Pair, PairError, PairKind
from lexdpr_rag.decisions.resolve import Unresolved
from lexdpr_rag.statute.citation import find_citations

QUERY_KEYS = ("query", "question", "질문")
CITATION_KEYS = ("gold", "positives", "citations", "citation", "articles", "조문", "근거", "인용")
ID_KEYS = ("query_id", "id", "_id")

NO_QUERY, NO_CITATION, NOTHING_CURRENT = "no_query", "no_citation", "nothing_current"

_KEY = re.compile(r"[^\s/]+/(?:제\d+(?:-\d+)?조(?:의\d+)?|전문)")


def own_pairs(path: Path, articles: Articles) -> Harvest:
    """The questions of ``path``.

    A row holds a question (``query``, ``question``, ``질문``) and what answers it (``citations``,
    ``citation``, ``gold``, ``조문`` …): article keys (``001706/제750조``), or text in which laws are
    cited as people cite them (``민법 750조``, ``근로기준법 제36조, 제37조``).  Of several such columns
    the first of :data:`CITATION_KEYS` that holds anything counts.

    Dropped are, by reason: rows without a question (``no_query``) or a citation (``no_citation``),
    and those none of whose citations is an article in force (``nothing_current``).

    Raises:
        PairError: the file is not there, is no CSV or JSON lines, or names no column that can be
            read.
    """
    pairs: list[Pair] = []
    dropped: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for number, row in enumerate(_rows(path), 1):
        query = " ".join(str(_first(row, QUERY_KEYS) or "").split())
        if not query:
            dropped[NO_QUERY] += 1
            continue
        cited = [str(text) for text in _cited(row)]
        if not cited:
            dropped[NO_CITATION] += 1
            continue
        keys, reasons = _resolved(cited, articles)
        left_out.update(reasons)
        if not keys:
            dropped[NOTHING_CURRENT] += 1
            continue
        query_id = str(_first(row, ID_KEYS) or f"{path.stem}-{number}")
        pairs.append(Pair(query_id, query, tuple(keys), PairKind.OWN, complete=not reasons))
    return Harvest(tuple(pairs), dropped, left_out)


def _resolved(cited: list[str], articles: Articles) -> tuple[list[str], list[str]]:
    """Article keys, and why other citations lead to none."""
    keys: dict[str, None] = {}
    reasons: list[str] = []
    for text in cited:
        if _KEY.fullmatch(text):
            if text in articles.rows:
                keys[text] = None
            else:
                reasons.append(Unresolved.MISSING_ARTICLE.value)
            continue
        spans = find_citations(text, articles.directory)
        for span in spans:
            key = articles.resolve(span.citation)
            if isinstance(key, Unresolved):
                reasons.append(key.value)
            else:
                keys[key] = None
        if not spans:
            reasons.append(Unresolved.NO_ARTICLE.value)
    return list(keys), reasons


def _cited(row: Mapping[str, Any]) -> list[Any]:
    """The first column that holds anything, as a list."""
    held = _first(row, CITATION_KEYS)
    if held in (None, "", []):
        return []
    if isinstance(held, str):
        parts = held.split()
        return parts if all(map(_KEY.fullmatch, parts)) else [held]
    return list(held) if isinstance(held, list) else [held]


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        if path.suffix.lower() == ".csv":
            yield from _csv_rows(path)
        else:
            yield from _json_rows(path)
    except OSError as error:
        raise PairError("recipe.missing", path=path) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise PairError("finetune.unreadable", path=path, reason=str(error)) from error


def _csv_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = reader.fieldnames or []
        for legal in (QUERY_KEYS, CITATION_KEYS):
            if not set(legal) & set(names):
                raise PairError(
                    "finetune.columns", path=path, names=", ".join(names), legal=", ".join(legal)
                )
        yield from reader


def _json_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise PairError(
                    "finetune.bad_line", path=path, line=number, reason=str(error)
                ) from error
            if not isinstance(row, dict):
                raise PairError("finetune.bad_line", path=path, line=number, reason="{…}")
            yield row
