"""The names of laws: titles, short titles and 법령ID → the law that is meant.

People write 자본시장법, 개인정보보호법 and 근로 기준법; the source knows 자본시장과 금융투자업에
관한 법률, 개인정보 보호법 and two files titled 근로기준법, one of which only repeals the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lexdpr_rag.errors import CitationError
from lexdpr_rag.records import Records
from lexdpr_rag.statute.tree import Law, Status

# Written or left out at will: spaces, the middle dots ㆍ · ‧ …, brackets and quotation marks.
_IGNORED = frozenset(" \t\n\r\u00a0\u3000ㆍ·‧・･•∙⋅()[]{}<>〈〉《》「」『』'\"‘’“”")
_SINGLE = str.maketrans(
    "０１２３４５６７８９－–—‐‑−（）［］，．　\u00a0", "0123456789------()[],.  "
)
# Conjoining jamo, as macOS writes file names.  Only these are composed: NFC over the whole text
# would also change the 1,854 compatibility Hanja of the national law.
_JAMO = re.compile(r"[\u1100-\u11ff]+")
_IN_PARENTHESES = re.compile(r"\([^()]*\)")
_LONGEST_LOOKBACK = 240

SUBORDINATE = ("시행령", "시행규칙")
"""What a law's name is followed by in the names of its decree and its rules."""

# What may follow a title without a space: 민법은, 상법상, 형법에서의 …; else 민법학 would be 민법.
_AFTER_TITLE = re.compile(
    r"(?:(?:[은는이가을를의에도만과와로상중]|에서|에는|에도|에만|으로|에게|에의|상의|에서의|에서는|이나|"
    r"이란|이라|부터|까지|처럼|보다|및|등|위반)(?![가-힣])|제\s*\d|\d|에\s|$|[^가-힣\w])"
)

# Law of the occupation and of the colonial government: where a law of today has the same title,
# that one is meant (형사소송법 is also a 군정법령 of 1948 with four articles).
_HISTORIC_KIND = re.compile(r"군정|조선총독부|각령")


def fold(text: str) -> str:
    """``text`` with full-width digits, dashes and spaces made plain; no position moves."""
    return text.translate(_SINGLE)


def compose(text: str) -> tuple[str, list[int] | None]:
    """Compose decomposed Hangul, and nothing else.

    Returns the text and, where anything changed, the position in ``text`` of each of its
    characters (and of its end); ``None`` where all positions are the same.
    """
    if _JAMO.search(text) is None:
        return text, None
    out: list[str] = []
    positions: list[int] = []
    last = 0
    for match in _JAMO.finditer(text):
        out.append(text[last : match.start()])
        positions.extend(range(last, match.start()))
        composed, start = unicodedata.normalize("NFC", match[0]), match.start()
        out.append(composed)
        for char in composed:
            positions.append(start)
            start += len(unicodedata.normalize("NFD", char))
        last = match.end()
    out.append(text[last:])
    positions.extend(range(last, len(text) + 1))
    return "".join(out), positions


def normalise_title(title: str) -> str:
    """The form in which titles are compared: 「개인정보 보호법」 → 개인정보보호법."""
    return "".join(c for c in fold(compose(title)[0]).lower() if c not in _IGNORED)


@cache
def packaged_short_titles() -> Mapping[str, str]:
    """The packaged table of short titles: 자본시장법 → 자본시장과 금융투자업에 관한 법률 …"""
    table = files("lexdpr_rag.statute").joinpath("short_titles.tsv").read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in table.splitlines() if line and line[0] != "#")
    return {short: title for short, _, title in rows}


@dataclass(frozen=True, slots=True)
class LawEntry:
    """A law as the directory knows it.

    Attributes:
        article_count: how many articles of its main part are live.
        short_titles: 법령명약칭 as the source gives it.
        enacted: the oldest promulgation known (of its 부칙); ``None`` where it is not.
    """

    law_id: str
    title: str
    kind: str = ""
    effective_date: date | None = None
    repealed: bool = False
    article_count: int = 0
    short_titles: tuple[str, ...] = ()
    enacted: date | None = None

    @classmethod
    def of(cls, law: Law) -> LawEntry:
        """The entry of a parsed law."""
        days = [s.promulgation_date for s in law.supplements() if s.promulgation_date]
        return cls(
            law_id=law.meta.law_id,
            title=law.meta.title,
            kind=law.meta.kind,
            effective_date=law.meta.effective_date,
            repealed=law.repealed,
            article_count=sum(article.status is Status.LIVE for article in law.articles()),
            short_titles=law.meta.short_titles,
            enacted=min(days, default=None),
        )

    @property
    def alive(self) -> bool:
        """Whether it says anything: not repealed, and with live articles."""
        return not self.repealed and self.article_count > 0

    def __repr__(self) -> str:
        return f"<LawEntry {self.title} {self.law_id}>"


class TitleMention(NamedTuple):
    """Where a text names a law."""

    start: int
    end: int
    law: LawEntry


class LawDirectory:
    """Finds laws by any of their names.

    Args:
        entries: one for each law; several versions of one law (the same ``law_id``) become one,
            found by the titles of all of them.
        short_titles: short title → title; the packaged table unless given.
    """

    def __init__(
        self, entries: Iterable[LawEntry], short_titles: Mapping[str, str] | None = None
    ) -> None:
        rows = list(entries)
        # Rows in a sequence of records, and names that lead to rows: the collector of garbage has
        # no object to go through for each law and each name.
        self._entries = Records(LawEntry, _newest(rows))
        self._by_id = {entry.law_id: row for row, entry in enumerate(self._entries)}
        table = packaged_short_titles() if short_titles is None else short_titles
        self._names = _Names(self._entries, self._by_id).of(rows, table)
        self._longest = max(map(len, self._names), default=0)
        # The lengths of all names that begin with the same two letters, longest first.
        lengths: dict[str, tuple[int, ...]] = {}
        for start, length in sorted({(name[:2], -len(name)) for name in self._names}):
            lengths[start] = (*lengths.get(start, ()), -length)
        self._lengths = lengths

    @classmethod
    def from_laws(cls, laws: Iterable[Law]) -> LawDirectory:
        """The directory of parsed laws."""
        return cls(LawEntry.of(law) for law in laws)

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, name: str) -> bool:
        return bool(self.find(name))

    def find(self, name: str, as_of: date | None = None) -> tuple[LawEntry, ...]:
        """Every law that ``name`` — title, short title or 법령ID — can mean, the likeliest first.

        Of laws with one title, that which still has articles comes first, then the one in force
        last; with ``as_of``, a law enacted only after that day steps back behind the others.
        """
        if (row := self._by_id.get(name.strip())) is not None:
            return (self._entries[row],)
        found = tuple(self._entries[row] for row in self._names.get(normalise_title(name), ()))
        if as_of is None or len(found) < 2:
            return found
        return tuple(sorted(found, key=lambda law: law.enacted is not None and law.enacted > as_of))

    def resolve(self, name: str, as_of: date | None = None) -> LawEntry:
        """The law that ``name`` means.

        Raises:
            CitationError: no law has that name; the message suggests those that come near.
        """
        if found := self.find(name, as_of):
            return found[0]
        near = self.suggest(name)
        if near:
            raise CitationError("citation.unknown_law_near", law=name, near=", ".join(near))
        raise CitationError("citation.unknown_law", law=name)

    def suggest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """Titles that come near ``name``: 민벚 → 민법; 임대차보호법 → 주택임대차보호법 …"""
        wanted = normalise_title(name)
        if len(wanted) < 2:
            return ()
        holding = sorted((n for n in self._names if wanted in n), key=len)
        near = holding[:limit] or _nearest(wanted, self._names, limit)
        return tuple(dict.fromkeys(self._entries[self._names[name][0]].title for name in near))

    def ending_at(self, text: str, end: int) -> int | None:
        """Where the longest name that ends right before ``end`` starts; ``None`` where none does.

        A name must not start within a word: 국민법 does not hold 민법.
        """
        begin = max(0, end - _LONGEST_LOOKBACK)
        squeezed, at = _squeeze(text[begin:end])
        for length in range(min(self._longest, len(squeezed)), 1, -1):
            if squeezed[-length:] in self._names:
                start = begin + at[len(squeezed) - length]
                if not _is_word(text, start - 1):
                    return start
        return None

    def mentions(self, text: str) -> list[TitleMention]:
        """Every law that ``text`` names, the longest name at each place, in order."""
        composed, positions = compose(text)
        squeezed, at = _squeeze(composed)
        found: list[TitleMention] = []
        i = 0
        while i < len(squeezed) - 1:
            within_word = _is_word(composed, at[i] - 1)
            length = 0 if within_word else self._length_at(composed, squeezed, at, i)
            if length:
                start, end = at[i], at[i + length - 1] + 1
                law = self._entries[self._names[squeezed[i : i + length]][0]]
                if positions is not None:
                    start, end = positions[start], positions[end]
                found.append(TitleMention(start, end, law))
            i += length or 1
        return found

    def _length_at(self, text: str, squeezed: str, at: list[int], i: int) -> int:
        for length in self._lengths.get(squeezed[i : i + 2], ()):
            if (
                i + length <= len(squeezed)
                and squeezed[i : i + length] in self._names
                and _AFTER_TITLE.match(text, at[i + length - 1] + 1)
            ):
                return length
        return 0


def _newest(rows: Iterable[LawEntry]) -> Iterable[LawEntry]:
    """One entry for each 법령ID: the newest row, with the oldest promulgation of all."""
    newest: dict[str, LawEntry] = {}
    for row in rows:
        known = newest.setdefault(row.law_id, row)
        best = max(known, row, key=_rank)
        days = [day for day in (known.enacted, row.enacted) if day]
        newest[row.law_id] = replace(best, enacted=min(days, default=None))
    return newest.values()


def _rank(law: LawEntry) -> tuple[bool, bool, date]:
    """Higher is likelier to be meant.  A day that is not fixed yet lies ahead of all others."""
    return law.alive, not _HISTORIC_KIND.match(law.kind), law.effective_date or date.max


class _Names:
    """Gathers normalised name → rows of laws, the likeliest first."""

    def __init__(self, laws: Sequence[LawEntry], by_id: Mapping[str, int]) -> None:
        self._laws, self._by_id = laws, by_id
        self._names: dict[str, tuple[int, ...]] = {}

    def of(self, rows: Sequence[LawEntry], table: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
        """All names of ``rows``.  A title is never overruled by a short title."""
        titles = [law.title for law in self._laws]
        of_law = self._by_id.__getitem__
        self._add((title, (row,)) for row, title in enumerate(titles))
        self._add((row.title, (of_law(row.law_id),)) for row in rows)  # of earlier versions
        bare = ((_IN_PARENTHESES.sub("", t), (row,)) for row, t in enumerate(titles) if "(" in t)
        self._add(bare)
        self._add((short, (of_law(row.law_id),)) for row in rows for short in row.short_titles)
        shorts = [(short, row.title) for row in rows for short in row.short_titles]
        self._add(self._short_names((*shorts, *table.items())))
        return self._names

    def _add(self, pairs: Iterable[tuple[str, tuple[int, ...]]]) -> None:
        """Names that are new; of those that come more than once all laws."""
        groups: dict[str, tuple[int, ...]] = {}
        for name, laws in pairs:
            key = normalise_title(name)
            if len(key) > 1 and key not in self._names:
                groups[key] = tuple(dict.fromkeys((*groups.get(key, ()), *laws)))
        for key, group in groups.items():
            if len(group) > 1:
                group = tuple(sorted(group, key=lambda row: _rank(self._laws[row]), reverse=True))
            self._names[key] = group

    def _short_names(
        self, pairs: Iterable[tuple[str, str]]
    ) -> Iterable[tuple[str, tuple[int, ...]]]:
        """Short titles of laws, and of their decrees and rules: 자본시장법 시행령."""
        for short, title in pairs:
            for suffix in ("", *SUBORDINATE):
                if laws := self._names.get(normalise_title(title + suffix)):
                    yield f"{short} {suffix}", laws


def _squeeze(text: str) -> tuple[str, list[int]]:
    """``text`` normalised as titles are, and where each of its characters stood."""
    plain = fold(text).lower()
    if len(plain) != len(text):  # a capital that has no single small letter
        plain = fold(text)
    at = [i for i, char in enumerate(plain) if char not in _IGNORED]
    return "".join([plain[i] for i in at]), at


def _is_word(text: str, index: int) -> bool:
    return index >= 0 and text[index].isalnum()


def _nearest(wanted: str, names: Iterable[str], limit: int) -> list[str]:
    """Names nearest by letter (jamo), so that one wrong final counts as one letter of six."""
    letters = unicodedata.normalize("NFD", wanted)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(letters)
    scored: list[tuple[float, str]] = []
    for name in names:
        if abs(len(name) - len(wanted)) > max(1, len(wanted) // 2):
            continue
        matcher.set_seq1(unicodedata.normalize("NFD", name))
        if matcher.real_quick_ratio() > _NEAR and matcher.quick_ratio() > _NEAR:
            scored.append((matcher.ratio(), name))
    scored = [(ratio, name) for ratio, name in scored if ratio > _NEAR]
    return [name for _, name in sorted(scored, key=lambda s: (-s[0], len(s[1]), s[1]))[:limit]]


_NEAR = 0.75
