"""A bi-encoder's training, as the trainer of either engine takes it."""

from __future__ import annotations

from typing import Any

from lexdpr_finetune.train.encoder_base import EncoderBase, load_base
from lexdpr_finetune.train.encoder_data import ANCHOR, EncoderData, text_columns
from lexdpr_finetune.train.encoder_recipe import EncoderRecipe
from lexdpr_finetune.train.fit import Task
from lexdpr_finetune.train.flag_data import embedder_rows, need_flagembedding, only
from lexdpr_finetune.train.losses import loss_of
from lexdpr_rag.backends.settings import Settings

_FLAG_POOLING = {"cls": "cls", "mean": "mean", "lasttoken": "last_token"}


def encoder_task(
    recipe: EncoderRecipe, base: EncoderBase, data: EncoderData, dev: EncoderData | None
) -> Task:
    """The task for the recipe's engine.

    Raises:
        TrainError: the engine cannot do what the recipe asks for.
        MissingExtraError: the engine is not installed.
    """
    if recipe.engine == "flagembedding":
        check_flag_recipe(recipe, has_dev=dev is not None)
        return _by_flagembedding(recipe, base, data)
    return _by_sentence_transformers(recipe, base, data, dev)


def _by_sentence_transformers(
    recipe: EncoderRecipe, base: EncoderBase, data: EncoderData, dev: EncoderData | None
) -> Task:
    from sentence_transformers import (
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )

    from lexdpr_finetune.train.batches import sampler_of

    model, settings = base.model, base.settings
    sides = [side for side in (data, dev) if side is not None]
    return Task(
        trainer=SentenceTransformerTrainer,
        arguments=SentenceTransformerTrainingArguments,
        given={
            "model": model,
            "train_dataset": data.dataset,
            "eval_dataset": dev.dataset if dev else None,
            "loss": loss_of(model, recipe.loss, _guide(recipe), normalize=settings.normalize),
            "data_collator": _collator(recipe, base),
        },
        more={"batch_sampler": sampler_of(*((side.dataset, side.rows) for side in sides))},
        method=recipe.adapter.method,
        temperature=recipe.loss.temperature,
        length=settings.max_seq_length,
    )


def _collator(recipe: EncoderRecipe, base: EncoderBase) -> Any:
    """Prefixes, and lengths of their own for questions and passages."""
    from sentence_transformers.sentence_transformer.data_collator import (
        SentenceTransformerDataCollator,
    )

    template, settings = base.settings.template, base.settings
    passages = text_columns(recipe.loss)
    lengths = {
        "query": settings.query_max_seq_length,
        "document": settings.passage_max_seq_length,
    }
    return SentenceTransformerDataCollator(
        preprocess_fn=base.model.preprocess,
        prompts={ANCHOR: template.query_prefix, **dict.fromkeys(passages, template.passage_prefix)},
        router_mapping={ANCHOR: "query", **dict.fromkeys(passages, "document")},
        max_length={kind: length for kind, length in lengths.items() if length},
    )


def _guide(recipe: EncoderRecipe) -> Any:
    if not recipe.loss.guided:
        return None
    guide = EncoderRecipe(
        recipe.loss.guide,
        trust_remote_code=recipe.trust_remote_code,
        cache_folder=recipe.cache_folder,
    )
    return load_base(guide).model.eval()


# -- FlagEmbedding -------------------------------------------------------------------------------


def check_flag_recipe(recipe: EncoderRecipe, *, has_dev: bool) -> None:
    """Tell what FlagEmbedding cannot do.

    Raises:
        TrainError: the recipe asks for it.
        MissingExtraError: FlagEmbedding is not installed.
    """
    need_flagembedding()
    only("loss.name", recipe.loss.name, ("mnrl", "kl"))
    only("dev", has_dev, (False,))  # its models give no loss outside of training
    if recipe.loss.distils:
        only("loss.teacher_temperature", recipe.loss.teacher_temperature, (1.0,))


def _by_flagembedding(recipe: EncoderRecipe, base: EncoderBase, data: EncoderData) -> Task:
    from FlagEmbedding.abc.finetune.embedder import AbsEmbedderTrainingArguments
    from FlagEmbedding.finetune.embedder.encoder_only.base.modeling import (
        BiEncoderOnlyEmbedderModel,
    )
    from FlagEmbedding.finetune.embedder.encoder_only.base.trainer import (
        EncoderOnlyEmbedderTrainer,
    )

    settings, tokenizer = base.settings, base.model.tokenizer
    model = BiEncoderOnlyEmbedderModel(
        base.model[0].model,
        tokenizer=tokenizer,
        negatives_cross_device=recipe.loss.gather,
        temperature=recipe.loss.temperature,
        use_mrl=bool(recipe.loss.matryoshka),
        mrl_dims=list(recipe.loss.matryoshka),
        sentence_pooling_method=_pooling_of(base.model),
        normalize_embeddings=settings.normalize,
    )
    return Task(
        trainer=EncoderOnlyEmbedderTrainer,
        arguments=AbsEmbedderTrainingArguments,
        given={
            "model": model,
            "train_dataset": embedder_rows(data.dataset, settings.template),
            "data_collator": _flag_collator(tokenizer, settings),
            "processing_class": tokenizer,
        },
        more={"temperature": recipe.loss.temperature, "remove_unused_columns": False},
        method=recipe.adapter.method,
        temperature=recipe.loss.temperature,
        length=settings.max_seq_length,
    )


def _flag_collator(tokenizer: Any, settings: Settings) -> Any:
    from FlagEmbedding.abc.finetune.embedder import AbsEmbedderCollator

    longest = int(tokenizer.model_max_length)
    return AbsEmbedderCollator(
        tokenizer=tokenizer,
        query_max_len=settings.query_max_seq_length or longest,
        passage_max_len=settings.passage_max_seq_length or longest,
    )


def _pooling_of(model: Any) -> str:
    """How the model pools, in FlagEmbedding's words.

    Raises:
        TrainError: in a way that FlagEmbedding does not know, or it does more than pool.
    """
    kinds = [type(module).__name__ for module in model.children()]
    only("base", ", ".join(kinds), ("Transformer, Pooling",))
    mode = model[1].pooling_mode
    mode = mode if isinstance(mode, str) else "+".join(mode)
    only("pooling", mode, tuple(_FLAG_POOLING))
    return _FLAG_POOLING[mode]
