"""What each route brings at article level, and which fusion of them is best.

    python benchmarks/hybrid_quality.py INDEX [--encoder MODEL]

The same two development sets as ``lexical_quality.py``.  Each question is searched once; the lists
of its routes are then fused in every way; only the engine itself puts provisions that a question
cites before the others.  Binary relevance, macro average; 95% intervals by
bootstrap over the queries, those of the difference to the default paired by query.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measure import (
    DATA,
    MEASURES,
    ROOT,
    Query,
    mean_text,
    print_head,
    print_header,
    print_row,
    query_sets,
    values_of,
)
from numpy.typing import NDArray

sys.path.insert(0, str(ROOT))

from lexdpr_rag import Filters, LexDPR
from lexdpr_rag.hits import article_label
from lexdpr_rag.index.fusion import DENSE_SHARE, Fusion, Route
from lexdpr_rag.ranking import DENSE, LEXICAL, Question
from lexdpr_rag.units import Levels

DEPTH = 100
Lists = dict[str, tuple[Route, ...]]
"""Query → what each route found."""
Order = Callable[[tuple[Route, ...]], NDArray[np.int64]]


def lists_of(engine: LexDPR, queries: list[Query]) -> Lists:
    """Search every question once, without the provisions that it cites."""
    mask = engine._selection.articles(Filters())
    vectors = engine._encoder.encode_queries([query.text for query in queries])
    found = {}
    for query, vector in zip(queries, vectors, strict=True):
        question = Question(query.text, True, vector)
        ranked = engine._ranker.rank(question, mask, Levels.ARTICLE, DEPTH, Fusion())
        found[query.query_id] = ranked.fused.routes
    return found


def searched(engine: LexDPR, query: str) -> list[str]:
    """What the engine finds by itself, provisions that the question cites first."""
    hits = engine.search(query, DEPTH, level="article")
    return list(dict.fromkeys(f"{hit.law_id}/{hit.article}" for hit in hits))


def article_keys(engine: LexDPR) -> dict[int, str]:
    """Unit row of an article → ``001706/제750조``."""
    store = engine._store
    laws = store.article_law()
    return {
        int(store.article_units[row]): (
            f"{store.laws[int(laws[row])].law_id}/{article_label(store.article_path[row])}"
        )
        for row in range(store.articles)
    }


def single(name: str) -> Order:
    """One route alone."""
    return lambda routes: next(route.ids for route in routes if route.name == name)


def systems() -> dict[str, Order]:
    """What is compared, the default first."""
    fusions = {f"scores, min-max, {DENSE_SHARE} (fixed)": Fusion()}
    for share in sorted({0.3, 0.4, 0.5, 0.6, 0.7, 0.8} - {DENSE_SHARE}):
        fusions[f"scores, min-max, {share}"] = Fusion(dense=share)
    for kind in ("z", "theoretical"):
        fusions |= {f"scores, {kind}, {s}": Fusion(dense=s, normalisation=kind) for s in (0.5, 0.7)}
    fusions |= {f"rrf, k = {k}, {s}": Fusion("rrf", s, k=k) for k in (60, 10) for s in (0.5, 0.7)}
    fusions |= {"vote 6, 3, 1": Fusion("vote", 0.5)}

    def by(fusion: Fusion) -> Order:
        return lambda routes: fusion.fuse(routes).ids

    orders = {name: by(fusion) for name, fusion in fusions.items()}
    default = next(iter(orders))
    alone = {"lexical alone": single(LEXICAL), "dense alone": single(DENSE)}
    return {default: orders.pop(default), **alone, **orders}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path, help="an index with vectors")
    parser.add_argument("--encoder", help="where the encoder of the index lies now")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the benchmark queries")
    parser.add_argument("--queries", type=int, help="only so many queries of each set")
    options = parser.parse_args()
    engine = LexDPR.open(options.index, encoder=options.encoder)
    keys = article_keys(engine)
    sets = {name: qs[: options.queries] for name, qs in query_sets(options.data).items()}
    lists = {name: lists_of(engine, queries) for name, queries in sets.items()}
    info = engine.info()
    print_header("Routes and fusion at article level: quality")
    print(f"encoder: {Path(info.encoder).name}, {info.dimension} dimensions\n")
    print_head("system", "queries", f"difference in {MEASURES[0]}", *MEASURES)
    first: dict[str, NDArray[np.float64]] = {}
    for name, queries in sets.items():
        run = {query.query_id: searched(engine, query.text) for query in queries}
        values = values_of(queries, run)
        first[name] = values[MEASURES[0]]
        print_row("**the engine**", name, "", *(mean_text(values[measure]) for measure in MEASURES))
    for system, order in systems().items():
        for name, queries in sets.items():
            run = {
                query: list(dict.fromkeys(keys[unit] for unit in order(routes).tolist()))[:DEPTH]
                for query, routes in lists[name].items()
            }
            values = values_of(queries, run)
            gain = mean_text(values[MEASURES[0]] - first[name], "+")
            print_row(system, name, gain, *(mean_text(values[measure]) for measure in MEASURES))


if __name__ == "__main__":
    main()
