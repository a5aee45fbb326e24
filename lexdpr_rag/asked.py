"""What is asked of an engine besides the question: options, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from lexdpr_rag.datamodels import Filters, Level, LevelName, Mode, ModeName
from lexdpr_rag.errors import FilterError
from lexdpr_rag.index.fusion import Fusion
from lexdpr_rag.reranker import RerankerModel

CANDIDATES = 50
"""So many of the best are read by a reranker."""


class SearchOptions(TypedDict, total=False):
    """The keyword arguments of :meth:`LexDPR.search`, which explains them."""

    level: LevelName | Level
    mode: ModeName | Mode
    filters: Filters | None
    rerank: bool | None
    candidates: int
    fusion: Fusion | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one search.

    Attributes:
        reranker: the one to use; ``None`` for none.
        read: whether the package's own reranker reads the best candidates first.
        candidates: so many are given to it, ``k`` at least.
        fusion: ``None`` for the default.
    """

    k: int
    level: Level
    mode: Mode
    filters: Filters
    reranker: RerankerModel | None
    read: bool
    candidates: int
    fusion: Fusion | None

    @classmethod
    def of(
        cls,
        k: int,
        owned: RerankerModel | None,
        *,
        has_own: bool = False,
        level: str = Level.AUTO,
        mode: str = Mode.HYBRID,
        filters: Filters | None = None,
        rerank: bool | None = None,
        candidates: int = CANDIDATES,
        fusion: Fusion | None = None,
    ) -> Asked:
        """The options as they were given; ``owned`` is the reranker that the engine was given,
        ``has_own``: whether the package has one for its index.

        Raises:
            FilterError: one has a value that is not allowed.
        """
        for name, value in (("k", k), ("candidates", candidates)):
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise FilterError("search.k", name=name, value=value)
        if level not in list(Level):
            raise FilterError("search.level", value=level)
        if mode not in list(Mode):
            raise FilterError("search.mode", value=mode)
        if rerank and owned is None and not has_own:
            raise FilterError("search.no_reranker")
        reranker = None if rerank is False else owned
        chosen = Level(level), Mode(mode), filters or Filters()
        return cls(k, *chosen, reranker, rerank is not False, max(candidates, k), fusion)


def checked_query(query: str) -> str:
    """``query``.

    Raises:
        FilterError: it is empty.
    """
    if not query.strip():
        raise FilterError("search.empty")
    return query
