"""Models of torch by sentence-transformers: any pooling, LoRA adapters, CPU or GPU.

A pipeline of Transformer, Pooling and Dense modules with a fast tokenizer is fed batches of one
length (:mod:`lexdpr_rag.backends.batches`); every other goes through ``SentenceTransformer.encode``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends import TYPICAL_LENGTH, Encoded, Job
from lexdpr_rag.backends.batches import SpecialEnds, cpu_budget, encode_sorted, fast_tokenize
from lexdpr_rag.backends.torch_linear import use_onednn
from lexdpr_rag.backends.torch_loading import (
    is_fast,
    load_errors,
    need_sentence_transformers,
    not_loaded,
    with_adapter,
    without_bars,
)
from lexdpr_rag.backends.workers import torch_workers

_PLAIN = ("Transformer", "Pooling", "Dense", "Normalize", "Dropout", "LayerNorm")
_GPU_LOAD = 8
"""A GPU takes so many times the tokens of a CPU in one batch."""


@dataclass(frozen=True, slots=True)
class TorchSource:
    """What to load, and how.

    Attributes:
        target: folder or hub name.
        adapter: folder or hub name of a LoRA adapter, empty for none.
        pooling: for a folder that is not one of sentence-transformers.
    """

    target: str
    adapter: str = ""
    pooling: str | None = None
    device: str | None = None
    trust_remote_code: bool = False
    cache_folder: str | None = None


class TorchBackend:
    """A model of sentence-transformers, its ``Normalize`` modules left out."""

    normalized = False

    def __init__(self, source: TorchSource) -> None:
        self.model = _load(source)
        if source.adapter:
            _merge_adapter(self.model, source)
        self.model.eval()
        _leave_out_normalize(self.model)
        self._on_cpu = self.model.device.type == "cpu"
        if self._on_cpu:
            self.model.float()  # half precision is slow there, and less exact
            use_onednn(self.model)
        self._fast = _is_plain(self.model)
        if self._fast:
            tokenizer = self.model.tokenizer.backend_tokenizer
            self._pad = int(self.model.tokenizer.pad_token_id)
            self._ends = SpecialEnds.of(_unpadded(tokenizer))
            self._tokenize = fast_tokenize(tokenizer)

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return int(self.model.get_embedding_dimension())

    def encode(self, texts: Sequence[str], job: Job) -> Encoded:
        """Vectors of ``texts``."""
        if not self._fast:
            return self._encode_any(texts, job)
        return encode_sorted(
            texts,
            job,
            budget=self._budget(job.batch_size),
            tokenize=self._tokenize,
            ends=self._ends,
            forward=self._forward,
            pad=self._pad,
            dimension=self.dimension,
            pool=torch_workers() if self._on_cpu else None,
        )

    def _budget(self, batch_size: int) -> int:
        if self._on_cpu:
            return cpu_budget(batch_size)
        return batch_size * TYPICAL_LENGTH * _GPU_LOAD

    def _forward(self, tokens: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        import torch

        device = self.model.device
        with torch.inference_mode():
            features = {
                "input_ids": torch.from_numpy(tokens).to(device),
                "attention_mask": torch.from_numpy(mask).to(device),
            }
            rows: NDArray[np.float32] = (
                self.model(features)["sentence_embedding"].float().cpu().numpy()
            )
        return rows

    def _encode_any(self, texts: Sequence[str], job: Job) -> Encoded:
        """By ``SentenceTransformer.encode``: slow tokenizers, left padding, modules of one's own."""
        if job.limit is not None:
            self.model.max_seq_length = job.limit
        bare = [text.removeprefix(job.prefix) for text in texts]
        rows = self.model.encode(
            bare,
            prompt=job.prefix or None,
            batch_size=max(job.batch_size * TYPICAL_LENGTH // (job.limit or 512), 1),
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        job.advance(len(texts))
        vectors = np.asarray(rows, dtype=np.float32).reshape(len(texts), -1)
        return Encoded(vectors, self._lengths(texts))

    def _lengths(self, texts: Sequence[str]) -> NDArray[np.int64]:
        tokenizer = getattr(self.model, "tokenizer", None)
        if not callable(tokenizer):
            return np.zeros(len(texts), dtype=np.int64)
        ids = tokenizer(list(texts), truncation=False, padding=False)["input_ids"]
        return np.array([len(row) for row in ids], dtype=np.int64)


def _unpadded(tokenizer: Any) -> Any:
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _load(source: TorchSource) -> Any:
    need_sentence_transformers()
    try:
        with without_bars():
            return _loaded(source) if source.pooling is None else _pooled(source, source.pooling)
    except load_errors() as error:
        raise not_loaded(source.target, error) from error


def _loaded(source: TorchSource) -> Any:
    """A folder of sentence-transformers, or one for which it knows the pooling."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(
        source.target,
        device=source.device,
        trust_remote_code=source.trust_remote_code,
        cache_folder=source.cache_folder,
    )


def _pooled(source: TorchSource, mode: Any) -> Any:
    """A folder of transformers; a mode that the library does not know is its ``ValueError``."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    told: dict[str, Any] = {
        "trust_remote_code": source.trust_remote_code,
        "cache_dir": source.cache_folder,
    }
    transformer = Transformer(
        source.target,
        model_kwargs=dict(told),
        config_kwargs=dict(told),
        processor_kwargs=dict(told),
    )
    pooling = Pooling(transformer.get_embedding_dimension(), mode)
    return SentenceTransformer(modules=[transformer, pooling], device=source.device)


def _merge_adapter(model: Any, source: TorchSource) -> None:
    """Add the LoRA weights to those of the model: the same vectors, at the model's own speed."""
    first = model[0]
    place = "model" if hasattr(first, "model") else "auto_model"
    setattr(first, place, with_adapter(getattr(first, place), source.adapter, source.target))


def _leave_out_normalize(model: Any) -> None:
    """Take ``Normalize`` away at the end: whether rows are normalised is the encoder's setting."""
    names = [name for name, module in model.named_children()]
    while len(names) > 1 and type(getattr(model, names[-1])).__name__ == "Normalize":
        delattr(model, names.pop())


def _is_plain(model: Any) -> bool:
    modules = list(model.children())
    return (
        type(modules[0]).__name__ == "Transformer"
        and all(type(module).__name__ in _PLAIN for module in modules)
        and all(getattr(module, "include_prompt", True) for module in modules)
        and is_fast(getattr(modules[0], "tokenizer", None))
        and not getattr(modules[0], "query_expansion", None)
    )
