"""A LangChain chain that answers from Korean statutes and cites them.

    pip install "lexdpr-rag[langchain]"
    python examples/langchain_chain.py

Runs offline on the bundled sample statutes; in place of a model it shows the prompt that one would
get.  For real answers set OPENAI_BASE_URL (and OPENAI_MODEL, OPENAI_API_KEY) to any
OpenAI-compatible server and ``pip install langchain-openai``.
"""

import os
import tempfile
from pathlib import Path

from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough
from langchain_lexdpr import LexDPRRetriever

import lexdpr_rag
from lexdpr_rag import LexDPR

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "이용계약이 끝나면 보증금은 며칠 안에 반환하나요?"
PROMPT = ChatPromptTemplate.from_template(
    "다음 조문만을 근거로 답하고, 근거가 되는 조문을 대괄호 안의 표기 그대로 밝히세요.\n\n"
    "{context}\n\n질문: {question}\n답: "
)


def language_model() -> Runnable:
    if "OPENAI_BASE_URL" not in os.environ:
        return RunnableLambda(lambda prompt: prompt.to_string())
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model=os.environ.get("OPENAI_MODEL", "gpt-4o-mini"))


def format_docs(documents: list[Document]) -> str:
    return "\n\n".join(document.page_content for document in documents)


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    LexDPR.build(SAMPLES, f"{folder}/law-index")

    retriever = LexDPRRetriever.open(f"{folder}/law-index", k=3)
    chain = (
        {"context": retriever | format_docs, "question": RunnablePassthrough()}
        | PROMPT
        | language_model()
        | StrOutputParser()
    )
    print(chain.invoke(QUESTION))

    print("\n법률만, 조 단위로, 2025년 12월 1일 현재:")
    options = {"k": 2, "level": "article", "filters": {"kind": "법률"}, "as_of": "2025-12-01"}
    for document in retriever.invoke(QUESTION, **options):
        print(f"- {document.metadata['citation']} ({document.metadata['score']:.2f})")
