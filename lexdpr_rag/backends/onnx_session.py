"""What an exported folder is opened by: onnxruntime for the graph, tokenizers for the words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import ModelError

TOKENIZER = "tokenizer.json"
_PAD_NAMES = ("<pad>", "[PAD]")


def open_session(folder: Path, file: str) -> Any:
    """The ``InferenceSession`` of a graph, one core a call.

    Batches run side by side (:mod:`lexdpr_rag.backends.workers`): a fifth faster than one batch
    that is spread over the cores, more where other work keeps one of them, and no slower for the
    one short text of a question.

    Raises:
        ModelError: the graph is broken.
        MissingExtraError: onnxruntime is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtraError("package.missing", package="onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(
            str(folder / file), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime has a class for every status code
        raise _damaged(folder, file, error) from error


def open_tokenizer(folder: Path) -> Any:
    """The ``Tokenizer`` of a folder; errors as of :func:`open_session`."""
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingExtraError("package.missing", package="tokenizers") from error
    try:
        return Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # tokenizers raises Exception itself
        raise _damaged(folder, TOKENIZER, error) from error


def pad_id(tokenizer: Any, folder: Path) -> int:
    """The id that pads; RoBERTa counts positions by it, so that it must be the model's own.

    Raises:
        ModelError: ``config.json`` is broken.
    """
    if tokenizer.padding:
        return int(tokenizer.padding["pad_id"])
    config = folder / "config.json"
    if config.is_file():
        try:
            told = json.loads(config.read_text(encoding="utf-8")).get("pad_token_id")
        except (OSError, ValueError, AttributeError) as error:
            raise _damaged(folder, config.name, error) from error
        if isinstance(told, int):
            return told
    found = (tokenizer.token_to_id(name) for name in _PAD_NAMES)
    return next((pad for pad in found if pad is not None), 0)


def _damaged(folder: Path, part: str, error: Exception) -> ModelError:
    reason = " ".join(str(error).split())[:300]
    return ModelError("model.damaged", path=folder, part=part, reason=reason)
