"""The laws that the words of a statute name: 「민법」, 같은 법, 이 영, in a decree 법, a short name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lexdpr_rag.statute.directory import SUBORDINATE, LawDirectory, LawEntry
from lexdpr_rag.statute.references.grammar import (
    ALIAS,
    LAST_WORD,
    LAWLIKE,
    NO_LAW,
    POINTED,
)
from lexdpr_rag.statute.references.places import Places
from lexdpr_rag.statute.references.reference import ReferenceKind

_ACT = re.compile(r"(?:법|법률|헌법)(?:\([^()]*\))?$")
_DECREE = re.compile(r"(?:령|규정)$")
_QUOTED = re.compile(r"「(?P<law>[^「」]{2,150})」(?P<sub>\s?(?:시행령|시행규칙))?\s?$")
_NEAREST = re.compile(r"「([^「」]{2,150})」[^「」]*$")
_SCOPES = {"조": "", "항": "h", "호": "n", "목": "m"}
_NOTE = re.compile(r"\([^()]*\)")
_LONGEST = 160
_OF_ACT = frozenset(("법", "법률"))
_OF_DECREE = frozenset(("영", "령", "시행령", "대통령령"))
_OF_RULE = frozenset(("규칙", "시행규칙"))
_GENERIC = _OF_ACT | _OF_DECREE | _OF_RULE


class LawName(NamedTuple):
    """A law that is named; ``law_id`` is empty for one that the corpus lacks, the title where it
    cannot be told."""

    title: str
    law_id: str = ""

    @property
    def is_act(self) -> bool:
        """Whether it is an act by its title."""
        return _ACT.search(self.title) is not None


class Named(NamedTuple):
    """The name that ends right before a place, and where it starts."""

    start: int
    law: LawName
    kind: ReferenceKind
    pointer: str = ""  # 법, 영 … of 같은 법, whose law is the reader's to find
    sub: str = ""


UNTOLD = LawName("")


class Titles:
    """A directory that remembers what it was asked; one for all laws of a corpus.

    Args:
        directory: the laws.
        folders: the folder of a law's source file → the act that it belongs to.
        former: titles that no law has any more → the law that had it.
    """

    def __init__(
        self,
        directory: LawDirectory,
        folders: Mapping[str, LawName] | None = None,
        former: Mapping[str, LawName] | None = None,
    ) -> None:
        self.directory = directory
        self.folders = folders or {}
        self._former = former or {}
        self._found: dict[str, LawName] = {}

    def find(self, title: str) -> LawName:
        """The law of that title, in force rather than not."""
        found = self._found.get(title)
        if found is None:
            found = self._found[title] = self._find(title)
        return found

    def _find(self, title: str) -> LawName:
        laws: tuple[LawEntry, ...] = self.directory.find(title)
        if not laws and "(" in title:  # 선박평형수(船舶平衡水) 관리법
            laws = self.directory.find(_NOTE.sub("", title))
        if laws:
            return LawName(laws[0].title, laws[0].law_id)
        return self._former.get(title, LawName(title))


class _Local(NamedTuple):
    """A short name that holds for a stretch of an article only."""

    start: int
    end: int
    name: str
    law: LawName


class LawNames:
    """What the articles of one law call laws.

    Args:
        own: the law.
        titles: the laws that there are.
        articles: its articles from the first on, which define what they call 법 and 영.
        folder: of its source file, where subordinate laws lie in that of their act.
    """

    def __init__(
        self, own: LawName, titles: Titles, articles: Iterable[str] = (), folder: str = ""
    ) -> None:
        self.own = own
        self._titles = titles
        self._folder = folder
        self._aliases: dict[str, LawName] = {}
        self._enclosing: dict[str, LawName] = {}
        self._local: list[_Local] = []
        self._opening = ""
        for text in articles:
            self._opening = self._opening or text
            self._define(text)

    # -- by a title ------------------------------------------------------------------------------

    def of_title(self, title: str, sub: str = "") -> LawName:
        """「X」 시행령; the law itself where several have its title."""
        whole = " ".join(f"{title} {sub}".split())
        if whole == self.own.title:
            return self.own
        found = self._titles.find(whole)
        if not found.law_id and sub:
            act = self._titles.find(title)
            found = self._titles.find(f"{act.title} {sub.strip()}") if act.law_id else found
        if not found.law_id and title in self._aliases:
            return self.related(self._aliases[title], sub.strip()) if sub else self._aliases[title]
        return found

    def before(self, text: str, end: int) -> Named | None:
        """The name without brackets that ends at ``end``; ``None`` where none does."""
        begin = max(0, end - _LONGEST)
        last = LAST_WORD.search(text, max(0, end - 40), end)
        if last is None:
            return None
        word = last[0]
        alias = None if word in _GENERIC else self._alias(word, last.start())
        if alias is not None:
            start = self._titles.directory.ending_at(text, end)
            if start is None or start >= last.start():  # else a title that ends with the short name
                return Named(last.start(), alias, ReferenceKind.SHORT)
        if word in SUBORDINATE and (named := self._subordinate(text, end, word)) is not None:
            return named
        if word[-1] in "법률령영칙정례시침훈":
            pointed = POINTED.search(text, max(0, end - 20), end)
            if pointed is not None:
                return self._pointed(text, pointed)
        if LAWLIKE.search(word) is None:
            return None
        start = self._titles.directory.ending_at(text, end)
        if start is not None and start >= begin:
            return Named(start, self.of_title(text[start:end].strip("「」 ")), ReferenceKind.OTHER)
        if NO_LAW.fullmatch(word):
            return None
        return Named(last.start(), LawName(word), ReferenceKind.OTHER)

    def _subordinate(self, text: str, end: int, word: str) -> Named | None:
        """도로교통법 시행령, 우편법 시행령: of a law named without brackets, or by a short name."""
        at = len(text[: end - len(word)].rstrip())
        last = LAST_WORD.search(text, max(0, at - 40), at)
        if last is None or last[0] in _GENERIC or POINTED.search(text, max(0, at - 12), at):
            return None
        alias = self._alias(last[0], last.start())
        if alias is not None:
            return Named(last.start(), self.related(alias, word), ReferenceKind.SHORT)
        start = self._titles.directory.ending_at(text, end)
        if start is not None and start < end - len(word):
            return Named(start, self.of_title(text[start:end]), ReferenceKind.OTHER)
        if last[0].endswith("법") and NO_LAW.fullmatch(last[0]) is None:
            return Named(last.start(), LawName(f"{last[0]} {word}"), ReferenceKind.OTHER)
        return None

    def _pointed(self, text: str, match: re.Match[str]) -> Named | None:
        start, kind, sub = match.start(), match["kind"], match["sub"] or ""
        if match["pointer"]:
            return Named(start, UNTOLD, ReferenceKind.SAME, kind, sub)
        if match["own"]:
            if match["own"] == "이" and text[:start].endswith((")", "」")):
                start += 2  # 위원회(…)이 법 제28조: no 이 법
            elif sub:
                return Named(start, self.related(self.own, sub), ReferenceKind.INTERNAL)
            elif not (kind in _OF_ACT and not self.own.is_act and not self._is_own_kind(kind)):
                return Named(start, self.own, ReferenceKind.INTERNAL)
        word = f"{kind} {sub}".strip()
        local = self._alias(kind, start)
        if local is not None and sub:
            local = self.related(local, sub)
        law = local or self.enclosing(word)
        is_own = law == self.own and local is None
        return Named(start, law, ReferenceKind.INTERNAL if is_own else ReferenceKind.ENCLOSING)

    def _is_own_kind(self, kind: str) -> bool:
        return self.own.title.endswith(kind)

    # -- 법, 영, 규칙 ----------------------------------------------------------------------------

    def enclosing(self, word: str) -> LawName:
        """What ``word`` (법, 영, 규칙, 시행령 …) alone means in this law."""
        found = self._enclosing.get(word)
        if found is None:
            found = self._enclosing[word] = self._find_enclosing(word)
        return found

    def _find_enclosing(self, word: str) -> LawName:
        if word in self._aliases and (self._aliases[word].law_id or not self._folder):
            return self._aliases[word]
        kind, _, sub = word.partition(" ")
        if sub:
            act = self.enclosing(kind)
            return self.related(act, sub) if act.title else UNTOLD
        if kind in _OF_ACT and self.own.is_act:
            return UNTOLD
        if kind in _OF_ACT or kind in _OF_DECREE or kind in _OF_RULE:
            related = self.related(self.own, kind)
            if related.law_id:
                return related
        if kind in _OF_DECREE and "법" in self._aliases:
            related = self.related(self._aliases["법"], "시행령")
            if related.law_id:
                return related
        if kind in _OF_RULE and "법" in self._aliases:
            related = self.related(self._aliases["법"], "시행규칙")
            if related.law_id:
                return related
        return self._carried_out(kind)

    def _carried_out(self, kind: str) -> LawName:
        """The one act, or decree, whose delegation the opening says that this law fulfils."""
        if "위임" in self._opening or "시행" in self._opening:
            laws = [m.law for m in self._titles.directory.mentions(self._opening)]
            names = {LawName(law.title, law.law_id) for law in laws} - {self.own}
            acts = {name for name in names if name.is_act}
            decrees = {name for name in names if _DECREE.search(name.title)}
            if kind in _OF_ACT and len(acts) == 1:
                return acts.pop()
            if kind in _OF_DECREE and len(decrees) == 1:
                return decrees.pop()
            if kind in _OF_DECREE and not decrees and len(acts) == 1:
                decree = self.related(acts.pop(), "시행령")
                if decree.law_id:
                    return decree
        act = self._titles.folders.get(self._folder, UNTOLD)
        if not act.title or act == self.own:
            return self._aliases.get(kind, UNTOLD)
        return act if kind in _OF_ACT else self.related(act, kind)

    def related(self, law: LawName, word: str) -> LawName:
        """법, 영 or 규칙 of a law: what stands to it as the word says."""
        act = law.title
        for subordinate in SUBORDINATE:
            act = act.removesuffix(subordinate).rstrip()
        if word in _OF_ACT:
            return self._titled(act) if _ACT.search(act) else UNTOLD
        if word in _OF_DECREE:
            return self._titled(act if _DECREE.search(act) else f"{act} 시행령")
        if word in _OF_RULE:
            return law if law.title.endswith("규칙") else self._titled(f"{act} 시행규칙")
        return law if law.title.endswith(word) else UNTOLD

    def _titled(self, title: str) -> LawName:
        return self.own if title == self.own.title else self._titles.find(title)

    # -- what it calls others --------------------------------------------------------------------

    def enter(self, text: str, places: Places) -> None:
        """Begin to read an article, whose own short names hold within it: (이하 이 조에서 "법"이라
        한다)."""
        self._local = []
        if "이하 이" not in text:
            return
        for match in ALIAS.finditer(text):
            if match["scope"] in _SCOPES:
                law = self._law_called(text, match)
                if law is not None:
                    end = places.end_of(match.start(), _SCOPES[match["scope"]], len(text))
                    name = " ".join(match["name"].split())
                    self._local.append(_Local(match.start(), end, name, law))

    def _alias(self, name: str, at: int) -> LawName | None:
        for local in reversed(self._local):
            if local.name == name and local.start <= at < local.end:
                return local.law
        return self._aliases.get(name)

    def _define(self, text: str) -> None:
        if "이하" not in text and "약칭" not in text and "다음부터" not in text:
            return
        for match in ALIAS.finditer(text):
            name = " ".join(match["name"].split())
            if match["scope"] not in _SCOPES and name not in self._aliases:
                law = self._law_called(text, match)
                if law is not None:
                    self._aliases[name] = law

    def _law_called(self, text: str, match: re.Match[str]) -> LawName | None:
        name = " ".join(match["name"].split())
        if LAWLIKE.search(name) is None and name != "영":
            return None
        law = self._called(text, match.start())
        return None if law is None or (law == self.own and name != "법") else law

    def _called(self, text: str, end: int) -> LawName | None:
        """The law whose name ends before the note at ``end``."""
        end = len(text[:end].rstrip())
        quoted = _QUOTED.search(text, max(0, end - _LONGEST), end)
        if quoted is not None:
            return self.of_title(quoted["law"], quoted["sub"] or "")
        named = self.before(text, end)
        if named is None or not (named.pointer or named.law.law_id):
            return None
        if named.pointer:  # 「도로교통법」 및 같은 법 시행령(이하 "영"이라 한다)
            nearest = _NEAREST.search(text, 0, named.start)
            if nearest is None:
                return None
            act = self.related(self.of_title(nearest[1]), named.pointer)
            return self.related(act, named.sub) if named.sub else act
        return named.law
