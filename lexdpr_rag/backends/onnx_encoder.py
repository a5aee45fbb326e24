"""ONNX models by onnxruntime: a graph with pooling (and normalisation) inside, without torch.

The folder, as ``lexdpr-rag export-onnx`` writes it: ``model.onnx`` (or the file that
``lexdpr_config.json`` names as ``onnx_file``), ``tokenizer.json`` and ``lexdpr_config.json``.  The
graph takes ``input_ids`` and ``attention_mask``, and ``token_type_ids`` where it asks for them, int64
(n, length); its first output is float32 (n, d).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends import Encoded, Job
from lexdpr_rag.backends.batches import SpecialEnds, cpu_budget, encode_sorted, fast_tokenize
from lexdpr_rag.backends.onnx_session import open_session, open_tokenizer, pad_id
from lexdpr_rag.backends.workers import workers
from lexdpr_rag.templates import ModelError


class OnnxBackend:
    """An exported encoder in a local folder."""

    def __init__(self, folder: Path, file: str = "model.onnx", *, normalized: bool = True) -> None:
        self.normalized = normalized
        self._session = open_session(folder, file)
        tokenizer = open_tokenizer(folder)
        self._pad = pad_id(tokenizer, folder)
        self._ends = SpecialEnds.of(tokenizer)
        self._tokenize = fast_tokenize(tokenizer)
        self._inputs = [wanted.name for wanted in self._session.get_inputs()]
        self._dimension = self._measured(folder, file)

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return self._dimension

    def encode(self, texts: Sequence[str], job: Job) -> Encoded:
        """Vectors of ``texts``."""
        return encode_sorted(
            texts,
            job,
            budget=cpu_budget(job.batch_size),
            tokenize=self._tokenize,
            ends=self._ends,
            forward=self._forward,
            pad=self._pad,
            dimension=self._dimension,
            pool=workers(),
        )

    def _forward(self, tokens: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        known = {"input_ids": tokens, "attention_mask": mask}
        feed = {n: known[n] if n in known else np.zeros_like(tokens) for n in self._inputs}
        found: NDArray[np.float32] = self._session.run(None, feed)[0]
        return found

    def _measured(self, folder: Path, file: str) -> int:
        """The dimension: what the graph says, or, where it leaves it open, what comes out."""
        shape = self._session.get_outputs()[0].shape
        if len(shape) == 2 and isinstance(shape[1], int):
            return shape[1]
        [ids] = self._tokenize(["가"])
        tokens = np.array([ids], dtype=np.int64)
        found = self._forward(tokens, np.ones_like(tokens))
        if found.ndim != 2:
            reason = f"the first output is {found.ndim}-dimensional; pooling must be in the graph"
            raise ModelError("model.damaged", path=folder, part=file, reason=reason)
        return int(found.shape[1])
