"""A LlamaIndex query engine that answers from Korean statutes, and has its citations checked.

한국 법령에서 답하고, 조문을 인용하고, 인용이 맞는지 확인하는 LlamaIndex 질의 엔진.

    pip install "lexdpr-rag[llama-index]"
    python examples/llama_index_query_engine.py

Runs offline on the bundled sample statutes, with a mock model that repeats what it is told.  For real
answers ``pip install llama-index-llms-openai-like`` and name any OpenAI-compatible server:

    OPENAI_BASE_URL=https://api.openai.com/v1   OPENAI_MODEL=gpt-4o-mini  OPENAI_API_KEY=…
    OPENAI_BASE_URL=https://api.upstage.ai/v1   OPENAI_MODEL=solar-pro2   OPENAI_API_KEY=…
    OPENAI_BASE_URL=http://localhost:11434/v1   OPENAI_MODEL=qwen3        OPENAI_API_KEY=ollama
"""

import os
import tempfile
from pathlib import Path

from llama_index.core import PromptTemplate
from llama_index.core.llms import LLM, MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index_lexdpr import LexDPRRetriever

import lexdpr_rag
from lexdpr_rag import LexDPR
from lexdpr_rag.answers import check_citations

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "이용계약이 끝나면 보증금은 며칠 안에 반환하나요?"
PROMPT = PromptTemplate(
    "다음 조문만을 근거로 답하고, 근거가 되는 조문을 대괄호 안의 표기 그대로 밝히세요.\n\n"
    "{context_str}\n\n질문: {query_str}\n답: "
)


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


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    LexDPR.build(SAMPLES, f"{folder}/law-index")

    retriever = LexDPRRetriever.open(f"{folder}/law-index", k=3)
    query_engine = RetrieverQueryEngine.from_args(
        retriever, llm=language_model(), text_qa_template=PROMPT
    )
    response = query_engine.query(QUESTION)

    print(response)
    print("\n근거 조문:")
    for node in response.source_nodes:
        print(f"- {node.metadata['citation']} ({node.score:.2f})")

    # 답이 인용한 조문이 정말 있는지, 모델에게 준 것인지.  Do the citations exist; were they given?
    print(f"\n{check_citations(str(response), retriever.engine, response.source_nodes)}")
