"""``lexdpr-rag embed`` and ``embed-text``: vectors of a file of texts, or of one text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_rag.cli.models_used import Adapter, MaxLength, TemplateName, telling_warnings
from lexdpr_rag.cli.options import Json, choice, joined, whole_number
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from lexdpr_rag.embedding_files import EmbedReport
    from lexdpr_rag.encoder import BiEncoder

_SHOWN = 8


class TextType(StrEnum):
    """What the texts are."""

    QUERY = "query"
    PASSAGE = "passage"


class Format(StrEnum):
    """What vectors are written as."""

    NPZ = "npz"
    NPY = "npy"
    PARQUET = "parquet"


Model = Annotated[str, typer.Option("--model", metavar="meta.model", help="help.model")]
TextTypeOption = Annotated[
    TextType,
    typer.Option(
        "--type",
        metavar="query|passage",
        parser=choice("--type", TextType),
        help="help.text_type",
    ),
]


InputFile = Annotated[str, typer.Option("--input", metavar="meta.file", help="help.embed_input")]
OutDir = Annotated[str, typer.Option("--outdir", metavar="meta.folder", help="help.embed_outdir")]
Prefix = Annotated[str, typer.Option("--prefix", metavar="meta.name", help="help.embed_prefix")]
FormatOption = Annotated[
    Format,
    typer.Option(
        "--format",
        metavar="npz|npy|parquet",
        parser=choice("--format", Format),
        help="help.embed_format",
    ),
]
BatchSize = Annotated[
    int,
    typer.Option(
        "--batch-size",
        metavar="meta.number",
        parser=whole_number("--batch-size", 1),
        help="help.batch_size",
    ),
]


def embed(
    model: Model,
    input: InputFile,  # noqa: A002 - the option's name
    text_type: TextTypeOption,
    outdir: OutDir,
    prefix: Prefix = "embeddings",
    file_format: FormatOption = Format.NPZ,
    batch_size: BatchSize = 32,
    adapter: Adapter = None,
    template: TemplateName = None,
    max_length: MaxLength = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help.quiet")] = False,
) -> None:
    """Embed a file."""
    from lexdpr_rag.embedding_files import Target, embed_file

    encoder = _encoder(model, adapter, template, max_length)
    target = Target(Path(outdir), prefix, file_format.value)
    started = time.perf_counter()
    with telling_warnings(), _showing(quiet=quiet) as progress:
        report = embed_file(
            encoder, Path(input), text_type.value, target, batch_size=batch_size, progress=progress
        )
    if not quiet:
        _tell(report, time.perf_counter() - started)


def embed_text(
    text: Annotated[list[str], typer.Argument(metavar="meta.text", help="help.embed_text_arg")],
    model: Model,
    text_type: TextTypeOption = TextType.QUERY,
    adapter: Adapter = None,
    template: TemplateName = None,
    max_length: MaxLength = None,
    json: Json = False,
) -> None:
    """Embed one text."""
    import numpy as np

    words = joined(text)
    if not words.strip():
        from lexdpr_rag.embedding_input import EmbeddingFileError

        raise EmbeddingFileError("embed.no_text")
    encoder = _encoder(model, adapter, template, max_length)
    with telling_warnings():
        encode = encoder.encode_queries if text_type == "query" else encoder.encode_passages
        [vector] = encode([words])
    if json:
        from lexdpr_rag.cli.console import write_json

        numbers = [float(number) for number in vector]
        facts = {"model": encoder.name, "type": text_type, "text": words}
        write_json({**facts, "dimension": len(numbers), "embedding": numbers})
        return
    from lexdpr_rag.cli.console import stdout
    from lexdpr_rag.cli.facts import print_facts

    first = "  ".join(f"{number:+.4f}" for number in vector[:_SHOWN])
    rows = [
        (say("embed.model"), encoder.name),
        (say("embed.template"), str(encoder.settings.template)),
        (say("embed.dimension"), f"{len(vector):,}"),
        (say("embed.norm"), f"{float(np.linalg.norm(vector)):.4f}"),
        (say("embed.vector"), f"{first}{' …' if len(vector) > _SHOWN else ''}"),
    ]
    print_facts(stdout(), rows)


def _encoder(
    model: str, adapter: str | None, template: str | None, max_length: int | None
) -> BiEncoder:
    from lexdpr_rag.encoder import BiEncoder

    return BiEncoder(model, peft_adapter_path=adapter, template=template, max_seq_length=max_length)


def _tell(report: EmbedReport, seconds: float) -> None:
    files = ", ".join(str(path) for path in report.files)
    key = "embed.done" if report.encoded else "embed.unchanged"
    line = say(
        key,
        rows=report.rows,
        dimension=report.dimension,
        encoded=report.encoded,
        seconds=seconds,
        files=files,
    )
    typer.echo(line, err=True)


@contextmanager
def _showing(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    from lexdpr_rag.cli.console import stderr

    console = stderr()
    if quiet or not console.is_terminal:
        yield lambda done, total: None
        return
    from lexdpr_rag.cli.bars import bars_on

    with bars_on(console) as bars:
        task = bars.add_task(say("progress.embed"), total=None, counts="")
        yield lambda done, total: bars.update(task, completed=done, total=total)
