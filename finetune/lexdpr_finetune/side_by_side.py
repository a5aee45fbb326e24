"""Models side by side on the questions of a file, without a recipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.evaluate import DEPTH, MEASURES, Question, Run, dense_run
from lexdpr_finetune.pairs import Pair
from lexdpr_finetune.rankings import engine_rankings
from lexdpr_finetune.reading import RecipeError
from lexdpr_finetune.report.assessment import Assessment, assess, questions_of
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.reranker import Reranker

LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class Contestants:
    """What is measured; the first of all is what the others are compared with.

    Attributes:
        lexical: the search by words.
        encoders: by alias, hub name or folder; each alone.
        rerankers: each on what the index finds.
    """

    lexical: bool = False
    encoders: tuple[str, ...] = ()
    rerankers: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """The systems, in order.

        Raises:
            RecipeError: there is none, or one is named twice.
        """
        found = [*([LEXICAL] if self.lexical else []), *self.encoders, *self.rerankers]
        if not found or len(set(found)) < len(found):
            raise RecipeError("recipe.contestants", names=", ".join(found))
        return found


def side_by_side(
    index: str | Path,
    pairs: Sequence[Pair],
    contestants: Contestants,
    *,
    measures: Sequence[str] = MEASURES,
    depth: int = DEPTH,
    candidates: int = 50,
    worst: int = 20,
    tell: Callable[[int, int, str], None] | None = None,
) -> Assessment:
    """Measure models on the articles of an index.

    Args:
        index: the index folder.
        pairs: the questions.
        contestants: what is measured.
        measures: names of ir-measures; the first is the one that groups and misses are about.
        depth: articles of a ranking.
        candidates: articles that a reranker reads.
        worst: so many misses of the last system are listed.
        tell: called with systems done, systems in all, and the name of the next.

    Raises:
        RecipeError: there is nothing to measure.
        EvaluationError: there are no questions, or a measure is unknown.
        ModelError: a model is not there.
    """
    names, asked, articles = contestants.names(), questions_of(pairs), Articles.open(index)
    runs: dict[str, Run] = {}
    for name in names:
        if tell is not None:
            tell(len(runs), len(names), name)
        runs[name] = _run(name, index, asked, articles, contestants, depth, candidates)
    return assess(
        runs,
        [pair for pair in pairs if pair.positives],
        articles,
        measures,
        subject=names[-1],
        base=names[0],
        worst=worst,
    )


def _run(
    name: str,
    index: str | Path,
    asked: Sequence[Question],
    articles: Articles,
    contestants: Contestants,
    depth: int,
    candidates: int,
) -> Run:
    if name in contestants.encoders:
        return dense_run(BiEncoder(name), articles, asked, depth)
    reranker = Reranker(name) if name in contestants.rerankers else None
    with LexDPR.open(index) as engine:
        return engine_rankings(
            engine,
            asked,
            depth,
            mode="hybrid" if reranker else "lexical",
            reranker=reranker,
            candidates=candidates,
        )
