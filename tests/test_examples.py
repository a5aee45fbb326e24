"""The examples run as they stand, offline, and cite what they should."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RETURN_OF_DEPOSIT = "공유주방 및 공유작업공간 이용자 보호에 관한 법률 제18조"


def run(example: str) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    env |= {
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "integrations"))),
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / example],
        capture_output=True,
        encoding="utf-8",
        env=env,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_llama_index_query_engine():
    prompt, _, sources = run("llama_index_query_engine.py").partition("근거 조문:")
    assert f"[{RETURN_OF_DEPOSIT}제1항]" in prompt
    assert f"- {RETURN_OF_DEPOSIT}제1항 (" in sources


def test_langchain_chain():
    prompt, _, articles = run("langchain_chain.py").partition("조 단위로")
    assert f"[{RETURN_OF_DEPOSIT}제1항]" in prompt
    assert f"- {RETURN_OF_DEPOSIT} (" in articles


@pytest.mark.parametrize("example", sorted(p.name for p in (ROOT / "examples").glob("*.py")))
def test_every_example_has_a_test(example: str):
    files = Path(__file__).parent.rglob("test_*examples.py")
    assert f'run("{example}")' in "".join(file.read_text(encoding="utf-8") for file in files)
