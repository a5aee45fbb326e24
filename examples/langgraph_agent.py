"""A LangGraph agent that looks statutes up by a tool, and answers again while a citation is wrong.

법령을 도구로 찾고, 인용이 틀리면 스스로 고쳐 다시 답하는 LangGraph 에이전트.

    pip install "lexdpr-rag[langchain]" langgraph
    python examples/langgraph_agent.py

Runs offline on the bundled sample statutes, with a scripted model that first invents a citation.  For a
real one ``pip install langchain-openai`` and set OPENAI_BASE_URL, OPENAI_MODEL and OPENAI_API_KEY
(examples/langchain_chain.py shows OpenAI, Upstage Solar and Ollama); it must be able to call tools.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

from langchain_core.language_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, create_retriever_tool
from langchain_lexdpr import LexDPRRetriever
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

import lexdpr_rag
from lexdpr_rag import LexDPR
from lexdpr_rag.answers import CitationReport, check_citations

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
QUESTION = "작업실 보증금을 돌려받지 못하면 어디에 직접 청구할 수 있나요?"
LAW = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
SCRIPTED = [
    AIMessage(
        "",
        tool_calls=[
            {"name": "search_statutes", "args": {"query": "보증금 지급 직접 청구"}, "id": "1"}
        ],
    ),
    AIMessage(f"보호기관에 직접 청구할 수 있습니다({LAW} 제18조제8항)."),
    AIMessage(f"보호기관에 직접 청구할 수 있습니다({LAW} 제18조제4항)."),
]


def language_model(tool: BaseTool) -> Any:
    if "OPENAI_BASE_URL" not in os.environ:
        return FakeMessagesListChatModel(responses=SCRIPTED)
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model=os.environ.get("OPENAI_MODEL", "gpt-4o-mini")).bind_tools([tool])


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    LexDPR.build(SAMPLES, f"{folder}/law-index")
    retriever = LexDPRRetriever.open(f"{folder}/law-index", k=5)

    # 조문은 글로 모델에게, 문서로 아래의 확인에.  Text for the model, documents for the check below.
    tool = create_retriever_tool(
        retriever,
        "search_statutes",
        "한국 법령에서 질문에 답하는 조문을 찾는다. 대괄호 안이 조문의 인용이다.",
        response_format="content_and_artifact",
    )
    model = language_model(tool)

    def agent(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    def report_on(state: MessagesState) -> CitationReport:
        found = [d for m in state["messages"] if isinstance(m, ToolMessage) for d in m.artifact]
        return check_citations(str(state["messages"][-1].content), retriever.engine, found)

    def objection(state: MessagesState) -> dict[str, Any]:
        return {"messages": [HumanMessage(f"인용을 고쳐 다시 답하세요.\n{report_on(state)}")]}

    def after_agent(state: MessagesState) -> str:
        if state["messages"][-1].tool_calls:
            return "tools"
        return END if report_on(state).ok else "objection"

    builder = StateGraph(MessagesState)
    builder.add_node("agent", agent)
    builder.add_node("tools", ToolNode([tool]))
    builder.add_node("objection", objection)
    builder.add_edge(START, "agent")
    builder.add_conditional_edges("agent", after_agent, ["tools", "objection", END])
    builder.add_edge("tools", "agent")
    builder.add_edge("objection", "agent")

    # recursion_limit: 끝내 고치지 못하면 멈춘다.  It stops if the model never gets it right.
    state = builder.compile().invoke(
        {"messages": [HumanMessage(QUESTION)]}, config={"recursion_limit": 20}
    )
    for message in state["messages"]:
        text = str(message.content).replace("\n", "\n    ")
        print(f"{message.type}: {text[:300]}")
    print(f"\n{report_on(state)}")
