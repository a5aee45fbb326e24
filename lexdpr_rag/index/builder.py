"""Building an index: source files → shards → one generation, resumable at every step.

Source files fall into buckets by the hash of their name, so that adding a file disturbs one bucket
only.  A bucket whose content has not changed since the last build is copied from the old index; one
that an interrupted build had finished is taken over; the rest are parsed, several at a time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

import lexdpr_rag
from lexdpr_rag.datamodels import Level
from lexdpr_rag.errors import IndexFormatError, SourceError
from lexdpr_rag.index.analyzer import BigramAnalyzer
from lexdpr_rag.index.layout import LEXICAL, Layout
from lexdpr_rag.index.lexical import LexicalIndex
from lexdpr_rag.index.lexical_build import build_lexical
from lexdpr_rag.index.manifest import CONTENT_VERSION, Bucket, Manifest
from lexdpr_rag.index.report import BuildEvent, BuildReport, Failure, Progress
from lexdpr_rag.index.shards import Shard, copy_shard, open_shard, parse_shard
from lexdpr_rag.index.store import UnitStore, concatenate
from lexdpr_rag.index.term_counts import PlacedCounts
from lexdpr_rag.index.workers import Task, run_tasks
from lexdpr_rag.statute.source import SourceRef, find_sources
from lexdpr_rag.units import LEVEL_FLAG

BUCKETS = 128

_FEW_SOURCES = 16
"""So many source files are read sooner than worker processes start."""

_LOCK_WAIT = 1.0
"""Seconds that a lock may take to be let go: the workers of a killed build end a moment after it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to build.

    ``strict``: stop at the first bad file; ``jobs``: processes (default: one a core);
    ``analyzer``: one of :data:`lexdpr_rag.index.analyzer.ANALYZERS`, or ``None`` for the one that
    the index has, bigrams in a new one.
    """

    strict: bool = False
    jobs: int | None = None
    analyzer: str | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """One bucket of this build."""

    key: str
    sources: tuple[SourceRef, ...]
    old: Bucket | None  # the same bucket in the index in use


def build_index(
    source: Path, out: Path, options: Options, progress: Progress | None = None
) -> BuildReport:
    """Build or update the index in ``out`` from the statutes in ``source``.

    Until the very end the old index, if there is one, stays in use; then one rename switches over.

    Raises:
        SourceError: nothing can be read, or with ``strict`` the first file that cannot.
        IndexFormatError: ``out`` cannot hold an index, or another process is building it.
    """
    started = time.monotonic()
    layout = _prepare(out)
    with _locked(layout):
        return _Build(layout, options, progress or (lambda event: None)).run(source, started)


def _prepare(out: Path) -> Layout:
    if out.exists() and not out.is_dir():
        raise IndexFormatError("index.is_file", path=out)
    layout = Layout(out)
    if out.exists() and not layout.current.exists() and not layout.building.exists():
        strangers = [p.name for p in out.iterdir() if p.name != layout.lock.name]
        if strangers:
            raise IndexFormatError("index.not_empty", path=out)
    out.mkdir(parents=True, exist_ok=True)
    return layout


@contextmanager
def _locked(layout: Layout) -> Iterator[None]:
    lock = FileLock(layout.lock)
    try:
        lock.acquire(timeout=_LOCK_WAIT)
    except Timeout as error:
        raise IndexFormatError("index.locked", path=layout.root) from error
    try:
        yield
    finally:
        lock.release()


class _Build:
    """One run of a build."""

    def __init__(self, layout: Layout, options: Options, progress: Progress) -> None:
        self._layout = layout
        self._options = options
        self._progress = progress
        self._generation, self._old_manifest = _open_old(layout)
        old = self._old_manifest.analyzer["name"] if self._old_manifest else BigramAnalyzer.name
        self._analyzer: str = options.analyzer or old

    def run(self, source: Path, started: float) -> BuildReport:
        plans, total = self._plan(source)
        if total == 0:
            raise SourceError("source.empty_folder", path=source)
        unchanged = self._unchanged(plans)
        if unchanged is not None:
            _check_strict(self._options, [f for b in unchanged.buckets for f in b.failures])
            is_new = unchanged is not self._old_manifest
            return _report(unchanged, total, 0, started, changed=is_new)
        shards, parsed = self._shards(plans, total)
        manifest = self._write(plans, shards)
        return _report(manifest, total, parsed, started, changed=True)

    # -- what is to be done ----------------------------------------------------------------------

    def _plan(self, source: Path) -> tuple[list[_Plan], int]:
        groups: dict[int, list[tuple[SourceRef, str]]] = defaultdict(list)
        total = 0
        for ref in find_sources(source):
            groups[_bucket_of(ref.name)].append((ref, _content_hash(ref)))
            total += 1
            self._progress(BuildEvent("scan", total, 0))
        known = {b.key: b for b in self._old_manifest.buckets} if self._old_manifest else {}
        plans = []
        for number in sorted(groups):
            members = sorted(groups[number], key=lambda pair: pair[0].name)
            key = _key([(ref.name, digest) for ref, digest in members], self._analyzer)
            plans.append(_Plan(key, tuple(ref for ref, _ in members), known.get(key)))
        return plans, total

    def _unchanged(self, plans: Sequence[_Plan]) -> Manifest | None:
        """The manifest in use when it already holds exactly these sources.

        A build that was killed between writing its generation and switching over is finished here.
        """
        keys = [plan.key for plan in plans]
        old = self._old_manifest
        if old is not None and [b.key for b in old.buckets] == keys:
            self._layout.clean()
            return old
        for generation in reversed(self._layout.generations()):
            manifest = _opened(generation)
            if manifest is not None and [b.key for b in manifest.buckets] == keys:
                self._layout.switch_to(generation)
                self._layout.clean()
                return manifest
        return None

    # -- shards ----------------------------------------------------------------------------------

    def _shards(self, plans: Sequence[_Plan], total: int) -> tuple[list[Shard], int]:
        self._layout.shards.mkdir(parents=True, exist_ok=True)
        shards: dict[str, Shard] = {}
        done = laws = units = parsed = 0
        for plan, shard, was_parsed in self._finished(plans):
            shards[plan.key] = shard
            done += len(plan.sources)
            parsed += len(plan.sources) if was_parsed else 0
            laws += shard.laws
            units += shard.units
            self._progress(BuildEvent("parse", done, total, laws, units))
            _check_strict(self._options, shard.failures)
        return [shards[plan.key] for plan in plans], parsed

    def _finished(self, plans: Sequence[_Plan]) -> Iterator[tuple[_Plan, Shard, bool]]:
        """Every plan with its shard, as they come: those at hand first."""
        waiting: list[_Plan] = []
        for plan in plans:
            shard = open_shard(self._layout.shards / plan.key)
            if shard is not None:
                yield plan, shard, False
            else:
                waiting.append(plan)
        if not waiting:
            return
        jobs = min(self._options.jobs or os.cpu_count() or 1, len(waiting))
        tasks = [self._task(plan) for plan in waiting]
        shards: Iterator[tuple[int, Shard]]
        if jobs == 1 or sum(len(plan.sources) for plan in waiting) <= _FEW_SOURCES:
            shards = ((i, work(*arguments)) for i, (work, arguments) in enumerate(tasks))
        else:
            shards = run_tasks(tasks, jobs)
        for i, shard in shards:
            yield waiting[i], shard, self._copied_from(waiting[i]) is None

    def _task(self, plan: _Plan) -> Task:
        """How a plan's shard is made."""
        folder = self._layout.shards / plan.key
        old = self._copied_from(plan)
        if old is None or self._generation is None:
            return parse_shard, (plan.sources, self._analyzer, folder)
        return copy_shard, (self._generation, old, self._analyzer, folder)

    def _copied_from(self, plan: _Plan) -> Bucket | None:
        return plan.old if plan.old is not None and plan.old.complete else None

    # -- one generation --------------------------------------------------------------------------

    def _write(self, plans: Sequence[_Plan], shards: Sequence[Shard]) -> Manifest:
        if not any(shard.laws for shard in shards):
            failures = [failure for shard in shards for failure in shard.failures]
            raise SourceError("index.nothing_read", sources=len(failures), reason=failures[0][1])
        folder = self._layout.building / "gen"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        store, buckets, counts = _merge(plans, shards)
        build_lexical(
            store,
            counts,
            folder / LEXICAL,
            lambda done, total: self._progress(BuildEvent("lexical", done, total)),
        )
        store.save(folder)
        self._progress(BuildEvent("write", 1, 3))
        manifest = _manifest(store, buckets, self._analyzer)
        manifest.save(folder)
        self._progress(BuildEvent("write", 2, 3))
        generation = self._layout.next_generation()
        folder.rename(generation)
        self._layout.switch_to(generation)
        self._layout.clean()
        self._progress(BuildEvent("write", 3, 3))
        return manifest


def _open_old(layout: Layout) -> tuple[Path | None, Manifest | None]:
    """The index in use, if its content can be taken over."""
    generation = layout.in_use()
    manifest = _opened(generation) if generation is not None else None
    return (None, None) if manifest is None else (generation, manifest)


def _opened(generation: Path) -> Manifest | None:
    """The manifest of a generation; ``None`` where it is damaged or was made by an older version.

    Then everything is parsed anew: "build it again" must mend what it is the remedy for.

    Raises:
        IndexFormatError: a newer version made it; it is not ours to overwrite.
    """
    try:
        manifest = Manifest.open(generation)
        LexicalIndex(generation / LEXICAL, UnitStore.open(generation), BigramAnalyzer())
    except IndexFormatError as error:
        if error.key == "index.newer":
            raise
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return manifest if manifest.content_version == CONTENT_VERSION else None


def _check_strict(options: Options, failures: Sequence[tuple[str, str]]) -> None:
    if options.strict and failures:
        raise SourceError("index.strict", reason=failures[0][1])


def _bucket_of(name: str) -> int:
    return hashlib.blake2b(name.encode(), digest_size=2).digest()[0] % BUCKETS


def _content_hash(source: SourceRef) -> str:
    try:
        return hashlib.blake2b(source.read(), digest_size=16).hexdigest()
    except (OSError, SourceError) as error:
        return f"unreadable: {type(error).__name__}"


def _key(members: Sequence[tuple[str, str]], analyzer: str) -> str:
    digest = hashlib.blake2b(f"{CONTENT_VERSION}\0{analyzer}\0".encode(), digest_size=16)
    for name, content in members:
        digest.update(f"{name}\0{content}\0".encode())
    return digest.hexdigest()


def _merge(
    plans: Sequence[_Plan], shards: Sequence[Shard]
) -> tuple[UnitStore, list[Bucket], list[PlacedCounts]]:
    """All shards laid end to end; of the same version of a law the first is kept."""
    seen: set[tuple[str, str]] = set()
    stretches: list[UnitStore] = []
    buckets: list[Bucket] = []
    counts: list[PlacedCounts] = []
    laws = articles = 0
    for plan, shard in zip(plans, shards, strict=True):
        store = shard.store()
        twins = _twins(store, seen)
        stretches += store.without_laws(twins)
        counts.append(_placed(shard, store, twins, laws, articles))
        last = laws + len(store.laws) - len(twins)
        duplicates = tuple(store.laws[row].source for row in sorted(twins))
        buckets.append(Bucket(plan.key, laws, last, len(plan.sources), shard.failures, duplicates))
        laws, articles = last, articles + int((counts[-1].articles >= 0).sum())
    return concatenate(stretches), buckets, counts


def _twins(store: UnitStore, seen: set[tuple[str, str]]) -> set[int]:
    """Rows of versions that were seen before; what is new is added to ``seen``."""
    twins = set()
    for row, law in enumerate(store.laws):
        name = (law.law_id, law.version)
        if name in seen:
            twins.add(row)
        seen.add(name)
    return twins


def _placed(
    shard: Shard, store: UnitStore, twins: set[int], first_law: int, first_article: int
) -> PlacedCounts:
    kept_laws = np.array([row not in twins for row in range(len(store.laws))], bool)
    kept_articles = kept_laws[store.article_law()]
    return PlacedCounts(
        shard.counts(),
        articles=np.where(kept_articles, first_article + np.cumsum(kept_articles) - 1, -1),
        laws=np.where(kept_laws, first_law + np.cumsum(kept_laws) - 1, -1),
    )


def _manifest(store: UnitStore, buckets: Sequence[Bucket], analyzer: str) -> Manifest:
    corpus = hashlib.blake2b("".join(b.key for b in buckets).encode(), digest_size=16)
    levels = {
        level.value: int(((store.unit_levels & int(LEVEL_FLAG[level])) != 0).sum())
        for level in Level
    }
    return Manifest(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        package_version=lexdpr_rag.__version__,
        corpus_hash=corpus.hexdigest(),
        analyzer={"name": analyzer},
        counts={
            "laws": len(store.laws),
            "repealed": sum(law.repealed for law in store.laws),
            "articles": sum(law.articles for law in store.laws),
            "live_articles": store.articles,
            "units": levels[Level.AUTO.value],
        },
        units_by_level=levels,
        kinds=dict(Counter(law.kind for law in store.laws).most_common()),
        newest=max((law.effective_date for law in store.laws), default=""),
        buckets=tuple(buckets),
    )


def _report(
    manifest: Manifest, sources: int, parsed: int, started: float, *, changed: bool
) -> BuildReport:
    failures = tuple(Failure(*entry) for bucket in manifest.buckets for entry in bucket.failures)
    return BuildReport(
        sources=sources,
        laws=manifest.counts["laws"],
        articles=manifest.counts["articles"],
        units=manifest.counts["units"],
        parsed=parsed,
        reused=sources - parsed,
        failures=failures,
        duplicates=tuple(name for bucket in manifest.buckets for name in bucket.duplicates),
        changed=changed,
        seconds=time.monotonic() - started,
    )
