"""``lexdpr-rag finetune``: help, every command, one-line errors, exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from finetune.tiny_recipe import TINY
from lexdpr_finetune.pairs import read_pairs
from lexdpr_finetune.reading import legal_keys
from lexdpr_finetune.sections import PairsSection, SplitSection, SynthesizeSection
from typer.main import get_command
from typer.testing import CliRunner, Result

from lexdpr_rag import LexDPR
from lexdpr_rag.cli.app import app
from lexdpr_rag.cli.plugins import load_group
from lexdpr_rag.cli.words import WORDS

QUESTIONS = "samples:questions.jsonl"


def run(*words: object, **env: str) -> Result:
    variables = {"LEXDPR_LANG": "", "COLUMNS": "100", **env}
    return CliRunner().invoke(app, ["finetune", *map(str, words)], env=variables)


def only_line(result: Result) -> str:
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    (line,) = result.stderr.splitlines()
    return line


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.yaml"
    held = {**TINY, "out": str(tmp_path / "out")}
    del held["mine"]
    file.write_text(yaml.safe_dump(held, allow_unicode=True), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def index(engine: LexDPR) -> Path:
    return Path(engine.path)


# -- help ----------------------------------------------------------------------------------------


def test_the_group_is_in_the_help_and_loaded_only_when_typed() -> None:
    code = (
        "import sys; from lexdpr_rag.cli.app import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print('lexdpr_finetune' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "finetune" in done.stdout
    assert done.stdout.splitlines()[-1] == "False"


def test_every_option_has_help_in_both_languages() -> None:
    group = load_group("finetune")
    assert group.help in WORDS
    for command in group.commands.values():
        assert command.help in WORDS, command.name
        for parameter in command.params:
            assert getattr(parameter, "help", None) in WORDS, (command.name, parameter.name)
            if parameter.metavar and parameter.metavar.startswith("meta."):
                assert parameter.metavar in WORDS


@pytest.mark.parametrize("command", sorted(load_group("finetune").commands))
def test_help_is_in_both_languages(command: str) -> None:
    korean, english = run(command, "--help"), run(command, "--help", LEXDPR_LANG="en")
    assert korean.exit_code == english.exit_code == 0
    assert "사용법" in korean.stdout
    assert "Usage" in english.stdout
    for result in (korean, english):
        assert f"lexdpr-rag finetune {command}" in result.stdout
        assert "help." not in result.stdout
        assert "meta." not in result.stdout


def test_a_search_for_the_word_is_no_command(index: Path) -> None:
    result = CliRunner().invoke(app, ["search", str(index), "finetune"], env={"LEXDPR_LANG": ""})
    assert result.exit_code == 0
    assert "finetune" not in get_command(app).params


# -- run -----------------------------------------------------------------------------------------


def test_run_and_run_again(recipe: Path) -> None:
    pytest.importorskip("torch")
    first = run("run", recipe, "--json")
    assert first.exit_code == 0, first.stderr
    told = json.loads(first.stdout)
    assert told["made"][0] == "corpus"
    assert told["verdict"]["accepted"] is True
    for words in ("훈련 · ", "합격", "report.html", "lexdpr-rag search"):
        assert words in first.stderr
    again = run("run", recipe)
    assert again.exit_code == 0
    assert again.stderr.count("그대로 씀") == 9
    assert "바뀐 것이 없어" in again.stderr
    rejected = run("run", recipe, "--set", "gate.margin=0.9", "--lang", "en")
    assert rejected.exit_code == 1
    assert "rejected" in rejected.stderr
    assert "Error" not in rejected.stderr
    assert run("run", recipe, "--set", "gate.margin=0.9", "--no-gate", "-q").exit_code == 0


def test_interrupted_it_says_how_to_go_on(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lexdpr_finetune.run.run_recipe", interrupted)
    result = run("run", recipe)
    assert result.exit_code == 1
    assert "같은 명령으로 이어서" in only_line(result)


WRONG = [
    (("run", "nothing.yaml"), 1, "cpu-static"),
    (("run", "cpu-static", "--set", "train.stepz=1"), 1, "train.stepz"),
    (("run", "cpu-static", "--set", "train.steps"), 1, "이름=값"),
    (("run", "cpu-static", "--until", "evaluation"), 1, "evaluate"),
    (("rum",), 2, "run"),
    (("sweep", "nothing.yaml"), 1, "nothing.yaml"),
    (("evaluate", "no-index", "--questions", "q", "--out", "o"), 1, "no-index"),
    (("export", "no-model", "--out", "o", "--onnx", "int9"), 2, "int8"),
]


@pytest.mark.parametrize(("words", "status", "told"), WRONG)
def test_wrong_usage_is_one_line(
    words: tuple[str, ...], status: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == status
    assert told in only_line(result)
    assert "오류: 예상하지 못한" not in result.stderr


# What is given instead → what the one line says.  The files are those of ``files``.
BAD_FILES = [
    ("pairs INDEX --out out.jsonl", "titles"),
    ("pairs INDEX --out folder --set titles=true", "파일이 아니라 폴더"),
    ("pairs INDEX --out empty.jsonl/x.jsonl --set titles=true", "폴더가 아니라 파일"),
    ("pairs INDEX --out out.jsonl --set own=nowhere.csv", "nowhere.csv: 파일이 없거나"),
    ("pairs INDEX --out out.jsonl --set titles=perhaps", "titles"),
    ("synthesize INDEX --out out.jsonl --set writer=endpoint", "synthesize.endpoint"),
    ("split INDEX empty.jsonl --out parts", "empty.jsonl: 쌍이 없습니다"),
    ("split INDEX good.jsonl --out good.jsonl", "폴더가 아니라 파일"),
    ("split INDEX good.jsonl --out parts --set by=moon", "'moon'"),
    ("mine INDEX empty.jsonl --out out.jsonl", "empty.jsonl: 쌍이 없습니다"),
    ("mine INDEX nowhere.jsonl --out out.jsonl", "nowhere.jsonl: 그런 파일"),
    ("train INDEX empty.jsonl --out model", "empty.jsonl: 쌍이 없습니다"),
    ("train INDEX foreign.jsonl --out model", "하나도 색인에 없습니다"),
    ("train INDEX good.jsonl --out model --set kind=magic", "bi-encoder"),
    ("evaluate INDEX --questions foreign.jsonl --lexical --out r", "하나도 색인에 없습니다"),
    ("evaluate INDEX --questions nowhere.jsonl --lexical --out r", "nowhere.jsonl: 파일이 없거나"),
    ("evaluate INDEX --questions good.jsonl --lexical --measures , --out r", "--measures"),
    ("evaluate INDEX --questions good.jsonl --lexical --gate --out r", "--gate"),
    ("export folder --out exported", "modules.json"),
    ("validate INDEX no-json.jsonl", "no-json.jsonl 1번째 줄"),
    ("validate INDEX list.jsonl", "list.jsonl 1번째 줄"),
    ("validate INDEX no-pair.jsonl", "query_id, query, kind"),
    ("validate INDEX folder", "폴더입니다"),
    ("analyze INDEX no-text.jsonl", "no-text.jsonl: 읽을 수 없는 파일"),
    ("analyze INDEX foreign.jsonl --out look", "하나도 색인에 없습니다"),
    ("analyze INDEX good.jsonl --model folder", "tokenizer.json"),
    ("analyze INDEX good.jsonl --out good.jsonl", "폴더가 아니라 파일"),
    ("run cpu-static --set train=3", "train"),
    ("run cpu-static --set export.onnx=int8", "torch 없이 그대로"),
    ("run cpu-static --set split.dev=nowhere.jsonl", "nowhere.jsonl"),
    ("run cpu-static --out good.jsonl", "폴더가 아니라 파일"),
]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of pairs, most of them bad, in which commands are run."""
    good = {"query_id": "q", "query": "보증금", "positives": ["990001/제18조"], "kind": "own"}
    foreign = {**good, "positives": ["999999/제1조"]}
    for name, text in {
        "good": json.dumps(good, ensure_ascii=False),
        "foreign": json.dumps(foreign, ensure_ascii=False),
        "empty": "",
        "no-json": "보증금",
        "list": "[1]",
        "no-pair": '{"a": 1}',
    }.items():
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "no-text.jsonl").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("words", "told"), BAD_FILES)
def test_bad_files_are_one_line(words: str, told: str, index: Path, files: Path) -> None:
    before = sorted(path.name for path in files.iterdir() if path.is_file())
    result = run(*words.replace("INDEX", str(index)).split())
    assert result.exit_code == 1
    line = only_line(result)
    assert told in line
    assert "예상하지 못한" not in line
    assert sorted(path.name for path in files.iterdir() if path.is_file()) == before


@pytest.mark.parametrize(
    ("command", "section"),
    [("pairs", PairsSection), ("synthesize", SynthesizeSection), ("split", SplitSection)],
)
def test_the_help_names_what_can_be_set(command: str, section: type) -> None:
    told = run(command, "--help", COLUMNS="300").stdout
    for key in legal_keys(section):
        assert key in told


def test_recipes_are_listed_and_printed() -> None:
    assert "solar-bge-m3" in run("recipes").stdout
    names = [one["name"] for one in json.loads(run("recipes", "--json").stdout)]
    assert names == sorted(names)
    assert yaml.safe_load(run("recipes", "cpu-static").stdout)["name"] == "cpu-static"


# -- stages by themselves ------------------------------------------------------------------------


def test_from_questions_to_a_model(index: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    titles, made, parts = tmp_path / "t.jsonl", tmp_path / "m.jsonl", tmp_path / "parts"
    result = run("pairs", index, "--out", titles, "--set", "titles=true", "--json")
    assert json.loads(result.stdout)["kinds"] == {"title": len(list(read_pairs(titles)))}
    assert run("synthesize", index, "--out", made, "-q").exit_code == 0
    result = run("split", index, titles, made, "-o", parts, "--set", "by=article", "--json")
    counts = json.loads(result.stdout)
    assert counts["train"] == len(list(read_pairs(parts / "train.jsonl")))
    assert counts["dev"] > 0
    found = run("validate", index, parts / "train.jsonl", parts / "dev.jsonl")
    assert "leaked" not in found.stdout
    assert found.exit_code == (1 if found.stdout else 0)
    assert ("잘못된 것이 없습니다" in found.stderr) == (not found.stdout)
    counted = run("analyze", index, parts / "train.jsonl", "--json")
    assert json.loads(counted.stdout)["kinds"] == counts["train_kinds"]
    assert counts["train_kinds"].keys() == {"title", "synthetic"}

    mined = tmp_path / "mined.jsonl"
    few = tmp_path / "few.jsonl"
    few.write_text("".join((parts / "dev.jsonl").open(encoding="utf-8")), encoding="utf-8")
    result = run("mine", index, few, "-o", mined, "--set", "count=2", "--json")
    assert json.loads(result.stdout)["negatives"] > 0

    sets = [f"{name}={value}" for name, value in TINY["train"].items()]
    words = [word for one in sets for word in ("--set", one.replace("'", '"'))]
    result = run("train", index, parts / "train.jsonl", "-o", tmp_path / "model", *words, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["model"] == str(tmp_path / "model")

    result = run("export", tmp_path / "model", "-o", tmp_path / "exported", "--json")
    assert json.loads(result.stdout)["type"] == "encoder"
    assert run("export", tmp_path / "model", "-o", tmp_path / "exported").exit_code == 1
    result = run("export", tmp_path / "model", "-o", tmp_path / "onnx", "--onnx", "int8")
    assert "torch 없이 그대로" in only_line(result)
    assert not (tmp_path / "onnx" / "model").exists()  # all or nothing

    words = ["--questions", parts / "dev.jsonl", "--lexical", "--model", tmp_path / "model"]
    result = run("evaluate", index, *words, "-o", tmp_path / "report", "--measures", "R@10")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "report" / "report.html").is_file()
    gated = run("evaluate", index, *words, "-o", tmp_path / "report", "--gate", "--json")
    figures = json.loads(gated.stdout)["figures"]
    better = (
        figures[str(tmp_path / "model")]["nDCG@10"]["mean"] > figures["lexical"]["nDCG@10"]["mean"]
    )
    assert gated.exit_code == (0 if better else 1)


def test_a_look_at_pairs(index: Path, files: Path) -> None:
    pytest.importorskip("matplotlib")
    result = run("analyze", index, "good.jsonl", "--max-length", 2, "--out", "look")
    assert result.exit_code == 0, result.stderr
    assert "own 1" in result.stdout
    assert "cut_share 1" in result.stdout
    assert result.stderr.splitlines()[-1] == str(Path("look") / "analysis.html")
    held = json.loads((files / "look" / "analysis.json").read_text("utf-8"))
    assert held["examples"]["own"][0]["query"] == "보증금"
    assert (files / "look" / "lengths.png").is_file()


# -- sweep ---------------------------------------------------------------------------------------


def test_a_sweep_goes_on_and_writes_the_best(recipe: Path, tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    pytest.importorskip("torch")
    space = tmp_path / "space.yaml"
    held = {
        "recipe": recipe.name,
        "trials": 2,
        "space": {
            "train.dimension": {"choices": [8, 16]},
            "train.learning_rate": {"low": 0.01, "high": 0.1, "log": True},
        },
    }
    space.write_text(yaml.safe_dump(held), encoding="utf-8")
    first = run("sweep", space, "--json")
    assert first.exit_code == 0, first.stderr
    assert json.loads(first.stdout)["trials"] == 2
    assert len(list((tmp_path / "out").glob("corpus-*"))) == 1  # made once, for all trials
    folders = set((tmp_path / "out").glob("train-*"))
    again = json.loads(run("sweep", space, "--json", "-q").stdout)
    assert again["trials"] == 2  # done already
    assert set((tmp_path / "out").glob("train-*")) == folders
    more = json.loads(run("sweep", space, "--trials", 3, "--json", "-q").stdout)
    assert more["trials"] == 3
    assert more["value"] >= again["value"]
    best = run("run", more["recipe"], "--json", "-q")
    assert best.exit_code == 0, best.stderr
    told = json.loads(best.stdout)
    assert told["made"] == ["export"]  # all the rest was done by the trial
    assert told["verdict"]["value"] == pytest.approx(more["value"])


BAD = [
    ({}, "space"),
    ({"space": {"train.steps": {"low": 5}}}, "train.steps"),
    ({"space": {"train.steps": {"low": 5, "high": 5}}}, "train.steps"),
    ({"space": {"train.steps": {"choices": []}}}, "train.steps"),
    ({"space": {"train.steps": {"low": 1, "high": 9}}, "trails": 3}, "trials"),
]


@pytest.mark.parametrize(("held", "told"), BAD)
def test_sweeps_that_cannot_be(held: dict, told: str, recipe: Path, tmp_path: Path) -> None:
    space = tmp_path / "space.yaml"
    space.write_text(yaml.safe_dump({"recipe": recipe.name, **held}), encoding="utf-8")
    result = run("sweep", space)
    assert result.exit_code == 1
    assert told in only_line(result)
