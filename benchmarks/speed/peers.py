"""What the engine stands beside, as plainly as each can be used.

Peers get less to do than the engine: no parsing, no filters, no texts, no citations in their answers.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.bm25 import indexed
from benchmarks.quality.documents import read_documents
from benchmarks.quality.tokens import Splitter
from lexdpr_rag.datamodels import Level
from lexdpr_rag.index.analyzer import BigramAnalyzer
from lexdpr_rag.index.dense import DenseIndex
from lexdpr_rag.index.layout import Layout

K = 10
Ask = Callable[[str], object]
Vectors = NDArray[np.float32]


# -- bm25s ---------------------------------------------------------------------------------------


def build_bm25s(index: Path, folder: Path) -> float:
    """Bigrams of every article of an index → a bm25s index on disk; seconds from texts to disk."""
    documents = read_documents(index, Level.ARTICLE)
    started = time.perf_counter()
    tokens = Splitter(BigramAnalyzer()).documents(documents.texts, lambda done, total: None)
    indexed(tokens, 1.5).save(str(folder))
    return time.perf_counter() - started


def open_bm25s(folder: Path) -> Ask:
    """The same index, mapped into memory; the best rows of a question's bigrams."""
    import bm25s

    index = bm25s.BM25.load(str(folder), mmap=True)
    analyzer, vocab = BigramAnalyzer(), index.vocab_dict

    def ask(text: str) -> object:
        ids = [vocab[term] for term in analyzer.query_terms(text) if term in vocab]
        return best(index.get_scores_from_ids(ids))

    return ask


def best(scores: NDArray[Any]) -> NDArray[np.int64]:
    """The :data:`K` highest, best first."""
    count = min(K, len(scores))
    top = np.argpartition(scores, -count)[-count:]
    return top[np.argsort(-scores[top], kind="stable")]


# -- vectors -------------------------------------------------------------------------------------


def vectors_of(index: Path) -> Vectors | None:
    """The vectors of an index, in memory; ``None`` where it has none."""
    dense = DenseIndex.open(Layout(index).open_generation())
    return None if dense is None else np.array(dense.table.vectors, np.float32)


def numpy_ask(vectors: Vectors, encode: Callable[[str], Vectors]) -> Ask:
    """Every vector compared."""
    return lambda text: best(vectors @ encode(text))


def faiss_ask(vectors: Vectors, encode: Callable[[str], Vectors]) -> Ask | None:
    """FAISS, every vector compared; ``None`` where it is not installed."""
    try:
        import faiss
    except ImportError:
        return None
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return lambda text: index.search(encode(text)[None], K)


# -- LlamaIndex ----------------------------------------------------------------------------------

OPEN_LLAMA_INDEX = """
import json, sys, time
start = time.perf_counter()
from llama_index.core import MockEmbedding, StorageContext, load_index_from_storage
from llama_index.core.schema import QueryBundle
imported = time.perf_counter()
storage = StorageContext.from_defaults(persist_dir=sys.argv[1])
index = load_index_from_storage(storage, embed_model=MockEmbedding(embed_dim=1))
opened = time.perf_counter()
retriever = index.as_retriever(similarity_top_k=10)
times = []
for vector in json.load(open(sys.argv[2])):
    begin = time.perf_counter()
    retriever.retrieve(QueryBundle("", embedding=vector))
    times.append(time.perf_counter() - begin)
print(imported - start, opened - imported, times[0], sorted(times)[len(times) // 2])
"""
"""Arguments: the folder, and a JSON file of question vectors.  Prints seconds: import, open, first
and median query; encoding the question is not among them."""


def build_llama_index(index: Path, folder: Path, questions: Sequence[Vectors]) -> float | None:
    """An in-memory vector index over the units and vectors of an index, kept as LlamaIndex keeps it.

    Returns:
        Seconds from nodes to disk, vectors given; ``None`` where it is not installed.
    """
    try:
        from llama_index.core import MockEmbedding, VectorStoreIndex
        from llama_index.core.schema import TextNode
    except ImportError:
        return None
    from lexdpr_finetune.articles import Articles

    vectors = vectors_of(index)
    texts = Articles.open(index).unit_texts()
    assert vectors is not None
    nodes = [
        TextNode(text=text, embedding=vector.tolist())
        for text, vector in zip(texts, vectors, strict=True)
    ]
    started = time.perf_counter()
    made = VectorStoreIndex(nodes, embed_model=MockEmbedding(embed_dim=vectors.shape[1]))
    made.storage_context.persist(str(folder))
    asked = [vector.tolist() for vector in questions]
    (folder / "questions.json").write_text(json.dumps(asked), "utf-8")
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.stdout.write(f"{build_bm25s(Path(sys.argv[1]), Path(sys.argv[2]))}\n")
