"""LexDPRParents: the whole of which a provision is a part."""

import copy
import json
import pickle
import shutil
from pathlib import Path

import pytest
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import BaseNode, MetadataMode, NodeWithScore, QueryBundle, TextNode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index_lexdpr import LexDPRParents, LexDPRRetriever, StatuteNodeParser, StatuteReader
from llama_index_lexdpr.retriever import node_of

from lexdpr_rag import LexDPR
from lexdpr_rag.errors import FilterError, IndexFormatError, LexDPRError

from .llama_index_parts import QUESTION, ROBOT_ACT


@pytest.fixture
def found(engine: LexDPR) -> list[NodeWithScore]:
    return LexDPRRetriever(engine, k=20, level="subparagraph").retrieve(QUESTION)


@pytest.fixture(scope="module")
def parsed(samples: Path) -> list[BaseNode]:
    documents = StatuteReader(samples / "statutes").load_data()
    return StatuteNodeParser().get_nodes_from_documents(documents)


@pytest.fixture(params=["index", "docstore"])
def parents(request: pytest.FixtureRequest, engine: LexDPR, parsed: list[BaseNode]):
    """The post-processor over an index and over a docstore; both must say the same."""

    def make(**options) -> LexDPRParents:
        if request.param == "index":
            return LexDPRParents(engine, **options)
        docstore = SimpleDocumentStore()
        docstore.add_documents(parsed)
        return LexDPRParents(docstore=docstore, **options)

    return make


def test_provisions_become_their_articles(parents, found: list[NodeWithScore], engine: LexDPR):
    whole = parents().postprocess_nodes(found)
    assert [n.node_id for n in whole] == list(dict.fromkeys(n.metadata["parent_id"] for n in found))
    assert len(whole) < len(found)
    for node in whole:
        parts = [n for n in found if n.metadata["parent_id"] == node.node_id]
        assert node.score == max(part.score for part in parts)
        hit = engine.cite(node.metadata["citation"])
        assert node.node == node_of(hit).node


def test_a_whole_stands_where_the_best_of_its_parts_stood(parents, found: list[NodeWithScore]):
    shuffled = [*found[10:], *found[:10]]
    whole = parents().postprocess_nodes(shuffled)
    best: dict[str, NodeWithScore] = {}
    for node in found:  # best first
        best.setdefault(node.metadata["parent_id"], node)
    order = [n.metadata["parent_id"] for n in shuffled if n is best[n.metadata["parent_id"]]]
    assert [n.node_id for n in whole] == order
    assert [n.score for n in whole] == [best[name].score for name in order]


def test_clauses_become_their_paragraphs(parents, found: list[NodeWithScore]):
    whole = parents(to="paragraph").postprocess_nodes(found)
    assert {n.metadata["level"] for n in whole} <= {"article", "paragraph"}
    paragraphs = [n.node_id for n in whole if n.metadata["level"] == "paragraph"]
    assert paragraphs
    for node in found:
        assert any(
            node.node_id == n.node_id or node.node_id.startswith(f"{n.node_id}:") for n in whole
        )


def test_only_where_enough_parts_were_found(parents, found: list[NodeWithScore]):
    parts: dict[str, list[NodeWithScore]] = {}
    for node in found:
        parts.setdefault(node.metadata["parent_id"], []).append(node)
    ids = {n.node_id for n in parents(at_least=3).postprocess_nodes(found)}
    assert {len(nodes) >= 3 for nodes in parts.values()} == {True, False}
    for article, nodes in parts.items():
        if len(nodes) >= 3:
            assert article in ids
        else:
            assert {node.node_id for node in nodes} <= ids


def test_a_whole_that_is_too_long_does_not_take_their_place(parents, found: list[NodeWithScore]):
    lengths = [len(n.text) for n in parents().postprocess_nodes(found)]
    limit = sorted(lengths)[len(lengths) // 2]
    short = parents(max_chars=limit).postprocess_nodes(found)
    assert {n.node_id for n in short} != {n.node_id for n in parents().postprocess_nodes(found)}
    assert {n.node_id for n in found} & {n.node_id for n in short}


def test_nodes_of_the_parser_are_told_with_their_context(parsed: list[BaseNode]):
    clauses = [n for n in parsed if n.metadata["level"] == "subparagraph"][:5]
    given = [NodeWithScore(node=node, score=0.9) for node in clauses]
    told = LexDPRParents(to="context").postprocess_nodes(given)
    for node, clause in zip(told, clauses, strict=True):
        read = node.node.get_content(MetadataMode.LLM)
        head = f"[{clause.metadata['citation']}]\n{clause.metadata['context']}\n"
        assert read == head + clause.text
        assert (node.node_id, node.score) == (clause.node_id, 0.9)
    # What was stored stays as it was.
    assert given[0].node.text in told[0].node.text != given[0].node.text


def test_passages_say_their_context_already(found: list[NodeWithScore]):
    assert LexDPRParents(to="context").postprocess_nodes(found) == found


def test_what_has_no_parent_stays(parents, engine: LexDPR):
    memo = NodeWithScore(node=TextNode(text="메모", id_="memo"), score=2.0)
    (hit,) = LexDPRRetriever(engine, k=1, level="subparagraph").retrieve(QUESTION)
    lost = hit.node.model_copy()
    lost.metadata = {
        **lost.metadata,
        "unit_id": "urn:kr:1@-0:main:a1:h1",
        "parent_id": "urn:kr:1@-0:main:a1",
    }
    given = [memo, NodeWithScore(node=lost, score=1.0)]
    assert parents().postprocess_nodes(given) == given


def test_no_nodes(parents):
    assert parents().postprocess_nodes([]) == []


async def test_async_gives_the_same(parents, found: list[NodeWithScore]):
    assert await parents().apostprocess_nodes(found, QueryBundle(QUESTION)) == (
        parents().postprocess_nodes(found)
    )


def test_the_version_that_was_found_is_the_one_that_is_shown(samples: Path, tmp_path: Path):
    folder = tmp_path / "laws" / "robots"
    shutil.copytree(samples / "statutes" / ROBOT_ACT.replace(" ", ""), folder)
    law = (folder / "법률.md").read_text("utf-8")
    old = law.replace("2025-07-01", "2020-01-01").replace("'99815'", "'90001'")
    (folder / "옛.md").write_text(old.replace("반려로봇의 등록과", "반려기계의 등록과"), "utf-8")
    engine = LexDPR.build(tmp_path / "laws", tmp_path / "index", jobs=1)
    retriever = LexDPRRetriever(engine, level="subparagraph", as_of="2021-05-05", k=5)
    found = retriever.retrieve("반려기계 안전하고 평온한 생활")
    whole = LexDPRParents(engine).postprocess_nodes(found)
    assert all("@2020-01-01-90001:" in node.node_id for node in whole)
    assert {n.node_id for n in whole} == {n.metadata["parent_id"] for n in found}


def test_in_a_query_engine(engine: LexDPR):
    query_engine = RetrieverQueryEngine.from_args(
        LexDPRRetriever(engine, k=6, level="subparagraph"),
        llm=MockLLM(),
        node_postprocessors=[LexDPRParents(engine)],
    )
    response = query_engine.query(QUESTION)
    for node in response.source_nodes:
        assert node.metadata["level"] == "article"
        assert f"[{node.metadata['citation']}]" in str(response)


def test_to_dict_and_back(index_path: Path, found: list[NodeWithScore]):
    parents = LexDPRParents(path=index_path, to="paragraph", at_least=2, max_chars=900)
    data = json.loads(json.dumps(parents.to_dict()))
    assert (data["class_name"], data["path"]) == ("LexDPRParents", str(index_path))
    for again in (
        LexDPRParents.from_dict(data),
        pickle.loads(pickle.dumps(parents)),
        copy.deepcopy(parents),
    ):
        assert again.to_dict() == parents.to_dict()
        assert again.postprocess_nodes(found) == parents.postprocess_nodes(found)


def test_one_index_is_opened_once(index_path: Path):
    retriever = LexDPRRetriever.open(index_path)
    parents = LexDPRParents(path=index_path)
    parents.postprocess_nodes(retriever.retrieve(QUESTION))
    assert parents._index.open() is retriever.engine


# -- wrong use gives help ------------------------------------------------------------------------


def test_nothing_to_find_parents_in():
    with pytest.raises(LexDPRError, match="docstore"):
        LexDPRParents()


@pytest.mark.parametrize(
    ("options", "named"),
    [({"to": "law"}, "article"), ({"at_least": 0}, "at_least"), ({"max_chars": -1}, "-1")],
)
def test_wrong_options_are_refused(engine: LexDPR, options, named: str):
    with pytest.raises(FilterError, match=named):
        LexDPRParents(engine, **options)


def test_a_missing_index(tmp_path: Path, found: list[NodeWithScore]):
    with pytest.raises(IndexFormatError, match="lexdpr-rag index"):
        LexDPRParents(path=tmp_path / "nowhere").postprocess_nodes(found)
