"""What a build tells while it runs and when it is done, and what an index says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Stage = Literal["scan", "parse", "lexical", "write"]


@dataclass(frozen=True, slots=True)
class BuildEvent:
    """One step of progress.  ``done`` of ``total`` counts the stage's own steps.

    Stages in order: ``scan`` (source files hashed), ``parse`` (source files read into units),
    ``lexical`` (articles indexed), ``write`` (steps of writing and switching over).
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
    """A source file that was left out; ``reason`` is one line that names it and the remedy."""

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
        analyzer: name of the lexical analyzer.
        as_of_newest: the latest 시행일자 held.
        size_bytes: size on disk.
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
    analyzer: str
    as_of_newest: str
    size_bytes: int
    kinds: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return asdict(self)
