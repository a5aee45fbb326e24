"""Where the words of an article stand: the markers of its text → the 항, 호 and 목 that they open."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from lexdpr_rag.statute.numbering import CIRCLED, Number, circled_value, syllable, syllable_value

# As articles are rendered for the index: 호 stand two spaces in, 목 four, what is below them more.
_MARKER = re.compile(
    rf"(?:\A|^)(?:(?P<h>[{CIRCLED}])|(?:\A|  )[ \t]{{0,2}}(?P<n>\d{{1,3}})(?:의(?P<nb>\d+))?\."
    r"|(?:\A[ \t]*|    )(?P<m>[가-힣])(?:의(?P<mb>\d+))?\."
    r"|      +(?P<s>(?P<s1>\d+)\)|(?P<s2>[가-힣])\)|\((?P<s3>\d+)\)|\((?P<s4>[가-힣])\))(?:의(?P<sb>\d+))?)"
    r"(?= |$)",
    re.MULTILINE,
)
_DELETED = re.compile(r"\s*삭제\s*(?:$|\n)")
_SUBITEM_LEVELS = "stuv"


class Place(NamedTuple):
    """From ``start`` on the words of an article stand here."""

    start: int
    words: int  # where they begin behind the marker
    path: str  # below the article: ":h1:n2:m가"
    paragraph: Number | None = None
    subparagraph: Number | None = None
    item: Number | None = None
    deleted: bool = False


class Places:
    """The places of one article, in order."""

    def __init__(self, text: str) -> None:
        self.all = _places(text)
        self._starts = [place.start for place in self.all]

    def at(self, position: int) -> Place:
        """Where the character at ``position`` stands."""
        return self.all[bisect_right(self._starts, position) - 1]

    def end_of(self, position: int, level: str, last: int) -> int:
        """Where the 항 (``h``), 호 (``n``) or 목 (``m``) that holds ``position`` ends; without a
        level, or where it stands in none, the end of the article: ``last``."""
        index = bisect_right(self._starts, position) - 1
        segments = self.all[index].path.split(":")
        depth = next((i for i, segment in enumerate(segments) if segment[:1] == level), 0)
        if not depth:
            return last
        above = ":".join(segments[: depth + 1]) + ":"
        later = (p.start for p in self.all[index + 1 :] if not f"{p.path}:".startswith(above))
        return next(later, last)

    def masked(self, text: str) -> str:
        """``text`` with its markers made plain, since they are no numbers of provisions: "1. 「상법」,
        2. …" is not 상법 제2조."""
        pieces, done = [], 0
        for place in self.all:
            pieces += [text[done : place.start], ";" * (place.words - place.start)]
            done = place.words
        return "".join(pieces) + text[done:]


def _places(text: str) -> list[Place]:
    """In order; the first begins where the text does."""
    h = n = m = None
    below: list[tuple[str, str]] = []
    places: list[Place] = []
    for match in _MARKER.finditer(text):
        if match["h"]:
            h, n, m, below = Number(circled_value(match["h"]) or 0), None, None, []
        elif match["n"]:
            n, m, below = Number(int(match["n"]), int(match["nb"] or 0)), None, []
        elif n is None:
            continue  # neither 목 nor what is below stands without a 호
        elif match["m"]:
            if (value := syllable_value(match["m"])) is None:
                continue
            m, below = Number(value, int(match["mb"] or 0)), []
        else:
            below = _subitems(match, below)
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        gone = _DELETED.match(text, match.end()) is not None
        if not places and start:
            places.append(Place(0, 0, ""))
        places.append(Place(start, match.end(), _path(h, n, m, below), h, n, m, gone))
    return places or [Place(0, 0, "")]


def _path(
    h: Number | None, n: Number | None, m: Number | None, below: list[tuple[str, str]]
) -> str:
    parts = []
    if h:
        parts.append(f":h{h.code}")
    if n:
        parts.append(f":n{n.code}")
    if m:
        parts.append(f":m{syllable(m.main)}{f'-{m.branch}' if m.branch else ''}")
    parts += [f":{level}{name}" for level, name in below]
    return "".join(parts)


def _subitems(match: re.Match[str], below: list[tuple[str, str]]) -> list[tuple[str, str]]:
    level = next(i for i in range(4) if match[f"s{i + 1}"])
    name = match[f"s{level + 1}"] + (f"-{match['sb']}" if match["sb"] else "")
    above = [entry for entry in below if _SUBITEM_LEVELS.index(entry[0]) < level]
    return [*above, (_SUBITEM_LEVELS[level], name)]
