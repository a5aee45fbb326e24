"""Cross-encoders of torch by sentence-transformers: LoRA adapters, 4 bits, CPU or GPU.

A plain model with a fast tokenizer is fed batches of one length; every other (chat templates, prompts,
language models that answer yes or no) goes through ``CrossEncoder.predict``.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends import TYPICAL_LENGTH
from lexdpr_rag.backends.batches import cpu_budget
from lexdpr_rag.backends.pairs import (
    Pair,
    PairSource,
    PairTokenizer,
    Scored,
    check_labels,
    score_sorted,
)
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
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import ModelError

_GPU_LOAD = 8
"""A GPU takes so many times the tokens of a CPU in one batch."""


class TorchPairs:
    """A ``CrossEncoder``; what its activation makes of the logits is left out."""

    def __init__(self, source: PairSource) -> None:
        if source.load_in_4bit:
            _check_4bit(source)
        self.model = _load(source)
        check_labels(source.target, self.model.num_labels)
        if source.adapter:
            first = self.model[0]
            first.model = with_adapter(
                first.model, source.adapter, source.target, merge=not source.load_in_4bit
            )
        self.model.eval()
        self._on_cpu = self.model.device.type == "cpu"
        if self._on_cpu:
            self.model.float()  # half precision is slow there, and less exact
            use_onednn(self.model)
        self.plain = is_plain(self.model)
        self.limit = source.limit
        if self.plain:
            tokenizer = self.model.tokenizer
            self._pad = int(tokenizer.pad_token_id)
            self._tokenize = PairTokenizer(tokenizer.backend_tokenizer, source.limit)
            self.token_types = token_types(self.model[0].model.config, tokenizer)
        elif source.limit is not None:
            self.model.max_seq_length = source.limit

    def score(self, pairs: Sequence[Pair], batch_size: int) -> Scored:
        """Logits of ``pairs``."""
        if not self.plain:
            return self._score_any(pairs, batch_size)
        gpu_budget = batch_size * TYPICAL_LENGTH * _GPU_LOAD
        return score_sorted(
            self._tokenize(pairs),
            budget=cpu_budget(batch_size) if self._on_cpu else gpu_budget,
            forward=self._forward,
            pad=self._pad,
            pool=torch_workers() if self._on_cpu else None,
        )

    def _forward(
        self, tokens: NDArray[np.int64], mask: NDArray[np.int64], types: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        import torch

        given = {"input_ids": tokens, "attention_mask": mask}
        if self.token_types:
            given["token_type_ids"] = np.minimum(types, self.token_types - 1)
        device = self.model.device
        with torch.inference_mode():
            inputs = {name: torch.from_numpy(value).to(device) for name, value in given.items()}
            logits = self.model[0].model(**inputs, return_dict=True).logits
        rows: NDArray[np.float32] = logits.float().cpu().numpy()
        return rows

    def _score_any(self, pairs: Sequence[Pair], batch_size: int) -> Scored:
        import torch

        logits = self.model.predict(
            list(pairs),
            batch_size=batch_size,
            activation_fn=torch.nn.Identity(),
            show_progress_bar=False,
        )
        rows = np.asarray(logits, dtype=np.float32).reshape(len(pairs), -1)
        return Scored(rows, pair_lengths(self.model.tokenizer, pairs))


def token_types(config: Any, tokenizer: Any) -> int:
    """How many token types are to be fed; 0 for none.

    ``klue/roberta-*`` has the tokenizer of BERT, which tells two types, and knows one itself.
    """
    known = int(getattr(config, "type_vocab_size", 0) or 0)
    return known if known > 1 and "token_type_ids" in tokenizer.model_input_names else 0


def pair_lengths(tokenizer: Any, pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """Tokens of each pair, uncut; zeros where there is no tokenizer to ask."""
    if not callable(tokenizer):
        return np.zeros(len(pairs), dtype=np.int64)
    queries, passages = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    ids = tokenizer(queries, passages, truncation=False, padding=False)["input_ids"]
    return np.array([len(row) for row in ids], dtype=np.int64)


def is_plain(model: Any) -> bool:
    """Whether the model reads ``[CLS] question [SEP] provision [SEP]`` and nothing else."""
    first = model[0]
    return (
        len(list(model.children())) == 1
        and getattr(first, "transformer_task", "") == "sequence-classification"
        and "message" not in first.modality_config
        and not getattr(first, "processing_kwargs", None)
        and not model.default_prompt_name
        and is_fast(getattr(first, "tokenizer", None))
    )


# -- loading -------------------------------------------------------------------------------------


def _load(source: PairSource) -> Any:
    need_sentence_transformers()
    from sentence_transformers import CrossEncoder

    try:
        with without_bars():
            return CrossEncoder(
                source.target,
                device=source.device,
                num_labels=source.labels,
                trust_remote_code=source.trust_remote_code,
                cache_folder=source.cache_folder,
                model_kwargs=_in_4bit(source.device) if source.load_in_4bit else None,
            )
    except load_errors() as error:
        raise not_loaded(source.target, error) from error


def _check_4bit(source: PairSource) -> None:
    """4 bits need CUDA and bitsandbytes."""
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("extra.missing", package="torch", extra="models") from error
    if not torch.cuda.is_available() or not (source.device or "cuda").startswith("cuda"):
        raise ModelError("reranker.no_cuda", name=source.target, device=source.device or "cpu")
    if find_spec("bitsandbytes") is None:
        raise MissingExtraError("reranker.no_bitsandbytes", name=source.target)


def _in_4bit(device: str | None) -> dict[str, Any]:
    import torch
    from transformers import BitsAndBytesConfig

    made: Any = BitsAndBytesConfig  # it has no types
    settings = made(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
        # The head is small and decides alone: it stays as it is.
        llm_int8_skip_modules=["classifier", "score", "pooler"],
    )
    return {"quantization_config": settings, "device_map": {"": device or "cuda"}}
