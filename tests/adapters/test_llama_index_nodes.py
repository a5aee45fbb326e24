"""Statutes as nodes: parsing, ingestion, storage, merging after a reload."""

import json
import pickle
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.callbacks import CallbackManager, CBEventType, LlamaDebugHandler
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import NodeParser, get_leaf_nodes, get_root_nodes
from llama_index.core.postprocessor import PrevNextNodePostprocessor
from llama_index.core.retrievers import AutoMergingRetriever
from llama_index.core.schema import BaseNode, Document, MetadataMode, NodeWithScore, TextNode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import (
    MetadataFilter,
    MetadataFilters,
    SimpleVectorStore,
)
from llama_index_lexdpr import LexDPREmbedding, StatuteNodeParser, StatuteReader

from lexdpr_rag import LexDPR
from lexdpr_rag.datamodels import METADATA_KEYS
from lexdpr_rag.documents import statute_units
from lexdpr_rag.errors import FilterError, SourceError

from .llama_index_parts import ROBOT_ACT, BigramEncoder

ROBOTS = ROBOT_ACT.replace(" ", "")


@pytest.fixture(scope="module")
def documents(samples: Path) -> list[Document]:
    return StatuteReader(samples / "statutes" / ROBOTS).load_data()


@pytest.fixture(scope="module")
def nodes(documents: list[Document]) -> list[BaseNode]:
    return StatuteNodeParser().get_nodes_from_documents(documents)


@pytest.fixture
def laws(samples: Path, tmp_path: Path) -> Path:
    """A copy to be changed."""
    return Path(shutil.copytree(samples / "statutes" / ROBOTS, tmp_path / "laws" / ROBOTS))


def by_citation(nodes: list[BaseNode], end: str) -> BaseNode:
    (node,) = (n for n in nodes if n.metadata["citation"] == f"{ROBOT_ACT} {end}")
    return node


# -- reading -------------------------------------------------------------------------------------


def test_reader_gives_a_document_a_file(samples: Path, documents: list[Document]):
    assert [d.id_ for d in documents] == ["법률.md", "시행규칙.md", "시행령.md"]
    file = samples / "statutes" / ROBOTS / "법률.md"
    assert documents[0].text == file.read_text("utf-8")
    assert documents[0].get_content(MetadataMode.EMBED) == documents[0].text


def test_reader_passes_over_what_is_no_text(laws: Path, caplog: pytest.LogCaptureFixture):
    (laws / "가.txt").write_bytes(b"\xff\xff\xff\xff")
    assert len(StatuteReader(laws).load_data()) == 3
    assert "가.txt" in caplog.text
    with pytest.raises(SourceError, match=r"가\.txt"):
        StatuteReader(laws, strict=True).load_data()
    with pytest.raises(SourceError, match="nowhere"):
        StatuteReader(laws / "nowhere").load_data()


# -- parsing -------------------------------------------------------------------------------------


def test_class_name_and_base():
    assert StatuteNodeParser.class_name() == "StatuteNodeParser"
    assert issubclass(StatuteNodeParser, NodeParser)


def test_nodes_are_the_units(documents: list[Document], nodes: list[BaseNode]):
    units = [u for d in documents for u in statute_units(d.metadata["file_path"], d.text)]
    assert [n.node_id for n in nodes] == [u.hit.unit_id for u in units]
    for node, unit in zip(nodes, units, strict=True):
        assert node.text == unit.hit.text
        assert {key: node.metadata[key] for key in METADATA_KEYS} == unit.hit.metadata()


def test_what_is_embedded_is_what_an_index_embeds(nodes: list[BaseNode], engine: LexDPR):
    for hit in engine.search(f"{ROBOT_ACT} 등록", k=20, level="subparagraph"):
        same = [n for n in nodes if n.node_id == hit.unit_id]
        assert [n.get_content(MetadataMode.EMBED) for n in same] in ([], [hit.full_text])
    node = by_citation(nodes, "제2조제1호")
    assert node.get_content(MetadataMode.EMBED).startswith(
        f"{ROBOT_ACT} > 제1장 총칙\n제2조(정의)\n이 법에서 사용하는 용어의 뜻은 다음과 같다.\n1. "
    )


def test_a_model_reads_the_citation_and_the_words(nodes: list[BaseNode]):
    for node in nodes:
        read = node.get_content(MetadataMode.LLM)
        assert read == f"{node.metadata['citation']}\n{node.text}"
        if node.metadata["level"] == "subparagraph":
            assert node.metadata["context"] not in read


def test_relationships(nodes: list[BaseNode]):
    known = {node.node_id: node for node in nodes}
    article, clause = by_citation(nodes, "제2조"), by_citation(nodes, "제2조제2호")
    assert clause.parent_node.node_id == article.node_id
    assert clause.node_id in [child.node_id for child in article.child_nodes]
    assert clause.prev_node.node_id == by_citation(nodes, "제2조제1호").node_id
    assert article.prev_node.node_id == by_citation(nodes, "제1조").node_id
    assert {node.ref_doc_id for node in nodes} == {"법률.md", "시행규칙.md", "시행령.md"}
    for node in nodes:
        for child in node.child_nodes or []:
            assert known[child.node_id].parent_node.node_id == node.node_id
        if node.next_node:
            assert known[node.next_node.node_id].prev_node.node_id == node.node_id
    assert {n.metadata["level"] for n in get_root_nodes(nodes)} == {"article"}
    leaves = get_leaf_nodes(nodes)
    assert {n.metadata["level"] for n in leaves} == {"article", "paragraph", "subparagraph"}
    assert all(not n.child_nodes for n in leaves)


def test_ids_and_hashes_are_stable(documents: list[Document], nodes: list[BaseNode]):
    again = StatuteNodeParser().get_nodes_from_documents(documents)
    assert [(n.node_id, n.hash) for n in again] == [(n.node_id, n.hash) for n in nodes]


def test_the_levels_of_an_index(documents: list[Document], samples: Path):
    flat = StatuteNodeParser(["auto"]).get_nodes_from_documents(documents)
    units = statute_units(ROBOTS, documents[0].text, ["auto"])
    assert [n.node_id for n in flat[: len(units)]] == [u.hit.unit_id for u in units]
    assert not any(n.parent_node or n.child_nodes for n in flat)


def test_a_law_that_comes_twice_gives_its_nodes_once(samples: Path, nodes: list[BaseNode]):
    law = (samples / "statutes" / ROBOTS / "법률.md").read_text("utf-8")
    twice = [Document(text=law, id_="a"), Document(text=law, id_="b")]
    found = StatuteNodeParser().get_nodes_from_documents(twice)
    assert {n.ref_doc_id for n in found} == {"a"}
    assert len({n.node_id for n in found}) == len(found)


def test_metadata_of_the_document_goes_along_unread(samples: Path):
    law = (samples / "statutes" / ROBOTS / "법률.md").read_text("utf-8")
    metadata = {"folder": "법무팀", "tags": ["가", "나"], "checked": None, "law": "다른 법"}
    document = Document(text=law, metadata=metadata)
    for node in StatuteNodeParser().get_nodes_from_documents([document]):
        assert (node.metadata["folder"], node.metadata["tags"]) == ("법무팀", "가, 나")
        assert "checked" not in node.metadata
        assert node.metadata["law"] == ROBOT_ACT
        for mode in (MetadataMode.LLM, MetadataMode.EMBED):
            assert "법무팀" not in node.get_content(mode)
    bare = StatuteNodeParser(include_metadata=False, include_prev_next_rel=False)
    for node in bare.get_nodes_from_documents([document]):
        assert set(node.metadata) == set(METADATA_KEYS)
        assert node.prev_node is None
        assert node.next_node is None


def test_what_is_no_statute_is_kept_whole_and_told(caplog: pytest.LogCaptureFixture):
    memo = Document(text="오늘은 날씨가 좋다.", id_="memo", metadata={"file_path": "memo.txt"})
    (node,) = StatuteNodeParser().get_nodes_from_documents([memo])
    assert (node.node_id, node.ref_doc_id) == ("memo:whole", "memo")
    assert node.text == memo.text
    assert node.metadata == {"file_path": "memo.txt"}
    assert "memo.txt" in caplog.text
    chunk = TextNode(text="오늘은 날씨가 좋다.")
    assert StatuteNodeParser()([chunk]) == [chunk]


def test_a_repealed_law_gives_no_nodes(samples: Path):
    documents = StatuteReader(samples / "statutes").load_data()
    found = StatuteNodeParser().get_nodes_from_documents(documents)
    without = {d.id_ for d in documents} - {n.ref_doc_id for n in found}
    assert len(without) == 1
    assert "법률.md" in without.pop()


async def test_async_gives_the_same_in_another_thread(
    documents: list[Document], nodes: list[BaseNode], monkeypatch: pytest.MonkeyPatch
):
    threads: list[int] = []
    parse = StatuteNodeParser._nodes

    def watched(self: StatuteNodeParser, document: BaseNode):
        threads.append(threading.get_ident())
        return parse(self, document)

    monkeypatch.setattr(StatuteNodeParser, "_nodes", watched)
    assert await StatuteNodeParser().aget_nodes_from_documents(documents) == nodes
    assert len(threads) == 3
    assert threading.get_ident() not in threads


def test_to_dict_and_back(documents: list[Document]):
    parser = StatuteNodeParser(["article", "auto"], include_metadata=False)
    data = json.loads(json.dumps(parser.to_dict()))
    assert (data["class_name"], data["levels"]) == ("StatuteNodeParser", ["article", "auto"])
    for again in (StatuteNodeParser.from_dict(data), pickle.loads(pickle.dumps(parser))):
        assert again.to_dict() == parser.to_dict()
        assert again.get_nodes_from_documents(documents) == parser.get_nodes_from_documents(
            documents
        )


def test_callback_manager(documents: list[Document]):
    debug = LlamaDebugHandler(print_trace_on_end=False)
    parser = StatuteNodeParser.from_defaults(callback_manager=CallbackManager([debug]))
    parser.get_nodes_from_documents(documents)
    assert len(debug.get_event_pairs(CBEventType.NODE_PARSING)) == 1


def test_wrong_options_are_refused():
    with pytest.raises(FilterError, match="page"):
        StatuteNodeParser(["page"])
    with pytest.raises(ValueError, match="level"):
        StatuteNodeParser(level=["article"])


# -- ingestion -----------------------------------------------------------------------------------


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_a_changed_law_changes_only_its_nodes(laws: Path, asynchronous: bool):
    encoder = BigramEncoder()
    store = SimpleVectorStore()
    pipeline = IngestionPipeline(
        transformations=[StatuteNodeParser(), LexDPREmbedding(encoder=encoder)],
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS_AND_DELETE,
        vector_store=store,
    )

    async def run() -> list[Any]:
        encoder.passages.clear()
        documents = StatuteReader(laws).load_data()
        if asynchronous:
            return list(await pipeline.arun(documents=documents))
        return list(pipeline.run(documents=documents))

    first = await run()
    kept = dict(store.data.embedding_dict)
    assert {n.ref_doc_id for n in first} == {"법률.md", "시행규칙.md", "시행령.md"}
    assert len(kept) == len(first) == len(encoder.passages)
    assert await run() == []
    assert encoder.passages == []

    decree = laws / "시행령.md"
    decree.write_text(decree.read_text("utf-8").replace("30일", "45일"), "utf-8")
    changed = await run()
    assert {n.ref_doc_id for n in changed} == {"시행령.md"}
    assert any("45일" in text for text in encoder.passages)
    assert store.data.embedding_dict.keys() == kept.keys()
    others = [n.node_id for n in first if n.ref_doc_id != "시행령.md"]
    assert all(store.data.embedding_dict[name] is kept[name] for name in others)

    (laws / "시행규칙.md").unlink()
    await run()
    assert store.data.embedding_dict.keys() == {
        n.node_id for n in first if n.ref_doc_id != "시행규칙.md"
    }


def test_the_cache_of_a_pipeline(laws: Path, tmp_path: Path):
    encoder = BigramEncoder()
    documents = StatuteReader(laws).load_data()

    def pipeline() -> IngestionPipeline:
        transformations = [StatuteNodeParser(), LexDPREmbedding(encoder=encoder)]
        return IngestionPipeline(transformations=transformations)

    first = pipeline()
    nodes = first.run(documents=documents)
    first.persist(str(tmp_path / "cache"))
    encoder.passages.clear()
    second = pipeline()
    second.load(str(tmp_path / "cache"))
    assert second.run(documents=documents) == nodes
    assert encoder.passages == []


# -- stores, a reload, merging -------------------------------------------------------------------


def chroma_store(folder: Path) -> Any:
    chroma = pytest.importorskip("llama_index.vector_stores.chroma", reason="not installed")
    chromadb = pytest.importorskip("chromadb")
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()  # as a new process would open it
    settings = chromadb.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(folder), settings=settings)
    collection = client.get_or_create_collection("statutes", embedding_function=None)
    return chroma.ChromaVectorStore(chroma_collection=collection)


def embedding() -> LexDPREmbedding:
    return LexDPREmbedding(encoder=BigramEncoder())


def make_index(nodes: list[BaseNode], folder: Path, chroma: bool) -> None:
    store = chroma_store(folder / "chroma") if chroma else SimpleVectorStore()
    context = StorageContext.from_defaults(docstore=SimpleDocumentStore(), vector_store=store)
    context.docstore.add_documents(nodes)
    VectorStoreIndex(get_leaf_nodes(nodes), storage_context=context, embed_model=embedding())
    context.persist(str(folder / "storage"))


def open_index(folder: Path, chroma: bool) -> tuple[VectorStoreIndex, StorageContext]:
    if not chroma:
        context = StorageContext.from_defaults(persist_dir=str(folder / "storage"))
        index = load_index_from_storage(context, embed_model=embedding())
        assert isinstance(index, VectorStoreIndex)
        return index, context
    store = chroma_store(folder / "chroma")
    docstore = SimpleDocumentStore.from_persist_dir(str(folder / "storage"))
    context = StorageContext.from_defaults(docstore=docstore, vector_store=store)
    return VectorStoreIndex.from_vector_store(store, embed_model=embedding()), context


@pytest.fixture(params=[False, True], ids=["simple", "chroma"])
def reloaded(
    request: pytest.FixtureRequest, nodes: list[BaseNode], tmp_path: Path
) -> tuple[VectorStoreIndex, StorageContext]:
    make_index(nodes, tmp_path, request.param)
    return open_index(tmp_path, request.param)


def test_nodes_come_back_as_they_were(
    reloaded: tuple[VectorStoreIndex, StorageContext], nodes: list[BaseNode]
):
    index, _ = reloaded
    known = {node.node_id: node for node in nodes}
    found = index.as_retriever(similarity_top_k=10).retrieve("반려로봇의 등록신청")
    assert len(found) == 10
    for node in found:
        original = known[node.node_id]
        assert node.metadata == original.metadata
        for mode in MetadataMode:
            assert node.node.get_content(mode) == original.get_content(mode)
        assert node.node.parent_node == original.parent_node
        assert node.node.next_node == original.next_node


def test_a_filter_over_the_metadata(reloaded: tuple[VectorStoreIndex, StorageContext]):
    index, _ = reloaded
    filters = MetadataFilters(filters=[MetadataFilter(key="kind", value="대통령령")])
    found = index.as_retriever(similarity_top_k=5, filters=filters).retrieve("등록신청")
    assert {node.metadata["kind"] for node in found} == {"대통령령"}


def test_auto_merging_after_a_reload(
    reloaded: tuple[VectorStoreIndex, StorageContext], nodes: list[BaseNode]
):
    index, context = reloaded
    article = by_citation(nodes, "제2조")
    # Every 호 of the article is asked for, so that all are found and the article takes their place.
    question = "\n".join(n.text for n in nodes if n.metadata["parent_id"] == article.node_id)
    base = index.as_retriever(similarity_top_k=24)
    parts = [n for n in base.retrieve(question) if n.metadata["parent_id"] == article.node_id]
    assert len(parts) > len(article.child_nodes) / 2
    found = AutoMergingRetriever(base, context).retrieve(question)
    ids = [node.node_id for node in found]
    assert article.node_id in ids
    assert not {part.node_id for part in parts} & set(ids)
    merged = found[ids.index(article.node_id)]
    assert merged.node.get_content(MetadataMode.LLM) == article.get_content(MetadataMode.LLM)


def test_neighbours_after_a_reload(
    reloaded: tuple[VectorStoreIndex, StorageContext], nodes: list[BaseNode]
):
    _, context = reloaded
    clause = by_citation(nodes, "제2조제2호")
    found = PrevNextNodePostprocessor(
        docstore=context.docstore, num_nodes=1, mode="both"
    ).postprocess_nodes([NodeWithScore(node=clause, score=1.0)])
    assert [n.metadata["citation"].removeprefix(f"{ROBOT_ACT} ") for n in found] == [
        "제2조제1호", "제2조제2호", "제2조제3호",
    ]  # fmt: skip


def test_documents_straight_into_an_index(documents: list[Document], tmp_path: Path):
    store = chroma_store(tmp_path / "chroma")
    index = VectorStoreIndex.from_documents(
        documents,
        storage_context=StorageContext.from_defaults(vector_store=store),
        transformations=[StatuteNodeParser(["auto"])],
        embed_model=embedding(),
    )
    before = store._collection.count()
    index.delete_ref_doc("시행령.md")
    assert 0 < store._collection.count() < before
