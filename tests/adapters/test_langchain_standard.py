"""LangChain's own suite for retrievers, and what LangChain alone can do with ours."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import ConfigurableField, RunnablePassthrough
from langchain_core.tools import create_retriever_tool
from langchain_lexdpr import LexDPRRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from lexdpr_rag.errors import FilterError

QUESTION = "보증금을 돌려받지 못하면 어떻게 하나요?"
ROBOT_ACT = "반려로봇 등록 및 안전관리에 관한 법률"


class TestStandardSuite(RetrieversIntegrationTests):
    """As published by LangChain: ``k`` at construction and at ``invoke``, sync and async."""

    @pytest.fixture(autouse=True)
    def _index(self, index_path: Path) -> None:
        self.index_path = index_path

    @property
    def retriever_constructor(self) -> type[LexDPRRetriever]:
        return LexDPRRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"path": self.index_path}

    @property
    def retriever_query_example(self) -> str:
        return QUESTION

    async def test_ainvoke_with_k_kwarg(self, retriever: LexDPRRetriever) -> None:
        assert len(await retriever.ainvoke(QUESTION, None, k=3)) == 3


@pytest.fixture
def retriever(index_path: Path) -> LexDPRRetriever:
    return LexDPRRetriever.open(index_path, k=5)


def laws(documents: list[Document]) -> set[str]:
    return {document.metadata["law"] for document in documents}


# -- options for one query -----------------------------------------------------------------------


def test_invoke_takes_every_option(retriever: LexDPRRetriever):
    found = retriever.invoke(
        "등록", k=3, level="article", mode="lexical", filters={"law": ROBOT_ACT}
    )
    assert laws(found) == {ROBOT_ACT}
    assert [d.metadata["level"] for d in found] == ["article"] * 3


async def test_ainvoke_takes_every_option(retriever: LexDPRRetriever):
    options = {"k": 3, "level": "article", "filters": {"law": ROBOT_ACT}, "as_of": "2025-12-01"}
    assert await retriever.ainvoke("등록", **options) == retriever.invoke("등록", **options)


def test_filters_for_one_query_replace_the_others_but_keep_the_day(index_path: Path):
    retriever = LexDPRRetriever.open(
        index_path, k=30, filters={"kind": "대통령령"}, as_of="2025-08-01"
    )
    found = retriever.invoke("등록 보증금", filters={"kind": "법률"})
    assert laws(found) == {ROBOT_ACT}  # the other act comes into force on 2025-10-23
    everything = retriever.invoke("등록 보증금", filters={}, as_of="2025-12-01")
    assert len({d.metadata["law_id"] for d in everything}) > 2


@pytest.mark.parametrize("wrong", [{"k": 0}, {"filters": {"title": "민법"}}, {"top_k": 3}])
def test_wrong_options_for_one_query(retriever: LexDPRRetriever, wrong: dict[str, Any]):
    with pytest.raises(FilterError):
        retriever.invoke(QUESTION, **wrong)


def test_langchain_core_alone_is_enough(index_path: Path):
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
for name in ("langchain", "langchain_classic", "langchain_community", "langchain_text_splitters"):
    sys.modules[name] = None
from langchain_lexdpr import *
import lexdpr_rag
from pathlib import Path
samples = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"
pieces = StatuteSplitter("article").split_documents(StatuteLoader(samples).load())
found = LexDPRRetriever.open({str(index_path)!r}, level="article").invoke("보증금")
print({{d.id for d in found}} <= {{d.id for d in pieces}}, len(found))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "True 5\n", done.stderr


# -- in LangChain's constructions ----------------------------------------------------------------


def format_docs(documents: list[Document]) -> str:
    return "\n\n".join(document.page_content for document in documents)


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_lcel_chain_reads_the_citations(retriever: LexDPRRetriever, asynchronous: bool):
    seen: list[str] = []
    prompt = ChatPromptTemplate.from_template("조문:\n{context}\n\n질문: {question}")
    chain = (
        {"context": retriever | format_docs, "question": RunnablePassthrough()}
        | prompt
        | (lambda value: (seen.append(value.to_string()), value)[1])
        | FakeListChatModel(responses=["제18조를 보세요."])
        | StrOutputParser()
    )
    answer = await chain.ainvoke(QUESTION) if asynchronous else chain.invoke(QUESTION)
    assert answer == "제18조를 보세요."
    for document in retriever.invoke(QUESTION):
        assert f"[{document.metadata['citation']}]" in seen[0]


def test_batch(retriever: LexDPRRetriever):
    questions = [QUESTION, "반려로봇 등록"]
    assert retriever.batch(questions) == [retriever.invoke(q) for q in questions]


def test_configurable_fields(retriever: LexDPRRetriever):
    configurable = retriever.configurable_fields(
        k=ConfigurableField(id="k"), filters=ConfigurableField(id="filters")
    )
    asked = {"k": 2, "filters": {"law": ROBOT_ACT}}
    found = configurable.invoke("등록", config={"configurable": asked})
    assert laws(found) == {ROBOT_ACT}
    assert len(found) == 2


def test_as_a_tool(retriever: LexDPRRetriever):
    tool = create_retriever_tool(retriever, "search_statutes", "Finds provisions of statutes.")
    assert tool.invoke({"query": QUESTION}) == format_docs(retriever.invoke(QUESTION))


def test_dumped_as_json_and_made_again(index_path: Path):
    retriever = LexDPRRetriever.open(
        index_path, k=2, filters={"law": ROBOT_ACT}, as_of="2025-12-01"
    )
    again = LexDPRRetriever(**retriever.model_dump(mode="json", exclude_none=True))
    assert again.invoke("등록") == retriever.invoke("등록")
    assert LexDPRRetriever.model_validate(retriever.model_dump()).invoke(
        "등록"
    ) == retriever.invoke("등록")


def test_ensemble_finds_the_same_provision_by_its_id(index_path: Path):
    classic = pytest.importorskip("langchain_classic.retrievers")
    retrievers = [LexDPRRetriever.open(index_path, k=k) for k in (5, 10)]
    ensemble = classic.EnsembleRetriever(
        retrievers=retrievers, weights=[0.5, 0.5], id_key="unit_id"
    )
    ids = [document.id for document in ensemble.invoke(QUESTION)]
    assert len(ids) == len(set(ids)) == 10


def test_callbacks_see_start_and_end(retriever: LexDPRRetriever):
    class Seen(BaseCallbackHandler):
        def __init__(self) -> None:
            self.events: list[Any] = []

        def on_retriever_start(self, serialized, query, **kwargs):
            self.events.append(query)

        def on_retriever_end(self, documents, **kwargs):
            self.events.append(len(documents))

    seen = Seen()
    retriever.invoke(QUESTION, config={"callbacks": [seen]})
    assert seen.events == [QUESTION, 5]
