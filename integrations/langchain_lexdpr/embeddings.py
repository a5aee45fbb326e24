"""A LangChain embedding model over any bi-encoder of the project."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from lexdpr_rag.background import in_background
from lexdpr_rag.encoder import BiEncoder, Encoder
from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.templates import CUSTOM, ModelError

_MODEL_KWARGS = tuple(name for name in inspect.signature(BiEncoder).parameters if name != "model")
_ENCODE_KWARGS = ("batch_size", "normalize_embeddings", "prompt")
_making = threading.Lock()


class LexDPREmbeddings(Embeddings):
    """Vectors of questions and provisions, by an alias, a hub name or a local folder.

    Constructing one looks for the folder and loads nothing; the model loads on first use.  Questions
    (``embed_query``) and provisions (``embed_documents``) each get what the model says it wants
    written around them, unless a prompt or a template is given.  Arguments are those of
    ``HuggingFaceEmbeddings``.  Pickling and copying keep them and load the model where they arrive.

    Args:
        model_name: an alias (``lexdpr-rag models`` lists them), a hub name, a local folder, or the
            folder of a LoRA adapter.
        cache_folder: where models of the hub are kept.
        model_kwargs: further arguments of :class:`~lexdpr_rag.encoder.BiEncoder`: ``device``,
            ``trust_remote_code``, ``template``, ``max_seq_length``, ``normalize``,
            ``truncate_dim``, ``peft_adapter_path``, ``backend`` …
        encode_kwargs: ``batch_size`` (vectors do not depend on it), ``normalize_embeddings``
            (whether vectors are of length 1), ``prompt`` (written before a provision, as it is).
        query_encode_kwargs: the same for questions; ``encode_kwargs`` without its prompt unless
            given.
        show_progress: show a bar where many texts are embedded.
        encoder: an encoder of one's own, instead of ``model_name`` and all that describes a model.

    Raises:
        ModelError: the model is not there, or an argument or value is not allowed.
        LexDPRError: neither ``model_name`` nor ``encoder`` was given.
    """

    def __init__(
        self,
        model_name: str | Path | None = None,
        *,
        cache_folder: str | Path | None = None,
        model_kwargs: Mapping[str, Any] | None = None,
        encode_kwargs: Mapping[str, Any] | None = None,
        query_encode_kwargs: Mapping[str, Any] | None = None,
        show_progress: bool = False,
        encoder: Encoder | None = None,
    ) -> None:
        self.cache_folder = cache_folder
        self.model_kwargs = _checked("model_kwargs", model_kwargs, _MODEL_KWARGS)
        self.encode_kwargs = _checked("encode_kwargs", encode_kwargs, _ENCODE_KWARGS)
        self.query_encode_kwargs = _checked(
            "query_encode_kwargs",
            {n: v for n, v in self.encode_kwargs.items() if n != "prompt"}
            if query_encode_kwargs is None
            else query_encode_kwargs,
            _ENCODE_KWARGS,
        )
        self.show_progress = show_progress
        self._own = encoder
        self._encoder: Encoder | None = None
        if encoder is not None:
            self._refuse_second(model_name)
            self.model_name = encoder.name
        elif model_name is None:
            raise LexDPRError("embedding.no_model")
        else:
            self.model_name = str(model_name)
            self._bi_encoder()  # a model that is not there is told at once

    @property
    def encoder(self) -> Encoder:
        """The encoder in use, with the prompts that were given."""
        with _making:
            if self._encoder is None:
                self._encoder = self._own or self._bi_encoder(**self._template())
            return self._encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of provisions, in the order of ``texts``."""
        options = self._options(self.encode_kwargs)
        rows: list[list[float]] = self.encoder.encode_passages(texts, **options).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        options = self._options(self.query_encode_kwargs)
        options.pop("show_progress", None)
        row: list[float] = self.encoder.encode_queries([text], **options)[0].tolist()
        return row

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """:meth:`embed_documents`, the event loop left free."""
        return await in_background(self.embed_documents, texts)

    async def aembed_query(self, text: str) -> list[float]:
        """:meth:`embed_query`, the event loop left free."""
        return await in_background(self.embed_query, text)

    def __repr__(self) -> str:
        return f"LexDPREmbeddings({self.model_name!r})"

    def __reduce__(self) -> tuple[object, ...]:
        # A loaded model holds locks and weights; a copy loads its own.
        return (_again, (type(self), None if self._own else self.model_name, self._arguments()))

    # -- inside ----------------------------------------------------------------------------------

    def _arguments(self) -> dict[str, Any]:
        return {
            "cache_folder": self.cache_folder,
            "model_kwargs": self.model_kwargs,
            "encode_kwargs": self.encode_kwargs,
            "query_encode_kwargs": self.query_encode_kwargs,
            "show_progress": self.show_progress,
            "encoder": self._own,
        }

    def _bi_encoder(self, **more: Any) -> BiEncoder:
        named = {"cache_folder": self.cache_folder, **self.model_kwargs, **more}
        return BiEncoder(self.model_name, **named)

    def _template(self) -> dict[str, Any]:
        """The model's template with the prompts that were given; nothing where there are none."""
        given = {
            "query_prefix": self.query_encode_kwargs.get("prompt"),
            "passage_prefix": self.encode_kwargs.get("prompt"),
        }
        words = {name: prompt for name, prompt in given.items() if prompt is not None}
        if not words:
            return {}
        template = self._bi_encoder().settings.template
        return {"template": replace(template, name=CUSTOM, **words)}

    def _options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Keyword arguments of ``Encoder.encode_*``; only what was given, since an encoder of one's
        own may know no more than the Protocol says.
        """
        options: dict[str, Any] = {}
        if "batch_size" in given:
            options["batch_size"] = given["batch_size"]
        if "normalize_embeddings" in given:
            options["normalize"] = given["normalize_embeddings"]
        if self.show_progress:
            options["show_progress"] = True
        return options

    def _refuse_second(self, model_name: object) -> None:
        """Refuse what describes another model than the encoder that was given."""
        given = {
            "model_name": model_name,
            "cache_folder": self.cache_folder,
            "model_kwargs": self.model_kwargs,
            "encode_kwargs['prompt']": self.encode_kwargs.get("prompt"),
            "query_encode_kwargs['prompt']": self.query_encode_kwargs.get("prompt"),
        }
        names = [name for name, value in given.items() if value]
        if names:
            raise ModelError("embedding.encoder_alone", names=", ".join(names))


def _again(
    kind: type[LexDPREmbeddings], model_name: str | None, arguments: dict[str, Any]
) -> LexDPREmbeddings:
    return kind(model_name, **arguments)


def _checked(name: str, given: Mapping[str, Any] | None, legal: tuple[str, ...]) -> dict[str, Any]:
    for key in given or {}:
        if key not in legal:
            raise ModelError("model.option", name=name, value=key, legal=", ".join(legal))
    return dict(given or {})
