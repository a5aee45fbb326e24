"""A LangChain document compressor that orders documents anew: question and provision read together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from pydantic import ConfigDict, Field, PrivateAttr

from lexdpr_rag.background import in_background
from lexdpr_rag.reranker import Reranker, RerankerModel, rank
from lexdpr_rag.templates import ModelError

TOP_N = 5
SCORE = "score"
"""Metadata of a document: the score of what put it into its place."""

RETRIEVAL_SCORE = "retrieval_score"
"""Metadata of a document that was reranked: the score with which it was found."""


class LexDPRReranker(BaseDocumentCompressor):
    """Keeps the documents that answer the question best, by a cross-encoder.

    For ``ContextualCompressionRetriever``, or by itself.  Constructing one looks for the folder and
    loads nothing; the model loads on first use.  The score that it gives is 0…1
    (:mod:`lexdpr_rag.reranker`) and stands in the metadata as ``score``; the score with which a
    document was found goes on as ``retrieval_score``.  Documents come back as copies.

    Args:
        model: an alias (``lexdpr-rag models`` lists them), a hub name, a local folder, or the folder
            of a LoRA adapter; or an object with ``name`` and ``score``.
        top_n: how many documents to keep.
        device: ``cpu``, ``cuda``, ``mps`` …; torch only.
        max_length: tokens of question and provision together; what the model says unless given.
        trust_remote_code: allow code that comes with a model of the hub.
        model_kwargs: further arguments of :class:`~lexdpr_rag.reranker.Reranker`.

    Raises:
        ModelError: the model is not there, or a value is not allowed.
    """

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    model: str
    top_n: int = TOP_N
    device: str | None = None
    max_length: int | None = None
    trust_remote_code: bool = False
    model_kwargs: dict[str, Any] = Field(default_factory=dict)

    _own: RerankerModel | None = PrivateAttr(default=None)
    _reranker: RerankerModel = PrivateAttr()

    def __init__(
        self,
        model: str | Path | RerankerModel | None = None,
        top_n: int = TOP_N,
        *,
        device: str | None = None,
        max_length: int | None = None,
        trust_remote_code: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        **base: Any,
    ) -> None:
        # Checked before pydantic, which would wrap a ModelError in an error of its own.
        if model is None:
            raise ModelError("rerank.no_model")
        if not isinstance(top_n, int) or isinstance(top_n, bool) or top_n < 1:
            raise ModelError("model.option", name="top_n", value=top_n, legal="1…")
        own = None if isinstance(model, str | Path) else model
        given: dict[str, Any] = {
            "device": device,
            "max_length": max_length,
            "trust_remote_code": trust_remote_code,
        }
        more = dict(model_kwargs or {})
        name = own.name if own else str(model)
        reranker = own or Reranker(name, **{**given, **more})
        fields = {"model": name, "top_n": top_n, "model_kwargs": more, **given}
        super().__init__(**fields, **base)
        self._own, self._reranker = own, reranker

    @property
    def reranker(self) -> RerankerModel:
        """The model in use."""
        return self._reranker

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """The ``top_n`` documents that answer ``query`` best, best first; equals keep their order."""
        if not documents:
            return []
        texts = [_words(document) for document in documents]
        ranked = rank(self._reranker, query, texts, self.top_n)
        return [_scored(documents[entry.index], entry.score) for entry in ranked]

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """:meth:`compress_documents`, the event loop left free."""
        return await in_background(self.compress_documents, documents, query, callbacks)

    def __reduce__(self) -> tuple[object, ...]:
        # A loaded model holds locks and weights; a copy loads its own.
        return (_again, (type(self), {**self.model_dump(), "model": self._own or self.model}))

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> LexDPRReranker:
        again, arguments = self.__reduce__()
        copied: LexDPRReranker = again(*arguments)  # type: ignore[operator, misc]
        return copied


def _again(kind: type[LexDPRReranker], options: dict[str, Any]) -> LexDPRReranker:
    return kind(**options)


def _words(document: Document) -> str:
    """Of a passage of ours its words without the citation in front, so that a document is scored as
    the engine scores the hit.
    """
    return document.page_content.removeprefix(f"[{document.metadata.get('citation', '')}]\n")


def _scored(document: Document, score: float) -> Document:
    """A copy: the document may lie in a store, and other questions find it too."""
    metadata = dict(document.metadata)
    if SCORE in metadata:
        metadata.setdefault(RETRIEVAL_SCORE, metadata[SCORE])
    return document.model_copy(update={"metadata": {**metadata, SCORE: score}})
