"""The examples for LangChain run as they stand, offline, and show what they promise."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NOTEBOOK = ROOT / "examples" / "langchain_first_steps.ipynb"
ACT = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"


def python(*arguments: str, **env: str) -> str:
    """What a fresh process prints, with no model named but those in ``env``."""
    named = ("OPENAI_", "LEXDPR_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(named)}
    paths = (ROOT, ROOT / "integrations", *env.pop("path", "").split(os.pathsep))
    kept |= {"PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONUTF8": "1", **env}
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, encoding="utf-8", env=kept, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(example: str, **env: str) -> str:
    return python(str(ROOT / "examples" / example), **env)


def test_langchain_chain():
    prompt, answer, rest = run("langchain_chain.py").partition("\n구역을 비운")
    assert f"[{ACT} 제18조제1항]\n" in prompt
    assert answer
    assert f"{ACT} 제18조제1항✓" in rest
    assert "같은 법 제99조✗(없는 조문)" in rest
    assert "인용 2개: 근거 조문 1, 없는 조문 1" in rest
    assert f"- {ACT} 제18조 (" in rest.partition("조 단위로")[2]


def test_langgraph_agent():
    pytest.importorskip("langgraph")
    out = run("langgraph_agent.py")
    first, _, second = out.partition("인용을 고쳐 다시 답하세요.")
    assert f"ai: 보호기관에 직접 청구할 수 있습니다({ACT} 제18조제8항)." in first
    assert f"ai: 보호기관에 직접 청구할 수 있습니다({ACT} 제18조제4항)." in second
    assert second.endswith(f"✓ {ACT} 제18조제4항: 근거 조문\n")


def test_langchain_from_bm25():
    pytest.importorskip("rank_bm25")
    before, _, after = run("langchain_from_bm25.py").partition("LexDPRRetriever:")
    assert ACT not in before
    assert after.strip().startswith(f"- {ACT} 제18조제4항: ")
    assert after.strip().splitlines()[-1].startswith(f"- {ACT} 시행령 제")


def test_langchain_from_chroma():
    pytest.importorskip("langchain_chroma")
    pytest.importorskip("langchain_classic")
    parts = run("langchain_from_chroma.py").split("\n\n")
    heads = [part.splitlines()[0] for part in parts]
    assert heads == ["Chroma, 조·항·호:", "EnsembleRetriever:", "LexDPRRetriever:"]
    assert f"- {ACT} 제18조제4항" in parts[1]
    assert parts[2].splitlines()[1].startswith(f"- {ACT} 제18조제4항 (")


# -- a real model, where the environment names one -------------------------------------------------

STUB = """
from langchain_core.language_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage

class ChatOpenAI(FakeMessagesListChatModel):
    model: str
    responses: list = [AIMessage("{answer}")]
    def bind_tools(self, tools, **kwargs):
        assert tools[0].name == "search_statutes"
        return self
    def invoke(self, *args, **kwargs):
        print("asked", self.model)
        return super().invoke(*args, **kwargs)
"""


@pytest.mark.parametrize("example", ["langchain_chain.py", "langgraph_agent.py"])
def test_the_environment_names_a_model(example: str, tmp_path: Path):
    if example.startswith("langgraph"):
        pytest.importorskip("langgraph")
    answer = f"{ACT} 제1조에서 말합니다."
    (tmp_path / "langchain_openai.py").write_text(STUB.format(answer=answer), "utf-8")
    served = {"OPENAI_BASE_URL": "http://localhost:1/v1", "OPENAI_MODEL": "solar-pro2"}
    out = run(example, path=str(tmp_path), **served)
    assert "asked solar-pro2" in out
    assert f"△ {ACT} 제1조: 있는 조문, 근거에는 없음" in out


# -- the notebook ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cells() -> list[dict[str, Any]]:
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    return notebook["cells"]


def test_the_notebook_is_clean(cells: list[dict[str, Any]]):
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
        assert not re.search(r"/(?:home|tmp|work|Users)/", "".join(cell["source"]))


def test_the_notebook_runs(cells: list[dict[str, Any]], tmp_path: Path):
    script = tmp_path / "notebook.py"
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    script.write_text("\n\n".join(code), "utf-8")
    out = python(str(script))
    assert "8 laws" in out
    assert f"✓ {ACT} 제18조제4항: 근거 조문" in out
    assert "같은 조 제4항✓" in out
    assert out.endswith(f"지어낸 인용 / invented: ['{ACT} 제99조']\n")


def test_every_example_for_langchain_has_a_test():
    tests = Path(__file__).read_text("utf-8")
    for file in (ROOT / "examples").glob("lang*.py"):
        assert f'run("{file.name}")' in tests
