"""Laws as an answer names them: 민법, 같은 법, 시행령, an abbreviation of its own, a law nobody knows.

:func:`~lexdpr_rag.statute.citation.find_citations` asks what name ends before a place.  A corpus's
directory knows its own laws only; an answer may name any, and to take 제3조 of 가짜보호법 for one of
민법 would call an invention sound.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from lexdpr_rag.statute.directory import LawDirectory, TitleMention

# -- what names look like --------------------------------------------------------------------------

_START = r"(?<![가-힣A-Za-z0-9])"
_LETTERS = r"[가-힣A-Za-z0-9ㆍ·-]"
_SUB = r"(?:\s*(?P<sub>시행령|시행규칙))?"

# 같은 법, 동법 시행령, 이 영, 법, 시행규칙: a law named before.
_KIND = (
    r"(?P<kind>(?:현행|개정|관련|해당)\s?(?:법령|법률|법|규정)|구법|신법|특별법|법령|법률|법"
    r"|시행령|시행규칙|영|령|규칙|규정|고시|조례|지침|예규|훈령)"
)
_POINTER = r"(?:(?P<pointer>같은|위|해당|당해|그|상기|앞의|동)\s*|[이본]\s*)?"
RELATIVE = re.compile(rf"{_START}{_POINTER}{_KIND}{_SUB}$")

# A word that is the name of a law, or of what else has articles: 취업규칙, 정관.
_ENDING = (
    r"(?:법률|법|시행령|시행규칙|규칙|규정|령|조례|고시|지침|훈령|예규|준칙|세칙|내규|규약|회칙"
    r"|정관|약관|계약서|계약|협약|조약|협정)"
)
_NAME = re.compile(
    rf"{_START}(?P<word>(?:{_LETTERS}*[가-힣]{_ENDING})|정관|약관|계약서?|협약|조약|협정"
    rf"|[A-Z][A-Za-z]{{2,}}){_SUB}$"
)
# Words with such an ending that name no law; 예방법 and 소방법 are laws.
_NO_NAME = re.compile(
    r"(?:.*(?<![예소국])방법|(?:국회|정부|의원)?입법|위법|불법|적법|편법|기법|수법|해법|용법|어법"
    r"|문법|준법|탈법|합법|화법|사법|공법|사용법|이용법|판례법|관습법|실정법|성문법|국내법|국제법"
    r"|일반법|개별법|세법|노동법|행정법|민사법|형사법|소송법|절차법|실체법|명령|연령|수령|점령|대통령|총리령|부령|법령"
    r"|.*\d)"
)
# … 이용자 보호에 관한 법률: the words before the last belong to the name, back to where it begins.
_LONG = re.compile(
    r"(?:\S+\s+){1,14}?(?:(?:관한|위한|대한)\s+|(?:관한|위한|대한|따른)\s+\S+\s+(?=\S*[가-힣]{3}))"
    rf"\S*{_ENDING}{_SUB}$"
)
_BEGINS_AFTER = re.compile(
    r"(?:[.,:;!?)\]」』]|[은는를며고]|이란|이라|따라|따르면|의하면|의해|경우|그리고|또한|다만|즉|바로|해당|위|이|근거로)$"
)

# Where a name cannot begin before: an opened bracket, another citation.
_OPEN = re.compile(
    r".*(?:[\[<{“\"'‘|\n]|\((?!.*\))|제\s*\d+\s*[조항호]\S*\s+(?:(?:및|또는|그리고|와|과)\s+)?)",
    re.DOTALL,
)

# What follows the name where a place of it does.
_PLACE_AHEAD = re.compile(
    r"\s*(?:\((?:[^()]|\([^()]*\))*\)\s*)?(?:(?:상의|에서의|에서|[의상중에])\s*)?"
    r"(?:제\s*\d|\d+\s*조|§|부\s*칙|\[?\s*별\s*[표지])"
)
_BRACKETED = re.compile(rf"[「『](?P<name>[^「」『』]{{2,150}})[」』]{_SUB}")
# (이하 "공유주방법"이라 한다)
_ALIAS = re.compile(
    r"\s*\(\s*(?:이하|약칭)\s*:?\s*[\"'“‘「『]?(?P<name>[가-힣A-Za-z0-9ㆍ· ]{1,30}?)[\"'”’」』]?\s*"
    r"(?:(?:이)?라\s?(?:고\s?)?(?:한다|함|합니다|칭한다|칭함)[^()]*)?\)"
)
# 가짜보호법에 따르면: a law is named that the places to come are of.
_TOPIC = (
    r"(?:에\s*(?:따르면|따라|의하면|의해|의거|근거|규정|서)|에[는도]|상(?:의)?|[은는도의]"
    r"|\s+(?:역시|또한))(?![가-힣])"
)
_MENTION = re.compile(
    rf"{_START}(?P<word>{_LETTERS}*[가-힣](?:법률|법|시행령|시행규칙))(?=\s*{_TOPIC})"
)
_BECOMES_TOPIC = re.compile(rf"[」』\s]*(?:\([^()]*\)\s*)?(?:{_TOPIC}|[|:)\]\n]|$)")
_LONGEST = 150


class Mention(NamedTuple):
    """Where an answer names a law; ``topic`` where it goes on to speak of it."""

    start: int
    end: int
    name: str
    topic: bool


class AnswerNames:
    """The laws that one answer names; what ``find_citations`` asks (``LawNames``).

    Args:
        text: the answer, its Hangul composed.
        directory: the laws of the corpus.
    """

    def __init__(self, text: str, directory: LawDirectory) -> None:
        self._directory = directory
        known = [Mention(m.start, m.end, m.law.title, False) for m in directory.mentions(text)]
        bracketed = [
            Mention(m.start(), m.end(), _joined(m), False) for m in _BRACKETED.finditer(text)
        ]
        named = _longest([*known, *bracketed])
        self.aliases = dict(_aliases(text, named))
        used = [
            Mention(m.start(), m.end(), name, False)
            for name in self.aliases
            if not RELATIVE.fullmatch(name)
            for m in re.finditer(rf"{_START}{re.escape(name)}", text)
        ]
        unknown = [
            Mention(m.start(), m.end(), m["word"], False)
            for m in _MENTION.finditer(text)
            if not RELATIVE.fullmatch(m["word"]) and not _NO_NAME.fullmatch(m["word"])
        ]
        found = _longest([*named, *used, *unknown])
        self._mentions = [
            m._replace(topic=_BECOMES_TOPIC.match(text, m.end) is not None) for m in found
        ]
        self._ends = [m.end for m in self._mentions]

    # -- LawNames --------------------------------------------------------------------------------

    def ending_at(self, text: str, end: int) -> int | None:
        """Where the longest name that ends right before ``end`` starts, known or not."""
        start = self._directory.ending_at(text, end)
        if start is not None or _PLACE_AHEAD.match(text, end) is None:
            return start
        before = text[max(0, end - _LONGEST) : end].rstrip("’”\"'〉》")
        base = max(0, end - _LONGEST)
        for name in sorted(self.aliases, key=len, reverse=True):
            if (match := re.search(rf"{_START}{re.escape(name)}{_SUB}$", before)) is not None:
                return base + match.start()
        if (sub := re.search(r"\s*시행(?:령|규칙)$", before)) is not None and sub.start():
            # The decree of a known law that the corpus does not hold: 민법 시행령.
            start = self._directory.ending_at(text, base + sub.start())
        if start is None and (name_start := _unknown_name(before)) is not None:
            start = base + name_start
        if start is None and (relative := RELATIVE.search(before)) is not None:
            start = base + relative.start()
        return start

    def mentions(self, text: str) -> Iterable[TitleMention]:
        """The known laws that ``text`` names."""
        return self._directory.mentions(text)

    # -- what a place without a law is of --------------------------------------------------------

    def last(self, at: int, since: int) -> str | None:
        """The law that a place at ``at`` is of, by what is named between ``since`` and ``at``.

        Behind a citation (``since`` above 0) only a law that the answer goes on to speak of counts:
        in "제18조는 민법의 특칙이며, 제19조는" the second is not of 민법.
        """
        for mention in self._between(since, at):
            if mention.topic or not since:
                return mention.name
        return None

    def nearest(self, at: int, since: int) -> str | None:
        """The last law named between ``since`` and ``at``, spoken of or not."""
        return next((mention.name for mention in self._between(since, at)), None)

    def _between(self, since: int, at: int) -> Iterable[Mention]:
        """Mentions that end between the two, the last first."""
        for mention in reversed(self._mentions[: bisect_right(self._ends, at)]):
            if mention.end <= since:
                return
            yield mention


def _unknown_name(before: str) -> int | None:
    """Where the name of an unknown law begins that ends ``before``."""
    if (long := _long_name(before)) is not None:
        return long
    match = _NAME.search(before)
    if match is None or _NO_NAME.fullmatch(match["word"]) or RELATIVE.fullmatch(match["word"]):
        return None
    return match.start()


def _long_name(before: str) -> int | None:
    """Where a title of several words begins: 허위표시 방지에 관한 법률."""
    bracket = _OPEN.search(before)
    match = _LONG.search(before, bracket.end() if bracket else 0)
    if match is None:
        return None
    begin = None
    for word in reversed(list(re.finditer(r"\S+", before[match.start() :]))):
        start = match.start() + word.start()
        if before[start:].count(" ") > 1 and _BEGINS_AFTER.search(word[0]):
            break
        begin = start
    return begin


def _joined(match: re.Match[str]) -> str:
    return " ".join(f"{match['name']} {match['sub'] or ''}".split())


def _longest(mentions: list[Mention]) -> list[Mention]:
    """In order, without those that overlap a longer one."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return sorted(kept)


def _aliases(text: str, named: list[Mention]) -> Iterable[tuple[str, str]]:
    """What the answer itself abbreviates, and the law that it means."""
    for mention in named:
        if (match := _ALIAS.match(text, mention.end)) is not None:
            yield match["name"].strip(), mention.name
