"""Adapters of peft on models of sentence-transformers: put on, allocated, written, merged."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from lexdpr_finetune.train.adapter_options import AdapterOptions
from lexdpr_finetune.train.error import TrainError
from lexdpr_rag.errors import MissingExtraError

Task = Literal["FEATURE_EXTRACTION", "SEQ_CLS"]

ADAPTER = "adapter"
"""Folder of an adapter within that of the model."""

_NOT_TRAINED = ("pooler", "classifier", "score")  # unused by pooling over tokens; heads as a whole
_IA3_TARGETS = ("key", "value", "output.dense")  # peft's own for BERT and RoBERTa
_SHORTEST_ADALORA = 10


def add_adapter(model: Any, options: AdapterOptions, task: Task, steps: int) -> None:
    """Put an adapter on the transformer of ``model``; only it is trained then.

    Args:
        model: a ``SentenceTransformer`` or ``CrossEncoder``.
        options: which; ``full`` leaves the model alone.
        task: what the model is for.
        steps: how long the training is, which AdaLoRA plans with.

    Raises:
        TrainError: the model has no transformer, or none of the layers asked for.
        MissingExtraError: peft is not installed.
    """
    if options.method == "full":
        return
    first = model[0]
    if not hasattr(first, "model") or not hasattr(first.model, "config"):
        raise TrainError("train.no_transformer", method=options.method)
    try:
        import peft
    except ImportError as error:
        raise MissingExtraError("extra.missing", package="peft", extra="models") from error
    config = _config(first.model, options, task, steps)
    try:
        first.model = peft.get_peft_model(first.model, config)
    except ValueError as error:
        reason = " ".join(str(error).split())[:200]
        raise TrainError("train.targets", targets=options.targets, reason=reason) from error


def _config(inner: Any, options: AdapterOptions, task: Task, steps: int) -> Any:
    import peft

    linear = linear_layers(inner)
    common: dict[str, Any] = {
        "task_type": task,
        "modules_to_save": list(options.trained) or None,
        "target_modules": list(options.targets) or linear,
    }
    if options.method == "ia3":
        known = any(name.endswith("output.dense") for name in linear)
        if not options.targets:
            common["target_modules"] = list(_IA3_TARGETS) if known else None
        forward = [name for name in common["target_modules"] or () if name.endswith("output.dense")]
        return peft.IA3Config(**common, feedforward_modules=forward or None)
    common |= {"lora_alpha": options.alpha, "lora_dropout": options.dropout}
    if options.method == "lora":
        return peft.LoraConfig(r=options.r, **common)
    if steps < _SHORTEST_ADALORA:
        raise TrainError("train.too_short", method="adalora", steps=steps, least=_SHORTEST_ADALORA)
    return peft.AdaLoraConfig(
        init_r=options.r + (options.r + 1) // 2,
        target_r=options.r,
        tinit=steps // 10,
        tfinal=steps // 5,
        deltaT=max(steps // 100, 1),
        total_step=steps,
        **common,
    )


def linear_layers(inner: Any) -> list[str]:
    """Names of the linear layers of a transformer, those of pooler and head left out."""
    from torch.nn import Linear

    return [
        name
        for name, module in inner.named_modules()
        if isinstance(module, Linear) and not set(name.split(".")) & set(_NOT_TRAINED)
    ]


def tuner_of(model: Any) -> Any:
    """The tuner of peft in ``model``; ``None`` without an adapter.

    Args:
        model: of sentence-transformers, or one of FlagEmbedding's wrappers.
    """
    first = model[0] if hasattr(model, "__getitem__") else model
    inner: Any = getattr(first, "model", None)
    return inner.base_model if hasattr(inner, "merge_and_unload") else None


def orthogonality(tuner: Any) -> Any:
    """AdaLoRA's penalty of singular vectors that are not orthogonal, weighted.

    peft adds it to a loss that the transformer itself returns; the losses here are outside of it.
    """
    import torch

    terms = []
    for name, weight in tuner.model.named_parameters():
        if "lora_A" in name or "lora_B" in name:
            square = weight @ weight.T if "lora_A" in name else weight.T @ weight
            terms.append(torch.norm(square - torch.eye(len(square), device=square.device)))
    weight_of_it = tuner.peft_config[tuner.trainable_adapter_name].orth_reg_weight
    return weight_of_it * torch.stack(terms).mean()


# -- writing -------------------------------------------------------------------------------------


def write_adapter(model: Any, folder: Path, base: str) -> None:
    """Write the adapter, which names ``base`` as its model."""
    inner = model[0].model
    for config in inner.peft_config.values():
        config.base_model_name_or_path = base
    # "auto" would ask the hub for the base model's vocabulary.
    inner.save_pretrained(str(folder), save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)


def merge_adapter(model: Any) -> None:
    """Add what was learned to the weights of the model: the same outputs, without peft."""
    inner = model[0].model
    for name, module in list(inner.named_modules()):
        # Heads that were trained whole: peft takes those of IA3 for layers with one weight.
        if type(module).__name__ == "ModulesToSaveWrapper":
            parent, _, last = name.rpartition(".")
            setattr(inner.get_submodule(parent), last, module.modules_to_save["default"])
    model[0].model = inner.merge_and_unload()
