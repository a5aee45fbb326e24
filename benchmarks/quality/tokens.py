"""Documents as numbered tokens: by words, bigrams or morphemes; what is slow to make is kept."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.analyzer import Analyzer

CHUNK = 4096
"""Documents that are split, and kept, together."""

Tell = Callable[[int, int], None]
"""Told how many are done, and of how many."""


@dataclass(slots=True)
class Tokens:
    """Tokens of documents as bm25s takes them.

    Attributes:
        ids: for every document its tokens' numbers; arrays, since lists would take ten times as
            much.
        vocab: token → number.
    """

    ids: list[array[int]] = field(default_factory=list)
    vocab: dict[str, int] = field(default_factory=dict)

    def add(self, words: Sequence[str], documents: Sequence[NDArray[np.int32]]) -> None:
        """Append documents; their numbers are places in ``words``."""
        numbers = [self.vocab.setdefault(word, len(self.vocab)) for word in words]
        table = np.array(numbers, np.int32)
        for document in documents:
            held = array("i")
            held.frombytes(table[document].tobytes())
            self.ids.append(held)


class Splitter:
    """Splits texts into the terms of an analyzer, or without one into words between blanks."""

    def __init__(self, analyzer: Analyzer | None, kept: Path | None = None) -> None:
        """``kept``: a folder where finished parts stay, for what takes long."""
        self._analyzer, self._kept = analyzer, kept

    def query(self, text: str) -> list[str]:
        """The tokens of a question, as often as they stand in it."""
        words, documents = self._split([text])
        return [words[number] for number in documents[0].tolist()]

    def documents(self, texts: Sequence[str], tell: Tell) -> Tokens:
        """The tokens of all texts."""
        tokens = Tokens()
        for start in range(0, len(texts), CHUNK):
            tokens.add(*self._part(start, texts[start : start + CHUNK]))
            tell(min(start + CHUNK, len(texts)), len(texts))
        return tokens

    def _part(self, start: int, texts: Sequence[str]) -> tuple[list[str], list[NDArray[np.int32]]]:
        if self._kept is None:
            return self._split(texts)
        path = self._kept / f"{start:07}.npz"
        if path.exists():
            with np.load(path) as held:
                words = str(held["words"]).split("\n")
                return words, np.split(held["numbers"], held["bounds"])
        words, documents = self._split(texts)
        self._kept.mkdir(parents=True, exist_ok=True)
        bounds = np.cumsum([len(document) for document in documents])[:-1]
        written = path.with_suffix(".tmp.npz")
        np.savez(written, words="\n".join(words), numbers=np.concatenate(documents), bounds=bounds)
        written.replace(path)
        return words, documents

    def _split(self, texts: Sequence[str]) -> tuple[list[str], list[NDArray[np.int32]]]:
        """Distinct words, and for every text the places of its words among them."""
        if self._analyzer is None:
            return _blanks(texts)
        found = self._analyzer.postings(texts)
        bounds = np.searchsorted(found.texts, np.arange(len(texts) + 1))
        counts = np.round(found.weights).astype(np.int64)
        pairs = _pairs(bounds)
        return found.vocabulary, [np.repeat(found.terms[a:b], counts[a:b]) for a, b in pairs]


def _pairs(bounds: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    return zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)


def _blanks(texts: Sequence[str]) -> tuple[list[str], list[NDArray[np.int32]]]:
    places: dict[str, int] = {}
    documents = [
        np.array([places.setdefault(word, len(places)) for word in text.lower().split()], np.int32)
        for text in texts
    ]
    return list(places), documents
