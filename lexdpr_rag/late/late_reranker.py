"""The reranker of the package: late interaction, weighed by a small fitted network.

It reads the first fifty candidates of the fused routes and says anew how likely each answers the
question, from what the fusion said of it and from what the tokens of question and provision say of
each other (:mod:`lexdpr_rag.late.interaction`).  It needs no model beyond the encoder that has already
been loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends.token_vectors import TokenVectors
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.arrays_file import write_arrays
from lexdpr_rag.index.fitted import (
    CANDIDATE_FEATURES,
    QUESTION_FEATURES,
    Evidence,
    candidate_features,
    question_features,
)
from lexdpr_rag.index.network import Network
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.late.interaction import FEATURES, AskedTokens, interaction
from lexdpr_rag.late.passages import FIELDS, field_texts

NETWORK, IDF = "network.safetensors", "idf.safetensors"

READ = 50
"""So many candidates are read: as when the network was fitted."""

TOLD = len(FIELDS) * len(FEATURES) + 1
"""Numbers that late interaction tells of a candidate: every feature of every field, and its length."""

LATE_FEATURES = 3 * TOLD + 2 + CANDIDATE_FEATURES

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the tokens say of the m candidates that were read.

    Attributes:
        rows: int64 ``(m,)``, which of the candidates of the fusion, the best first.
        told: float32 ``(m, TOLD)``.
    """

    rows: NDArray[np.int64]
    told: Floats


def late_features(told: Floats, prior: Floats, given: Floats) -> Floats:
    """What the network sees of each candidate that was read, float32 ``(m, LATE_FEATURES)``.

    Args:
        told: float32 ``(m, TOLD)``; it goes in as it is, beside the highest, and standardised over
            the candidates.
        prior: float32 ``(m,)``, the fusion's log-odds; as they are and standardised.
        given: float32 ``(m, 11)``, what the fusion saw.
    """
    columns = [_standard(told), told / np.maximum(told.max(axis=0), 1e-6), told]
    columns += [prior[:, None], _standard(prior[:, None]), given]
    found: Floats = np.concatenate(columns, axis=1, dtype=np.float32)
    return found


def _standard(values: Floats) -> Floats:
    found: Floats = (values - values.mean(axis=0)) / (values.std(axis=0) + 1e-6)
    return found


class LateReranker:
    """Reads the best candidates token by token; safe to use from several threads."""

    def __init__(self, network: Network, idf: Floats, tokens: TokenVectors) -> None:
        """``idf``: float32, of each token of the encoder; ``tokens``: the encoder's."""
        self._network, self._idf, self._tokens = network, idf, tokens

    @classmethod
    def open(cls, folder: Path, tokens: TokenVectors) -> LateReranker:
        """The reranker in ``folder`` for the encoder with these ``tokens``.

        Raises:
            IndexFormatError: it is damaged, or made for another encoder.
        """
        network = Network.open(folder / NETWORK, LATE_FEATURES, QUESTION_FEATURES)
        return cls(network, read_idf(folder / IDF, len(tokens.vectors)), tokens)

    def save(self, folder: Path) -> None:
        """Write it to ``folder``, which is made."""
        self._network.save(folder / NETWORK)
        write_idf(folder / IDF, self._idf, self._network.about)

    def read(
        self,
        store: UnitStore,
        text: str,
        vector: Floats,
        articles: NDArray[np.int64],
        prior: Floats,
    ) -> Reading:
        """Compare the question with the candidates that the fusion puts first.

        Args:
            store: holds the articles.
            text: the question.
            vector: float32 ``(d,)``, its vector, of length 1.
            articles: int64 ``(n,)``, rows of all candidates.
            prior: float32 ``(n,)``, the fusion's log-odds.
        """
        rows = np.argsort(-prior, kind="stable")[:READ].astype(np.int64)
        return Reading(
            rows, read_tokens(store, text, vector, articles[rows], self._tokens, self._idf)
        )

    def logits(self, reading: Reading, prior: Floats, given: Evidence) -> Floats:
        """The log-odds of all candidates, float32 ``(n,)``: of those that were read anew, and of the
        others as before, but below all that were read.
        """
        found = prior.copy()
        rows = reading.rows
        if not len(rows):
            return found
        seen = late_features(reading.told, prior[rows], candidate_features(given)[rows])
        found[rows] = self._network.logits(seen, question_features(given))
        others = np.ones(len(found), bool)
        others[rows] = False
        if others.any():
            above = float(found[others].max()) - float(found[rows].min())
            found[others] -= max(0.0, above + 1e-3)
        return found


def read_tokens(
    store: UnitStore,
    text: str,
    vector: Floats,
    articles: NDArray[np.int64],
    tokens: TokenVectors,
    idf: Floats,
) -> Floats:
    """What the tokens of a question and of some articles say of each other, float32 ``(m, TOLD)``."""
    asked = AskedTokens.of(text, vector, tokens, idf)
    columns = []
    for texts in field_texts(store, articles):
        ids = tokens.ids(texts)
        columns.append(interaction(asked, ids, tokens, idf))
        if len(columns) == 1:
            lengths = np.log1p([len(own) for own in ids]).astype(np.float32)
    return np.concatenate([*columns, lengths[:, None]], axis=1, dtype=np.float32)


def token_idf(counts: NDArray[np.int64], texts: int) -> Floats:
    """idf of every token, float32: ``ln(1 + (n - df + ½) / (df + ½))``, as in BM25.

    Args:
        counts: in how many of the ``texts`` each token stands.
    """
    found: Floats = np.log1p((texts - counts + 0.5) / (counts + 0.5)).astype(np.float32)
    return found


def write_idf(path: Path, idf: Floats, about: Mapping[str, Any]) -> None:
    """Write the tokens' idf, as float16."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {name: str(value) for name, value in about.items()}
    write_arrays(path, {"idf": idf.astype(np.float16)}, told)


def read_idf(path: Path, size: int) -> Floats:
    """Inverse of :func:`write_idf`, float32 ``(size,)``.

    Raises:
        IndexFormatError: it is damaged, or has another length.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        idf: Floats = load_file(path)["idf"].astype(np.float32)
    except (OSError, SafetensorError, KeyError) as error:
        raise IndexFormatError("fusion.damaged", path=path) from error
    if idf.shape != (size,):
        raise IndexFormatError("fusion.damaged", path=path)
    return idf
