"""Which stretches of a text share words with a query, and which lines to show of a long one.

Korean words are compared by character bigrams, so that 보증금을 finds 임대차보증금의.
"""

from __future__ import annotations

import re
from itertools import pairwise

Span = tuple[int, int]

_WORD = re.compile(r"[가-힣A-Za-z0-9]+")
_PARTICLES = "을를이가은는의에로와과도만"
# Endings and question words: they are in every provision and say nothing of the match.
_EMPTY_WORDS = (
    "하는 하면 하여 하고 하지 한다 했을 되는 되면 된다 되어 에서 에게 으로 이다 있는 있나 있을 있다 "
    "없는 없나 없이 없다 면서 어떻 떻게 어떤 무엇 무슨 언제 누가 나요 까요 때는 경우 대한 대하 관한 "
    "않으 으면 않은 않는 못하 려면 다면 인가 가요 는데 지만 세요 습니 니다 니까"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


def query_bigrams(query: str) -> frozenset[str]:
    """Character bigrams of the query's words, endings and particles left out."""
    found: set[str] = set()
    for word in _WORD.findall(query):
        if len(word) > 2 and word[-1] in _PARTICLES:
            word = word[:-1]
        found.update(word[i : i + 2] for i in range(len(word) - 1))
    return frozenset(found - _EMPTY)


def matches(text: str, bigrams: frozenset[str]) -> list[Span]:
    """Stretches of ``text`` covered by ``bigrams``; neighbours are joined."""
    spans: list[Span] = []
    for i in range(len(text) - 1):
        if text[i : i + 2] in bigrams:
            if spans and spans[-1][1] >= i:
                spans[-1] = (spans[-1][0], i + 2)
            else:
                spans.append((i, i + 2))
    return spans


def excerpt(text: str, bigrams: frozenset[str], limit: int) -> tuple[str, int]:
    """The part of ``text`` worth showing, and how many characters were left out.

    A text of at most ``limit`` characters is shown whole.  Of a longer one: its first line, then the
    lines that share most with the query, in their order; ``…`` stands for what is left out.
    """
    if len(text) <= limit:
        return text, 0
    lines = [_clip(line, bigrams, limit // 2) for line in text.split("\n")]
    by_weight = sorted(range(1, len(lines)), key=lambda i: (-_weight(lines[i], bigrams), i))
    chosen, room = {0}, limit - len(lines[0])
    for i in by_weight:
        if len(lines[i]) <= room:
            chosen.add(i)
            room -= len(lines[i])
    kept = sorted(chosen)
    shown = [lines[0]]
    for before, i in pairwise(kept):
        shown += ["…", lines[i]] if i > before + 1 else [lines[i]]
    if kept[-1] < len(lines) - 1:
        shown.append("…")
    return "\n".join(shown), len(text) - sum(len(lines[i]) for i in kept)


def _weight(line: str, bigrams: frozenset[str]) -> int:
    return sum(end - start for start, end in matches(line, bigrams))


def _clip(line: str, bigrams: frozenset[str], limit: int) -> str:
    """A line of at most about ``limit`` characters, around its first match."""
    if len(line) <= limit:
        return line
    spans = matches(line, bigrams)
    start = max(0, spans[0][0] - limit // 3) if spans else 0
    start = min(start, len(line) - limit)
    end = start + limit
    return ("… " if start else "") + line[start:end].strip() + (" …" if end < len(line) else "")
