"""Train a reranker: question and passage are read together, and the right passages score higher.

A finished training is the next version in the folder of the model (``versions.py``), which
``Reranker`` and ``CrossEncoder`` load with nothing else to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lexdpr_finetune.train.adapters import ADAPTER, add_adapter, merge_adapter, write_adapter
from lexdpr_finetune.train.examples import Example, digest_of
from lexdpr_finetune.train.fit import Fit, counted, fit, report_of, seeded, step_count
from lexdpr_finetune.train.progress import Progress
from lexdpr_finetune.train.report import TrainReport
from lexdpr_finetune.train.reranker_base import (
    RerankerBase,
    load_reranker_base,
    merged_anew,
    write_reranker,
)
from lexdpr_finetune.train.reranker_data import RerankerData, reranker_data
from lexdpr_finetune.train.reranker_recipe import RerankerRecipe
from lexdpr_finetune.train.reranker_task import reranker_task
from lexdpr_finetune.train.trackers import check_installed
from lexdpr_finetune.train.versions import RunFolder, latest_version
from lexdpr_rag.backends.settings import write_config


@dataclass(frozen=True, slots=True)
class _Prepared:
    """All that a run needs."""

    base: RerankerBase
    data: RerankerData
    dev: RerankerData | None
    identity: dict[str, Any]


def train_reranker(
    examples: Sequence[Example],
    out: str | Path,
    recipe: RerankerRecipe,
    *,
    dev: Sequence[Example] = (),
    progress: Progress | None = None,
) -> TrainReport:
    """Train a reranker and write it as the next version in ``out``.

    The same call goes on where an interrupted one was, and ends with the same weights.  Under
    torchrun every process makes this call; all get the report of the same version.

    Args:
        examples: what to learn; each with negatives.
        out: the folder of the model's versions.
        recipe: how.
        dev: what the loss is measured on meanwhile; none of it may be among ``examples``.
        progress: called after every report of the loss.

    Raises:
        TrainError: the recipe is contradictory, the data does not suit it, or the run failed.
        ModelError: the base model cannot be loaded.
        MissingExtraError: something that the recipe needs is not installed.
    """
    recipe.check()
    check_installed(recipe.run.trackers)
    prepared = _prepare(examples, dev, recipe)
    folder = RunFolder.of(out, prepared.identity)
    steps = step_count(len(prepared.data.rows), recipe.run)
    add_adapter(prepared.base.model, recipe.adapter, "SEQ_CLS", steps)
    counts = counted(prepared.base.model)
    task = reranker_task(recipe, prepared.base, prepared.data, prepared.dev)
    run = fit(task, recipe.run, folder, progress)
    report = report_of(
        run,
        folder,
        recipe.run,
        counts,
        kind="reranker",
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
    examples: Sequence[Example], dev: Sequence[Example], recipe: RerankerRecipe
) -> _Prepared:
    seeded(recipe.run)
    base = load_reranker_base(recipe)
    template = base.settings.template
    digests = {"train": digest_of(examples), "dev": digest_of(dev)}
    return _Prepared(
        base,
        reranker_data(examples, recipe.loss, template),
        reranker_data(dev, recipe.loss, template) if dev else None,
        {"recipe": recipe.to_dict(), "base": base.fingerprint, "data": digests},
    )


def _published(
    run: Fit, recipe: RerankerRecipe, base: RerankerBase, report: TrainReport, folder: RunFolder
) -> TrainReport:
    """Write the model and make it a version; the other processes wait and find it."""
    if run.main:
        model, training = base.model, report.training()
        if recipe.adapter.method != "full":
            target = folder.model / ADAPTER
            if recipe.adapter.keep_adapter or recipe.load_in_4bit:
                write_adapter(model, target, base.target)
                write_config(target, base.settings, training)
            if recipe.load_in_4bit:
                model = merged_anew(base, target, recipe)
            else:
                merge_adapter(model)
        model.to("cpu")
        write_reranker(model, base.settings, folder.model, training)
        report.write(folder.model)
        folder.publish()
    run.trainer.accelerator.wait_for_everyone()
    return replace(report, folder=latest_version(folder.root))
