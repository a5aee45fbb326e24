"""The laws that the words of a statute name: 「민법」, 같은 법, 이 법, and in a decree 법 and 영."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lexdpr_rag.answers.names import RELATIVE, AnswerNames
from lexdpr_rag.statute.directory import SUBORDINATE, LawDirectory, TitleMention

_ACT = re.compile(r"(?:법|법률)(?:\([^()]*\))?$")
_DECREE = re.compile(r"(?:령|규정)$")
_CALLS = re.compile(r"\(\s*(?:이하|약칭)")
_SUB = r"(?:\s*(?:시행령|시행규칙))?"


class StatuteNames:
    """What ``find_citations`` asks of a provision's words (``LawNames``).

    Args:
        text: the words.
        own: the title of the law that they are of.
        directory: the laws that there are.
        before: the articles of that law from its first on, read as far as needed.
    """

    def __init__(self, text: str, own: str, directory: LawDirectory, before: Iterable[str]) -> None:
        self._own = own
        self._directory = directory
        self._named = AnswerNames(_usual(text), directory)
        self._before = iter(before)
        self._opening = next(self._before, "")
        self._aliases = {**self._called_in(self._opening), **self._named.aliases}
        words = "|".join(map(re.escape, sorted(self._aliases, key=len, reverse=True)))
        self._alias = re.compile(rf"(?<![가-힣\w])(?:{words}){_SUB}$") if words else None

    def ending_at(self, text: str, end: int) -> int | None:
        """Where the name of a law starts that ends right before ``end``."""
        start = self._directory.ending_at(text, end)
        if start is not None:
            return start
        begin = max(0, end - 60)
        before = text[begin:end]
        starts = [
            match.start()
            for pattern in (self._alias, RELATIVE)
            if pattern is not None and (match := pattern.search(before)) is not None
        ]
        if not starts:
            return self._named.ending_at(text, end)  # a law that nobody knows, a treaty, 정관
        start = min(starts)
        if before[start] == "이" and before[:start].endswith((")", "」", '"')):
            start += 2  # 위원회(…)이 법 제28조: no 이 법
        return begin + start

    def mentions(self, text: str) -> Iterable[TitleMention]:
        """Every known law that ``text`` names."""
        return self._named.mentions(text)

    def right_before(self, at: int) -> str:
        """The title of the law whose name, bracket and all, ends at ``at``; empty where none does."""
        return self._named.nearest(at, at - 4) or ""

    def law_of(self, name: str, at: int, last: tuple[int, str]) -> str:
        """The title of the law that ``name`` means at ``at``; empty where it cannot be told.

        ``last`` is the law cited last by a name, and where that ended.
        """
        for alias, law in self._aliases.items():
            if name == alias:
                return law
            if name.startswith(alias) and name.removeprefix(alias).strip() in SUBORDINATE:
                return f"{law} {name.removeprefix(alias).strip()}"
        relative = RELATIVE.fullmatch(name)
        if relative is None or name in self._directory:
            known = name in self._directory
            return name if known else self._called_before(name) or name
        kind, sub = relative["kind"], relative["sub"] or ""
        if name[0] in "이본":
            return self._own
        if relative["pointer"]:
            nearest = self._named.nearest(at, last[0]) or last[1]
            return _related(nearest, kind, sub) if nearest else ""
        return "" if _ACT.search(self._own) else self._above(kind, sub)

    def _above(self, kind: str, sub: str) -> str:
        """법 and 영 in a decree or rule: by its title, by what it calls so, by what it carries out."""
        law = _related(self._own, kind, sub)
        if law in self._directory:
            return law
        law = self._called_before(kind) or self._carried_out(kind)
        return f"{law} {sub}".strip() if law else ""

    def _called_before(self, name: str) -> str:
        """The law that the articles before call ``name``."""
        while name not in self._aliases and (text := next(self._before, None)) is not None:
            self._aliases = {**self._called_in(text), **self._aliases}
        return self._aliases.get(name, "")

    def _carried_out(self, kind: str) -> str:
        """The one act, or decree, whose delegation the opening says that this law fulfils."""
        if "위임" not in self._opening:
            return ""
        laws = {mention.law.title for mention in self._directory.mentions(self._opening)}
        acts = {law for law in laws if _ACT.search(law)}
        decrees = {law for law in laws if _DECREE.search(law)}
        if kind in ("법", "법률"):
            return acts.pop() if len(acts) == 1 else ""
        if not decrees and len(acts) == 1 and "시행령" in self._opening:
            return f"{acts.pop()} 시행령"
        return decrees.pop() if len(decrees) == 1 else ""

    def _called_in(self, text: str) -> dict[str, str]:
        """What ``text`` calls laws: 「도로교통법」(이하 "법"이라 한다)."""
        text = _usual(text)
        return AnswerNames(text, self._directory).aliases if _CALLS.search(text) else {}


def _usual(text: str) -> str:
    """다음부터 "법"이라 한다, as court rules say, in the usual words; no position moves."""
    return text.replace("다음부터", "이하  ")


def _related(law: str, kind: str, sub: str) -> str:
    """법, 영, 규칙, or (``sub``) the decree of a law: what stands to ``law`` as the word says."""
    act = law
    for subordinate in SUBORDINATE:
        act = act.removesuffix(subordinate).rstrip()
    if kind in ("법", "법률"):
        return f"{act} {sub}".strip() if _ACT.search(act) else ""
    if kind in ("시행령", "영", "령"):
        return act if act.endswith(("령", "규정")) else f"{act} 시행령"
    if kind in ("시행규칙", "규칙"):
        return law if law.endswith("규칙") else f"{act} 시행규칙"
    return law if law.endswith(kind) else ""
