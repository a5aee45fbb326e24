"""A LangChain document compressor that adds the provisions to which those found refer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from pydantic import ConfigDict, PrivateAttr

from langchain_lexdpr.parents import part_of
from langchain_lexdpr.reranker import SCORE
from langchain_lexdpr.retriever import document_of
from lexdpr_rag.background import in_background
from lexdpr_rag.datamodels import Filters, Hit
from lexdpr_rag.referred import Additions
from lexdpr_rag.retrieval import SharedIndex

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR

MAX_ADDED = 10
FACTOR = 0.5


class LexDPRReferences(BaseDocumentCompressor):
    """Adds what the documents refer to: 제1항, 같은 조, 법 제11조, 「민법」 제750조.

        engine = LexDPR.open("law-index/")
        retriever = ContextualCompressionRetriever(
            base_retriever=LexDPRRetriever(engine, k=5),
            base_compressor=LexDPRReferences(engine, max_added=5),
        )

    The documents that were found stay as they are; behind them come the provisions that their words
    name, in the order of the documents and of their words, each once, and none that a document holds
    already (:func:`~lexdpr_rag.referred.referred_provisions`).  They are documents as a retriever
    gives them.  Their ``score`` is ``factor`` times that of the first document that refers to them,
    and absent where that has none; a negative score stays as it is.

    Args:
        engine: an open engine.
        path: an index folder, instead of ``engine``.
        max_added: add no more provisions than so many.
        max_chars: add no more characters than so many, all together; a provision that does not fit
            is passed over.
        factor: 0…1: how much less what is referred to counts.
        as_of: the day whose law is meant; unless given, today, or the day of an old version that was
            found.

    Raises:
        LexDPRError: neither ``engine`` nor ``path`` was given.
        FilterError: an option has a value that is not allowed.
    """

    model_config = ConfigDict(extra="forbid")  # a misspelt option must not go unnoticed

    path: Path
    max_added: int = MAX_ADDED
    max_chars: int | None = None
    factor: float = FACTOR
    as_of: date | None = None

    _index: SharedIndex = PrivateAttr()
    _additions: Additions = PrivateAttr()

    def __init__(
        self,
        engine: LexDPR | None = None,
        *,
        path: str | Path | None = None,
        max_added: int = MAX_ADDED,
        max_chars: int | None = None,
        factor: float = FACTOR,
        as_of: date | str | None = None,
        **base: Any,
    ) -> None:
        # Checked before pydantic, which would wrap a FilterError in an error of its own.
        additions = Additions(max_added, max_chars, factor, Filters.of(as_of=as_of).as_of)
        index = SharedIndex.of(engine, path)
        options = {"path": index.path, "max_added": max_added, "max_chars": max_chars}
        options |= {"factor": factor, "as_of": additions.as_of}
        super().__init__(**{**options, **base})
        self._index, self._additions = index, additions

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """``documents``, and behind them what they refer to."""
        if not documents:
            return []
        parts = [part_of(document) for document in documents]
        added = self._additions.to(parts, self._index.open())
        return [*documents, *(_document(hit, score) for hit, score in added)]

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """:meth:`compress_documents`, the event loop left free."""
        return await in_background(self.compress_documents, documents, query, callbacks)


def _document(hit: Hit, score: float | None) -> Document:
    document = document_of(hit)
    del document.metadata[SCORE]
    if score is not None:
        document.metadata[SCORE] = score
    return document
