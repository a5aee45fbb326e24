"""One entry: everyday words and the terms of some laws that mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.statute.directory import compose, fold

LISTS = ("plain", "legal", "laws")
"""The keys of an entry that hold words; none may be empty."""

AREA = "area"

# Written or left out at will: a term is the same with and without them.
_IGNORED = re.compile(r"[\sㆍ·‧・･•∙⋅]+")


class LexiconError(LexDPRError):
    """A lexicon, or an entry for one, that cannot be read or taken."""


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """Everyday words and the terms of some laws that mean the same.

    Attributes:
        plain: what people say: 집세, 방세.
        legal: what the law says: 차임.
        laws: titles of the laws that say so.
        area: what it is about (임대차), by which a word with several meanings is told apart; may be
            empty.
    """

    plain: tuple[str, ...]
    legal: tuple[str, ...]
    laws: tuple[str, ...]
    area: str = ""

    @classmethod
    def from_dict(cls, held: object) -> LexiconEntry:
        """The entry that a line's JSON value holds; keys of other names are passed over.

        Raises:
            LexiconError: a list is missing or empty, or holds anything but words.
        """
        if not isinstance(held, Mapping):
            raise LexiconError("lexicon.not_object")
        words = {name: _words(name, held.get(name)) for name in LISTS}
        area = held.get(AREA, "")
        if not isinstance(area, str):
            raise LexiconError("lexicon.not_area", value=area)
        return cls(**words, area=_tidy(area))

    def to_dict(self) -> dict[str, Any]:
        """Inverse of :meth:`from_dict`; an area that says nothing is left out."""
        held: dict[str, Any] = {"plain": list(self.plain), "legal": list(self.legal)}
        if self.area:
            held[AREA] = self.area
        return held | {"laws": list(self.laws)}

    @property
    def senses(self) -> frozenset[tuple[str, str]]:
        """What its words lead to: every term in every law, each as :func:`bare`."""
        return frozenset((bare(term), bare(law)) for term in self.legal for law in self.laws)


def bare(text: str) -> str:
    """The form in which words and terms are compared: without spaces and middle dots, folded."""
    return _IGNORED.sub("", fold(compose(text)[0])).lower()


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """The first of those words that are the same but for spaces."""
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(bare(word), word)
    return tuple(found.values())


def _words(name: str, held: object) -> tuple[str, ...]:
    good = isinstance(held, list) and all(isinstance(word, str) and bare(word) for word in held)
    if not isinstance(held, list) or not good or not held:
        raise LexiconError("lexicon.not_words", name=name, value=held)
    return tuple(map(_tidy, held))


def _tidy(text: str) -> str:
    return " ".join(text.split())
