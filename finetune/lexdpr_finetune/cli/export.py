"""``lexdpr-rag finetune export``: a model with its adapter merged in, and its ONNX."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from lexdpr_finetune.cli.files import folder_for
from lexdpr_finetune.cli.options import OutFolder, Quiet
from lexdpr_finetune.sections import Onnx
from lexdpr_rag.cli.options import Json, choice


def export(
    model: Annotated[str, typer.Argument(metavar="meta.model", help="help.finetune.folder")],
    out: OutFolder,
    onnx: Annotated[
        Onnx | None,
        typer.Option(
            "--onnx",
            metavar="float32|int8",
            parser=choice("--onnx", Onnx),
            help="help.finetune.onnx",
        ),
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Export a model."""
    from lexdpr_finetune.cli.telling import tell_facts
    from lexdpr_finetune.export import export_model
    from lexdpr_rag.cli.models_used import telling_warnings

    with telling_warnings():
        made = export_model(model, folder_for(out), onnx)
    facts = {"model": str(made.model), "type": made.sort}
    if made.onnx is not None:
        facts["onnx"] = made.onnx.path
    told = {**facts, **({"export": asdict(made.onnx)} if json and made.onnx is not None else {})}
    tell_facts(told, quiet=quiet, json=json)
