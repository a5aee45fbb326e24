"""The command line as a process: start-up, pipes, a full disk, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import pytest

SAMPLES = Path(str(files("lexdpr_rag") / "samples"))
COMMAND = (sys.executable, "-m", "lexdpr_rag.cli")
ROOT = Path(__file__).parents[1]
FULL = Path("/dev/full")


def environment() -> dict[str, str]:
    """This process's own, the tree importable, Korean."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "LEXDPR_LANG": "", "NO_COLOR": "1"}


def run(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    settings = {"capture_output": True, "text": True, "env": environment(), "timeout": 120}
    return subprocess.run([*COMMAND, *map(str, words)], **{**settings, **options})  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("process") / "index"
    done = run("index", SAMPLES / "statutes", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_help_starts_fast_and_loads_nothing_heavy():
    code = (
        "import sys; sys.argv = ['lexdpr-rag', '--help']\n"
        "from lexdpr_rag.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'bm25s', 'lexdpr_rag.engine', 'torch'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    best = 10.0
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=environment()
        )
        best = min(best, time.perf_counter() - started)
        assert done.returncode == 0, done.stderr
    assert "사용법" in done.stdout
    assert best < 0.5


def test_search_answers_with_json_in_any_locale(index: Path):
    # In the second one Python hands over the words as undecoded bytes.
    for locale in (
        {"LC_ALL": "C.UTF-8"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ):
        done = run(
            "search", index, "보증금", "--json", "-k", 1,
            env={**environment(), **locale}, text=False, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert answer["query"] == "보증금"
        assert len(answer["hits"]) == 1


def test_a_terminal_without_the_characters_shows_question_marks(index: Path):
    done = run("info", index, env={**environment(), "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert "bigram" in done.stdout


def test_a_reader_that_goes_away_makes_no_noise(index: Path):
    words = [*COMMAND, "search", str(index), "등록", "-k", "200", "--level", "subparagraph"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_full_disk_is_one_line(index: Path, form: tuple[str, ...]):
    with FULL.open("w") as full:
        done = run(
            "search",
            index,
            "등록",
            *form,
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 1
    assert done.stderr == "오류: 디스크에 남은 공간이 없습니다. 공간을 비우고 다시 실행하세요.\n"


def test_batch_through_pipes(index: Path):
    done = run(
        "search", index, "--queries", "-", "--out", "-", "-k", 1,
        input='{"query_id": "1", "query": "보증금"}\n',
    )  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout)["query_id"] == "1"


def many_laws(folder: Path, count: int) -> Path:
    """Copies of a sample under numbers of their own."""
    law = (SAMPLES / "statutes/반려로봇등록및안전관리에관한법률/법률.md").read_text(
        encoding="utf-8"
    )
    for i in range(count):
        place = folder / f"법{i:04}"
        place.mkdir(parents=True)
        (place / "법률.md").write_text(law.replace("990011", f"99{i:04}"), encoding="utf-8")
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_and_the_same_command_again(jobs: str, tmp_path: Path):
    laws, out = many_laws(tmp_path / "laws", 250), tmp_path / "index"
    words = [*COMMAND, "index", str(laws), "--out", str(out), "--jobs", jobs]
    with subprocess.Popen(
        words, stderr=subprocess.PIPE, text=True, env=environment(), start_new_session=True
    ) as process:
        deadline = time.monotonic() + 60
        while not list(out.glob(".building/shards/*[!t]/shard.json")):
            assert time.monotonic() < deadline
            time.sleep(0.02)  # until the first part of the work is finished
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 1, said
    assert "Traceback" not in said
    assert "같은 명령을 다시 실행하면" in said.splitlines()[-1]
    again = run("index", laws, "--out", out, "--json", "--quiet")
    assert again.returncode == 0, again.stderr
    report = json.loads(again.stdout)
    assert report["parsed"] + report["reused"] == 250
    assert report["reused"] > 0
