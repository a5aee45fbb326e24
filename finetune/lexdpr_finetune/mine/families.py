"""A law with its decree and rules, and the articles of it that these say they carry out.

``법 제12조제1항에서 "대통령령으로 정하는 기간"이란`` in a 시행령 names article 12 of the law of the same
name: the two answer one question together, and neither is a wrong answer to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_TITLE = re.compile(r"(?P<stem>.+?)\s*(?P<tier>시행령|시행규칙)")
_TIERS = {"": 0, "시행령": 1, "시행규칙": 2}
_ABOVE = {"법": 0, "영": 1}  # how a text of a lower tier calls those above it

# 법 제12조, 영 제3조의2: not 민법 제12조, whose 법 is the end of a name.
_CALLED = r"(?<![가-힣])(?P<called>[법영])\s?"
# What follows goes on with the same law: 법 제12조제1항 및 제13조의2 본문.
_WITHIN = r"제\d+(?:항|호)(?:의\d+)?|[가-하]목|각\s?호|외의\s?부분|본문|단서|전단|후단"
_JOINED = r",|ㆍ|·|및|또는|와|과|내지|부터|까지"
_LIST = re.compile(rf"{_CALLED}(?P<list>(?:\s?(?:제\d+조(?:의\d+)?|{_WITHIN}|{_JOINED}))+)")
_LABEL = re.compile(r"제\d+조(?:의\d+)?")


class Families:
    """The families of the laws in a corpus of a articles."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self._named: dict[int, frozenset[tuple[int, str]]] = {}

    @cached_property
    def _of_laws(self) -> tuple[Rows, Rows]:
        """Family and tier of every law row."""
        found = [_TITLE.fullmatch(law.title) for law in self._articles.store.laws]
        laws = self._articles.store.laws
        stems = [m["stem"] if m else law.title for m, law in zip(found, laws, strict=True)]
        number = {stem: i for i, stem in enumerate(dict.fromkeys(stems))}
        tiers = [_TIERS[m["tier"] if m else ""] for m in found]
        return np.array([number[stem] for stem in stems], np.int64), np.array(tiers, np.int64)

    @cached_property
    def _law_rows(self) -> Rows:
        return self._articles.store.article_law().astype(np.int64)

    @cached_property
    def law(self) -> Rows:
        """A number for the 법령ID of every article, int64 ``(a,)``: versions of a law share it."""
        ids = [law.law_id for law in self._articles.store.laws]
        number = {law_id: i for i, law_id in enumerate(dict.fromkeys(ids))}
        return np.array([number[law_id] for law_id in ids], np.int64)[self._law_rows]

    @cached_property
    def family(self) -> Rows:
        """The family of every article, int64 ``(a,)``."""
        return self._of_laws[0][self._law_rows]

    @cached_property
    def tier(self) -> Rows:
        """0 for a law (and what has no such name), 1 for its 시행령, 2 for its 시행규칙; ``(a,)``."""
        return self._of_laws[1][self._law_rows]

    def above(self, row: int, rows: Rows) -> Mask:
        """Which of ``rows`` the article ``row`` names as what it carries out."""
        mask = (self.family[rows] == self.family[row]) & (self.tier[rows] < self.tier[row])
        return self._where(mask, rows, lambda upper: self._names(row, upper))

    def below(self, row: int, rows: Rows) -> Mask:
        """Which of ``rows`` name the article ``row`` as what they carry out."""
        mask = (self.family[rows] == self.family[row]) & (self.tier[rows] > self.tier[row])
        return self._where(mask, rows, lambda lower: self._names(lower, row))

    @staticmethod
    def _where(mask: Mask, rows: Rows, holds: Callable[[int], bool]) -> Mask:
        for at in np.flatnonzero(mask).tolist():
            mask[at] = holds(int(rows[at]))
        return mask

    def _names(self, lower: int, upper: int) -> bool:
        if lower not in self._named:
            self._named[lower] = frozenset(named_above(self._articles.text(lower)))
        label = self._articles.keys[upper].rpartition("/")[2]
        return (int(self.tier[upper]), label) in self._named[lower]


def named_above(text: str) -> set[tuple[int, str]]:
    """(tier, 제N조) of the articles that the text of a decree or rule calls 법 제N조, 영 제N조."""
    return {
        (_ABOVE[match["called"]], label[0])
        for match in _LIST.finditer(text)
        for label in _LABEL.finditer(match["list"])
    }
