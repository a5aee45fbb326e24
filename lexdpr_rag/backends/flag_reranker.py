"""``bge-reranker-*`` by FlagEmbedding, for those who serve them with it already.

FlagEmbedding cuts the question to three quarters of the limit and then the provision to the rest;
short of the limit its scores are those of sentence-transformers.  With transformers 5 it makes text
of the tokens and tokens of that text again, so that rare characters may score otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lexdpr_rag.backends.pairs import Pair, PairSource, Scored, check_labels
from lexdpr_rag.backends.torch_loading import load_errors, not_loaded, with_adapter
from lexdpr_rag.backends.torch_reranker import pair_lengths
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import ModelError

_DEFAULT_LIMIT = 8192


class FlagPairs:
    """A ``FlagReranker`` on one device, in float32."""

    def __init__(self, source: PairSource) -> None:
        self.model = _load(source)
        check_labels(source.target, int(self.model.model.config.num_labels))
        if self.model.model.config.num_labels != 1:  # FlagEmbedding would mix the two up
            raise ModelError("reranker.flag_labels", name=source.target)
        if source.adapter:
            self.model.model = with_adapter(self.model.model, source.adapter, source.target)
        # More than one device would start processes.
        self.model.target_devices = self.model.target_devices[:1]
        self._limit = source.limit or _DEFAULT_LIMIT

    def score(self, pairs: Sequence[Pair], batch_size: int) -> Scored:
        """Logits of ``pairs``."""
        lengths = pair_lengths(self.model.tokenizer, pairs)
        order = np.argsort(-lengths, kind="stable")
        logits = np.empty((len(pairs), 1), dtype=np.float32)
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            logits[rows, 0] = self.model.compute_score(
                [pairs[row] for row in rows],
                batch_size=batch_size + 1,  # it shows a bar for as many as fill a batch
                max_length=self._limit,
            )
        return Scored(logits, lengths)


def _load(source: PairSource) -> Any:
    try:
        from FlagEmbedding import FlagReranker
    except ImportError as error:
        package = "FlagEmbedding"
        if error.name and error.name.partition(".")[0] != package:
            package = f"FlagEmbedding ({error.name})"
        raise MissingExtraError("extra.missing", package=package, extra="flagembedding") from error
    try:
        return FlagReranker(
            source.target,
            use_fp16=False,
            normalize=False,
            devices=source.device,
            cache_dir=source.cache_folder,
            trust_remote_code=source.trust_remote_code,
        )
    except load_errors() as error:
        raise not_loaded(source.target, error) from error
