"""Finding models, and folders in which something is missing."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.reranker import Reranker
from lexdpr_rag.templates import ModelError

from .conftest import save_plain, write_json
from .reranker_models import save_cross_encoder

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


def test_a_cross_encoder_is_no_encoder(tmp_path: Path):
    folder = save_cross_encoder(tmp_path / "tiny-ce")
    with pytest.raises(ModelError, match="Reranker"):
        BiEncoder(folder).encode_queries(TEXTS)
    (folder / "config_sentence_transformers.json").unlink(missing_ok=True)
    (folder / "modules.json").unlink(missing_ok=True)
    with pytest.raises(ModelError, match="Reranker"):
        BiEncoder(folder).encode_queries(TEXTS)


def test_an_alias_of_the_other_kind():
    with pytest.raises(ModelError, match="Reranker"):
        BiEncoder("bge-reranker-v2-m3")
    with pytest.raises(ModelError, match="BiEncoder"):
        Reranker("e5-small")


def test_weights_that_are_cut_off(tmp_path: Path):
    folder = save_plain(tmp_path / "plain", "bert")
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(ModelError, match="plain"):
        BiEncoder(folder).encode_queries(TEXTS)


@pytest.mark.parametrize(
    ("name", "held"),
    [
        *(("config.json", held) for held in ("[1]", "[]", "3", "{")),
        ("tokenizer_config.json", '"text"'),
        *(("modules.json", held) for held in ("[1]", "3", "{", '{"idx": 0}', "{}", "[]")),
    ],
)
def test_a_file_that_holds_something_else(st_folder: Path, tmp_path: Path, name: str, held: str):
    broken = tmp_path / "broken"
    shutil.copytree(st_folder, broken)
    (broken / name).write_text(held)
    with pytest.raises(ModelError, match=name):
        BiEncoder(broken).encode_queries(TEXTS)


def test_an_adapter_whose_base_is_gone(adapter: Path, tmp_path: Path):
    copy = tmp_path / "lora"
    shutil.copytree(adapter, copy)
    held = json.loads((copy / "adapter_config.json").read_text())
    write_json(copy / "adapter_config.json", held | {"base_model_name_or_path": "/gone/base"})
    with pytest.raises(ModelError, match=r"lora.*/gone/base.*peft_adapter_path"):
        BiEncoder(copy)


@pytest.mark.parametrize(
    ("missing", "remedy"),
    [
        ("sentence_transformers", r"lexdpr-rag\[models\]"),
        ("tokenizers", "pip install tokenizers"),
        ("safetensors", "pip install safetensors"),
    ],
)
def test_a_package_that_is_not_installed(
    static_folder: Path, monkeypatch: pytest.MonkeyPatch, missing: str, remedy: str
):
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setitem(sys.modules, f"{missing}.numpy", None)
    model = "e5-small" if missing == "sentence_transformers" else static_folder
    with pytest.raises(MissingExtraError, match=remedy):
        BiEncoder(model).encode_queries(TEXTS)


def test_onnxruntime_is_not_installed(onnx_folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match="pip install onnxruntime"):
        BiEncoder(onnx_folder).encode_queries(TEXTS)
