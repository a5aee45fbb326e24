"""Pieces of text with some tokens hidden, the same ones whenever a piece is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

_IGNORED = -100
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Pieces:
    """Texts as tokens, cut into pieces; n of them.

    Attributes:
        tokens: int32, of all pieces one after the other, special tokens left out.
        offsets: int64 ``(n + 1,)``; piece i is ``tokens[offsets[i] : offsets[i + 1]]``.
    """

    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str], tokenizer: Any, length: int) -> Pieces:
        """Cut ``texts`` into pieces of ``length`` tokens, the two special ones counted."""
        held: list[NDArray[np.int32]] = []
        for ids in _tokenised(texts, tokenizer):
            whole = np.array(ids, dtype=np.int32)
            held += [whole[at : at + length - 2] for at in range(0, len(whole), length - 2)]
        sizes = [len(piece) for piece in held]
        tokens = np.concatenate(held) if held else np.zeros(0, dtype=np.int32)
        return cls(tokens, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, piece: int) -> NDArray[np.int32]:
        return self.tokens[self.offsets[piece] : self.offsets[piece + 1]]


def _tokenised(texts: Iterable[str], tokenizer: Any) -> Iterator[list[int]]:
    source = iter(texts)
    while some := list(islice(source, _AT_ONCE)):
        told = tokenizer(some, add_special_tokens=False, verbose=False)
        yield from (ids for ids in told["input_ids"] if ids)


class MaskedPieces:
    """Each piece ``times`` times, with other tokens hidden each time; a dataset of torch.

    What is hidden depends on the seed and the row alone.
    """

    def __init__(
        self, pieces: Pieces, tokenizer: Any, share: float, seed: int, times: float
    ) -> None:
        self.pieces = pieces
        self.rows = max(round(len(pieces) * times), 1)
        self._share, self._seed = share, seed
        self._ends = (tokenizer.cls_token_id, tokenizer.sep_token_id)
        self._mask = int(tokenizer.mask_token_id)
        self._vocabulary = len(tokenizer)

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, row: int) -> dict[str, list[int]]:
        draw = np.random.default_rng((self._seed, row))
        tokens = self.pieces[row % len(self.pieces)].astype(np.int64)
        shown, asked = tokens.copy(), draw.random(len(tokens)) < self._share
        if not asked.any():
            asked[draw.integers(len(tokens))] = True
        kind = draw.random(len(tokens))
        shown[asked & (kind < 0.8)] = self._mask
        other = asked & (kind >= 0.9)
        shown[other] = draw.integers(self._vocabulary, size=int(other.sum()))
        labels = np.where(asked, tokens, _IGNORED)
        first, last = self._ends
        return {
            "input_ids": [first, *shown.tolist(), last],
            "attention_mask": [1] * (len(tokens) + 2),
            "labels": [_IGNORED, *labels.tolist(), _IGNORED],
        }
