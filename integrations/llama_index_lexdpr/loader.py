"""A LlamaIndex reader of statute files: one document a file, as the node parser wants it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document

from lexdpr_rag.documents import text_of
from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.source import find_sources

_log = logging.getLogger(__name__)


class StatuteReader(BaseReader):
    """Documents of a folder, a file or an archive of statutes, unchanged.

    A document's id is its path below the folder, so that a pipeline with a docstore sees which laws
    have changed.  ``SimpleDirectoryReader`` is not for statutes: it cuts Markdown at its headings.

    Args:
        path: a folder (with its subfolders), a file, or an archive (zip, tar, tar.gz, tar.zst).
        strict: stop at the first file that is no text, instead of saying so in the log.
    """

    def __init__(self, path: str | Path, *, strict: bool = False) -> None:
        self.path = Path(path)
        self.strict = strict

    def lazy_load_data(self, *args: Any, **load_kwargs: Any) -> Iterator[Document]:
        """The documents, one at a time.

        Raises:
            SourceError: there is no statute file at the path; with ``strict``, one is no text.
        """
        for ref in find_sources(self.path):
            try:
                text = text_of(ref.read(), ref.name)
            except SourceError as error:
                if self.strict:
                    raise
                _log.warning("%s", error)
                continue
            metadata = {"file_path": ref.name}
            hidden = list(metadata)
            yield Document(
                id_=ref.name,
                text=text,
                metadata=metadata,
                excluded_embed_metadata_keys=hidden,
                excluded_llm_metadata_keys=hidden,
            )
