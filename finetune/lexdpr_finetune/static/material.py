"""What a static encoder is trained on: questions and passages as bags of tokens, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.pair import Pair, PairKind
from lexdpr_finetune.static.bags import Bags, Tokens, inverse_frequency

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Passages:
    """The passages of a corpus with a articles and u embedded units.

    Attributes:
        units: tokens of the units, in the form in which an index embeds them.
        articles: bags of whole articles, ``(a, vocabulary)``.
        offsets: int64 ``(a + 1,)``: article i has units ``offsets[i]`` to ``[i + 1]``.
        heads: int64 ``(u,)``: how many tokens of a unit only say where it stands.
        weights: float32 ``(vocabulary,)``, inverse document frequency.
    """

    units: Tokens
    articles: Bags
    offsets: Rows
    heads: Rows
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, articles: Articles, tokenizer: Any) -> Passages:
        """Tokenise a corpus: two to three minutes for the national law."""
        units = Tokens.of(tokenizer, articles.unit_texts())
        whole = Tokens.of(tokenizer, articles.article_texts()).bags
        heads = Tokens.of(tokenizer, (_head(text) for text in articles.unit_texts())).offsets
        return cls(units, whole, articles.unit_offsets, np.diff(heads), inverse_frequency(whole))

    @cached_property
    def unit_articles(self) -> Rows:
        """The article of every unit."""
        counts = np.diff(self.offsets)
        return np.repeat(np.arange(len(counts)), counts)


def _head(text: str) -> str:
    """The first two lines: law and headings, number and title."""
    return "\n".join(text.split("\n", 2)[:2])


@dataclass(frozen=True)
class Questions:
    """The questions of one kind.

    Attributes:
        bags: ``(n, vocabulary)``.
        positives: article rows of each.
        units: for each positive the unit of the article that has most in common with the question.
    """

    bags: Bags
    positives: Sequence[Rows]
    units: Sequence[Rows]

    def __len__(self) -> int:
        return len(self.positives)


def questions_by_kind(
    pairs: Sequence[Pair], articles: Articles, passages: Passages, tokenizer: Any
) -> dict[PairKind, Questions]:
    """Pairs as training reads them; positives that the corpus lacks are left out."""
    kinds: dict[PairKind, list[Pair]] = {}
    for pair in pairs:
        if any(key in articles.rows for key in pair.positives):
            kinds.setdefault(pair.kind, []).append(pair)
    return {
        kind: _questions(own, articles.rows, passages, tokenizer) for kind, own in kinds.items()
    }


def _questions(
    pairs: Sequence[Pair], rows: Mapping[str, int], passages: Passages, tokenizer: Any
) -> Questions:
    bags = Tokens.of(tokenizer, (pair.query for pair in pairs)).bags
    positives = [
        np.array([rows[key] for key in pair.positives if key in rows], np.int64) for pair in pairs
    ]
    return Questions(bags, positives, nearest_units(bags, positives, passages))


# -- the part of an article that answers ---------------------------------------------------------


def nearest_units(bags: Bags, positives: Sequence[Rows], passages: Passages) -> list[Rows]:
    """For each positive article its unit with the highest cosine to the question, by weighted
    tokens."""
    lengths = [len(found) for found in positives]
    question = np.repeat(np.arange(len(positives)), lengths)
    article = np.concatenate(positives) if positives else np.zeros(0, np.int64)
    first, last = passages.offsets[article], passages.offsets[article + 1]
    best = first.copy()
    several = np.flatnonzero(last - first > 1)
    if len(several):
        best[several] = _best(
            bags, question[several], first[several], last[several] - first[several], passages
        )
    return np.split(best, np.cumsum(lengths)[:-1])


def _best(bags: Bags, question: Rows, first: Rows, count: Rows, passages: Passages) -> Rows:
    """Of ``count[i]`` units from ``first[i]`` on the one nearest to ``question[i]``."""
    out = first.copy()
    units, weights = passages.units.bags, passages.weights
    for start in range(0, len(first), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        counts = count[part]
        begins = np.cumsum(counts) - counts
        among = np.repeat(first[part] - begins, counts) + np.arange(counts.sum())
        left = _weighted(bags[np.repeat(question[part], counts)], weights)
        scores = np.asarray(left.multiply(_weighted(units[among], weights)).sum(axis=1)).ravel()
        top = np.maximum.reduceat(scores, begins)
        at_top = np.flatnonzero(scores == np.repeat(top, counts))
        owner = np.repeat(np.arange(len(counts)), counts)[at_top]
        chosen, earliest = np.unique(owner, return_index=True)
        out[start + chosen] = among[at_top[earliest]]
    return out


def _weighted(bags: Bags, weights: NDArray[np.float32]) -> Bags:
    """Rows of length 1, of logarithmic counts times the tokens' weights."""
    from scipy.sparse import diags

    rows = bags.copy()
    rows.data = np.log1p(rows.data) * weights[rows.indices]
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return (diags(1 / np.maximum(lengths, 1e-9)) @ rows).tocsr()


_AT_ONCE = 2048
