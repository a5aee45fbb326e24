"""LlamaIndex's examples run as they stand, offline, and find what they should."""

import pytest
from test_examples import RETURN_OF_DEPOSIT, run

CLAIM = f"{RETURN_OF_DEPOSIT}제4항"
"""보호기관에 대한 직접 청구."""


def test_chat_engine():
    out = run("llama_index_chat_engine.py")
    first, _, second = out.partition("질문: 로봇")
    # Two parts of it were found, so the article is read whole.
    assert "- 공유주방 및 공유작업공간 이용자 보호에 관한 법률 제19조 (" in first
    assert "[공유주방 및 공유작업공간 이용자 보호에 관한 법률 제19조]" in first
    assert "④ 보증금보호조치의 기준" in first
    assert "- 반려로봇 등록 및 안전관리에 관한 법률" in second


def test_ingestion():
    pytest.importorskip("llama_index.vector_stores.chroma", reason="not installed")
    out = run("llama_index_ingestion.py")
    first, changed, *found = [line for line in out.splitlines() if line]
    counts = [int(line.partition("노드 ")[2].partition("개")[0]) for line in (first, changed)]
    assert 0 < counts[1] < counts[0] / 5
    assert changed.endswith("(반려로봇 등록 및 안전관리에 관한 법률 시행령)")
    assert any("제19조 (" in line and "← 항·호" in line for line in found)


def test_fusion():
    plain, _, rest = run("llama_index_fusion.py").partition("바꾸어 합치기:")
    fused, _, hyde = rest.partition("HyDE:")
    assert CLAIM not in plain
    assert CLAIM in fused
    assert CLAIM in hyde


def test_from_bm25():
    pytest.importorskip("rank_bm25")
    before, _, after = run("llama_index_from_bm25.py").partition("LexDPRRetriever:")
    assert RETURN_OF_DEPOSIT not in before
    first, *_, decree = [line for line in after.splitlines() if line.startswith("- ")]
    assert first.startswith(f"- {CLAIM}: ④ 이용자는")
    assert "시행령 제" in decree


def test_from_chroma():
    pytest.importorskip("llama_index.vector_stores.chroma", reason="not installed")
    out = run("llama_index_from_chroma.py")
    _, _, fused = out.partition("QueryFusionRetriever:")
    assert fused.count(f"- {CLAIM}") == 2  # fused, and alone
    assert len([line for line in out.splitlines() if line.startswith("- ")]) == 6
