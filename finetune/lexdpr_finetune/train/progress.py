"""What a training tells while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainEvent:
    """Some steps done.

    Attributes:
        step, steps: done, and in all.
        losses: by name: ``loss``, and ``eval_loss`` after an evaluation, the mean since the event
            before; of a static encoder by kind of pair, the mean of the latest steps.
        seconds_left: by the speed of this run so far.
    """

    step: int
    steps: int
    losses: Mapping[str, float]
    seconds_left: float


Progress = Callable[[TrainEvent], None]
"""What is called after every report of the loss."""
