"""What LlamaIndex and LangChain find out of the box, chunk hits counting as their articles.

Both are given one document an article, which favours them: with whole laws as documents a chunk
would run over several articles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.documents import Documents
from benchmarks.quality.system import DEPTH, MissingError, Search, System, distinct
from benchmarks.quality.tokens import Tell

CHUNKS = 3 * DEPTH
"""Chunks asked for; an article has one, or a few."""

_VECTORS = 2048
"""Chunks that are encoded, and kept, together."""


def framework_systems(kept: Path, dense: str | None) -> list[System]:
    """The retrievers of both frameworks at article level.

    Args:
        kept: a folder for vectors.
        dense: a generic sentence-transformers model; ``None`` where there is none at hand.
    """
    splitter = f"llama-index-core {_version('llama-index-core')} SentenceSplitter 1024/20"
    bm25 = f"{splitter} llama-index-retrievers-bm25 {_version('llama-index-retrievers-bm25')} 1"
    okapi = f"langchain-community {_version('langchain-community')} {_version('rank-bm25')} 1"
    model = Path(dense).name if dense else "dense model"

    def vectors(documents: Documents, tell: Tell) -> Search:
        return _llama_index_dense(documents, tell, dense, kept)

    return [
        System("llamaindex-bm25", "LlamaIndex, splitter + BM25", bm25, _llama_index_bm25),
        System("llamaindex-dense", f"LlamaIndex, splitter + {model}", splitter + model, vectors),
        System("langchain-bm25", "LangChain, BM25", okapi, _langchain_bm25, slow=True),
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


# -- LlamaIndex ----------------------------------------------------------------------------------


def _nodes(documents: Documents, tell: Tell) -> list[Any]:
    """Chunks of the default splitter; ``ref_doc_id`` is the row of the document."""
    try:
        from llama_index.core import Document
        from llama_index.core.node_parser import SentenceSplitter
    except ImportError as error:
        raise MissingError("pip install llama-index-core") from error
    splitter = SentenceSplitter(chunk_size=1024, chunk_overlap=20)
    nodes: list[Any] = []
    for start in range(0, len(documents.texts), 1000):
        part = documents.texts[start : start + 1000]
        held = [Document(text=text, id_=str(start + at)) for at, text in enumerate(part)]
        nodes += splitter.get_nodes_from_documents(held)
        tell(start + len(part), len(documents.texts))
    return nodes


def _llama_index_bm25(documents: Documents, tell: Tell) -> Search:
    try:
        from llama_index.retrievers.bm25 import BM25Retriever  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingError("pip install llama-index-retrievers-bm25") from error
    nodes = _nodes(documents, tell)
    retriever = BM25Retriever(nodes=nodes, similarity_top_k=CHUNKS)

    def search(question: str) -> list[str]:
        found = retriever.retrieve(question)
        rows = (int(hit.node.ref_doc_id) for hit in found if (hit.score or 0) > 0)
        return distinct([documents.keys[row] for row in rows])

    return search


def _llama_index_dense(documents: Documents, tell: Tell, model: str | None, kept: Path) -> Search:
    """The nearest chunks by cosine, every one compared: what its in-memory vector store finds."""
    if model is None:
        raise MissingError("--dense MODEL_FOLDER")
    from lexdpr_rag.encoder import BiEncoder

    encoder = BiEncoder(model)
    nodes = _nodes(documents, lambda done, total: None)
    rows = np.array([int(node.ref_doc_id) for node in nodes])
    texts = [node.get_content() for node in nodes]
    name = hashlib.sha256(f"{documents.digest} {encoder.fingerprint}".encode()).hexdigest()[:16]
    vectors = np.concatenate(list(_vectors(encoder, texts, kept / f"vectors-{name}", tell)))

    def search(question: str) -> list[str]:
        cosines = vectors @ encoder.encode_queries([question])[0]
        count = min(CHUNKS, len(cosines))
        top = np.argpartition(cosines, -count)[-count:]
        top = top[np.argsort(-cosines[top], kind="stable")]
        return distinct([documents.keys[row] for row in rows[top].tolist()])

    return search


def _vectors(
    encoder: Any, texts: list[str], folder: Path, tell: Tell
) -> Iterator[NDArray[np.float32]]:
    """Vectors of all texts, part by part; parts that an earlier run has made are read."""
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(texts), _VECTORS):
        path = folder / f"{start:07}.npy"
        if not path.exists():
            made = encoder.encode_passages(texts[start : start + _VECTORS])
            written = path.with_suffix(".tmp.npy")
            np.save(written, made)
            written.replace(path)
        yield np.load(path)
        tell(min(start + _VECTORS, len(texts)), len(texts))


# -- LangChain -----------------------------------------------------------------------------------


def _langchain_bm25(documents: Documents, tell: Tell) -> Search:
    """With its own preprocessing: words between blanks."""
    try:
        from langchain_community.retrievers import BM25Retriever  # type: ignore

        retriever = BM25Retriever.from_texts(
            documents.texts, metadatas=[{"key": key} for key in documents.keys], k=2 * DEPTH
        )
    except ImportError as error:
        raise MissingError("pip install langchain-community rank-bm25") from error
    tell(1, 1)
    return lambda question: distinct(
        [document.metadata["key"] for document in retriever.invoke(question)]
    )
