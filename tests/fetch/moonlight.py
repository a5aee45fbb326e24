"""Fictional texts of law.go.kr, and what a folder holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fetch.law_server import Text

from lexdpr_rag.fetch import FetchReport, Manners

LIBRARY = Text("990100", "900001", "달빛 도서관법", short="달빛법")
DECREE = Text("990101", "900002", "달빛 도서관법 시행령", words="책등은 북쪽을 본다.")
LIGHTS = Text("990200", "900003", "등불 관리에 관한 법률", words="등불은 해가 지면 켠다.")
BOATS = Text("990300", "900004", "종이배 항해법", words="종이배는 비 오는 날 띄우지 않는다.")
CLOUDS = Text("990400", "900005", "구름 측량법", words="구름은 아침에 잰다.")
LAWS = [LIBRARY, DECREE, LIGHTS, BOATS, CLOUDS]

QUICK = Manners(pause=0, timeout=2, retries=3, backoff=0.01)

Call = Callable[..., FetchReport]


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder, hidden ones included, but for the lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".fetch.lock"
    }
