"""A LlamaIndex post-processor that shows the whole of which a provision is a part."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from llama_index.core.bridge.pydantic import ConfigDict, Field, PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import BaseNode, MetadataMode, NodeWithScore, QueryBundle
from llama_index.core.storage.docstore import BaseDocumentStore

from lexdpr_rag.background import in_background
from lexdpr_rag.datamodels import METADATA_KEYS, Hit
from lexdpr_rag.errors import CitationError, FilterError, LexDPRError
from lexdpr_rag.retrieval import SharedIndex
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.citation import Citation
from llama_index_lexdpr.retriever import node_of

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR

Whole = Literal["article", "paragraph", "context"]


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
        _check(to, at_least, max_chars)
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
        self._index, self._docstore = index, docstore

    @classmethod
    def class_name(cls) -> str:
        """Name under which it is serialised; a docstore is not, and is given to ``from_dict``."""
        return "LexDPRParents"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        parts: dict[str, list[NodeWithScore]] = {}
        for found in nodes:
            parts.setdefault(self._whole_id(found.node), []).append(found)
        wholes = {name: self._whole(name, together) for name, together in parts.items()}
        shown: list[NodeWithScore] = []
        for found in nodes:
            name = self._whole_id(found.node)
            whole = wholes[name]
            if whole is None:
                shown.append(_told(found))
            elif found is max(parts[name], key=_score):
                shown.append(NodeWithScore(node=node_of(whole).node, score=found.score))
        return shown

    async def _apostprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return await in_background(self._postprocess_nodes, nodes, query_bundle)

    def _whole(self, whole_id: str, parts: list[NodeWithScore]) -> Hit | None:
        """What takes the place of ``parts``, ``None`` where they stay."""
        if self.to == "context" or len(parts) < self.at_least:
            return None
        whole = self._find(whole_id, parts[0].node)
        is_long = (
            self.max_chars is not None and whole is not None and len(whole.text) > self.max_chars
        )
        return None if is_long else whole

    def _whole_id(self, node: BaseNode) -> str:
        unit_id = str(node.metadata.get("unit_id") or node.node_id)
        article = str(node.metadata.get("parent_id") or "")
        if self.to != "paragraph" or not article:
            return article or unit_id
        below = unit_id.removeprefix(article).partition("#")[0].partition("+")[0]
        first = below.removeprefix(":").partition(":")[0]
        return f"{article}:{first}" if first.startswith("h") else article

    def _find(self, whole_id: str, part: BaseNode) -> Hit | None:
        """The whole, ``None`` where it is not to be found."""
        if self._docstore is not None:
            node = self._docstore.get_document(whole_id, raise_error=False)
            return _hit_of(node) if node is not None else None
        if self._index is None:
            return None
        return _cited(self._index.open(), whole_id, str(part.metadata.get("law") or ""))


def _check(to: str, at_least: int, max_chars: int | None) -> None:
    if to not in get_args(Whole):
        legal = ", ".join(get_args(Whole))
        raise FilterError("parents.option", name="to", value=to, legal=legal)
    for name, value in (("at_least", at_least), ("max_chars", max_chars)):
        if value is not None and (not isinstance(value, int) or value < 1):
            raise FilterError("parents.option", name=name, value=value, legal="1…")


def _cited(engine: LexDPR, unit_id: str, law: str) -> Hit | None:
    """The provision with that address, in that version of the law."""
    try:
        address = Address.parse(unit_id)
        citation = str(Citation.from_path(law, address.path))
    except ValueError:
        return None  # a node of another origin
    for day in (None, _day(address.version)):
        try:
            hit = engine.cite(citation, as_of=day)
        except CitationError:
            continue
        if hit.unit_id == unit_id:
            return hit
    return None


def _day(version: str) -> date | None:
    """``2026-03-17-21454`` → its day; ``None`` where none is fixed."""
    try:
        return date.fromisoformat(version[:10])
    except ValueError:
        return None


def _score(found: NodeWithScore) -> float:
    return found.score or 0.0


def _told(found: NodeWithScore) -> NodeWithScore:
    """What was found, as a passage; what is one already, and what is no statute, as it is."""
    hit = _hit_of(found.node)
    if hit is None:
        return found
    return NodeWithScore(node=node_of(hit).node, score=found.score)


def _hit_of(node: BaseNode) -> Hit | None:
    """A node of the parser as a hit; ``None`` for passages, which say all already, and other nodes."""
    text, known = node.get_content(MetadataMode.NONE), node.metadata
    if any(key not in known for key in METADATA_KEYS) or text.startswith(f"[{known['citation']}]"):
        return None
    return Hit(text=text, score=0.0, **{key: known[key] for key in METADATA_KEYS})
