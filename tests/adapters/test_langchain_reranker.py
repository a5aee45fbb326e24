"""LexDPRReranker: documents in the order of a reranker, with their scores."""

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_lexdpr import LexDPRReranker, LexDPRRetriever
from models.reranker_models import save_cross_encoder

from lexdpr_rag import LexDPR
from lexdpr_rag.reranker import Reranker, rerank
from lexdpr_rag.templates import ModelError

from .llama_index_parts import QUESTION, OverlapReranker


@pytest.fixture
def documents(engine: LexDPR) -> list[Document]:
    return LexDPRRetriever(engine, k=12).invoke(QUESTION)


def test_documents_are_ordered_as_the_hits_would_be(engine: LexDPR, documents: list[Document]):
    expected = rerank(OverlapReranker(), QUESTION, engine.search(QUESTION, k=12), 5)
    reranker = LexDPRReranker(OverlapReranker())
    found = reranker.compress_documents(documents, QUESTION)
    assert isinstance(reranker, BaseDocumentCompressor)
    assert [(d.id, d.metadata["score"], d.metadata["retrieval_score"]) for d in found] == [
        (h.unit_id, h.score, h.retrieval_score) for h in expected
    ]
    assert len(found) == 5


def test_what_is_read_is_what_the_engine_reads(engine: LexDPR, documents: list[Document]):
    model = OverlapReranker()
    LexDPRReranker(model).compress_documents(documents, QUESTION)
    assert model.read == [hit.full_text for hit in engine.search(QUESTION, k=12)]


def test_documents_given_stay_as_they_are(documents: list[Document]):
    before = copy.deepcopy(documents)
    (best, *_) = LexDPRReranker(OverlapReranker()).compress_documents(documents, QUESTION)
    assert documents == before
    assert best.metadata["score"] != best.metadata["retrieval_score"]


def test_a_second_round_keeps_the_first_score(documents: list[Document]):
    reranker = LexDPRReranker(OverlapReranker(), top_n=12)
    once = reranker.compress_documents(documents, QUESTION)
    twice = reranker.compress_documents(once, QUESTION)
    assert list(twice) == list(once)


def test_documents_without_scores():
    found = LexDPRReranker(OverlapReranker()).compress_documents(
        [Document("등록"), Document("보증금을 돌려받지 못하면", metadata={"source": "a"})], QUESTION
    )
    assert found[0].metadata.keys() == {"source", "score"}
    assert 0 <= found[1].metadata["score"] < found[0].metadata["score"] <= 1


async def test_no_documents_and_async(documents: list[Document]):
    reranker = LexDPRReranker(OverlapReranker(), top_n=3)
    assert reranker.compress_documents([], QUESTION) == []
    assert await reranker.acompress_documents([], QUESTION) == []
    assert await reranker.acompress_documents(documents, QUESTION) == (
        reranker.compress_documents(documents, QUESTION)
    )


@pytest.mark.parametrize("wrong", [{"top_n": 0}, {"top_n": "3"}, {"top_n": True}])
def test_wrong_top_n(wrong: dict[str, Any]):
    with pytest.raises(ModelError, match="top_n"):
        LexDPRReranker(OverlapReranker(), **wrong)


def test_wrong_models(tmp_path: Path):
    with pytest.raises(ModelError, match="model="):
        LexDPRReranker()
    with pytest.raises(ModelError, match="nowhere"):
        LexDPRReranker(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="topn"):
        LexDPRReranker(OverlapReranker(), topn=3)


def test_in_a_chain(engine: LexDPR):
    reranker = LexDPRReranker(OverlapReranker(), top_n=2)
    chain = LexDPRRetriever(engine, k=12) | (lambda d: reranker.compress_documents(d, QUESTION))
    assert [d.id for d in chain.invoke(QUESTION)] == [
        hit.unit_id for hit in rerank(OverlapReranker(), QUESTION, engine.search(QUESTION, k=12), 2)
    ]


@pytest.mark.parametrize(
    "duplicate",
    [lambda r: pickle.loads(pickle.dumps(r)), copy.deepcopy, lambda r: r.model_copy()],
    ids=["pickle", "deepcopy", "model_copy"],
)
def test_copies_rank_alike(documents: list[Document], duplicate: Any):
    reranker = LexDPRReranker(OverlapReranker(), top_n=3)
    expected = reranker.compress_documents(documents, QUESTION)
    assert duplicate(reranker).compress_documents(documents, QUESTION) == expected


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::lexdpr_rag.backends.ModelWarning")
def test_a_cross_encoder(tmp_path: Path, documents: list[Document]):
    folder = save_cross_encoder(tmp_path / "tiny")
    reranker = LexDPRReranker(folder, top_n=4, model_kwargs={"batch_size": 2})
    assert isinstance(reranker.reranker, Reranker)
    found = reranker.compress_documents(documents, QUESTION)
    scores = [d.metadata["score"] for d in found]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 4
    again = pickle.loads(pickle.dumps(reranker))
    assert again.compress_documents(documents, QUESTION) == found
