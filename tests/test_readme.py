"""Every Python snippet of both READMEs runs, in order, as a reader would run them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from models.conftest import save_static

ROOT = Path(__file__).parent.parent
ANSWER = "공유주방 및 공유작업공간 이용자 보호에 관한 법률 제18조제1항에 따르며, 같은 법 제99조는 다릅니다."
SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)


def snippets(name: str) -> list[str]:
    return SNIPPET.findall((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def reader(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder that holds what the READMEs presuppose: ``laws/`` and ``my-model/``."""
    shutil.copytree(samples / "statutes", tmp_path / "laws")
    save_static(tmp_path / "my-model")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_snippets_run(name: str, reader: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from langchain_core.language_models import FakeListChatModel
    from llama_index.core.llms import MockLLM

    found = snippets(name)
    assert len(found) == 4
    outputs: list[str] = []
    for code in found:
        scope: dict[str, Any] = {"llm": MockLLM() if "llama_index" in code else None}
        if "langchain" in code:
            scope["llm"] = FakeListChatModel(responses=[ANSWER])
        exec(compile(code, name, "exec"), scope)
        outputs.append(capsys.readouterr().out)
    assert "보호에 관한 법률 제18조" in outputs[0]
    assert "lexical" in outputs[1] and "dense" in outputs[1]
    assert "제18조" in outputs[2]
    assert "이용자 보호에 관한 법률 제18조" in outputs[3] and "제99조" in outputs[3]


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_named_files_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("command", ["scripts/quickstart", "scripts/test"])
def test_commands_are_executable(command: str) -> None:
    assert os.access(ROOT / command, os.X_OK)
    for name in ("README.md", "README.en.md"):
        assert f"```bash\n{command}\n```" in (ROOT / name).read_text(encoding="utf-8")
