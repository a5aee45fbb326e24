"""From LlamaIndex's BM25Retriever to statutes that are found and cited by 조·항·호.

BM25Retriever를 쓰던 코드를 옮기는 법.

    pip install "lexdpr-rag[llama-index]" rank-bm25
    python examples/llama_index_from_bm25.py

Before, with llama-index-retrievers-bm25:

    documents = SimpleDirectoryReader("laws/", recursive=True).load_data()
    nodes = SentenceSplitter(chunk_size=512).get_nodes_from_documents(documents)
    retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=4)

What this misses in statutes / 법령에서 모자란 점:
- 띄어쓰기로 자른 낱말이라 "보증금을"과 "보증금"이 서로 다르다 (words are cut at blanks).
- 512토큰으로 자른 조각이라 어느 법 제몇 조인지 알 수 없다 (a piece does not know its article).
- 거르기가 만들 때 정해지고, 다시 열면 설정을 잃는다 (filters are fixed, settings lost on reload).

Runs offline on the bundled sample statutes; no model is needed.
"""

import tempfile
from pathlib import Path

from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import Document, NodeWithScore, QueryBundle
from llama_index.core.vector_stores import MetadataFilter, MetadataFilters
from llama_index_lexdpr import LexDPRRetriever
from rank_bm25 import BM25Okapi

import lexdpr_rag
from lexdpr_rag import LexDPR

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "작업실 보증금을 돌려받지 못하면 어디에 직접 청구할 수 있나요?"


class BM25Retriever(BaseRetriever):
    """What the retriever of that name does: pieces of text, words cut at blanks."""

    def __init__(self, documents: list[Document], similarity_top_k: int) -> None:
        # Blanks count as tokens, so that no tokeniser is to be downloaded.
        splitter = SentenceSplitter(chunk_size=120, chunk_overlap=0, tokenizer=str.split)
        self.nodes = splitter.get_nodes_from_documents(documents)
        self.bm25 = BM25Okapi([node.get_content().split() for node in self.nodes])
        self.similarity_top_k = similarity_top_k
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        scores = self.bm25.get_scores(query_bundle.query_str.split())
        best = scores.argsort()[::-1][: self.similarity_top_k]
        return [NodeWithScore(node=self.nodes[at], score=scores[at]) for at in best]


texts = [file.read_text("utf-8") for file in sorted(SAMPLES.rglob("*.md"))]
before = BM25Retriever([Document(text=text) for text in texts], similarity_top_k=2)
print("BM25Retriever:")
for node in before.retrieve(QUESTION):
    print(f"- {node.text[:60]!r} …")

with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    LexDPR.build(SAMPLES, f"{folder}/law-index")  # 한 번만 (once; kept on disk)
    after = LexDPRRetriever.open(f"{folder}/law-index", similarity_top_k=2)

    print("\nLexDPRRetriever:")
    for node in after.retrieve(QUESTION):
        print(f"- {node.metadata['citation']}: {node.text.splitlines()[-1][:60]} …")

    # 거르기가 다른 검색기를 더 만들어도 색인은 하나만 열린다.  Another retriever, the same open index.
    decrees = MetadataFilters(filters=[MetadataFilter(key="kind", value="대통령령")])
    print("\n시행령만:")
    for node in LexDPRRetriever.open(f"{folder}/law-index", k=1, filters=decrees).retrieve(
        QUESTION
    ):
        print(f"- {node.metadata['citation']}")
