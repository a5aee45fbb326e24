"""What encoders and rerankers of torch are loaded by alike: errors, LoRA adapters, tokenizers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import ModelError


def need_sentence_transformers() -> None:
    """Raise :class:`MissingExtraError` where it, or what it needs, is not installed."""
    try:
        import sentence_transformers  # noqa: F401 - its own imports are the question
    except ImportError as error:
        package = "sentence-transformers"
        raise MissingExtraError("extra.missing", package=package, extra="models") from error


@contextmanager
def without_bars() -> Iterator[None]:
    """Without the bars that transformers shows while it loads; those of downloads stay."""
    from transformers.utils import logging

    bars: Any = logging  # it has no types
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()


def load_errors() -> tuple[type[Exception], ...]:
    """What transformers raises of a folder or a name that it cannot load."""
    from safetensors import SafetensorError

    broken = (OSError, ValueError, TypeError, KeyError, AttributeError)
    return (*broken, ImportError, RuntimeError, SafetensorError)


def not_loaded(target: str, error: Exception) -> ModelError:
    """The error that names the model."""
    return ModelError("model.not_loaded", name=target, reason=_line(error))


def with_adapter(model: Any, adapter: str, target: str, *, merge: bool = True) -> Any:
    """``model`` with a LoRA adapter; merged into its weights it runs at the model's own speed.

    Args:
        model: of transformers.
        adapter: folder or hub name.
        target: what the model is called.
        merge: add the adapter's weights to those of the model; not possible with 4 bits.

    Raises:
        ModelError: the adapter is broken, or was made for another model.
        MissingExtraError: peft is not installed.
    """
    try:
        from peft import PeftModel
    except ImportError as error:
        raise MissingExtraError("extra.missing", package="peft", extra="models") from error
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            adapted = PeftModel.from_pretrained(model, adapter)
    except load_errors() as error:
        raise _no_fit(adapter, target, error) from error
    for warning in told:
        if "missing adapter keys" in str(warning.message):  # it would be loaded as if it were none
            raise _no_fit(adapter, target, warning.message)
    return _merged(adapted) if merge else adapted


def _merged(adapted: Any) -> Any:
    """The model with its adapter in its weights, as if it had been trained whole."""
    for name, module in list(adapted.named_modules()):
        # Heads that were trained whole: peft takes those of IA3 for layers with one weight.
        if type(module).__name__ == "ModulesToSaveWrapper":
            parent, _, last = name.rpartition(".")
            setattr(adapted.get_submodule(parent), last, module.modules_to_save["default"])
    return adapted.merge_and_unload()


def is_fast(tokenizer: Any) -> bool:
    """Whether a tokenizer can be asked for ids that are then padded and cut at the right."""
    return (
        bool(getattr(tokenizer, "is_fast", False))
        and tokenizer.pad_token_id is not None
        and tokenizer.padding_side == "right"
        and tokenizer.truncation_side == "right"
    )


def _no_fit(adapter: str, target: str, reason: Warning | Exception | str) -> ModelError:
    return ModelError("model.adapter", path=adapter, name=target, reason=_line(reason))


def _line(reason: Warning | Exception | str) -> str:
    return " ".join(str(reason).split())[:300] or type(reason).__name__
