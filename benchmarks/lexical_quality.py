"""How good the lexical index is at article level, and what each part of it brings.

    python benchmarks/lexical_quality.py INDEX_OR_STATUTES

Two development sets over all articles: issues of Supreme Court decisions, and questions in plain
words.  Binary relevance, macro average; 95% intervals by bootstrap over the queries, those of the
difference to the engine paired by query.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from measure import (
    DATA,
    MEASURES,
    ROOT,
    Query,
    index_of,
    mean_text,
    print_head,
    print_header,
    print_row,
    query_sets,
    values_of,
)
from numpy.typing import NDArray

sys.path.insert(0, str(ROOT))

import itertools

from lexdpr_rag import LexDPR, ranking
from lexdpr_rag.hits import article_label
from lexdpr_rag.index import analyzer as analyzer_module
from lexdpr_rag.index import lexical, lexical_build, term_counts
from lexdpr_rag.index.analyzer import Analyzer, BigramAnalyzer, KiwiAnalyzer
from lexdpr_rag.index.lexical import LexicalIndex
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.term_counts import PlacedCounts, article_number

DEPTH = 100
Search = Callable[[str], list[str]]
"""Query → article keys, best first."""


# -- plain BM25 ----------------------------------------------------------------------------------


def documents(store: UnitStore) -> tuple[list[str], list[str]]:
    """Keys and texts (law, number, title, words) of every article."""
    laws = store.article_law()
    keys, texts = [], []
    for row in range(store.articles):
        law, path = store.laws[int(laws[row])], store.article_path[row]
        keys.append(f"{law.law_id}/{article_label(path)}")
        parts = (law.title, article_number(path), store.article_title[row])
        texts.append(" ".join((*parts, store.article_string(row))))
    return keys, texts


def whitespace_search(keys: list[str], texts: list[str]) -> Search:
    """BM25 over words between blanks, the default of common BM25 retrievers."""
    ids: dict[str, int] = {}
    tokens = [[ids.setdefault(w, len(ids)) for w in text.lower().split()] for text in texts]
    index = _indexed(tokens, ids)
    return lambda query: _best(index, keys, [ids[w] for w in query.lower().split() if w in ids])


def analyzed_search(keys: list[str], texts: list[str], analyzer: Analyzer) -> Search:
    """BM25 over an analyzer's terms, every term of a text and a query counting once."""
    found = analyzer.postings(texts)
    ids = {term: i for i, term in enumerate(found.vocabulary)}
    bounds = np.searchsorted(found.texts, np.arange(len(texts) + 1))
    counts = np.round(found.weights).astype(np.int64)
    tokens = (
        np.repeat(found.terms[a:b], counts[a:b]).tolist() for a, b in itertools.pairwise(bounds)
    )
    index = _indexed(list(tokens), ids)

    def search(query: str) -> list[str]:
        terms = analyzer.postings([query])
        known = zip(terms.vocabulary, terms.weights.tolist(), strict=True)
        query_ids = [ids[t] for t, weight in known if t in ids for _ in range(round(weight))]
        return _best(index, keys, query_ids)

    return search


def _indexed(tokens: Sequence[Sequence[int]], ids: dict[str, int]) -> Any:
    index = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
    index.index(bm25s.tokenization.Tokenized(ids=tokens, vocab=ids), show_progress=False)
    return index


def _best(index: Any, keys: list[str], query_ids: list[int]) -> list[str]:
    if not query_ids:
        return []
    scores = index.get_scores_from_ids(query_ids)
    top = np.argpartition(scores, -DEPTH)[-DEPTH:]
    top = top[np.argsort(-scores[top], kind="stable")]
    return list(dict.fromkeys(keys[row] for row in top.tolist() if scores[row] > 0))


# -- the engine and its parts --------------------------------------------------------------------


def engine_search(engine: LexDPR) -> Search:
    """The lexical route at article level."""

    def search(query: str) -> list[str]:
        hits = engine.search(query, DEPTH, level="article", mode="lexical")
        return list(dict.fromkeys(f"{hit.law_id}/{hit.article}" for hit in hits))

    return search


@contextmanager
def patched(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Attributes changed for a while."""
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    for owner, name, value in changes:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def ablations(engine: LexDPR) -> dict[str, list[tuple[Any, str, Any]]]:
    """What is switched off, by name."""
    index = engine._ranker._lexical
    ones = np.ones_like(index._prior)
    parts: dict[str, list[tuple[Any, str, Any]]] = {
        "law share": [(lexical, "LAW_SHARE", 0.0)],
        "prior of statutes": [(index, "_prior", ones)],
        "title boosts": [(lexical, "TITLE_BOOST", 0.0), (lexical, "LAW_TITLE_BOOST", 0.0)],
        "cut of long queries": [(lexical, "LONG_IDF_CUT", 0.0), (lexical, "LONG_COMMON", 1.0)],
        "named law": [(ranking, "NAMED_LAW", 1.0)],
        "cited provisions": [(engine._places, "cited", lambda *_: [])],
        "weights in a query's word": [
            (analyzer_module, f"QUERY_{place}", 1.0) for place in ("INITIAL", "MIDDLE", "LAST")
        ],
    }
    return parts | {"all of these": [change for changes in parts.values() for change in changes]}


def without_fields(engine: LexDPR, folder: Path) -> list[tuple[Any, str, Any]]:
    """A lexical index in which all fields, and all bigrams of a word, weigh the same."""
    store = engine._store
    flat = (
        (lexical_build, "FIELD_WEIGHTS", dict.fromkeys(lexical_build.FIELD_WEIGHTS, 1.0)),
        (lexical_build, "FIELD_B", dict.fromkeys(lexical_build.FIELD_B, 0.75)),
        (term_counts, "BODY_INITIAL", 1.0),
        (term_counts, "BODY_REST", 1.0),
    )
    with patched(*flat):
        shard = PlacedCounts(
            term_counts.count_terms(store, BigramAnalyzer()),
            articles=np.arange(store.articles),
            laws=np.arange(len(store.laws)),
        )
        lexical_build.build_lexical(store, [shard], folder)
    return [(engine._ranker, "_lexical", LexicalIndex(folder, store, BigramAnalyzer()))]


# -- running -------------------------------------------------------------------------------------


Values = dict[str, dict[str, NDArray[np.float64]]]
"""Set → measure → value of each query."""


def measure(
    name: str, search: Search, sets: dict[str, list[Query]], whole: Values | None = None
) -> Values:
    """Run both sets and print a row for each, with the paired difference to ``whole``."""
    found: Values = {}
    for set_name, queries in sets.items():
        run = {query.query_id: search(query.text) for query in queries}
        values = found[set_name] = values_of(queries, run)
        cells = [mean_text(values[measure_name]) for measure_name in MEASURES]
        first = MEASURES[0]
        gain = mean_text(values[first] - whole[set_name][first], "+") if whole else ""
        print_row(name, set_name, gain, *cells)
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="an index, or statutes to build one of")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the benchmark queries")
    parser.add_argument("--queries", type=int, help="only so many queries of each set")
    parser.add_argument("--kiwi", action="store_true", help="plain BM25 over morphemes too (slow)")
    parser.add_argument("--no-fields", action="store_true", help="leave the field weights' row out")
    options = parser.parse_args()
    sets = {name: qs[: options.queries] for name, qs in query_sets(options.data).items()}
    print_header("Lexical search at article level: quality")
    print_head("system", "queries", f"difference in {MEASURES[0]}", *MEASURES)
    with index_of(options.source) as path, tempfile.TemporaryDirectory() as scratch:
        engine = LexDPR.open(path)
        whole = measure("**the engine**", engine_search(engine), sets)
        for name, changes in ablations(engine).items():
            with patched(*changes):
                measure(f"… without {name}", engine_search(engine), sets, whole)
        if not options.no_fields:
            with patched(*without_fields(engine, Path(scratch) / "flat")):
                measure("… without field weights", engine_search(engine), sets, whole)
        keys, texts = documents(engine._store)
        measure("BM25, words between blanks", whitespace_search(keys, texts), sets, whole)
        measure("BM25, bigrams", analyzed_search(keys, texts, BigramAnalyzer()), sets, whole)
        if options.kiwi:
            measure("BM25, morphemes", analyzed_search(keys, texts, KiwiAnalyzer()), sets, whole)


if __name__ == "__main__":
    main()
