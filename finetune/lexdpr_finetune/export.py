"""A trained model for others: adapters merged into its weights, and an ONNX folder beside it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lexdpr_finetune.sections import Onnx
from lexdpr_rag.backends.folder import check_folder, locate, sort_of
from lexdpr_rag.backends.reranker_folder import model_kind
from lexdpr_rag.export import ExportReport, export_onnx
from lexdpr_rag.model_aliases import ModelKind
from lexdpr_rag.templates import ModelError

MODEL, ONNX = "model", "onnx"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was made.

    Attributes:
        model: the folder of the model.
        sort: what it is.
        onnx: what was made to run without torch; ``None`` where nothing was.
    """

    model: Path
    sort: ModelKind
    onnx: ExportReport | None = None


def export_model(model: str | Path, out: str | Path, onnx: Onnx | None = None) -> Exported:
    """Put a model into ``out/model``, and its ONNX into ``out/onnx``.

    A folder is copied; of an adapter the base model is written with the adapter's weights merged in.

    Args:
        model: a folder, or the folder of an adapter.
        out: made if it is not there; what an interrupted export left is made anew.
        onnx: the weights of the ONNX; none is made unless given.

    Raises:
        ModelError: the model is not there or not whole, ``out`` holds one already, or ONNX is asked
            for of a static encoder, which needs none.
        MissingExtraError: something that merging or ONNX needs is not installed.
    """
    target = Path(out) / MODEL
    located = locate(model, kind="reranker")
    sort = model_kind(located)
    scratch = Path(out) / f".{MODEL}.new"
    if target.exists():
        raise ModelError("export.exists", path=target)
    if located.adapter == "":
        check_folder(located, sort_of(located))
    if onnx is not None and sort_of(located) == "static":
        raise ModelError("export.static", name=model)
    shutil.rmtree(scratch, ignore_errors=True)
    if located.adapter:
        scratch.mkdir(parents=True)
        _merge(str(model), sort, scratch)
    elif located.folder is not None:
        copy_model(located.folder, scratch)
    else:
        raise ModelError("model.missing", path=model)
    made = to_onnx(scratch, Path(out) / ONNX, sort, onnx) if onnx else None
    scratch.rename(target)  # last: what is there is whole
    return Exported(target, sort, made and replace(made, model=str(target)))


def copy_model(source: Path, target: Path) -> Path:
    """A whole copy of a folder, without what only its training needed."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*", "checkpoint*"))
    return target


def to_onnx(model: Path, out: Path, sort: ModelKind, weights: Onnx) -> ExportReport:
    """The ONNX of a model, compared with it."""
    quantize = None if weights is Onnx.FLOAT32 else weights.value
    return export_onnx(model, out, kind=sort, quantize=quantize, force=True)


def _merge(model: str, sort: ModelKind, out: Path) -> None:
    from lexdpr_rag.backends.settings import read_saved

    training: Mapping[str, object] = read_saved(locate(model, kind=sort)).training
    if sort == "encoder":
        from lexdpr_finetune.train import EncoderRecipe
        from lexdpr_finetune.train.encoder_base import load_base, write_encoder

        base = load_base(EncoderRecipe(model))
        write_encoder(base.model, base.settings, out, dict(training))
    else:
        from lexdpr_finetune.train import RerankerRecipe
        from lexdpr_finetune.train.reranker_base import load_reranker_base, write_reranker

        ranking = load_reranker_base(RerankerRecipe(model, max_length=None))
        write_reranker(ranking.model, ranking.settings, out, dict(training))
