"""LexDPREmbeddings: LangChain's own suites, and the vectors of the encoder."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_lexdpr import LexDPREmbeddings
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests
from models.conftest import save_static

from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.templates import ModelError

from .llama_index_parts import BigramEncoder

pytestmark = pytest.mark.filterwarnings("ignore::lexdpr_rag.backends.ModelWarning")

TEXTS = ["보증금을 반환하여야 한다.", "등록", "이용자는 운영자에게 직접 청구할 수 있다. " * 4]


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prompts = {"query": "query: ", "document": "passage: "}
    return save_static(tmp_path_factory.mktemp("static") / "tiny", prompts=prompts, normalize=False)


class _Suite:
    @pytest.fixture(autouse=True)
    def _folder(self, tiny_folder: Path) -> None:
        self.folder = tiny_folder

    @property
    def embeddings_class(self) -> type[LexDPREmbeddings]:
        return LexDPREmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"model_name": self.folder}


class TestUnit(_Suite, EmbeddingsUnitTests):
    """As published by LangChain."""


class TestIntegration(_Suite, EmbeddingsIntegrationTests):
    """As published by LangChain, sync and async."""


@pytest.fixture
def embeddings(tiny_folder: Path) -> LexDPREmbeddings:
    return LexDPREmbeddings(tiny_folder)


def test_vectors_are_those_of_the_encoder(embeddings: LexDPREmbeddings, tiny_folder: Path):
    encoder = BiEncoder(tiny_folder)
    rows = embeddings.embed_documents(TEXTS)
    np.testing.assert_allclose(rows, encoder.encode_passages(TEXTS), atol=1e-6)
    row = embeddings.embed_query("보증금은?")
    np.testing.assert_allclose(row, encoder.encode_queries(["보증금은?"])[0], atol=1e-6)
    assert type(row[0]) is float
    assert embeddings.embed_documents([]) == []


async def test_async_gives_the_same(embeddings: LexDPREmbeddings):
    assert await embeddings.aembed_documents(TEXTS) == embeddings.embed_documents(TEXTS)
    assert await embeddings.aembed_query("등록") == embeddings.embed_query("등록")


# -- arguments as users of HuggingFaceEmbeddings know them -----------------------------------------


def test_a_question_is_not_a_provision(embeddings: LexDPREmbeddings):
    assert embeddings.embed_query("등록") != embeddings.embed_documents(["등록"])[0]


def test_encode_kwargs(tiny_folder: Path):
    plain = LexDPREmbeddings(tiny_folder)
    unit = LexDPREmbeddings(
        tiny_folder, encode_kwargs={"normalize_embeddings": True, "batch_size": 1}
    )
    assert np.linalg.norm(plain.embed_query("등록")) != pytest.approx(1)
    for row in (unit.embed_query("등록"), *unit.embed_documents(TEXTS)):
        assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)
    mixed = LexDPREmbeddings(
        tiny_folder, encode_kwargs={"normalize_embeddings": True}, query_encode_kwargs={}
    )
    assert mixed.embed_query("등록") == plain.embed_query("등록")


def test_prompts_are_written_before_each_side(tiny_folder: Path):
    bare = BiEncoder(tiny_folder, template="none")
    embeddings = LexDPREmbeddings(
        tiny_folder, encode_kwargs={"prompt": "조문: "}, query_encode_kwargs={"prompt": "질문: "}
    )
    expected = bare.encode_passages(["조문: 등록", "질문: 등록"])
    np.testing.assert_allclose(embeddings.embed_documents(["등록"])[0], expected[0], atol=1e-6)
    np.testing.assert_allclose(embeddings.embed_query("등록"), expected[1], atol=1e-6)
    # A prompt for provisions says nothing of questions: these keep what the model wants.
    one = LexDPREmbeddings(tiny_folder, encode_kwargs={"prompt": "조문: "})
    assert one.embed_query("등록") == LexDPREmbeddings(tiny_folder).embed_query("등록")


def test_model_kwargs_are_those_of_the_encoder(tiny_folder: Path):
    embeddings = LexDPREmbeddings(
        tiny_folder, model_kwargs={"truncate_dim": 8, "device": "cpu", "normalize": True}
    )
    assert len(embeddings.embed_query("등록")) == 8
    assert np.linalg.norm(embeddings.embed_query("등록")) == pytest.approx(1, abs=1e-5)


def test_show_progress(tiny_folder: Path, capfd: pytest.CaptureFixture[str]):
    LexDPREmbeddings(tiny_folder).embed_documents(TEXTS)
    assert capfd.readouterr().err == ""
    embeddings = LexDPREmbeddings(tiny_folder, show_progress=True)
    embeddings.embed_documents(TEXTS)
    assert capfd.readouterr().err
    embeddings.embed_query("등록")
    assert capfd.readouterr().err == ""


def test_an_encoder_of_ones_own():
    encoder = BigramEncoder()
    embeddings = LexDPREmbeddings(encoder=encoder, encode_kwargs={"batch_size": 4})
    assert embeddings.embed_documents(TEXTS) == encoder.encode_passages(TEXTS).tolist()
    assert embeddings.model_name == "bigrams"
    assert embeddings.encoder is encoder


# -- wrong use gives help --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"model_kwargs": {"divice": "cpu"}}, ("divice", "model_kwargs", "device", "truncate_dim")),
        ({"encode_kwargs": {"batchsize": 4}}, ("batchsize", "encode_kwargs", "batch_size")),
        ({"query_encode_kwargs": {"k": 4}}, ("query_encode_kwargs", "normalize_embeddings")),
        ({"model_kwargs": {"truncate_dim": 0}}, ("truncate_dim", "0")),
        ({"model_kwargs": {"template": "nope"}}, ("nope",)),
    ],
)
def test_wrong_arguments_name_the_legal_ones(tiny_folder: Path, wrong: dict, named: tuple):
    with pytest.raises(ModelError) as caught:
        LexDPREmbeddings(tiny_folder, **wrong)
    assert all(word in str(caught.value) for word in named)


def test_no_model_and_two_models(tiny_folder: Path):
    with pytest.raises(LexDPRError, match="model_name"):
        LexDPREmbeddings()
    for more in ({"model_name": tiny_folder}, {"model_kwargs": {"device": "cpu"}}):
        with pytest.raises(ModelError, match=next(iter(more))):
            LexDPREmbeddings(encoder=BigramEncoder(), **more)


def test_a_model_that_is_not_there_is_told_at_once(tmp_path: Path):
    with pytest.raises(ModelError, match="nowhere"):
        LexDPREmbeddings(tmp_path / "nowhere")


# -- loading and copying ---------------------------------------------------------------------------


def test_constructing_loads_no_model(tiny_folder: Path):
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
from langchain_lexdpr import LexDPREmbeddings
made = LexDPREmbeddings({str(tiny_folder)!r}, encode_kwargs={{"prompt": "조문: "}})
print([m for m in ("torch", "transformers", "onnxruntime", "tokenizers") if m in sys.modules])
made.embed_query("등록")
print("tokenizers" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True"]


@pytest.mark.parametrize(
    "duplicate",
    [lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy, copy.copy],
    ids=["pickle", "deepcopy", "copy"],
)
def test_copies_embed_alike(tiny_folder: Path, duplicate: Any):
    embeddings = LexDPREmbeddings(
        tiny_folder, model_kwargs={"truncate_dim": 8}, encode_kwargs={"prompt": "조문: "}
    )
    expected = embeddings.embed_documents(TEXTS)
    assert duplicate(embeddings).embed_documents(TEXTS) == expected
    own = LexDPREmbeddings(encoder=BigramEncoder())
    assert duplicate(own).embed_query("등록") == own.embed_query("등록")


# -- in LangChain ----------------------------------------------------------------------------------


def test_in_a_vector_store():
    store = InMemoryVectorStore(LexDPREmbeddings(encoder=BigramEncoder()))
    store.add_documents([Document(text, id=str(at)) for at, text in enumerate(TEXTS)])
    assert store.similarity_search("직접 청구", k=1)[0].id == "2"
