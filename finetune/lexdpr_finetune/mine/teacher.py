"""Teachers: what scores positives and candidates alike, so that they can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.mine.options import MineError, MineOptions, TeacherName
from lexdpr_finetune.mine.routes import Answers, Rows
from lexdpr_rag.index.fusion import Fusion, Route
from lexdpr_rag.reranker import RerankerModel

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """One question and what the routes say of it: ``number`` is its place in their answers."""

    query: str
    number: int
    answers: Mapping[str, Answers]


class Teacher(Protocol):
    """Scores articles for a question; higher is better."""

    name: str
    fingerprint: str

    @property
    def relative(self) -> bool:
        """Whether a score depends on what is scored together with it."""
        ...

    def shortlist(self, found: Found, rows: Rows) -> Rows:
        """Those of ``rows`` that it is worth scoring."""
        ...

    def scores(self, found: Found, rows: Rows) -> Scores:
        """float64 ``(rows,)``, finite."""
        ...


class RouteTeacher:
    """The scores of one route: cosines, or sums of BM25 weights."""

    relative = False

    def __init__(self, route: str) -> None:
        self.name = self.fingerprint = route

    def shortlist(self, found: Found, rows: Rows) -> Rows:
        """See :class:`Teacher`: all."""
        return rows

    def scores(self, found: Found, rows: Rows) -> Scores:
        """See :class:`Teacher`."""
        scores = found.answers[self.name].of(found.number, rows).astype(np.float64)
        return np.maximum(scores, -1.0)  # no article is worse than the opposite of the question


class FusedTeacher:
    """What fusion makes of both routes, 0…1, of the articles that are scored together."""

    relative = True
    name = TeacherName.FUSED.value

    def __init__(self, fusion: Fusion | None = None) -> None:
        self._fusion = fusion or Fusion()
        self.fingerprint = f"{self.name} {self._fusion}"

    def shortlist(self, found: Found, rows: Rows) -> Rows:
        """See :class:`Teacher`: all."""
        return rows

    def scores(self, found: Found, rows: Rows) -> Scores:
        """See :class:`Teacher`.  ``rows`` are distinct."""
        routes = []
        for name, answers in found.answers.items():
            scores = answers.of(found.number, rows)
            order = np.argsort(-scores, kind="stable")
            order = order[scores[order] > 0]  # what a route did not find is not in its list
            routes.append(Route(name, rows[order], scores[order]))
        fused = self._fusion.fuse(routes)
        of_row = dict(zip(fused.ids.tolist(), fused.scores.tolist(), strict=True))
        return np.array([of_row.get(row, 0.0) for row in rows.tolist()])


class RerankerTeacher:
    """A reranker, which reads question and article together: 0…1."""

    relative = False

    def __init__(self, model: RerankerModel, articles: Articles, first: Teacher, read: int) -> None:
        """``first`` says which ``read`` candidates it reads."""
        self.name = TeacherName.RERANKER.value
        self.fingerprint = f"{model.fingerprint} {first.fingerprint} {read}"
        self._model, self._articles = model, articles
        self._first, self._read = first, read

    def shortlist(self, found: Found, rows: Rows) -> Rows:
        """See :class:`Teacher`: the best by the teacher before it."""
        if len(rows) <= self._read:
            return rows
        order = np.argsort(-self._first.scores(found, rows), kind="stable")
        kept: Rows = rows[order[: self._read]]
        return kept

    def scores(self, found: Found, rows: Rows) -> Scores:
        """See :class:`Teacher`."""
        passages = list(self._articles.article_texts(rows.tolist()))
        return self._model.score(found.query, passages).astype(np.float64)


def teacher_of(
    options: MineOptions,
    routes: Mapping[str, object],
    articles: Articles,
    reranker: RerankerModel | None,
) -> Teacher:
    """The teacher that the options ask for.

    Raises:
        MineError: it needs a reranker, or a route that the index does not have.
    """
    wanted = options.teacher
    if wanted == TeacherName.AUTO:
        wanted = TeacherName.RERANKER if reranker is not None else _best_route(routes)
    if wanted == TeacherName.RERANKER:
        if reranker is None:
            raise MineError("mine.no_reranker")
        first = _of_routes(_best_route(routes))
        return RerankerTeacher(reranker, articles, first, options.read)
    needed = set(routes) if wanted == TeacherName.FUSED else {wanted}
    if not needed <= set(routes) or (wanted == TeacherName.FUSED and len(routes) < 2):
        raise MineError("mine.no_route", teacher=wanted, routes=", ".join(routes))
    return _of_routes(wanted)


def _best_route(routes: Mapping[str, object]) -> str:
    return TeacherName.FUSED.value if len(routes) > 1 else next(iter(routes))


def _of_routes(wanted: str) -> Teacher:
    return FusedTeacher() if wanted == TeacherName.FUSED else RouteTeacher(wanted)
