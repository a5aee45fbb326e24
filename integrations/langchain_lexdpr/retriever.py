"""A LangChain retriever over an index of statutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, PrivateAttr, field_serializer

from lexdpr_rag.datamodels import Filters, Hit, LevelName, ModeName
from lexdpr_rag.retrieval import FilterValues, Request, SharedIndex, filter_values, passage

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR


class LexDPRRetriever(BaseRetriever):
    """Finds the provisions of Korean statutes that answer a question.

    ``LexDPRRetriever.open("law-index/", k=5)`` looks whether there is an index; constructing does
    not even that: the index is opened by the first query, and retrievers of one index share it.
    ``k``, ``level``, ``mode``, ``filters``, ``as_of`` and ``rerank`` can be given for one query too:
    ``retriever.invoke("보증금", k=3, filters={"law": "민법"}, as_of="2024-05-01")``.

    A document's id is its address, its text is :func:`~lexdpr_rag.retrieval.passage` — what a
    language model should read and cite — and its metadata is :meth:`Hit.metadata`, ``score`` and,
    after reranking, ``retrieval_score``, that of the search.

    Args:
        engine: an open engine.
        path: an index folder, instead of ``engine``.
        k: how many provisions.
        level: ``auto``, ``article``, ``paragraph`` or ``subparagraph``.
        mode: ``hybrid``, ``dense`` or ``lexical``.
        filters: :class:`Filters` or ``{"law": "민법"}``.
        as_of: the day whose law is searched, today by default; goes before a day in ``filters``.
        encoder: of questions, by name or folder; unless given, the one that made the vectors.
        reranker: orders the best hits anew, by name or folder.  An ``engine`` has its own models.
        rerank: whether it does; unless given, if there is one.

    Raises:
        FilterError: an option or filter is not allowed; the message names the legal ones.
    """

    model_config = ConfigDict(extra="forbid")  # a misspelt option must not go unnoticed

    path: Path
    k: int = 5
    level: LevelName = "auto"
    mode: ModeName = "hybrid"
    filters: Filters | None = None
    as_of: date | None = None
    encoder: str | None = None
    reranker: str | None = None
    rerank: bool | None = None

    _index: SharedIndex = PrivateAttr()

    def __init__(
        self,
        engine: LexDPR | None = None,
        *,
        path: str | Path | None = None,
        k: int = 5,
        level: LevelName = "auto",
        mode: ModeName = "hybrid",
        filters: FilterValues | None = None,
        as_of: date | str | None = None,
        encoder: str | Path | None = None,
        reranker: str | Path | None = None,
        rerank: bool | None = None,
        **base: Any,
    ) -> None:
        index = SharedIndex.of(engine, path, encoder=encoder, reranker=reranker)
        # Checked before pydantic, which would wrap a FilterError in an error of its own.
        asked = Request.of(k, level, mode, filters, as_of, rerank)
        options = {**asked.options(), "as_of": asked.filters.as_of}
        options["filters"] = replace(asked.filters, as_of=None)
        options |= {"encoder": _name(encoder), "reranker": _name(reranker)}
        super().__init__(**{"path": index.path, **options, **base})
        self._index = index

    @classmethod
    def open(cls, path: str | Path, **options: Any) -> LexDPRRetriever:
        """A retriever over the index at ``path``; ``options`` as for the constructor.

        Raises:
            IndexFormatError: there is no finished index at ``path``.
        """
        retriever = cls(path=path, **options)
        retriever._index.check()
        return retriever

    @property
    def engine(self) -> LexDPR:
        """The engine, opened now if no query has opened it."""
        return self._index.open()

    @field_serializer("filters")
    def _plain_filters(self, filters: Filters | None) -> dict[str, Any]:
        return filter_values(filters or Filters())

    def _request(self, **changes: Any) -> Request:
        """What is asked by this retriever, with the changes for one query."""
        asked = Request.of(self.k, self.level, self.mode, self.filters, self.as_of, self.rerank)
        return asked.but(**changes)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **changes: Any
    ) -> list[Document]:
        hits = self._index.search(query, self._request(**changes))
        return [document_of(hit) for hit in hits]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **changes: Any
    ) -> list[Document]:
        hits = await self._index.asearch(query, self._request(**changes))
        return [document_of(hit) for hit in hits]


def _name(model: str | Path | None) -> str | None:
    return None if model is None else str(model)


def document_of(hit: Hit) -> Document:
    """A hit as a document."""
    metadata = {**hit.metadata(), "score": hit.score}
    if (found := getattr(hit, "retrieval_score", None)) is not None:
        metadata["retrieval_score"] = found
    return Document(id=hit.unit_id, page_content=passage(hit), metadata=metadata)
