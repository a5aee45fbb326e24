"""Train a bi-encoder: questions and passages that answer them come near each other.

A finished training is the next version in the folder of the model (``versions.py``), which
``BiEncoder`` and ``SentenceTransformer`` load with nothing else to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lexdpr_finetune.train.adapters import ADAPTER, add_adapter, merge_adapter, write_adapter
from lexdpr_finetune.train.encoder_base import EncoderBase, load_base, write_encoder
from lexdpr_finetune.train.encoder_data import EncoderData, encoder_data
from lexdpr_finetune.train.encoder_recipe import EncoderRecipe
from lexdpr_finetune.train.encoder_task import encoder_task
from lexdpr_finetune.train.examples import Example, digest_of
from lexdpr_finetune.train.fit import Fit, counted, fit, report_of, seeded, step_count
from lexdpr_finetune.train.progress import Progress
from lexdpr_finetune.train.report import TrainReport
from lexdpr_finetune.train.trackers import check_installed
from lexdpr_finetune.train.versions import RunFolder, latest_version


@dataclass(frozen=True, slots=True)
class _Prepared:
    """All that a run needs."""

    base: EncoderBase
    data: EncoderData
    dev: EncoderData | None
    identity: dict[str, Any]


def train_bi_encoder(
    examples: Sequence[Example],
    out: str | Path,
    recipe: EncoderRecipe,
    *,
    dev: Sequence[Example] = (),
    progress: Progress | None = None,
) -> TrainReport:
    """Train a bi-encoder and write it as the next version in ``out``.

    The same call goes on where an interrupted one was, and ends with the same weights.  Under
    torchrun every process makes this call; all get the report of the same version.

    Args:
        examples: what to learn.
        out: the folder of the model's versions.
        recipe: how.
        dev: what the loss is measured on meanwhile; none of it may be among ``examples``.
        progress: called after every report of the loss.

    Raises:
        TrainError: the recipe is contradictory, the data does not suit it, or the run failed.
        ModelError: the base model or the guide cannot be loaded.
        MissingExtraError: something that the recipe needs is not installed.
    """
    recipe.check()
    check_installed(recipe.run.trackers)
    prepared = _prepare(examples, dev, recipe)
    folder = RunFolder.of(out, prepared.identity)
    method, steps = recipe.adapter, step_count(len(prepared.data.rows), recipe.run)
    add_adapter(prepared.base.model, method, "FEATURE_EXTRACTION", steps)
    counts = counted(prepared.base.model)
    task = encoder_task(recipe, prepared.base, prepared.data, prepared.dev)
    run = fit(task, recipe.run, folder, progress)
    report = report_of(
        run,
        folder,
        recipe.run,
        counts,
        kind="encoder",
        base=str(recipe.base),
        base_fingerprint=prepared.base.fingerprint,
        recipe=recipe.to_dict(),
        examples=len(examples),
        rows=len(prepared.data.rows),
        left_out=prepared.data.left_out,
        data=prepared.identity["data"],
    )
    return _published(run, recipe, prepared.base, report, folder)


def _prepare(
    examples: Sequence[Example], dev: Sequence[Example], recipe: EncoderRecipe
) -> _Prepared:
    seeded(recipe.run)
    base = load_base(recipe)
    recipe.loss.check_dimension(int(base.model.get_embedding_dimension()))
    template = base.settings.template
    digests = {"train": digest_of(examples), "dev": digest_of(dev)}
    return _Prepared(
        base,
        encoder_data(examples, recipe.loss, template),
        encoder_data(dev, recipe.loss, template) if dev else None,
        {"recipe": recipe.to_dict(), "base": base.fingerprint, "data": digests},
    )


def _published(
    run: Fit, recipe: EncoderRecipe, base: EncoderBase, report: TrainReport, folder: RunFolder
) -> TrainReport:
    """Write the model and make it a version; the other processes wait and find it."""
    if run.main:
        base.model.to("cpu")
        training = report.training()
        if recipe.adapter.method != "full":
            if recipe.adapter.keep_adapter:
                target = folder.model / ADAPTER
                write_adapter(base.model, target, base.target)
                write_encoder(base.model, base.settings, target, training, bare=True)
            merge_adapter(base.model)
        write_encoder(base.model, base.settings, folder.model, training)
        report.write(folder.model)
        folder.publish()
    run.trainer.accelerator.wait_for_everyone()
    return replace(report, folder=latest_version(folder.root))
