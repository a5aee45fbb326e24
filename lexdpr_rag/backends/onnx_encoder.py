"""ONNX models by onnxruntime: a graph with pooling (and normalisation) inside, without torch.

The folder, as ``lexdpr-rag export-onnx`` writes it: ``model.onnx`` (or the file that
``lexdpr_config.json`` names as ``onnx_file``), ``tokenizer.json`` and ``lexdpr_config.json``.  The
graph takes ``input_ids`` and ``attention_mask``, and ``token_type_ids`` where it asks for them, int64
(n, length); its first output is float32 (n, d).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends import Encoded, Job
from lexdpr_rag.backends.batches import SpecialEnds, cpu_budget, encode_sorted, fast_tokenize
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import ModelError

TOKENIZER = "tokenizer.json"
_PAD_NAMES = ("<pad>", "[PAD]")


class OnnxBackend:
    """An exported encoder in a local folder."""

    def __init__(
        self, folder: Path, file: str = "model.onnx", *, normalized: bool = True, threads: int = 0
    ) -> None:
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            package = error.name or "onnxruntime"
            raise MissingExtraError("extra.missing", package=package, extra="onnx") from error
        self.normalized = normalized
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime has a class for every status code
            raise ModelError("model.damaged", path=folder, part=file, reason=str(error)) from error
        try:
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # tokenizers raises Exception itself
            raise ModelError(
                "model.damaged", path=folder, part=TOKENIZER, reason=str(error)
            ) from error
        self._pad = _pad_id(tokenizer, folder)
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


def _pad_id(tokenizer: Any, folder: Path) -> int:
    """The id that pads; RoBERTa counts positions by it, so that it must be the model's own."""
    if tokenizer.padding:
        return int(tokenizer.padding["pad_id"])
    config = folder / "config.json"
    if config.is_file():
        told = json.loads(config.read_text(encoding="utf-8")).get("pad_token_id")
        if isinstance(told, int):
            return told
    found = (tokenizer.token_to_id(name) for name in _PAD_NAMES)
    return next((pad for pad in found if pad is not None), 0)
