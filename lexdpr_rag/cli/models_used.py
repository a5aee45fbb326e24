"""Options that name models, and the models they name; their warnings as lines of the terminal."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexdpr_rag.cli.failure import WrongUsageError
from lexdpr_rag.cli.options import choice, whole_number
from lexdpr_rag.cli.words import say
from lexdpr_rag.datamodels import BackendChoice, FusionMethod

if TYPE_CHECKING:
    from lexdpr_rag.encoder import BiEncoder
    from lexdpr_rag.index.fusion import Fusion


def _share(value: object) -> float:
    try:
        share = float(str(value))
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise WrongUsageError("usage.share", name="--dense-share", value=value)
    return share


EncoderOption = Annotated[
    str | None, typer.Option("--encoder", metavar="meta.model", help="help.encoder")
]
SearchEncoder = Annotated[
    str | None, typer.Option("--encoder", metavar="meta.model", help="help.search_encoder")
]
Adapter = Annotated[
    str | None, typer.Option("--adapter", metavar="meta.folder", help="help.adapter")
]
TemplateName = Annotated[
    str | None, typer.Option("--template", metavar="meta.template", help="help.template")
]
MaxLength = Annotated[
    int | None,
    typer.Option(
        "--max-length",
        metavar="meta.number",
        parser=whole_number("--max-length", 1),
        help="help.max_length",
    ),
]
BackendOption = Annotated[
    BackendChoice | None,
    typer.Option(
        "--backend",
        metavar="chroma|faiss|exact",
        parser=choice("--backend", BackendChoice),
        help="help.backend",
    ),
]
ChromaUrl = Annotated[str | None, typer.Option("--chroma-url", metavar="URL", help="help.chroma")]
RerankerOption = Annotated[
    str | None, typer.Option("--reranker", metavar="meta.model", help="help.reranker")
]
Candidates = Annotated[
    int,
    typer.Option(
        "--candidates",
        metavar="meta.number",
        parser=whole_number("--candidates", 1),
        help="help.candidates",
    ),
]
FusionOption = Annotated[
    FusionMethod | None,
    typer.Option(
        "--fusion",
        metavar="scores|rrf|vote",
        parser=choice("--fusion", FusionMethod),
        help="help.fusion",
    ),
]
DenseShare = Annotated[
    float | None,
    typer.Option("--dense-share", metavar="0…1", parser=_share, help="help.dense_share"),
]


def encoder_from(
    model: str | None, adapter: str | None, template: str | None, max_length: int | None
) -> BiEncoder | str | None:
    """The encoder that the options name; by its name alone where they say no more.

    Raises:
        WrongUsageError: something is said of a model, but none is named.
        ModelError: it is not there.
    """
    said = {"--adapter": adapter, "--template": template, "--max-length": max_length}
    given = [name for name, value in said.items() if value is not None]
    if not given:
        return model
    if model is None or model == "none":
        raise WrongUsageError("usage.no_encoder", name=given[0])
    from lexdpr_rag.encoder import BiEncoder

    return BiEncoder(model, peft_adapter_path=adapter, template=template, max_seq_length=max_length)


def fusion_from(method: FusionMethod | None, share: float | None) -> Fusion | None:
    """How the options say that routes are fused; ``None`` where they say nothing."""
    if method is None and share is None:
        return None
    from lexdpr_rag.index.fusion import Fusion

    chosen = method or FusionMethod.SCORES
    return Fusion(chosen.value) if share is None else Fusion(chosen.value, dense=share)


@contextmanager
def telling_warnings() -> Iterator[None]:
    """Warnings of models as lines of their own, without the place in the code."""
    from lexdpr_rag.backends import ModelWarning

    def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        if issubclass(category, ModelWarning):
            typer.echo(typer.style(say("embed.warning"), fg="yellow") + str(message), err=True)

    with warnings.catch_warnings():
        warnings.simplefilter("always", ModelWarning)
        warnings.showwarning = show
        yield
