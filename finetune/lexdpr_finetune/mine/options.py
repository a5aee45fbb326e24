"""How negatives are mined."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from lexdpr_finetune.mine.guards import Guard
from lexdpr_rag.errors import LexDPRError


class MineError(LexDPRError):
    """Options with a value that is not allowed, or a journal of another run."""


class TeacherName(StrEnum):
    """What scores positives and candidates alike."""

    AUTO = "auto"  # the reranker if there is one, else both routes, else the one there is
    RERANKER = "reranker"
    FUSED = "fused"
    DENSE = "dense"
    LEXICAL = "lexical"


class Against(StrEnum):
    """The positive that a question with several compares its candidates with."""

    LOWEST = "lowest"  # as sentence-transformers does
    HIGHEST = "highest"


class Pick(StrEnum):
    """Which of the candidates that may stay are taken."""

    TOP = "top"
    RANDOM = "random"


class Fill(StrEnum):
    """What a question gets where fewer than asked for may stay."""

    NONE = "none"
    RANDOM = "random"  # articles drawn from the corpus, of rank 0: training sets have one width


DEEPEST = 1000
"""What a route can be asked for."""

DEFAULT_GUARDS = tuple(guard for guard in Guard if guard is not Guard.FAMILY)


@dataclass(frozen=True, slots=True)
class MineOptions:
    """How to mine.

    Attributes:
        count: negatives of a question.
        depth: articles that each route proposes, 1,000 at most.
        first, last: the ranks, from 1, that are looked at: those of the teacher's order of what the
            guards have left.
        absolute_margin: a negative's score is at least so far below the positive's; ``None``: does
            not matter.
        relative_margin: the same as a share of the positive's score; .05 is the 95% of NV-Retriever.
        against: which positive is meant where there are several.
        teacher: what scores; auto takes the best there is.
        read: so many of the best candidates are read by a reranker, the others are left out.
        pick: the highest scored, or drawn among those that may stay.
        random_share: so much (0…1) of ``count`` is drawn from the whole corpus instead of mined, of
            every question, in whole negatives; which part is rounded up is drawn too.
        fill: what a question gets where fewer than ``count`` may stay.
        guards: what takes candidates away.
        watch: guards that are counted among the negatives and take nothing away.
        like_text: how alike (0…1) provisions are that count as one.
        like_question: the same of questions.
        seed: of what is drawn.
    """

    count: int = 7
    depth: int = 100
    first: int = 1
    last: int = 100
    absolute_margin: float | None = 0.0
    relative_margin: float | None = 0.05
    against: str = Against.LOWEST
    teacher: str = TeacherName.AUTO
    read: int = 50
    pick: str = Pick.TOP
    random_share: float = 0.0
    fill: str = Fill.NONE
    guards: tuple[str, ...] = DEFAULT_GUARDS
    watch: tuple[str, ...] = (Guard.FAMILY,)
    like_text: float = 0.8
    like_question: float = 0.5
    seed: int = 20261121

    def check(self) -> None:
        """Tell what is wrong before anything is read.

        Raises:
            MineError: a value is out of its range.
        """
        for name in ("count", "depth", "first", "read"):
            _require(getattr(self, name) >= 1, name, getattr(self, name), "1…")
        _require(self.depth <= DEEPEST, "depth", self.depth, f"1…{DEEPEST}")
        _require(self.last >= self.first, "last", self.last, f"{self.first}…")
        for name in ("absolute_margin", "relative_margin"):
            value = getattr(self, name)
            _require(value is None or value >= 0, name, value, "0…, None")
        for name in ("like_text", "like_question"):
            _require(0 < getattr(self, name) <= 1, name, getattr(self, name), "0…1")
        _require(0 <= self.random_share <= 1, "random_share", self.random_share, "0…1")
        kinds: dict[str, type[StrEnum]] = {
            "against": Against,
            "teacher": TeacherName,
            "pick": Pick,
            "fill": Fill,
        }
        for name, kind in kinds.items():
            _require(getattr(self, name) in list(kind), name, getattr(self, name), ", ".join(kind))
        for name in ("guards", "watch"):
            for guard in getattr(self, name):
                _require(guard in list(Guard), name, guard, ", ".join(Guard))
        _require(Guard.POSITIVE in self.guards, "guards", self.guards, f"…, {Guard.POSITIVE}")

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def _require(kept: bool, name: str, value: object, legal: str) -> None:
    if not kept:
        raise MineError("mine.option", name=name, value=value, legal=legal)
