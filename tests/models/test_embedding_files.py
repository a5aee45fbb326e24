"""Files of embeddings: formats, going on after a kill, lines that cannot be used; the commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from lexdpr_rag.cli.app import app
from lexdpr_rag.embedding_files import EmbeddingFileError, Target, embed_file
from lexdpr_rag.encoder import BiEncoder, ModelWarning

from .conftest import LINES, MANY

ROOT = Path(__file__).resolve().parents[2]


class Fake:
    """Vectors that tell the text's length; dies when it is told to."""

    name = "fake"

    def __init__(self, fingerprint: str = "f1", dies_after: int | None = None) -> None:
        self.fingerprint = fingerprint
        self.calls: list[int] = []
        self._left = dies_after

    def get_embedding_dimension(self) -> int:
        return 2

    def encode_passages(self, texts: Sequence[str], batch_size: int = 32) -> np.ndarray:
        if self._left is not None and len(self.calls) >= self._left:
            raise KeyboardInterrupt
        self.calls.append(len(texts))
        return np.array([[len(text), -1] for text in texts], dtype=np.float32)

    def encode_queries(self, texts: Sequence[str], batch_size: int = 32) -> np.ndarray:
        return -self.encode_passages(texts, batch_size)


def write_lines(path: Path, rows: Sequence[object]) -> Path:
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    rows = [{"id": f"단위-{at}", "text": text} for at, text in enumerate(MANY)]
    return write_lines(tmp_path / "in.jsonl", rows)


EXPECTED = np.array([[len(text), -1] for text in MANY], dtype=np.float32)
IDS = [f"단위-{at}" for at in range(len(MANY))]


def read(target: Target) -> tuple[list[str], np.ndarray]:
    if target.format == "npz":
        with np.load(target.files[0]) as held:  # no pickle
            return held["ids"].tolist(), held["embeddings"]
    if target.format == "npy":
        return np.load(target.files[1]).tolist(), np.load(target.files[0])
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(target.files[0])
    return table["id"].to_pylist(), np.array(table["embedding"].to_pylist(), dtype=np.float32)


@pytest.mark.parametrize("form", ["npz", "npy", "parquet"])
def test_formats(source: Path, tmp_path: Path, form: str):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    target = Target(tmp_path / "out" / "deep", "laws", form)  # type: ignore[arg-type]
    report = embed_file(Fake(), source, "passage", target, chunk=10)
    ids, rows = read(target)
    assert ids == IDS
    np.testing.assert_array_equal(rows, EXPECTED)
    assert (report.rows, report.dimension, report.encoded) == (56, 2, 56)
    told = json.loads(target.summary.read_text(encoding="utf-8"))
    assert (told["model"], told["type"], told["rows"], told["dimension"]) == (
        "fake",
        "passage",
        56,
        2,
    )
    left = {path.name for path in target.folder.iterdir() if path.suffix != ".lock"}
    assert left == {path.name for path in (*target.files, target.summary)}


def test_questions_are_encoded_as_questions(tmp_path: Path):
    source = write_lines(tmp_path / "q.jsonl", [{"query_id": 7, "query": "네 글자"}])
    target = Target(tmp_path, "q")
    embed_file(Fake(), source, "query", target)
    ids, rows = read(target)
    assert (ids, rows.tolist()) == (["7"], [[-4, 1]])


def test_an_interrupted_run_goes_on(source: Path, tmp_path: Path):
    target = Target(tmp_path / "out", "laws")
    with pytest.raises(KeyboardInterrupt):
        embed_file(Fake(dies_after=3), source, "passage", target, chunk=10)
    assert not target.files[0].exists()
    told: list[tuple[int, int]] = []
    fake = Fake()
    report = embed_file(
        fake,
        source,
        "passage",
        target,
        chunk=10,
        progress=lambda done, total: told.append((done, total)),
    )
    assert fake.calls == [10, 10, 6]  # of six chunks three were there
    assert report.encoded == 26
    assert told[0] == (30, 56) and told[-1] == (56, 56)
    np.testing.assert_array_equal(read(target)[1], EXPECTED)
    # and the same once more has nothing to do
    idle = Fake()
    assert embed_file(idle, source, "passage", target, chunk=10).encoded == 0
    assert idle.calls == []


@pytest.mark.parametrize("change", ["model", "input", "type", "chunk"])
def test_parts_of_something_else_are_thrown_away(source: Path, tmp_path: Path, change: str):
    target = Target(tmp_path / "out", "laws")
    with pytest.raises(KeyboardInterrupt):
        embed_file(Fake(dies_after=3), source, "passage", target, chunk=10)
    if change == "input":
        rows = [{"id": f"단위-{at}", "text": text + "!"} for at, text in enumerate(MANY)]
        write_lines(source, rows)
    fake = Fake("f2" if change == "model" else "f1")
    chunk = 9 if change == "chunk" else 10
    kind = "query" if change == "type" else "passage"
    report = embed_file(fake, source, kind, target, chunk=chunk)  # type: ignore[arg-type]
    assert report.encoded == 56
    sign = -1 if change == "type" else 1
    more = np.array([1 if change == "input" else 0, 0])
    np.testing.assert_array_equal(read(target)[1], sign * (EXPECTED + more))


def test_a_finished_file_of_another_model_is_replaced(source: Path, tmp_path: Path):
    target = Target(tmp_path / "out", "laws")
    embed_file(Fake(), source, "passage", target)
    assert embed_file(Fake("f2"), source, "passage", target).encoded == 56


BAD = [
    ('{"id": "a", "text": "x"}\n{"id": "b"}\n', ["2 (text)"]),
    ('{"id": "a", "text": "x"}\n\nnot json\n[1]\n', ["3 (JSON)", "4 ({…})"]),
    (
        '{"text": "x"}\n{"id": null, "text": "x"}\n{"id": true, "text": "x"}\n',
        ["1 (id)", "2 (id)", "3 (id)"],
    ),
    ('{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n', ["2 (id 'a' = 1)"]),
    ('{"id": "a", "text": "  "}\n' * 9, ["1 (text)", "+4"]),
]


@pytest.mark.parametrize(("text", "named"), BAD)
def test_lines_that_cannot_be_used_are_named(tmp_path: Path, text: str, named: list[str]):
    source = tmp_path / "in.jsonl"
    source.write_text(text, encoding="utf-8")
    fake = Fake()
    with pytest.raises(EmbeddingFileError) as error:
        embed_file(fake, source, "passage", Target(tmp_path / "out", "x"))
    assert all(words in str(error.value) for words in named)
    assert fake.calls == []
    assert not (tmp_path / "out").exists()


def test_other_mistakes(source: Path, tmp_path: Path):
    (tmp_path / "empty.jsonl").write_text("\n")
    cases = [
        (tmp_path / "empty.jsonl", Target(tmp_path, "x"), "empty.jsonl"),
        (source, Target(tmp_path, "a/b"), "a/b"),
        (source, Target(tmp_path, ""), "prefix"),
        (source, Target(tmp_path, "x", "csv"), "csv"),  # type: ignore[arg-type]
    ]
    for path, target, named in cases:
        with pytest.raises(EmbeddingFileError, match=named):
            embed_file(Fake(), path, "passage", target)


def test_a_second_run_waits_outside(source: Path, tmp_path: Path):
    target = Target(tmp_path / "out", "laws")

    class Second(Fake):
        def encode_passages(self, texts: Sequence[str], batch_size: int = 32) -> np.ndarray:
            with pytest.raises(EmbeddingFileError, match="out"):
                embed_file(Fake(), source, "passage", target)
            return super().encode_passages(texts, batch_size)

    assert embed_file(Second(), source, "passage", target).encoded == 56


def test_cut_texts_are_told_once(static_folder: Path, source: Path, tmp_path: Path):
    encoder = BiEncoder(static_folder, max_seq_length=10)
    with pytest.warns(ModelWarning) as told:
        embed_file(encoder, source, "passage", Target(tmp_path / "out", "x"), chunk=10)
    assert len(told) == 1
    assert "56" in str(told[0].message)


# -- the commands --------------------------------------------------------------------------------


def run(*words: object) -> Result:
    variables = {"LEXDPR_LANG": "", "COLUMNS": "100"}
    return CliRunner().invoke(app, [str(word) for word in words], env=variables)


def test_embed(static_folder: Path, source: Path, tmp_path: Path):
    words = ["embed", "--model", static_folder, "--input", source, "--type", "passage"]
    words += ["--outdir", tmp_path / "out", "--prefix", "laws", "--format", "npz"]
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert "56개(24차원)" in done.stderr and "laws.npz" in done.stderr
    ids, rows = read(Target(tmp_path / "out", "laws"))
    assert ids == IDS
    np.testing.assert_allclose(rows, BiEncoder(static_folder).encode_passages(MANY), atol=1e-6)
    again = run(*words)
    assert again.exit_code == 0 and "이미 있어" in again.stderr


def test_embed_says_what_is_wrong(static_folder: Path, tmp_path: Path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": "x"}\n{}\n')
    words = ["embed", "--model", static_folder, "--input", source, "--outdir", tmp_path / "out"]
    failed = run(*words, "--type", "passage")
    assert failed.exit_code == 1 and "2 (id)" in failed.stderr
    assert len(failed.stderr.splitlines()) == 1
    for more in (["--type", "both"], ["--type", "query", "--format", "csv"], []):
        assert run(*words, *more).exit_code == 2
    missing = run("embed", "--model", "no-such", *words[3:], "--type", "query")
    assert missing.exit_code == 1 and "no-such" in missing.stderr
    absent = run(
        "embed",
        "--model",
        static_folder,
        "--input",
        tmp_path / "absent",
        *words[5:],
        "--type",
        "query",
    )
    assert absent.exit_code == 1 and "absent" in absent.stderr


def test_embed_text(static_folder: Path):
    vector = BiEncoder(static_folder).encode_queries([LINES[6]])[0]
    words = ["embed-text", "--model", static_folder, *LINES[6].split()]
    told = json.loads(run(*words, "--json").stdout)
    assert (told["type"], told["dimension"], told["text"]) == ("query", 24, LINES[6])
    np.testing.assert_allclose(told["embedding"], vector, atol=1e-7)
    shown = run(*words)
    assert shown.exit_code == 0
    assert f"{vector[0]:+.4f}" in shown.stdout and "1.0000" in shown.stdout
    cut = run(*words, "--max-length", 2, "--type", "passage")
    assert cut.exit_code == 0
    assert cut.stderr.startswith("주의: ") and "2 토큰" in cut.stderr


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_command_goes_on(static_folder: Path, tmp_path: Path):
    rows = [{"id": at, "text": f"{LINES[at % len(LINES)]} {at} " * 4} for at in range(30_000)]
    source = write_lines(tmp_path / "in.jsonl", rows)
    words = ["embed", "--model", static_folder, "--input", source, "--type", "passage"]
    words += ["--outdir", tmp_path / "out", "--prefix", "laws", "--format", "npy"]
    command = [sys.executable, "-m", "lexdpr_rag.cli", *map(str, words)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    target = Target(tmp_path / "out", "laws", "npy")
    running = subprocess.Popen(command, env=env, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(target.parts.glob("*.npy")) and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    left = len(list(target.parts.glob("*.npy")))
    assert left and not target.files[0].exists()
    done = run(*words)
    assert done.exit_code == 0, done.output
    encoder = BiEncoder(static_folder)
    texts = [str(row["text"]) for row in rows]
    np.testing.assert_allclose(read(target)[1], encoder.encode_passages(texts), atol=1e-6)
