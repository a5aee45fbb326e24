"""What pairs are made of: kinds, counts, lengths in tokens, and what a model would cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lexdpr_finetune.pairs.pair import Pair

CountTokens = Callable[[list[str]], Sequence[int]]
"""Texts → how many tokens each has for the model that is to be trained."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths in tokens.

    Attributes:
        count: texts.
        median, p95, longest: tokens; 0 where there are no texts.
        cut: texts longer than the limit.
        lost: share of all tokens that stand behind the limit, 0…1.
    """

    count: int
    median: int
    p95: int
    longest: int
    cut: int
    lost: float

    @classmethod
    def of(cls, lengths: Sequence[int], limit: int | None) -> Lengths:
        """Lengths of texts, against the limit of a model (``None``: it has none)."""
        if not len(lengths):
            return cls(0, 0, 0, 0, 0, 0.0)
        held = np.asarray(lengths, np.int64)
        over = np.maximum(held - limit, 0) if limit is not None else np.zeros_like(held)
        middle, high = np.percentile(held, (50, 95))
        lost = float(over.sum() / max(int(held.sum()), 1))
        return cls(
            len(held), round(middle), round(high), int(held.max()), int((over > 0).sum()), lost
        )


@dataclass(frozen=True, slots=True)
class Analysis:
    """Attributes:
    kinds: pairs by kind.
    questions: distinct questions.
    groups: cases, documents.
    articles: distinct positive articles.
    laws: distinct laws of these.
    positives: number of positives → pairs that have so many.
    most_asked: the articles with the most questions, and how many.
    query_lengths, passage_lengths: tokens; of passages each distinct one counts once.
    """

    kinds: Mapping[str, int]
    questions: int
    groups: int
    articles: int
    laws: int
    positives: Mapping[int, int]
    most_asked: tuple[tuple[str, int], ...]
    query_lengths: Lengths
    passage_lengths: Lengths


def analyze(
    pairs: Iterable[Pair],
    count_tokens: CountTokens,
    passage_of: Callable[[str], str] | None = None,
    *,
    query_limit: int | None = None,
    passage_limit: int | None = None,
) -> Analysis:
    """Count and measure.

    Args:
        pairs: what to look at.
        count_tokens: the model's tokeniser.
        passage_of: article key → its text as it is trained on; without it only ``texts`` of the
            pairs are measured.
        query_limit, passage_limit: tokens after which the model cuts.
    """
    held = list(pairs)
    asked = Counter(key for pair in held for key in pair.positives)
    passages = list(dict.fromkeys(text for pair in held for text in pair.texts))
    if passage_of is not None:
        passages += [passage_of(key) for key in asked]
    return Analysis(
        kinds=dict(Counter(pair.kind.value for pair in held)),
        questions=len({pair.query for pair in held}),
        groups=len({pair.group for pair in held if pair.group}),
        articles=len(asked),
        laws=len({key.partition("/")[0] for key in asked}),
        positives=dict(sorted(Counter(len(pair.positives) for pair in held).items())),
        most_asked=tuple(asked.most_common(10)),
        query_lengths=Lengths.of(count_tokens([pair.query for pair in held]), query_limit),
        passage_lengths=Lengths.of(count_tokens(passages) if passages else [], passage_limit),
    )
