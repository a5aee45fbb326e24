"""``lexdpr-rag export-onnx``: a model of torch becomes one that runs without it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_rag.cli.models_used import Adapter, telling_warnings
from lexdpr_rag.cli.options import Json, choice, whole_number
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from lexdpr_rag.export import ExportReport


class Sort(StrEnum):
    """What a model is."""

    ENCODER = "encoder"
    RERANKER = "reranker"


class Quantization(StrEnum):
    """How weights are made smaller."""

    INT8 = "int8"


def export_onnx(
    model: Annotated[str, typer.Argument(metavar="meta.model", help="help.model")],
    out: Annotated[str, typer.Option("--out", "-o", metavar="meta.folder", help="help.export_out")],
    sort: Annotated[
        Sort | None,
        typer.Option(
            "--type",
            metavar="encoder|reranker",
            parser=choice("--type", Sort),
            help="help.export_type",
        ),
    ] = None,
    quantize: Annotated[
        Quantization | None,
        typer.Option(
            "--quantize",
            metavar="int8",
            parser=choice("--quantize", Quantization),
            help="help.quantize",
        ),
    ] = None,
    opset: Annotated[
        int | None,
        typer.Option(
            "--opset", metavar="meta.number", parser=whole_number("--opset", 1), help="help.opset"
        ),
    ] = None,
    adapter: Adapter = None,
    force: Annotated[bool, typer.Option("--force", help="help.export_force")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help.quiet")] = False,
    json: Json = False,
) -> None:
    """Export a model."""
    from lexdpr_rag.export import OPSET, export_onnx

    with telling_warnings():
        report = export_onnx(
            model,
            out,
            kind=None if sort is None else sort.value,
            quantize=quantize,
            opset=opset or OPSET,
            force=force,
            peft_adapter_path=adapter,
        )
    if json:
        from dataclasses import asdict

        from lexdpr_rag.cli.console import write_json

        write_json(asdict(report))
    if not quiet:
        _print_summary(report)


def _print_summary(report: ExportReport) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import stderr
    from lexdpr_rag.cli.facts import file_size, print_facts

    console = stderr()
    done = Text.assemble(
        ("✓ ", "bold green"), (say("onnx.done"), "bold"), "  ", (report.path, "cyan")
    )
    console.print(done, soft_wrap=True)
    weights = report.quantized or "float32"
    sort = say("onnx.encoder" if report.kind == "encoder" else "onnx.reranker")
    facts = [
        (say("onnx.model"), f"{report.model}  ({sort})"),
        (say("onnx.size"), f"{file_size(report.size_bytes)}  ({weights}, opset {report.opset})"),
        (say("onnx.agreement"), _agreement(report)),
        (say("onnx.time"), say("onnx.seconds", seconds=report.seconds)),
    ]
    print_facts(console, facts, indent=2)


def _agreement(report: ExportReport) -> str:
    key = "onnx.cosine" if report.difference is None else "onnx.difference"
    return say(
        key,
        value=report.agreement,
        bound=report.bound,
        difference=report.difference or 0,
        count=report.compared,
    )
