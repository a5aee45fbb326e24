"""From a generic Chroma retriever to statutes: better nodes first, then the whole engine.

Chroma 벡터 저장소를 쓰던 코드를 옮기는 법: 먼저 노드를, 다음에 검색기를 바꿉니다.

    pip install "lexdpr-rag[llama-index,chroma]" llama-index-vector-stores-chroma
    python examples/llama_index_from_chroma.py

Runs offline on the bundled sample statutes, with mock vectors, which are all alike.  For real ones
``pip install "lexdpr-rag[models]"`` and set LEXDPR_EMBEDDINGS to a model (bge-m3, a local folder), and
LEXDPR_RERANKER to a reranker (bge-reranker-v2-m3-ko).
"""

import os
import tempfile
from pathlib import Path

import chromadb
from llama_index.core import MockEmbedding, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.vector_stores import MetadataFilter, MetadataFilters
from llama_index.vector_stores.chroma import ChromaVectorStore
from llama_index_lexdpr import (
    LexDPREmbedding,
    LexDPRRerank,
    LexDPRRetriever,
    StatuteNodeParser,
    StatuteReader,
)

import lexdpr_rag
from lexdpr_rag import LexDPR

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "작업실 보증금을 돌려받지 못하면 어디에 직접 청구할 수 있나요?"
ACTS = MetadataFilters(filters=[MetadataFilter(key="kind", value="법률")])


def embedding() -> BaseEmbedding:
    if model := os.environ.get("LEXDPR_EMBEDDINGS"):
        return LexDPREmbedding(model)
    return MockEmbedding(embed_dim=64)


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    # 1. 글자 수가 아니라 조·항·호로 자른다.  Nodes are provisions, not pieces of 512 tokens:
    #    SentenceSplitter → StatuteNodeParser, SimpleDirectoryReader → StatuteReader.
    settings = chromadb.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(f"{folder}/chroma", settings=settings)
    collection = client.get_or_create_collection("statutes", embedding_function=None)
    store = ChromaVectorStore(chroma_collection=collection)
    index = VectorStoreIndex.from_documents(
        StatuteReader(SAMPLES).load_data(),
        storage_context=StorageContext.from_defaults(vector_store=store),
        transformations=[StatuteNodeParser(["auto"])],  # 주소가 id (ids are addresses)
        embed_model=embedding(),
    )
    vectors = index.as_retriever(similarity_top_k=10, filters=ACTS)
    print("Chroma, 조·항·호:")
    for node in vectors.retrieve(QUESTION)[:2]:
        print(f"- {node.metadata['citation']}")

    # 2. 어휘 검색과 합친다.  Joined with lexical search.
    LexDPR.build(SAMPLES, f"{folder}/law-index")
    retriever = LexDPRRetriever.open(f"{folder}/law-index", k=10, filters=ACTS)
    both = QueryFusionRetriever(
        [retriever, vectors],
        llm=MockLLM(),  # 질문을 늘리지 않으므로 쓰이지 않는다 (not asked: one query)
        num_queries=1,
        mode="relative_score",
        retriever_weights=[0.7, 0.3],
        similarity_top_k=10,
    )
    print("\nQueryFusionRetriever:")
    for node in both.retrieve(QUESTION)[:2]:
        print(f"- {node.metadata['citation']}")

    # 3. 재순위, 원래 점수는 남는다.  Reranked; the score of the search stays in the metadata.
    if reranker := os.environ.get("LEXDPR_RERANKER"):
        rerank = LexDPRRerank(reranker, top_n=2, keep_retrieval_score=True)
        print("\nLexDPRRerank:")
        for node in rerank.postprocess_nodes(both.retrieve(QUESTION), query_str=QUESTION):
            print(f"- {node.metadata['citation']} ({node.score:.2f})")

    # 4. 또는 검색기 하나로: 벡터, 어휘, 재순위, 시행일이 그 안에 있다.  Or one retriever for all:
    #    LexDPR.build(laws, index, encoder=…), LexDPRRetriever.open(index, reranker=…).
    print("\nLexDPRRetriever:")
    one = LexDPRRetriever.open(f"{folder}/law-index", k=2, filters=ACTS, as_of="2025-12-01")
    for node in one.retrieve(QUESTION):
        print(f"- {node.metadata['citation']} ({node.score:.2f})")
