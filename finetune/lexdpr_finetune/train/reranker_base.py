"""The model that a reranker's training begins with, and writing what came of it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexdpr_finetune.train.error import TrainError
from lexdpr_finetune.train.quiet import quiet
from lexdpr_finetune.train.reranker_recipe import RerankerRecipe
from lexdpr_rag.backends import ModelWarning
from lexdpr_rag.backends.folder import Located, locate
from lexdpr_rag.backends.pairs import PairSource
from lexdpr_rag.backends.settings import Settings, write_config
from lexdpr_rag.backends.torch_loading import (
    load_errors,
    need_sentence_transformers,
    not_loaded,
    with_adapter,
    without_bars,
)
from lexdpr_rag.reranker import Reranker


@dataclass(frozen=True, slots=True)
class RerankerBase:
    """A model to train.

    Attributes:
        model: a ``CrossEncoder`` with one output, in float32 (or 4 bits).
        settings: template and length in force.
        target: its folder or hub name, for adapters to name.
        fingerprint: what it was.
    """

    model: Any
    settings: Settings
    target: str
    fingerprint: str


def load_reranker_base(recipe: RerankerRecipe) -> RerankerBase:
    """Load the base model of a recipe; an encoder gets a head of random numbers.

    Raises:
        ModelError: it is not there, or cannot be as the recipe wants it.
        TrainError: it has more than one output.
    """
    reranker = Reranker(
        recipe.base,
        max_length=recipe.max_length,
        trust_remote_code=recipe.trust_remote_code,
        cache_folder=recipe.cache_folder,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)  # what a recipe changes, it means to change
        settings, fingerprint = reranker.settings, reranker.fingerprint
    located = locate(recipe.base, kind="reranker", cache_folder=recipe.cache_folder)
    model = _in_4bit(located, recipe) if recipe.load_in_4bit else load_whole(located, recipe)
    if model.num_labels != 1:
        raise TrainError("train.labels", labels=model.num_labels)
    if settings.max_seq_length is not None:
        model.max_seq_length = settings.max_seq_length
    target = str(located.folder.absolute()) if located.folder else located.target
    return RerankerBase(model, settings, target, fingerprint)


def load_whole(located: Located, recipe: RerankerRecipe) -> Any:
    """A ``CrossEncoder`` in float32 on the CPU, an adapter merged into it."""
    need_sentence_transformers()
    from sentence_transformers import CrossEncoder

    config = located.read_json("config.json") or {}
    names = [str(name) for name in config.get("architectures") or ()]
    has_head = any(name.endswith("ForSequenceClassification") for name in names)
    try:
        with without_bars(), quiet():
            model = CrossEncoder(
                located.target,
                device="cpu",
                num_labels=None if has_head else 1,
                trust_remote_code=recipe.trust_remote_code,
                cache_folder=located.cache_folder,
            )
    except load_errors() as error:
        raise not_loaded(located.target, error) from error
    if located.adapter:
        model[0].model = with_adapter(model[0].model, located.adapter, located.target)
    model.float()
    return model


def _in_4bit(located: Located, recipe: RerankerRecipe) -> Any:
    """The same, frozen in 4 bits; the head stays as it is.

    Raises:
        ModelError, MissingExtraError: there is no CUDA, or no bitsandbytes.
    """
    from lexdpr_rag.backends.torch_reranker import TorchPairs

    source = PairSource(
        located.target,
        located.adapter,
        load_in_4bit=True,
        trust_remote_code=recipe.trust_remote_code,
        cache_folder=located.cache_folder,
    )
    model = TorchPairs(source).model
    from peft import prepare_model_for_kbit_training

    checkpointing = recipe.run.gradient_checkpointing
    model[0].model = prepare_model_for_kbit_training(
        model[0].model,
        use_gradient_checkpointing=checkpointing,
        gradient_checkpointing_kwargs={"use_reentrant": False},
    )
    return model


def merged_anew(base: RerankerBase, adapter: Path, recipe: RerankerRecipe) -> Any:
    """The base model in full precision with an adapter that was trained on its 4 bits."""
    located = locate(recipe.base, kind="reranker", cache_folder=recipe.cache_folder)
    model = load_whole(located, recipe)
    model[0].model = with_adapter(model[0].model, str(adapter), base.target)
    if base.settings.max_seq_length is not None:
        model.max_seq_length = base.settings.max_seq_length
    return model


def write_reranker(model: Any, settings: Settings, folder: Path, training: dict[str, Any]) -> None:
    """Write a model that ``Reranker`` and ``CrossEncoder`` load with the same scores."""
    folder.mkdir(parents=True, exist_ok=True)
    with without_bars(), quiet():
        model.save_pretrained(str(folder), create_model_card=False)
    write_config(folder, settings, training)
