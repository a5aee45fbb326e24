"""Models of torch: every architecture of the alias table, pooling, adapters, lengths."""

from __future__ import annotations

import json
import shutil
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from lexdpr_rag.encoder import BiEncoder, ModelWarning
from lexdpr_rag.templates import ModelError

from .conftest import LINES, MANY, save_sentence_transformer, write_json

pytest.importorskip("torch", reason="torch is not installed")
st = pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")


@pytest.fixture(autouse=True)
def _cut_texts_do_not_matter_here():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*64 토큰.*", category=ModelWarning)
        yield


def test_vectors_equal_those_of_sentence_transformers(any_st: Path):
    encoder = BiEncoder(any_st, device="cpu")
    model = st.SentenceTransformer(str(any_st), device="cpu")
    rows = encoder.encode_passages(MANY)
    np.testing.assert_allclose(rows, model.encode(MANY), atol=1e-5)
    assert rows.dtype == np.float32
    assert encoder._loaded()._fast
    assert encoder.get_embedding_dimension() == 32
    assert encoder.get_max_seq_length() == 64


@pytest.mark.parametrize("batch_size", [1, 2, 32, 1000])
def test_sorted_batches_equal_single_texts(any_st: Path, batch_size: int):
    encoder = BiEncoder(any_st, device="cpu")
    alone = np.concatenate([encoder.encode_passages([text]) for text in LINES])
    many = encoder.encode_passages(LINES[::-1], batch_size=batch_size)
    np.testing.assert_allclose(many[::-1], alone, atol=1e-5)


def test_batches_side_by_side_equal_those_in_a_row(
    st_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    import torch

    from lexdpr_rag.backends import batches

    monkeypatch.setattr(batches, "CPU_TOKENS", 100)
    encoder = BiEncoder(st_folder, device="cpu")
    threads = torch.get_num_threads()
    expected = np.concatenate([encoder.encode_passages([text]) for text in MANY])
    torch.set_num_threads(3)
    try:
        rows = BiEncoder(st_folder, device="cpu").encode_passages(MANY)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(threads)
    np.testing.assert_allclose(rows, expected, atol=1e-5)


def test_a_worker_of_torch_uses_one_thread_and_the_others_as_many_as_before():
    import torch

    from lexdpr_rag.backends.workers import torch_workers

    threads = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        pool = torch_workers()
        assert pool is not None
        assert set(pool.map(lambda _: torch.get_num_threads(), range(30))) == {1}
        assert torch.get_num_threads() == 3
        with ThreadPoolExecutor(1) as other:
            assert other.submit(torch.get_num_threads).result() == 3
    finally:
        torch.set_num_threads(threads)


def test_layers_of_onednn_are_the_same_layers(st_folder: Path):
    import torch

    from lexdpr_rag.backends.torch_linear import use_onednn

    plain = torch.nn.Sequential(torch.nn.Linear(12, 20), torch.nn.Linear(20, 7, bias=False))
    sample = torch.randn(5, 3, 12)
    with torch.inference_mode():
        expected = plain(sample)
    if not use_onednn(plain):
        pytest.skip("this torch has no oneDNN")
    with torch.inference_mode():
        torch.testing.assert_close(plain(sample), expected, atol=1e-5, rtol=1e-4)
    plain(sample).sum().backward()  # trained as ever
    assert plain[0].weight.grad is not None
    names = {type(m).__name__ for m in BiEncoder(st_folder, device="cpu")._loaded().model.modules()}
    assert "OneDnnLinear" in names and "Linear" not in names


def test_half_precision_is_widened_on_a_cpu(plain: Path, tmp_path: Path):
    import torch
    from transformers import AutoModel

    half = tmp_path / "half"
    shutil.copytree(plain, half)
    AutoModel.from_pretrained(plain).half().save_pretrained(half)
    encoder = BiEncoder(half, device="cpu")
    rows = encoder.encode_passages(LINES)
    assert {p.dtype for p in encoder._loaded().model.parameters()} == {torch.float32}
    assert (rows * BiEncoder(plain, device="cpu").encode_passages(LINES)).sum(axis=1).min() > 0.999


def test_a_plain_folder_is_pooled_by_the_mean_and_normalised(any_plain: Path, any_st: Path):
    np.testing.assert_allclose(
        BiEncoder(any_plain, device="cpu").encode_queries(LINES),
        BiEncoder(any_st, device="cpu").encode_queries(LINES),
        atol=1e-5,
    )


def test_pooling_of_a_plain_folder(plain: Path, tmp_path: Path):
    by_cls = save_sentence_transformer(plain, tmp_path / "cls", pooling="cls")
    told = tmp_path / "told"
    shutil.copytree(plain, told)
    write_json(told / "lexdpr_config.json", {"pooling": "cls", "normalize": True})
    np.testing.assert_allclose(
        BiEncoder(told, device="cpu").encode_queries(LINES),
        BiEncoder(by_cls, device="cpu").encode_queries(LINES),
        atol=1e-5,
    )


def test_a_model_that_does_not_normalise(plain: Path, tmp_path: Path):
    folder = save_sentence_transformer(plain, tmp_path / "raw", normalize=False)
    encoder = BiEncoder(folder, device="cpu")
    expected = st.SentenceTransformer(str(folder), device="cpu").encode(LINES)
    np.testing.assert_allclose(encoder.encode_queries(LINES), expected, atol=1e-4)
    with pytest.warns(ModelWarning, match="normalize"):
        rows = BiEncoder(folder, device="cpu", normalize=True).encode_queries(LINES)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_prompts_and_lengths(plain: Path, tmp_path: Path):
    folder = save_sentence_transformer(
        plain, tmp_path / "m", prompts={"query": "query: ", "document": "passage: "}
    )
    encoder = BiEncoder(folder, device="cpu")
    model = st.SentenceTransformer(str(folder), device="cpu")
    np.testing.assert_allclose(encoder.encode_queries(LINES), model.encode_query(LINES), atol=1e-5)
    np.testing.assert_allclose(
        encoder.encode_passages(LINES), model.encode_document(LINES), atol=1e-5
    )
    with pytest.warns(ModelWarning) as told:
        short = BiEncoder(folder, device="cpu", max_seq_length=12)
        rows = short.encode_queries(LINES)
    assert any("max_seq_length" in str(w.message) and "64" in str(w.message) for w in told)
    model.max_seq_length = 12
    np.testing.assert_allclose(rows, model.encode_query(LINES), atol=1e-5)
    assert short.truncated.count > 0


def test_lengths_beyond_the_positions(any_plain: Path):
    with pytest.raises(ModelError, match="64"):
        BiEncoder(any_plain, max_seq_length=65).encode_queries(LINES)


def test_a_text_as_long_as_the_positions_allow(any_plain: Path):
    encoder = BiEncoder(any_plain, device="cpu")
    rows = encoder.encode_passages(["보증금 " * 400])
    assert np.isfinite(rows).all()
    assert (encoder.truncated.count, encoder.truncated.limit) == (1, 64)


def test_special_tokens_survive_cutting(st_folder: Path):
    encoder = BiEncoder(st_folder, device="cpu")
    model = st.SentenceTransformer(str(st_folder), device="cpu")
    texts = [" ".join(LINES), LINES[0]]
    np.testing.assert_allclose(encoder.encode_passages(texts), model.encode(texts), atol=1e-5)


def test_adapters(plain: Path, adapter: Path):
    import torch
    from peft import PeftModel
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    transformer = Transformer(str(plain))
    transformer.model = PeftModel.from_pretrained(transformer.model, str(adapter))
    pooling = Pooling(transformer.get_embedding_dimension())
    model = st.SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")
    with torch.inference_mode():
        expected = model.encode(LINES)
    adapted = BiEncoder(plain, peft_adapter_path=adapter, device="cpu")
    np.testing.assert_allclose(adapted.encode_queries(LINES), expected, atol=1e-5)
    # the folder of an adapter alone names its base
    alone = BiEncoder(adapter, device="cpu")
    np.testing.assert_allclose(alone.encode_queries(LINES), expected, atol=1e-5)
    base = BiEncoder(plain, device="cpu")
    assert np.abs(base.encode_queries(LINES) - expected).max() > 1e-3
    assert len({base.fingerprint, adapted.fingerprint}) == 2
    assert alone.fingerprint == adapted.fingerprint


def test_training_configuration(plain: Path, adapter: Path, tmp_path: Path):
    told = BiEncoder(plain, peft_adapter_path=adapter).get_training_config()
    assert told == {
        "base_model": str(plain),
        "lora_r": 4,
        "lora_alpha": 16,
        "lora_dropout": 0.1,
        "lora_target_modules": ["query", "value"],
    }
    assert BiEncoder(plain).get_training_config() == {}
    merged = tmp_path / "merged"
    shutil.copytree(plain, merged)
    BiEncoder(adapter, template="e5").save_config(merged)
    again = BiEncoder(merged)
    assert again.get_training_config() == told
    assert again.settings.template.name == "e5"


def test_adapters_that_do_not_fit(plain: Path, adapter: Path, tmp_path: Path):
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        broken = tmp_path / name
        shutil.copytree(adapter, broken)
        (broken / name).unlink()
        with pytest.raises(ModelError, match=name):
            BiEncoder(plain, peft_adapter_path=broken)
    with pytest.raises(ModelError, match="absent"):
        BiEncoder(plain, peft_adapter_path=tmp_path / "absent")
    # another base, of another shape
    other = tmp_path / "other-base"
    from .conftest import save_plain

    save_plain(other, "electra")
    with (
        pytest.warns(ModelWarning, match="other-base"),
        pytest.raises(ModelError, match="tiny-lora"),
    ):
        held = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
        odd = tmp_path / "tiny-lora"
        shutil.copytree(adapter, odd)
        write_json(odd / "adapter_config.json", {**held, "r": 8})
        BiEncoder(other, peft_adapter_path=odd, device="cpu").encode_queries(LINES)


def test_an_adapter_saved_with_a_sentence_transformer(plain: Path, tmp_path: Path):
    """``model.add_adapter`` and ``save`` leave modules.json and the adapter in one folder."""
    from peft import LoraConfig

    folder = save_sentence_transformer(plain, tmp_path / "base-st")
    model = st.SentenceTransformer(str(folder), device="cpu")
    model.add_adapter(
        LoraConfig(r=2, target_modules=["query"], init_lora_weights=False, lora_alpha=4)
    )
    expected = model.encode(LINES)
    model.save(str(tmp_path / "lora-st"))
    encoder = BiEncoder(tmp_path / "lora-st", device="cpu")
    np.testing.assert_allclose(encoder.encode_passages(LINES), expected, atol=1e-5)
    assert encoder.get_training_config()["lora_r"] == 2


def test_modules_of_another_kind_go_through_sentence_transformers(plain: Path, tmp_path: Path):
    """Left padding cannot be batched by us; the vectors are those of the library all the same."""
    left = tmp_path / "left"
    shutil.copytree(plain, left)
    held = json.loads((left / "tokenizer_config.json").read_text(encoding="utf-8"))
    write_json(left / "tokenizer_config.json", {**held, "padding_side": "left"})
    folder = save_sentence_transformer(left, tmp_path / "left-st", prompts={"query": "q: "})
    encoder = BiEncoder(folder, device="cpu")
    expected = st.SentenceTransformer(str(folder), device="cpu").encode_query(LINES)
    np.testing.assert_allclose(encoder.encode_queries(LINES), expected, atol=1e-5)
    assert not encoder._loaded()._fast
    encoder.encode_queries(["보증금 " * 400])
    assert encoder.truncated.count == 1


def test_progress_goes_to_standard_error(st_folder: Path, capsys: pytest.CaptureFixture[str]):
    BiEncoder(st_folder, device="cpu").encode_passages(LINES, show_progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "100%" in captured.err


def test_an_exported_transformer(st_folder: Path, tmp_path: Path):
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    import torch

    encoder = BiEncoder(st_folder, device="cpu")
    expected = encoder.encode_passages(MANY)
    model = encoder._loaded().model

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            told = {"input_ids": input_ids, "attention_mask": attention_mask}
            return torch.nn.functional.normalize(self.model(told)["sentence_embedding"], dim=1)

    axes = {0: "batch", 1: "length"}
    sample = torch.ones((2, 7), dtype=torch.int64)
    folder = tmp_path / "exported"
    folder.mkdir()
    model[0].model.config._attn_implementation = "eager"
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Graph(),
            (sample, sample),
            str(folder / "model.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["sentence_embedding"],
            dynamic_axes={
                "input_ids": axes,
                "attention_mask": axes,
                "sentence_embedding": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    shutil.copy(st_folder / "config.json", folder)
    encoder.save_config(folder)
    exported = BiEncoder(folder)
    rows = exported.encode_passages(MANY)
    assert type(exported._loaded()).__name__ == "OnnxBackend"
    assert (rows * expected).sum(axis=1).min() > 0.9999
