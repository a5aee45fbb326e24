"""``lexdpr-rag index --decisions`` and what ``info`` says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from decisions.rulings import LAW, ROBOTS, ruling, write_rulings
from typer.testing import CliRunner, Result

from lexdpr_rag.cli.app import app

ISSUE = "임차인이 맡긴 담보금의 회수가 늦어진 때 임대인의 이행지체 책임이 성립하는지 여부(적극)"


def run(*words: object, **env: str) -> Result:
    variables = {"LEXDPR_LANG": "", "COLUMNS": "100", **env}
    return CliRunner().invoke(app, [str(word) for word in words], env=variables)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    first = write_rulings(tmp_path / "a.jsonl", ruling(1, ISSUE, f"{LAW} 제18조"), "{")
    robots = ruling(2, "종이배의 주인을 가리는 잣대", f"{ROBOTS} 제6조", day="20250104")
    return first, write_rulings(tmp_path / "b.jsonl", robots)


def index(samples: Path, out: Path, *words: object) -> Result:
    options = ("--encoder", "lexdpr-static", "--backend", "exact", "--jobs", 1)
    return run("index", samples / "statutes", "--out", out, *options, *words)


def test_from_files_to_hits_and_back(
    samples: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    out, errors = tmp_path / "index", tmp_path / "errors.jsonl"
    chosen = [word for file in files for word in ("--decisions", file)]
    result = index(samples, out, *chosen, "--errors", errors)
    assert result.exit_code == 0, result.output
    assert "판례 읽기 2/2" in result.stderr
    assert "판례 붙이기 2/2" in result.stderr
    assert "2건 가운데 2건 (2022-06-03 – 2025-01-04)" in result.stderr
    assert "읽지 못한 것 1건" in result.stderr
    (failure,) = map(json.loads, errors.read_text(encoding="utf-8").splitlines())
    assert failure["source"] == str(files[0])
    assert f"{files[0]}:2" in failure["reason"]

    shown = run("info", out, LEXDPR_LANG="en").stdout
    assert "2 of 2 (2022-06-03 – 2025-01-04) · 2 issues and holdings · 2 articles" in shown
    held = json.loads(run("info", out, "--json").stdout)
    assert (held["decisions_read"], held["decisions"], held["decided_articles"]) == (2, 2, 2)
    (hit,) = json.loads(run("search", out, ISSUE, "-k", 1, "--level", "article", "--json").stdout)[
        "hits"
    ]
    assert hit["citation"] == f"{LAW} 제18조"

    assert index(samples, out, "--decisions", "none", "--quiet").exit_code == 0
    assert "붙인 판례" not in run("info", out).stdout


def test_wrong_ones_are_one_line(samples: Path, files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "index"
    for words, said in (
        (("--decisions", tmp_path / "gone.jsonl"), "gone.jsonl"),
        (("--decisions", files[0], "--encoder", "none"), "--encoder"),
        (("--decisions", files[0], "--strict", "--quiet"), "a.jsonl:2"),
    ):
        result = index(samples, out, *words)
        assert result.exit_code == 1
        line = result.stderr.splitlines()[-1]
        assert said in line
        assert "Traceback" not in result.output
        assert not (out / "CURRENT").exists()


def test_decisions_that_cite_nothing_here(samples: Path, tmp_path: Path) -> None:
    file = write_rulings(tmp_path / "a.jsonl", ruling(1, ISSUE, "공중정원법 제3조"))
    result = index(samples, tmp_path / "index", "--decisions", file)
    assert result.exit_code == 0
    assert "1건을 읽었지만" in result.stderr
