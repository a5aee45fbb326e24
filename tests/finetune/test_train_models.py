"""Training tiny models by torch: losses fall, resuming is exact, what comes of it loads everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lexdpr_finetune.train import (
    AdapterOptions,
    EncoderRecipe,
    Example,
    LossOptions,
    PretrainRecipe,
    RankLoss,
    RerankerRecipe,
    RunOptions,
    SmallModel,
    TrainError,
    pretrain,
    train_bi_encoder,
    train_reranker,
)
from models.conftest import LINES, MANY, save_plain, save_sentence_transformer
from safetensors.numpy import load_file

from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.reranker import Reranker

for needed in ("torch", "transformers", "sentence_transformers", "datasets", "accelerate", "peft"):
    pytest.importorskip(needed)

RUN = RunOptions(
    epochs=3, batch_size=6, learning_rate=2e-3, log_every=1, checkpoint_every=4, device="cpu"
)
SHORT = replace(RUN, max_steps=3, checkpoint_every=0)
QUESTIONS = [line[:14] for line in LINES]


class KilledError(Exception):
    """What a test ends a run with."""


def examples(count: int = 40) -> list[Example]:
    """Questions on the lines, each with the line that follows its own as a hard negative."""
    return [
        Example(
            f"{LINES[n % 8][:20]} {n}",
            (f"{LINES[n % 8]} {n % 8}",),
            (LINES[(n + 1) % 8], LINES[(n + 3) % 8]),
            (0.9,),
            (0.2, 0.05),
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Models this small are slower on two."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_plain(tmp_path_factory.mktemp("plain") / "tiny", "xlm-roberta")


@pytest.fixture(scope="module")
def base(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sentence_transformer(plain, tmp_path_factory.mktemp("st") / "tiny-st")


def encoder_recipe(base: Path, **more: object) -> EncoderRecipe:
    values = {"template": "e5", "max_seq_length": 40, "query_max_seq_length": 20, "run": RUN}
    return EncoderRecipe(str(base), **{**values, **more})


def reranker_recipe(base: Path, **more: object) -> RerankerRecipe:
    values = {"max_length": 48, "loss": RankLoss(negatives=2), "run": RUN}
    return RerankerRecipe(str(base), **{**values, **more})


def same_weights(one: Path, other: Path) -> bool:
    ours, theirs = (load_file(path / "model.safetensors") for path in (one, other))
    return ours.keys() == theirs.keys() and all((ours[k] == theirs[k]).all() for k in ours)


def killed_at(step: int) -> Callable[[object], None]:
    def kill(event) -> None:
        if event.step == step:
            raise KilledError

    return kill


def falls(report, to: float = 0.8) -> bool:
    told = [entry["loss"] for entry in report.losses if "loss" in entry]
    return np.mean(told[-4:]) < to * np.mean(told[:4])


# -- bi-encoders ---------------------------------------------------------------------------------

METHODS = [("full", 2e-3), ("lora", 2e-2), ("adalora", 2e-2), ("ia3", 2e-1)]


@pytest.mark.parametrize("engine", ["sentence-transformers", "flagembedding"])
@pytest.mark.parametrize(("method", "rate"), METHODS)
def test_an_encoder_learns_resumes_to_the_bit_and_loads(
    method: str, rate: float, engine: str, base: Path, tmp_path: Path
) -> None:
    if engine == "flagembedding":
        pytest.importorskip("FlagEmbedding")
    recipe = encoder_recipe(
        base,
        engine=engine,
        adapter=AdapterOptions(method=method, dropout=0.1),
        run=replace(RUN, learning_rate=rate),
        loss=LossOptions(negatives=1),
    )
    events = []
    whole = train_bi_encoder(examples(), tmp_path / "whole", recipe, progress=events.append)
    # IA3 scales what layers give, and those of a random model give next to nothing.
    assert falls(whole, 0.98 if method == "ia3" else 0.8)
    assert [event.step for event in events] == list(range(1, 22))
    assert events[-1].seconds_left == 0
    assert whole.folder == tmp_path / "whole" / "v1"
    assert (whole.trained == whole.parameters) is (method == "full")

    # Killed in the second epoch, after a checkpoint in the first.
    with pytest.raises(KilledError):
        train_bi_encoder(examples(), tmp_path / "cut", recipe, progress=killed_at(10))
    assert not (tmp_path / "cut" / "v1").exists()
    again = train_bi_encoder(examples(), tmp_path / "cut", recipe)
    assert again.resumed == 8
    assert again.losses == whole.losses
    assert same_weights(whole.folder, again.folder)
    assert [path.name for path in (tmp_path / "cut").iterdir()] == ["v1"]

    check_encoder(whole.folder, has_adapter=method != "full")


def check_encoder(folder: Path, *, has_adapter: bool) -> None:
    """It loads with nothing else to say, with the same vectors in every way."""
    from sentence_transformers import SentenceTransformer

    encoder = BiEncoder(folder)
    assert encoder.settings.template.name == "e5"
    assert (encoder.settings.max_seq_length, encoder.settings.query_max_seq_length) == (40, 20)
    vectors = encoder.encode_queries(QUESTIONS)
    there = SentenceTransformer(str(folder), device="cpu").encode_query(QUESTIONS)
    np.testing.assert_allclose(vectors, there, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (folder / "adapter").is_dir() is has_adapter
    if has_adapter:
        by_adapter = BiEncoder(folder / "adapter").encode_queries(QUESTIONS)
        np.testing.assert_allclose(by_adapter, vectors, atol=1e-6)
    config = encoder.get_training_config()
    assert config["recipe"]["run"]["seed"] == RUN.seed
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlanguage: ko\n")
    assert str(folder.parent) not in card
    told = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    assert told["examples"] == 40
    assert told["versions"]["torch"]


LOSSES = [
    LossOptions(name="cached_mnrl", negatives=2, mini_batch=4, matryoshka=(32, 16)),
    LossOptions(name="gist", guide="guide"),
    LossOptions(name="cached_gist", guide="guide", mini_batch=4, matryoshka=(32, 8)),
    LossOptions(name="margin_mse", negatives=2),
    LossOptions(name="kl", negatives=2, matryoshka=(32, 16)),
]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_every_loss_falls(loss: LossOptions, base: Path, tmp_path: Path) -> None:
    chosen = replace(loss, guide=str(base)) if loss.guide else loss
    report = train_bi_encoder(examples(), tmp_path, encoder_recipe(base, loss=chosen))
    assert falls(report)
    assert BiEncoder(report.folder).encode_queries(QUESTIONS).shape == (8, 32)


def test_a_cached_loss_is_the_plain_one(base: Path, tmp_path: Path) -> None:
    losses = [
        train_bi_encoder(
            examples(),
            tmp_path,
            encoder_recipe(base, run=SHORT, loss=LossOptions(name=name, mini_batch=2)),
        ).first_loss
        for name in ("mnrl", "cached_mnrl")
    ]
    assert losses[0] == pytest.approx(losses[1], rel=0.2)  # dropout is drawn otherwise


def test_a_run_stops_early_and_keeps_its_best_weights(base: Path, tmp_path: Path) -> None:
    run = replace(RUN, epochs=30, evaluate_every=2, checkpoint_every=2, patience=2)
    events = []
    report = train_bi_encoder(
        examples(),
        tmp_path,
        encoder_recipe(base, run=replace(run, learning_rate=0.02, loss_rise=50)),
        dev=[Example(LINES[n], (LINES[(n + 3) % 8],)) for n in range(8)],  # what it does not learn
        progress=events.append,
    )
    evaluated = [entry["eval_loss"] for entry in report.losses if "eval_loss" in entry]
    assert report.steps < 210
    assert min(evaluated) == pytest.approx(evaluated[-1], abs=1e-6)  # measured again at the end
    assert any("eval_loss" in event.losses for event in events)


def test_settings_that_change_nothing_but_memory(base: Path, tmp_path: Path) -> None:
    run = replace(SHORT, accumulation=2, gradient_checkpointing=True, precision="bf16", clip=0.5)
    report = train_bi_encoder(examples(), tmp_path, encoder_recipe(base, run=run))
    assert report.precision == "bf16"
    assert report.steps == 3
    assert np.isfinite(report.last_loss)


def test_what_becomes_no_row_is_counted(base: Path, tmp_path: Path) -> None:
    recipe = encoder_recipe(base, run=SHORT, loss=LossOptions(name="kl", negatives=1))
    bare = [Example("질문", ("답",)), Example("질문", ("답",), ("오답",))]
    report = train_bi_encoder([*examples(10), *bare], tmp_path, recipe)
    assert report.left_out == {"no_negatives": 1, "no_scores": 1}
    assert (report.examples, report.rows) == (12, 10)
    with pytest.raises(TrainError, match="no_negatives 1, no_scores 1"):
        train_bi_encoder(bare, tmp_path, recipe)


# -- what goes wrong -----------------------------------------------------------------------------


def test_a_diverging_run_stops_and_says_what_to_change(base: Path, tmp_path: Path) -> None:
    run = replace(RUN, learning_rate=1e6, warm_up=0.0, clip=0.0, schedule="constant")
    recipe = encoder_recipe(base, run=run, loss=LossOptions(temperature=0.001))
    with pytest.raises(TrainError) as caught:
        train_bi_encoder(examples(), tmp_path, recipe)
    for told in ("learning_rate=1000000.0", "temperature=0.001", "float32"):
        assert told in str(caught.value)
    assert not (tmp_path / "v1").exists()


def test_too_little_memory_names_the_settings(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from sentence_transformers import SentenceTransformerTrainer

    def full(self, *args: object, **kwargs: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(SentenceTransformerTrainer, "compute_loss", full)
    with pytest.raises(TrainError) as caught:
        train_bi_encoder(examples(), tmp_path, encoder_recipe(base))
    for told in ("batch_size=6", "gradient_checkpointing=False", "max_seq_length=40"):
        assert told in str(caught.value)


def test_other_errors_stay_what_they_are(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformerTrainer

    def broken(self, *args: object, **kwargs: object) -> None:
        raise RuntimeError("shapes cannot be multiplied")

    monkeypatch.setattr(SentenceTransformerTrainer, "compute_loss", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        train_bi_encoder(examples(), tmp_path, encoder_recipe(base))


UNFIT = [
    ("precision='fp16'", {"run": replace(SHORT, precision="fp16")}),
    ("evaluate_every=5", {"run": replace(SHORT, evaluate_every=5)}),
    ("adapter.targets", {"adapter": AdapterOptions(method="lora", targets=("nothing",))}),
    ("adalora", {"run": SHORT, "adapter": AdapterOptions(method="adalora")}),
    ("loss.matryoshka", {"loss": LossOptions(matryoshka=(64, 32))}),
]


@pytest.mark.parametrize(("told", "more"), UNFIT, ids=lambda value: str(value)[:30])
def test_what_model_or_machine_cannot_do(told: str, more: dict, base: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainError) as caught:
        train_bi_encoder(examples(), tmp_path, encoder_recipe(base, **more))
    assert told in str(caught.value)


def test_what_flagembedding_cannot_do(base: Path, plain: Path, tmp_path: Path) -> None:
    pytest.importorskip("FlagEmbedding")
    for told, recipe, dev in (
        ("loss.name='gist'", LossOptions(name="gist", guide=str(base)), ()),
        ("dev=True", LossOptions(), examples(2)),
    ):
        given = encoder_recipe(base, engine="flagembedding", loss=recipe)
        with pytest.raises(TrainError, match=told):
            train_bi_encoder(examples(), tmp_path, given, dev=dev)
    with pytest.raises(TrainError, match=r"loss\.name='bce'"):
        train_reranker(examples(), tmp_path, reranker_recipe(plain, engine="flagembedding"))


def test_a_missing_tracker_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    recipe = EncoderRecipe("no-such-model", run=replace(RUN, trackers=("mlflow",)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lexdpr_finetune.train.trackers.find_spec", lambda name: None)
        with pytest.raises(MissingExtraError, match="mlflow"):
            train_bi_encoder(examples(), tmp_path, recipe)


def test_the_innermost_sampler_is_told_the_epoch() -> None:
    from types import SimpleNamespace

    from lexdpr_finetune.train.callbacks import callbacks_of

    class Inner:
        epoch = 0

        def set_epoch(self, epoch: int) -> None:
            self.epoch = epoch

    inner = Inner()
    # What accelerate makes of a batch sampler: skipping batches of a shard of it.
    shard = SimpleNamespace(batch_sampler=SimpleNamespace(sampler=inner))
    loader = SimpleNamespace(batch_sampler=SimpleNamespace(batch_sampler=shard))
    *_, epochs = callbacks_of(RUN, None, temperature=1.0, precision="float32")
    epochs.on_epoch_begin(None, SimpleNamespace(epoch=1.33), None, train_dataloader=loader)
    assert inner.epoch == 1


# -- rerankers -----------------------------------------------------------------------------------

RANK_METHODS = [("full", 5e-3), ("lora", 5e-3)]


@pytest.mark.parametrize("engine", ["sentence-transformers", "flagembedding"])
@pytest.mark.parametrize(("method", "rate"), RANK_METHODS)
def test_a_reranker_learns_resumes_to_the_bit_and_loads(
    method: str, rate: float, engine: str, plain: Path, tmp_path: Path
) -> None:
    if engine == "flagembedding":
        pytest.importorskip("FlagEmbedding")
    recipe = reranker_recipe(
        plain,
        engine=engine,
        adapter=AdapterOptions(method=method),
        run=replace(RUN, learning_rate=rate, max_steps=60, schedule="constant"),
        loss=RankLoss("listnet" if engine == "flagembedding" else "bce", negatives=2),
    )
    whole = train_reranker(easy(), tmp_path / "whole", recipe)
    assert falls(whole)
    with pytest.raises(KilledError):
        train_reranker(easy(), tmp_path / "cut", recipe, progress=killed_at(10))
    again = train_reranker(easy(), tmp_path / "cut", recipe)
    assert again.resumed == 8
    assert same_weights(whole.folder, again.folder)
    check_reranker(whole.folder, has_adapter=method != "full")


def easy() -> list[Example]:
    """Right passages begin with one word, wrong ones with another: what two layers learn at once."""
    return [
        Example(
            f"질문 {n}",
            (f"임차인은 {LINES[n % 8][:12]}",),
            tuple(f"근로자의 {LINES[(n + k) % 8][:12]}" for k in (1, 3)),
            (0.9,),
            (0.1, 0.2),
        )
        for n in range(40)
    ]


def check_reranker(folder: Path, *, has_adapter: bool) -> None:
    """It loads with nothing else to say, ranks as it was taught, and scores the same in every way."""
    from sentence_transformers import CrossEncoder

    passages = [f"임차인은 {LINES[0][:12]}", f"근로자의 {LINES[1][:12]}", *LINES]
    reranker = Reranker(folder)
    assert reranker.get_max_seq_length() == 48
    scores = reranker.score("질문 3", passages)
    assert scores[0] > scores[1]
    there = CrossEncoder(str(folder), device="cpu").predict([("질문 3", text) for text in passages])
    np.testing.assert_allclose(scores, there, atol=1e-6)
    assert (folder / "adapter").is_dir() is has_adapter
    if has_adapter:
        by_adapter = Reranker(folder / "adapter").score("질문 3", passages)
        np.testing.assert_allclose(by_adapter, scores, atol=1e-6)
    assert "text-ranking" in (folder / "README.md").read_text(encoding="utf-8")


RANK_LOSSES = [
    RankLoss(negatives=2),
    RankLoss(negatives=2, labels="teacher", positive_weight=1.0),
    RankLoss("ranknet", negatives=2),
    RankLoss("lambda", negatives=2),
    RankLoss("listnet", negatives=2, labels="teacher"),
    RankLoss("listmle", negatives=2),
    RankLoss("plistmle", negatives=2),
    RankLoss("margin_mse", negatives=2),
]


@pytest.mark.parametrize("loss", RANK_LOSSES, ids=lambda loss: f"{loss.name}-{loss.labels}")
def test_every_ranking_loss_teaches(loss: RankLoss, plain: Path, tmp_path: Path) -> None:
    run = replace(RUN, epochs=6, schedule="constant", checkpoint_every=0)
    report = train_reranker(easy(), tmp_path, reranker_recipe(plain, loss=loss, run=run))
    scores = Reranker(report.folder).score("질문 3", ["임차인은 보증금", "근로자의 보증금"])
    assert scores[0] > scores[1] + 0.05


@pytest.mark.parametrize("method", ["adalora", "ia3"])
def test_a_reranker_with_other_adapters(method: str, plain: Path, tmp_path: Path) -> None:
    recipe = reranker_recipe(
        plain,
        adapter=AdapterOptions(method=method, keep_adapter=False),
        run=replace(RUN, learning_rate=2e-2),
    )
    report = train_reranker(easy(), tmp_path, recipe)
    assert report.trained < report.parameters
    assert Reranker(report.folder).score("질문", LINES).shape == (8,)
    assert not (report.folder / "adapter").exists()


def test_4_bits_need_cuda(plain: Path, tmp_path: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is CUDA")
    recipe = reranker_recipe(plain, load_in_4bit=True, adapter=AdapterOptions(method="lora"))
    with pytest.raises(ValueError, match="CUDA"):
        train_reranker(examples(), tmp_path, recipe)


# -- pretraining ---------------------------------------------------------------------------------

SMALL = SmallModel(vocabulary=300, hidden=32, layers=2, heads=2, intermediate=48, positions=64)


def test_a_model_from_nothing_resumes_and_is_a_base(tmp_path: Path) -> None:
    run = replace(RUN, learning_rate=1e-2, epochs=6)
    recipe = PretrainRecipe(small=SMALL, max_seq_length=32, run=run)
    with pytest.raises(KilledError):
        pretrain(MANY, tmp_path / "cut", recipe, progress=killed_at(10))
    cut = pretrain(MANY, tmp_path / "cut", recipe)
    assert cut.resumed == 8
    assert falls(cut)
    # A tokenizer trained anew may differ by a few pieces: the same one is given to both.
    known = replace(recipe, small=replace(SMALL, tokenizer=str(cut.folder)))
    whole = pretrain(MANY, tmp_path / "whole", known)
    assert whole.losses == cut.losses
    assert same_weights(whole.folder, cut.folder)
    assert BiEncoder(whole.folder).get_max_seq_length() == 32
    tuned = train_bi_encoder(
        examples(), tmp_path / "tuned", EncoderRecipe(str(whole.folder), run=SHORT)
    )
    assert BiEncoder(tuned.folder).encode_queries(QUESTIONS).shape == (8, 32)


def test_pretraining_goes_on_from_a_model(plain: Path, tmp_path: Path) -> None:
    recipe = PretrainRecipe(base=str(plain), max_seq_length=32, run=replace(RUN, epochs=4))
    report = pretrain(MANY, tmp_path, recipe)
    assert falls(report) or report.last_loss < report.first_loss
    assert report.kind == "pretrained"
    with pytest.raises(TrainError, match="글이 없습니다"):
        pretrain(["", ""], tmp_path / "none", recipe)
