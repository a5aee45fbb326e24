"""How long, how fast and on what to train: what all trainings have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from lexdpr_finetune.train.error import require, require_one_of
from lexdpr_finetune.train.trackers import TRACKERS, Tracker

Precision = Literal["auto", "float32", "bf16", "fp16"]
Schedule = Literal["cosine", "linear", "constant"]
Device = Literal["auto", "cpu"]

PRECISIONS: tuple[str, ...] = get_args(Precision)
SCHEDULES: tuple[str, ...] = get_args(Schedule)
DEVICES: tuple[str, ...] = get_args(Device)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The run.  Defaults suit a model of base size and some thousands of pairs.

    Attributes:
        epochs: times that the pairs are gone through; contrastive training of pairs needs few.
        max_steps: stop after so many steps, whatever ``epochs`` says.
        batch_size: questions (of a reranker: pairs, or lists) on one device at once.
        accumulation: batches to a step.  It does not widen the in-batch negatives of ``mnrl``: the
            cached losses do.
        learning_rate: at its highest; unless given 2e-5 for a whole model (BERT's own range), 2e-4
            for LoRA (QLoRA's for models of this size), 1e-3 for AdaLoRA and 3e-3 for IA3 (each the
            one of its paper).
        schedule: how the learning rate falls after the warm-up.
        warm_up: share of the steps in which it rises from 0.
        weight_decay: of AdamW; not on biases and norms.
        clip: the gradient is shortened to this norm; 0 leaves it alone.
        precision: ``auto`` takes bf16 where a GPU has it, else fp16 on a GPU, float32 on a CPU.
        gradient_checkpointing: compute activations again instead of keeping them: about a third
            slower, and much less memory.
        device: ``auto`` takes the GPUs that there are, all of them under torchrun.
        workers: processes that prepare batches; 0 prepares them in this one.
        evaluate_every: steps between two evaluations on the dev set; 0 evaluates only at the end.
        patience: evaluations without a better loss before the run stops early; 0 never stops.
        checkpoint_every: steps between two checkpoints; 0 makes none.
        keep_checkpoints: so many of the latest stay until the model is whole.
        log_every: steps between two reports of the loss; the guard against divergence looks then.
        loss_rise: a run counts as diverged when the mean of its last reports is this many times that
            of its first.
        trackers: where losses are told, any of ``tensorboard``, ``wandb``, ``mlflow``.
        online: let the trackers reach a server; otherwise they write into the run's own folder.
        seed: of all that is drawn.
        deterministic: use only operations that give the same bits on a GPU too; slower.
    """

    epochs: float = 1.0
    max_steps: int | None = None
    batch_size: int = 32
    accumulation: int = 1
    learning_rate: float | None = None
    schedule: Schedule = "cosine"
    warm_up: float = 0.1
    weight_decay: float = 0.01
    clip: float = 1.0
    precision: Precision = "auto"
    gradient_checkpointing: bool = False
    device: Device = "auto"
    workers: int = 0
    evaluate_every: int = 0
    patience: int = 0
    checkpoint_every: int = 500
    keep_checkpoints: int = 2
    log_every: int = 10
    loss_rise: float = 2.0
    trackers: tuple[Tracker, ...] = ()
    online: bool = False
    seed: int = 20261121
    deterministic: bool = False

    def check(self) -> None:
        """Tell what is wrong before anything is loaded.

        Raises:
            TrainError: a value is out of its range, or contradicts another.
        """
        for name in ("batch_size", "accumulation", "log_every", "keep_checkpoints"):
            require(getattr(self, name) >= 1, name, getattr(self, name), "1…")
        for name in ("workers", "evaluate_every", "patience", "checkpoint_every", "weight_decay"):
            require(getattr(self, name) >= 0, name, getattr(self, name), "0…")
        require(_positive(self.epochs), "epochs", self.epochs, "> 0")
        require(self.max_steps is None or self.max_steps >= 1, "max_steps", self.max_steps, "1…")
        rate = self.learning_rate
        require(rate is None or _positive(rate), "learning_rate", rate, "> 0")
        require(0 <= self.warm_up < 1, "warm_up", self.warm_up, "0 ≤ … < 1")
        require(self.clip >= 0, "clip", self.clip, "0…")
        require(self.loss_rise > 1, "loss_rise", self.loss_rise, "> 1")
        require_one_of("schedule", self.schedule, SCHEDULES)
        require_one_of("precision", self.precision, PRECISIONS)
        require_one_of("device", self.device, DEVICES)
        for tracker in self.trackers:
            require_one_of("trackers", tracker, TRACKERS)
        self._check_together()

    def _check_together(self) -> None:
        every = self.evaluate_every
        legal = "0, patience=0 (evaluate_every 1…)"
        require(not self.patience or every > 0, "patience", self.patience, legal)
        # A checkpoint is only made of weights that the guard has just found sound.
        require(
            self.checkpoint_every % self.log_every == 0,
            "checkpoint_every",
            self.checkpoint_every,
            f"{self.log_every}, {2 * self.log_every}, … (log_every={self.log_every})",
        )
        # Stopping early brings the best weights back, which are those of a checkpoint.
        require(
            not self.patience or self.checkpoint_every == every,
            "checkpoint_every",
            self.checkpoint_every,
            f"{every} (patience={self.patience}, evaluate_every={every})",
        )


def _positive(value: float) -> bool:
    return math.isfinite(value) and value > 0
