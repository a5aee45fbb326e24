"""A LangChain document compressor that shows the whole of which a provision is a part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.stores import BaseStore
from pydantic import ConfigDict, PrivateAttr

from langchain_lexdpr.reranker import RETRIEVAL_SCORE, SCORE
from langchain_lexdpr.retriever import document_of
from lexdpr_rag.background import in_background
from lexdpr_rag.datamodels import Hit
from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.parents import Part, Whole, Wholes, whole_in_index
from lexdpr_rag.retrieval import SharedIndex, passage

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR


class LexDPRParents(BaseDocumentCompressor):
    """Replaces what was found by the article or 항 that holds it, or gives it its context.

        engine = LexDPR.open("law-index/")
        retriever = ContextualCompressionRetriever(
            base_retriever=LexDPRRetriever(engine, k=20, level="subparagraph"),
            base_compressor=LexDPRParents(engine, to="article"),
        )

    Parts of one whole become one document, which stands where the best of them stood and has its
    score.  Every document comes back as a passage that a language model can read and cite
    (:func:`~lexdpr_rag.retrieval.passage`): citation, context, words.  What is no statute, and what
    has no parent to be found, stays.

    Where parents are found: in ``docstore``, if it holds the documents of a ``StatuteSplitter`` by
    their ids; else in the index, in the very version of the law that the document is of.

    Args:
        engine: an open engine.
        path: an index folder, instead of ``engine``.
        docstore: where the documents of a ``StatuteSplitter`` lie, instead of an index.
        to: ``article`` (조), ``paragraph`` (호 → 항), or ``context``: the provision itself, told with
            its context; that needs neither index nor docstore.
        at_least: so many parts must have been found for the whole to take their place.
        max_chars: a whole that is longer does not take their place.

    Raises:
        LexDPRError: there is nothing to find parents in.
        FilterError: an option has a value that is not allowed.
    """

    model_config = ConfigDict(extra="forbid")  # a misspelt option must not go unnoticed

    path: Path | None = None
    to: Whole = "article"
    at_least: int = 1
    max_chars: int | None = None

    _index: SharedIndex | None = PrivateAttr(default=None)
    _docstore: BaseStore[str, Document] | None = PrivateAttr(default=None)
    _wholes: Wholes = PrivateAttr()

    def __init__(
        self,
        engine: LexDPR | None = None,
        *,
        path: str | Path | None = None,
        docstore: BaseStore[str, Document] | None = None,
        to: Whole = "article",
        at_least: int = 1,
        max_chars: int | None = None,
        **base: Any,
    ) -> None:
        # Checked before pydantic, which would wrap a FilterError in an error of its own.
        wholes = Wholes(to, at_least, max_chars)
        index = None
        if docstore is None and (engine is not None or path is not None):
            index = SharedIndex.of(engine, path)
        elif docstore is None and to != "context":
            raise LexDPRError("parents.no_source")
        options = {"path": index.path if index else None, "to": to}
        super().__init__(**{**options, "at_least": at_least, "max_chars": max_chars, **base})
        self._index, self._docstore, self._wholes = index, docstore, wholes

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """The wholes of ``documents``, each where the best of its parts stood."""
        parts = [part_of(document) for document in documents]
        return [
            _told(documents[number]) if whole is None else _placed(whole, documents[number])
            for number, whole in self._wholes.of(parts, self._find)
        ]

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """:meth:`compress_documents`, the event loop left free."""
        return await in_background(self.compress_documents, documents, query, callbacks)

    def _find(self, whole_id: str, part: Part) -> Hit | None:
        """The whole, ``None`` where it is not to be found."""
        if self._docstore is not None:
            (document,) = self._docstore.mget([whole_id])
            return part_of(document).hit() if document is not None else None
        if self._index is None:
            return None
        return whole_in_index(self._index.open(), whole_id, str(part.metadata.get("law") or ""))


def part_of(document: Document) -> Part:
    """A document as both frameworks' post-processors read it."""
    metadata = document.metadata
    return Part(document.id or "", document.page_content, metadata, metadata.get(SCORE))


def _placed(whole: Hit, best: Document) -> Document:
    """A whole as a document, with the scores of the best of its parts."""
    scores = {k: best.metadata[k] for k in (SCORE, RETRIEVAL_SCORE) if k in best.metadata}
    document = document_of(whole)
    return document.model_copy(update={"metadata": {**whole.metadata(), **scores}})


def _told(document: Document) -> Document:
    """What was found, as a passage; what is one already, and what is no statute, as it is."""
    part = part_of(document)
    hit = None if part.is_passage else part.hit()
    return document if hit is None else document.model_copy(update={"page_content": passage(hit)})
