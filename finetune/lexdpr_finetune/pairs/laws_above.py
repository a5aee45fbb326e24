"""What decrees and administrative rules call the laws that they carry out: 법, 영, 규칙, 규정 …

A 시행령 or 시행규칙 says it by its title.  Others define it in their first articles: 「주택법」(이하
"법"이라 한다) 및 같은 법 시행령(이하 "영"이라 한다).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lexdpr_rag.statute.directory import SUBORDINATE

DECREE, RULES = SUBORDINATE

FIRST = 3
"""Articles in which short names are defined: 목적, 정의, 적용범위."""

_QUOTE = "[\"“”'‘’]"
# 「…」 시행령 | 같은 법 시행령, 동법 시행령 | 신용정보업감독규정 (only with a short name behind it),
# and the short name: (이하 "영"이라 한다)
_NAMED = re.compile(
    r"(?:「(?P<law>[^「」]+)」\s*(?P<sub>시행령|시행규칙)?"
    r"|(?:같은|동)\s*(?:법률?|영)\s*(?P<same>시행령|시행규칙)"
    r"|(?P<bare>[가-힣]{2,30}(?:규정|법|법률))(?=\s*\(\s*이하))"
    rf"(?:\s*\(\s*이하\s*{_QUOTE}(?P<short>[가-힣]{{1,12}}){_QUOTE})?"
)
_IS_LAW = re.compile(r"(?:법|법률)$")


@dataclass(frozen=True, slots=True)
class LawsAbove:
    """The laws that one law carries out.

    Attributes:
        short: what it calls a law → the law's title.
        titles: of the laws above.
    """

    short: dict[str, str]
    titles: frozenset[str]

    def written_out(self, text: str) -> str:
        """``text`` with 법 제3조 written as 「주택법」제3조."""
        if not self.short:
            return text
        names = "|".join(sorted(map(re.escape, self.short), key=len, reverse=True))
        told = re.compile(rf"(?<![가-힣「])(?<!같은 )(?<!이 )({names})(?=\s*제\s*\d)")
        return told.sub(lambda match: f"「{self.short[match[1]]}」", text)


def laws_above(title: str, first_articles: Sequence[str]) -> LawsAbove | None:
    """The laws above the law of that title; ``None`` where nothing tells them.

    Args:
        title: of the decree or rule.
        first_articles: the words of its first :data:`FIRST` articles.
    """
    for suffix in SUBORDINATE:
        above = title.removesuffix(f" {suffix}")
        if above != title:
            return _of_title(above, suffix)
    short, named = _defined(first_articles)
    titles = frozenset(named) | frozenset(short.values())
    return LawsAbove(short, titles) if titles else None


def _of_title(above: str, suffix: str) -> LawsAbove:
    decree = {"영": f"{above} {DECREE}"} if suffix == RULES else {}
    short = {"법": above, **decree}
    return LawsAbove(short, frozenset(short.values()))


def _defined(texts: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Short name → title, the first definition of each, and all laws that 목적 names."""
    short: dict[str, str] = {}
    named: list[str] = []
    base = ""
    for number, text in enumerate(texts):
        for match in _NAMED.finditer(text):
            if match["law"] or match["bare"]:
                law = (match["law"] or match["bare"]).strip()
                base = law.removesuffix(f" {DECREE}").removesuffix(f" {RULES}")
            subordinate = match["sub"] or match["same"] or ""
            name = f"{base if subordinate else law} {subordinate}".strip() if base else ""
            if name and match["short"]:
                short.setdefault(match["short"], name)
            if name and not number:
                named.append(name)
    return _customary(short, named), named


def _customary(short: dict[str, str], named: Sequence[str]) -> dict[str, str]:
    """Rules that define no short names still say 법 and 영."""
    of_decree = short.get("영", "").removesuffix(f" {DECREE}")
    laws = [name for name in named if _IS_LAW.search(name)]
    law = short.get("법") or of_decree or (laws[0] if laws else "")
    if not law:
        return short
    usual = {"법": law, "영": f"{law} {DECREE}", DECREE: f"{law} {DECREE}"}
    return usual | {"규칙": f"{law} {RULES}", RULES: f"{law} {RULES}"} | short
