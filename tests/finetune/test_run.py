"""Running a recipe: every step once, nothing twice, killed anywhere and gone on with."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from finetune.tiny_recipe import tiny_recipe
from lexdpr_finetune.content import content_of
from lexdpr_finetune.reading import RecipeError
from lexdpr_finetune.recipe import Recipe
from lexdpr_finetune.run import RunEvent, RunReport, run_recipe
from lexdpr_finetune.stages import export
from lexdpr_finetune.synthesize.model import Message, Reply
from lexdpr_finetune.workspace import Done, Workspace, write_json

from lexdpr_rag import LexDPR
from lexdpr_rag.encoder import BiEncoder

for needed in ("torch", "scipy", "ir_measures"):
    pytest.importorskip(needed)

STEPS = ["corpus", "pairs", "synthesize", "split", "mine", "train", "embed", "evaluate"]
STEPS += ["gate", "export"]


class KilledError(BaseException):
    """What a test ends a run with; no ``except Exception`` stops it."""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    """A run from beginning to end."""
    return run_recipe(tiny_recipe(tmp_path_factory.mktemp("run") / "out"))


def weights(report: RunReport) -> str:
    assert report.model is not None
    return content_of(report.model / "model.safetensors")


def test_a_run_from_beginning_to_end(first: RunReport) -> None:
    assert [done.step for done in first.steps] == list(first.made) == STEPS
    assert first.accepted
    assert first.model is not None
    assert first.index is not None
    vectors = BiEncoder(first.model).encode_queries(["보증금"])
    assert vectors.shape == (1, 16)
    with LexDPR.open(first.index) as engine:  # its own model is found beside it
        hits = engine.search("보증금을 돌려받지 못하면?", k=3, mode="dense")
    assert len(hits) == 3
    config = json.loads((first.model / "lexdpr_config.json").read_text("utf-8"))
    assert config["template"]
    card = (first.model / "README.md").read_text("utf-8")
    assert "library_name: sentence-transformers" in card
    assert "nDCG@10" in card
    assert str(first.out) not in card  # no path of this machine


def test_a_second_run_does_nothing(first: RunReport) -> None:
    before = {path: path.stat().st_mtime_ns for path in first.out.glob("*/**/*")}
    events: list[RunEvent] = []
    again = run_recipe(tiny_recipe(first.out), progress=events.append)
    assert again.made == ()
    assert [event.state for event in events] == ["kept"] * len(STEPS)
    assert {path: path.stat().st_mtime_ns for path in first.out.glob("*/**/*")} == before
    assert again.model == first.model
    assert again.verdict == first.verdict


# What is changed → the steps that depend on it, and no others.
CHANGES = [
    ({"gate__margin": -0.9}, ["gate", "export"]),
    ({"evaluate__worst": 3}, ["evaluate", "gate", "export"]),
    ({"train__steps": 8}, ["train", "embed", "evaluate", "gate", "export"]),
    ({"mine__count": 1}, ["mine", "train"]),  # it reads no negatives: the same model comes of it
    ({"corpus__jobs": 2}, []),
    ({"pairs__definitions": False}, ["pairs", *STEPS[3:]]),
]


@pytest.mark.parametrize(("changes", "made"), CHANGES)
def test_a_change_redoes_what_depends_on_it(
    changes: dict[str, Any], made: list[str], first: RunReport, tmp_path: Path
) -> None:
    out = shutil.copytree(first.out, tmp_path / "out")
    assert list(run_recipe(tiny_recipe(out, **changes)).made) == made


def test_what_comes_out_the_same_is_not_passed_on(first: RunReport, tmp_path: Path) -> None:
    """Every question finds its article among 1,000: the round trip takes none away."""
    out = shutil.copytree(first.out, tmp_path / "out")
    report = run_recipe(tiny_recipe(out, synthesize__round_trip=1000))
    assert report.made == ("synthesize",)


def test_a_changed_law_counts(first: RunReport, samples: Path, tmp_path: Path) -> None:
    out = shutil.copytree(first.out, tmp_path / "out")
    laws = shutil.copytree(samples / "statutes", tmp_path / "laws")
    moved = run_recipe(tiny_recipe(out, corpus__source=str(laws)))
    assert moved.made == ()  # the same laws elsewhere are the same
    file = next(path for path in laws.rglob("*.md") if path.stat().st_size > 20_000)
    file.write_text(file.read_text("utf-8").replace("보증금", "예치금"), encoding="utf-8")
    assert run_recipe(tiny_recipe(out, corpus__source=str(laws)), until="pairs").made == (
        "corpus",
        "pairs",
    )


# -- killed --------------------------------------------------------------------------------------


def killing(step: str, state: str) -> Callable[[RunEvent], None]:
    """Ends the run when the step first tells ``state``."""

    def progress(event: RunEvent) -> None:
        if (event.step, event.state) == (step, state):
            raise KilledError

    return progress


def killed(recipe: Recipe, step: str, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run until the step begins, is at work, or has made all but its ``done.json``."""
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        if when == "unfinished":

            def finish(self: Workspace, done: Done, made_of: Any) -> Done:
                if done.step == step:
                    (done.folder / ".done.json.part").write_text("{", encoding="utf-8")
                    raise KilledError
                return real(self, done, made_of)

            real = Workspace.finish
            patch.setattr(Workspace, "finish", finish)
            run_recipe(recipe)
        else:
            run_recipe(recipe, progress=killing(step, when))


SILENT = {"split", "gate"}
"""They are over before there is anything to tell."""


def test_killed_in_every_stage_it_ends_with_the_same(
    first: RunReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tiny_recipe(tmp_path / "out")
    for number, step in enumerate(STEPS):
        for when in ("begun", "going", "unfinished"):
            if when == "going" and step in SILENT:
                continue
            killed(recipe, step, when, monkeypatch)
            whole = [p.parent.name for p in recipe.out.rglob("done.json")]
            assert len(whole) == number, (step, when)  # those before it, and not itself
    events: list[RunEvent] = []
    report = run_recipe(recipe, progress=events.append)
    assert report.made == ("export",)
    assert [e.step for e in events if e.state == "kept"] == STEPS[:-1]
    assert weights(report) == weights(first)
    assert [d.digest for d in report.steps] == [d.digest for d in first.steps]
    assert report.verdict == first.verdict
    assert [path.name for path in (recipe.out / "models").iterdir()] == ["v1"]


@pytest.fixture(scope="module")
def to_the_gate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run made of everything but its export."""
    out = tmp_path_factory.mktemp("gate") / "out"
    run_recipe(tiny_recipe(out), until="gate")
    return out


PARTS_OF_EXPORT = ["copy_model", "write_card", "copy_index", "point_to", "content_of"]


@pytest.mark.parametrize("part", PARTS_OF_EXPORT)
def test_killed_within_export_it_ends_with_the_same(
    part: str,
    first: RunReport,
    to_the_gate: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed when a part of it is half written: there are the part's files, and one is cut short."""
    recipe = tiny_recipe(Path(shutil.copytree(to_the_gate, tmp_path / "out")))
    real = getattr(export, part)

    def half(*given: Any, **named: Any) -> Any:
        real(*given, **named)
        written = [path for path in recipe.out.glob("models/v1/*/**/*") if path.is_file()]
        newest = max(written, key=lambda path: path.stat().st_mtime_ns)
        newest.write_bytes(newest.read_bytes()[:7])
        raise KilledError

    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(export, part, half)
        run_recipe(recipe)
    report = run_recipe(recipe)
    assert report.made == ("export",)
    assert weights(report) == weights(first)
    assert report.steps[-1].digest == first.steps[-1].digest
    assert [path.name for path in (recipe.out / "models").iterdir()] == ["v1"]
    assert report.index is not None
    with LexDPR.open(report.index) as engine:
        assert len(engine.search("보증금을 돌려받지 못하면?", k=3, mode="dense")) == 3


def test_training_goes_on_from_its_checkpoint(first: RunReport, tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path / "out")
    taken: list[int] = []

    def progress(event: RunEvent) -> None:
        if event.step == "train" and event.state == "going":
            taken.append(event.done)
            if taken == [1, 2, 3, 4, 5, 6]:
                raise KilledError

    with pytest.raises(KilledError):
        run_recipe(recipe, progress=progress)
    report = run_recipe(recipe, progress=progress)
    assert taken == [1, 2, 3, 4, 5, 6, 5, 6, 7, 8, 9, 10, 11, 12]  # the checkpoint is of step 4
    assert weights(report) == weights(first)


def test_rankings_are_not_made_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tiny_recipe(tmp_path / "out")
    asked: list[str] = []

    def progress(event: RunEvent) -> None:
        if event.step == "evaluate" and event.state == "going" and event.note not in asked:
            asked.append(event.note)
            if event.note == "model":
                raise KilledError

    with pytest.raises(KilledError):
        run_recipe(recipe, progress=progress)
    assert asked == ["lexical", "model"]
    asked.clear()
    run_recipe(recipe, progress=lambda e: asked.append(e.note) if e.state == "going" else None)
    assert "lexical" not in asked
    assert {"model", "hybrid"} <= set(asked)


# -- one at a time, and half runs ----------------------------------------------------------------


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path / "out")
    with Workspace(recipe.out).held(), pytest.raises(RecipeError, match="다른 프로세스"):
        run_recipe(recipe)


def test_until_a_stage(tmp_path: Path) -> None:
    report = run_recipe(tiny_recipe(tmp_path / "out"), until="split")
    assert [done.step for done in report.steps] == STEPS[:4]
    assert report.page is None
    assert report.model is None
    with pytest.raises(RecipeError, match="split"):
        run_recipe(tiny_recipe(tmp_path / "out"), until="spilt")


def test_an_index_that_is_there_is_used(engine: LexDPR, tmp_path: Path) -> None:
    changes = {"corpus": {"index": str(engine.path)}, "gate": {"margin": -1.0}}
    before = sorted(path.name for path in engine.path.rglob("*"))
    report = run_recipe(tiny_recipe(tmp_path / "out", **changes))
    assert "embed" not in report.made
    assert report.verdict is not None
    assert (report.verdict.system, report.verdict.base) == ("model", "lexical")
    assert report.model is not None
    assert report.index is None
    assert sorted(path.name for path in engine.path.rglob("*")) == before
    with pytest.raises(RecipeError, match="lexical, model"):  # hybrid needs the statutes
        run_recipe(tiny_recipe(tmp_path / "out", corpus={"index": str(engine.path)}))


def test_a_torn_record_is_none(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    folder = workspace.folder("train", "k" * 32)
    (folder / "done.json").write_text('{"key": "kkk', encoding="utf-8")
    assert workspace.find("train", "k" * 32) is None
    write_json(folder / "done.json", {"key": "k" * 32, "digest": "d", "facts": {}, "seconds": 1})
    assert workspace.find("train", "k" * 32) is not None
    assert workspace.find("train", "k" * 12 + "x" * 20) is None  # the same folder, another key


def test_versions_count_up(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    one = workspace.folder("export", "a", version=True)
    assert workspace.folder("export", "a", version=True) == one  # gone on with
    two = workspace.folder("export", "b", version=True)
    assert [one.name, two.name] == ["v1", "v2"]
    (tmp_path / "models" / "v3").mkdir()  # killed before it said whose it is
    assert workspace.folder("export", "c", version=True).name == "v3"


# -- a chat model --------------------------------------------------------------------------------


class Writer:
    """A chat model that is no further away than this file."""

    name, most_tokens = "writer", 200

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def reply(self, messages: Sequence[Message]) -> Reply:
        text = next(m.content for m in reversed(messages) if "unit_id: " in m.content)
        unit = re.search(r"unit_id: (\S+)", text)
        assert unit is not None
        self.asked.append(unit[1])
        kinds = re.findall(r"^- (\S+) (\d+)개", text, re.MULTILINE)
        questions = [
            {"kind": kind, "question": f"{kind} 물음 {n}: {unit[1]}은 누가 언제까지 하여야 하나요?"}
            for kind, count in kinds
            for n in range(int(count))
        ]
        return Reply(json.dumps({"unit_id": unit[1], "questions": questions}))

    async def close(self) -> None:
        pass


def test_a_chat_model_is_asked_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer()
    monkeypatch.setattr("lexdpr_finetune.stages.synthesize.endpoint_of", lambda section: writer)
    endpoint = {"model": "m", "base_url": "http://localhost:1/v1", "concurrency": 1}
    section = {"writer": "endpoint", "limit": 6, "endpoint": endpoint}
    recipe = tiny_recipe(tmp_path / "out", synthesize=section)

    def progress(event: RunEvent) -> None:
        if event.step == "synthesize" and event.done == 3 and len(writer.asked) == 3:
            raise KilledError

    with pytest.raises(KilledError):
        run_recipe(recipe, until="split", progress=progress)
    report = run_recipe(recipe, until="split", progress=progress)
    assert len(writer.asked) == len(set(writer.asked)) == 6
    facts = report.steps[2].facts
    assert facts["provisions"] == 6
    assert facts["questions"] >= 6
    assert facts["asked"]["model"] == "writer"
    assert run_recipe(recipe, until="split").made == ()
    assert len(writer.asked) == 6


def test_a_budget_that_runs_out_is_told_and_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer()
    monkeypatch.setattr("lexdpr_finetune.stages.synthesize.endpoint_of", lambda section: writer)
    endpoint = {"model": "m", "base_url": "http://localhost:1/v1", "concurrency": 1}
    section = {"writer": "endpoint", "limit": 6, "endpoint": {**endpoint, "tokens": 1}}
    recipe = tiny_recipe(tmp_path / "out", synthesize=section)
    with pytest.raises(RecipeError, match="예산"):
        run_recipe(recipe, until="split")
    assert writer.asked == []
    del section["endpoint"]["tokens"]  # a larger budget is no other recipe
    report = run_recipe(tiny_recipe(tmp_path / "out", synthesize=section), until="split")
    assert report.made == ("synthesize", "split")
