"""Statutes into one's own vector store: parsed, embedded, kept in Chroma, merged into articles.

법령을 자기 벡터 저장소에 넣기: 조·항·호 노드, Chroma, 바뀐 법령만 다시, 다시 연 뒤의 자동 병합.

    pip install "lexdpr-rag[llama-index,chroma]" llama-index-vector-stores-chroma
    python examples/llama_index_ingestion.py

Runs offline on the bundled sample statutes, with vectors of character pairs.  For real ones
``pip install "lexdpr-rag[models]"`` and set LEXDPR_EMBEDDINGS to a model (bge-m3, a local folder).
"""

import os
import shutil
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import chromadb
import numpy as np
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import get_leaf_nodes
from llama_index.core.retrievers import AutoMergingRetriever
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.vector_stores.chroma import ChromaVectorStore
from llama_index_lexdpr import LexDPREmbedding, StatuteNodeParser, StatuteReader

import lexdpr_rag

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "보증금보호조치의 방법"


class CharacterPairs:
    """An encoder of one's own needs no more than this."""

    name = fingerprint = "character-pairs"

    def get_embedding_dimension(self) -> int:
        return 1024

    def encode_passages(self, texts: Sequence[str], batch_size: int = 32) -> np.ndarray:
        rows = np.full((len(texts), 1024), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for at in range(len(text) - 1):
                row[zlib.crc32(text[at : at + 2].encode()) % 1024] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    encode_queries = encode_passages


def embedding() -> LexDPREmbedding:
    if model := os.environ.get("LEXDPR_EMBEDDINGS"):
        return LexDPREmbedding(model)
    return LexDPREmbedding(encoder=CharacterPairs())


def chroma(folder: Path) -> ChromaVectorStore:
    settings = chromadb.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(folder / "chroma"), settings=settings)
    collection = client.get_or_create_collection("statutes", embedding_function=None)
    return ChromaVectorStore(chroma_collection=collection)


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
    folder = Path(name)
    laws = Path(shutil.copytree(SAMPLES, folder / "laws"))

    # 1. 넣기: 문서 하나가 법령 하나.  A document is a law; the docstore knows which have changed.
    pipeline = IngestionPipeline(
        transformations=[StatuteNodeParser(["auto"]), embedding()],
        vector_store=chroma(folder),
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS_AND_DELETE,
    )
    nodes = pipeline.run(documents=StatuteReader(laws).load_data())
    print(f"처음: 노드 {len(nodes)}개")

    decree = laws / "반려로봇등록및안전관리에관한법률" / "시행령.md"
    decree.write_text(decree.read_text("utf-8").replace("30일", "45일"), "utf-8")
    nodes = pipeline.run(documents=StatuteReader(laws).load_data())
    print(f"시행령 하나를 고친 뒤: 노드 {len(nodes)}개 ({nodes[0].metadata['law']})")

    # 2. 조·항·호의 나무: 잎만 임베딩하고, 부모는 docstore에.  Leaves are embedded, parents are kept.
    tree = StatuteNodeParser().get_nodes_from_documents(StatuteReader(laws).load_data())
    context = StorageContext.from_defaults(vector_store=chroma(folder / "tree"))
    context.docstore.add_documents(tree)
    VectorStoreIndex(get_leaf_nodes(tree), storage_context=context, embed_model=embedding())
    context.persist(str(folder / "tree"))

    # 3. 다시 열어 찾기: 한 조에서 절반 넘게 찾아지면 조 전체로.  After a reload, parts become wholes.
    store = chroma(folder / "tree")
    docstore = SimpleDocumentStore.from_persist_dir(str(folder / "tree"))
    index = VectorStoreIndex.from_vector_store(store, embed_model=embedding())
    retriever = AutoMergingRetriever(
        index.as_retriever(similarity_top_k=12),
        StorageContext.from_defaults(docstore=docstore, vector_store=store),
    )
    print(f"\n질문: {QUESTION}")
    for node in retriever.retrieve(QUESTION)[:3]:
        parts = len(node.node.child_nodes or [])
        print(
            f"- {node.metadata['citation']} ({node.score:.2f})"
            + f" ← 항·호 {parts}개" * bool(parts)
        )
