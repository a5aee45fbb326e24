"""A LlamaIndex retriever over an index of statutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    RelatedNodeType,
    TextNode,
)
from llama_index.core.settings import Settings
from llama_index.core.vector_stores import MetadataFilters

from lexdpr_rag.datamodels import METADATA_KEYS, Hit, LevelName, ModeName
from lexdpr_rag.retrieval import (
    FilterValues,
    Request,
    SharedIndex,
    filter_values,
    law_urn,
    passage,
)
from llama_index_lexdpr.metadata_filters import filters_from_metadata

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR


class LexDPRRetriever(BaseRetriever):
    """Finds the provisions of Korean statutes that answer a question.

    ``LexDPRRetriever.open("law-index/", k=5)`` looks whether there is an index; constructing does
    not even that: the index is opened by the first query, and retrievers of one index share it.

    A node's id is its address, its text is :func:`~lexdpr_rag.retrieval.passage` — what
    a language model should read and cite — and its metadata is :meth:`Hit.metadata`, which is kept
    out of the text for models, since the passage says it already.

    Args:
        engine: an open engine.
        path: an index folder, instead of ``engine``.
        k: how many provisions.
        level: ``auto``, ``article``, ``paragraph`` or ``subparagraph``.
        mode: ``hybrid``, ``dense`` or ``lexical``.
        filters: :class:`Filters`, ``{"law": "민법"}``, or ``MetadataFilters`` over the same keys.
        as_of: the day whose law is searched, today by default; goes before a day in ``filters``.
        similarity_top_k: another name for ``k``.
        encoder: of questions, by name or folder; unless given, the one that made the vectors.
        reranker: orders the best hits anew, by name or folder.  An ``engine`` has its own models.
        rerank: whether it does; unless given, if there is one.

    Raises:
        FilterError: an option or filter is not allowed; the message names the legal ones.
    """

    def __init__(
        self,
        engine: LexDPR | None = None,
        *,
        path: str | Path | None = None,
        k: int = 5,
        level: LevelName = "auto",
        mode: ModeName = "hybrid",
        filters: FilterValues | MetadataFilters | None = None,
        as_of: date | str | None = None,
        similarity_top_k: int | None = None,
        encoder: str | Path | None = None,
        reranker: str | Path | None = None,
        rerank: bool | None = None,
        callback_manager: CallbackManager | None = None,
        verbose: bool = False,
    ) -> None:
        self._index = SharedIndex.of(engine, path, encoder=encoder, reranker=reranker)
        if isinstance(filters, MetadataFilters):
            filters = filters_from_metadata(filters)
        k = k if similarity_top_k is None else similarity_top_k
        self._request = Request.of(k, level, mode, filters, as_of, rerank)
        super().__init__(
            callback_manager=callback_manager or Settings.callback_manager, verbose=verbose
        )

    @classmethod
    def open(cls, path: str | Path, **options: Any) -> LexDPRRetriever:
        """A retriever over the index at ``path``; ``options`` as for the constructor.

        Raises:
            IndexFormatError: there is no finished index at ``path``.
        """
        retriever = cls(path=path, **options)
        retriever._index.check()
        return retriever

    @classmethod
    def class_name(cls) -> str:
        """Name under which it is serialised."""
        return "LexDPRRetriever"

    @property
    def engine(self) -> LexDPR:
        """The engine, opened now if no query has opened it."""
        return self._index.open()

    @property
    def similarity_top_k(self) -> int:
        """How many provisions a query gives."""
        return self._request.k

    @similarity_top_k.setter
    def similarity_top_k(self, k: int) -> None:
        self._request = self._request.but(k=k)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`from_dict` needs, as plain values; the index stays where it is."""
        return {
            "class_name": self.class_name(),
            "path": str(self._index.path),
            "k": self._request.k,
            "level": str(self._request.level),
            "mode": str(self._request.mode),
            "filters": filter_values(self._request.filters),
            "encoder": _name(self._index.encoder),
            "reranker": _name(self._index.reranker),
            "rerank": self._request.rerank,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], **kwargs: Any) -> LexDPRRetriever:
        """Inverse of :meth:`to_dict`; ``kwargs`` go before what was written."""
        options = {**data, **kwargs}
        options.pop("class_name", None)
        return cls(**options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._index.search(_question(query_bundle), self._request)
        return [node_of(hit) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = await self._index.asearch(_question(query_bundle), self._request)
        return [node_of(hit) for hit in hits]


def _question(bundle: QueryBundle) -> str:
    """What to search for: the question, or what a transform (HyDE) wants searched in its place."""
    return "\n".join(bundle.embedding_strs)


def _name(model: str | Path | None) -> str | None:
    return None if model is None else str(model)


def node_of(hit: Hit) -> NodeWithScore:
    """A hit as a node with its score."""
    node = TextNode(
        id_=hit.unit_id,
        text=passage(hit),
        metadata=hit.metadata(),
        excluded_llm_metadata_keys=list(METADATA_KEYS),
        excluded_embed_metadata_keys=list(METADATA_KEYS),
        relationships=_relationships(hit),
    )
    return NodeWithScore(node=node, score=hit.score)


def _relationships(hit: Hit) -> dict[NodeRelationship, RelatedNodeType]:
    """The version of the law as source, and the article as parent of what stands in it."""
    law = RelatedNodeInfo(node_id=law_urn(hit), metadata={"law_id": hit.law_id, "law": hit.law})
    related: dict[NodeRelationship, RelatedNodeType] = {NodeRelationship.SOURCE: law}
    if hit.parent_id and hit.parent_id != hit.unit_id:
        related[NodeRelationship.PARENT] = RelatedNodeInfo(node_id=hit.parent_id)
    return related
