"""Every recipe of the package, from beginning to end on the sample statutes with a tiny model."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lexdpr_finetune.content import content_of
from lexdpr_finetune.export import export_model, to_onnx
from lexdpr_finetune.recipe import Recipe, bundled_recipes, load_recipe
from lexdpr_finetune.run import RunEvent, run_recipe
from lexdpr_finetune.stages import export
from models.conftest import save_plain, save_sentence_transformer

from lexdpr_rag import LexDPR
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.reranker import Reranker

FEW = {
    "train.run.max_steps": 3,
    "train.run.checkpoint_every": 0,
    "train.run.log_every": 1,
    "train.run.device": "cpu",
    "train.run.batch_size": 4,
}
SHORT = {"train.max_seq_length": 64}
# What a tiny model and a CPU need, and nothing else; every other setting is the recipe's own.
CHANGES: dict[str, dict[str, Any]] = {
    "cpu-static": {"train.steps": 10, "train.batch_size": 64},
    "scratch-small": {
        **FEW,
        "pretrain.run.max_steps": 3,
        "pretrain.run.device": "cpu",
        "pretrain.small.hidden": 32,
        "pretrain.small.layers": 1,
        "pretrain.small.intermediate": 48,
    },
    "solar-bge-m3": {
        **FEW,
        "synthesize": {"writer": "grammar"},  # a chat model is another test's matter
        "train.query_max_seq_length": 64,
        "train.passage_max_seq_length": 64,
        "train.run.accumulation": 1,
    },
    "lexdpr-e5-lora": {**FEW, **SHORT},
    "kosimcse": {**FEW, **SHORT, "train.loss.mini_batch": 4},
    "klue-roberta-base": {**FEW, **SHORT, "train.loss.mini_batch": 4},
    "kr-electra": {**FEW, "train.max_length": 64},
    "klue-roberta-large": {**FEW, "train.max_length": 64},
    "bge-reranker-lora": {**FEW, "train.max_length": 64, "train.load_in_4bit": False},
}
STYLES = {
    "solar-bge-m3": "xlm-roberta",
    "lexdpr-e5-lora": "xlm-roberta",
    "kosimcse": "roberta",
    "klue-roberta-base": "bert",
    "kr-electra": "electra",
    "klue-roberta-large": "bert",
    "bge-reranker-lora": "xlm-roberta",
}
RERANKERS = ("kr-electra", "klue-roberta-large", "bge-reranker-lora")


def tiny_base(name: str, folder: Path) -> Path:
    plain = save_plain(folder / "plain", STYLES[name])
    if name in (*RERANKERS, "klue-roberta-base"):  # bare transformers, as they are on the hub
        return plain
    return save_sentence_transformer(plain, folder / "base")


def test_every_recipe_is_run() -> None:
    assert set(CHANGES) == set(bundled_recipes())


@pytest.mark.filterwarnings("ignore::lexdpr_rag.backends.ModelWarning")  # of texts that are cut
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_from_beginning_to_end(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for needed in ("torch", "sentence_transformers", "datasets", "peft", "ir_measures"):
        pytest.importorskip(needed)
    monkeypatch.chdir(tmp_path)
    changes = {**CHANGES[name], "evaluate.samples": 20, "gate.margin": -1.0, "corpus.jobs": 1}
    if name in STYLES:
        changes["train.base"] = str(tiny_base(name, tmp_path / "base"))
    if load_recipe(name).mine is not None:
        changes |= {"split.most": 20, "mine.depth": 20, "mine.last": 20}
    if name in RERANKERS:
        changes["evaluate.candidates"] = 5
    engine = getattr(load_recipe(name).train.options, "engine", "")
    if engine == "flagembedding" and find_spec("FlagEmbedding") is None:
        pytest.skip("FlagEmbedding is not installed")
    recipe = load_recipe(name, changes, tmp_path / "out")
    report = run_recipe(recipe)
    assert report.accepted
    assert report.model is not None
    assert (report.model / "README.md").is_file()
    if name in RERANKERS:
        scores = Reranker(report.model).score("보증금", ["보증금은 돌려준다.", "등록하여야 한다."])
        assert scores.shape == (2,)
        assert report.index is None
    else:
        assert BiEncoder(report.model).encode_queries(["보증금"]).shape[0] == 1
        assert report.index is not None
        with LexDPR.open(report.index) as opened:
            assert opened.search("보증금", k=2, mode="dense")
    again = run_recipe(recipe)
    assert again.made == ()


WITH_TIMES = ("done.json", "index")
"""What tells the time: the record of a step, the manifest and the vectors' journal of an index."""


class KilledError(BaseException):
    """What a test ends a run with; no ``except Exception`` stops it."""


def killed_within_onnx(recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a recipe until its ONNX is half written, and then until it is all written."""

    def half(*given: Any, **named: Any) -> None:
        graph = Path(to_onnx(*given, **named).path) / "model.onnx"
        graph.write_bytes(graph.read_bytes()[: graph.stat().st_size // 2])
        raise KilledError

    def at_the_end(event: RunEvent) -> None:
        if (event.step, event.state, event.note) == ("export", "going", "onnx"):
            raise KilledError

    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(export, "to_onnx", half)
        run_recipe(recipe)
    with pytest.raises(KilledError):
        run_recipe(recipe, progress=at_the_end)


@pytest.mark.filterwarnings("ignore::lexdpr_rag.backends.ModelWarning")
def test_merged_and_as_onnx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter of a run merges into the model of the run, and runs without torch, though the run
    was killed while its ONNX was written."""
    for needed in ("torch", "sentence_transformers", "datasets", "peft", "ir_measures", "onnx"):
        pytest.importorskip(needed)
    name = "lexdpr-e5-lora"
    base = str(tiny_base(name, tmp_path / "base"))
    changes = {"train.base": base, "evaluate.samples": 20, "gate.margin": -1.0, "corpus.jobs": 1}
    changes |= {"split.most": 20, "mine.depth": 20, "mine.last": 20, "export.onnx": "float32"}
    recipe = load_recipe(name, {**CHANGES[name], **changes}, tmp_path / "out")
    killed_within_onnx(recipe, monkeypatch)
    report = run_recipe(recipe)
    assert report.made == ("export",)
    assert [path.name for path in (recipe.out / "models").iterdir()] == ["v1"]
    assert report.model is not None
    resumed = content_of(report.model.parent, WITH_TIMES)
    shutil.rmtree(report.model.parent)
    assert run_recipe(recipe).made == ("export",)  # in one go
    assert content_of(report.model.parent, WITH_TIMES) == resumed
    asked = ["보증금은 언제 돌려받나요?"]
    vectors = BiEncoder(report.model).encode_queries(asked)
    onnx = BiEncoder(report.model.parent / "onnx").encode_queries(asked)
    assert np.allclose(vectors, onnx, atol=1e-4)
    merged = export_model(report.model / "adapter", tmp_path / "merged")
    assert merged.sort == "encoder"
    assert not (merged.model / "adapter_config.json").exists()
    assert np.allclose(BiEncoder(merged.model).encode_queries(asked), vectors, atol=1e-5)
    plain = BiEncoder(base, max_seq_length=64).encode_queries(asked)
    assert not np.allclose(plain, vectors, atol=1e-5)  # it did learn something
