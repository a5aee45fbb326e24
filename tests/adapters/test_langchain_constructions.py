"""Our parts in what LangChain's users build: compression, ensembles, Chroma, tools, graphs."""

from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel, FakeMessagesListChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from langchain_core.tools import create_retriever_tool
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_lexdpr import (
    LexDPREmbeddings,
    LexDPRReranker,
    LexDPRRetriever,
    StatuteLoader,
    StatuteSplitter,
)

import lexdpr_rag
from lexdpr_rag import LexDPR
from lexdpr_rag.answers import CitationReport, check_citations, format_for_prompt
from lexdpr_rag.reranker import rerank

from .llama_index_parts import QUESTION, BigramEncoder, OverlapReranker

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
ACT = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
ROBOT_ACT = "반려로봇 등록 및 안전관리에 관한 법률"


@pytest.fixture
def retriever(engine: LexDPR) -> LexDPRRetriever:
    return LexDPRRetriever(engine, k=5)


# -- answers that cite -----------------------------------------------------------------------------


def cited_chain(retriever: LexDPRRetriever, answer: str) -> Any:
    """Question → documents, answer and the report on its citations."""
    prompt = ChatPromptTemplate.from_template("{context}\n\n질문: {question}")
    model = FakeListChatModel(responses=[answer])
    return (
        {"documents": retriever, "question": RunnablePassthrough()}
        | RunnablePassthrough.assign(
            context=lambda x: format_for_prompt(x["documents"], max_chars=4000)
        )
        | RunnablePassthrough.assign(answer=prompt | model | StrOutputParser())
        | RunnablePassthrough.assign(
            report=lambda x: check_citations(x["answer"], retriever.engine, x["documents"])
        )
    )


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_a_chain_that_checks_its_citations(retriever: LexDPRRetriever, asynchronous: bool):
    (first, *_) = retriever.invoke(QUESTION)
    chain = cited_chain(retriever, f"{first.metadata['citation']}, {ACT} 제999조에 따릅니다.")
    done = await chain.ainvoke(QUESTION) if asynchronous else chain.invoke(QUESTION)
    report: CitationReport = done["report"]
    assert [c.status for c in report.citations] == ["cited", "invented"]
    assert report.citations[0].hit_index == 0
    assert f"[{first.metadata['citation']}]" in done["context"]


def test_prompt_of_documents_is_that_of_hits(engine: LexDPR, retriever: LexDPRRetriever):
    documents, hits = retriever.invoke(QUESTION), engine.search(QUESTION, k=5)
    assert format_for_prompt(documents) == format_for_prompt(hits)
    assert (retriever | format_for_prompt).invoke(QUESTION) == format_for_prompt(hits)


# -- retrievers of retrievers ----------------------------------------------------------------------


async def test_contextual_compression(engine: LexDPR):
    classic = pytest.importorskip("langchain_classic.retrievers")
    compression = classic.ContextualCompressionRetriever(
        base_retriever=LexDPRRetriever(engine, k=20),
        base_compressor=LexDPRReranker(OverlapReranker(), top_n=3),
    )
    expected = rerank(OverlapReranker(), QUESTION, engine.search(QUESTION, k=20), 3)
    found = compression.invoke(QUESTION)
    assert [(d.id, d.metadata["score"]) for d in found] == [(h.unit_id, h.score) for h in expected]
    assert await compression.ainvoke(QUESTION) == found
    assert compression.invoke("…") == []  # nothing to compress


def test_ensemble_with_a_vector_store_joins_by_id(engine: LexDPR):
    classic = pytest.importorskip("langchain_classic.retrievers")
    store = InMemoryVectorStore(LexDPREmbeddings(encoder=BigramEncoder()))
    store.add_documents(StatuteLoader(SAMPLES, levels="article").load())
    ours = LexDPRRetriever(engine, k=8, level="article")
    theirs = store.as_retriever(search_kwargs={"k": 8})
    ensemble = classic.EnsembleRetriever(retrievers=[ours, theirs], id_key="unit_id")
    ids = [d.id for d in ensemble.invoke(QUESTION)]
    both = {d.id for d in ours.invoke(QUESTION)} & {d.id for d in theirs.invoke(QUESTION)}
    assert len(ids) == len(set(ids)) == 16 - len(both)
    assert both


# -- Chroma ----------------------------------------------------------------------------------------


def test_chroma(tmp_path: Path):
    chroma = pytest.importorskip("langchain_chroma")
    settings = pytest.importorskip("chromadb").config.Settings(anonymized_telemetry=False)
    pieces = StatuteSplitter().split_documents(StatuteLoader(SAMPLES).load())

    def store() -> Any:
        return chroma.Chroma(
            "statutes",
            embedding_function=LexDPREmbeddings(encoder=BigramEncoder()),
            persist_directory=str(tmp_path / "chroma"),
            client_settings=settings,
        )

    store().add_documents(pieces)
    store().add_documents(pieces)  # the same ids: nothing is stored twice
    again = store()
    assert len(again.get(include=[])["ids"]) == len(pieces)
    (found,) = again.similarity_search("보증금의 반환", k=1, filter={"law": ACT})
    (piece,) = [d for d in pieces if d.id == found.metadata["unit_id"]]
    assert (found.page_content, found.metadata) == (piece.page_content, piece.metadata)


# -- tools and graphs ------------------------------------------------------------------------------


@pytest.fixture
def tool(retriever: LexDPRRetriever) -> Any:
    return create_retriever_tool(
        retriever,
        "search_statutes",
        "Finds provisions of Korean statutes.",
        response_format="content_and_artifact",
    )


def call(query: str) -> dict[str, Any]:
    return {"name": "search_statutes", "args": {"query": query}, "id": "1", "type": "tool_call"}


async def test_a_tool_hands_over_its_documents(retriever: LexDPRRetriever, tool: Any):
    message = tool.invoke(call(QUESTION))
    assert isinstance(message, ToolMessage)
    assert message.artifact == retriever.invoke(QUESTION)
    for document in message.artifact:
        assert f"[{document.metadata['citation']}]" in message.content
    assert await tool.ainvoke(call(QUESTION)) == message


async def test_langgraph_agent(retriever: LexDPRRetriever, tool: Any):
    graph = pytest.importorskip("langgraph.graph")
    prebuilt = pytest.importorskip("langgraph.prebuilt")
    (first, *_) = retriever.invoke(QUESTION)
    turns = [
        AIMessage("", tool_calls=[call(QUESTION)]),
        AIMessage(f"{first.metadata['citation']}에 따라 청구할 수 있습니다."),
    ]

    def build() -> Any:
        model = FakeMessagesListChatModel(responses=turns)
        builder = graph.StateGraph(graph.MessagesState)
        builder.add_node("agent", lambda state: {"messages": [model.invoke(state["messages"])]})
        builder.add_node("tools", prebuilt.ToolNode([tool]))
        builder.set_entry_point("agent")
        builder.add_conditional_edges("agent", prebuilt.tools_condition)
        builder.add_edge("tools", "agent")
        return builder.compile()

    asked = {"messages": [HumanMessage(QUESTION)]}
    for state in (build().invoke(asked), await build().ainvoke(asked)):
        found: list[Document] = next(
            m.artifact for m in state["messages"] if isinstance(m, ToolMessage)
        )
        assert [d.id for d in found] == [d.id for d in retriever.invoke(QUESTION)]
        answer = state["messages"][-1].content
        assert check_citations(answer, retriever.engine, found).grounded


def test_langgraph_node_that_retrieves(retriever: LexDPRRetriever):
    graph = pytest.importorskip("langgraph.graph")
    from typing_extensions import TypedDict

    class State(TypedDict, total=False):
        question: str
        documents: list[Document]

    builder = graph.StateGraph(State)
    builder.add_node(
        "retrieve",
        RunnableLambda(
            lambda state: {
                "documents": retriever.invoke(state["question"], filters={"law": ROBOT_ACT})
            }
        ),
    )
    builder.set_entry_point("retrieve")
    state = builder.compile().invoke({"question": "등록"})
    assert {d.metadata["law"] for d in state["documents"]} == {ROBOT_ACT}
    assert len(state["documents"]) == 5
