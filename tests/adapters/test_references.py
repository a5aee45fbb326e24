"""What both adapters add and replace: references and parents, asked of both in the same words."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import langchain_lexdpr
import llama_index_lexdpr
import pytest
from langchain_core.documents import Document
from langchain_lexdpr.retriever import document_of
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode
from llama_index_lexdpr.retriever import node_of

from lexdpr_rag import Hit, LexDPR
from lexdpr_rag.datamodels import METADATA_KEYS
from lexdpr_rag.errors import FilterError, IndexFormatError, LexDPRError
from lexdpr_rag.referred import referred_provisions
from lexdpr_rag.retrieval import passage

ACT = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
QUESTION = "보증금을 돌려받지 못하면 어떻게 하나요?"


class LlamaIndex:
    """Nodes in, nodes out; ``read`` tells id, text, score and metadata of each."""

    References = llama_index_lexdpr.LexDPRReferences
    Parents = llama_index_lexdpr.LexDPRParents

    @staticmethod
    def given(hits: Sequence[Hit], *, scores: bool = True) -> list[NodeWithScore]:
        nodes = [node_of(hit) for hit in hits]
        return nodes if scores else [NodeWithScore(node=found.node) for found in nodes]

    @staticmethod
    def memo(text: str) -> NodeWithScore:
        return NodeWithScore(node=TextNode(text=text, id_="memo"))

    @staticmethod
    def run(component: Any, given: Any) -> Any:
        return component.postprocess_nodes(given, query_str=QUESTION)

    @staticmethod
    async def arun(component: Any, given: Any) -> Any:
        return await component.apostprocess_nodes(given, QueryBundle(QUESTION))

    @staticmethod
    def read(found: Any) -> list[tuple[str, str, float | None, dict[str, Any]]]:
        return [
            (n.node_id, n.node.get_content(MetadataMode.LLM), n.score, n.node.metadata)
            for n in found
        ]


class LangChain:
    References = langchain_lexdpr.LexDPRReferences
    Parents = langchain_lexdpr.LexDPRParents

    @staticmethod
    def given(hits: Sequence[Hit], *, scores: bool = True) -> list[Document]:
        documents = [document_of(hit) for hit in hits]
        if not scores:
            for document in documents:
                del document.metadata["score"]
        return documents

    @staticmethod
    def memo(text: str) -> Document:
        return Document(text)

    @staticmethod
    def run(component: Any, given: Any) -> Any:
        return component.compress_documents(given, QUESTION)

    @staticmethod
    async def arun(component: Any, given: Any) -> Any:
        return await component.acompress_documents(given, QUESTION)

    @staticmethod
    def read(found: Any) -> list[tuple[str, str, float | None, dict[str, Any]]]:
        return [
            (
                d.id,
                d.page_content,
                d.metadata.get("score"),
                {k: v for k, v in d.metadata.items() if k != "score"},
            )
            for d in found
        ]


BOTH = [LlamaIndex, LangChain]
adapters = pytest.mark.parametrize("adapter", BOTH, ids=lambda adapter: adapter.__name__)


@pytest.fixture(scope="module")
def hits(engine: LexDPR) -> list[Hit]:
    return engine.search(QUESTION, k=12, level="subparagraph")


# -- references ----------------------------------------------------------------------------------


@adapters
def test_references_come_behind_what_was_found(adapter, engine: LexDPR, hits: list[Hit]) -> None:
    given = adapter.given(hits)
    shown = adapter.run(adapter.References(engine, max_added=50), given)
    assert list(shown[: len(given)]) == given
    added = adapter.read(shown)[len(given) :]
    ids = [unit_id for unit_id, *_ in adapter.read(shown)]
    assert len(added) > 3
    assert len(ids) == len(set(ids))
    for unit_id, text, score, metadata in added:
        whole = engine.cite(metadata["citation"])
        assert (unit_id, text, metadata) == (whole.unit_id, passage(whole), whole.metadata())
        assert tuple(metadata) == METADATA_KEYS
        referring = next(
            hit
            for hit in hits
            if unit_id in [one.unit_id for one in referred_provisions(engine, hit)]
        )
        assert score == referring.score * 0.5


@pytest.mark.parametrize(
    "options",
    [
        {"max_added": 50},
        {"max_added": 3},
        {"max_added": 50, "max_chars": 800},
        {"factor": 0.9},
        {"factor": 0},
        {"as_of": "2026-01-01"},
        {"as_of": date(2026, 1, 1)},
    ],
    ids=str,
)
@pytest.mark.parametrize("scores", [True, False], ids=["scored", "unscored"])
def test_both_add_the_same(engine: LexDPR, hits: list[Hit], options, scores: bool) -> None:
    read = [
        adapter.read(
            adapter.run(adapter.References(engine, **options), adapter.given(hits, scores=scores))
        )
        for adapter in BOTH
    ]
    assert read[0] == read[1]
    added = read[0][len(hits) :]
    assert 0 < len(added) <= options.get("max_added", 10)
    assert sum(len(text) for _, text, *_ in added) <= options.get("max_chars", 10**9)
    assert all((score is not None) == scores for _, _, score, _ in added)


@adapters
def test_what_is_no_statute_stays(adapter, engine: LexDPR) -> None:
    given = [adapter.memo("민법 제750조를 보라"), adapter.memo("제1항")]
    assert list(adapter.run(adapter.References(engine), given)) == given
    assert list(adapter.run(adapter.References(engine), [])) == []


@adapters
async def test_async_gives_the_same(adapter, engine: LexDPR, hits: list[Hit]) -> None:
    for component in (adapter.References(engine), adapter.Parents(engine)):
        given = adapter.given(hits)
        assert list(await adapter.arun(component, given)) == list(adapter.run(component, given))


@adapters
def test_copies_open_the_index_where_they_arrive(
    adapter, index_path: Path, hits: list[Hit]
) -> None:
    given = adapter.given(hits)
    for component in (
        adapter.References(path=index_path, max_added=4, as_of="2026-01-01"),
        adapter.Parents(path=index_path, to="paragraph"),
    ):
        expected = adapter.read(adapter.run(component, given))
        for again in (pickle.loads(pickle.dumps(component)), copy.deepcopy(component)):
            assert adapter.read(adapter.run(again, given)) == expected


def test_llama_index_to_dict_and_back(index_path: Path, hits: list[Hit]) -> None:
    component = LlamaIndex.References(path=index_path, max_added=3, as_of="2026-01-01")
    data = json.loads(component.to_json())
    assert (data["class_name"], data["path"]) == ("LexDPRReferences", str(index_path))
    again = LlamaIndex.References.from_dict(data)
    given = LlamaIndex.given(hits)
    assert again.to_dict() == component.to_dict()
    assert LlamaIndex.run(again, given) == LlamaIndex.run(component, given)


def test_langchain_dumps_and_back(index_path: Path, hits: list[Hit]) -> None:
    component = LangChain.References(path=index_path, max_added=3, as_of="2026-01-01")
    again = LangChain.References(**json.loads(component.model_dump_json()))
    given = LangChain.given(hits)
    assert LangChain.run(again, given) == LangChain.run(component, given)


@adapters
def test_the_index_is_opened_by_the_first_question(adapter, tmp_path: Path, hits) -> None:
    component = adapter.References(path=tmp_path / "nowhere")
    with pytest.raises(IndexFormatError, match="lexdpr-rag index"):
        adapter.run(component, adapter.given(hits))


@adapters
@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"max_added": 0}, "max_added"),
        ({"max_added": True}, "max_added"),
        ({"max_chars": -1}, "-1"),
        ({"factor": 1.5}, "0…1"),
        ({"factor": "half"}, "half"),
        ({"as_of": "gestern"}, "gestern"),
    ],
)
def test_wrong_options_are_refused(adapter, engine: LexDPR, options, named: str) -> None:
    with pytest.raises(FilterError, match=named):
        adapter.References(engine, **options)


@adapters
def test_an_index_is_needed(adapter) -> None:
    with pytest.raises(LexDPRError, match="path"):
        adapter.References()


def test_in_a_query_engine(engine: LexDPR) -> None:
    query_engine = RetrieverQueryEngine.from_args(
        llama_index_lexdpr.LexDPRRetriever(engine, k=3, level="paragraph"),
        llm=MockLLM(),
        node_postprocessors=[LlamaIndex.References(engine, max_added=2)],
    )
    response = query_engine.query(QUESTION)
    assert len(response.source_nodes) == 5
    assert f"[{response.source_nodes[-1].metadata['citation']}]" in str(response)


# -- parents -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"to": "paragraph"},
        {"to": "context"},
        {"at_least": 2},
        {"at_least": 3, "to": "paragraph"},
        {"max_chars": 300},
        {"max_chars": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("scores", [True, False], ids=["scored", "unscored"])
@pytest.mark.parametrize("turned", [0, 5], ids=["best-first", "turned"])
def test_both_show_the_same_wholes(
    engine: LexDPR, hits: list[Hit], options, scores: bool, turned: int
) -> None:
    found = [*hits[turned:], *hits[:turned]]
    read = [
        adapter.read(
            adapter.run(adapter.Parents(engine, **options), adapter.given(found, scores=scores))
        )
        for adapter in BOTH
    ]
    assert read[0] == read[1]
    assert read[0]


def test_both_tell_a_bare_provision_with_its_context(engine: LexDPR) -> None:
    hit = replace(engine.cite(f"{ACT} 제19조제1항제1호"), score=0.5)
    node = NodeWithScore(
        node=TextNode(text=hit.text, id_=hit.unit_id, metadata=hit.metadata()), score=0.5
    )
    document = Document(hit.text, id=hit.unit_id, metadata={**hit.metadata(), "score": 0.5})
    (shown,) = LlamaIndex.read(LlamaIndex.run(LlamaIndex.Parents(to="context"), [node]))
    assert [shown] == LangChain.read(LangChain.run(LangChain.Parents(to="context"), [document]))
    assert shown[1] == passage(hit)
    assert document.page_content == hit.text  # what was given stays as it was
