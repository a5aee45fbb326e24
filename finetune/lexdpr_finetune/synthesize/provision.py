"""The provisions that are asked about: units of an index, in document order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lexdpr_rag.corpus import directory_of
from lexdpr_rag.datamodels import Filters, Hit, Level, LevelName
from lexdpr_rag.hits import HitMaker
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.selection import Selection
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.units import LEVEL_FLAG

_LABEL = re.compile(r"제\d+(?:-\d+)?조(?:의\d+)?(?:\((.*)\))?")
_SENTENCE_END = re.compile(r"(?<=[다함음임것])\.\s|\n")


@dataclass(frozen=True)
class Provision:
    """One unit, as a question writer sees it.

    Attributes:
        unit_id: the unit's address; answers are matched by it.
        article: key of the article that holds it, ``001706/제750조``.
        law: the law's title.
        citation: ``민법 제839조의2제1항``.
        title: the article's title; may be empty.
        context: what stands above it: law and headings, article, lead-ins.
        text: its own words.
    """

    unit_id: str
    article: str
    law: str
    citation: str
    title: str
    context: str
    text: str

    @classmethod
    def of(cls, hit: Hit) -> Provision:
        """The provision that a search found."""
        key = f"{hit.law_id}/{hit.article}"
        return cls(hit.unit_id, key, hit.law, hit.citation, hit.title, hit.context, hit.text)

    @cached_property
    def label(self) -> str:
        """A short name for prompts, which a model repeats without slips: ``u-3f9a1c07``."""
        return "u-" + hashlib.blake2b(self.unit_id.encode(), digest_size=4).hexdigest()

    def window(self, characters: int | None) -> str:
        """What a model reads: where it stands and its words, in at most ``characters``.

        ``None`` is the whole.  The numbers of articles are left out of what stands above, so that
        no question repeats them.  Words are cut between sentences where one ends in the last half.
        """
        lines = self.context.split("\n")
        above = [_titled(line) for line in lines]
        lead = "\n".join(line for line in above if line)
        if characters is None:
            return f"{lead}\n{self.text}".strip()
        lead = lead[: characters // 2]
        return f"{lead}\n{_cut(self.text, characters - len(lead) - 1)}".strip()


def provisions_of(
    index: str | Path,
    *,
    level: LevelName = "auto",
    filters: Filters | None = None,
    limit: int | None = None,
    seed: int = 0,
) -> Iterator[Provision]:
    """The units of ``index`` that are in force, in document order.

    Args:
        index: an index folder.
        level: how large they are.
        filters: limits, as of a search.
        limit: so many at most, drawn at random by ``seed``; all unless given.
        seed: of the draw.

    Raises:
        IndexFormatError: there is no finished index.
        FilterError: a filter matches nothing.
    """
    store = UnitStore.open(Layout(Path(index)).open_generation())
    selection = Selection(store, directory_of(store.laws))
    hits = HitMaker(store, selection)
    counts = np.diff(store.article_units)
    article_of = np.repeat(np.arange(len(counts)), counts)
    flag = int(LEVEL_FLAG[Level(level)])
    wanted = selection.articles(filters or Filters())[article_of]
    units = np.flatnonzero(wanted & ((np.asarray(store.unit_levels) & flag) != 0))
    if limit is not None and limit < len(units):
        drawn = np.random.default_rng(seed).choice(len(units), size=limit, replace=False)
        units = units[np.sort(drawn)]
    for unit in units.tolist():
        yield Provision.of(hits.hit(unit, int(article_of[unit]), 0.0))


def _titled(line: str) -> str:
    """``제18조(보증금의 반환)`` → ``보증금의 반환``; other lines as they are."""
    match = _LABEL.fullmatch(line)
    return line if match is None else match[1] or ""


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, most // 2, most)]
    return text[: ends[-1] if ends else most].rstrip()
