"""What the folder of a cross-encoder says: its length, its head, and whether it is one at all."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from lexdpr_rag.backends.folder import ADAPTER_CONFIG, CONFIG, MODULES, Located
from lexdpr_rag.backends.settings import Said, Saved, read_saved
from lexdpr_rag.model_aliases import ModelKind
from lexdpr_rag.templates import ModelError

ST_CONFIG = "config_sentence_transformers.json"
"""What sentence-transformers writes beside a model."""

RERANKER = "reranker"
ENCODER = "encoder"
"""What ``lexdpr_config.json`` says as ``kind`` of an exported model."""

_WITH_HEAD = ("ForSequenceClassification", "ForCausalLM", "ForConditionalGeneration")
_ADAPTER_WEIGHTS = "adapter_model.safetensors"
# The last layer of a head: classifier (BERT), classifier.out_proj (RoBERTa, ELECTRA), score (LLMs).
_LAST_LAYER = re.compile(r"\b(classifier|score)(\.modules_to_save(\.\w+)?)?(\.out_proj)?\.weight$")
_UNLIMITED = 1_000_000


def read_pair_settings(located: Located, max_length: int | None) -> tuple[Said, Saved]:
    """What the caller says, and what the model does.

    A length counts as a wish of the model, that a caller may contradict, where
    ``lexdpr_config.json`` says it; elsewhere it is the longest that the model takes.

    Raises:
        ModelError: a file is broken, or the model is no cross-encoder.
    """
    if _kind(located) == ENCODER:
        raise ModelError("reranker.is_encoder", path=located.target)
    saved = read_saved(located)
    said, where = saved.said, saved.where
    if where.get("template") not in (None, CONFIG):
        said = replace(said, template=None)  # prompts, which CrossEncoder applies in its own way
    if where.get("max_seq_length") not in (None, CONFIG) and max_length is not None:
        said = replace(said, max_seq_length=None)
    elif said.max_seq_length is None and max_length is None:
        said = replace(said, max_seq_length=_tokenizer_length(located))
    return Said(max_seq_length=max_length), replace(saved, said=said)


def model_kind(located: Located) -> ModelKind:
    """``encoder`` or ``reranker``: what the files say, else the alias table, else ``encoder``."""
    told = _kind(located)
    if told:
        return "reranker" if told == RERANKER else "encoder"
    adapter = located.read_adapter(ADAPTER_CONFIG) or {}
    if adapter.get("task_type") == "SEQ_CLS":
        return "reranker"
    config = located.read_json("config.json") or {}
    architectures = config.get("architectures") or ()
    if any(str(name).endswith("ForSequenceClassification") for name in architectures):
        return "reranker"
    return located.entry.kind if located.entry else "encoder"


def check_encoder(located: Located) -> None:
    """Raise :class:`ModelError` for a cross-encoder: its vectors would have no meaning."""
    if located.entry is None and model_kind(located) == RERANKER:
        has_modules = located.read_json(MODULES) is not None
        if not has_modules or _kind(located) == RERANKER:
            raise ModelError("model.is_reranker", path=located.target)


def _kind(located: Located) -> str:
    """What the files say outright; empty where they leave it open."""
    told = str((located.read_json(CONFIG) or {}).get("kind") or "")
    if told:
        return told
    sort = (located.read_json(ST_CONFIG) or {}).get("model_type")
    if sort is None:
        return ""
    return RERANKER if sort == "CrossEncoder" else ENCODER


def _tokenizer_length(located: Located) -> int | None:
    told = (located.read_json("tokenizer_config.json") or {}).get("model_max_length")
    return told if isinstance(told, int) and 0 < told < _UNLIMITED else None


def head_labels(located: Located) -> int | None:
    """Labels of the head that an adapter brings; ``None`` where the model has a head of its own.

    Raises:
        ModelError: there is no head: it would be made of random numbers, and so would the scores.
    """
    modules = located.read_json(MODULES) or []
    part = str(modules[0].get("path", "")) if modules else ""
    config: dict[str, Any] = (
        located.read_json(f"{part}/config.json" if part else "config.json") or {}
    )
    architectures = [str(name) for name in config.get("architectures") or ()]
    if not architectures or len(modules) > 1 or any(n.endswith(_WITH_HEAD) for n in architectures):
        return None
    labels = _adapter_labels(located) if located.adapter else None
    if labels is None:
        raise ModelError("reranker.no_head", name=located.name, found=architectures[0])
    return labels


def _adapter_labels(located: Located) -> int | None:
    folder = Path(located.adapter)
    local = folder if folder.is_dir() else None
    adapter = Located(
        located.adapter, located.adapter, local, None, "", cache_folder=located.cache_folder
    )
    path = adapter.path_of(_ADAPTER_WEIGHTS)
    if path is None:
        return 1  # weights of the old kind (.bin): what sentence-transformers takes
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as held:
            for key in held.keys():  # noqa: SIM118 - it is no dict
                if _LAST_LAYER.search(key):
                    return int(held.get_slice(key).get_shape()[0])
    except (OSError, SafetensorError) as error:
        raise ModelError(
            "model.damaged", path=located.adapter, part=path.name, reason=str(error)
        ) from error
    return None
