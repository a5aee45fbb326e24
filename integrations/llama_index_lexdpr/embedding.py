"""A LlamaIndex embedding model over any bi-encoder of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import ConfigDict, Field, PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.storage.kvstore.types import BaseKVStore

from lexdpr_rag.background import in_background
from lexdpr_rag.encoder import BiEncoder, Encoder, Vectors
from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.templates import CUSTOM, ModelError, Template
from llama_index_lexdpr.lazy_model import LazyModel

EMBED_BATCH_SIZE = 128
"""Texts handed over at once: the encoder puts those of like length together, the more the better."""

ENCODER_BATCH_SIZE = 32
"""Texts of common length that the encoder takes at once, unless ``embed_batch_size`` is lower."""

# Our name of an option → the name that BiEncoder has for it.
_ARGUMENTS = {
    "model_name": "model",
    "max_length": "max_seq_length",
    "normalize": "normalize",
    "cache_folder": "cache_folder",
    "trust_remote_code": "trust_remote_code",
    "device": "device",
    "template": "template",
    "peft_adapter_path": "peft_adapter_path",
    "truncate_dim": "truncate_dim",
    "backend": "backend",
}
_OF_NO_MODEL = ("embed_batch_size", "embeddings_cache", "num_workers", "show_progress_bar")
_INSTRUCTIONS = {"query_instruction": "query_prefix", "text_instruction": "passage_prefix"}


class LexDPREmbedding(BaseEmbedding):
    """Vectors of questions and provisions, by an alias, a hub name or a local folder.

    Constructing one looks for the folder and loads nothing; the model loads on first use.  Questions
    (``get_query_embedding``) and provisions (``get_text_embedding``) each get what the model says it
    wants written around them, unless an instruction or a template is given.

    Args:
        model_name: an alias (``lexdpr-rag models`` lists them), a hub name, a local folder, or the
            folder of a LoRA adapter.
        max_length: tokens after which a text is cut; what the model says unless given, and so for
            all that follow.
        query_instruction: written before a question, as it is.
        text_instruction: written before a provision, as it is.
        normalize: whether vectors are of length 1.
        embed_batch_size: texts handed to the model at once; vectors do not depend on it.
        cache_folder: where models of the hub are kept.
        trust_remote_code: allow code that comes with a model of the hub.
        device: ``cpu``, ``cuda``, ``mps`` …; torch only.
        callback_manager: told of every batch.
        show_progress_bar: show a bar where many texts are embedded.
        encoder: an encoder of one's own, instead of ``model_name`` and all that describes a model.
        template: a name, a dict or the path of a JSON file: what both sides want written around.
        peft_adapter_path: a LoRA adapter to put on the model.
        truncate_dim: dimensions kept of a Matryoshka model.
        backend: ``auto``, ``torch``, ``onnx`` or ``static``.
        model_kwargs: further arguments of :class:`~lexdpr_rag.encoder.BiEncoder`.
        embeddings_cache: where vectors that were made before are looked up.

    Raises:
        ModelError: the model is not there, or a value is not allowed.
        LexDPRError: neither ``model_name`` nor ``encoder`` was given.
    """

    model_config = ConfigDict(extra="forbid")  # a misspelt option must not go unnoticed

    embed_batch_size: int = Field(default=EMBED_BATCH_SIZE, gt=0, le=2048)
    max_length: int | None = Field(default=None, description="Tokens after which a text is cut.")
    query_instruction: str | None = Field(default=None, description="Written before a question.")
    text_instruction: str | None = Field(default=None, description="Written before a provision.")
    normalize: bool | None = Field(default=None, description="Whether vectors are of length 1.")
    cache_folder: str | None = Field(default=None, description="Where hub models are kept.")
    trust_remote_code: bool = Field(default=False, description="Allow code of a hub model.")
    device: str | None = Field(default=None, description="Where torch computes.")
    show_progress_bar: bool = Field(default=False, description="Show a bar.")
    template: str | dict[str, str] | None = Field(default=None, description="Name or words.")
    peft_adapter_path: str | None = Field(default=None, description="A LoRA adapter.")
    truncate_dim: int | None = Field(default=None, description="Dimensions kept.")
    backend: str = Field(default="auto", description="What runs the model.")
    model_kwargs: dict[str, Any] = Field(default_factory=dict, description="Further arguments.")

    _model: LazyModel[Encoder] = PrivateAttr()

    def __init__(
        self,
        model_name: str | Path | None = None,
        *,
        max_length: int | None = None,
        query_instruction: str | None = None,
        text_instruction: str | None = None,
        normalize: bool | None = None,
        embed_batch_size: int = EMBED_BATCH_SIZE,
        cache_folder: str | Path | None = None,
        trust_remote_code: bool = False,
        device: str | None = None,
        callback_manager: CallbackManager | None = None,
        show_progress_bar: bool = False,
        encoder: Encoder | None = None,
        template: str | Path | Mapping[str, str] | Template | None = None,
        peft_adapter_path: str | Path | None = None,
        truncate_dim: int | None = None,
        backend: str = "auto",
        model_kwargs: Mapping[str, Any] | None = None,
        embeddings_cache: BaseKVStore | None = None,
        **base: Any,
    ) -> None:
        fields = type(self).model_fields
        given = {
            name: _plain(value)
            for name, value in locals().items()
            if name in fields and value is not None and value != fields[name].default
        }
        if encoder is not None:
            given |= _described(encoder, given)
        elif model_name is None:
            raise LexDPRError("embedding.no_model")
        else:
            BiEncoder(**_arguments(given))  # a model that is not there is told at once
        own = None if isinstance(encoder, BiEncoder) else encoder
        model = LazyModel[Encoder](_made, given, own=own, made=encoder)
        super().__init__(**given, **base)
        self._model = model

    @classmethod
    def class_name(cls) -> str:
        """Name under which it is serialised."""
        return "LexDPREmbedding"

    @property
    def encoder(self) -> Encoder:
        """The encoder in use, with the instructions that were given."""
        return self._model.get()

    def get_text_embedding_batch(
        self, texts: list[str], show_progress: bool = False, **kwargs: Any
    ) -> list[Embedding]:
        """Vectors of many provisions, ``embed_batch_size`` at a time."""
        shown = show_progress or self.show_progress_bar
        return super().get_text_embedding_batch(texts, show_progress=shown, **kwargs)

    def _get_query_embedding(self, query: str) -> Embedding:
        return self._rows(self._model.get().encode_queries([query]))[0]

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return await in_background(self._get_query_embedding, query)

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._get_text_embeddings([text])[0]

    async def _aget_text_embedding(self, text: str) -> Embedding:
        return await in_background(self._get_text_embedding, text)

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        size = min(self.embed_batch_size, ENCODER_BATCH_SIZE)
        return self._rows(self._model.get().encode_passages(texts, batch_size=size))

    async def _aget_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return await in_background(self._get_text_embeddings, texts)

    @staticmethod
    def _rows(vectors: Vectors) -> list[Embedding]:
        rows: list[Embedding] = vectors.tolist()
        return rows

    def __reduce__(self) -> tuple[object, ...]:
        # The base class would leave out what cannot be pickled, and a model cannot.
        return (_again, (type(self), self.to_dict(), self._model.own))


def _again(
    kind: type[LexDPREmbedding], data: dict[str, Any], encoder: Encoder | None
) -> LexDPREmbedding:
    if encoder is None:
        return kind.from_dict(data)
    kept = {name: data[name] for name in _OF_NO_MODEL if name in data}
    return kind(encoder=encoder, **kept)


def _made(options: Mapping[str, Any]) -> BiEncoder:
    """The encoder that options describe; what no instruction says stays as the model wants it."""
    arguments = _arguments(options)
    encoder = BiEncoder(**arguments)
    words = {prefix: options[name] for name, prefix in _INSTRUCTIONS.items() if name in options}
    if not words:
        return encoder
    template = replace(encoder.settings.template, name=CUSTOM, **words)
    return BiEncoder(**{**arguments, "template": template})


def _plain(value: Any) -> Any:
    if isinstance(value, Template):
        return value.to_dict()
    return str(value) if isinstance(value, Path) else value


def _arguments(options: Mapping[str, Any]) -> dict[str, Any]:
    """What BiEncoder is made with."""
    named = {_ARGUMENTS[name]: value for name, value in options.items() if name in _ARGUMENTS}
    return {**named, **options.get("model_kwargs", {})}


def _described(encoder: Encoder, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options that make ``encoder`` again, as far as it tells them.

    Raises:
        ModelError: ``given`` describes a model too.
    """
    twice = [n for n in given if n in {*_ARGUMENTS, *_INSTRUCTIONS, "model_kwargs"}]
    if twice:
        raise ModelError("embedding.encoder_alone", names=", ".join(twice))
    if not isinstance(encoder, BiEncoder):
        return {"model_name": encoder.name}
    options = encoder.options()
    found = {name: options.pop(theirs) for name, theirs in _ARGUMENTS.items() if theirs in options}
    return {**found, "model_kwargs": options}
