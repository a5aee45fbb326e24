"""The model that a bi-encoder's training begins with, and writing what came of it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexdpr_finetune.train.encoder_recipe import EncoderRecipe
from lexdpr_finetune.train.quiet import quiet
from lexdpr_rag.backends import ModelWarning
from lexdpr_rag.backends.folder import Located, locate
from lexdpr_rag.backends.settings import Settings, read_saved, write_config
from lexdpr_rag.backends.torch_loading import (
    load_errors,
    need_sentence_transformers,
    not_loaded,
    with_adapter,
    without_bars,
)
from lexdpr_rag.encoder import BiEncoder


@dataclass(frozen=True, slots=True)
class EncoderBase:
    """A model to train.

    Attributes:
        model: a ``SentenceTransformer`` in float32 that does not normalise.
        settings: template, normalisation and lengths in force.
        target: its folder or hub name, for adapters to name.
        fingerprint: what it was.
    """

    model: Any
    settings: Settings
    target: str
    fingerprint: str


def load_base(recipe: EncoderRecipe) -> EncoderBase:
    """Load the base model of a recipe, whole, an adapter merged into it.

    Raises:
        ModelError: it is not there, or no encoder, or cannot be as the recipe wants it.
    """
    encoder = BiEncoder(
        recipe.base,
        template=recipe.template,
        normalize=recipe.normalize,
        max_seq_length=recipe.max_seq_length,
        query_max_seq_length=recipe.query_max_seq_length,
        passage_max_seq_length=recipe.passage_max_seq_length,
        trust_remote_code=recipe.trust_remote_code,
        cache_folder=recipe.cache_folder,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)  # what a recipe changes, it means to change
        settings, fingerprint = encoder.settings, encoder.fingerprint
        located = locate(recipe.base, cache_folder=recipe.cache_folder)
        pooling = recipe.pooling or read_saved(located).pooling
    model = _loaded(located, recipe, pooling)
    without_normalize(model)
    model.float()
    if settings.max_seq_length is not None:
        model.max_seq_length = settings.max_seq_length
    target = str(located.folder.absolute()) if located.folder else located.target
    return EncoderBase(model, settings, target, fingerprint)


def _loaded(located: Located, recipe: EncoderRecipe, pooling: Any) -> Any:
    need_sentence_transformers()
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    remote = recipe.trust_remote_code
    try:
        with without_bars(), quiet():
            if pooling is None:
                model = SentenceTransformer(
                    located.target,
                    device="cpu",
                    trust_remote_code=remote,
                    cache_folder=located.cache_folder,
                )
            else:
                told = {"trust_remote_code": remote, "cache_dir": located.cache_folder}
                first = Transformer(
                    located.target,
                    model_kwargs=dict(told),
                    config_kwargs=dict(told),
                    processor_kwargs=dict(told),
                )
                modules = [first, Pooling(first.get_embedding_dimension(), pooling)]
                model = SentenceTransformer(modules=modules, device="cpu")
    except load_errors() as error:
        raise not_loaded(located.target, error) from error
    if located.adapter:
        model[0].model = with_adapter(model[0].model, located.adapter, located.target)
    return model


def without_normalize(model: Any) -> None:
    """Take ``Normalize`` away at the end: losses compare cosines, and a prefix of a vector is not
    of length 1 because the whole is."""
    names = [name for name, _ in model.named_children()]
    while len(names) > 1 and type(getattr(model, names[-1])).__name__ == "Normalize":
        delattr(model, names.pop())


def write_encoder(
    model: Any, settings: Settings, folder: Path, training: dict[str, Any], *, bare: bool = False
) -> None:
    """Write a model that ``BiEncoder`` and ``SentenceTransformer`` load with the same vectors.

    Args:
        model: as :func:`load_base` gives it, trained.
        settings: as that gave them.
        folder: made if it is not there.
        training: how it was made, for ``lexdpr_config.json``.
        bare: write the settings only, beside an adapter.
    """
    from sentence_transformers.sentence_transformer.modules import Normalize

    folder.mkdir(parents=True, exist_ok=True)
    if not bare:
        template = settings.template
        model.prompts = {"query": template.query_prefix, "document": template.passage_prefix}
        model.default_prompt_name = None
        if settings.normalize:
            model.append(Normalize())
        with without_bars(), quiet():
            model.save_pretrained(str(folder), create_model_card=False)
        without_normalize(model)
    write_config(folder, settings, training)
