"""Cross-encoders: the scores of sentence-transformers, in the order of the texts."""

from __future__ import annotations

import builtins
import json
import shutil
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lexdpr_rag import Hit
from lexdpr_rag.backends import ModelWarning
from lexdpr_rag.errors import LexDPRError, MissingExtraError
from lexdpr_rag.reranker import RerankedHit, Reranker, RerankerModel, rank, rerank
from lexdpr_rag.templates import ModelError

from .conftest import LINES, MANY, write_json
from .reranker_models import HEADS, LENGTH, QUERY, save_adapter, save_base, save_cross_encoder

TEXTS = [*MANY, "", "제1항 " * 200]


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_cross_encoder(tmp_path_factory.mktemp("ce") / "tiny-ce")


@pytest.fixture
def broken(cross_encoder: Path, tmp_path: Path) -> Path:
    """A copy to be broken."""
    return Path(shutil.copytree(cross_encoder, tmp_path / "broken"))


def by_sentence_transformers(folder: Path, texts: list[str], **told: Any) -> np.ndarray:
    st = pytest.importorskip("sentence_transformers")
    model = st.CrossEncoder(str(folder), device="cpu", **told)
    scores = model.predict([(QUERY, text) for text in texts], apply_softmax=True)
    return scores if scores.ndim == 1 else scores[:, 1]


def scored(model: Reranker, texts: list[str], query: str = QUERY) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        return model.score(query, texts)


def make_hit(number: int, text: str) -> Hit:
    return Hit(
        unit_id=f"u{number}", law_id="001706", law="민법", article=f"제{number}조",
        citation=f"민법 제{number}조", text=text, context="민법 > 제3편 채권", score=9.0 - number,
        level="article",
    )  # fmt: skip


# -- scores --------------------------------------------------------------------------------------


@pytest.mark.parametrize("labels", [1, 2])
@pytest.mark.parametrize("style", HEADS)
def test_scores_equal_those_of_sentence_transformers(style: str, labels: int, tmp_path: Path):
    folder = save_cross_encoder(tmp_path / "ce", style, labels)
    model = Reranker(folder)
    assert isinstance(model, RerankerModel)
    found = scored(model, TEXTS)
    assert found.dtype == np.float32 and found.shape == (len(TEXTS),)
    assert 0 <= found.min() < found.max() <= 1
    assert np.ptp(found) > 0.02  # or equality would say little
    np.testing.assert_allclose(found, by_sentence_transformers(folder, TEXTS), atol=1e-5)
    assert type(model._loaded()).__name__ == "TorchPairs"
    assert model._loaded().plain  # type: ignore[attr-defined]


def test_a_model_saved_by_sentence_transformers(cross_encoder: Path, tmp_path: Path):
    """It says "no activation" of itself: logits there, a sigmoid of them here."""
    st = pytest.importorskip("sentence_transformers")
    import torch

    model = st.CrossEncoder(str(cross_encoder), device="cpu", activation_fn=torch.nn.Identity())
    model.save_pretrained(str(tmp_path / "st"))
    logits = by_sentence_transformers(tmp_path / "st", TEXTS)
    assert logits.min() < 0 or logits.max() > 1
    expected = 1 / (1 + np.exp(-logits.astype(np.float64)))
    np.testing.assert_allclose(scored(Reranker(tmp_path / "st"), TEXTS), expected, atol=1e-5)


@pytest.mark.parametrize("batch_size", [1, 5, 64])
def test_the_order_is_that_of_the_texts(cross_encoder: Path, batch_size: int):
    model = Reranker(cross_encoder, batch_size=batch_size)
    one_by_one = [scored(model, [text])[0] for text in LINES]
    np.testing.assert_allclose(scored(model, LINES), one_by_one, atol=1e-5)
    np.testing.assert_allclose(scored(model, LINES[::-1]), one_by_one[::-1], atol=1e-5)


def test_pairs_with_a_question_each(cross_encoder: Path):
    model = Reranker(cross_encoder)
    pairs = [(question, text) for question in LINES[:3] for text in LINES]
    expected = np.concatenate([scored(model, LINES, query) for query in LINES[:3]])
    np.testing.assert_allclose(model.score_pairs(pairs), expected, atol=1e-5)


def test_more_pairs_than_are_held_at_once(cross_encoder: Path, monkeypatch: pytest.MonkeyPatch):
    whole = scored(Reranker(cross_encoder), TEXTS)
    monkeypatch.setattr("lexdpr_rag.reranker.CHUNK", 7)
    model = Reranker(cross_encoder)
    np.testing.assert_allclose(scored(model, TEXTS), whole, atol=1e-5)
    assert model.truncated.total == len(TEXTS)


def test_no_texts_load_no_model(cross_encoder: Path):
    model = Reranker(cross_encoder)
    assert model.score(QUERY, []).shape == (0,)
    assert model.rerank(QUERY, []) == []
    assert model._backend is None


def test_a_tokenizer_that_tells_more_types_than_the_model_knows(tmp_path: Path):
    """klue/roberta-*: pieces and types of BERT, positions of RoBERTa, one type of token."""
    folder = save_cross_encoder(tmp_path / "klue", "bert", type_vocab_size=1)
    found = scored(Reranker(folder), LINES)
    config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    config["model_input_names"] = ["input_ids", "attention_mask"]
    write_json(folder / "tokenizer_config.json", config)
    np.testing.assert_allclose(found, by_sentence_transformers(folder, LINES), atol=1e-5)


def test_other_models_go_through_sentence_transformers(cross_encoder: Path, tmp_path: Path):
    st = pytest.importorskip("sentence_transformers")
    model = st.CrossEncoder(str(cross_encoder), device="cpu", prompts={"law": "법령: "})
    model.default_prompt_name = "law"
    model.save_pretrained(str(tmp_path / "prompted"))
    mine = Reranker(tmp_path / "prompted")
    found = scored(mine, LINES)
    assert not mine._loaded().plain  # type: ignore[attr-defined]
    expected = by_sentence_transformers(tmp_path / "prompted", LINES)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.abs(found - scored(Reranker(cross_encoder), LINES)).max() > 1e-4


def test_several_threads_share_one(cross_encoder: Path):
    model = Reranker(cross_encoder)
    found: dict[int, np.ndarray] = {}

    def work(number: int) -> None:
        found[number] = model.score(QUERY, TEXTS[number:])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    whole = scored(model, TEXTS)
    for number in range(4):
        np.testing.assert_allclose(found[number], whole[number:], atol=1e-5)


# -- hits ----------------------------------------------------------------------------------------


class Longest:
    """A fake: the longer, the better."""

    name = fingerprint = "longest"

    def score(self, query: str, passages: Any) -> np.ndarray:
        return np.array([len(text) / 1000 for text in passages], dtype=np.float32)


def test_texts_are_ranked():
    found = rank(Longest(), QUERY, ["가나", "가", "가나다", "나다"])
    assert [(entry.index, entry.text) for entry in found] == [
        (2, "가나다"), (0, "가나"), (3, "나다"), (1, "가"),
    ]  # fmt: skip
    assert [entry.index for entry in rank(Longest(), QUERY, ["가", "나다"], top_n=1)] == [1]


def test_hits_keep_the_score_of_the_search():
    hits = [make_hit(1, "가"), make_hit(2, "가나다"), make_hit(3, "가나")]
    found = rerank(Longest(), QUERY, hits, top_n=2)
    assert [(hit.article, hit.retrieval_score) for hit in found] == [("제2조", 7.0), ("제3조", 6.0)]
    assert found[0].score == pytest.approx(len(hits[1].full_text) / 1000)
    assert isinstance(found[0], Hit)
    assert found[0].metadata() == hits[1].metadata()
    assert hits[1].score == 7.0
    again = rerank(Longest(), QUERY, found)
    assert [hit.retrieval_score for hit in again] == [7.0, 6.0]


def test_reranking_by_a_model(cross_encoder: Path):
    model = Reranker(cross_encoder)
    hits = [make_hit(number, line) for number, line in enumerate(LINES)]
    found = model.rerank(QUERY, hits, top_n=3)
    scores = scored(model, [hit.full_text for hit in hits])
    best = np.argsort(-scores)[:3]
    assert [hit.unit_id for hit in found] == [f"u{at}" for at in best]
    np.testing.assert_allclose([hit.score for hit in found], scores[best], atol=1e-6)
    assert all(type(hit) is RerankedHit for hit in found)
    assert [entry.text for entry in model.rerank(QUERY, LINES, top_n=1)] == [
        LINES[int(np.argmax(scored(model, LINES)))]
    ]


@pytest.mark.parametrize("top_n", [0, -1, True, 1.5])
def test_how_many_to_keep(top_n: Any):
    with pytest.raises(ModelError, match="top_n"):
        rank(Longest(), QUERY, ["가"], top_n)


# -- lengths and settings ------------------------------------------------------------------------


def test_pairs_that_are_cut_are_counted(cross_encoder: Path):
    model = Reranker(cross_encoder, max_length=32)
    texts = ["제1항", LINES[0] * 3, LINES[1] * 5]
    with pytest.warns(ModelWarning, match="2") as told:
        found = model.score(QUERY, texts)
    assert (model.truncated.count, model.truncated.total, model.truncated.limit) == (2, 3, 32)
    assert model.truncated.longest > 100
    assert len(told) == 1 and told[0].filename == __file__
    expected = by_sentence_transformers(cross_encoder, texts, max_length=32)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.score(QUERY[:8], ["제1항"])
    assert model.truncated.count == 0


def test_the_length_of_the_tokenizer_counts(broken: Path):
    assert Reranker(broken).get_max_seq_length() == LENGTH
    config = json.loads((broken / "tokenizer_config.json").read_text(encoding="utf-8"))
    write_json(broken / "tokenizer_config.json", config | {"model_max_length": 40})
    assert Reranker(broken).get_max_seq_length() == 40
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the longest that it takes, not what it wants
        assert Reranker(broken, max_length=20).get_max_seq_length() == 20


def test_saved_settings_are_applied_and_contradictions_told(broken: Path):
    plain = scored(Reranker(broken), LINES)
    template = {"query_prefix": "질문: ", "passage_prefix": "조문: "}
    held = {"max_seq_length": 60, "template": template, "training": {"epochs": 3}}
    write_json(broken / "lexdpr_config.json", held)
    model = Reranker(broken)
    assert model.get_max_seq_length() == 60
    assert model.get_training_config() == {"epochs": 3}
    assert np.abs(scored(model, LINES) - plain).max() > 1e-4
    with pytest.warns(ModelWarning, match=r"48.*60.*lexdpr_config"):
        assert Reranker(broken, max_length=48).get_max_seq_length() == 48


def test_lengths_beyond_the_positions(cross_encoder: Path):
    with pytest.raises(ModelError, match="500"):
        Reranker(cross_encoder, max_length=500).get_max_seq_length()


def test_a_length_that_leaves_no_room(cross_encoder: Path):
    with pytest.raises(ModelError, match="max_length"):
        Reranker(cross_encoder, max_length=3).score(QUERY, ["제1항"])


def test_fingerprints(cross_encoder: Path, broken: Path):
    first = Reranker(cross_encoder).fingerprint
    assert first == Reranker(broken, batch_size=3).fingerprint
    assert first != Reranker(broken, max_length=40).fingerprint
    (broken / "model.safetensors").write_bytes(b"other")
    assert first != Reranker(broken).fingerprint


# -- adapters ------------------------------------------------------------------------------------


@pytest.mark.parametrize("labels", [1, 2])
@pytest.mark.parametrize("style", HEADS)
def test_an_adapter_brings_the_head(style: str, labels: int, tmp_path: Path):
    base = save_base(tmp_path / "base", style)
    adapter = save_adapter(base, tmp_path / "lora", labels)
    import torch
    from peft import PeftModel
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    head = AutoModelForSequenceClassification.from_pretrained(base, num_labels=labels)
    model = PeftModel.from_pretrained(head, str(adapter)).eval()
    tokenizer = AutoTokenizer.from_pretrained(base)
    batch = tokenizer(
        [QUERY] * len(LINES), LINES, padding=True, truncation=True, return_tensors="pt"
    )
    with torch.inference_mode():
        logits = model(**batch).logits
    expected = logits.sigmoid()[:, 0] if labels == 1 else logits.softmax(1)[:, 1]
    for reranker in (Reranker(base, peft_adapter_path=adapter), Reranker(adapter)):
        np.testing.assert_allclose(scored(reranker, LINES), expected.numpy(), atol=1e-5)
    assert reranker.get_training_config()["lora_r"] == 4


def test_a_base_model_is_no_reranker(tmp_path: Path):
    base = save_base(tmp_path / "base")
    with pytest.raises(ModelError, match="XLMRobertaModel"):
        Reranker(base).score(QUERY, LINES)


def test_an_adapter_of_another_model(cross_encoder: Path, tmp_path: Path):
    adapter = save_adapter(save_base(tmp_path / "base", "bert"), tmp_path / "lora", labels=2)
    with pytest.raises(ModelError, match="lora"):
        Reranker(cross_encoder, peft_adapter_path=adapter).score(QUERY, LINES)


# -- what is missing -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_broken_folder_names_what_is_missing(broken: Path, name: str):
    (broken / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        Reranker(broken).score(QUERY, LINES)


@pytest.mark.parametrize("name", ["config.json", "lexdpr_config.json", "model.safetensors"])
def test_a_damaged_file(broken: Path, name: str):
    (broken / name).write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="broken"):
        Reranker(broken).score(QUERY, LINES)


def test_an_empty_folder(tmp_path: Path):
    with pytest.raises(ModelError, match=r"config\.json"):
        Reranker(tmp_path).score(QUERY, LINES)


@pytest.mark.parametrize(
    "model", ["./no-such-folder", "bge-rerankr-v2-m3", Path("nowhere"), "a/b/c"]
)
def test_models_that_are_not_there(model: str | Path):
    with pytest.raises(ModelError, match=str(model)):
        Reranker(model)


def test_aliases_read_nothing():
    model = Reranker("bge-reranker-v2-m3-ko")
    assert model._located.target == "dragonkue/bge-reranker-v2-m3-ko"
    assert Reranker("kr-electra")._located.target == "snunlp/KR-ELECTRA-discriminator"
    assert Reranker("klue-roberta-large")._located.target == "klue/roberta-large"
    assert Reranker("bge-reranker-v2-m3")._located.target == "BAAI/bge-reranker-v2-m3"
    assert "v2-m3-ko" in repr(model)


def test_a_head_with_more_labels(tmp_path: Path):
    folder = save_cross_encoder(tmp_path / "nli", labels=3)
    with pytest.raises(ModelError, match="3"):
        Reranker(folder).score(QUERY, LINES)


def test_an_encoder_is_told(st_folder: Path):
    with pytest.raises(ModelError, match="BiEncoder"):
        Reranker(st_folder).score(QUERY, LINES)


def test_scores_that_are_no_numbers(broken: Path):
    import torch
    from safetensors.torch import load_file, save_file

    weights = load_file(broken / "model.safetensors")
    weights["classifier.out_proj.bias"] = torch.tensor([float("nan")])
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="NaN"):
        Reranker(broken).score(QUERY, LINES)


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ({"backend": "keras"}, "flagembedding"),
        ({"max_length": 0}, "max_length"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": "8"}, "batch_size"),
    ],
)
def test_options_that_are_not_allowed(cross_encoder: Path, option: dict[str, Any], named: str):
    with pytest.raises(ModelError, match=named):
        Reranker(cross_encoder, **option)


@pytest.mark.parametrize("texts", ["한 글", ["글", None], [3]])
def test_what_is_no_text(cross_encoder: Path, texts: Any):
    with pytest.raises(ModelError):
        Reranker(cross_encoder).score(QUERY, texts)


@pytest.mark.parametrize("device", [None, "cpu"])
def test_four_bits_without_cuda(
    cross_encoder: Path, device: str | None, monkeypatch: pytest.MonkeyPatch
):
    torch = pytest.importorskip("torch")
    monkeypatch.setenv("LEXDPR_LANG", "en")
    if torch.cuda.is_available() and device is None:
        pytest.skip("there is CUDA")
    with pytest.raises(ModelError, match=r"needs a CUDA GPU.*cpu.*export-onnx"):
        Reranker(cross_encoder, load_in_4bit=True, device=device).score(QUERY, LINES)


def test_four_bits_without_bitsandbytes(cross_encoder: Path, monkeypatch: pytest.MonkeyPatch):
    torch = pytest.importorskip("torch")
    from lexdpr_rag.backends import torch_reranker

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch_reranker, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="bitsandbytes"):
        Reranker(cross_encoder, load_in_4bit=True).score(QUERY, LINES)


def test_four_bits_are_for_torch(cross_encoder: Path):
    with pytest.raises(ModelError, match="load_in_4bit"):
        Reranker(cross_encoder, load_in_4bit=True, backend="flagembedding").score(QUERY, LINES)


@pytest.mark.parametrize(
    ("package", "option"),
    [("FlagEmbedding", {"backend": "flagembedding"}), ("sentence_transformers", {})],
)
def test_a_package_that_is_not_installed(
    cross_encoder: Path, package: str, option: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name.partition(".")[0] == package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match="pip install") as told:
        Reranker(cross_encoder, **option).score(QUERY, LINES)
    assert package.replace("_", "-") in str(told.value)
    assert isinstance(told.value, LexDPRError)


# -- FlagEmbedding -------------------------------------------------------------------------------


def test_flagembedding_gives_the_same_scores(cross_encoder: Path, tmp_path: Path):
    pytest.importorskip("FlagEmbedding", reason="FlagEmbedding is not installed")
    model = Reranker(cross_encoder, backend="flagembedding", device="cpu", batch_size=5)
    short = MANY[:20]
    np.testing.assert_allclose(
        scored(model, short), scored(Reranker(cross_encoder), short), atol=1e-5
    )
    adapter = save_adapter(save_base(tmp_path / "base"), tmp_path / "lora")
    adapted = Reranker(cross_encoder, backend="flagembedding", peft_adapter_path=adapter)
    by_torch = Reranker(cross_encoder, peft_adapter_path=adapter)
    np.testing.assert_allclose(scored(adapted, short), scored(by_torch, short), atol=1e-5)
    assert np.abs(scored(adapted, short) - scored(model, short)).max() > 1e-3


def test_flagembedding_counts_what_it_cuts(cross_encoder: Path):
    pytest.importorskip("FlagEmbedding", reason="FlagEmbedding is not installed")
    model = Reranker(cross_encoder, backend="flagembedding", max_length=40, device="cpu")
    with pytest.warns(ModelWarning):
        model.score("제1항", ["제1항", LINES[0] * 4])
    assert (model.truncated.count, model.truncated.total) == (1, 2)


def test_flagembedding_and_two_labels(tmp_path: Path):
    pytest.importorskip("FlagEmbedding", reason="FlagEmbedding is not installed")
    folder = save_cross_encoder(tmp_path / "two", labels=2)
    with pytest.raises(ModelError, match="FlagEmbedding"):
        Reranker(folder, backend="flagembedding").score(QUERY, LINES)
