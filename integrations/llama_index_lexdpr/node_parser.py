"""A LlamaIndex node parser that cuts statutes into 조, 항 and 호."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llama_index.core.bridge.pydantic import ConfigDict, Field
from llama_index.core.callbacks import CallbackManager
from llama_index.core.node_parser import NodeParser
from llama_index.core.node_parser.interface import IdFuncCallable
from llama_index.core.node_parser.node_utils import default_id_func
from llama_index.core.schema import (
    BaseNode,
    Document,
    MetadataMode,
    NodeRelationship,
    ObjectType,
    RelatedNodeInfo,
    RelatedNodeType,
    TextNode,
)
from llama_index.core.utils import get_tqdm_iterable

from lexdpr_rag.background import in_background
from lexdpr_rag.datamodels import LevelName
from lexdpr_rag.documents import TREE, StatuteUnit, check_levels, name_of, statute_units
from lexdpr_rag.errors import SourceError
from lexdpr_rag.messages import render

CONTEXT = "context"
"""Metadata that is embedded with a node's words: law, headings, title and lead-ins."""

CITATION = "citation"
"""Metadata that a language model reads with a node's words."""

_log = logging.getLogger(__name__)


class StatuteNodeParser(NodeParser):
    """Documents of raw statutes → nodes of 조, 항 and 호 that know their parents.

    A document holds one statute in any format of the parser: legalize-kr Markdown, an answer of
    law.go.kr (JSON, XML), plain text.  What is no statute is said in the log and kept as one node.

    A node's id is its address, the same in every run and in an index over the same file.  Its text is
    the provision's own words; its context (law, headings, article title, lead-in of every ancestor)
    is metadata that is embedded but not repeated to a language model, which reads the citation
    instead.  Metadata is flat, as Chroma demands.  A version of a law that was there already gives
    no nodes a second time, and a law that is repealed gives none.

    Args:
        levels: which provisions; each is one node, though a short article stands for its 항 and 호.
            The default is a tree for ``get_leaf_nodes`` and ``AutoMergingRetriever``;
            ``["auto"]`` gives what an index embeds, without a tree, for a plain ``VectorStoreIndex``.
        include_metadata: put the document's metadata into its nodes; no model reads it there.
        include_prev_next_rel: name the neighbours below the same parent.

    Raises:
        FilterError: there is no such level.
    """

    model_config = ConfigDict(extra="forbid")  # a misspelt option must not go unnoticed

    levels: list[LevelName] = Field(default=list(TREE), description="조, 항, 호, or auto.")
    # Ids are addresses.  Left out when written: the base class cannot read what it writes.
    id_func: IdFuncCallable = Field(default=default_id_func, exclude=True)

    def __init__(
        self,
        levels: Sequence[LevelName] = TREE,
        *,
        include_metadata: bool = True,
        include_prev_next_rel: bool = True,
        callback_manager: CallbackManager | None = None,
        **base: Any,
    ) -> None:
        check_levels(levels)  # pydantic would wrap the error in one of its own
        options: dict[str, Any] = {
            "levels": list(levels),
            "include_metadata": include_metadata,
            "include_prev_next_rel": include_prev_next_rel,
            "callback_manager": callback_manager or CallbackManager([]),
        }
        super().__init__(**options, **base)

    @classmethod
    def from_defaults(cls, **options: Any) -> StatuteNodeParser:
        """The constructor by the name that LlamaIndex's own parsers have for it."""
        return cls(**options)

    @classmethod
    def class_name(cls) -> str:
        """Name under which it is serialised."""
        return "StatuteNodeParser"

    def _parse_nodes(
        self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any
    ) -> list[BaseNode]:
        found: dict[str, BaseNode] = {}
        for document in get_tqdm_iterable(nodes, show_progress, "Parsing statutes"):
            for node in self._nodes(document):
                found.setdefault(node.node_id, node)
        return list(found.values())

    async def _aparse_nodes(
        self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any
    ) -> list[BaseNode]:
        return await in_background(self._parse_nodes, nodes, show_progress, **kwargs)

    def _postprocess_parsed_nodes(
        self, nodes: list[BaseNode], parent_doc_map: dict[str, Document]
    ) -> list[BaseNode]:
        # The base class would make neighbours of an article and its first 항, look the clean words
        # of a node up in the raw document, and put the document's metadata into what is embedded.
        return nodes

    def _nodes(self, document: BaseNode) -> Iterator[BaseNode]:
        name = name_of(document.metadata, document.node_id)
        text = document.get_content(MetadataMode.NONE)
        try:
            units = statute_units(name, text, self.levels, document.metadata)
        except SourceError as error:
            _log.warning("%s", render("document.not_statute", reason=error))
            yield _whole(document)
            return
        if not units:
            _log.info("%s", render("document.no_units", name=name))
        source = document.source_node or document.as_related_node_info()
        above = _flat(document.metadata) if self.include_metadata else {}
        for unit in units:
            yield self._node(unit, source, above)

    def _node(
        self, unit: StatuteUnit, source: RelatedNodeInfo, above: Mapping[str, Any]
    ) -> TextNode:
        hit = unit.hit
        metadata = {**above, **hit.metadata()}
        related: dict[NodeRelationship, RelatedNodeType] = {NodeRelationship.SOURCE: source}
        for kind, other in (
            (NodeRelationship.PARENT, unit.parent_id),
            (NodeRelationship.PREVIOUS, self.include_prev_next_rel and unit.previous_id),
            (NodeRelationship.NEXT, self.include_prev_next_rel and unit.next_id),
        ):
            if other:
                related[kind] = _related(other)
        if unit.child_ids:
            related[NodeRelationship.CHILD] = [_related(child) for child in unit.child_ids]
        return TextNode(
            id_=hit.unit_id,
            text=hit.text,
            metadata=metadata,
            excluded_embed_metadata_keys=[key for key in metadata if key != CONTEXT],
            excluded_llm_metadata_keys=[key for key in metadata if key != CITATION],
            # What is embedded is Hit.full_text, the very text that an index embeds.
            metadata_template="{value}",
            text_template="{metadata_str}\n{content}",
            relationships=related,
        )


def _related(node_id: str) -> RelatedNodeInfo:
    # Without the other's metadata: a node with forty 호 would hold theirs forty times.
    return RelatedNodeInfo(node_id=node_id, node_type=ObjectType.TEXT)


def _whole(document: BaseNode) -> BaseNode:
    """What is no statute, as one node; what is a node already goes on as it is."""
    if not isinstance(document, Document):
        return document
    return TextNode(
        id_=f"{document.node_id}:whole",
        text=document.get_content(MetadataMode.NONE),
        metadata=document.metadata,
        excluded_embed_metadata_keys=document.excluded_embed_metadata_keys,
        excluded_llm_metadata_keys=document.excluded_llm_metadata_keys,
        metadata_template=document.metadata_template,
        metadata_separator=document.metadata_separator,
        text_template=document.text_template,
        relationships={
            NodeRelationship.SOURCE: document.source_node or document.as_related_node_info()
        },
    )


def _flat(metadata: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """Plain values: lists joined, what is ``None`` left out."""
    plain: dict[str, str | int | float | bool] = {}
    for key, value in metadata.items():
        if isinstance(value, (list, tuple, set)):
            plain[key] = ", ".join(map(str, value))
        elif value is not None:
            plain[key] = value if isinstance(value, (str, int, float, bool)) else str(value)
    return plain
