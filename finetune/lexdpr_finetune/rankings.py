"""Rankings of systems that are set side by side: encoders alone, the engine, rerankers.

Those of :mod:`lexdpr_finetune.evaluate`, and two more: by the vectors that an index holds, and of the
best hits read anew by a reranker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.evaluate import Question, Run
from lexdpr_finetune.mine.exact import DenseRoute, gpu
from lexdpr_rag.datamodels import Hit, ModeName
from lexdpr_rag.encoder import Encoder
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.errors import FilterError
from lexdpr_rag.index.dense import DenseIndex
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.reranker import RerankerModel, rerank

AT_ONCE = 64
"""Questions whose scores of all articles are held together."""

Tell = Callable[[int, int], None]


def vectors_run(
    index: str | Path,
    encoder: Encoder,
    questions: Sequence[Question],
    depth: int,
    tell: Tell | None = None,
) -> Run:
    """The ranking of an encoder alone, by the vectors of an index that it made.

    An article is as near as the nearest of its units; every vector is compared.

    Raises:
        FilterError: the index has no vectors.
        IndexFormatError: another encoder made them.
    """
    articles = Articles.open(index)
    dense = DenseIndex.open(Layout(Path(index)).open_generation())
    if dense is None:
        raise FilterError("search.no_vectors", path=index)
    route = DenseRoute(dense, encoder, articles, gpu())
    run: Run = {}
    for start in range(0, len(questions), AT_ONCE):
        part = questions[start : start + AT_ONCE]
        answers = route.ask([question.text for question in part])
        for number, question in enumerate(part):
            rows = answers.best(number, depth).tolist()
            run[question.query_id] = list(dict.fromkeys(articles.keys[row] for row in rows))
        if tell is not None:
            tell(len(run), len(questions))
    return run


def engine_rankings(
    engine: LexDPR,
    questions: Sequence[Question],
    depth: int,
    *,
    mode: ModeName = "hybrid",
    reranker: RerankerModel | None = None,
    candidates: int = 50,
    tell: Tell | None = None,
) -> Run:
    """The ranking of an index, its best hits read anew where there is a reranker.

    Args:
        engine: the index.
        questions: what is asked.
        depth: articles of a ranking.
        mode: the routes.
        reranker: orders the best ``candidates``; the others stay behind them as they are.
        candidates: so many.
        tell: called with questions done, and in all.
    """
    texts = (question.text for question in questions)
    hits = engine.search_many(texts, depth, level="article", mode=mode, rerank=False)
    run: Run = {}
    for question, found in zip(questions, hits, strict=True):
        if reranker is not None:
            read = rerank(reranker, question.text, found[:candidates])
            found = [*read, *found[candidates:]]
        run[question.query_id] = list(dict.fromkeys(map(_key, found)))
        if tell is not None:
            tell(len(run), len(questions))
    return run


def _key(hit: Hit) -> str:
    return f"{hit.law_id}/{hit.article}"
