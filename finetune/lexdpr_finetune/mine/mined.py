"""What mining says of one question: one line of the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lexdpr_finetune.pairs.formats import to_ids
from lexdpr_finetune.pairs.pair import Pair

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A candidate that may well answer the question: its score comes too near to the positive's."""

    article: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Negative:
    """An article that looks like an answer and is none.

    Attributes:
        article: its key.
        score: the teacher's.
        rank: its place in the teacher's order of what the guards have left, from 1; 0 where it was
            drawn from the corpus.
        found: route → its rank there, from 1; only the routes that proposed it.
    """

    article: str
    score: float
    rank: int
    found: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the candidates of one question.

    Attributes:
        pool: candidates of all routes together, each once.
        removed: guard → how many it took, those that an earlier guard had taken left out.
        held: guard → how many it would have taken alone, positives left out.
        watched: guard → how many of the negatives it holds.
        out_of_range: candidates whose rank was not looked at.
        doubts: reason → candidates too near to the positive.
        first_positive: rank that the best positive would have among what the guards left; 0 where
            no positive is in the corpus.
        same_law: negatives of a law that also holds a positive.
    """

    pool: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    watched: Mapping[str, int] = field(default_factory=dict)
    out_of_range: int = 0
    doubts: Mapping[str, int] = field(default_factory=dict)
    first_positive: int = 0
    same_law: int = 0


@dataclass(frozen=True, slots=True)
class Mined:
    """One question with its negatives.

    Attributes:
        pair: the question; its ``negatives`` are those that were mined.
        pos_scores: the teacher's, one a positive; ``None`` for one that the corpus lacks.
        negatives: best first, and then those drawn from the corpus.
        suspects: the highest scored of those that were left out for their score.
        counts: what became of all candidates.
        asked: the digest of what was mined for (:func:`digest_of`).
    """

    pair: Pair
    pos_scores: tuple[float | None, ...]
    negatives: tuple[Negative, ...]
    suspects: tuple[Suspect, ...]
    counts: Counts
    asked: str

    def to_dict(self) -> Record:
        """Plain values: LexDPR's id form with scores, ranks and counts beside it."""
        return {
            **next(to_ids([self.pair])),
            "pos_scores": [None if s is None else round(s, 6) for s in self.pos_scores],
            "neg_scores": [round(negative.score, 6) for negative in self.negatives],
            "neg_ranks": [negative.rank for negative in self.negatives],
            "neg_found": [dict(negative.found) for negative in self.negatives],
            "suspects": [{**asdict(s), "score": round(s.score, 6)} for s in self.suspects],
            "counts": {name: value for name, value in asdict(self.counts).items() if value},
            "asked": self.asked,
        }


def digest_of(pair: Pair) -> str:
    """Changes when a question must be mined for again."""
    told = "\0".join((pair.query, *pair.positives))
    return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=8).hexdigest()
