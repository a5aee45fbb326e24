"""A LangChain transformer that cuts statutes into 조, 항 and 호."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from langchain_core.documents import BaseDocumentTransformer, Document

from lexdpr_rag.background import in_background
from lexdpr_rag.datamodels import LevelName
from lexdpr_rag.documents import StatuteUnit, check_levels, name_of, statute_units
from lexdpr_rag.errors import SourceError
from lexdpr_rag.messages import render
from lexdpr_rag.retrieval import passage

_log = logging.getLogger(__name__)


class StatuteSplitter(BaseDocumentTransformer):
    """Documents of raw statutes → documents of provisions.

    A document holds one statute in any format of the parser: legalize-kr Markdown, an answer of
    law.go.kr (JSON, XML), plain text.  What is no statute is said in the log and passed through as
    one document.

    A provision's document is the one that :class:`LexDPRRetriever` would find: its id is its address,
    the same in every run and in an index over the same file; its text holds the citation, where the
    provision stands and its words; its metadata is :meth:`Hit.metadata` over that of the document it
    was cut from, flat, as Chroma demands.  A version of a law that was there already gives no
    documents a second time, and a law that is repealed gives none.

    Methods have the names that text splitters have; needs langchain-core alone.

    Args:
        levels: which provisions: ``auto`` (what an index embeds), ``article``, ``paragraph``,
            ``subparagraph``, or several of them.

    Raises:
        FilterError: there is no such level.
    """

    def __init__(self, levels: LevelName | Sequence[LevelName] = "auto") -> None:
        self.levels: tuple[LevelName, ...] = (levels,) if isinstance(levels, str) else tuple(levels)
        check_levels(self.levels)

    def split_documents(self, documents: Iterable[Document]) -> list[Document]:
        """The provisions of every document, in order."""
        found: dict[str, Document] = {}
        for number, document in enumerate(documents):
            for piece in self._pieces(document):
                found.setdefault(piece.id or f"{number}", piece)
        return list(found.values())

    def split_text(self, text: str) -> list[str]:
        """The texts of the provisions of one statute."""
        return [piece.page_content for piece in self.split_documents([Document(text)])]

    def create_documents(
        self, texts: Sequence[str], metadatas: Sequence[Mapping[str, Any]] | None = None
    ) -> list[Document]:
        """The provisions of statutes given as texts, each with its metadata."""
        facts = metadatas or [{}] * len(texts)
        pairs = zip(texts, facts, strict=True)
        return self.split_documents(Document(text, metadata=dict(known)) for text, known in pairs)

    def transform_documents(
        self, documents: Sequence[Document], **kwargs: Any
    ) -> Sequence[Document]:
        """:meth:`split_documents`, by the name that LangChain's transformers have for it."""
        return self.split_documents(documents)

    async def atransform_documents(
        self, documents: Sequence[Document], **kwargs: Any
    ) -> Sequence[Document]:
        """:meth:`transform_documents`, the event loop left free."""
        return await in_background(self.split_documents, documents)

    def _pieces(self, document: Document) -> Iterator[Document]:
        name = name_of(document.metadata, document.id or "<document>")
        try:
            units = statute_units(name, document.page_content, self.levels, document.metadata)
        except SourceError as error:
            _log.warning("%s", render("document.not_statute", reason=error))
            yield document
            return
        if not units:
            _log.info("%s", render("document.no_units", name=name))
        above = _flat(document.metadata)
        for unit in units:
            yield unit_document(unit, above)


def unit_document(unit: StatuteUnit, above: Mapping[str, Any]) -> Document:
    """A provision as a document; ``above`` is the metadata of what it was cut from."""
    metadata = {**above, **unit.hit.metadata()}
    return Document(id=unit.hit.unit_id, page_content=passage(unit.hit), metadata=metadata)


def _flat(metadata: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """Plain values: lists joined, what is ``None`` left out."""
    plain: dict[str, str | int | float | bool] = {}
    for key, value in metadata.items():
        if isinstance(value, list | tuple | set):
            plain[key] = ", ".join(map(str, value))
        elif value is not None:
            plain[key] = value if isinstance(value, str | int | float | bool) else str(value)
    return plain
