"""ONNX cross-encoders by onnxruntime, without torch.

The folder is as ``lexdpr-rag export-onnx`` writes it: ``model.onnx`` (or what ``lexdpr_config.json``
names as ``onnx_file``), ``tokenizer.json``, ``lexdpr_config.json``.  The graph takes ``input_ids``
and ``attention_mask``, and ``token_type_ids`` where it asks for them, int64 (n, length); its first
output is the logits, float32 (n, 1), (n, 2) or (n,).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends.pairs import Pair, PairTokenizer, Scored, check_labels, score_sorted
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import ModelError

TOKENIZER = "tokenizer.json"
_PAD_NAMES = ("<pad>", "[PAD]")


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
        return score_sorted(self._tokenize(pairs), batch_size, forward=self._forward, pad=self._pad)

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


def open_session(folder: Path, file: str) -> Any:
    """The ``InferenceSession`` of a graph.

    Raises:
        ModelError: the graph is broken.
        MissingExtraError: onnxruntime is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtraError("extra.missing", package="onnxruntime", extra="models") from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            str(folder / file), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime has a class for every status code
        raise ModelError("model.damaged", path=folder, part=file, reason=_line(error)) from error


def open_tokenizer(folder: Path) -> Any:
    """The ``Tokenizer`` of a folder; errors as of :func:`open_session`."""
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingExtraError("extra.missing", package="tokenizers", extra="models") from error
    try:
        return Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # tokenizers raises Exception itself
        raise ModelError(
            "model.damaged", path=folder, part=TOKENIZER, reason=_line(error)
        ) from error


def pad_id(tokenizer: Any, folder: Path) -> int:
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


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
