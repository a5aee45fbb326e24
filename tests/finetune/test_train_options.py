"""Recipes, examples, batches and guards of training: what needs no torch."""

from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import pytest
from lexdpr_finetune.pairs import Pair, PairKind
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
    examples_of,
    read_examples,
)
from lexdpr_finetune.train.batches import Row, batch_count, epoch_batches
from lexdpr_finetune.train.callbacks import Settings, check_loss
from lexdpr_finetune.train.encoder_data import teacher_logit
from lexdpr_finetune.train.examples import digest_of
from lexdpr_finetune.train.fit import step_count
from lexdpr_finetune.train.trackers import check_installed, tracked
from lexdpr_finetune.train.versions import RunFolder, latest_version, versions

from lexdpr_rag.errors import MissingExtraError

WRONG = [
    ("epochs", RunOptions(epochs=0)),
    ("epochs", RunOptions(epochs=math.nan)),
    ("max_steps", RunOptions(max_steps=0)),
    ("batch_size", RunOptions(batch_size=0)),
    ("accumulation", RunOptions(accumulation=0)),
    ("learning_rate", RunOptions(learning_rate=-1.0)),
    ("warm_up", RunOptions(warm_up=1.0)),
    ("clip", RunOptions(clip=-1.0)),
    ("loss_rise", RunOptions(loss_rise=1.0)),
    ("cosine, linear, constant", RunOptions(schedule="quadratic")),
    ("auto, float32, bf16, fp16", RunOptions(precision="int8")),
    ("auto, cpu", RunOptions(device="gpu")),
    ("tensorboard, wandb, mlflow", RunOptions(trackers=("comet",))),
    ("patience", RunOptions(patience=2)),
    ("checkpoint_every", RunOptions(checkpoint_every=15, log_every=10)),
    ("checkpoint_every", RunOptions(patience=2, evaluate_every=20, checkpoint_every=40)),
    ("mnrl, cached_mnrl", LossOptions(name="triplet")),
    ("loss.temperature", LossOptions(temperature=0.0)),
    ("loss.negatives", LossOptions(name="kl")),
    ("loss.guide", LossOptions(name="gist")),
    ("loss.guide", LossOptions(guide="kure-v1")),
    ("loss.gather", LossOptions(name="margin_mse", negatives=1, gather=True)),
    ("loss.gather", LossOptions(name="cached_gist", guide="kure-v1", gather=True)),
    ("loss.matryoshka", LossOptions(matryoshka=(64, 0))),
    ("full, lora, adalora, ia3", AdapterOptions(method="prefix")),
    ("adapter.dropout", AdapterOptions(dropout=1.0)),
    ("bce, ranknet", RankLoss(name="hinge")),
    ("hard, teacher", RankLoss(labels="soft")),
    ("loss.negatives", RankLoss(negatives=0)),
    ("loss.positive_weight", RankLoss(name="lambda", positive_weight=2.0)),
    ("adapter.method", RerankerRecipe("x", load_in_4bit=True)),
    ("sentence-transformers, flagembedding", EncoderRecipe("x", engine="own")),
    ("mean, cls, lasttoken", EncoderRecipe("x", pooling="max")),
    ("loss.name", EncoderRecipe("x", loss=LossOptions(name="none"))),
    ("batch_size", RerankerRecipe("x", run=RunOptions(batch_size=-1))),
    ("small.heads", PretrainRecipe(small=SmallModel(hidden=100, heads=6))),
    ("max_seq_length", PretrainRecipe(max_seq_length=1024)),
    ("masked", PretrainRecipe(masked=0.0)),
]


@pytest.mark.parametrize(("told", "options"), WRONG, ids=lambda value: str(value)[:60])
def test_a_value_out_of_range_is_told_with_the_legal_ones(told: str, options) -> None:
    with pytest.raises(TrainError) as caught:
        options.check()
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        RunOptions(),
        RunOptions(patience=2, evaluate_every=50, checkpoint_every=50),
        LossOptions(),
        LossOptions(name="kl", negatives=1),
        LossOptions(name="gist", guide="kure-v1"),
        EncoderRecipe("x"),
        RerankerRecipe("x", load_in_4bit=True, adapter=AdapterOptions(method="lora")),
        PretrainRecipe(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_sound_recipe_passes(options) -> None:
    options.check()


def test_the_full_dimension_is_among_those_of_a_matryoshka() -> None:
    LossOptions(matryoshka=(768, 256)).check_dimension(768)
    for dims in ((1024, 256), (256,)):
        with pytest.raises(TrainError, match="768"):
            LossOptions(matryoshka=dims).check_dimension(768)


# -- examples ------------------------------------------------------------------------------------


def test_examples_there_and_back(tmp_path: Path) -> None:
    given = [
        Example("질문", ("답",), ("오답", "딴말"), (0.9,), (0.2, 0.1)),
        Example("둘째", ("가", "나")),
    ]
    path = tmp_path / "mined.jsonl"
    lines = [json.dumps({**example.to_record(), "meta": {"kind": "own"}}) for example in given]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert list(read_examples(path)) == given
    assert given[0].scored and not given[1].scored
    assert digest_of(given) != digest_of(given[::-1])


BAD_LINES = [
    "[]",
    '{"query": "q", "pos": []}',
    '{"query": 3, "pos": ["p"]}',
    '{"query": "q", "pos": "text"}',
    '{"pos": ["p"]}',
    '{"query": "q", "pos": [null]}',
    '{"query": "q", "pos": ["p"], "neg": ["n"], "pos_scores": [1, 2], "neg_scores": [0]}',
    '{"query": "q", "pos": ["p"], "pos_scores": ["high"]}',
    '{"query": "q", "pos": ["p"], "pos_scores": [NaN]}',
    "{",
]


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"query": "q", "pos": ["p"]}\n\n' + line + "\n", encoding="utf-8")
    with pytest.raises(TrainError, match="3번째 줄"):
        list(read_examples(path))


def test_examples_of_pairs() -> None:
    pairs = [
        Pair("1", "질문", ("l/a",), PairKind.OWN, negatives=("l/b",)),
        Pair("2", "글만", (), PairKind.MRC, texts=("본문",)),
        Pair("3", "아무것도", (), PairKind.OWN),
    ]
    scores = {("1", "l/a"): 0.8, ("1", "l/b"): 0.3}
    found = list(examples_of(pairs, lambda key: f"<{key}>", scores))
    assert found[0] == Example("질문", ("<l/a>",), ("<l/b>",), (0.8,), (0.3,))
    assert found[1] == Example("글만", ("본문",))
    assert len(found) == 2


def test_a_teachers_score() -> None:
    assert teacher_logit(0.5, "probability") == 0
    assert teacher_logit(0.9, "probability") == pytest.approx(math.log(9))
    assert teacher_logit(1.0, "probability") == 12
    assert teacher_logit(0.0, "probability") == -12
    assert teacher_logit(-7.5, "logit") == -7.5
    with pytest.raises(TrainError, match=r"-7\.5"):
        teacher_logit(-7.5, "probability")


# -- batches -------------------------------------------------------------------------------------


def some_rows(count: int, articles: int) -> list[Row]:
    """Question i is answered by article i modulo ``articles``, and every third by the next as well."""
    rows = []
    for number in range(count):
        own, other = number % articles, (number + 1) % articles
        answers = {own, other} if number % 3 == 0 else {own}
        rows.append(Row(frozenset({own}), frozenset(answers), 1000 + number))
    return rows


@pytest.mark.parametrize(("count", "articles", "size"), [(100, 40, 8), (64, 64, 16), (37, 9, 5)])
def test_no_passage_of_a_batch_answers_another_question(count, articles, size) -> None:
    rows = some_rows(count, articles)
    for epoch in range(3):
        batches = list(epoch_batches(rows, size, seed=1, epoch=epoch))
        assert len(batches) == batch_count(count, size)
        for batch in batches:
            assert 1 <= len(set(batch)) == len(batch) <= size
            for one in batch:
                for other in batch:
                    assert one == other or rows[one].answers.isdisjoint(rows[other].shown)


def test_an_epoch_shows_nearly_every_row_and_three_show_all() -> None:
    rows = some_rows(100, 50)
    epochs = [{row for batch in epoch_batches(rows, 10, 7, n) for row in batch} for n in range(3)]
    assert min(map(len, epochs)) >= 95
    assert set.union(*epochs) == set(range(100))


def test_batches_depend_on_seed_and_epoch_alone() -> None:
    rows = some_rows(100, 50)
    first = list(epoch_batches(rows, 10, 7, 0))
    assert first == list(epoch_batches(rows, 10, 7, 0))
    assert first != list(epoch_batches(rows, 10, 7, 1))
    assert first != list(epoch_batches(rows, 10, 8, 0))


def test_whole_batches_only() -> None:
    batches = list(epoch_batches([Row()] * 23, 5, 0, 0, whole=True))
    assert [len(batch) for batch in batches] == [5, 5, 5, 5]


def test_rows_that_never_fit_make_short_batches() -> None:
    same = [Row(frozenset({1}), frozenset({1}), number) for number in range(6)]
    assert [len(batch) for batch in epoch_batches(same, 3, 0, 0)] == [1, 1]


# -- guards --------------------------------------------------------------------------------------

IN_FORCE = Settings(learning_rate=0.5, temperature=0.01, precision="bf16")


def history(*losses: float, **more: float) -> list[dict[str, float]]:
    return [{"step": n, "loss": loss, **more} for n, loss in enumerate(losses, 1)]


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_no_number_stops_the_run(loss: float) -> None:
    with pytest.raises(TrainError) as caught:
        check_loss(history(1.0, loss), 2.0, IN_FORCE)
    for told in ("2걸음", "learning_rate=0.5", "temperature=0.01", "bf16"):
        assert told in str(caught.value)


def test_a_gradient_that_is_no_number_stops_the_run_but_for_fp16() -> None:
    reports = history(1.0, grad_norm=math.inf)
    with pytest.raises(TrainError):
        check_loss(reports, 2.0, IN_FORCE)
    check_loss(reports, 2.0, replace(IN_FORCE, precision="fp16"))


def test_a_loss_that_rises_far_stops_the_run() -> None:
    rising = history(*[1.0] * 5, *[2.5] * 5)
    with pytest.raises(TrainError, match=r"1\.0에서 2\.5"):
        check_loss(rising, 2.0, IN_FORCE)
    check_loss(rising, 3.0, IN_FORCE)
    check_loss(rising[:9], 2.0, IN_FORCE)  # too early to say
    check_loss(history(*[0.01] * 5, *[0.15] * 5), 2.0, IN_FORCE)  # noise of a good model


def test_several_processes_share_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunOptions(batch_size=6, epochs=3)
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert step_count(40, run) == 21
    assert step_count(40, replace(run, accumulation=2)) == 12
    assert step_count(40, replace(run, max_steps=5)) == 5
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert step_count(40, run) == 9


# -- versions and trackers -----------------------------------------------------------------------


def test_versions_are_numbered_and_runs_cleared(tmp_path: Path) -> None:
    root = tmp_path / "models"
    with pytest.raises(TrainError, match="v1"):
        latest_version(root)
    for expected in ("v1", "v2"):
        run = RunFolder.of(root, {"recipe": 1})
        run.model.mkdir()
        run.logs.mkdir()
        (run.model / "weights").write_text(expected)
        assert run.publish() == root / expected
        assert not run.path.exists()
        assert (root / expected / "logs").is_dir()
    for name in ("v10", "version", "v0"):
        (root / name).mkdir()
    assert [path.name for path in versions(root)] == ["v1", "v2", "v10"]
    assert latest_version(root).name == "v10"


def test_runs_of_other_recipes_have_other_folders(tmp_path: Path) -> None:
    one = RunFolder.of(tmp_path, {"recipe": {"a": 1, "b": 2}})
    assert one == RunFolder.of(tmp_path, {"recipe": {"b": 2, "a": 1}})
    assert one != RunFolder.of(tmp_path, {"recipe": {"a": 1, "b": 3}})


def test_a_checkpoint_cut_off_while_written_does_not_count(tmp_path: Path) -> None:
    run = RunFolder.of(tmp_path, {})
    names = ("trainer_state.json", "rng_state.pth", "optimizer.pt", "scheduler.pt")
    for step in (4, 8, 12):
        folder = run.checkpoints / f"checkpoint-{step}"
        folder.mkdir()
        for name in (*names, "trained.safetensors"):
            (folder / name).touch()
    assert run.latest_checkpoint().name == "checkpoint-12"
    (run.checkpoints / "checkpoint-12" / "optimizer.pt").unlink()
    (run.checkpoints / "checkpoint-8" / "rng_state.pth").unlink()
    assert run.latest_checkpoint().name == "checkpoint-4"


def test_a_tracker_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lexdpr_finetune.train.trackers.find_spec", lambda name: None)
    check_installed(())
    with pytest.raises(MissingExtraError, match="pip install wandb"):
        check_installed(("wandb",))


def test_trackers_are_offline_unless_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WANDB_MODE", "MLFLOW_TRACKING_URI", "WANDB_PROJECT", "TENSORBOARD_LOGGING_DIR"):
        monkeypatch.delenv(name, raising=False)
    with tracked(("wandb", "mlflow"), tmp_path, online=False):
        assert os.environ["WANDB_MODE"] == "offline"
        assert os.environ["MLFLOW_TRACKING_URI"].startswith(f"sqlite:///{tmp_path}")
        assert os.environ["TENSORBOARD_LOGGING_DIR"] == str(tmp_path / "tensorboard")
    assert "WANDB_MODE" not in os.environ
    monkeypatch.setenv("WANDB_PROJECT", "mine")
    with tracked(("wandb",), tmp_path, online=True):
        assert "WANDB_MODE" not in os.environ
        assert os.environ["WANDB_PROJECT"] == "mine"
    assert os.environ["WANDB_PROJECT"] == "mine"


def test_the_package_is_imported_without_torch() -> None:
    import subprocess
    import sys

    code = (
        "import sys, lexdpr_finetune.train; "
        "print(sorted({'torch', 'transformers', 'datasets', 'peft', 'FlagEmbedding'} & set(sys.modules)))"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
