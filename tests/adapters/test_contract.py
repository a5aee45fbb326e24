"""What both adapters promise, asked of both in the same words."""

import asyncio
import copy
import logging
import pickle
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import langchain_lexdpr
import llama_index_lexdpr
import pytest
from langchain_core.documents import Document
from llama_index.core.schema import Document as LlamaDocument
from llama_index.core.schema import MetadataMode, NodeWithScore

import lexdpr_rag
from lexdpr_rag import Filters, LexDPR
from lexdpr_rag.answers import check_citations, format_for_prompt
from lexdpr_rag.datamodels import FILTER_KEYS, METADATA_KEYS
from lexdpr_rag.errors import FilterError, IndexFormatError, LexDPRError
from lexdpr_rag.reranker import rerank
from lexdpr_rag.templates import ModelError

from .llama_index_parts import BigramEncoder, OverlapReranker

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples"
QUESTION = "보증금을 돌려받지 못하면 어떻게 하나요?"
ACT = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
ROBOT_ACT = "반려로봇 등록 및 안전관리에 관한 법률"
QUESTIONS = [
    QUESTION,
    "보증금의 한도는 얼마인가요?",
    "반려로봇을 등록하지 않으면?",
    f"{ACT} 제18조제1항",
    "대통령령으로 정하는 기준",
]


@dataclass(frozen=True)
class Found:
    """One result, whatever the framework."""

    id: str
    text: str
    score: float
    metadata: dict[str, Any]


class LlamaIndex:
    name = "llama_index_lexdpr"
    Retriever = llama_index_lexdpr.LexDPRRetriever
    Embeddings = llama_index_lexdpr.LexDPREmbedding
    Reranker = llama_index_lexdpr.LexDPRRerank
    Splitter = llama_index_lexdpr.StatuteNodeParser
    Loader = llama_index_lexdpr.StatuteReader

    def results(self, retriever: Any, query: str) -> list[NodeWithScore]:
        return retriever.retrieve(query)

    def retrieve(self, retriever: Any, query: str) -> list[Found]:
        return [self._found(node) for node in retriever.retrieve(query)]

    async def aretrieve(self, retriever: Any, query: str) -> list[Found]:
        return [self._found(node) for node in await retriever.aretrieve(query)]

    def rerank(self, reranker: Any, results: list[Any], query: str) -> list[Found]:
        return [self._found(n) for n in reranker.postprocess_nodes(results, query_str=query)]

    def embed(self, embeddings: Any, texts: list[str], query: str) -> list[list[float]]:
        rows = embeddings.get_text_embedding_batch(texts)
        return [*rows, embeddings.get_query_embedding(query)]

    def load(self, loader: Any) -> list[Any]:
        return loader.load_data()

    def document(self, text: str, source: str) -> Any:
        return LlamaDocument(text=text, metadata={"source": source})

    def split(self, splitter: Any, documents: list[Any]) -> list[Found]:
        nodes = splitter.get_nodes_from_documents(documents)
        return [Found(n.node_id, n.get_content(MetadataMode.EMBED), 0.0, n.metadata) for n in nodes]

    @staticmethod
    def _found(node: NodeWithScore) -> Found:
        text = node.node.get_content(MetadataMode.NONE)
        return Found(node.node_id, text, node.score, node.metadata)


class LangChain:
    name = "langchain_lexdpr"
    Retriever = langchain_lexdpr.LexDPRRetriever
    Embeddings = langchain_lexdpr.LexDPREmbeddings
    Reranker = langchain_lexdpr.LexDPRReranker
    Splitter = langchain_lexdpr.StatuteSplitter
    Loader = langchain_lexdpr.StatuteLoader

    def results(self, retriever: Any, query: str) -> list[Document]:
        return retriever.invoke(query)

    def retrieve(self, retriever: Any, query: str) -> list[Found]:
        return [self._found(document) for document in retriever.invoke(query)]

    async def aretrieve(self, retriever: Any, query: str) -> list[Found]:
        return [self._found(document) for document in await retriever.ainvoke(query)]

    def rerank(self, reranker: Any, results: list[Any], query: str) -> list[Found]:
        return [self._found(d) for d in reranker.compress_documents(results, query)]

    def embed(self, embeddings: Any, texts: list[str], query: str) -> list[list[float]]:
        return [*embeddings.embed_documents(texts), embeddings.embed_query(query)]

    def load(self, loader: Any) -> list[Any]:
        return loader.load()

    def document(self, text: str, source: str) -> Any:
        return Document(text, metadata={"source": source})

    def split(self, splitter: Any, documents: list[Any]) -> list[Found]:
        pieces = splitter.split_documents(documents)
        # The citation stands in the text; LlamaIndex gives it to a language model from the metadata.
        texts = [
            d.page_content.removeprefix(f"[{d.metadata.get('citation', '')}]\n") for d in pieces
        ]
        return [Found(d.id, t, 0.0, d.metadata) for d, t in zip(pieces, texts, strict=True)]

    @staticmethod
    def _found(document: Document) -> Found:
        # LangChain has no place of its own for scores.
        metadata = dict(document.metadata)
        score = metadata.pop("score")
        metadata.pop("retrieval_score", None)
        return Found(document.id, document.page_content, score, metadata)


@pytest.fixture(params=[LlamaIndex(), LangChain()], ids=["llama_index", "langchain"])
def adapter(request: pytest.FixtureRequest) -> LlamaIndex | LangChain:
    return request.param


# -- the same hits -------------------------------------------------------------------------------


@pytest.mark.parametrize("query", QUESTIONS)
def test_gives_what_the_engine_gives(adapter, engine: LexDPR, query: str):
    hits = engine.search(query, k=7)
    found = adapter.retrieve(adapter.Retriever(engine, k=7), query)
    assert [(f.id, f.score) for f in found] == [(h.unit_id, h.score) for h in hits]
    assert [f.metadata for f in found] == [h.metadata() for h in hits]
    assert len(found) == 7


def test_text_says_the_citation_once_in_front_then_context_and_words(adapter, engine: LexDPR):
    retriever = adapter.Retriever(engine)
    for hit, found in zip(
        engine.search(QUESTION, k=5), adapter.retrieve(retriever, QUESTION), strict=True
    ):
        assert found.text.startswith(f"[{hit.citation}]\n")
        assert found.text.endswith(hit.full_text)
        assert hit.unit_id not in found.text


def test_both_say_the_same(engine: LexDPR):
    one, other = (a.retrieve(a.Retriever(engine), QUESTION) for a in (LlamaIndex(), LangChain()))
    assert one == other
    assert len(one) == 5


def test_metadata_is_flat(adapter, engine: LexDPR):
    for found in adapter.retrieve(adapter.Retriever(engine, k=20), QUESTION):
        assert tuple(found.metadata) == METADATA_KEYS
        assert all(isinstance(value, str | int | float | bool) for value in found.metadata.values())


# -- models: the same order, the same vectors ----------------------------------------------------


def test_an_engine_with_a_reranker(adapter, index_path: Path):
    engine = LexDPR.open(index_path, reranker=OverlapReranker())
    retriever = adapter.Retriever(engine, k=6)
    hits = engine.search(QUESTION, k=6)
    assert [(f.id, f.score) for f in adapter.retrieve(retriever, QUESTION)] == [
        (h.unit_id, h.score) for h in hits
    ]
    plain = adapter.retrieve(adapter.Retriever(engine, k=6, rerank=False), QUESTION)
    assert [f.id for f in plain] == [h.unit_id for h in engine.search(QUESTION, k=6, rerank=False)]
    assert [f.id for f in plain] != [h.unit_id for h in hits]


def test_rerank_without_a_reranker_says_what_to_give(adapter, engine: LexDPR):
    with pytest.raises(FilterError, match="reranker"):
        adapter.retrieve(adapter.Retriever(engine, rerank=True), QUESTION)


def test_a_reranker_orders_as_the_engine_would(adapter, engine: LexDPR):
    results = adapter.results(adapter.Retriever(engine, k=12), QUESTION)
    expected = rerank(OverlapReranker(), QUESTION, engine.search(QUESTION, k=12), 4)
    found = adapter.rerank(adapter.Reranker(OverlapReranker(), top_n=4), results, QUESTION)
    assert [(f.id, f.score) for f in found] == [(h.unit_id, h.score) for h in expected]
    assert adapter.Reranker(OverlapReranker()).top_n == 5
    assert adapter.rerank(adapter.Reranker(OverlapReranker()), [], QUESTION) == []


def test_wrong_rerankers(adapter, tmp_path: Path):
    with pytest.raises(ModelError, match="top_n"):
        adapter.Reranker(OverlapReranker(), top_n=0)
    with pytest.raises(ModelError, match="model="):
        adapter.Reranker()
    with pytest.raises(ModelError, match="nowhere"):
        adapter.Reranker(tmp_path / "nowhere")


def test_embeddings_are_the_encoders(adapter):
    encoder, texts = BigramEncoder(), ["보증금의 반환", "등록"]
    expected = [*encoder.encode_passages(texts), *encoder.encode_queries([QUESTION])]
    found = adapter.embed(adapter.Embeddings(encoder=encoder), texts, QUESTION)
    assert found == [row.tolist() for row in expected]


def test_wrong_embeddings(adapter, tmp_path: Path):
    with pytest.raises(LexDPRError, match="model_name"):
        adapter.Embeddings()
    with pytest.raises(ModelError, match="nowhere"):
        adapter.Embeddings(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="encoder="):
        adapter.Embeddings("bge-m3", encoder=BigramEncoder())


# -- documents: the same provisions --------------------------------------------------------------


@pytest.mark.parametrize("levels", [["auto"], ["article"], ["paragraph", "subparagraph"]])
def test_files_split_into_the_provisions_of_the_index(adapter, engine: LexDPR, levels: list[Any]):
    documents = adapter.load(adapter.Loader(SAMPLES / "statutes"))
    pieces = {p.id: p for p in adapter.split(adapter.Splitter(levels), documents)}
    hits = engine.search(QUESTION, k=30, level=levels[0])
    for hit in hits:
        assert pieces[hit.unit_id].text == hit.full_text
        metadata = pieces[hit.unit_id].metadata
        assert {key: metadata[key] for key in METADATA_KEYS} == hit.metadata()
    assert len(hits) == 30


def test_both_split_alike():
    one, other = (
        a.split(a.Splitter(["auto"]), a.load(a.Loader(SAMPLES / "statutes")))
        for a in (LlamaIndex(), LangChain())
    )
    assert [(p.id, p.text) for p in one] == [(p.id, p.text) for p in other]
    assert len(one) == 200


def test_what_is_no_statute_stays_one_document(adapter, caplog: pytest.LogCaptureFixture):
    memo = adapter.document("점심은 국수를 먹었다.", "memo.txt")
    with caplog.at_level(logging.WARNING):
        (piece,) = adapter.split(adapter.Splitter(), [memo])
    assert "점심은 국수를 먹었다." in piece.text
    assert "memo.txt" in caplog.text


def test_wrong_levels(adapter):
    for wrong in (["page"], []):
        with pytest.raises(FilterError, match="subparagraph"):
            adapter.Splitter(wrong)


def test_nothing_to_load(adapter, tmp_path: Path):
    with pytest.raises(LexDPRError, match="nowhere"):
        adapter.load(adapter.Loader(tmp_path / "nowhere"))


# -- answers that cite ---------------------------------------------------------------------------


def test_prompts_and_checks_are_the_same(adapter, engine: LexDPR):
    hits = engine.search(QUESTION, k=5)
    results = adapter.results(adapter.Retriever(engine, k=5), QUESTION)
    assert format_for_prompt(results) == format_for_prompt(hits)
    answer = f"{hits[0].citation}, {ACT} 제1조, 같은 법 제999조"
    report = check_citations(answer, engine, results)
    assert [c.status for c in report.citations] == ["cited", "exists", "invented"]
    assert report == check_citations(answer, engine, hits)


def test_prompts_of_split_documents(adapter, engine: LexDPR):
    if adapter.name == "llama_index_lexdpr":
        parser = adapter.Splitter(["article"])
        pieces = parser.get_nodes_from_documents(adapter.load(adapter.Loader(SAMPLES / "statutes")))
    else:
        pieces = adapter.Loader(SAMPLES / "statutes", levels="article").load()
    citation = f"{ACT} 제18조"
    (piece,) = [p for p in pieces if p.metadata["citation"] == citation]
    assert format_for_prompt([piece]) == format_for_prompt([engine.cite(citation)])


# -- options -------------------------------------------------------------------------------------


def test_k_level_and_mode(adapter, engine: LexDPR):
    retriever = adapter.Retriever(engine, k=3, level="article", mode="lexical")
    found = adapter.retrieve(retriever, QUESTION)
    assert [f.metadata["level"] for f in found] == ["article"] * 3


@pytest.mark.parametrize(
    "filters", [{"law": ROBOT_ACT}, {"law": [ROBOT_ACT]}, Filters(law=(ROBOT_ACT,))]
)
def test_filters(adapter, engine: LexDPR, filters: Any):
    found = adapter.retrieve(adapter.Retriever(engine, k=10, filters=filters), "등록")
    assert {f.metadata["law"] for f in found} == {ROBOT_ACT}
    assert len(found) == 10


def test_several_filters_are_all_required(adapter, engine: LexDPR):
    filters = {"kind": ["법률", "대통령령"], "ministry": "생활안전부"}
    found = adapter.retrieve(adapter.Retriever(engine, k=100, filters=filters), "등록")
    assert {f.metadata["kind"] for f in found} == {"법률", "대통령령"}
    assert {f.metadata["ministry"] for f in found} == {"생활안전부"}


@pytest.mark.parametrize("day", ["2025-08-01", date(2025, 8, 1)])
def test_as_of(adapter, engine: LexDPR, day: Any):
    # 990011 is in force from 2025-07-01, 990001 from 2025-10-23.
    found = adapter.retrieve(adapter.Retriever(engine, k=50, as_of=day), "등록 신고 보증금")
    assert {f.metadata["law_id"] for f in found} <= {"990011", "990012", "990013"}
    assert found


def test_as_of_goes_before_the_day_in_filters(adapter, engine: LexDPR):
    filters = Filters(kind=("법률",), as_of=date(2025, 12, 1))
    found = adapter.retrieve(adapter.Retriever(engine, filters=filters, as_of="2025-08-01"), "등록")
    assert {f.metadata["law"] for f in found} == {ROBOT_ACT}


# -- wrong use gives help ------------------------------------------------------------------------


def test_unknown_filter_names_the_legal_ones(adapter, engine: LexDPR):
    with pytest.raises(FilterError) as caught:
        adapter.Retriever(engine, filters={"title": "민법"})
    assert all(key in str(caught.value) for key in ("title", *FILTER_KEYS))


@pytest.mark.parametrize(
    "wrong",
    [{"k": 0}, {"k": -1}, {"k": "5"}, {"level": "page"}, {"mode": "vector"}, {"as_of": "May"}],
)
def test_wrong_options_are_refused_at_once(adapter, engine: LexDPR, wrong: dict[str, Any]):
    with pytest.raises(FilterError) as caught:
        adapter.Retriever(engine, **wrong)
    assert str(next(iter(wrong.values()))) in str(caught.value)


def test_a_misspelt_option_is_refused(adapter, engine: LexDPR):
    with pytest.raises((TypeError, ValueError), match="top_n"):
        adapter.Retriever(engine, top_n=3)


@pytest.mark.parametrize("query", ["", "   "])
def test_an_empty_query_fails_as_in_the_engine(adapter, engine: LexDPR, query: str):
    with pytest.raises(FilterError) as expected:
        engine.search(query)
    with pytest.raises(FilterError) as caught:
        adapter.retrieve(adapter.Retriever(engine), query)
    assert str(caught.value) == str(expected.value)


def test_a_missing_index_says_how_to_make_one(adapter, tmp_path: Path):
    with pytest.raises(IndexFormatError, match="lexdpr-rag index"):
        adapter.Retriever.open(tmp_path / "nowhere")
    with pytest.raises(IndexFormatError, match="lexdpr-rag index"):
        adapter.Retriever.open(tmp_path)


def test_no_index_at_all(adapter):
    with pytest.raises(LexDPRError, match="open"):
        adapter.Retriever()


# -- opening, sharing, copying -------------------------------------------------------------------


def test_constructing_opens_nothing(adapter, tmp_path: Path):
    retriever = adapter.Retriever(path=tmp_path / "later")
    with pytest.raises(IndexFormatError):
        adapter.retrieve(retriever, QUESTION)


def test_retrievers_of_one_index_share_one_engine(adapter, index_path: Path, monkeypatch):
    monkeypatch.chdir(index_path.parent)
    one = adapter.Retriever.open(index_path)
    other = adapter.Retriever.open(index_path.name, k=2)
    assert one.engine is other.engine


def test_both_have_files_of_the_same_name():
    folder = Path(langchain_lexdpr.__file__).parent.parent
    files = {
        name: {p.stem for p in (folder / name).glob("*.py")}
        for name in ("langchain_lexdpr", "llama_index_lexdpr")
    }
    renamed = {"embedding": "embeddings", "node_parser": "splitter"}  # as each framework says
    theirs = {renamed.get(stem, stem) for stem in files["llama_index_lexdpr"]}
    assert files["langchain_lexdpr"] <= theirs


def test_both_frameworks_share_one_engine(index_path: Path):
    one, other = (a.Retriever.open(index_path) for a in (LlamaIndex(), LangChain()))
    assert one.engine is other.engine


def test_a_retriever_keeps_the_engine_it_was_given(adapter, engine: LexDPR):
    assert adapter.Retriever(engine).engine is engine


def test_an_index_built_anew_is_seen_by_new_retrievers(adapter, samples: Path, tmp_path: Path):
    robots = samples / "statutes" / ROBOT_ACT.replace(" ", "")
    sources, index = tmp_path / robots.name, tmp_path / "law-index"
    sources.mkdir()

    def kinds(retriever: Any) -> set[str]:
        return {f.metadata["kind"] for f in adapter.retrieve(retriever, "등록")}

    def retriever_after_adding(name: str) -> Any:
        shutil.copy(robots / name, sources)
        LexDPR.build(sources, index)
        return adapter.Retriever.open(index, k=50)

    old = retriever_after_adding("법률.md")
    assert kinds(old) == {"법률"}
    new = retriever_after_adding("시행규칙.md")
    assert kinds(new) == {"법률", "생활안전부령"}
    assert kinds(old) == {"법률"}  # one that has searched stays with what it opened


@pytest.mark.parametrize(
    "duplicate",
    [lambda r: pickle.loads(pickle.dumps(r)), copy.deepcopy],
    ids=["pickle", "deepcopy"],
)
def test_copies_answer_alike(adapter, index_path: Path, duplicate: Any):
    retriever = adapter.Retriever.open(
        index_path, k=2, filters={"law": ROBOT_ACT}, as_of="2025-12-01"
    )
    expected = adapter.retrieve(retriever, "등록")
    assert adapter.retrieve(duplicate(retriever), "등록") == expected


# -- async ---------------------------------------------------------------------------------------


async def test_async_gives_the_same(adapter, index_path: Path):
    retriever = adapter.Retriever.open(index_path, k=7)
    for query in QUESTIONS:
        assert await adapter.aretrieve(retriever, query) == adapter.retrieve(retriever, query)


async def test_fifty_queries_at_once_leave_the_loop_free(adapter, index_path: Path):
    retriever = adapter.Retriever.open(index_path)  # opened by the queries themselves
    queries = [f"{query} {n}" for n in range(10) for query in QUESTIONS]
    largest: list[float] = []
    for _ in range(4):
        pauses: list[float] = []
        watch = asyncio.create_task(_record_pauses(pauses))
        found = await asyncio.gather(*(adapter.aretrieve(retriever, query) for query in queries))
        watch.cancel()
        largest.append(max(pauses))
    assert found == [adapter.retrieve(retriever, query) for query in queries]
    logging.info("%s: largest pauses %s ms", adapter.name, [round(p * 1000) for p in largest])
    assert max(largest) < 0.5  # the machine may be doing other work
    assert min(largest) < 0.05


async def _record_pauses(pauses: list[float]) -> None:
    last = time.perf_counter()
    while True:
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        pauses.append(now - last)
        last = now


# -- imports -------------------------------------------------------------------------------------

FOREIGN = {
    "llama_index_lexdpr": ("langchain", "langchain_core", "torch", "lexdpr_rag.engine"),
    "langchain_lexdpr": (
        *("llama_index", "langchain", "langchain_classic", "langgraph", "langchain_chroma"),
        *("torch", "transformers", "onnxruntime", "chromadb", "lexdpr_rag.engine"),
    ),
}
INSTALL = {
    "llama_index_lexdpr": ("llama_index", 'pip install "lexdpr-rag[llama-index]"'),
    "langchain_lexdpr": ("langchain_core", 'pip install "lexdpr-rag[langchain]"'),
}


def _python(code: str) -> str:
    code = f"import sys; sys.path[:0] = {sys.path!r}\n{code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_loads_neither_the_other_framework_nor_the_engine(adapter):
    code = (
        f"import {adapter.name}\nprint([m for m in {FOREIGN[adapter.name]!r} if m in sys.modules])"
    )
    assert _python(code).strip() == "[]"


def test_without_the_framework_the_pip_command_is_named(adapter):
    framework, command = INSTALL[adapter.name]
    code = f"""
sys.modules[{framework!r}] = None
try:
    import {adapter.name}
except ImportError as error:
    print(type(error).__name__, error, type(error.__cause__).__name__)
"""
    out = _python(code)
    assert out.startswith("MissingExtraError")
    assert command in out
    assert "ModuleNotFoundError" in out
