"""A LlamaIndex post-processor that orders nodes anew: question and provision read together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llama_index.core import instrumentation
from llama_index.core.bridge.pydantic import ConfigDict, Field, PrivateAttr
from llama_index.core.callbacks import CallbackManager, CBEventType, EventPayload
from llama_index.core.instrumentation.events.rerank import ReRankEndEvent, ReRankStartEvent
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import BaseNode, MetadataMode, NodeWithScore, QueryBundle

from lexdpr_rag.background import in_background
from lexdpr_rag.reranker import Reranker, RerankerModel, rank
from lexdpr_rag.templates import ModelError
from llama_index_lexdpr.lazy_model import LazyModel

TOP_N = 5
RETRIEVAL_SCORE = "retrieval_score"
"""Metadata of a node that was reranked: the score with which it was found."""

_dispatcher = instrumentation.get_dispatcher(__name__)  # type: ignore[attr-defined]


class LexDPRRerank(BaseNodePostprocessor):
    """Keeps the nodes that answer the question best, by a cross-encoder.

    Constructing one looks for the folder and loads nothing; the model loads on first use.  Of a node
    it reads what is embedded (``MetadataMode.EMBED``); the score that it gives is 0…1 and replaces
    the retriever's (:mod:`lexdpr_rag.reranker`).  Nodes come back as new ``NodeWithScore``; those
    that were given keep their score.

    Args:
        model: an alias (``lexdpr-rag models`` lists them), a hub name, a local folder, or the folder
            of a LoRA adapter; or an object with ``name`` and ``score``, which is not serialised.
        top_n: how many nodes to keep.
        device: ``cpu``, ``cuda``, ``mps`` …; torch only.
        keep_retrieval_score: put the retriever's score into the metadata, as ``retrieval_score``.
        max_length: tokens of question and provision together; what the model says unless given.
        trust_remote_code: allow code that comes with a model of the hub.
        model_kwargs: further arguments of :class:`~lexdpr_rag.reranker.Reranker`.

    Raises:
        ModelError: the model is not there, or a value is not allowed.
    """

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    model: str = Field(description="Alias, hub name or folder.")
    top_n: int = Field(default=TOP_N, description="How many nodes to keep.")
    device: str | None = Field(default=None, description="Where torch computes.")
    keep_retrieval_score: bool = Field(default=False, description="Keep the retriever's score.")
    max_length: int | None = Field(default=None, description="Tokens of a pair.")
    trust_remote_code: bool = Field(default=False, description="Allow code of a hub model.")
    model_kwargs: dict[str, Any] = Field(default_factory=dict, description="Further arguments.")

    _reranker: LazyModel[RerankerModel] = PrivateAttr()

    def __init__(
        self,
        model: str | Path | RerankerModel | None = None,
        top_n: int = TOP_N,
        *,
        device: str | None = None,
        keep_retrieval_score: bool = False,
        max_length: int | None = None,
        trust_remote_code: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        callback_manager: CallbackManager | None = None,
        **base: Any,
    ) -> None:
        if model is None:
            raise ModelError("rerank.no_model")
        if not isinstance(top_n, int) or isinstance(top_n, bool) or top_n < 1:
            raise ModelError("model.option", name="top_n", value=top_n, legal="1…")
        own = None if isinstance(model, (str, Path)) else model
        more = dict(model_kwargs or {})
        given: dict[str, Any] = {
            "model": own.name if own else str(model),
            "device": device,
            "max_length": max_length,
            "trust_remote_code": trust_remote_code,
        }
        made = Reranker(**{**given, **more}) if own is None else None
        lazy = LazyModel[RerankerModel](_made, {**given, **more}, own=own, made=made)
        fields: dict[str, Any] = {
            "top_n": top_n,
            "keep_retrieval_score": keep_retrieval_score,
            "model_kwargs": more,
            "callback_manager": callback_manager or CallbackManager(),
        }
        super().__init__(**given, **fields, **base)
        self._reranker = lazy

    @classmethod
    def class_name(cls) -> str:
        """Name under which it is serialised."""
        return "LexDPRRerank"

    @property
    def reranker(self) -> RerankerModel:
        """The model in use."""
        return self._reranker.get()

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            raise ModelError("rerank.no_query")
        if not nodes:
            return []
        _dispatcher.event(
            ReRankStartEvent(
                query=query_bundle, nodes=nodes, top_n=self.top_n, model_name=self.model
            )
        )
        payload: dict[str, Any] = {
            EventPayload.NODES: nodes,
            EventPayload.MODEL_NAME: self.model,
            EventPayload.QUERY_STR: query_bundle.query_str,
            EventPayload.TOP_K: self.top_n,
        }
        with self.callback_manager.event(CBEventType.RERANKING, payload=payload) as event:
            best = self._ranked(query_bundle.query_str, nodes)
            event.on_end(payload={EventPayload.NODES: best})
        _dispatcher.event(ReRankEndEvent(nodes=best))
        return best

    async def _apostprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return await in_background(self._postprocess_nodes, nodes, query_bundle)

    def _ranked(self, query: str, nodes: list[NodeWithScore]) -> list[NodeWithScore]:
        texts = [_words(found.node) for found in nodes]
        ranked = rank(self._reranker.get(), query, texts, self.top_n)
        return [self._scored(nodes[entry.index], entry.score) for entry in ranked]

    def _scored(self, found: NodeWithScore, score: float) -> NodeWithScore:
        node = found.node
        if self.keep_retrieval_score and found.score is not None:
            # A copy: the node may lie in a store, and other questions find it too.
            node = node.model_copy()
            node.metadata = {RETRIEVAL_SCORE: found.score, **node.metadata}
            node.excluded_llm_metadata_keys = [*node.excluded_llm_metadata_keys, RETRIEVAL_SCORE]
            node.excluded_embed_metadata_keys = [
                *node.excluded_embed_metadata_keys,
                RETRIEVAL_SCORE,
            ]
        return NodeWithScore(node=node, score=score)

    def __reduce__(self) -> tuple[object, ...]:
        # The base class would leave out what cannot be pickled, and a model cannot.
        return (_again, (type(self), self.to_dict(), self._reranker.own))


def _again(
    kind: type[LexDPRRerank], data: dict[str, Any], own: RerankerModel | None
) -> LexDPRRerank:
    return kind.from_dict(data if own is None else {**data, "model": own})


def _made(options: Mapping[str, Any]) -> Reranker:
    return Reranker(**options)


def _words(node: BaseNode) -> str:
    """What is embedded of a node; of a passage of ours that is without the citation in front,
    so that a node is scored as the engine scores the hit.
    """
    text = node.get_content(MetadataMode.EMBED)
    return text.removeprefix(f"[{node.metadata.get('citation', '')}]\n")
