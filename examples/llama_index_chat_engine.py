"""A conversation about Korean statutes: clauses are found, whole articles are read.

법령에 관한 대화: 호 단위로 찾고, 조 전체를 읽힙니다.

    pip install "lexdpr-rag[llama-index]"
    python examples/llama_index_chat_engine.py

Runs offline on the bundled sample statutes, with a mock model that repeats what it is told.  For
reranking ``pip install "lexdpr-rag[models]"`` and set LEXDPR_RERANKER to a reranker
(bge-reranker-v2-m3-ko, a local folder).  For real answers ``pip install
llama-index-llms-openai-like`` and name any OpenAI-compatible server:

    OPENAI_BASE_URL=https://api.openai.com/v1   OPENAI_MODEL=gpt-4o-mini  OPENAI_API_KEY=…
    OPENAI_BASE_URL=https://api.upstage.ai/v1   OPENAI_MODEL=solar-pro2   OPENAI_API_KEY=…
    OPENAI_BASE_URL=http://localhost:11434/v1   OPENAI_MODEL=qwen3        OPENAI_API_KEY=ollama
"""

import os
import tempfile
from pathlib import Path

from llama_index.core.chat_engine import ContextChatEngine
from llama_index.core.llms import LLM, MockLLM
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index_lexdpr import LexDPRParents, LexDPRRerank, LexDPRRetriever

import lexdpr_rag
from lexdpr_rag import LexDPR

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
SYSTEM = "당신은 법령 안내원입니다. 주어진 조문만을 근거로 답하고, 조문을 대괄호 안의 표기 그대로 인용합니다."
QUESTIONS = ("보증금보호조치에는 무엇이 있나요?", "로봇을 등록하려면 무엇을 내야 하나요?")


def language_model() -> LLM:
    if "OPENAI_BASE_URL" not in os.environ:
        return MockLLM()
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(
        model=os.environ.get("OPENAI_MODEL", "gpt-4o-mini"),
        api_base=os.environ["OPENAI_BASE_URL"],
        api_key=os.environ.get("OPENAI_API_KEY", "none"),
        is_chat_model=True,
    )


def postprocessors(index: str) -> list[BaseNodePostprocessor]:
    # 호 → 조: 한 조에서 여럿이 찾아지면 조 하나로 읽힌다.  Parts of an article become the article.
    steps: list[BaseNodePostprocessor] = [LexDPRParents(path=index, at_least=2)]
    if model := os.environ.get("LEXDPR_RERANKER"):
        steps.insert(0, LexDPRRerank(model, top_n=5, keep_retrieval_score=True))
    return steps


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    index = f"{folder}/law-index"
    LexDPR.build(SAMPLES, index)

    chat = ContextChatEngine.from_defaults(
        retriever=LexDPRRetriever.open(index, k=8, level="subparagraph"),
        llm=language_model(),
        node_postprocessors=postprocessors(index),
        system_prompt=SYSTEM,
    )
    for question in QUESTIONS:
        response = chat.chat(question)
        print(f"질문: {question}\n답: {response}\n\n근거 조문:")
        for node in response.source_nodes:
            print(f"- {node.metadata['citation']} ({node.score:.2f})")
        print()
