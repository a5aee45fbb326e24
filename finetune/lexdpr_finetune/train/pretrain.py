"""Pretrain an encoder on texts: go on with one that exists, or make a small one from nothing.

What comes of it is a base for :func:`train_bi_encoder` and :func:`train_reranker`; it finds nothing
well by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lexdpr_finetune.train.error import TrainError
from lexdpr_finetune.train.fit import Task, counted, fit, report_of, seeded
from lexdpr_finetune.train.masking import MaskedPieces, Pieces
from lexdpr_finetune.train.pretrain_recipe import PretrainRecipe, SmallModel
from lexdpr_finetune.train.progress import Progress
from lexdpr_finetune.train.quiet import quiet
from lexdpr_finetune.train.report import TrainReport
from lexdpr_finetune.train.trackers import check_installed
from lexdpr_finetune.train.versions import RunFolder, latest_version
from lexdpr_finetune.train.wordpiece import kept_tokenizer
from lexdpr_rag.backends.folder import CONFIG, locate
from lexdpr_rag.backends.settings import write_config
from lexdpr_rag.backends.torch_loading import load_errors, not_loaded, without_bars
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.templates import ModelError


def pretrain(
    texts: Sequence[str],
    out: str | Path,
    recipe: PretrainRecipe,
    *,
    progress: Progress | None = None,
) -> TrainReport:
    """Pretrain an encoder and write it as the next version in ``out``.

    The same call goes on where an interrupted one was, and ends with the same weights.

    Args:
        texts: what to read; texts of questions that are measured later must not be among them.
        out: the folder of the model's versions.
        recipe: how.
        progress: called after every report of the loss.

    Raises:
        TrainError: the recipe is contradictory, there is no text, or the run failed.
        ModelError: the base model cannot be loaded.
    """
    recipe.check()
    check_installed(recipe.run.trackers)
    seeded(recipe.run)
    identity = {"recipe": recipe.to_dict(), "base": _base(recipe), "data": _digest(texts)}
    folder = RunFolder.of(out, identity)
    model, tokenizer = _loaded(recipe) if recipe.base else _new(recipe.small, texts, folder)
    pieces = Pieces.of(texts, tokenizer, recipe.max_seq_length)
    if not len(pieces):
        raise TrainError("train.no_texts")
    counts = counted(model)
    run = fit(_task(recipe, model, tokenizer, pieces), _once(recipe), folder, progress)
    report = report_of(
        run,
        folder,
        recipe.run,
        counts,
        kind="pretrained",
        base=recipe.base or "-",
        base_fingerprint=str(identity["base"]),
        recipe={**recipe.to_dict(), "loss": {"name": "masked language"}},
        examples=len(texts),
        rows=len(pieces),
        left_out={},
        data={"train": identity["data"]},
    )
    if run.main:
        _write(model, tokenizer, recipe, report)
        folder.publish()
    run.trainer.accelerator.wait_for_everyone()
    return replace(report, folder=latest_version(folder.root))


def _base(recipe: PretrainRecipe) -> str:
    if not recipe.base:
        return ""
    return BiEncoder(recipe.base, cache_folder=recipe.cache_folder).fingerprint


def _once(recipe: PretrainRecipe) -> Any:
    """The run as one pass over rows that hold every piece as often as it has epochs."""
    return replace(recipe.run, epochs=1.0)


def _loaded(recipe: PretrainRecipe) -> tuple[Any, Any]:
    from transformers import AutoModelForMaskedLM, AutoTokenizer

    located = locate(recipe.base, cache_folder=recipe.cache_folder)
    told: dict[str, Any] = {
        "trust_remote_code": recipe.trust_remote_code,
        "cache_dir": recipe.cache_folder,
    }
    kinds: Any = (AutoModelForMaskedLM, AutoTokenizer)
    try:
        with without_bars(), quiet():
            model, tokenizer = (kind.from_pretrained(located.target, **told) for kind in kinds)
    except load_errors() as error:
        raise not_loaded(located.target, error) from error
    return model.float(), tokenizer


def _new(small: SmallModel, texts: Sequence[str], folder: RunFolder) -> tuple[Any, Any]:
    from transformers import BertConfig, BertForMaskedLM

    if small.tokenizer and not (Path(small.tokenizer) / "tokenizer.json").is_file():
        raise ModelError("model.incomplete", path=small.tokenizer, missing="tokenizer.json")
    kept = Path(small.tokenizer) if small.tokenizer else folder.path / "tokenizer"
    tokenizer = kept_tokenizer(texts, small.vocabulary, small.positions, kept)
    kinds: Any = (BertConfig, BertForMaskedLM)
    config = kinds[0](
        vocab_size=len(tokenizer),
        hidden_size=small.hidden,
        num_hidden_layers=small.layers,
        num_attention_heads=small.heads,
        intermediate_size=small.intermediate,
        max_position_embeddings=small.positions,
        pad_token_id=tokenizer.pad_token_id,
    )
    return kinds[1](config), tokenizer


def _task(recipe: PretrainRecipe, model: Any, tokenizer: Any, pieces: Pieces) -> Task:
    from transformers import DataCollatorForTokenClassification, Trainer, TrainingArguments

    run = recipe.run
    collate: Any = DataCollatorForTokenClassification  # pads the labels too
    return Task(
        trainer=Trainer,
        arguments=TrainingArguments,
        given={
            "model": model,
            "train_dataset": MaskedPieces(pieces, tokenizer, recipe.masked, run.seed, run.epochs),
            "data_collator": collate(tokenizer),
            "processing_class": tokenizer,
        },
        more={"remove_unused_columns": False},
        method="full",
        temperature=1.0,
        length=recipe.max_seq_length,
    )


def _write(model: Any, tokenizer: Any, recipe: PretrainRecipe, report: TrainReport) -> None:
    """A folder of transformers, its head included, that ``BiEncoder`` pools by the mean."""
    folder = report.folder
    folder.mkdir(parents=True, exist_ok=True)
    with without_bars(), quiet():
        model.to("cpu").save_pretrained(str(folder))
        tokenizer.save_pretrained(str(folder))
    (folder / CONFIG).write_text(json.dumps({"pooling": "mean"}), encoding="utf-8")
    settings = BiEncoder(folder, max_seq_length=recipe.max_seq_length).settings
    write_config(folder, settings, report.training())
    report.write(folder)


def _digest(texts: Sequence[str]) -> str:
    total = hashlib.blake2b(digest_size=16)
    for text in texts:
        total.update(text.encode("utf-8", "replace") + b"\0")
    return total.hexdigest()
