"""Models by name: what they are, and whether they can be used."""

from __future__ import annotations

from lexdpr_rag.backends.folder import identity, locate
from lexdpr_rag.backends.reranker_folder import model_kind
from lexdpr_rag.model_aliases import ModelKind


def identity_of(model: str | None, kind: ModelKind = "encoder") -> str:
    """What changes when the model does: a hash of its files, or name and commit of the hub.

    Raises:
        ModelError: it is not there.
    """
    return identity(locate(model, kind=kind)) if model else ""


def is_reranker(model: str | None) -> bool:
    """Whether a model is a cross-encoder that scores as it is, and no bare transformer.

    Raises:
        ModelError: it is not there.
    """
    return bool(model) and model_kind(locate(str(model), kind="reranker")) == "reranker"
