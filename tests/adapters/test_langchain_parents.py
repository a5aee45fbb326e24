"""LexDPRParents of LangChain: what is its own; what both adapters promise is in test_references."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.stores import InMemoryStore
from langchain_lexdpr import LexDPRParents, LexDPRReferences, LexDPRRetriever, StatuteLoader
from langchain_lexdpr.retriever import document_of

from lexdpr_rag import LexDPR
from lexdpr_rag.errors import FilterError, IndexFormatError, LexDPRError

QUESTION = "보증금을 돌려받지 못하면 어떻게 하나요?"


@pytest.fixture
def found(engine: LexDPR) -> list[Document]:
    return LexDPRRetriever(engine, k=20, level="subparagraph").invoke(QUESTION)


@pytest.fixture(params=["index", "docstore"])
def parents(request: pytest.FixtureRequest, engine: LexDPR, samples: Path):
    """The compressor over an index and over a docstore; both must say the same."""

    def make(**options) -> LexDPRParents:
        if request.param == "index":
            return LexDPRParents(engine, **options)
        levels = ("article", "paragraph", "subparagraph")
        documents = StatuteLoader(samples / "statutes", levels=levels).load()
        docstore: InMemoryStore = InMemoryStore()
        docstore.mset([(document.id or "", document) for document in documents])
        return LexDPRParents(docstore=docstore, **options)

    return make


def test_provisions_become_their_articles(parents, found: list[Document], engine: LexDPR) -> None:
    whole = parents().compress_documents(found, QUESTION)
    assert [d.id for d in whole] == list(dict.fromkeys(d.metadata["parent_id"] for d in found))
    assert len(whole) < len(found)
    for document in whole:
        parts = [d for d in found if d.metadata["parent_id"] == document.id]
        expected = document_of(engine.cite(document.metadata["citation"]))
        assert document.metadata.pop("score") == max(part.metadata["score"] for part in parts)
        del expected.metadata["score"]
        assert document == expected


def test_a_whole_stands_where_the_best_of_its_parts_stood(parents, found: list[Document]) -> None:
    shuffled = [*found[10:], *found[:10]]
    best: dict[str, Document] = {}
    for document in found:  # best first
        best.setdefault(document.metadata["parent_id"], document)
    order = [d.metadata["parent_id"] for d in shuffled if d is best[d.metadata["parent_id"]]]
    assert [d.id for d in parents().compress_documents(shuffled, QUESTION)] == order


def test_the_score_of_the_search_goes_along(engine: LexDPR, found: list[Document]) -> None:
    for number, document in enumerate(found):
        document.metadata["retrieval_score"] = float(number)
    (first, *_) = LexDPRParents(engine).compress_documents(found, QUESTION)
    assert first.metadata["retrieval_score"] == 0.0


def test_what_has_no_parent_stays(parents, found: list[Document]) -> None:
    memos = [Document("메모"), Document("또 메모", metadata={"score": 3.0})]
    lost = found[0].model_copy()
    gone = {"unit_id": "urn:kr:1@-0:main:a1:h1", "parent_id": "urn:kr:1@-0:main:a1"}
    lost.metadata = {**lost.metadata, **gone}
    assert parents().compress_documents([*memos, lost], QUESTION) == [*memos, lost]
    assert parents().compress_documents([], QUESTION) == []


def test_documents_that_were_given_stay_as_they_were(parents, found: list[Document]) -> None:
    before = [document.model_copy(deep=True) for document in found]
    parents().compress_documents(found, QUESTION)
    assert found == before


@pytest.mark.parametrize("component", [LexDPRParents, LexDPRReferences])
def test_in_a_compression_retriever(component, engine: LexDPR) -> None:
    retrievers = pytest.importorskip("langchain_classic.retrievers")
    retriever = retrievers.ContextualCompressionRetriever(
        base_retriever=LexDPRRetriever(engine, k=6, level="subparagraph"),
        base_compressor=component(engine),
    )
    given = LexDPRRetriever(engine, k=6, level="subparagraph").invoke(QUESTION)
    expected = component(engine).compress_documents(given, QUESTION)
    assert retriever.invoke(QUESTION) == expected != given


# -- wrong use gives help ------------------------------------------------------------------------


def test_nothing_to_find_parents_in() -> None:
    with pytest.raises(LexDPRError, match="docstore"):
        LexDPRParents()


@pytest.mark.parametrize(
    ("options", "named"),
    [({"to": "law"}, "article"), ({"at_least": 0}, "at_least"), ({"max_chars": -1}, "-1")],
)
def test_wrong_options_are_refused(engine: LexDPR, options, named: str) -> None:
    with pytest.raises(FilterError, match=named):
        LexDPRParents(engine, **options)


def test_a_missing_index(tmp_path: Path, found: list[Document]) -> None:
    with pytest.raises(IndexFormatError, match="lexdpr-rag index"):
        LexDPRParents(path=tmp_path / "nowhere").compress_documents(found, QUESTION)
