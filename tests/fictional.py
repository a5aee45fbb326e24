"""Fictional laws in the mirror's Markdown, for tests."""

from __future__ import annotations

from lexdpr_rag.statute.markdown import parse_markdown
from lexdpr_rag.statute.tree import Law, Node

FRONT_MATTER = {
    "제목": "달빛 도서관법",
    "법령MST": "900001",
    "법령ID": "'990100'",
    "법령구분": "법률",
    "법령구분코드": "''",
    "소관부처": "\n- 달빛부\n- 별빛부",
    "공포일자": "2024-02-13",
    "공포번호": "'20301'",
    "시행일자": "2024-08-14",
    "법령분야": "''",
    "상태": "시행",
    "출처": "https://example.invalid/법령/달빛도서관법",
    "첨부파일": "[]",
}


def source(body: str, supplement: str = "", **front: str) -> str:
    """A whole file; ``front`` overrides keys of the front matter, an empty value removes the key."""
    fields = {**FRONT_MATTER, **front}
    head = "".join(
        f"{key}:{'' if value.startswith(chr(10)) else ' '}{value}\n"
        for key, value in fields.items()
        if value
    )
    return f"---\n{head}---\n\n# 달빛 도서관법\n\n{body}\n## 부칙\n\n{supplement}"


def law_of(body: str, supplement: str = "", **front: str) -> Law:
    """Parse a fictional law; whatever it holds, its source must come back byte for byte."""
    text = source(body, supplement, **front)
    law = parse_markdown(text, "법률.md", "달빛도서관법")
    assert law.source() == text
    assert all(block.end <= len(node.raw) for node in law.walk() for block in node.blocks)
    return law


def paths(law: Law) -> list[str]:
    """The addresses of all provisions of the main part, headings included, in document order."""
    return [n.path for n in law.walk() if n.path.startswith(("main:", "toc:"))]


def at(law: Law, path: str) -> Node:
    """The one node at ``path``."""
    (node,) = (n for n in law.walk() if n.path == path)
    return node


def codes(node: Node) -> list[str]:
    """The codes of a node's diagnostics."""
    return [d.code for d in node.diagnostics]
