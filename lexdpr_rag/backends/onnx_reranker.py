"""ONNX cross-encoders by onnxruntime, without torch.

The folder is as ``lexdpr-rag export-onnx`` writes it: ``model.onnx`` (or what ``lexdpr_config.json``
names as ``onnx_file``), ``tokenizer.json``, ``lexdpr_config.json``.  The graph takes ``input_ids``
and ``attention_mask``, and ``token_type_ids`` where it asks for them, int64 (n, length); its first
output is the logits, float32 (n, 1), (n, 2) or (n,).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends.batches import cpu_budget
from lexdpr_rag.backends.onnx_session import open_session, open_tokenizer, pad_id
from lexdpr_rag.backends.pairs import Pair, PairTokenizer, Scored, check_labels, score_sorted
from lexdpr_rag.backends.workers import workers
from lexdpr_rag.templates import ModelError


class OnnxPairs:
    """An exported cross-encoder in a local folder."""

    def __init__(self, folder: Path, file: str = "model.onnx", *, limit: int | None = None) -> None:
        self._place = (folder, file)
        self._session = open_session(folder, file)
        tokenizer = open_tokenizer(folder)
        self._pad = pad_id(tokenizer, folder)
        self._tokenize = PairTokenizer(tokenizer, limit)
        self._inputs = [wanted.name for wanted in self._session.get_inputs()]

    def score(self, pairs: Sequence[Pair], batch_size: int) -> Scored:
        """Logits of ``pairs``."""
        return score_sorted(
            self._tokenize(pairs),
            budget=cpu_budget(batch_size),
            forward=self._forward,
            pad=self._pad,
            pool=workers(),
        )

    def _forward(
        self, tokens: NDArray[np.int64], mask: NDArray[np.int64], types: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        known = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": types}
        folder, file = self._place
        unknown = [name for name in self._inputs if name not in known]
        if unknown:
            reason = f"unknown inputs: {', '.join(unknown)}"
            raise ModelError("model.damaged", path=folder, part=file, reason=reason)
        logits = self._session.run(None, {name: known[name] for name in self._inputs})[0]
        if logits.ndim > 2:
            reason = f"the first output is {logits.ndim}-dimensional; logits (n, 1) are expected"
            raise ModelError("model.damaged", path=folder, part=file, reason=reason)
        rows: NDArray[np.float32] = logits.reshape(len(tokens), -1).astype(np.float32, copy=False)
        check_labels(str(folder), rows.shape[1])
        return rows
