"""How questions end: politely, formally, as people talk."""

from __future__ import annotations

import zlib
from enum import StrEnum


class Aim(StrEnum):
    """What the end of a question asks for."""

    MUST = "must"  # …해야
    MAY = "may"  # …할 수
    ALLOWED = "allowed"  # …해도
    MEANING = "meaning"  # 보증금이란
    WHAT = "what"  # …은
    HOW_LONG = "how_long"  # …은
    PUNISHED = "punished"  # …하면
    FINED = "fined"  # …하면
    WHERE = "where"  # …은


ENDINGS: dict[Aim, tuple[str, ...]] = {
    Aim.MUST: ("하나요?", "합니까?", "하나요?", "되나요?", "해요?"),
    Aim.MAY: ("있나요?", "있습니까?", "있나요?", "있어요?", "있을까요?"),
    Aim.ALLOWED: ("되나요?", "됩니까?", "되나요?", "돼요?", "괜찮나요?"),
    Aim.MEANING: ("무엇인가요?", "무엇을 말하나요?", "무슨 뜻인가요?", "뭐예요?"),
    Aim.WHAT: ("무엇인가요?", "무엇입니까?", "뭐가 있나요?", "어떤 것들이 있나요?"),
    Aim.HOW_LONG: ("얼마나 되나요?", "얼마입니까?", "얼마나 돼요?"),
    Aim.PUNISHED: (
        "어떤 처벌을 받나요?",
        "처벌은 어떻게 되나요?",
        "형량이 어떻게 되나요?",
        "무슨 벌을 받아요?",
        "감옥에 갈 수도 있나요?",
    ),
    Aim.FINED: (
        "과태료가 얼마인가요?",
        "과태료는 얼마나 나오나요?",
        "과태료를 내야 하나요?",
        "과태료 얼마 나와요?",
    ),
    Aim.WHERE: (
        "어느 법령에서 정하나요?",
        "어디에서 정하고 있나요?",
        "무엇을 보면 알 수 있나요?",
        "어디에 나와 있어요?",
    ),
}


def drawn(choices: tuple[str, ...], seed: str) -> str:
    """One of ``choices``, the same one for the same seed."""
    return choices[zlib.crc32(seed.encode()) % len(choices)]


def ending(aim: Aim, seed: str) -> str:
    """An ending for ``aim``, drawn by ``seed``."""
    return drawn(ENDINGS[aim], f"{aim}{seed}")
