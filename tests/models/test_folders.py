"""Finding models, and folders in which something is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.templates import ModelError

from .conftest import save_plain, write_json

TEXTS = ["보증금"]


def test_the_constructor_reads_nothing_of_a_hub_model():
    encoder = BiEncoder("bge-m3")
    assert encoder.name == "bge-m3"
    assert repr(encoder) == "BiEncoder('bge-m3')"


def test_an_alias_brings_its_settings_without_the_hub():
    e5 = BiEncoder("e5-small").settings
    assert (e5.template.name, e5.normalize, e5.max_seq_length) == ("e5", True, 512)
    assert BiEncoder("intfloat/multilingual-e5-small").settings == e5
    assert BiEncoder("e5-small", max_seq_length=128).settings.passage_max_seq_length == 128


@pytest.mark.parametrize(
    ("model", "named"),
    [
        ("bge-m3ko", "bge-m3-ko"),  # a near alias
        ("./absent", "absent"),
        ("/no/such/folder", "/no/such/folder"),
        ("a/b/c", "a/b/c"),
        (Path("absent"), "absent"),
        ("~/absent-model", "absent-model"),
    ],
)
def test_models_that_are_not_there(model: str | Path, named: str):
    with pytest.raises(ModelError, match=named):
        BiEncoder(model)


def test_a_file_is_no_model(tmp_path: Path):
    (tmp_path / "model.onnx").touch()
    with pytest.raises(ModelError, match="파일"):
        BiEncoder(tmp_path / "model.onnx")


def copy_without(folder: Path, target: Path, name: str) -> Path:
    shutil.copytree(folder, target)
    (target / name).unlink()
    return target


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
def test_a_broken_static_folder(static_folder: Path, tmp_path: Path, name: str):
    broken = copy_without(static_folder, tmp_path / "broken", name)
    with pytest.raises(ModelError, match=name):
        BiEncoder(broken).encode_queries(TEXTS)


def test_a_broken_onnx_folder(onnx_folder: Path, tmp_path: Path):
    broken = copy_without(onnx_folder, tmp_path / "broken", "tokenizer.json")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        BiEncoder(broken).encode_queries(TEXTS)
    broken = copy_without(onnx_folder, tmp_path / "graphless", "model.onnx")
    with pytest.raises(ModelError, match=r"model\.onnx"):
        BiEncoder(broken, backend="onnx").encode_queries(TEXTS)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "modules.json"])
def test_a_file_that_is_damaged(static_folder: Path, tmp_path: Path, name: str):
    broken = tmp_path / "broken"
    shutil.copytree(static_folder, broken)
    (broken / name).write_bytes(b"{not json")
    with pytest.raises(ModelError, match=name):
        BiEncoder(broken).encode_queries(TEXTS)


def test_a_damaged_graph(onnx_folder: Path, tmp_path: Path):
    broken = tmp_path / "broken"
    shutil.copytree(onnx_folder, broken)
    (broken / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelError, match=r"model\.onnx"):
        BiEncoder(broken).encode_queries(TEXTS)


@pytest.mark.parametrize(
    ("held", "named"),
    [
        ({"max_seq_length": "long"}, "max_seq_length"),
        ({"normalize": "yes"}, "normalize"),
        ({"template": {"name": "mine"}}, "query_prefix"),
        ({"template": "e6"}, "e6"),
        (["e5"], "lexdpr_config.json"),
    ],
)
def test_a_configuration_with_wrong_values(
    static_folder: Path, tmp_path: Path, held: object, named: str
):
    broken = tmp_path / "broken"
    shutil.copytree(static_folder, broken)
    write_json(broken / "lexdpr_config.json", held)
    with pytest.raises(ModelError, match=named):
        BiEncoder(broken).encode_queries(TEXTS)


def test_an_empty_folder(tmp_path: Path):
    with pytest.raises(ModelError, match=r"config\.json"):
        BiEncoder(tmp_path).encode_queries(TEXTS)


def test_backends_that_do_not_fit(static_folder: Path, onnx_folder: Path):
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        BiEncoder(onnx_folder, backend="static").encode_queries(TEXTS)
    with pytest.raises(ModelError, match=r"model\.onnx"):
        BiEncoder(static_folder, backend="onnx").encode_queries(TEXTS)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_broken_transformer(tmp_path: Path, name: str):
    folder = save_plain(tmp_path / "plain", "bert")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        BiEncoder(folder).encode_queries(TEXTS)


def test_a_broken_pooling(st_folder: Path, tmp_path: Path):
    broken = copy_without(st_folder, tmp_path / "broken", "1_Pooling/config.json")
    with pytest.raises(ModelError, match="1_Pooling"):
        BiEncoder(broken).encode_queries(TEXTS)


def test_a_hub_model_that_cannot_be_reached():
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    with pytest.raises(ModelError, match="owner/no-such-model"):
        BiEncoder("owner/no-such-model").encode_queries(TEXTS)
