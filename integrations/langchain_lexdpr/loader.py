"""A LangChain loader of statute files."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document

from langchain_lexdpr.splitter import unit_document
from lexdpr_rag.background import in_background
from lexdpr_rag.datamodels import LevelName
from lexdpr_rag.documents import check_levels, read_statute, statute_units, text_of
from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.source import SourceRef, find_sources
from lexdpr_rag.statute.tree import Law

_log = logging.getLogger(__name__)


class StatuteLoader(BaseLoader):
    """Documents of a folder, a file or an archive of statutes: one a law, or one a provision.

    A law's document is its file, unchanged, and says in its metadata which law it is; its id is its
    path below the folder.  :class:`StatuteSplitter` cuts it into the provisions that ``levels`` gives
    at once.  Files are read one at a time, as the documents are asked for.

    Args:
        path: a folder (with its subfolders), a file, or an archive (zip, tar, tar.gz, tar.zst).
        levels: give provisions of these levels instead of laws, as :class:`StatuteSplitter` does.
        strict: stop at the first file that is no statute, instead of saying so in the log.

    Raises:
        FilterError: there is no such level.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        levels: LevelName | Sequence[LevelName] | None = None,
        strict: bool = False,
    ) -> None:
        self.path = Path(path)
        self.levels: tuple[LevelName, ...] = (
            (levels,) if isinstance(levels, str) else tuple(levels or ())
        )
        if levels is not None:
            check_levels(self.levels)
        self.strict = strict

    def lazy_load(self) -> Iterator[Document]:
        """The documents, one at a time.

        Raises:
            SourceError: there is no statute file at the path; with ``strict``, one is no statute.
        """
        for ref in find_sources(self.path):
            try:
                documents = self._documents(ref)
            except SourceError as error:
                if self.strict:
                    raise
                _log.warning("%s", error)
                continue
            yield from documents

    async def alazy_load(self) -> AsyncIterator[Document]:
        """:meth:`lazy_load`, the event loop left free."""
        documents = self.lazy_load()
        while (document := await in_background(next, documents, None)) is not None:
            yield document

    def _documents(self, ref: SourceRef) -> list[Document]:
        content = ref.read()
        if self.levels:
            units = statute_units(ref.name, content, self.levels)
            return [unit_document(unit, {"source": ref.name}) for unit in units]
        metadata = {"source": ref.name, **_facts(read_statute(ref.name, content))}
        return [Document(id=ref.name, page_content=text_of(content, ref.name), metadata=metadata)]


def _facts(law: Law) -> dict[str, str]:
    """Which law it is, under the keys of ``Hit.metadata``."""
    meta = law.meta
    return {
        "law_id": meta.law_id,
        "law": meta.title,
        "kind": meta.kind,
        "ministry": ", ".join(meta.ministries),
        "effective_date": meta.effective_date.isoformat() if meta.effective_date else "",
        "source_url": meta.source_url,
    }
