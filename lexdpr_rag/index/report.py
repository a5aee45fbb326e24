"""What a build tells while it runs and when it is done, and what an index says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from lexdpr_rag.index.manifest import Manifest

Stage = Literal[
    "scan", "parse", "lexical", "references", "embed", "index", "decisions", "attach", "write"
]


@dataclass(frozen=True, slots=True)
class BuildEvent:
    """One step of progress.  ``done`` of ``total`` counts the stage's own steps.

    Stages in order: ``scan`` (source files hashed), ``parse`` (source files read into units),
    ``lexical`` (articles indexed), ``references`` (articles read for what they refer to), with an
    encoder ``embed`` (distinct texts that have a vector) and ``index`` (entries of the vector
    backend), with decisions ``decisions`` (decisions read) and ``attach`` (distinct issues and
    holdings that have a vector), ``write`` (steps of switching over).
    ``laws`` and ``units`` count what has been parsed so far.
    """

    stage: Stage
    done: int
    total: int
    laws: int = 0
    units: int = 0


Progress = Callable[[BuildEvent], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A source file that was left out, or of a file of decisions a line; ``reason`` is one line that
    names it and the remedy."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        sources: source files found.
        laws, articles, units: what the index now holds (see :class:`IndexInfo`).
        parsed, reused: source files that were parsed in this run, and those whose units came from
            the old index or from an interrupted run.
        failures: files left out.
        duplicates: files left out since another holds the same version of the same law.
        changed: ``False`` when nothing had changed and the old index was kept.
        seconds: wall time.
        decision_failures: what could not be read of the files of decisions; none where the index
            kept the decisions that it had.
    """

    sources: int
    laws: int
    articles: int
    units: int
    parsed: int
    reused: int
    failures: tuple[Failure, ...]
    duplicates: tuple[str, ...]
    changed: bool
    seconds: float
    decision_failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index holds.

    Attributes:
        laws: versions of laws, repeal stubs included.
        articles: 조 as numbered in the sources, deleted ones included.
        live_articles: 조 that have text and can be found.
        units: units of the ``auto`` level.
        units_by_level: units of every level.
        vectors: embedded units; 0 without a dense index.
        encoder: name of the encoder, empty without a dense index.
        dimension: length of a vector, 0 without a dense index.
        backend: what finds vectors: ``chroma``, ``faiss`` or ``exact``; with the URL of a server.
        analyzer: name of the lexical analyzer.
        as_of_newest: the latest 시행일자 held.
        size_bytes: size on disk.
        decisions_read: decisions in the files that were attached to the index.
        decisions: those of them that cite an article of the index.
        decision_texts: their issues and holdings, each counted once.
        decided_articles: articles that they are attached to.
        decided_from, decided_until: the first and the last of their days, empty without decisions.
    """

    path: str
    format_version: int
    created: str
    package_version: str
    corpus_hash: str
    laws: int
    repealed: int
    articles: int
    live_articles: int
    units: int
    units_by_level: dict[str, int]
    vectors: int
    encoder: str
    dimension: int
    backend: str
    analyzer: str
    as_of_newest: str
    size_bytes: int
    kinds: dict[str, int]
    decisions_read: int = 0
    decisions: int = 0
    decision_texts: int = 0
    decided_articles: int = 0
    decided_from: str = ""
    decided_until: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return asdict(self)


def index_info(path: Path, generation: Path, manifest: Manifest) -> IndexInfo:
    """What the index at ``path`` holds, whose generation in use has this manifest."""
    counts, encoder, decisions = manifest.counts, manifest.encoder, manifest.decisions
    return IndexInfo(
        path=str(path),
        format_version=manifest.format_version,
        created=manifest.created,
        package_version=manifest.package_version,
        corpus_hash=manifest.corpus_hash,
        laws=counts["laws"],
        repealed=counts["repealed"],
        articles=counts["articles"],
        live_articles=counts["live_articles"],
        units=counts["units"],
        units_by_level=manifest.units_by_level,
        vectors=counts.get("vectors", 0),
        encoder=encoder.get("name", ""),
        dimension=encoder.get("dimension", 0),
        backend=" ".join(filter(None, (encoder.get("backend"), encoder.get("url")))),
        analyzer=manifest.analyzer["name"],
        as_of_newest=manifest.newest,
        size_bytes=sum(f.stat().st_size for f in generation.rglob("*") if f.is_file()),
        kinds=manifest.kinds,
        decisions_read=decisions.get("read", 0),
        decisions=decisions.get("decisions", 0),
        decision_texts=decisions.get("texts", 0),
        decided_articles=decisions.get("articles", 0),
        decided_from=decisions.get("first", ""),
        decided_until=decisions.get("last", ""),
    )
