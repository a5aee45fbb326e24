"""Analyzers: text → weighted terms, behind one Protocol.

The default is character bigrams within words: on the national law they equal Kiwi morphemes on
court language, beat them on plainer questions, and index twenty times faster
(``benchmarks/lexical_quality.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.errors import FilterError, MissingExtraError


@dataclass(frozen=True, slots=True)
class Postings:
    """Terms of some texts, one entry a (text, term) pair, ordered by text, then term.

    Attributes:
        vocabulary: v distinct terms.
        texts: int32 ``(n,)``, index of the text.
        terms: int32 ``(n,)``, index into ``vocabulary``.
        weights: float32 ``(n,)``, weighted term frequency, above 0.
    """

    vocabulary: list[str]
    texts: NDArray[np.int32]
    terms: NDArray[np.int32]
    weights: NDArray[np.float32]


class Analyzer(Protocol):
    """What turns texts and queries into terms."""

    @property
    def name(self) -> str:
        """Its name in the manifest: the same name must give the same terms."""
        ...

    def postings(
        self, texts: Sequence[str], *, initial: float = 1.0, rest: float = 1.0
    ) -> Postings:
        """Terms of documents.  A word's first term counts ``initial`` times, the others ``rest``."""
        ...

    def query_terms(self, query: str) -> dict[str, float]:
        """Terms of a query with their weighted frequencies."""
        ...


# A word's first bigram says most, its last one is often a particle (손해배상 + 의무를).
QUERY_INITIAL, QUERY_MIDDLE, QUERY_LAST = 1.5, 1.0, 0.75

_DROPPED = "ㆍ"  # separates words; a letter to Python


@cache
def _letters() -> NDArray[np.uint16]:
    """Code unit → lower-case code unit of a letter or digit, 0 for everything else.

    Circled numbers and surrogates are no letters here: ① marks a 항 and says nothing.
    """
    table = np.zeros(0x10000, np.uint16)
    for code in range(0x10000):
        char = chr(code)
        if (char.isalpha() or char.isdecimal()) and char not in _DROPPED:
            lower = char.lower()
            table[code] = ord(lower) if len(lower) == 1 else code
    return table


class BigramAnalyzer:
    """Character bigrams within words; a word of one character is a term of its own."""

    name = "bigram"
    _CHUNK = 8192  # texts at a time, which bounds the temporary arrays

    def postings(
        self, texts: Sequence[str], *, initial: float = 1.0, rest: float = 1.0
    ) -> Postings:
        """See :class:`Analyzer`."""
        parts = [
            _bigrams(texts[start : start + self._CHUNK], start, initial, rest)
            for start in range(0, len(texts), self._CHUNK)
        ]
        rows, pairs, weights = (_joined(parts, i) for i in range(3))
        known, terms = np.unique(pairs, return_inverse=True)
        vocabulary = [_pair_text(int(pair)) for pair in known]
        return Postings(vocabulary, rows, terms.astype(np.int32), weights)

    def query_terms(self, query: str) -> dict[str, float]:
        """See :class:`Analyzer`."""
        terms: dict[str, float] = {}
        for word in _words(query):
            last = len(word) - 2
            for at in range(max(1, len(word) - 1)):
                weight = QUERY_MIDDLE
                if at == 0:
                    weight = QUERY_INITIAL
                elif at == last:
                    weight = QUERY_LAST
                pair = word[at : at + 2]
                terms[pair] = terms.get(pair, 0.0) + weight
        return terms


def _joined(parts: Sequence[tuple[NDArray[Any], ...]], index: int) -> NDArray[Any]:
    dtypes = (np.int32, np.uint32, np.float32)
    return np.concatenate([p[index] for p in parts]) if parts else np.zeros(0, dtypes[index])


def letter_codes(text: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Code units → codes by which the analyzer compares them; 0 ends a word.  Same shape."""
    return _letters()[text]


def _words(text: str) -> list[str]:
    codes = letter_codes(np.frombuffer(text.encode("utf-16-le"), np.uint16))
    spaced = np.where(codes == 0, np.uint16(32), codes)
    return spaced.tobytes().decode("utf-16-le").split()


def _pair_text(pair: int) -> str:
    first, second = pair >> 16, pair & 0xFFFF
    return chr(first) + (chr(second) if second else "")


def _bigrams(
    texts: Sequence[str], base: int, initial: float, rest: float
) -> tuple[NDArray[np.int32], NDArray[np.uint32], NDArray[np.float32]]:
    """(text, pair, weight), ordered; a pair is first << 16 | second, second 0 in one-letter words."""
    encoded = [f"{text}\0".encode("utf-16-le") for text in texts]
    codes = letter_codes(np.frombuffer(b"".join(encoded), np.uint16))
    lengths = np.fromiter((len(e) // 2 for e in encoded), np.int64, len(encoded))
    letter = codes != 0
    after = np.concatenate([letter[1:], [False]])
    starts = np.concatenate([[False], letter[:-1]])
    np.logical_not(starts, out=starts)  # the character before is no letter
    at = np.flatnonzero(letter & (after | starts))
    second = np.where(after[at], codes[np.minimum(at + 1, len(codes) - 1)], np.uint16(0))
    text_of = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)[at]
    pair = (codes[at].astype(np.uint64) << np.uint64(16)) | second.astype(np.uint64)
    keys = (text_of << np.uint64(33)) | (pair << np.uint64(1)) | starts[at].astype(np.uint64)
    keys.sort()
    named = keys >> np.uint64(1)
    first = np.flatnonzero(np.concatenate([[True], named[1:] != named[:-1]])[: len(named)])
    each = np.where(keys & np.uint64(1), np.float32(initial), np.float32(rest))
    weights = np.add.reduceat(each, first) if len(first) else np.zeros(0, np.float32)
    named = named[first]
    rows = (named >> np.uint64(32)).astype(np.int32) + np.int32(base)
    return rows, (named & np.uint64(0xFFFFFFFF)).astype(np.uint32), weights.astype(np.float32)


class KiwiAnalyzer:
    """Content morphemes by Kiwi (``pip install "lexdpr-rag[kiwi]"``); about 60,000 characters/s."""

    name = "kiwi"
    _CONTENT = ("NNG", "NNP", "NNB", "NR", "VV", "VA", "XR", "SL", "SH", "SN", "MAG")

    def __init__(self) -> None:
        try:
            from kiwipiepy import Kiwi
        except ImportError as error:
            raise MissingExtraError("extra.missing", package="kiwipiepy", extra="kiwi") from error
        self._kiwi = Kiwi()

    def postings(
        self, texts: Sequence[str], *, initial: float = 1.0, rest: float = 1.0
    ) -> Postings:
        """See :class:`Analyzer`; every morpheme counts ``initial`` times."""
        ids: dict[str, int] = {}
        rows: list[int] = []
        terms: list[int] = []
        weights: list[float] = []
        for row, tokens in enumerate(self._kiwi.tokenize(iter(texts))):
            counts: dict[int, float] = {}
            for token in tokens:
                if token.tag in self._CONTENT:
                    term = ids.setdefault(token.form, len(ids))
                    counts[term] = counts.get(term, 0.0) + initial
            for term in sorted(counts):
                rows.append(row)
                terms.append(term)
                weights.append(counts[term])
        return Postings(
            list(ids),
            np.array(rows, np.int32),
            np.array(terms, np.int32),
            np.array(weights, np.float32),
        )

    def query_terms(self, query: str) -> dict[str, float]:
        """See :class:`Analyzer`."""
        terms: dict[str, float] = {}
        for token in self._kiwi.tokenize(query):
            if token.tag in self._CONTENT:
                terms[token.form] = terms.get(token.form, 0.0) + 1.0
        return terms


class MixedAnalyzer:
    """Bigrams and morphemes side by side; morphemes carry a mark so that the two never meet."""

    name = "mixed"

    def __init__(self) -> None:
        self._bigram = BigramAnalyzer()
        self._kiwi = KiwiAnalyzer()

    def postings(
        self, texts: Sequence[str], *, initial: float = 1.0, rest: float = 1.0
    ) -> Postings:
        """See :class:`Analyzer`."""
        one = self._bigram.postings(texts, initial=initial, rest=rest)
        two = self._kiwi.postings(texts)
        rows = np.concatenate([one.texts, two.texts])
        terms = np.concatenate([one.terms, two.terms + len(one.vocabulary)])
        order = np.lexsort((terms, rows))
        weights = np.concatenate([one.weights, two.weights])[order]
        vocabulary = one.vocabulary + [f"/{term}" for term in two.vocabulary]
        return Postings(vocabulary, rows[order], terms[order].astype(np.int32), weights)

    def query_terms(self, query: str) -> dict[str, float]:
        """See :class:`Analyzer`."""
        morphemes = {f"/{t}": w for t, w in self._kiwi.query_terms(query).items()}
        return self._bigram.query_terms(query) | morphemes


ANALYZERS: dict[str, type[BigramAnalyzer] | type[KiwiAnalyzer] | type[MixedAnalyzer]] = {
    cls.name: cls for cls in (BigramAnalyzer, KiwiAnalyzer, MixedAnalyzer)
}


@cache
def analyzer_named(name: str) -> Analyzer:
    """The analyzer of a manifest; made once a process.

    Raises:
        FilterError: no analyzer has that name.
        MissingExtraError: it needs an extra that is not installed.
    """
    if name not in ANALYZERS:
        raise FilterError("filter.choice", name="analyzer", value=name, legal=", ".join(ANALYZERS))
    return ANALYZERS[name]()
