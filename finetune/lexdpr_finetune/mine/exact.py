"""The dense route, exact: every vector is compared, by numpy or, where there is a GPU, by torch."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.mine.routes import Answers, Rows, Scores, Table
from lexdpr_rag.encoder import Encoder
from lexdpr_rag.index.dense import DenseIndex

if TYPE_CHECKING:
    import torch

_LONGEST = 1024
"""Articles that a GPU gives back of each question; more than any route is asked for."""


def gpu() -> str | None:
    """The GPU that torch can use, ``None`` where there is none; torch is not needed."""
    if find_spec("torch") is None:
        return None
    import torch

    return "cuda" if torch.cuda.is_available() else None


class DenseRoute:
    """Cosines of every article: the highest of its units."""

    name = "dense"

    def __init__(
        self, index: DenseIndex, encoder: Encoder, articles: Articles, device: str | None = None
    ) -> None:
        """``device``: where torch compares (``cuda``, ``cpu``); numpy compares unless given.

        Raises:
            IndexFormatError: another encoder made the vectors.
        """
        index.check(encoder)
        self.encoder = encoder
        self._in_force = articles.in_force
        vectors, owners = index.table.vectors, index.articles(articles.store)
        self._compare: Comparison = (
            NumpyComparison(vectors, owners, articles.store.articles)
            if device is None
            else TorchComparison(vectors, owners, self._in_force, device)
        )

    def ask(self, queries: Sequence[str]) -> Answers:
        """See :class:`~lexdpr_finetune.mine.routes.Route`."""
        asked = np.asarray(self.encoder.encode_queries(list(queries)), np.float32)
        lengths = np.linalg.norm(asked, axis=1, keepdims=True)
        found = self._compare.with_all(asked / np.maximum(lengths, 1e-12))
        return Table(found, self._in_force) if isinstance(found, np.ndarray) else found


class NumpyComparison:
    """On the CPU."""

    def __init__(self, vectors: Scores, owners: Rows, articles: int) -> None:
        """``owners``: the article of every vector, ascending."""
        self._vectors, self._articles = vectors, articles
        self._begins = np.flatnonzero(np.diff(owners, prepend=-1))
        self._owners = owners[self._begins]

    def with_all(self, queries: Scores) -> Scores:
        """Cosines, float32 ``(questions, articles)``; ``-inf`` for articles without a vector."""
        out = np.full((len(queries), self._articles), -np.inf, np.float32)
        if len(self._owners):
            cosines = queries @ self._vectors.T
            out[:, self._owners] = np.maximum.reduceat(cosines, self._begins, axis=1)
        return out


class TorchComparison:
    """By torch, on any of its devices; vectors stay there."""

    def __init__(
        self, vectors: Scores, owners: Rows, in_force: NDArray[np.bool_], device: str
    ) -> None:
        import torch

        # Copies: vectors are a read-only map of a file.
        self._vectors = torch.from_numpy(np.array(vectors)).to(device)
        self._owners = torch.from_numpy(np.array(owners)).to(device)
        self._in_force = torch.from_numpy(np.array(in_force)).to(device)

    def with_all(self, queries: Scores) -> TorchAnswers:
        """The same as numpy's, kept on the device but for the best."""
        import torch

        asked = torch.from_numpy(queries).to(self._vectors.device)
        cosines = asked @ self._vectors.T
        shape = (len(asked), len(self._in_force))
        table = torch.full(shape, -torch.inf, device=asked.device)
        table.scatter_reduce_(1, self._owners.expand_as(cosines), cosines, "amax")
        return TorchAnswers(table, self._in_force)


class TorchAnswers:
    """Answers on a torch device."""

    def __init__(self, table: torch.Tensor, in_force: torch.Tensor) -> None:
        """``table``: cosines, float32 ``(questions, articles)``; ``in_force``: bool ``(articles,)``."""
        import torch

        self._table = table
        kept = torch.where(in_force, table, -torch.inf).topk(min(_LONGEST, table.shape[1]), dim=1)
        self._scores: Scores = kept.values.cpu().numpy()
        self._rows: Rows = kept.indices.cpu().numpy()

    def best(self, question: int, count: int) -> Rows:
        """See :class:`~lexdpr_finetune.mine.routes.Answers`; at most 1,024."""
        rows, scores = self._rows[question], self._scores[question]
        kept = np.lexsort((rows, -scores))[:count]  # equals in document order
        found: Rows = rows[kept][scores[kept] > 0]
        return found

    def of(self, question: int, rows: Rows) -> Scores:
        """See :class:`~lexdpr_finetune.mine.routes.Answers`."""
        import torch

        at = torch.from_numpy(np.ascontiguousarray(rows)).to(self._table.device)
        found: Scores = self._table[question][at].cpu().numpy()
        return found


Comparison = NumpyComparison | TorchComparison
