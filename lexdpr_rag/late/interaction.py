"""What the tokens of a question and of some texts say of each other.

A static encoder gives a text one vector, the mean of its tokens'; a long article then is near to many
questions a little.  Late interaction (Khattab and Zaharia, ColBERT, 2020) compares token with token:
each token of the question looks for the nearest one in the text, and each of the text for the nearest
one in the question.  The vectors here have no context, so that nothing has to be stored: the texts of
fifty candidates are cut into tokens while the question waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends.token_vectors import TokenVectors

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

FEATURES = (
    *("forward", "forward_rare", "literal", "forward_squared", "back", "back_weighted", "pooled"),
    *("rarest_met", "nearest_three", "forward_both", "met"),
)
"""What :func:`interaction` tells of each text, in the order of its columns.

Forward is the cosine of each question token with the nearest of the text, as a mean: by the lengths
of the tokens' vectors (what the encoder learned of their weight), by idf, squared, by both weights.
Literal is the share of the question's idf whose tokens stand in the text, met the share whose nearest
has a cosine above .5.  Back is the mean over the text's tokens of the cosine with the nearest of the
question, plain, weighted, and the mean of the ten weightiest.  Nearest three: forward, with the mean
of the three nearest.  Pooled is the cosine of the question's vector with the sum of the text's.
"""

_SAME = 0.999
_MET = 0.5
_WEIGHTIEST = 10
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class AskedTokens:
    """A question as the comparison needs it.

    Attributes:
        vectors: float32 ``(q, d)``, one row for each distinct token, as long as the encoder has it.
        lengths: float32 ``(q,)``, of the rows.
        idf: float32 ``(q,)``.
        pooled: float32 ``(d,)``, the question's own vector, of length 1.
    """

    vectors: Floats
    lengths: Floats
    idf: Floats
    pooled: Floats

    @classmethod
    def of(cls, text: str, pooled: Floats, tokens: TokenVectors, idf: Floats) -> AskedTokens:
        """The question ``text``; ``pooled`` is its vector."""
        (ids,) = tokens.ids([text])
        rows = tokens.rows(ids)
        return cls(rows, _lengths(rows), idf[ids], pooled)


def interaction(
    asked: AskedTokens, texts: Sequence[Ids], tokens: TokenVectors, idf: Floats
) -> Floats:
    """What the tokens of the question and of each text say of each other.

    Args:
        asked: the question.
        texts: the distinct tokens of each of m texts.
        tokens: vectors of all tokens.
        idf: float32, of all tokens.

    Returns:
        float32 ``(m, 11)``, see :data:`FEATURES`; a row of zeros for a text (or a question) without
        tokens.
    """
    found = np.zeros((len(texts), len(FEATURES)), np.float32)
    filled = [at for at, ids in enumerate(texts) if len(ids)]
    if not filled or not len(asked.vectors):
        return found
    sizes = np.array([len(texts[at]) for at in filled])
    begins = np.cumsum(sizes) - sizes
    every = np.concatenate([texts[at] for at in filled])
    distinct, which = np.unique(every, return_inverse=True)
    rows = tokens.rows(distinct)
    lengths = _lengths(rows)
    cosines = (asked.vectors @ rows.T) / (asked.lengths[:, None] * lengths)
    wide = cosines[:, which]
    weights = (lengths * idf[distinct])[which]
    columns = [
        *_forward(asked, np.maximum.reduceat(wide, begins, axis=1).T),
        *_back(wide.max(axis=0), lengths[which], begins, sizes),
        _pooled(asked.pooled, rows, which, np.repeat(np.arange(len(filled)), sizes)),
        *_further(asked, wide, weights, begins, sizes),
    ]
    found[filled] = np.stack(columns, axis=1)
    return found


def _forward(asked: AskedTokens, nearest: Floats) -> list[Floats]:
    """``nearest``: float32 ``(m, q)``."""
    weight, rare = asked.lengths / asked.lengths.sum(), asked.idf / asked.idf.sum()
    literal = (nearest > _SAME).astype(np.float32)
    return [nearest @ weight, nearest @ rare, literal @ rare, nearest**2 @ weight]


def _back(nearest: Floats, lengths: Floats, begins: Ids, sizes: Ids) -> list[Floats]:
    """``nearest``: float32, of each token of all texts."""
    plain = np.add.reduceat(nearest, begins) / sizes
    weighted = np.add.reduceat(nearest * lengths, begins) / np.add.reduceat(lengths, begins)
    return [plain.astype(np.float32), weighted.astype(np.float32)]


def _pooled(question: Floats, rows: Floats, which: Ids, text: Ids) -> Floats:
    """Cosine of the question's vector with the sum of each text's distinct tokens."""
    held = np.zeros((int(text[-1]) + 1, len(rows)), np.float32)
    held[text, which] = 1
    sums: Floats = held @ rows
    return ((sums @ question) / _lengths(sums)).astype(np.float32)


def _further(
    asked: AskedTokens, wide: Floats, weights: Floats, begins: Ids, sizes: Ids
) -> list[Floats]:
    both = asked.lengths * asked.idf
    both = both / both.sum()
    weight = asked.lengths / asked.lengths.sum()
    met = wide.max(axis=0) * weights
    columns = np.zeros((4, len(sizes)), np.float32)
    for at, (begin, size) in enumerate(zip(begins.tolist(), sizes.tolist(), strict=True)):
        own = wide[:, begin : begin + size]
        best = own.max(axis=1)
        most, three = min(_WEIGHTIEST, size), min(_NEAREST, size)
        columns[0, at] = np.partition(met[begin : begin + size], size - most)[size - most :].mean()
        near = np.partition(own, size - three, axis=1)[:, size - three :]
        columns[1, at] = near.mean(axis=1) @ weight
        columns[2, at] = best @ both
        columns[3, at] = (best > _MET) @ both
    return list(columns)


def _lengths(rows: Floats) -> Floats:
    found: Floats = np.linalg.norm(rows, axis=1) + np.float32(1e-9)
    return found
