"""Exported models: the same as torch, without torch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from typer.testing import CliRunner

from lexdpr_rag.backends import ModelWarning
from lexdpr_rag.cli.app import app
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.export import SAMPLES, export_onnx
from lexdpr_rag.reranker import Reranker
from lexdpr_rag.templates import ModelError

from .conftest import LINES, MANY, save_sentence_transformer
from .reranker_models import HEADS, LENGTH, QUERY, save_adapter, save_base, save_cross_encoder

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pooled by the mean, normalised, with a template of its own."""
    folder = tmp_path_factory.mktemp("encoder")
    prompts = {"query": "query: ", "document": "passage: "}
    return save_sentence_transformer(save_base(folder / "base"), folder / "st", prompts=prompts)


@pytest.fixture(scope="module")
def exported(encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("onnx") / "encoder"
    export_onnx(encoder, out)
    return out


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_cross_encoder(tmp_path_factory.mktemp("ce") / "tiny-ce")


@pytest.fixture(scope="module")
def exported_reranker(cross_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("onnx") / "reranker"
    export_onnx(cross_encoder, out)
    return out


def least_cosine(left: np.ndarray, right: np.ndarray) -> float:
    norms = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return float(((left * right).sum(axis=1) / norms).min())


def scored(model: Reranker, texts: list[str] = MANY) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        return model.score(QUERY, texts)


def encoded(model: BiEncoder, texts: list[str] = MANY) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        return model.encode_passages(texts)


# -- encoders ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("quantize", "bound"), [(None, 0.999), ("int8", 0.99)])
@pytest.mark.parametrize("style", HEADS)
def test_an_encoder_equals_torch(style: str, quantize: str | None, bound: float, tmp_path: Path):
    model = save_sentence_transformer(save_base(tmp_path / "base", style), tmp_path / "st")
    report = export_onnx(model, tmp_path / "onnx", quantize=quantize)
    assert (report.kind, report.quantized) == ("encoder", quantize or "")
    assert report.agreement >= report.bound == bound
    mine = BiEncoder(tmp_path / "onnx")
    expected = encoded(BiEncoder(model))
    rows = encoded(mine)
    assert rows.shape == (len(MANY), 64)
    assert least_cosine(rows, expected) >= bound
    # Vectors of other texts are further away than that, or nearness would say little.
    assert (expected @ expected.T).min() < 0.97
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert type(mine._loaded()).__name__ == "OnnxBackend"


@pytest.mark.parametrize(("pooling", "normalize"), [("cls", True), ("max", False)])
def test_pooling_and_normalisation_are_in_the_graph(pooling: str, normalize: bool, tmp_path: Path):
    base = save_base(tmp_path / "base")
    model = save_sentence_transformer(base, tmp_path / "st", pooling=pooling, normalize=normalize)
    export_onnx(model, tmp_path / "onnx")
    import onnxruntime

    session = onnxruntime.InferenceSession(str(tmp_path / "onnx" / "model.onnx"))
    assert [i.name for i in session.get_inputs()] == ["input_ids", "attention_mask"]
    assert [o.name for o in session.get_outputs()] == ["embedding"]
    ids = np.array([[0, 7, 9, 2]], dtype=np.int64)
    [row] = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
    assert (abs(np.linalg.norm(row) - 1) < 1e-5) == normalize
    np.testing.assert_allclose(
        encoded(BiEncoder(tmp_path / "onnx")), encoded(BiEncoder(model)), atol=1e-4
    )


def test_settings_travel_with_the_model(encoder: Path, exported: Path):
    original, mine = BiEncoder(encoder), BiEncoder(exported)
    assert mine.settings.template.same_words(original.settings.template)
    assert mine.settings.template.query_prefix == "query: "
    assert mine.get_max_seq_length() == original.get_max_seq_length() == LENGTH
    np.testing.assert_allclose(
        mine.encode_queries(LINES[:5]), original.encode_queries(LINES[:5]), atol=1e-5
    )
    held = json.loads((exported / "lexdpr_config.json").read_text(encoding="utf-8"))
    assert held["kind"] == "encoder"
    assert held["exported"] == {"model": str(encoder), "opset": 17, "quantized": None}
    names = {path.name for path in exported.iterdir()}
    assert names == {"model.onnx", "tokenizer.json", "config.json", "lexdpr_config.json"}


@pytest.mark.parametrize("texts", [["가"], ["가", LINES[5] * 9], [LINES[0]] * 33])
def test_any_shape_fits_the_graph(encoder: Path, exported: Path, texts: list[str]):
    np.testing.assert_allclose(
        encoded(BiEncoder(exported), texts), encoded(BiEncoder(encoder), texts), atol=1e-5
    )


def test_an_adapter_is_merged(tmp_path: Path):
    peft = pytest.importorskip("peft", reason="peft is not installed")
    import torch
    from transformers import AutoModel

    base = save_base(tmp_path / "base")
    torch.manual_seed(8)
    config = peft.LoraConfig(r=4, target_modules=["query", "value"], init_lora_weights=False)
    peft.get_peft_model(AutoModel.from_pretrained(base), config).save_pretrained(tmp_path / "lora")
    export_onnx(base, tmp_path / "onnx", peft_adapter_path=tmp_path / "lora")
    mine = BiEncoder(tmp_path / "onnx")
    expected = encoded(BiEncoder(base, peft_adapter_path=tmp_path / "lora"))
    np.testing.assert_allclose(encoded(mine), expected, atol=1e-4)
    assert least_cosine(encoded(mine), encoded(BiEncoder(base))) < 0.999
    assert mine.get_training_config()["lora_r"] == 4


# -- rerankers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantize", "correlation", "difference"), [(None, 0.99999, 1e-4), ("int8", 0.99, 0.03)]
)
@pytest.mark.parametrize("labels", [1, 2])
@pytest.mark.parametrize("style", HEADS)
def test_a_reranker_equals_torch(
    style: str,
    labels: int,
    quantize: str | None,
    correlation: float,
    difference: float,
    tmp_path: Path,
):
    model = save_cross_encoder(tmp_path / "ce", style, labels)
    report = export_onnx(model, tmp_path / "onnx", quantize=quantize)
    assert report.kind == "reranker"
    assert report.agreement >= report.bound
    assert report.difference is not None and report.difference <= difference
    mine = Reranker(tmp_path / "onnx")
    expected, found = scored(Reranker(model)), scored(mine)
    assert np.ptp(expected) > 0.02
    assert np.abs(found - expected).max() <= difference
    assert np.corrcoef(found, expected)[0, 1] >= correlation
    assert type(mine._loaded()).__name__ == "OnnxPairs"
    assert mine.get_max_seq_length() == LENGTH


def test_token_types_reach_the_graph(tmp_path: Path):
    import onnxruntime

    for style, types in (("bert", True), ("roberta", False)):
        export_onnx(save_cross_encoder(tmp_path / style, style), tmp_path / f"{style}-onnx")
        graph = onnxruntime.InferenceSession(str(tmp_path / f"{style}-onnx" / "model.onnx"))
        assert ("token_type_ids" in {i.name for i in graph.get_inputs()}) == types
        assert [o.name for o in graph.get_outputs()] == ["logits"]


def test_a_reranker_from_an_adapter(tmp_path: Path):
    adapter = save_adapter(save_base(tmp_path / "base"), tmp_path / "lora", labels=1)
    report = export_onnx(adapter, tmp_path / "onnx")
    assert report.kind == "reranker"
    expected = scored(Reranker(adapter))
    np.testing.assert_allclose(scored(Reranker(tmp_path / "onnx")), expected, atol=1e-4)


def test_cut_pairs_are_counted_without_torch(exported_reranker: Path):
    model = Reranker(exported_reranker)
    with pytest.warns(ModelWarning):
        model.score(QUERY, ["제1항", LINES[5] * 4])
    assert (model.truncated.count, model.truncated.limit) == (1, LENGTH)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_broken_onnx_reranker(exported_reranker: Path, tmp_path: Path, name: str):
    broken = Path(shutil.copytree(exported_reranker, tmp_path / "broken"))
    (broken / name).write_bytes(b"{")
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        Reranker(broken).score(QUERY, LINES)
    (broken / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        Reranker(broken, backend="onnx").score(QUERY, LINES)


def test_an_encoder_and_a_reranker_are_told_apart(exported: Path, cross_encoder: Path):
    with pytest.raises(ModelError, match="BiEncoder"):
        Reranker(exported).score(QUERY, LINES)
    with pytest.raises(ModelError, match="export-onnx"):
        Reranker("BAAI/bge-reranker-v2-m3", backend="onnx").score(QUERY, LINES)
    with pytest.raises(ModelError, match="load_in_4bit"):
        Reranker(cross_encoder, backend="onnx", load_in_4bit=True).score(QUERY, LINES)


# -- without torch -------------------------------------------------------------------------------

WITHOUT_TORCH = """
import sys, socket
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "transformers", "sentence_transformers", "onnx"):
            raise ModuleNotFoundError(f"{name} is blocked", name=name)
sys.meta_path.insert(0, Blocked())
def closed(*more, **told):
    raise OSError("no network in tests")
socket.socket.connect = closed
import numpy as np
"""


def in_a_process(code: str, out: Path, *arguments: object) -> np.ndarray:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH + code, *map(str, arguments), str(out)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return np.load(out)


def test_an_exported_encoder_runs_without_torch(encoder: Path, exported: Path, tmp_path: Path):
    code = """
from lexdpr_rag.encoder import BiEncoder
np.save(sys.argv[2], BiEncoder(sys.argv[1]).encode_passages(["임대인은 통지를 하여야 한다.", "제1항"]))
assert "torch" not in sys.modules
"""
    found = in_a_process(code, tmp_path / "rows.npy", exported)
    expected = encoded(BiEncoder(encoder), ["임대인은 통지를 하여야 한다.", "제1항"])
    assert least_cosine(found, expected) > 0.999


def test_an_exported_reranker_runs_without_torch(
    cross_encoder: Path, exported_reranker: Path, tmp_path: Path
):
    code = """
from lexdpr_rag.reranker import Reranker
np.save(sys.argv[2], Reranker(sys.argv[1]).score("해고", ["임대인은 통지를 하여야 한다.", "제1항"]))
assert "torch" not in sys.modules
"""
    found = in_a_process(code, tmp_path / "scores.npy", exported_reranker)
    expected = Reranker(cross_encoder).score("해고", ["임대인은 통지를 하여야 한다.", "제1항"])
    np.testing.assert_allclose(found, expected, atol=1e-5)


# -- what can go wrong ---------------------------------------------------------------------------


def test_a_folder_that_is_there(encoder: Path, exported: Path, tmp_path: Path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(ModelError, match="--force"):
        export_onnx(encoder, tmp_path / "full")
    with pytest.raises(ModelError, match="full"):
        export_onnx(encoder, tmp_path / "full", force=True)
    assert (tmp_path / "full" / "notes.txt").read_text() == "mine"
    with pytest.raises(ModelError, match="st"):
        export_onnx(encoder, encoder, force=True)
    shutil.copytree(exported, tmp_path / "old")
    (tmp_path / "old" / "stale").write_text("")
    export_onnx(encoder, tmp_path / "old", force=True)
    assert not (tmp_path / "old" / "stale").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "old"]


def test_a_model_that_came_out_different_is_not_kept(
    encoder: Path, cross_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from lexdpr_rag.backends import torch_graph

    traced = torch_graph._trace

    def spoilt(graph: Any, path: Path, opset: int) -> None:
        import torch

        torch.manual_seed(1)
        with torch.no_grad():
            for weights in graph.module.parameters():
                weights.add_(torch.randn_like(weights) * 0.2)
        traced(graph, path, opset)

    monkeypatch.setattr(torch_graph, "_trace", spoilt)
    for model in (encoder, cross_encoder):
        with pytest.raises(ModelError, match=r"0\.\d+"):
            export_onnx(model, tmp_path / "out")
        result = run("export-onnx", model, "--out", tmp_path / "out", "--quantize", "int8")
        assert result.exit_code == 1
        assert "--quantize" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from lexdpr_rag.backends import torch_graph

    def full(*more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch_graph, "_trace", full)
    with pytest.raises(OSError, match="No space"):
        export_onnx(encoder, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_cleared_away(encoder: Path, exported: Path, tmp_path: Path):
    out = tmp_path / "out"
    shutil.copytree(exported, tmp_path / ".out.old")  # killed between the two renamings
    (tmp_path / ".out.new").mkdir()
    (tmp_path / ".out.new" / "half").touch()
    export_onnx(encoder, out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert BiEncoder(out).fingerprint == BiEncoder(exported).fingerprint


def test_an_old_folder_comes_back_when_the_new_one_fails(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: Path
):
    shutil.copytree(exported, tmp_path / ".out.old")
    monkeypatch.setattr("lexdpr_rag.export.BOUNDS", {"": 1.1})
    with pytest.raises(ModelError, match="cosine"):
        export_onnx(encoder, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert BiEncoder(tmp_path / "out").fingerprint == BiEncoder(exported).fingerprint


def test_two_exports_to_one_folder(encoder: Path, tmp_path: Path):
    with FileLock(tmp_path / ".out.lock"), pytest.raises(ModelError, match="다른 프로세스"):
        export_onnx(encoder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_needs_no_export(static_folder: Path, exported: Path, tmp_path: Path):
    for model in (static_folder, exported):
        with pytest.raises(ModelError, match=model.name):
            export_onnx(model, tmp_path / "out")


@pytest.mark.parametrize(
    ("option", "named"), [({"quantize": "int4"}, "int8"), ({"opset": 9}, "14…20")]
)
def test_options_that_are_not_allowed(
    encoder: Path, tmp_path: Path, option: dict[str, Any], named: str
):
    with pytest.raises(ModelError, match=named):
        export_onnx(encoder, tmp_path / "out", **option)


def test_weights_beside_the_graph_become_one_file(tmp_path: Path):
    """As torch writes them when they are more than a protobuf can hold."""
    import onnx

    from lexdpr_rag.backends import torch_graph

    model = save_sentence_transformer(save_base(tmp_path / "base"), tmp_path / "st")
    export_onnx(model, tmp_path / "out")
    work = tmp_path / "folder" / "work"
    work.mkdir(parents=True)
    loaded = onnx.load(str(tmp_path / "out" / "model.onnx"))
    onnx.save_model(
        loaded,
        str(work / "model.onnx"),
        save_as_external_data=True,
        all_tensors_to_one_file=False,
        size_threshold=0,
    )
    assert len(list(work.iterdir())) > 5
    torch_graph._place(work, tmp_path / "folder")
    shutil.rmtree(work)
    names = sorted(path.name for path in (tmp_path / "folder").iterdir())
    assert names == ["model.onnx", "model.onnx_data"]
    for name in ("tokenizer.json", "lexdpr_config.json", "config.json"):
        shutil.copy(tmp_path / "out" / name, tmp_path / "folder" / name)
    np.testing.assert_allclose(
        encoded(BiEncoder(tmp_path / "folder")), encoded(BiEncoder(model)), atol=1e-5
    )


# -- the command ---------------------------------------------------------------------------------


def run(*words: object) -> Any:
    variables = {"LEXDPR_LANG": "", "COLUMNS": "100"}
    return CliRunner().invoke(app, [str(word) for word in words], env=variables)


def test_the_command(encoder: Path, tmp_path: Path):
    out = tmp_path / "made" / "here"
    result = run("export-onnx", encoder, "--out", out, "--quantize", "int8", "--json")
    assert result.exit_code == 0, result.output
    for words in ("ONNX로 내보냈습니다", "코사인 최솟값 0.99", f"글 {len(SAMPLES)}개", "int8"):
        assert words in result.stderr
    report = json.loads(result.stdout)
    assert report["kind"] == "encoder" and report["agreement"] >= 0.99
    assert report["size_bytes"] == (out / "model.onnx").stat().st_size


def test_the_command_about_a_reranker(cross_encoder: Path, tmp_path: Path):
    result = run("export-onnx", cross_encoder, "--out", tmp_path / "out", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "scores differ by 0.0000" in result.stderr
    quiet = run(
        *("export-onnx", cross_encoder, "--out", tmp_path / "out"),
        *("--type", "reranker", "--force", "--quiet", "--opset", 18),
    )
    assert (quiet.exit_code, quiet.output) == (0, "")


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--type", "decoder"), 2, "encoder, reranker"),
        (("--quantize", "int4"), 2, "int8"),
        (("--opset", "x"), 2, "--opset"),
        (("--opset", "99"), 1, "14…20"),
    ],
)
def test_the_command_used_wrongly(
    encoder: Path, tmp_path: Path, words: tuple[str, ...], status: int, told: str
):
    result = run("export-onnx", encoder, "--out", tmp_path / "out", *words)
    assert result.exit_code == status
    assert told in result.stderr and "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_model_that_is_not_there(tmp_path: Path):
    result = run("export-onnx", "./no-such-model", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "./no-such-model" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_alias_of_a_reranker_is_one(tmp_path: Path):
    """The hub is not reached: the error is that of a model that could not be loaded."""
    with pytest.raises(ModelError, match="bge-reranker-v2-m3-ko") as told:
        export_onnx("bge-reranker-v2-m3-ko", tmp_path / "out")
    assert told.value.key == "model.not_loaded"
    assert list(tmp_path.iterdir()) == []
