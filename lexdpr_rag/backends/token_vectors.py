"""The vectors of single tokens, as a static model holds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """How a static model cuts texts into tokens, and the vector of each.

    Attributes:
        vectors: float16 or float32 ``(v, d)``, a row for each token of the vocabulary.
        cut: texts → the tokens of each, in order.
    """

    vectors: NDArray[Any]
    cut: Callable[[Sequence[str]], list[list[int]]]

    def ids(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """The distinct tokens of each text, ascending."""
        return [np.unique(np.array(ids, np.int64)) for ids in self.cut(texts)]

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of some tokens, float32 ``(n, d)``."""
        return self.vectors[ids].astype(np.float32, copy=False)
