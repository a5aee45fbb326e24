"""The trainers of sentence-transformers, with checkpoints that resume to the bit.

A checkpoint holds what is trained and nothing else: of an adapter a few megabytes.  It is not a
model that can be loaded; the version folder is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lexdpr_finetune.train.adapters import orthogonality, tuner_of

WEIGHTS = "trained.safetensors"
ALLOCATION = "allocation.pt"
"""What AdaLoRA has found out about the importance of ranks."""

_ALLOCATED = ("ipt", "exp_avg_ipt", "exp_avg_unc")


def exact_trainer(base: type) -> type:
    """A subclass of a trainer of sentence-transformers."""

    class ExactTrainer(base):
        """See :mod:`lexdpr_finetune.train.trainer`."""

        def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
            """None: the library's card asks the hub, and reads all of the data."""

        def compute_loss(self, model: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
            loss = super().compute_loss(model, inputs, *args, **kwargs)
            tuner = tuner_of(self.model)
            if not hasattr(tuner, "rankallocator") or not self.model.training:
                return loss
            penalty = orthogonality(tuner)
            return (loss[0] + penalty, loss[1]) if isinstance(loss, tuple) else loss + penalty

        def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
            folder = Path(output_dir or self.args.output_dir)
            folder.mkdir(parents=True, exist_ok=True)
            save_trained(self.model, folder)

        def _load_from_checkpoint(self, path: str, model: Any = None) -> None:
            load_trained(self.model, Path(path))

    return ExactTrainer


def save_trained(model: Any, folder: Path) -> None:
    """Write all parameters that are trained, and all buffers that the model keeps."""
    import torch
    from safetensors.torch import save_file

    held = {name: value.contiguous() for name, value in _trained(model).items()}
    # Parameters that are shared under two names are written twice: both come back.
    save_file(
        {name: value.detach().cpu().clone() for name, value in held.items()}, folder / WEIGHTS
    )
    tuner = tuner_of(model)
    if hasattr(tuner, "rankallocator"):
        known = {name: getattr(tuner.rankallocator, name) for name in _ALLOCATED}
        config = tuner.peft_config[tuner.trainable_adapter_name]
        torch.save({**known, "rank_pattern": config.rank_pattern}, folder / ALLOCATION)


def load_trained(model: Any, folder: Path) -> None:
    """Inverse of :func:`save_trained`, on a model that is made in the same way."""
    import torch
    from safetensors.torch import load_file

    held = load_file(folder / WEIGHTS)
    missing = _trained(model).keys() ^ held.keys()
    if missing:
        raise KeyError(f"{folder / WEIGHTS}: {sorted(missing)[:3]}")
    model.load_state_dict(held, strict=False)
    tuner = tuner_of(model)
    if hasattr(tuner, "rankallocator"):
        known = torch.load(folder / ALLOCATION, weights_only=True)
        device = next(model.parameters()).device
        for name in _ALLOCATED:
            moved = {key: value.to(device) for key, value in known[name].items()}
            setattr(tuner.rankallocator, name, moved)
        tuner.peft_config[tuner.trainable_adapter_name].rank_pattern = known["rank_pattern"]


def _trained(model: Any) -> dict[str, Any]:
    """By name in the state of the model; what 4 bits are packed with is neither."""
    known = model.named_parameters(remove_duplicate=False)
    names = {name for name, value in known if value.requires_grad}
    names |= {name for name, _ in model.named_buffers()}
    return {name: value for name, value in model.state_dict().items() if name in names}
