"""The options of a run as arguments of the trainers of transformers."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from lexdpr_finetune.train.adapter_options import RATES, Method
from lexdpr_finetune.train.error import TrainError
from lexdpr_finetune.train.run_options import RunOptions

_SCHEDULES = {"cosine": "cosine", "linear": "linear", "constant": "constant_with_warmup"}


def arguments_of(
    options: RunOptions, folder: Path, method: Method, *, has_dev: bool
) -> dict[str, Any]:
    """Keyword arguments of ``TrainingArguments``.

    Args:
        options: of the run.
        folder: of its checkpoints.
        method: what is trained, for the learning rate.
        has_dev: whether there is a dev set to evaluate on.

    Raises:
        TrainError: evaluation is asked for without a dev set, or the device lacks the precision.
    """
    every = options.evaluate_every
    if (every or options.patience) and not has_dev:
        raise TrainError("train.no_dev", evaluate_every=every, patience=options.patience)
    return {
        **_learning(options, method),
        **_checkpoints(options),
        "output_dir": str(folder),
        "run_name": folder.parent.name,
        "use_cpu": options.device == "cpu",
        "dataloader_num_workers": options.workers,
        "dataloader_pin_memory": on_gpu(options),
        "eval_strategy": "steps" if every else "no",
        "eval_steps": every or None,
        "logging_steps": options.log_every,
        "logging_nan_inf_filter": False,  # it would hide from the guard what it looks for
        "report_to": list(options.trackers) or "none",
        "disable_tqdm": True,
        "seed": options.seed,
        "data_seed": options.seed,
        "full_determinism": options.deterministic,
    }


def _learning(options: RunOptions, method: Method) -> dict[str, Any]:
    precision = precision_of(options)
    return {
        "num_train_epochs": options.epochs,
        "max_steps": options.max_steps or -1,
        "per_device_train_batch_size": options.batch_size,
        "per_device_eval_batch_size": options.batch_size,
        "gradient_accumulation_steps": options.accumulation,
        "learning_rate": options.learning_rate or RATES[method],
        "lr_scheduler_type": _SCHEDULES[options.schedule],
        "warmup_steps": options.warm_up,
        "weight_decay": options.weight_decay,
        "max_grad_norm": options.clip,
        "bf16": precision == "bf16",
        "fp16": precision == "fp16",
        "gradient_checkpointing": options.gradient_checkpointing,
        # The reentrant kind finds no gradient below a frozen embedding.
        "gradient_checkpointing_kwargs": {"use_reentrant": False},
    }


def _checkpoints(options: RunOptions) -> dict[str, Any]:
    return {
        "load_best_model_at_end": options.patience > 0,
        "metric_for_best_model": "eval_loss" if options.patience else None,
        "greater_is_better": False if options.patience else None,
        "save_strategy": "steps" if options.checkpoint_every else "no",
        "save_steps": options.checkpoint_every or 500,
        "save_total_limit": options.keep_checkpoints,
        "restore_callback_states_from_checkpoint": True,
    }


def made(arguments_class: type, given: dict[str, Any]) -> Any:
    """``arguments_class(**given)``, without what it says of names that are about to change."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return arguments_class(**given)


def precision_of(options: RunOptions) -> str:
    """The precision in force: ``float32``, ``bf16`` or ``fp16``.

    Raises:
        TrainError: fp16 on a CPU, or bf16 on a GPU without it.
    """
    import torch

    gpu = on_gpu(options)
    has_bf16 = not gpu or torch.cuda.is_bf16_supported()
    if options.precision == "auto":
        return "float32" if not gpu else "bf16" if has_bf16 else "fp16"
    if options.precision == "fp16" and not gpu:
        raise TrainError("train.precision", precision="fp16", legal="float32, bf16")
    if options.precision == "bf16" and not has_bf16:
        raise TrainError("train.precision", precision="bf16", legal="float32, fp16")
    return options.precision


def on_gpu(options: RunOptions) -> bool:
    """Whether a GPU is used."""
    import torch

    return options.device != "cpu" and bool(torch.cuda.is_available())
