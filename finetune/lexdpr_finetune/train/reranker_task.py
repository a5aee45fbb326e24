"""A reranker's training, as the trainer of either engine takes it."""

from __future__ import annotations

from typing import Any

from lexdpr_finetune.train.batches import sampler_of
from lexdpr_finetune.train.error import require
from lexdpr_finetune.train.fit import Task
from lexdpr_finetune.train.flag_data import need_flagembedding, only, reranker_rows
from lexdpr_finetune.train.reranker_base import RerankerBase
from lexdpr_finetune.train.reranker_data import RerankerData
from lexdpr_finetune.train.reranker_losses import rank_loss_of
from lexdpr_finetune.train.reranker_recipe import RerankerRecipe

_LONGEST = 512


def reranker_task(
    recipe: RerankerRecipe, base: RerankerBase, data: RerankerData, dev: RerankerData | None
) -> Task:
    """The task for the recipe's engine.

    Raises:
        TrainError: the engine cannot do what the recipe asks for.
        MissingExtraError: the engine is not installed.
    """
    if recipe.engine == "flagembedding":
        check_flag_reranker(recipe, has_dev=dev is not None)
        return _by_flagembedding(recipe, base, data)
    return _by_sentence_transformers(recipe, base, data, dev)


def _by_sentence_transformers(
    recipe: RerankerRecipe, base: RerankerBase, data: RerankerData, dev: RerankerData | None
) -> Task:
    from sentence_transformers import CrossEncoderTrainer, CrossEncoderTrainingArguments

    sides = [side for side in (data, dev) if side is not None]
    return Task(
        trainer=CrossEncoderTrainer,
        arguments=CrossEncoderTrainingArguments,
        given={
            "model": base.model,
            "train_dataset": data.dataset,
            "eval_dataset": dev.dataset if dev else None,
            "loss": rank_loss_of(base.model, recipe.loss, data.negatives),
        },
        more={
            "batch_sampler": sampler_of(*((side.dataset, side.rows) for side in sides)),
            # Every part is used; looking for others, several processes take one for ready twice.
            "ddp_find_unused_parameters": False,
        },
        method=recipe.adapter.method,
        temperature=1.0,
        length=base.settings.max_seq_length,
    )


# -- FlagEmbedding -------------------------------------------------------------------------------


def check_flag_reranker(recipe: RerankerRecipe, *, has_dev: bool) -> None:
    """Tell what FlagEmbedding cannot do: its loss is ListNet's, over a positive and negatives.

    Raises:
        TrainError: the recipe asks for it.
        MissingExtraError: FlagEmbedding is not installed.
    """
    need_flagembedding()
    only("loss.name", recipe.loss.name, ("listnet",))
    only("load_in_4bit", recipe.load_in_4bit, (False,))
    only("dev", has_dev, (False,))  # its models give no loss outside of training


def _by_flagembedding(recipe: RerankerRecipe, base: RerankerBase, data: RerankerData) -> Task:
    from FlagEmbedding.abc.finetune.reranker import (
        AbsRerankerCollator,
        AbsRerankerTrainingArguments,
    )
    from FlagEmbedding.finetune.reranker.encoder_only.base.modeling import CrossEncoderModel
    from FlagEmbedding.finetune.reranker.encoder_only.base.trainer import (
        EncoderOnlyRerankerTrainer,
    )

    size, tokenizer = recipe.run.batch_size, base.model.tokenizer
    length = base.settings.max_seq_length or _LONGEST
    rows = reranker_rows(data, recipe.loss.negatives, tokenizer, length)
    # It takes every batch to be full.
    require(size <= len(rows), "batch_size", size, f"1…{len(rows)}")
    collator: Any = AbsRerankerCollator(
        tokenizer=tokenizer, query_max_len=length // 4, passage_max_len=length - length // 4
    )
    return Task(
        trainer=EncoderOnlyRerankerTrainer,
        arguments=AbsRerankerTrainingArguments,
        given={
            "model": CrossEncoderModel(
                base.model[0].model, tokenizer=tokenizer, train_batch_size=size
            ),
            "train_dataset": rows if recipe.loss.labels == "teacher" else _unscored(rows),
            "data_collator": collator,
            "processing_class": tokenizer,
        },
        more={"remove_unused_columns": False, "dataloader_drop_last": True},
        method=recipe.adapter.method,
        temperature=1.0,
        length=length,
    )


def _unscored(rows: Any) -> list[tuple[list[Any], None]]:
    """The rows without labels: FlagEmbedding takes the first passage for the right one."""
    return [(rows[number][0], None) for number in range(len(rows))]
