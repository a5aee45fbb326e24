"""LexDPREmbedding: the vectors of the encoder, in the ways of LlamaIndex."""

import copy
import json
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.callbacks import CallbackManager, CBEventType, LlamaDebugHandler
from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.events.embedding import EmbeddingEndEvent, EmbeddingStartEvent
from llama_index.core.schema import MetadataMode, TextNode
from llama_index.core.storage.kvstore import SimpleKVStore
from llama_index_lexdpr import LexDPREmbedding
from models.conftest import save_static

from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.templates import ModelError

from .llama_index_parts import BigramEncoder, Recorder

# That a tiny model is used otherwise than it says is what is tested.
pytestmark = pytest.mark.filterwarnings("ignore::lexdpr_rag.backends.ModelWarning")

TEXTS = ["보증금을 반환하여야 한다.", "등록", "이용자는 운영자에게 직접 청구할 수 있다. " * 4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prompts = {"query": "query: ", "document": "passage: "}
    return save_static(tmp_path_factory.mktemp("static") / "tiny", prompts=prompts)


@pytest.fixture
def embedding(folder: Path) -> LexDPREmbedding:
    return LexDPREmbedding(folder)


def test_class_name_and_base():
    assert LexDPREmbedding.class_name() == "LexDPREmbedding"
    assert issubclass(LexDPREmbedding, BaseEmbedding)


def test_vectors_are_those_of_the_encoder(embedding: LexDPREmbedding, folder: Path):
    encoder = BiEncoder(folder)
    expected = encoder.encode_passages(TEXTS)
    np.testing.assert_allclose(embedding.get_text_embedding_batch(TEXTS), expected, atol=1e-6)
    np.testing.assert_allclose(embedding.get_text_embedding(TEXTS[0]), expected[0], atol=1e-6)
    question = encoder.encode_queries(["보증금은?"])[0]
    np.testing.assert_allclose(embedding.get_query_embedding("보증금은?"), question, atol=1e-6)
    assert isinstance(embedding.get_query_embedding("보증금은?")[0], float)


def test_a_question_is_not_a_provision(embedding: LexDPREmbedding):
    assert embedding.get_query_embedding("등록") != embedding.get_text_embedding("등록")


def test_instructions_go_in_front_each_by_itself(folder: Path):
    embedding = LexDPREmbedding(folder, query_instruction="q p ")
    bare = BiEncoder(folder, template="none")
    np.testing.assert_allclose(
        embedding.get_query_embedding("등록"), bare.encode_passages(["q p 등록"])[0], atol=1e-6
    )
    # The other side keeps what the model wants.
    np.testing.assert_allclose(
        embedding.get_text_embedding("등록"), bare.encode_passages(["passage: 등록"])[0], atol=1e-6
    )
    empty = LexDPREmbedding(folder, text_instruction="")
    np.testing.assert_allclose(
        empty.get_text_embedding("등록"), bare.encode_passages(["등록"])[0], atol=1e-6
    )


async def test_async_gives_the_same(embedding: LexDPREmbedding):
    assert await embedding.aget_query_embedding("등록") == embedding.get_query_embedding("등록")
    assert await embedding.aget_text_embedding("등록") == embedding.get_text_embedding("등록")
    assert await embedding.aget_text_embedding_batch(TEXTS) == embedding.get_text_embedding_batch(
        TEXTS
    )


async def test_async_does_not_encode_in_the_thread_of_the_loop():
    threads: set[int] = set()

    class Watched(BigramEncoder):
        def _vector(self, text: str):
            threads.add(threading.get_ident())
            return super()._vector(text)

    embedding = LexDPREmbedding(encoder=Watched())
    await embedding.aget_query_embedding("등록")
    await embedding.aget_text_embedding("등록")
    await embedding.aget_text_embedding_batch(TEXTS)
    assert threads
    assert threading.get_ident() not in threads


def test_batches_are_of_the_size_asked_for():
    sizes: list[int] = []

    class Counting(BigramEncoder):
        def encode_passages(self, texts, batch_size: int = 32):
            sizes.append(len(texts))
            return super().encode_passages(texts, batch_size)

    embedding = LexDPREmbedding(encoder=Counting(), embed_batch_size=4)
    assert len(embedding.get_text_embedding_batch(["등록"] * 10)) == 10
    assert sizes == [4, 4, 2]


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_events(embedding: LexDPREmbedding, asynchronous: bool):
    recorder = Recorder(kinds=(EmbeddingStartEvent, EmbeddingEndEvent), events=[])
    dispatcher = get_dispatcher()
    dispatcher.add_event_handler(recorder)
    try:
        if asynchronous:
            await embedding.aget_query_embedding("등록")
        else:
            embedding.get_query_embedding("등록")
    finally:
        dispatcher.event_handlers.remove(recorder)
    start, end = recorder.events
    assert start.model_dict["model_name"] == embedding.model_name
    assert end.chunks == ["등록"]


def test_callback_manager(folder: Path):
    debug = LlamaDebugHandler(print_trace_on_end=False)
    embedding = LexDPREmbedding(folder, callback_manager=CallbackManager([debug]))
    embedding.get_text_embedding_batch(TEXTS)
    assert len(debug.get_event_pairs(CBEventType.EMBEDDING)) == 1


def test_vectors_made_before_are_looked_up():
    encoder = BigramEncoder()
    embedding = LexDPREmbedding(encoder=encoder, embeddings_cache=SimpleKVStore())
    first = embedding.get_text_embedding("등록")
    assert embedding.get_text_embedding("등록") == first
    assert encoder.passages == ["등록"]


def test_as_a_transformation(embedding: LexDPREmbedding):
    node = TextNode(text="등록", metadata={"context": "법"})
    (embedded,) = embedding([node])
    expected = embedding.get_text_embedding(node.get_content(MetadataMode.EMBED))
    assert embedded.embedding == expected


# -- writing and reading -------------------------------------------------------------------------


def test_to_dict_and_back(folder: Path):
    embedding = LexDPREmbedding(
        folder,
        max_length=12,
        query_instruction="q: ",
        normalize=False,
        truncate_dim=8,
        embed_batch_size=5,
        model_kwargs={"query_max_seq_length": 6},
    )
    data = json.loads(json.dumps(embedding.to_dict()))
    assert data["class_name"] == "LexDPREmbedding"
    assert data["model_name"] == str(folder)
    again = LexDPREmbedding.from_dict(data)
    assert again.to_dict() == embedding.to_dict()
    with pytest.warns(UserWarning, match="normalize"):
        expected = embedding.get_query_embedding(TEXTS[2])
    with pytest.warns(UserWarning, match="normalize"):
        assert again.get_query_embedding(TEXTS[2]) == expected
    assert len(expected) == 8


def test_an_encoder_of_the_package_is_written_by_its_options(folder: Path):
    encoder = BiEncoder(folder, max_seq_length=8, query_max_seq_length=5, template="none")
    embedding = LexDPREmbedding(encoder=encoder)
    assert embedding.encoder is encoder
    again = LexDPREmbedding.from_json(embedding.to_json())
    assert again.encoder.fingerprint == encoder.fingerprint


@pytest.mark.parametrize(
    "duplicate",
    [lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy, copy.copy],
    ids=["pickle", "deepcopy", "copy"],
)
@pytest.mark.parametrize("own", [False, True], ids=["folder", "own encoder"])
def test_copies_embed_alike(folder: Path, duplicate, own: bool):
    embedding = LexDPREmbedding(encoder=BigramEncoder()) if own else LexDPREmbedding(folder)
    expected = embedding.get_text_embedding("등록")  # loaded, with locks and weights
    assert duplicate(embedding).get_text_embedding("등록") == expected


# -- wrong use gives help ------------------------------------------------------------------------


def test_no_model_at_all():
    with pytest.raises(LexDPRError, match="model_name"):
        LexDPREmbedding()


def test_a_missing_folder_is_told_at_once(tmp_path: Path):
    with pytest.raises(ModelError, match="nowhere"):
        LexDPREmbedding(tmp_path / "nowhere" / "model")


def test_a_misspelt_option_is_refused(folder: Path):
    with pytest.raises(ValueError, match="max_lenght"):
        LexDPREmbedding(folder, max_lenght=3)


@pytest.mark.parametrize(
    ("options", "named"),
    [({"max_length": 0}, "0"), ({"backend": "tpu"}, "tpu"), ({"template": "e6"}, "e6")],
)
def test_wrong_options_are_refused_at_once(folder: Path, options, named: str):
    with pytest.raises(ModelError, match=named):
        LexDPREmbedding(folder, **options)


def test_an_encoder_stands_alone(folder: Path):
    with pytest.raises(ModelError, match="query_instruction"):
        LexDPREmbedding(encoder=BigramEncoder(), query_instruction="q: ")


def test_constructing_loads_no_model():
    code = f"""
import sys; sys.path[:0] = {sys.path!r}
from llama_index_lexdpr import LexDPREmbedding, LexDPRRerank
LexDPREmbedding("bge-m3"); LexDPRRerank("bge-reranker-v2-m3")
LexDPREmbedding("bge-m3", query_instruction="q: ")
print([m for m in ("torch", "transformers", "sentence_transformers", "onnxruntime", "langchain_core")
       if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
