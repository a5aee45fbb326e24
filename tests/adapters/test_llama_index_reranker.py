"""LexDPRRerank: nodes in the order of a reranker."""

import copy
import json
import pickle
import threading
from pathlib import Path

import pytest
from llama_index.core.callbacks import CallbackManager, CBEventType, LlamaDebugHandler
from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.events.rerank import ReRankEndEvent, ReRankStartEvent
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode
from llama_index_lexdpr import LexDPRRerank, LexDPRRetriever, StatuteNodeParser, StatuteReader
from models.reranker_models import save_cross_encoder

from lexdpr_rag import LexDPR
from lexdpr_rag.reranker import Reranker, rerank
from lexdpr_rag.templates import ModelError

from .llama_index_parts import QUESTION, OverlapReranker, Recorder


@pytest.fixture
def nodes(engine: LexDPR) -> list[NodeWithScore]:
    return LexDPRRetriever(engine, k=12).retrieve(QUESTION)


def test_class_name_and_base():
    assert LexDPRRerank.class_name() == "LexDPRRerank"
    assert issubclass(LexDPRRerank, BaseNodePostprocessor)


def test_nodes_are_ordered_as_the_hits_would_be(engine: LexDPR, nodes: list[NodeWithScore]):
    expected = rerank(OverlapReranker(), QUESTION, engine.search(QUESTION, k=12), 5)
    found = LexDPRRerank(OverlapReranker(), top_n=5).postprocess_nodes(nodes, query_str=QUESTION)
    assert [(n.node_id, n.score) for n in found] == [(h.unit_id, h.score) for h in expected]
    assert [n.node_id for n in found] != [n.node_id for n in nodes[:5]]


def test_it_reads_what_is_embedded(samples: Path):
    parsed = StatuteNodeParser().get_nodes_from_documents(
        StatuteReader(samples / "statutes").load_data()
    )[:6]
    model = OverlapReranker()
    given = [NodeWithScore(node=node, score=0.5) for node in parsed]
    LexDPRRerank(model).postprocess_nodes(given, query_str=QUESTION)
    assert model.read == [node.get_content(MetadataMode.EMBED) for node in parsed]
    assert all(
        node.metadata["context"] in text for node, text in zip(parsed, model.read, strict=True)
    )


def test_the_nodes_that_were_given_keep_their_score(nodes: list[NodeWithScore]):
    before = [(n.node_id, n.score, dict(n.metadata)) for n in nodes]
    rerank = LexDPRRerank(OverlapReranker(), keep_retrieval_score=True)
    rerank.postprocess_nodes(nodes, query_str=QUESTION)
    assert [(n.node_id, n.score, n.metadata) for n in nodes] == before


def test_the_score_of_the_search_can_be_kept(nodes: list[NodeWithScore]):
    found_with = {node.node_id: node.score for node in nodes}
    rerank = LexDPRRerank(OverlapReranker(), keep_retrieval_score=True)
    once = rerank.postprocess_nodes(nodes, query_str=QUESTION)
    twice = rerank.postprocess_nodes(once, query_str="등록")
    for node in (*once, *twice):
        assert node.metadata["retrieval_score"] == found_with[node.node_id]
        for mode in (MetadataMode.LLM, MetadataMode.EMBED):
            assert "retrieval_score" not in node.node.get_content(mode)
    plain = LexDPRRerank(OverlapReranker()).postprocess_nodes(nodes, query_str=QUESTION)
    assert all("retrieval_score" not in node.metadata for node in plain)


def test_no_nodes(nodes: list[NodeWithScore]):
    model = OverlapReranker()
    assert LexDPRRerank(model).postprocess_nodes([], query_str=QUESTION) == []
    assert model.read == []


def test_nodes_of_another_origin():
    other = [NodeWithScore(node=TextNode(text=text)) for text in ("아무 말", "보증금을 돌려받지")]
    found = LexDPRRerank(OverlapReranker(), top_n=9).postprocess_nodes(other, query_str=QUESTION)
    assert [node.text for node in found] == ["보증금을 돌려받지", "아무 말"]


async def test_async_gives_the_same_in_another_thread(nodes: list[NodeWithScore]):
    threads: set[int] = set()

    class Watched(OverlapReranker):
        def score(self, query, passages):
            threads.add(threading.get_ident())
            return super().score(query, passages)

    rerank = LexDPRRerank(Watched(), top_n=4)
    found = await rerank.apostprocess_nodes(nodes, QueryBundle(QUESTION))
    assert threading.get_ident() not in threads
    assert found == rerank.postprocess_nodes(nodes, QueryBundle(QUESTION))
    assert len(found) == 4


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_events(nodes: list[NodeWithScore], asynchronous: bool):
    debug = LlamaDebugHandler(print_trace_on_end=False)
    rerank = LexDPRRerank(OverlapReranker(), top_n=3, callback_manager=CallbackManager([debug]))
    recorder = Recorder(kinds=(ReRankStartEvent, ReRankEndEvent), events=[])
    dispatcher = get_dispatcher()
    dispatcher.add_event_handler(recorder)
    try:
        if asynchronous:
            best = await rerank.apostprocess_nodes(nodes, query_str=QUESTION)
        else:
            best = rerank.postprocess_nodes(nodes, query_str=QUESTION)
    finally:
        dispatcher.event_handlers.remove(recorder)
    start, end = recorder.events
    assert (start.top_n, start.model_name, len(start.nodes)) == (3, "overlap", 12)
    assert end.nodes == best
    ((begin, finish),) = debug.get_event_pairs(CBEventType.RERANKING)
    assert begin.payload["top_k"] == 3
    assert finish.payload["nodes"] == best


def test_in_a_query_engine(engine: LexDPR):
    query_engine = RetrieverQueryEngine.from_args(
        LexDPRRetriever(engine, k=12),
        llm=MockLLM(),
        node_postprocessors=[LexDPRRerank(OverlapReranker(), top_n=2)],
    )
    response = query_engine.query(QUESTION)
    assert len(response.source_nodes) == 2
    assert response.source_nodes[0].score >= response.source_nodes[1].score


# -- a model ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sentence_transformers")
    return save_cross_encoder(tmp_path_factory.mktemp("ce") / "tiny-ce")


@pytest.mark.filterwarnings("ignore::lexdpr_rag.backends.ModelWarning")
def test_scores_are_those_of_the_reranker(folder: Path, nodes: list[NodeWithScore], engine: LexDPR):
    expected = Reranker(folder).rerank(QUESTION, engine.search(QUESTION, k=12), 4)
    rerank = LexDPRRerank(folder, top_n=4)
    for component in (
        rerank,
        pickle.loads(pickle.dumps(rerank)),
        copy.deepcopy(rerank),
        LexDPRRerank.from_dict(json.loads(json.dumps(rerank.to_dict()))),
    ):
        found = component.postprocess_nodes(nodes, query_str=QUESTION)
        assert [n.node_id for n in found] == [h.unit_id for h in expected]
        assert [n.score for n in found] == pytest.approx([h.score for h in expected], abs=1e-5)
        assert component.to_dict() == rerank.to_dict()


@pytest.mark.filterwarnings("ignore::lexdpr_rag.backends.ModelWarning")
def test_a_retriever_that_reranks_says_the_same(folder: Path, index_path: Path):
    retriever = LexDPRRetriever.open(index_path, k=4, reranker=folder)
    assert retriever.engine is not LexDPRRetriever.open(index_path).engine
    plain = LexDPRRetriever.open(index_path, k=50, reranker=folder, rerank=False)
    assert plain.engine is retriever.engine
    candidates = plain.retrieve(QUESTION)
    found = LexDPRRerank(folder, top_n=4).postprocess_nodes(candidates, query_str=QUESTION)
    expected = LexDPRRetriever.from_dict(retriever.to_dict()).retrieve(QUESTION)
    assert [n.node_id for n in found] == [n.node_id for n in expected]
    assert [n.score for n in found] == pytest.approx([n.score for n in expected], abs=1e-5)


def test_a_model_of_ones_own_is_copied():
    rerank = LexDPRRerank(OverlapReranker(), top_n=2)
    assert copy.deepcopy(rerank).top_n == pickle.loads(pickle.dumps(rerank)).top_n == 2
    assert pickle.loads(pickle.dumps(rerank)).reranker.name == "overlap"


# -- wrong use gives help ------------------------------------------------------------------------


def test_no_question(nodes: list[NodeWithScore]):
    with pytest.raises(ModelError, match="query_str"):
        LexDPRRerank(OverlapReranker()).postprocess_nodes(nodes)


def test_no_model():
    with pytest.raises(ModelError, match="model="):
        LexDPRRerank()


def test_a_missing_folder_is_told_at_once(tmp_path: Path):
    with pytest.raises(ModelError, match="nowhere"):
        LexDPRRerank(tmp_path / "nowhere" / "model")


@pytest.mark.parametrize("top_n", [0, -1, "3", True])
def test_a_wrong_top_n_is_named(top_n):
    with pytest.raises(ModelError, match=rf"top_n.*{top_n}"):
        LexDPRRerank(OverlapReranker(), top_n=top_n)


def test_a_misspelt_option_is_refused():
    with pytest.raises(ValueError, match="topn"):
        LexDPRRerank(OverlapReranker(), topn=3)
