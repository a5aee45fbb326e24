"""Pairs from a lexicon of everyday words: 집주인 → articles of the law that are headed 임대인 …"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container
from pathlib import Path

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.pair import Harvest, Pair, PairError, PairKind
from lexdpr_rag.lexicon import LexiconEntry, LexiconError, read_entries

UNKNOWN_LAW, UNKNOWN_TERM = "unknown_law", "unknown_term"

_HEADED, _SPOKEN = 4, 2
"""So many articles of a law at most count as headed by a term, or else as speaking of it most."""


def read_lexicon(path: Path) -> list[LexiconEntry]:
    """Entries of JSON lines ``{"plain": […], "legal": […], "laws": […]}``; other keys are passed over.

    Raises:
        PairError: there is no such file, or a line is no entry; the message names its number.
    """
    try:
        return read_entries(path)
    except LexiconError as error:
        raise PairError(error.key, **error.values) from error


def lexicon_pairs(
    entries: list[LexiconEntry], articles: Articles, without: Container[str] = ()
) -> Harvest:
    """Each everyday word with the articles that its legal terms head, in the entry's laws.

    Where no title holds a term, the articles that speak of it most often stand in.

    Args:
        entries: the lexicon.
        articles: the corpus.
        without: keys of articles that must not be among the positives: those of a development set.
    """
    finder = _Finder(articles, without)
    pairs: list[Pair] = []
    dropped: Counter[str] = Counter()
    for number, entry in enumerate(entries, 1):
        laws = [law for name in entry.laws if (law := finder.law(name))]
        for term in entry.legal:
            keys = tuple(dict.fromkeys(key for law in laws for key in finder.about(law, term)))
            if not keys:
                dropped[UNKNOWN_TERM if laws else UNKNOWN_LAW] += len(entry.plain)
                continue
            for word in entry.plain:
                query_id = f"lexicon-{number}-{term}-{word}"
                pairs.append(Pair(query_id, word, keys, PairKind.LEXICON, complete=False))
    return Harvest(tuple(pairs), dropped)


class _Finder:
    """Articles of a law by the terms in their titles and texts."""

    def __init__(self, articles: Articles, without: Container[str]) -> None:
        self._articles = articles
        self._rows: dict[str, list[int]] = defaultdict(list)
        self._texts: dict[int, str] = {}
        for row, key in enumerate(articles.keys):
            if articles.in_force[row] and key not in without:
                self._rows[key.partition("/")[0]].append(row)

    def law(self, name: str) -> str:
        """The 법령ID of a law with articles; empty where there is none."""
        found = self._articles.directory.find(name)
        return found[0].law_id if found and found[0].law_id in self._rows else ""

    def about(self, law: str, term: str) -> list[str]:
        """Keys of the articles of ``law`` that ``term`` heads, or that hold it most often."""
        wanted = _squeezed(term)
        rows = self._rows[law]
        found = [row for row in rows if wanted in _squeezed(self._articles.title(row))][:_HEADED]
        if not found:
            counts = [(self._text(row).count(wanted), row) for row in rows]
            counts.sort(key=lambda pair: -pair[0])
            found = [row for count, row in counts[:_SPOKEN] if count]
        return [self._articles.keys[row] for row in found]

    def _text(self, row: int) -> str:
        if row not in self._texts:
            self._texts[row] = _squeezed(self._articles.text(row))
        return self._texts[row]


def _squeezed(text: str) -> str:
    return "".join(text.split())
