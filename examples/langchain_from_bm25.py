"""From LangChain's BM25Retriever to statutes that are found and cited by 조·항·호.

BM25Retriever를 쓰던 코드를 옮기는 법.

    pip install "lexdpr-rag[langchain]" rank-bm25
    python examples/langchain_from_bm25.py

Before, with langchain-community:

    splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50)
    documents = splitter.split_documents(DirectoryLoader("laws/", loader_cls=TextLoader).load())
    retriever = BM25Retriever.from_documents(documents, k=4)

What this misses in statutes / 법령에서 모자란 점:
- 띄어쓰기로 자른 낱말이라 "보증금을"과 "보증금"이 서로 다르다 (words are cut at blanks).
- 500자로 자른 조각이라 어느 법 제몇 조인지 알 수 없다 (a piece does not know its article).
- 프로세스마다 모두 다시 읽고, 거를 수 없다 (read anew by every process, no filters).

Runs offline on the bundled sample statutes; no model is needed.
"""

import tempfile
from pathlib import Path

from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from langchain_lexdpr import LexDPRRetriever
from rank_bm25 import BM25Okapi

import lexdpr_rag
from lexdpr_rag import LexDPR

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "작업실 보증금을 돌려받지 못하면 어디에 직접 청구할 수 있나요?"


def bm25_retriever(k: int) -> RunnableLambda[str, list[Document]]:
    """What BM25Retriever does: pieces of 500 characters, words cut at blanks."""
    texts = [file.read_text("utf-8") for file in sorted(SAMPLES.rglob("*.md"))]
    pieces = [text[at : at + 500] for text in texts for at in range(0, len(text), 450)]
    index = BM25Okapi([piece.split() for piece in pieces])
    return RunnableLambda(
        lambda query: [Document(text) for text in index.get_top_n(query.split(), pieces, n=k)]
    )


before = bm25_retriever(k=2)
print("BM25Retriever:")
for document in before.invoke(QUESTION):
    print(f"- {document.page_content[:60]!r} …")

with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    LexDPR.build(SAMPLES, f"{folder}/law-index")  # 한 번만 (once; kept on disk)
    after = LexDPRRetriever.open(f"{folder}/law-index", k=2)

    print("\nLexDPRRetriever:")
    for document in after.invoke(QUESTION):
        print(f"- {document.metadata['citation']}: {document.page_content.splitlines()[-1][:60]} …")

    # 부를 때 k, 거르기, 기준일을 바꿀 수 있다.  k, filters and the day can be given for one query.
    print("\n시행령만:")
    for document in after.invoke(QUESTION, k=1, filters={"kind": "대통령령"}):
        print(f"- {document.metadata['citation']}")
