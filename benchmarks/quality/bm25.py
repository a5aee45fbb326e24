"""BM25 as a library gives it: bm25s over whole documents, by words, bigrams or morphemes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.documents import Documents
from benchmarks.quality.system import DEPTH, MissingError, Search, System, distinct
from benchmarks.quality.tokens import Splitter, Tell, Tokens
from lexdpr_rag.datamodels import Level
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.index.analyzer import Analyzer, BigramAnalyzer, KiwiAnalyzer

SPARE = 2
"""So many times more documents are ranked than keys are wanted: versions of a law share theirs."""


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    analyzer: Callable[[], Analyzer] | None
    k1: float
    slow: bool = False  # its tokens are kept


# k1 and b are the usual ones; for morphemes those with which BM25 does best on court issues.
_KINDS = {
    "words": _Kind("BM25, words between blanks", None, 1.5),
    "kiwi": _Kind("BM25, Kiwi morphemes", KiwiAnalyzer, 1.2, slow=True),
    "bigrams": _Kind("BM25, character bigrams", BigramAnalyzer, 1.5),
}
_B = 0.75


def bm25_systems(level: Level, kept: Path) -> list[System]:
    """BM25 over each kind of tokens; tokens that take long are kept below ``kept``.

    Morphemes are left out at 항 level: they take half an hour more, and are no better than bigrams.
    """
    names = [name for name, kind in _KINDS.items() if level is Level.ARTICLE or not kind.slow]
    return [_system(name, _KINDS[name], kept) for name in names]


def _system(name: str, kind: _Kind, kept: Path) -> System:
    def opened(documents: Documents, tell: Tell) -> Search:
        try:
            analyzer = kind.analyzer() if kind.analyzer else None
        except MissingExtraError as error:
            raise MissingError('pip install "lexdpr-rag[kiwi]"') from error
        folder = kept / f"{name}-{documents.digest}" if kind.slow else None
        splitter = Splitter(analyzer, folder)
        tokens = splitter.documents(documents.texts, tell)
        return searched(indexed(tokens, kind.k1), tokens, splitter, documents)

    identity = f"bm25s {version('bm25s')} lucene k1={kind.k1} b={_B} {name} 1"
    return System(f"bm25-{name}", kind.title, identity, opened)


def indexed(tokens: Tokens, k1: float) -> Any:
    """A bm25s index."""
    import bm25s

    index = bm25s.BM25(k1=k1, b=_B, method="lucene")
    held = bm25s.tokenization.Tokenized(ids=tokens.ids, vocab=tokens.vocab)
    index.index(held, show_progress=False)
    tokens.ids.clear()  # a gigabyte for the national law, and no longer needed
    return index


def searched(index: Any, tokens: Tokens, splitter: Splitter, documents: Documents) -> Search:
    """Search with scores above 0."""

    def search(question: str) -> list[str]:
        ids = [tokens.vocab[token] for token in splitter.query(question) if token in tokens.vocab]
        if not ids:
            return []
        scores = index.get_scores_from_ids(ids)
        count = min(SPARE * DEPTH, len(scores))
        top = np.argpartition(scores, -count)[-count:]
        top = top[np.argsort(-scores[top], kind="stable")]
        return distinct([documents.keys[row] for row in top.tolist() if scores[row] > 0])

    return search
