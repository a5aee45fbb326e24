"""Running a trainer: from its last checkpoint, watched, until it is done."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

from lexdpr_finetune.train.adapter_options import Method
from lexdpr_finetune.train.arguments import arguments_of, made, precision_of
from lexdpr_finetune.train.callbacks import callbacks_of
from lexdpr_finetune.train.memory import memory_told
from lexdpr_finetune.train.progress import Progress
from lexdpr_finetune.train.quiet import quiet
from lexdpr_finetune.train.report import TrainReport, library_versions
from lexdpr_finetune.train.run_options import RunOptions
from lexdpr_finetune.train.trackers import tracked
from lexdpr_finetune.train.trainer import exact_trainer
from lexdpr_finetune.train.versions import RunFolder


@dataclass(frozen=True, slots=True)
class Task:
    """What is trained on what.

    Attributes:
        trainer, arguments: classes of sentence-transformers or transformers.
        given: keyword arguments of the trainer: model, datasets, loss, collator.
        more: keyword arguments of the arguments, beside those of the run.
        method: what of the model is trained.
        temperature: of the loss, for the guard's advice.
        length: tokens at which texts are cut.
    """

    trainer: type
    arguments: type
    given: dict[str, Any]
    more: dict[str, Any]
    method: Method
    temperature: float
    length: int | None


@dataclass(frozen=True, slots=True)
class Fit:
    """What a run was.

    Attributes:
        trainer: with the trained model in it.
        losses: every report.
        steps: in all.
        resumed: the step at which it began.
        seconds: of this run's steps.
        main: whether this process is the one that writes.
    """

    trainer: Any
    losses: list[dict[str, float]]
    steps: int
    resumed: int
    seconds: float
    main: bool


def fit(task: Task, options: RunOptions, folder: RunFolder, progress: Progress | None) -> Fit:
    """Train; a run that was interrupted goes on from its last checkpoint, to the same weights.

    Raises:
        TrainError: the run diverged or ran out of memory, or its options do not fit the machine.
    """
    from transformers import PrinterCallback

    has_dev = task.given.get("eval_dataset") is not None
    with tracked(options.trackers, folder.logs, online=options.online), quiet():
        given = arguments_of(options, folder.checkpoints, task.method, has_dev=has_dev)
        arguments = made(task.arguments, {**given, **task.more})
        precision = precision_of(options)
        watch = callbacks_of(options, progress, temperature=task.temperature, precision=precision)
        checkpoint = folder.latest_checkpoint()
        with memory_told(options, task.length):
            trainer = exact_trainer(task.trainer)(args=arguments, callbacks=watch, **task.given)
            trainer.remove_callback(PrinterCallback)  # ``progress`` tells
            started = time.monotonic()
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
            if has_dev:
                trainer.evaluate()
        seconds = time.monotonic() - started
    return Fit(
        trainer=trainer,
        losses=reports(trainer.state.log_history),
        steps=int(trainer.state.global_step),
        resumed=int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0,
        seconds=seconds,
        main=bool(trainer.is_world_process_zero()),
    )


def step_count(rows: int, options: RunOptions) -> int:
    """How many steps a run has, for what must be planned before there is a trainer.

    The processes of torchrun share the batches, and leave out what is not enough for all of them.
    """
    if options.max_steps is not None:
        return options.max_steps
    size, processes = options.batch_size, int(os.environ.get("WORLD_SIZE", "1"))
    batches = rows // size // processes if processes > 1 else -(-rows // size)
    return max(int(-(-batches // options.accumulation) * options.epochs), 1)


def seeded(options: RunOptions) -> None:
    """Set all seeds before a model is loaded: heads and adapters begin with random numbers."""
    from transformers import set_seed

    set_seed(options.seed)


def reports(history: list[dict[str, Any]]) -> list[dict[str, float]]:
    """The losses of a trainer's history."""
    names = ("step", "loss", "eval_loss", "grad_norm", "learning_rate", "epoch")
    return [
        {name: entry[name] for name in names if name in entry}
        for entry in history
        if "loss" in entry or "eval_loss" in entry
    ]


def counted(model: Any) -> tuple[int, int]:
    """Parameters that are trained, and all."""
    sizes = [(value.numel(), value.requires_grad) for value in model.parameters()]
    return sum(size for size, own in sizes if own), sum(size for size, _ in sizes)


def report_of(
    run: Fit, folder: RunFolder, options: RunOptions, counts: tuple[int, int], **what: Any
) -> TrainReport:
    """The report of a run.

    Args:
        run: the run.
        folder: where its model is to be written.
        options: of the run.
        counts: parameters that were trained, and all.
        what: what was trained on what: the other fields of the report.
    """
    return TrainReport(
        folder=folder.model,
        losses=run.losses,
        steps=run.steps,
        resumed=run.resumed,
        seconds=run.seconds,
        trained=counts[0],
        parameters=counts[1],
        precision=precision_of(options),
        versions=library_versions(),
        **what,
    )
