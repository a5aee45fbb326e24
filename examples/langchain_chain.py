"""A LangChain chain that answers from Korean statutes, cites them, and has its citations checked.

한국 법령에서 답하고, 조문을 인용하고, 인용이 맞는지 확인하는 LangChain 체인.

    pip install "lexdpr-rag[langchain]"
    python examples/langchain_chain.py

Runs offline on the bundled sample statutes, with a scripted answer that holds one invented citation.
For real answers ``pip install langchain-openai`` and name any OpenAI-compatible server:

    OPENAI_BASE_URL=https://api.openai.com/v1   OPENAI_MODEL=gpt-4o-mini  OPENAI_API_KEY=…
    OPENAI_BASE_URL=https://api.upstage.ai/v1   OPENAI_MODEL=solar-pro2   OPENAI_API_KEY=…
    OPENAI_BASE_URL=http://localhost:11434/v1   OPENAI_MODEL=qwen3        OPENAI_API_KEY=ollama
"""

import os
import tempfile
from pathlib import Path

from langchain_core.language_models import BaseChatModel, FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_lexdpr import LexDPRRetriever

import lexdpr_rag
from lexdpr_rag import LexDPR
from lexdpr_rag.answers import check_citations, format_for_prompt

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "이용계약이 끝나면 보증금은 며칠 안에 반환하나요?"
PROMPT = ChatPromptTemplate.from_template(
    "다음 조문만을 근거로 답하고, 근거가 되는 조문을 대괄호 안의 표기 그대로 밝히세요.\n\n"
    "{context}\n\n질문: {question}\n답: "
)
SCRIPTED = (
    "구역을 비운 날부터 7일 이내에 반환하여야 합니다"
    "(공유주방 및 공유작업공간 이용자 보호에 관한 법률 제18조제1항). "
    "이자는 같은 법 제99조에 따릅니다."
)


def language_model() -> BaseChatModel:
    if "OPENAI_BASE_URL" not in os.environ:
        return FakeListChatModel(responses=[SCRIPTED])
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model=os.environ.get("OPENAI_MODEL", "gpt-4o-mini"))


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    LexDPR.build(SAMPLES, f"{folder}/law-index")
    retriever = LexDPRRetriever.open(f"{folder}/law-index", k=3)

    # 질문 → 조문 → 프롬프트에 넣을 글 → 답.  Question → provisions → what the model reads → answer.
    chain = (
        {"documents": retriever, "question": RunnablePassthrough()}
        | RunnablePassthrough.assign(context=lambda x: format_for_prompt(x["documents"]))
        | RunnablePassthrough.assign(answer=PROMPT | language_model() | StrOutputParser())
    )
    done = chain.invoke(QUESTION)
    print(PROMPT.format(context=done["context"], question=QUESTION))

    # 답이 인용한 조문이 정말 있는지, 모델에게 준 것인지.  Do the citations exist; were they given?
    report = check_citations(done["answer"], retriever.engine, done["documents"])
    print(report.marked())
    print(f"\n{report}")

    print("\n법률만, 조 단위로, 2025년 12월 1일 현재:")
    options = {"k": 2, "level": "article", "filters": {"kind": "법률"}, "as_of": "2025-12-01"}
    for document in retriever.invoke(QUESTION, **options):
        print(f"- {document.metadata['citation']} ({document.metadata['score']:.2f})")
