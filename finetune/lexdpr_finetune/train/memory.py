"""Running out of memory, told with the settings that help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lexdpr_finetune.train.error import TrainError
from lexdpr_finetune.train.run_options import RunOptions

_SAYINGS = ("out of memory", "can't allocate memory", "not enough memory")


@contextmanager
def memory_told(options: RunOptions, length: int | None) -> Iterator[None]:
    """Turn an error of too little memory into one that names the settings to change.

    Args:
        options: of the run.
        length: tokens at which texts are cut.

    Raises:
        TrainError: memory did not suffice.
    """
    import torch

    try:
        yield
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        plain = isinstance(error, RuntimeError) and not isinstance(error, torch.OutOfMemoryError)
        if plain and not any(saying in str(error).lower() for saying in _SAYINGS):
            raise
        raise TrainError(
            "train.out_of_memory",
            batch_size=options.batch_size,
            gradient_checkpointing=options.gradient_checkpointing,
            max_seq_length=length,
        ) from error
