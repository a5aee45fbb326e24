"""Decisions that no court has given, on the sample statutes, as files of them."""

from __future__ import annotations

import json
from pathlib import Path

LAW = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
ROBOTS = "반려로봇 등록 및 안전관리에 관한 법률"


def ruling(
    number: int, issue: str, citations: str, *, holding: str = "", day: str = "20220603"
) -> dict[str, str]:
    """An answer of the national law API."""
    return {
        "판례일련번호": str(number),
        "사건번호": f"2022다{number}",
        "선고일자": day,
        "판시사항": issue,
        "판결요지": holding,
        "참조조문": citations,
    }


def write_rulings(path: Path, *rulings: dict[str, str] | str) -> Path:
    """A file of JSON lines; a string is a line as it is."""
    lines = [
        one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in rulings
    ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
