"""What pairs are made of: kinds, counts, lengths in tokens, and what a model would cut."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.article_names import article_name, law_name
from lexdpr_finetune.pairs.lengths import Lengths
from lexdpr_finetune.pairs.pair import Pair
from lexdpr_finetune.tokens import Ruler

LAWS_SHOWN = 15
"""The laws most asked about."""

ARTICLES_SHOWN = 10
"""The articles most asked about."""

MANY = 10
"""Questions with so many positives, or more, are shown together."""

EXAMPLES = 3
"""Examples of a kind."""

_HEAD = 120
"""Letters of a passage that an example shows."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question of a kind.

    Attributes:
        query_id, query: the question.
        answers: its articles as people call them, or how its passages begin.
    """

    query_id: str
    query: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was counted.

    Attributes:
        pairs: how many.
        unknown: more pairs, which were not counted: the index lacks an article of theirs.
        kinds: pairs by kind, the most frequent first.
        questions: distinct questions.
        groups: cases, documents.
        articles: distinct positive articles.
        laws: distinct laws of these.
        positives: number of positives → pairs that have so many.
        laws_asked: the laws with the most questions, and how many.
        most_asked: the same for articles.
        model: whose tokens lengths are counted in; ``None``: they are letters.
        query_lengths, passage_lengths: of passages each distinct one counts once.
        examples: by kind.
    """

    pairs: int
    unknown: int
    kinds: Mapping[str, int]
    questions: int
    groups: int
    articles: int
    laws: int
    positives: Mapping[int, int]
    laws_asked: tuple[tuple[str, int], ...]
    most_asked: tuple[tuple[str, int], ...]
    model: str | None
    query_lengths: Lengths
    passage_lengths: Lengths
    examples: Mapping[str, tuple[Example, ...]]

    @property
    def by_positives(self) -> list[tuple[str, int]]:
        """Number of positives → pairs, all from :data:`MANY` on together: ``0``, ``1`` … ``10+``."""
        counts: Counter[str] = Counter()
        for number, pairs in self.positives.items():
            counts[str(number) if number < MANY else f"{MANY}+"] += pairs
        return list(counts.items())


def analyze(
    pairs: Iterable[Pair],
    ruler: Ruler,
    passage_of: Callable[[str], str] | None = None,
    articles: Articles | None = None,
) -> Analysis:
    """Count and measure.

    Args:
        pairs: what to look at.
        ruler: what texts are measured by, and what is cut.
        passage_of: article key → its text as it is trained on; without it only ``texts`` of the
            pairs are measured.
        articles: the corpus, for the names of laws and articles; pairs with an article that it
            lacks are not counted.  Without it all are, and keys stand for names.
    """
    given = list(pairs)
    held = [pair for pair in given if articles is None or _known(pair, articles)]
    asked = Counter(key for pair in held for key in pair.positives)
    laws = Counter(law for pair in held for law in {law_name(k, articles) for k in pair.positives})
    passages = list(dict.fromkeys(text for pair in held for text in pair.texts))
    if passage_of is not None:
        passages += [passage_of(key) for key in asked]
    queries = [pair.query for pair in held]
    top = asked.most_common(ARTICLES_SHOWN)
    return Analysis(
        pairs=len(held),
        unknown=len(given) - len(held),
        kinds=dict(Counter(pair.kind.value for pair in held).most_common()),
        questions=len(set(queries)),
        groups=len({pair.group for pair in held if pair.group}),
        articles=len(asked),
        laws=len({key.partition("/")[0] for key in asked}),
        positives=dict(sorted(Counter(len(pair.positives) for pair in held).items())),
        laws_asked=tuple(laws.most_common(LAWS_SHOWN)),
        most_asked=tuple((article_name(key, articles), count) for key, count in top),
        model=ruler.model,
        query_lengths=Lengths.of(ruler.queries(queries), ruler.query_limit),
        passage_lengths=Lengths.of(ruler.passages(passages), ruler.passage_limit),
        examples=_examples(held, articles),
    )


def _known(pair: Pair, articles: Articles) -> bool:
    return all(key in articles.rows for key in pair.positives)


def _examples(pairs: Sequence[Pair], articles: Articles | None) -> dict[str, tuple[Example, ...]]:
    """A few of each kind from anywhere in the file, the same ones every time."""
    kinds: dict[str, list[Pair]] = {}
    for pair in pairs:
        kinds.setdefault(pair.kind.value, []).append(pair)
    return {
        kind: tuple(_example(pair, articles) for pair in nsmallest(EXAMPLES, own, key=_lot))
        for kind, own in kinds.items()
    }


def _example(pair: Pair, articles: Articles | None) -> Example:
    answers = [article_name(key, articles) for key in pair.positives]
    answers += [text[:_HEAD] + "…" * (len(text) > _HEAD) for text in pair.texts]
    return Example(pair.query_id, pair.query, tuple(answers))


def _lot(pair: Pair) -> bytes:
    return hashlib.blake2b(pair.query_id.encode("utf-8", "replace"), digest_size=8).digest()
