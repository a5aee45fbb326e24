"""A LlamaIndex post-processor that adds the provisions to which those found refer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_index.core.bridge.pydantic import ConfigDict, Field, PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from lexdpr_rag.background import in_background
from lexdpr_rag.datamodels import Filters
from lexdpr_rag.referred import Additions
from lexdpr_rag.retrieval import SharedIndex
from llama_index_lexdpr.parents import part_of
from llama_index_lexdpr.retriever import node_of

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR

MAX_ADDED = 10
FACTOR = 0.5


class LexDPRReferences(BaseNodePostprocessor):
    """Adds what the nodes refer to: 제1항, 같은 조, 법 제11조, 「민법」 제750조.

        engine = LexDPR.open("law-index/")
        query_engine = RetrieverQueryEngine.from_args(
            LexDPRRetriever(engine, k=5),
            node_postprocessors=[LexDPRReferences(engine, max_added=5)],
        )

    The nodes that were found stay as they are; behind them come the provisions that their words name,
    in the order of the nodes and of their words, each once, and none that a node holds already
    (:func:`~lexdpr_rag.referred.referred_provisions`).  They are nodes as a retriever gives them.
    Their score is ``factor`` times that of the first node that refers to them, ``None`` where that
    has none; a negative score stays as it is.

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

    path: str = Field(description="The index folder.")
    max_added: int = Field(default=MAX_ADDED, description="How many provisions are added.")
    max_chars: int | None = Field(default=None, description="How many characters are added.")
    factor: float = Field(default=FACTOR, description="Part of the score of what refers to it.")
    as_of: str | None = Field(default=None, description="The day whose law is meant, ISO.")

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
        callback_manager: CallbackManager | None = None,
    ) -> None:
        # Checked before pydantic, which would wrap a FilterError in an error of its own.
        additions = Additions(max_added, max_chars, factor, Filters.of(as_of=as_of).as_of)
        index = SharedIndex.of(engine, path)
        options: dict[str, Any] = {
            "path": str(index.path),
            "max_added": max_added,
            "max_chars": max_chars,
            "factor": factor,
            "as_of": additions.as_of.isoformat() if additions.as_of else None,
            "callback_manager": callback_manager or CallbackManager(),
        }
        super().__init__(**options)
        self._index, self._additions = index, additions

    @classmethod
    def class_name(cls) -> str:
        """Name under which it is serialised."""
        return "LexDPRReferences"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if not nodes:
            return []
        parts = [part_of(found) for found in nodes]
        added = self._additions.to(parts, self._index.open())
        behind = [NodeWithScore(node=node_of(hit).node, score=score) for hit, score in added]
        return [*nodes, *behind]

    async def _apostprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return await in_background(self._postprocess_nodes, nodes, query_bundle)
