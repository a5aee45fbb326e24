"""What each part of the default search brings: routes, decisions, and how they are fused.

    python benchmarks/default_ablation.py INDEX

INDEX was made with the package's own encoder.  The same two development sets as
``lexical_quality.py``, article level; provisions that a question cites are not put in front.  Binary
relevance, macro average; 95% intervals by bootstrap over the questions, those of the difference to
the default paired by question.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
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
from lexdpr_rag.index.fusion import Fusion
from lexdpr_rag.ranking import Question, Ranker, Sources
from lexdpr_rag.units import Levels

DEPTH = 100


@dataclass(frozen=True)
class Variant:
    """One way to search; ``fusion`` ``None`` is the fitted one, which alone is read on from."""

    words: bool = True
    vectors: bool = True
    decisions: bool = True
    fusion: Fusion | None = None
    read: bool = True


VARIANTS = {
    "the default": Variant(),
    "without the reranker": Variant(read=False),
    "without decisions": Variant(decisions=False),
    "with neither": Variant(decisions=False, read=False),
    "fixed .3 : .7, decisions .1": Variant(fusion=Fusion(decisions=0.1)),
    "fixed .3 : .7, decisions .2": Variant(fusion=Fusion(decisions=0.2)),
    "fixed .3 : .7, decisions .4": Variant(fusion=Fusion(decisions=0.4)),
    "fixed .3 : .7, without decisions": Variant(decisions=False, fusion=Fusion()),
    "fixed .5 : .5, without decisions": Variant(decisions=False, fusion=Fusion(dense=0.5)),
    "vectors alone": Variant(words=False),
    "words alone": Variant(vectors=False),
}


def ranker_of(engine: LexDPR, variant: Variant) -> Ranker:
    """The engine's ranker, with or without decisions."""
    own = engine._ranker
    full = own._sources
    return own if variant.decisions else own.with_sources(Sources(None, full.fitted, full.late))


def searched(engine: LexDPR, variant: Variant, queries: list[Query]) -> dict[str, list[str]]:
    """The ranking of each question."""
    ranker, keys = ranker_of(engine, variant), article_keys(engine)
    mask = engine._selection.articles(Filters())
    vectors = engine._encoder.encode_queries([query.text for query in queries])
    run = {}
    for query, vector in zip(queries, vectors, strict=True):
        given = vector if variant.vectors else None
        question = Question(query.text, variant.words, given, variant.read)
        ranked = ranker.rank(question, mask, Levels.ARTICLE, DEPTH, variant.fusion)
        found = dict.fromkeys(keys[row] for row in ranked.articles.tolist())
        run[query.query_id] = list(found)[:DEPTH]
    return run


def article_keys(engine: LexDPR) -> list[str]:
    """The key of every article row: ``001706/제750조``."""
    store = engine._store
    laws = store.article_law().tolist()
    return [
        f"{store.laws[law].law_id}/{article_label(store.article_path[row])}"
        for row, law in enumerate(laws)
    ]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the benchmark queries")
    parser.add_argument("--queries", type=int, help="only so many queries of each set")
    options = parser.parse_args()
    engine = LexDPR.open(options.index)
    if engine._ranker._sources.fitted is None:
        parser.error(f"{options.index}: made with {engine.info().encoder}, not the package's own")
    sets = {name: qs[: options.queries] for name, qs in query_sets(options.data).items()}
    print_header("The default search at article level: what each part brings")
    print_head("system", "queries", f"difference in {MEASURES[0]}", *MEASURES)
    first: dict[str, NDArray[np.float64]] = {}
    for system, variant in VARIANTS.items():
        for name, queries in sets.items():
            values = values_of(queries, searched(engine, variant, queries))
            base = first.setdefault(name, values[MEASURES[0]])
            gain = (
                mean_text(values[MEASURES[0]] - base, "+") if system != next(iter(VARIANTS)) else ""
            )
            print_row(system, name, gain, *(mean_text(values[measure]) for measure in MEASURES))


if __name__ == "__main__":
    main()
