"""What else is asked: the answers of other questions that a question must not count as wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lexdpr_finetune.mine.near import near_pairs
from lexdpr_finetune.mine.shingles import shingles
from lexdpr_finetune.pairs.pair import Pair
from lexdpr_finetune.pairs.splits import bare

Keys = frozenset[str]

_NONE: Keys = frozenset()


class Questions:
    """All questions that are mined for, by what they have in common."""

    def __init__(self, pairs: Sequence[Pair], alike: float) -> None:
        """``alike``: how alike two questions are that count as one, 0…1."""
        self._same = _gathered((bare(pair.query), pair) for pair in pairs)
        self._group = _gathered((pair.group, pair) for pair in pairs if pair.group)
        texts = list(self._same)
        found: dict[str, set[str]] = {}
        for one, other in near_pairs([shingles(text) for text in texts], alike):
            found.setdefault(texts[one], set()).update(self._same[texts[other]])
            found.setdefault(texts[other], set()).update(self._same[texts[one]])
        self._like = {text: frozenset(keys) for text, keys in found.items()}

    def same(self, pair: Pair) -> Keys:
        """Positives of all pairs with this question, but for spaces and punctuation."""
        return self._same.get(bare(pair.query), _NONE)

    def like(self, pair: Pair) -> Keys:
        """Positives of questions that are nearly this one."""
        return self._like.get(bare(pair.query), _NONE)

    def beside(self, pair: Pair) -> Keys:
        """Positives of all questions of the same group: of the same decision."""
        return self._group.get(pair.group, _NONE)


def _gathered(named: Iterable[tuple[str, Pair]]) -> dict[str, Keys]:
    found: dict[str, set[str]] = {}
    for name, pair in named:
        found.setdefault(name, set()).update(pair.positives)
    return {name: frozenset(keys) for name, keys in found.items()}
