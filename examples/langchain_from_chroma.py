"""From a generic Chroma retriever to statutes: better pieces first, then the whole engine.

Chroma 벡터 저장소를 쓰던 코드를 옮기는 법: 먼저 조각을, 다음에 검색기를 바꾼다.

    pip install "lexdpr-rag[langchain]" langchain-chroma langchain-classic
    python examples/langchain_from_chroma.py

Runs offline on the bundled sample statutes, with fake vectors.  For real ones
``pip install "lexdpr-rag[models]"`` and set LEXDPR_EMBEDDINGS to a model (bge-m3, a local folder), and
LEXDPR_RERANKER to a reranker (bge-reranker-v2-m3-ko).
"""

import os
import tempfile
from pathlib import Path

from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_classic.retrievers import ContextualCompressionRetriever, EnsembleRetriever
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings
from langchain_lexdpr import (
    LexDPREmbeddings,
    LexDPRReranker,
    LexDPRRetriever,
    StatuteLoader,
    StatuteSplitter,
)

import lexdpr_rag
from lexdpr_rag import LexDPR

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "작업실 보증금을 돌려받지 못하면 어디에 직접 청구할 수 있나요?"


def embeddings() -> Embeddings:
    if model := os.environ.get("LEXDPR_EMBEDDINGS"):
        return LexDPREmbeddings(model, encode_kwargs={"normalize_embeddings": True})
    return DeterministicFakeEmbedding(size=64)


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    # 1. 글자 수가 아니라 조·항·호로 자른다.  Pieces are provisions, not 500 characters:
    #    RecursiveCharacterTextSplitter → StatuteSplitter.
    documents = StatuteLoader(SAMPLES).lazy_load()
    provisions = StatuteSplitter().split_documents(documents)
    store = Chroma(
        "statutes",
        embedding_function=embeddings(),
        persist_directory=f"{folder}/chroma",
        client_settings=Settings(anonymized_telemetry=False),
    )
    store.add_documents(provisions)  # 주소가 id라서 다시 넣어도 하나 (ids are addresses)
    vectors = store.as_retriever(search_kwargs={"k": 10, "filter": {"kind": "법률"}})
    print("Chroma, 조·항·호:")
    for document in vectors.invoke(QUESTION)[:2]:
        print(f"- {document.metadata['citation']}")

    # 2. 어휘 검색과 합친다: 같은 조문은 같은 id.  Joined with lexical search by the same ids.
    LexDPR.build(SAMPLES, f"{folder}/law-index")
    retriever = LexDPRRetriever.open(f"{folder}/law-index", k=10, filters={"kind": "법률"})
    both = EnsembleRetriever(retrievers=[retriever, vectors], weights=[0.7, 0.3], id_key="unit_id")
    print("\nEnsembleRetriever:")
    for document in both.invoke(QUESTION)[:2]:
        print(f"- {document.metadata['citation']}")

    # 3. 재순위, 점수는 남는다.  Reranked; the scores stay in the metadata.
    if reranker := os.environ.get("LEXDPR_RERANKER"):
        compressor = LexDPRReranker(reranker, top_n=2)
        ranked = ContextualCompressionRetriever(base_retriever=both, base_compressor=compressor)
        print("\nContextualCompressionRetriever:")
        for document in ranked.invoke(QUESTION):
            print(f"- {document.metadata['citation']} ({document.metadata['score']:.2f})")

    # 4. 또는 검색기 하나로: 벡터, 어휘, 재순위, 시행일이 그 안에 있다.  Or one retriever for all:
    #    LexDPR.build(laws, index, encoder=…), LexDPRRetriever.open(index, reranker=…).
    print("\nLexDPRRetriever:")
    for document in retriever.invoke(QUESTION, k=2, as_of="2025-12-01"):
        print(f"- {document.metadata['citation']} ({document.metadata['score']:.2f})")
