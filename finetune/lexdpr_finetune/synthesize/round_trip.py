"""The round trip: a question must find its article again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lexdpr_finetune.synthesize.question import Question
from lexdpr_rag.datamodels import Hit, ModeName
from lexdpr_rag.engine import LexDPR

TOP = 50
"""A question that does not find its article among so many is taken for unanswerable."""

_DEPTHS = (1, 5, 10, 50, 100)


@dataclass(frozen=True, slots=True)
class Trips:
    """Where each question found its article.

    Attributes:
        questions: those that were asked.
        ranks: the rank of the article, from 1; ``None`` where it is not among ``top``.
        top: how far was looked.
    """

    questions: tuple[Question, ...]
    ranks: tuple[int | None, ...]
    top: int

    def found(self) -> tuple[Question, ...]:
        """Questions that found their article."""
        return tuple(q for q, rank in self._asked() if rank is not None)

    def lost(self) -> tuple[Question, ...]:
        """Questions that did not."""
        return tuple(q for q, rank in self._asked() if rank is None)

    def rates(self) -> dict[int, float]:
        """Depth → the share of questions that found their article within it, 0…1."""
        count = max(1, len(self.ranks))
        depths = sorted({depth for depth in (*_DEPTHS, self.top) if depth <= self.top})
        return {
            depth: sum(rank is not None and rank <= depth for rank in self.ranks) / count
            for depth in depths
        }

    def rates_by_kind(self) -> dict[str, float]:
        """Kind → the share of its questions that found their article within ``top``."""
        kinds: dict[str, list[bool]] = defaultdict(list)
        for question, rank in self._asked():
            kinds[question.kind].append(rank is not None)
        return {kind: sum(found) / len(found) for kind, found in sorted(kinds.items())}

    def _asked(self) -> Iterator[tuple[Question, int | None]]:
        yield from zip(self.questions, self.ranks, strict=True)


def round_trip(
    questions: Sequence[Question],
    engine: LexDPR,
    *,
    top: int = TOP,
    mode: ModeName = "hybrid",
) -> Trips:
    """Search for every question and see where its article comes.

    Args:
        questions: what to ask.
        engine: an index of the whole corpus: among few articles everything is found.
        top: how far to look.
        mode: the routes.  Words alone lose questions in everyday words, which are the best ones:
            take an index with vectors, or look far.
    """
    texts = [question.text for question in questions]
    hits = engine.search_many(texts, top, level="article", mode=mode)
    ranks = [
        next((at for at, hit in enumerate(found, 1) if _key(hit) == question.article), None)
        for question, found in zip(questions, hits, strict=True)
    ]
    return Trips(tuple(questions), tuple(ranks), top)


def _key(hit: Hit) -> str:
    return f"{hit.law_id}/{hit.article}"
