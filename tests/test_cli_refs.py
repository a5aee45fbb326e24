"""``lexdpr-rag refs``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lexdpr_rag.cli.app import app

from .referring_laws import ACT, DECREE, POST, build_laws


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_laws(tmp_path_factory.mktemp("refs")).path


def run(*words: object, lang: str = "") -> Result:
    variables = {"LEXDPR_LANG": lang, "COLUMNS": "100"}
    return CliRunner().invoke(app, [str(word) for word in words], env=variables)


def test_all_directions(index: Path) -> None:
    result = run("refs", index, ACT, "제2조")
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.stdout.splitlines() if line.strip()]
    assert lines[:2] == [f"{ACT} 제2조", "가리키는 조문  4"]
    assert f"「별빛 우편법」 제3조제1항 → {POST} 제3조제1항" in lines
    assert f"{ACT} 제3조제2항 ← 제2조제1항  준용" in lines
    assert lines[-3:-1] == ["위임받은 하위법령  2", f"{DECREE} 제2조제1항 ← 법 제2조제1항"]


@pytest.mark.parametrize(
    ("option", "heading"),
    [
        ("--to", "가리키는 조문"),
        ("--from", "이 조문을 가리키는 조문"),
        ("--delegated", "위임받은 하위법령"),
    ],
)
def test_one_direction(index: Path, option: str, heading: str) -> None:
    result = run("refs", index, f"{ACT} 제2조", option)
    headings = [line for line in result.stdout.splitlines() if line and not line.startswith(" ")]
    assert len(headings) == 2
    assert headings[1].startswith(heading)
    assert run("refs", index, f"{ACT} 제2조", option, "--json").exit_code == 0


def test_json(index: Path) -> None:
    answer = json.loads(run("refs", index, f"{ACT} 제4조", "--to", "--json").stdout)
    assert set(answer) == {"citation", "unit_id", "references"}
    assert [one["reason"] for one in answer["references"]] == [None, "no_article", "annex"]


def test_what_leads_nowhere_says_why(index: Path) -> None:
    korean, english = (run("refs", index, f"{ACT} 제4조", "--to", lang=lang) for lang in ("", "en"))
    assert f"제9조 → {ACT} 제9조  없는 조" in korean.stdout
    assert f"제9조 → {ACT} 제9조  no such article" in english.stdout
    assert "없습니다" in run("refs", index, f"{ACT} 제1조", "--from").stdout


def test_wrong_usage(index: Path) -> None:
    both = run("refs", index, f"{ACT} 제2조", "--to", "--from")
    assert both.exit_code == 2
    assert "--delegated" in both.stderr
    assert run("refs", index, f"{ACT} 제99조").exit_code == 1
