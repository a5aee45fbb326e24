"""``lexdpr-rag search``: provisions for one question, or for a file of questions."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_rag.cli.failure import WrongUsageError
from lexdpr_rag.cli.models_used import (
    Candidates,
    DenseShare,
    FusionOption,
    RerankerOption,
    SearchEncoder,
    fusion_from,
    telling_warnings,
)
from lexdpr_rag.cli.options import (
    AsOf,
    IndexPath,
    Json,
    K,
    Kinds,
    Laws,
    LevelOption,
    Ministries,
    ModeOption,
    Part,
    filters_from,
    joined,
)
from lexdpr_rag.cli.words import say
from lexdpr_rag.datamodels import Filters, Hit, Level, Mode

if TYPE_CHECKING:
    from lexdpr_rag.cli.batch import Asked


NO_RERANKER = "none"
"""Instead of the name of a reranker: the package's own is not used either."""


def search(
    index: IndexPath,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="meta.query", help="help.query")
    ] = None,
    k: K = 10,
    level: LevelOption = Level.AUTO,
    mode: ModeOption = Mode.HYBRID,
    law: Laws = None,
    kind: Kinds = None,
    ministry: Ministries = None,
    part: Part = "",
    as_of: AsOf = None,
    encoder: SearchEncoder = None,
    reranker: RerankerOption = None,
    candidates: Candidates = 50,
    fusion: FusionOption = None,
    dense_share: DenseShare = None,
    explain: Annotated[bool, typer.Option("--explain", help="help.explain")] = False,
    full: Annotated[bool, typer.Option("--full", help="help.full")] = False,
    json: Json = False,
    queries: Annotated[
        str | None, typer.Option("--queries", metavar="meta.file", help="help.queries")
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="meta.file", help="help.out_file")
    ] = None,
) -> None:
    """Find provisions."""
    from lexdpr_rag.cli.batch import Asked

    text = joined(query)
    _check(index, text, queries, out)
    asked = Asked(
        k,
        level,
        mode,
        filters_from(law, kind, ministry, part, as_of),
        candidates,
        fusion_from(fusion, dense_share),
        False if reranker == NO_RERANKER else None,
    )
    models = {"encoder": encoder, "reranker": None if reranker == NO_RERANKER else reranker}
    with telling_warnings():
        if queries is not None and out is not None:
            _search_file(index, queries, out, asked, models)
        else:
            shown = _Shown(as_json=json, full=full, explain=explain)
            _search_one(index, text, asked, models, shown)


@dataclass(frozen=True, slots=True)
class _Shown:
    """How hits are shown."""

    as_json: bool
    full: bool
    explain: bool


def _check(index: str, query: str, queries: str | None, out: str | None) -> None:
    if queries is None and out is not None:
        raise WrongUsageError("usage.out_alone")
    if queries is None and not query:
        raise WrongUsageError("usage.query_missing", index=index)
    if queries is not None and query:
        raise WrongUsageError("usage.query_twice")
    if queries is not None and out is None:
        raise WrongUsageError("usage.out_missing")


def _search_one(
    index: str, query: str, asked: Asked, models: Mapping[str, str | None], shown: _Shown
) -> None:
    from lexdpr_rag.engine import LexDPR

    engine = LexDPR.open(index, **models)
    started = time.perf_counter()
    hits = engine.search(query, asked.k, **asked.options())
    seconds = time.perf_counter() - started
    if shown.as_json:
        from lexdpr_rag.cli.console import write_json

        write_json({"query": query, "hits": [_as_json(hit, shown) for hit in hits]})
    elif hits:
        _print_hits(hits, query, asked.filters, seconds, shown)
    else:
        _print_nothing(index, asked.filters)


def _as_json(hit: Hit, shown: _Shown) -> dict[str, object]:
    found = {**hit.metadata(), "score": hit.score, "text": hit.text}
    return found | ({"routes": [asdict(r) for r in hit.routes]} if shown.explain else {})


def _print_hits(
    hits: list[Hit], query: str, filters: Filters, seconds: float, shown: _Shown
) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.cards import print_cards
    from lexdpr_rag.cli.console import stdout

    console = stdout()
    facts = [say("search.found", count=len(hits)), say("search.seconds", seconds=seconds)]
    if filters.as_of:
        facts.append(say("search.as_of", day=filters.as_of))
    console.print(Text.assemble((query, "bold"), "   ", (" · ".join(facts), "dim")))
    print_cards(console, hits, query, full=shown.full, explain=shown.explain)
    console.print()


def _print_nothing(index: str, filters: Filters) -> None:
    hints = [say("search.hint.words"), say("search.hint.cite", index=index)]
    given = [
        name.replace("_", "-")
        for name in ("law", "kind", "ministry", "part", "as_of")
        if getattr(filters, name)
    ]
    if given:
        names = ", ".join(f"--{name}" for name in given)
        hints.insert(0, say("search.hint.filters", names=names))
    typer.echo(say("search.none"))
    for hint in hints:
        typer.echo(f"  - {hint}")


def _search_file(
    index: str, queries: str, out: str, asked: Asked, models: Mapping[str, str | None]
) -> None:
    from lexdpr_rag.cli.batch import STANDARD, count_questions, run_batch
    from lexdpr_rag.cli.progress import showing_queries
    from lexdpr_rag.engine import LexDPR

    total = count_questions(queries)
    engine = LexDPR.open(index, **models)
    started = time.perf_counter()
    with showing_queries(total) as progress:
        done = run_batch(engine, queries, out, asked, progress)
    if out != STANDARD:
        seconds = time.perf_counter() - started
        line = say(
            "search.batch_done", queries=done.queries, hits=done.hits, seconds=seconds, out=out
        )
        typer.echo(line, err=True)
