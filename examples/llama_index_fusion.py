"""Questions in everyday words: several of them fused, or a hypothetical answer searched for (HyDE).

일상어 질문: 여러 질문으로 바꾸어 찾아 합치기, 가상의 답으로 찾기(HyDE).

    pip install "lexdpr-rag[llama-index]"
    python examples/llama_index_fusion.py

Runs offline on the bundled sample statutes, with a scripted model.  For real ones ``pip install
llama-index-llms-openai-like`` and name any OpenAI-compatible server:

    OPENAI_BASE_URL=https://api.openai.com/v1   OPENAI_MODEL=gpt-4o-mini  OPENAI_API_KEY=…
    OPENAI_BASE_URL=https://api.upstage.ai/v1   OPENAI_MODEL=solar-pro2   OPENAI_API_KEY=…
    OPENAI_BASE_URL=http://localhost:11434/v1   OPENAI_MODEL=qwen3        OPENAI_API_KEY=ollama
"""

import os
import tempfile
from pathlib import Path
from typing import Any

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.indices.query.query_transform import HyDEQueryTransform
from llama_index.core.llms import LLM, CompletionResponse, MockLLM
from llama_index.core.retrievers import QueryFusionRetriever, TransformRetriever
from llama_index.core.schema import NodeWithScore
from llama_index_lexdpr import LexDPRRetriever

import lexdpr_rag
from lexdpr_rag import LexDPR

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "작업실을 뺐는데 주인이 맡긴 돈을 안 줘요"
QUERIES = "이용계약 종료와 보증금의 반환\n보증금을 반환하지 아니하는 경우 보호기관에 대한 청구"
ANSWER = (
    "운영자는 이용계약이 끝나면 보증금을 반환하여야 하고, 이용자는 보호기관에 직접 청구할 수 있다."
)


class Scripted(MockLLM):
    """Says what a model would say."""

    _says: str = PrivateAttr()

    def __init__(self, says: str) -> None:
        super().__init__()
        self._says = says

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=self._says)


def language_model(offline: str) -> LLM:
    if "OPENAI_BASE_URL" not in os.environ:
        return Scripted(offline)
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(
        model=os.environ.get("OPENAI_MODEL", "gpt-4o-mini"),
        api_base=os.environ["OPENAI_BASE_URL"],
        api_key=os.environ.get("OPENAI_API_KEY", "none"),
        is_chat_model=True,
    )


def show(title: str, nodes: list[NodeWithScore]) -> None:
    print(f"{title}:")
    for node in nodes:
        print(f"- {node.metadata['citation']}")
    print()


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    LexDPR.build(SAMPLES, f"{folder}/law-index")
    retriever = LexDPRRetriever.open(f"{folder}/law-index", k=3)
    print(f"질문: {QUESTION}\n")
    show("그대로", retriever.retrieve(QUESTION))

    # 법률 용어로 바꾼 질문들을 따로 찾아 합친다: 같은 조문은 같은 id.  Same provision, same id.
    fusion = QueryFusionRetriever(
        [retriever],
        llm=language_model(QUERIES),
        query_gen_prompt="다음을 법령의 용어로 바꾼 검색어 {num_queries}개를 한 줄에 하나씩 쓰세요: {query}",
        num_queries=3,  # 원래 질문까지 (the question itself included)
        mode="reciprocal_rerank",
        similarity_top_k=3,
    )
    show("바꾸어 합치기", fusion.retrieve(QUESTION))

    # 가상의 답은 조문의 말을 쓴다.  A hypothetical answer uses the words of statutes.
    hyde = TransformRetriever(retriever, HyDEQueryTransform(llm=language_model(ANSWER)))
    show("HyDE", hyde.retrieve(QUESTION))
