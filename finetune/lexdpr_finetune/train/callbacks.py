"""What looks at a run while it goes on: progress, divergence, AdaLoRA's budget, the order of rows."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lexdpr_finetune.train.adapters import tuner_of
from lexdpr_finetune.train.error import TrainError
from lexdpr_finetune.train.progress import Progress, TrainEvent
from lexdpr_finetune.train.run_options import RunOptions

_REPORTS = 5
"""The loss of so many reports is averaged before it is compared."""

_LOSSES = ("loss", "eval_loss")

_SMALL_LOSS = 0.1
"""A run that starts better than this may come so far up again: noise, not divergence."""


def callbacks_of(
    options: RunOptions, progress: Progress | None, *, temperature: float, precision: str
) -> list[Any]:
    """The callbacks of a run.

    Args:
        options: of the run.
        progress: told after every report of the loss.
        temperature: of the loss, for the guard's advice.
        precision: in force.
    """
    from transformers import EarlyStoppingCallback

    found = [_watch(options, progress, temperature, precision), _budget(), _epochs()]
    if options.patience:
        found.append(EarlyStoppingCallback(early_stopping_patience=options.patience))
    return found


def _watch(
    options: RunOptions, progress: Progress | None, temperature: float, precision: str
) -> Any:
    """Guards, then tells."""
    from transformers import TrainerCallback

    class Watch(TrainerCallback):
        """See :func:`_watch`."""

        def __init__(self) -> None:
            self.started, self.first = time.monotonic(), 0

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.started, self.first = time.monotonic(), state.global_step

        def on_log(
            self, args: Any, state: Any, control: Any, logs: dict[str, Any], **_: Any
        ) -> None:
            if "loss" in logs:
                told = Settings(args.learning_rate, temperature, precision)
                check_loss(state.log_history, options.loss_rise, told)
            losses: dict[str, float] = {n: float(logs[n]) for n in _LOSSES if n in logs}
            if progress is not None and losses and state.is_world_process_zero:
                done = max(state.global_step - self.first, 1)
                spent = time.monotonic() - self.started
                left = spent / done * max(state.max_steps - state.global_step, 0)
                progress(TrainEvent(state.global_step, state.max_steps, losses, left))

    return Watch()


def _budget() -> Any:
    """Tells AdaLoRA to weigh its ranks, after the step and before its gradients are gone."""
    from transformers import TrainerCallback

    class Budget(TrainerCallback):
        """See :func:`_budget`."""

        def on_optimizer_step(
            self, args: Any, state: Any, control: Any, model: Any = None, **_: Any
        ) -> None:
            tuner = tuner_of(model)
            if hasattr(tuner, "rankallocator"):
                tuner.update_and_allocate(state.global_step)

    return Budget()


def _epochs() -> Any:
    """Tells the innermost sampler the epoch.

    With several processes a run that is resumed wraps it three times, and neither transformers nor
    accelerate look that deep: it would go on in the order of the first epoch.
    """
    from transformers import TrainerCallback

    class Epochs(TrainerCallback):
        """See :func:`_epochs`."""

        def on_epoch_begin(
            self, args: Any, state: Any, control: Any, train_dataloader: Any = None, **_: Any
        ) -> None:
            part = getattr(train_dataloader, "batch_sampler", None)
            while part is not None:
                samplers: tuple[Any, Any] = (part, getattr(part, "sampler", None))
                for sampler in samplers:
                    if hasattr(sampler, "set_epoch"):
                        sampler.set_epoch(int(state.epoch or 0))
                part = getattr(part, "batch_sampler", None)

    return Epochs()


@dataclass(frozen=True, slots=True)
class Settings:
    """What is in force, for the advice to a run that has diverged."""

    learning_rate: float
    temperature: float
    precision: str


def check_loss(history: Sequence[Mapping[str, Any]], rise: float, settings: Settings) -> None:
    """Stop a run that has diverged, before it is written down in a checkpoint.

    Args:
        history: the reports so far, the latest at the end.
        rise: how many times its beginning the loss may be.
        settings: in force.

    Raises:
        TrainError: the loss or its gradient is no number, or the loss is far above its beginning.
    """
    reports = [entry for entry in history if "loss" in entry]
    latest = reports[-1]
    loss, norm = float(latest["loss"]), float(latest.get("grad_norm") or 0.0)
    told = {"step": latest.get("step", 0), **asdict(settings)}
    # With fp16 a gradient may overflow: the scaler leaves that step out and goes on more carefully.
    overflowed = settings.precision != "fp16" and not math.isfinite(norm)
    if not math.isfinite(loss) or overflowed:
        raise TrainError("train.not_finite", loss=loss, **told)
    if len(reports) < 2 * _REPORTS:
        return
    first, last = _mean(reports[:_REPORTS]), _mean(reports[-_REPORTS:])
    if last > rise * max(first, _SMALL_LOSS):
        raise TrainError("train.diverged", first=round(first, 4), last=round(last, 4), **told)


def _mean(reports: Sequence[Mapping[str, Any]]) -> float:
    return sum(float(entry["loss"]) for entry in reports) / len(reports)
