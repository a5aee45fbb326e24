"""Trackers: TensorBoard, Weights & Biases, MLflow; any of them together, offline unless told."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

from lexdpr_rag.errors import MissingExtraError

Tracker = Literal["tensorboard", "wandb", "mlflow"]
TRACKERS: tuple[str, ...] = get_args(Tracker)

PROJECT = "lexdpr"
"""What the runs are filed under."""


def check_installed(trackers: Sequence[Tracker]) -> None:
    """Raise :class:`MissingExtraError` for the first tracker that is not installed."""
    for tracker in trackers:
        # MLflow's slim edition has another name and the same module.
        if find_spec(tracker) is None:
            raise MissingExtraError("train.no_tracker", tracker=tracker)


@contextmanager
def tracked(trackers: Sequence[Tracker], folder: Path, *, online: bool) -> Iterator[None]:
    """The environment in which the trackers of transformers write.

    What is set already counts before what this sets, and all is as it was afterwards.

    Args:
        trackers: the trackers.
        folder: what they write goes there, a folder for each.
        online: let them reach the servers that are configured.
    """
    wanted: dict[str, str] = {"TENSORBOARD_LOGGING_DIR": str(folder / "tensorboard")}
    wanted |= {"WANDB_PROJECT": PROJECT, "WANDB_DIR": str(folder / "wandb")}
    wanted["MLFLOW_EXPERIMENT_NAME"] = PROJECT
    if not online:
        wanted |= {"WANDB_MODE": "offline", "MLFLOW_TRACKING_URI": _mlflow_store(folder)}
    added = {name: value for name, value in wanted.items() if name not in os.environ}
    if "wandb" in trackers:
        (folder / "wandb").mkdir(parents=True, exist_ok=True)
    if "mlflow" in trackers:
        (folder / "mlflow").mkdir(parents=True, exist_ok=True)
    os.environ.update(added if trackers else {})
    try:
        yield
    finally:
        _finish(trackers)
        for name in added:
            os.environ.pop(name, None)


def _finish(trackers: Sequence[Tracker]) -> None:
    """End their runs: otherwise they write on until the process ends, into a folder that has moved."""
    if "wandb" in trackers and "wandb" in sys.modules:
        sys.modules["wandb"].finish()
    if "mlflow" in trackers and "mlflow" in sys.modules:
        sys.modules["mlflow"].end_run()


def _mlflow_store(folder: Path) -> str:
    """A database: MLflow takes plain folders of files no longer."""
    return f"sqlite:///{folder.absolute() / 'mlflow' / 'mlflow.db'}"
