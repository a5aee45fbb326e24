"""Static embeddings by numpy: the mean of the vectors of a text's tokens, without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends import Encoded, Job
from lexdpr_rag.backends.onnx_session import open_tokenizer
from lexdpr_rag.backends.token_vectors import TokenVectors
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import ModelError

WEIGHTS = "model.safetensors"


class StaticBackend:
    """A ``StaticEmbedding`` of sentence-transformers (or a model of model2vec) in a local folder.

    Its vectors are those of ``SentenceTransformer`` on the same folder; special tokens are left out,
    as there.
    """

    normalized = False

    def __init__(self, folder: Path) -> None:
        self._vectors = _token_vectors(folder / WEIGHTS)
        self._tokenizer = open_tokenizer(folder)
        truncation = self._tokenizer.truncation
        self._own_limit = int(truncation["max_length"]) if truncation else None
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return int(self._vectors.shape[1])

    @property
    def tokens(self) -> TokenVectors:
        """The vectors of its tokens."""
        return TokenVectors(self._vectors, self._cut)

    def _cut(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def encode(self, texts: Sequence[str], job: Job) -> Encoded:
        """Vectors of ``texts``; a text without any token is a row of zeros."""
        cut = self._cut(texts)
        limits = [limit for limit in (job.limit, self._own_limit) if limit is not None]
        most = min(limits) if limits else None
        lengths = np.zeros(len(cut), dtype=np.int64)
        vectors = np.zeros((len(cut), self.dimension), dtype=np.float32)
        for at, ids in enumerate(cut):
            lengths[at] = len(ids)
            if ids:
                vectors[at] = self._mean(np.array(ids[:most], dtype=np.int64))
        job.advance(len(cut))
        return Encoded(vectors, lengths)

    def _mean(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Mean of the tokens' vectors, float32 ``(d,)``.

        Each distinct token is gathered once: most come again, and gathering costs the most.
        """
        distinct, counts = np.unique(ids, return_counts=True)
        rows = self._vectors[distinct].astype(np.float32, copy=False)
        mean: NDArray[np.float32] = counts.astype(np.float32) @ rows / np.float32(len(ids))
        return mean


def _token_vectors(path: Path) -> NDArray[Any]:
    """One row a token id, float32 or float16."""
    try:
        from safetensors import SafetensorError
        from safetensors.numpy import load_file
    except ImportError as error:
        raise MissingExtraError("package.missing", package="safetensors") from error
    try:
        held = load_file(path)
    except (OSError, SafetensorError, KeyError, json.JSONDecodeError) as error:
        raise ModelError(
            "model.damaged", path=path.parent, part=path.name, reason=str(error)
        ) from error
    if "embedding.weight" in held:
        return _floats(held["embedding.weight"])
    if "embeddings" not in held:
        reason = f"'embedding.weight' is expected, there are: {', '.join(sorted(held))}"
        raise ModelError("model.damaged", path=path.parent, part=path.name, reason=reason)
    # model2vec: rows may be shared by tokens (mapping) and weighted token by token.
    vectors = held["embeddings"]
    if "mapping" in held:
        vectors = vectors[held["mapping"].astype(np.int64)]
    if "weights" in held:
        vectors = vectors.astype(np.float32) * held["weights"][:, None]
    return _floats(vectors)


def _floats(vectors: NDArray[Any]) -> NDArray[Any]:
    keep = vectors.dtype in (np.float32, np.float16)
    return vectors if keep else vectors.astype(np.float32)
