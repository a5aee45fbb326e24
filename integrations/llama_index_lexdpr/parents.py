"""A LlamaIndex post-processor that shows the whole of which a provision is a part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_index.core.bridge.pydantic import ConfigDict, Field, PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle
from llama_index.core.storage.docstore import BaseDocumentStore

from lexdpr_rag.background import in_background
from lexdpr_rag.datamodels import Hit
from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.parents import Part, Whole, Wholes, whole_in_index
from lexdpr_rag.retrieval import SharedIndex
from llama_index_lexdpr.retriever import node_of

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR


class LexDPRParents(BaseNodePostprocessor):
    """Replaces what was found by the article or 항 that holds it, or gives it its context.

    Parts of one whole become one node, which stands where the best of them stood and has its score.
    Every node comes back as a passage that a language model can read and cite
    (:func:`~lexdpr_rag.retrieval.passage`): citation, context, words.  What is no statute, and what
    has no parent to be found, stays.

    Where parents are found: in ``docstore``, if it holds the nodes of a ``StatuteNodeParser``; else
    in the index, in the very version of the law that the node is of.

    Args:
        engine: an open engine.
        path: an index folder, instead of ``engine``.
        docstore: where the nodes of a ``StatuteNodeParser`` lie, instead of an index.
        to: ``article`` (조), ``paragraph`` (호 → 항), or ``context``: the provision itself, told with
            its context; that needs neither index nor docstore.
        at_least: so many parts must have been found for the whole to take their place.
        max_chars: a whole that is longer does not take their place.

    Raises:
        LexDPRError: there is nothing to find parents in.
        FilterError: an option has a value that is not allowed.
    """

    model_config = ConfigDict(extra="forbid")  # a misspelt option must not go unnoticed

    path: str | None = Field(default=None, description="The index folder.")
    to: Whole = Field(default="article", description="How large the whole is.")
    at_least: int = Field(default=1, description="How many parts must have been found.")
    max_chars: int | None = Field(default=None, description="The longest whole.")

    _index: SharedIndex | None = PrivateAttr(default=None)
    _docstore: BaseDocumentStore | None = PrivateAttr(default=None)
    _wholes: Wholes = PrivateAttr()

    def __init__(
        self,
        engine: LexDPR | None = None,
        *,
        path: str | Path | None = None,
        docstore: BaseDocumentStore | None = None,
        to: Whole = "article",
        at_least: int = 1,
        max_chars: int | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        wholes = Wholes(to, at_least, max_chars)
        index = None
        if docstore is None and (engine is not None or path is not None):
            index = SharedIndex.of(engine, path)
        elif docstore is None and to != "context":
            raise LexDPRError("parents.no_source")
        options: dict[str, Any] = {
            "path": str(index.path) if index else None,
            "to": to,
            "at_least": at_least,
            "max_chars": max_chars,
            "callback_manager": callback_manager or CallbackManager(),
        }
        super().__init__(**options)
        self._index, self._docstore, self._wholes = index, docstore, wholes

    @classmethod
    def class_name(cls) -> str:
        """Name under which it is serialised; a docstore is not, and is given to ``from_dict``."""
        return "LexDPRParents"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        parts = [part_of(found) for found in nodes]
        return [
            _told(nodes[number], parts[number])
            if whole is None
            else NodeWithScore(node=node_of(whole).node, score=nodes[number].score)
            for number, whole in self._wholes.of(parts, self._find)
        ]

    async def _apostprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return await in_background(self._postprocess_nodes, nodes, query_bundle)

    def _find(self, whole_id: str, part: Part) -> Hit | None:
        """The whole, ``None`` where it is not to be found."""
        if self._docstore is not None:
            node = self._docstore.get_document(whole_id, raise_error=False)
            return None if node is None else part_of(NodeWithScore(node=node)).hit()
        if self._index is None:
            return None
        return whole_in_index(self._index.open(), whole_id, str(part.metadata.get("law") or ""))


def part_of(found: NodeWithScore) -> Part:
    """A node as both frameworks' post-processors read it."""
    node = found.node
    return Part(node.node_id, node.get_content(MetadataMode.NONE), node.metadata, found.score)


def _told(found: NodeWithScore, part: Part) -> NodeWithScore:
    """What was found, as a passage; what is one already, and what is no statute, as it is."""
    hit = None if part.is_passage else part.hit()
    return found if hit is None else NodeWithScore(node=node_of(hit).node, score=found.score)
