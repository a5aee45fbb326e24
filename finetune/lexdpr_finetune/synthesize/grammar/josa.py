"""Particles and endings by the sound that they follow."""

from __future__ import annotations

_FIRST, _LAST = ord("가"), ord("힣")
_FINALS = 28
_N, _L = 4, 8  # ㄴ, ㄹ among the finals
_DIGITS = {"0": _N, "1": _L, "3": 16, "6": 1, "7": _L, "8": _L}
_LETTERS = {"L": _L, "M": 16, "N": _N, "R": _L}


def final_of(word: str) -> int:
    """The final consonant of the last sound: its number among the 28, 0 for none."""
    for char in reversed(word):
        if _FIRST <= ord(char) <= _LAST:
            return (ord(char) - _FIRST) % _FINALS
        if char.isdigit():
            return _DIGITS.get(char, 0)
        if char.isalpha():
            return _LETTERS.get(char.upper(), 0)
    return 0


def josa(word: str, pair: str) -> str:
    """``word`` with the particle of ``pair`` (with/without final: ``은/는``, ``을/를``, ``으로/로``)."""
    closed, open_ = pair.split("/")
    final = final_of(word)
    if closed == "으로" and final == _L:
        return word + open_
    return word + (closed if final else open_)


def with_final(word: str, final: int) -> str:
    """``word`` with another final consonant of its last syllable."""
    code = ord(word[-1])
    return word[:-1] + chr(code - (code - _FIRST) % _FINALS + final)


def conditional(adnominal: str) -> str | None:
    """A verb before a noun → "if": 한 → 하면, 받은 → 받으면, 있는 → 있으면, 하려는 → 하려면.

    ``None`` where the last syllable is no such form.
    """
    stem, last = adnominal[:-1], adnominal[-1:]
    if not last or not "가" <= last <= "힣":
        return None
    if last in "는은":
        return _if(stem) if "가" <= stem[-1:] <= "힣" else None
    final = final_of(last)
    if final == _N and last in "인":
        return f"{stem}이면"
    if final in (_N, _L):
        stem = with_final(adnominal, 0)
        if stem in _SHORT_L_STEMS:
            return _SHORT_L_STEMS[stem] + "면"
        for short, whole in _L_STEMS:
            if stem.endswith(short):
                return stem.removesuffix(short) + whole + "면"
        return f"{stem}면"
    return None


# Verbs whose ㄹ is lost before ㄴ.
_L_STEMS = (("만드", "만들"), ("베푸", "베풀"), ("머무", "머물"))
_SHORT_L_STEMS = {"여": "열", "파": "팔", "다": "달", "거": "걸"}


def _if(stem: str) -> str:
    for short, whole in _L_STEMS:
        if stem.endswith(short):
            return f"{stem.removesuffix(short)}{whole}면"
    final = final_of(stem)
    return f"{stem}으면" if final and final != _L else f"{stem}면"


def able(stem: str) -> str:
    """A verb's stem → 하 → 할 수, 받 → 받을 수."""
    if final_of(stem) == 0:
        return f"{with_final(stem, _L)} 수"
    return f"{stem} 수" if final_of(stem) == _L else f"{stem}을 수"
