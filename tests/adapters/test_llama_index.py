"""What LlamaIndex alone can do with our retriever."""

from pathlib import Path
from typing import Any

import pytest
from llama_index.core import PromptTemplate
from llama_index.core.callbacks import CallbackManager, CBEventType, LlamaDebugHandler
from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.events.retrieval import RetrievalEndEvent, RetrievalStartEvent
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever
from llama_index.core.schema import MetadataMode, NodeRelationship, QueryBundle
from llama_index.core.tools import RetrieverTool
from llama_index_lexdpr import LexDPRRetriever

from lexdpr_rag import LexDPR
from lexdpr_rag.errors import FilterError

QUESTION = "보증금을 돌려받지 못하면 어떻게 하나요?"
ROBOT_ACT = "반려로봇 등록 및 안전관리에 관한 법률"


@pytest.fixture
def retriever(index_path: Path) -> LexDPRRetriever:
    return LexDPRRetriever.open(index_path, k=5)


# -- nodes ---------------------------------------------------------------------------------------


def test_a_model_reads_the_passage_and_no_metadata(retriever: LexDPRRetriever):
    for node in retriever.retrieve(QUESTION):
        text = node.node.get_content(MetadataMode.NONE)
        assert node.node.get_content(MetadataMode.LLM) == text
        assert node.node.get_content(MetadataMode.EMBED) == text
        assert text.startswith(f"[{node.metadata['citation']}]")


def test_relationships_name_the_law_and_the_article(index_path: Path, engine: LexDPR):
    retriever = LexDPRRetriever(engine, level="paragraph", filters={"law": ROBOT_ACT})
    for node in retriever.retrieve("등록"):
        law, parent = node.node.source_node, node.node.parent_node
        assert law.node_id.startswith("urn:kr:990011@")
        assert node.node_id.startswith(law.node_id + ":")
        assert law.metadata == {"law_id": "990011", "law": ROBOT_ACT}
        if parent is None:
            assert node.metadata["parent_id"] == node.node_id
        else:
            assert node.node_id.startswith(parent.node_id + ":")
    for node in LexDPRRetriever(engine, level="article").retrieve("등록"):
        assert NodeRelationship.PARENT not in node.node.relationships


# -- the retriever as a component ----------------------------------------------------------------


def test_class_name_and_base():
    assert LexDPRRetriever.class_name() == "LexDPRRetriever"
    assert issubclass(LexDPRRetriever, BaseRetriever)


def test_similarity_top_k_is_k(index_path: Path):
    retriever = LexDPRRetriever.open(index_path, similarity_top_k=3)
    assert len(retriever.retrieve(QUESTION)) == retriever.similarity_top_k == 3
    retriever.similarity_top_k = 2
    assert len(retriever.retrieve(QUESTION)) == 2
    with pytest.raises(FilterError):
        retriever.similarity_top_k = 0


def test_a_query_bundle_is_a_query(retriever: LexDPRRetriever):
    assert retriever.retrieve(QueryBundle(QUESTION)) == retriever.retrieve(QUESTION)


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_what_a_transform_wrote_is_searched_for(
    retriever: LexDPRRetriever, asynchronous: bool
):
    bundle = QueryBundle("어떻게 하나요?", custom_embedding_strs=[QUESTION])  # as HyDE makes it
    found = await retriever.aretrieve(bundle) if asynchronous else retriever.retrieve(bundle)
    assert found == retriever.retrieve(QUESTION)
    both = QueryBundle("등록", custom_embedding_strs=[QUESTION, "등록"])
    assert retriever.retrieve(both) == retriever.retrieve(f"{QUESTION}\n등록")


def test_to_dict_and_back(index_path: Path):
    retriever = LexDPRRetriever.open(
        index_path,
        k=2,
        level="article",
        mode="lexical",
        filters={"law": ROBOT_ACT},
        as_of="2025-12-01",
    )
    data = retriever.to_dict()
    assert data == {
        "class_name": "LexDPRRetriever",
        "path": str(index_path),
        "k": 2,
        "level": "article",
        "mode": "lexical",
        "filters": {"law": [ROBOT_ACT], "as_of": "2025-12-01"},
        "encoder": None,
        "reranker": None,
        "rerank": None,
    }
    again = LexDPRRetriever.from_dict(data)
    assert again.to_dict() == data
    assert again.retrieve("등록") == retriever.retrieve("등록")
    assert len(LexDPRRetriever.from_dict(data, k=1).retrieve("등록")) == 1


def test_models_are_written_by_their_names(index_path: Path, tmp_path: Path):
    retriever = LexDPRRetriever.open(
        index_path, encoder="bge-m3", reranker=tmp_path / "tuned", rerank=False
    )
    data = retriever.to_dict()
    assert (data["encoder"], data["reranker"]) == ("bge-m3", str(tmp_path / "tuned"))
    assert data["rerank"] is False
    assert LexDPRRetriever.from_dict(data).to_dict() == data


class Recorder(BaseEventHandler):
    events: list[Any] = []  # noqa: RUF012 - a pydantic field

    @classmethod
    def class_name(cls) -> str:
        return "Recorder"

    def handle(self, event: Any, **kwargs: Any) -> None:
        if isinstance(event, RetrievalStartEvent | RetrievalEndEvent):
            self.events.append(event)


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_events(retriever: LexDPRRetriever, asynchronous: bool):
    recorder, dispatcher = Recorder(), get_dispatcher()
    dispatcher.add_event_handler(recorder)
    try:
        nodes = (
            await retriever.aretrieve(QUESTION) if asynchronous else retriever.retrieve(QUESTION)
        )
    finally:
        dispatcher.event_handlers.remove(recorder)
    start, end = recorder.events
    assert start.str_or_query_bundle == QUESTION
    assert end.nodes == nodes


def test_callback_manager(index_path: Path):
    debug = LlamaDebugHandler(print_trace_on_end=False)
    LexDPRRetriever.open(index_path, callback_manager=CallbackManager([debug])).retrieve(QUESTION)
    assert len(debug.get_event_pairs(CBEventType.RETRIEVE)) == 1


# -- in LlamaIndex's constructions ---------------------------------------------------------------


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_query_engine(retriever: LexDPRRetriever, asynchronous: bool):
    # MockLLM answers with its prompt, so the answer shows what a model would read.
    template = PromptTemplate("조문:\n{context_str}\n질문: {query_str}")
    engine = RetrieverQueryEngine.from_args(retriever, llm=MockLLM(), text_qa_template=template)
    response = await engine.aquery(QUESTION) if asynchronous else engine.query(QUESTION)
    assert response.source_nodes == retriever.retrieve(QUESTION)
    for node in response.source_nodes:
        assert str(response).count(f"[{node.metadata['citation']}]") == 1
        assert node.node.text in str(response)
        assert "unit_id" not in str(response)


def test_query_fusion(index_path: Path):
    retrievers = [
        LexDPRRetriever.open(index_path, k=5, level=level) for level in ("auto", "article")
    ]
    fusion = QueryFusionRetriever(
        retrievers,
        llm=MockLLM(),
        num_queries=1,
        mode="reciprocal_rerank",
        similarity_top_k=5,
        use_async=False,
    )
    found = fusion.retrieve(QUESTION)
    ids = [node.node_id for node in found]
    assert len(ids) == len(set(ids)) == 5
    assert set(ids) <= {n.node_id for r in retrievers for n in r.retrieve(QUESTION)}


def test_as_a_tool(retriever: LexDPRRetriever):
    tool = RetrieverTool.from_defaults(retriever, name="statutes", description="Korean statutes")
    answer = tool.call(QUESTION)
    assert f"[{retriever.retrieve(QUESTION)[0].metadata['citation']}]" in str(answer)
