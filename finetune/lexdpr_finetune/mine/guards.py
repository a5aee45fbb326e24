"""Guards: each says which candidates may answer the question after all.

A candidate is an article as a whole, so that the 항 and 호 of a positive are the positive; an older
version of an article has its key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.mine.families import Families
from lexdpr_finetune.mine.questions import Keys, Questions
from lexdpr_finetune.mine.texts import Texts
from lexdpr_finetune.pairs.pair import Pair

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Guard(StrEnum):
    """The guards, in the order in which they are asked."""

    POSITIVE = "positive"  # answers the question itself, in this version or another
    SAME_QUESTION = "same_question"  # answers the same question elsewhere in the file
    LIKE_QUESTION = "like_question"  # answers a question that is nearly the same
    SAME_GROUP = "same_group"  # answers another question of the same decision
    CITED = "cited"  # the question names it
    SAME_TEXT = "same_text"  # has the words of a positive, in this law or another
    LIKE_TEXT = "like_text"  # nearly has
    PARENT = "parent"  # is what a positive of a decree or rule carries out
    CHILD = "child"  # stands in a decree or rule and carries a positive out
    FAMILY = "family"  # stands in the decree, rules or law that belong to a positive's law


@dataclass(frozen=True, slots=True)
class Known:
    """What all guards look things up in.

    Attributes:
        articles: the corpus.
        questions: all questions that are mined for.
        texts: the articles' words, to compare.
        families: laws with their decrees and rules.
        like_text: how alike provisions are that count as one.
    """

    articles: Articles
    questions: Questions
    texts: Texts
    families: Families
    like_text: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what was found for it.

    Attributes:
        pair: the question.
        positives: rows of its articles.
        cited: rows of the articles that its words name.
        candidates: rows to be judged, c of them.
    """

    pair: Pair
    positives: Sequence[int]
    cited: frozenset[int]
    candidates: Rows


def judged(asked: Asked, known: Known, guards: Sequence[str]) -> dict[str, Mask]:
    """Guard → which candidates it takes, bool ``(c,)``, in the order of :class:`Guard`."""
    return {guard: _GUARDS[guard](asked, known) for guard in Guard if guard in guards}


# -- one by one ----------------------------------------------------------------------------------


def _positive(asked: Asked, known: Known) -> Mask:
    return _among(asked, known, frozenset(asked.pair.positives))


def _same_question(asked: Asked, known: Known) -> Mask:
    return _among(asked, known, known.questions.same(asked.pair))


def _like_question(asked: Asked, known: Known) -> Mask:
    return _among(asked, known, known.questions.like(asked.pair))


def _same_group(asked: Asked, known: Known) -> Mask:
    return _among(asked, known, known.questions.beside(asked.pair))


def _cited(asked: Asked, known: Known) -> Mask:
    return np.isin(asked.candidates, np.array(sorted(asked.cited), np.int64))


def _same_text(asked: Asked, known: Known) -> Mask:
    return _of_any(asked, lambda row: known.texts.same(asked.candidates, row))


def _like_text(asked: Asked, known: Known) -> Mask:
    least = known.like_text
    return _of_any(asked, lambda row: known.texts.alike(asked.candidates, row, least))


def _parent(asked: Asked, known: Known) -> Mask:
    return _of_any(asked, lambda row: known.families.above(row, asked.candidates))


def _child(asked: Asked, known: Known) -> Mask:
    return _of_any(asked, lambda row: known.families.below(row, asked.candidates))


def _family(asked: Asked, known: Known) -> Mask:
    laws, family = known.families.law, known.families.family
    positives = np.array(asked.positives, np.int64)
    relatives = np.isin(family[asked.candidates], family[positives])
    found: Mask = relatives & ~np.isin(laws[asked.candidates], laws[positives])
    return found


_GUARDS: Mapping[str, Callable[[Asked, Known], Mask]] = {
    Guard.POSITIVE: _positive,
    Guard.SAME_QUESTION: _same_question,
    Guard.LIKE_QUESTION: _like_question,
    Guard.SAME_GROUP: _same_group,
    Guard.CITED: _cited,
    Guard.SAME_TEXT: _same_text,
    Guard.LIKE_TEXT: _like_text,
    Guard.PARENT: _parent,
    Guard.CHILD: _child,
    Guard.FAMILY: _family,
}


def _among(asked: Asked, known: Known, keys: Keys) -> Mask:
    names = known.articles.keys
    return np.array([names[row] in keys for row in asked.candidates.tolist()], bool)


def _of_any(asked: Asked, held: Callable[[int], Mask]) -> Mask:
    """Which candidates stand in a relation to one of the positives."""
    found: Mask = np.any([held(row) for row in asked.positives], axis=0)
    return found
