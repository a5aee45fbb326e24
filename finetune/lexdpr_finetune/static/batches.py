"""Batches of questions with one passage each; a batch is made of its seed alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.pairs.pair import PairKind
from lexdpr_finetune.static.bags import Bags
from lexdpr_finetune.static.material import Passages, Questions, Rows

SENTENCE = "sentence"
"""The kind that needs no pairs: a random stretch of a unit → the rest of it."""

_STRETCH = (12, 60)
"""Tokens of a stretch, at least and below."""


@dataclass(frozen=True)
class Batch:
    """n questions, the passage that answers each, and h more that answer none (hard negatives).

    Attributes:
        kind: where the questions come from.
        questions: bags, ``(n, vocabulary)``.
        passages: bags, ``(n + h, vocabulary)``; passage i answers question i.
        clashes: pairs (i, j), int64 ``(c, 2)``: passage j answers question i too, so that it must
            not count as wrong.
    """

    kind: str
    questions: Bags
    passages: Bags
    clashes: NDArray[np.int64]


@dataclass(frozen=True)
class Sampler:
    """Draws batches.

    Attributes:
        questions: by kind.
        mix: share of the batches by kind, :data:`SENTENCE` among them.
        size: questions in a batch.
        whole: share of passages that are whole articles; the others are units.
        dropout: by kind, the share of a text's tokens that are left out.
        hard: hard negatives in a batch at most.
        negatives: by kind, unit rows int64 ``(questions, kept)`` of hard negatives, -1 for none.
    """

    passages: Passages
    questions: Mapping[PairKind, Questions]
    mix: Mapping[str, float]
    size: int
    whole: float
    dropout: Mapping[str, float]
    hard: int = 0
    negatives: Mapping[PairKind, Rows] = field(default_factory=dict)

    def batch(self, seed: int, step: int) -> Batch:
        """The batch of a step."""
        random = np.random.default_rng([seed, step])
        kinds = [kind for kind, share in self.mix.items() if share > 0 and self._has(kind)]
        shares = np.array([self.mix[kind] for kind in kinds])
        kind = kinds[random.choice(len(kinds), p=shares / shares.sum())]
        made = self._sentences(random) if kind == SENTENCE else self._asked(PairKind(kind), random)
        questions, passages, positives, articles = made
        left_out = self.dropout.get(kind, 0.0)
        return Batch(
            kind,
            _thinned(questions, left_out, random),
            _thinned(passages, left_out, random),
            clashes(positives, articles),
        )

    def _has(self, kind: str) -> bool:
        return kind == SENTENCE or kind in self.questions

    def _asked(
        self, kind: PairKind, random: np.random.Generator
    ) -> tuple[Bags, Bags, list[Rows], Rows]:
        own = self.questions[kind]
        drawn = random.choice(len(own), min(self.size, len(own)), replace=False)
        which = [int(random.integers(len(own.positives[row]))) for row in drawn]
        articles = np.array([own.positives[r][i] for r, i in zip(drawn, which, strict=True)])
        units = np.array([own.units[r][i] for r, i in zip(drawn, which, strict=True)])
        wrong = self._wrong(kind, drawn, random)
        articles = np.concatenate([articles, self.passages.unit_articles[wrong]])
        passages = self._passages(articles, np.concatenate([units, wrong]), random)
        return own.bags[drawn], passages, [own.positives[row] for row in drawn], articles

    def _wrong(self, kind: PairKind, drawn: Rows, random: np.random.Generator) -> Rows:
        """Units that count as wrong for some of the questions drawn."""
        if kind not in self.negatives or not self.hard:
            return np.zeros(0, np.int64)
        known = self.negatives[kind]
        one = known[drawn, random.integers(0, known.shape[1], len(drawn))]
        one = np.unique(one[one >= 0])
        found: Rows = random.permutation(one)[: self.hard]
        return found

    def _passages(self, articles: Rows, units: Rows, random: np.random.Generator) -> Bags:
        from scipy.sparse import vstack

        whole = random.random(len(articles)) < self.whole
        at = np.concatenate([np.flatnonzero(~whole), np.flatnonzero(whole)])
        back = np.empty(len(at), np.int64)
        back[at] = np.arange(len(at))
        parts = [self.passages.units.bags[units[~whole]], self.passages.articles[articles[whole]]]
        return vstack(parts).tocsr()[back]

    def _sentences(self, random: np.random.Generator) -> tuple[Bags, Bags, list[Rows], Rows]:
        units = self.passages.units
        drawn = random.choice(len(units), min(self.size, len(units)), replace=False)
        starts, ends = units.offsets[drawn] + self.passages.heads[drawn], units.offsets[drawn + 1]
        lengths = np.minimum(random.integers(*_STRETCH, len(drawn)), np.maximum(ends - starts, 1))
        room = np.maximum(ends - starts - lengths, 1)
        begin = starts + (random.random(len(drawn)) * room).astype(np.int64)
        stretches = units.spans(begin, np.minimum(begin + lengths, ends)).bags
        passages = units.bags[drawn] - _some(stretches, 0.5, random)
        passages.data = np.maximum(passages.data, 0)
        articles = self.passages.unit_articles[drawn]
        return (
            stretches,
            passages.tocsr(),
            [articles[i : i + 1] for i in range(len(drawn))],
            articles,
        )


def clashes(positives: list[Rows], articles: Rows) -> NDArray[np.int64]:
    """(i, j), i ≠ j: the article of passage j is among the positives of question i."""
    order = np.argsort(articles, kind="stable")
    ordered = articles[order]
    question = np.repeat(np.arange(len(positives)), [len(own) for own in positives])
    wanted = np.concatenate(positives)
    low = np.searchsorted(ordered, wanted, side="left")
    counts = np.searchsorted(ordered, wanted, side="right") - low
    begins = np.cumsum(counts) - counts
    passage = order[np.repeat(low - begins, counts) + np.arange(counts.sum())]
    left = np.repeat(question, counts)
    found: NDArray[np.int64] = np.stack([left, passage], axis=1)[left != passage]
    return found


def _some(bags: Bags, share: float, random: np.random.Generator) -> Bags:
    """The bags, but for a share of the texts an empty one."""
    from scipy.sparse import diags

    kept = (random.random(bags.shape[0]) < share).astype(np.float32)
    return diags(kept) @ bags


def _thinned(bags: Bags, left_out: float, random: np.random.Generator) -> Bags:
    if left_out <= 0:
        return bags
    thinned = bags.copy()
    thinned.data = thinned.data * (random.random(len(thinned.data)) >= left_out)
    return thinned
