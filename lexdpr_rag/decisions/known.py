"""An encoder that encodes only the texts that have no vector yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.encoder import Encoder
from lexdpr_rag.index.vectors import Hashes, HashRows, text_hashes

_AT_ONCE = 512
"""Texts given to the encoder at a time; progress is told between."""


class KnownTexts:
    """An encoder of texts, some of which were encoded before.

    Attributes:
        hashes: of all texts asked for so far, in their order.
        encoded: how many of them were new.
    """

    def __init__(
        self,
        encoder: Encoder,
        hashes: Hashes,
        rows: NDArray[np.int8],
        tell: Callable[[int], None],
    ) -> None:
        """
        Args:
            encoder: encodes what is new.
            hashes: uint64 ``(n, 2)``, of the texts known.
            rows: int8 ``(n, d)``, their vectors, up to their lengths.
            tell: told how many texts are done, after every step.
        """
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self._encoder, self._rows, self._tell = encoder, rows, tell
        self._known = HashRows(hashes)
        self._asked: list[Hashes] = []
        self.encoded = 0

    @property
    def hashes(self) -> Hashes:
        """uint64 ``(texts asked for, 2)``."""
        return np.concatenate([np.zeros((0, 2), np.uint64), *self._asked])

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.get_embedding_dimension()

    def encode_queries(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        """Vectors of ``texts``, float32 ``(n, d)``, of any length."""
        hashes = text_hashes(texts)
        at = self._known.find(hashes)
        found = np.zeros((len(texts), self.get_embedding_dimension()), np.float32)
        found[at >= 0] = self._rows[at[at >= 0]]
        new = np.flatnonzero(at < 0)
        done = sum(map(len, self._asked)) + len(texts) - len(new)
        if not len(new):
            self._tell(done)
        for start in range(0, len(new), _AT_ONCE):
            part = new[start : start + _AT_ONCE]
            found[part] = self._encoder.encode_queries([texts[i] for i in part], batch_size)
            done += len(part)
            self._tell(done)
        self._asked.append(hashes)
        self.encoded += len(new)
        return found

    def encode_passages(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        """Not for passages.

        Raises:
            TypeError: always.
        """
        raise TypeError("decisions are encoded as questions")
