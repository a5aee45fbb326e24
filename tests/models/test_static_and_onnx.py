"""Models without torch: static embeddings by numpy, exported graphs by onnxruntime."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from lexdpr_rag.encoder import BiEncoder, Encoder, ModelWarning
from lexdpr_rag.templates import ModelError

from .conftest import LINES, MANY, save_static, write_json

ROOT = Path(__file__).resolve().parents[2]


def means(folder: Path, texts: list[str]) -> np.ndarray:
    """The mean of the vectors of a text's tokens, text by text."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    rows = load_file(folder / "model.safetensors")["embedding.weight"]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    return np.array([rows[i].mean(axis=0) if i else np.zeros(rows.shape[1]) for i in ids])


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def test_static_vectors_are_means_of_tokens(static_folder: Path):
    encoder = BiEncoder(static_folder)
    assert isinstance(encoder, Encoder)
    assert encoder.get_embedding_dimension() == 24
    assert encoder.get_max_seq_length() is None
    texts = [*MANY, "", "   "]
    rows = encoder.encode_passages(texts)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, unit(means(static_folder, texts)), atol=1e-6)
    assert not rows[-1].any()


def test_static_vectors_equal_those_of_sentence_transformers(static_folder: Path, tmp_path: Path):
    st = pytest.importorskip(
        "sentence_transformers", reason="sentence-transformers is not installed"
    )
    raw = save_static(tmp_path / "raw", normalize=False)
    for folder in (static_folder, raw):
        expected = st.SentenceTransformer(str(folder), device="cpu").encode(MANY)
        np.testing.assert_allclose(BiEncoder(folder).encode_passages(MANY), expected, atol=1e-5)


def test_static_of_sentence_transformers_own_saving(tmp_path: Path):
    st = pytest.importorskip(
        "sentence_transformers", reason="sentence-transformers is not installed"
    )
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    from .conftest import make_tokenizer

    static = StaticEmbedding(make_tokenizer(), embedding_dim=20)
    model = st.SentenceTransformer(modules=[static, Normalize()], device="cpu")
    model.save(str(tmp_path / "saved"))
    encoder = BiEncoder(tmp_path / "saved")
    np.testing.assert_allclose(encoder.encode_queries(MANY), model.encode(MANY), atol=1e-5)
    assert type(encoder._loaded()).__name__ == "StaticBackend"


def test_a_text_is_the_mean_of_its_tokens_however_often_they_come(static_folder: Path):
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    rows = load_file(static_folder / "model.safetensors")["embedding.weight"]
    tokenizer = Tokenizer.from_file(str(static_folder / "tokenizer.json"))
    texts = [f"{line} " * times for times in (1, 2, 9) for line in LINES]
    expected = np.stack(
        [rows[tokenizer.encode(text, add_special_tokens=False).ids].mean(axis=0) for text in texts]
    )
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(BiEncoder(static_folder).encode_passages(texts), expected, atol=1e-6)


def test_model2vec_weights(static_folder: Path, tmp_path: Path):
    from safetensors.numpy import load_file, save_file

    folder = tmp_path / "m2v"
    folder.mkdir()
    rows = load_file(static_folder / "model.safetensors")["embedding.weight"]
    mapping = np.arange(len(rows)) // 2
    weights = np.linspace(0.1, 1, len(rows)).astype(np.float32)
    held = {"embeddings": rows[: mapping.max() + 1], "mapping": mapping, "weights": weights}
    save_file(held, folder / "model.safetensors")
    shutil.copy(static_folder / "tokenizer.json", folder)
    folded = tmp_path / "folded"
    folded.mkdir()
    save_file(
        {"embedding.weight": rows[mapping] * weights[:, None]},
        folder / "../folded/model.safetensors",
    )
    shutil.copy(static_folder / "tokenizer.json", folded)
    np.testing.assert_allclose(
        BiEncoder(folder).encode_passages(LINES),
        BiEncoder(folded).encode_passages(LINES),
        atol=1e-6,
    )


def test_onnx_vectors_do_not_depend_on_their_neighbours(onnx_folder: Path):
    encoder = BiEncoder(onnx_folder)
    assert encoder.get_embedding_dimension() == 16
    assert encoder.settings.template.name == "e5"
    assert encoder.get_max_seq_length() == 48
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        rows = encoder.encode_passages(MANY)
        alone = np.concatenate([encoder.encode_passages([text]) for text in MANY])
        small = encoder.encode_passages(MANY, batch_size=1)
    np.testing.assert_allclose(rows, alone, atol=1e-6)
    np.testing.assert_allclose(rows, small, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert np.abs(rows - encoder.encode_queries(MANY)).max() > 1e-3  # query: is not passage:


def test_a_graph_that_normalises_cannot_do_otherwise(onnx_folder: Path):
    with pytest.warns(ModelWarning, match="normalize"):
        encoder = BiEncoder(onnx_folder, normalize=False)
        with pytest.raises(ModelError, match="ONNX"):
            encoder.encode_queries(LINES)


def test_another_file_of_the_folder(onnx_folder: Path, tmp_path: Path):
    folder = tmp_path / "int8"
    shutil.copytree(onnx_folder, folder)
    (folder / "model.onnx").rename(folder / "model_int8.onnx")
    held = json.loads((folder / "lexdpr_config.json").read_text(encoding="utf-8"))
    write_json(folder / "lexdpr_config.json", {**held, "onnx_file": "model_int8.onnx"})
    np.testing.assert_array_equal(
        BiEncoder(folder).encode_queries(LINES), BiEncoder(onnx_folder).encode_queries(LINES)
    )


NO_TORCH = """
import json, sys
import lexdpr_rag.encoder
loaded = sorted({name.partition(".")[0] for name in sys.modules})
rows = lexdpr_rag.encoder.BiEncoder(sys.argv[1]).encode_queries(["보증금", "해고"])
after = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps({"imported": loaded, "used": after, "shape": list(rows.shape)}))
"""


@pytest.mark.parametrize("kind", ["static_folder", "onnx_folder"])
def test_torch_is_never_imported(kind: str, request: pytest.FixtureRequest):
    folder = request.getfixturevalue(kind)
    done = subprocess.run(
        [sys.executable, "-c", NO_TORCH, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )
    told = json.loads(done.stdout)
    heavy = {"torch", "transformers", "sentence_transformers", "huggingface_hub", "peft"}
    assert not heavy & set(told["used"])
    assert not {"onnxruntime", "tokenizers", "safetensors"} & set(told["imported"])
    assert told["shape"][0] == 2


# -- settings, on the cheapest of models ---------------------------------------------------------


def test_prompts_that_were_saved_are_applied(tmp_path: Path):
    folder = save_static(tmp_path / "m", prompts={"query": "질문: ", "document": "조문: "})
    encoder = BiEncoder(folder)
    bare = BiEncoder(save_static(tmp_path / "bare"))
    np.testing.assert_allclose(
        encoder.encode_queries(LINES),
        bare.encode_queries([f"질문: {line}" for line in LINES]),
        atol=1e-6,
    )
    np.testing.assert_allclose(
        encoder.encode_passages(LINES),
        bare.encode_passages([f"조문: {line}" for line in LINES]),
        atol=1e-6,
    )


def test_a_contradiction_warns_and_names_both(tmp_path: Path):
    folder = save_static(tmp_path / "m", prompts={"query": "질문: ", "document": ""})
    with pytest.warns(ModelWarning) as told:
        encoder = BiEncoder(folder, template="e5", normalize=False)
        encoder.encode_queries(LINES)
    said = [str(warning.message) for warning in told]
    assert len(said) == 2
    assert any("e5" in line and "질문: " in line for line in said)
    assert any("False" in line and "True" in line for line in said)
    assert encoder.settings.template.query_prefix == "query: "


def test_what_agrees_does_not_warn(tmp_path: Path):
    folder = save_static(tmp_path / "m", prompts={"query": "query: ", "document": "passage: "})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        BiEncoder(folder, template="e5", normalize=True).encode_queries(LINES)


def test_saved_settings_come_back(tmp_path: Path):
    folder = save_static(tmp_path / "m", normalize=False)
    template = {"query_format": "<{text}>", "passage_prefix": "p: "}
    first = BiEncoder(
        folder, template=template, normalize=False, query_max_seq_length=5, truncate_dim=8
    )
    first.save_config(folder)
    again = BiEncoder(folder)
    assert again.settings == first.settings
    assert again.fingerprint == first.fingerprint
    assert again.get_max_seq_length("query") == 5
    assert again.get_max_seq_length("passage") is None
    with pytest.warns(ModelWarning, match="5"):
        np.testing.assert_array_equal(again.encode_queries(LINES), first.encode_queries(LINES))


def test_truncate_dim_normalises_anew(static_folder: Path):
    whole = BiEncoder(static_folder).encode_passages(LINES)
    short = BiEncoder(static_folder, truncate_dim=10)
    assert short.get_embedding_dimension() == 10
    np.testing.assert_allclose(short.encode_passages(LINES), unit(whole[:, :10]), atol=1e-6)
    with pytest.raises(ModelError, match="24"):
        BiEncoder(static_folder, truncate_dim=25).encode_passages(LINES)


def test_normalisation_of_one_call(static_folder: Path):
    encoder = BiEncoder(static_folder)
    raw = encoder.encode_passages(LINES, normalize=False)
    np.testing.assert_allclose(unit(raw), encoder.encode_passages(LINES), atol=1e-6)
    assert np.abs(np.linalg.norm(raw, axis=1) - 1).max() > 0.01


def test_texts_that_are_cut_are_counted(static_folder: Path):
    encoder = BiEncoder(static_folder, max_seq_length=10, query_max_seq_length=1000)
    with pytest.warns(ModelWarning, match="10") as told:
        rows = encoder.encode_passages(LINES)
    assert len(told) == 1
    cut = encoder.truncated
    assert (cut.total, cut.limit) == (len(LINES), 10)
    assert 0 < cut.count < len(LINES)
    assert str(cut.count) in str(told[0].message) and str(cut.longest) in str(told[0].message)
    assert not np.allclose(rows[0], BiEncoder(static_folder).encode_passages(LINES)[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encoder.encode_queries(LINES)
    assert encoder.truncated.count == 0


def test_a_stream_gives_chunks_and_one_warning(static_folder: Path):
    encoder = BiEncoder(static_folder, passage_max_seq_length=10)
    taken: list[str] = []

    def texts():
        for text in MANY:
            taken.append(text)
            yield text

    stream = encoder.encode_stream(texts(), "passage", chunk=20)
    first = next(stream)
    assert (len(first), len(taken)) == (20, 20)  # no more is read than is needed
    with pytest.warns(ModelWarning) as told:
        rest = list(stream)
    assert len(told) == 1
    assert encoder.truncated.total == len(MANY)
    with pytest.warns(ModelWarning):
        whole = encoder.encode_passages(MANY)
    np.testing.assert_allclose(np.concatenate([first, *rest]), whole, atol=1e-6)


def test_fingerprints(static_folder: Path, tmp_path: Path):
    moved = tmp_path / "moved"
    shutil.copytree(static_folder, moved)
    same = BiEncoder(static_folder).fingerprint
    assert BiEncoder(moved).fingerprint == same  # the place does not matter
    for name in ("README.md", "figures.txt", "training.json", "eval_results.json"):
        (moved / name).write_text("x", encoding="utf-8")
    assert BiEncoder(moved).fingerprint == same
    with pytest.warns(ModelWarning):
        others = [
            BiEncoder(moved, template="e5"),
            BiEncoder(moved, normalize=False),
            BiEncoder(moved, max_seq_length=9),
            BiEncoder(moved, truncate_dim=9),
        ]
        found = {other.fingerprint for other in others}
    assert len(found | {same}) == 5
    with (moved / "model.safetensors").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x01")
    assert BiEncoder(moved).fingerprint != same


@pytest.mark.parametrize(
    ("texts", "named"), [("한 글", r"\[ \]"), (["a", None], "NoneType"), (["a", 3], "int")]
)
def test_what_is_no_text(static_folder: Path, texts: object, named: str):
    with pytest.raises(ModelError, match=named):
        BiEncoder(static_folder).encode_queries(texts)  # type: ignore[arg-type]


def test_no_texts(static_folder: Path):
    assert BiEncoder(static_folder).encode_queries([]).shape == (0, 24)


@pytest.mark.parametrize(
    "option",
    [
        {"max_seq_length": 0},
        {"truncate_dim": -1},
        {"backend": "jax"},
        {"query_max_seq_length": 1.5},
    ],
)
def test_options_that_are_not_allowed(static_folder: Path, option: dict[str, object]):
    with pytest.raises(ModelError, match=next(iter(option))):
        BiEncoder(static_folder, **option)  # type: ignore[arg-type]


def test_several_threads_share_one(static_folder: Path):
    from concurrent.futures import ThreadPoolExecutor

    encoder = BiEncoder(static_folder)
    expected = BiEncoder(static_folder).encode_queries(MANY)
    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(lambda _: encoder.encode_queries(MANY), range(8)):
            np.testing.assert_array_equal(rows, expected)
