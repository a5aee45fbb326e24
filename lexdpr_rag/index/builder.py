"""Building an index: source files → shards → one generation, resumable at every step.

A bucket of source files (:mod:`lexdpr_rag.index.buckets`) whose content has not changed since the
last build is copied from the old index; one that an interrupted build had finished is taken over;
the rest are parsed, several at a time.  Then comes the graph of references, read anew since any law
may refer to one that has changed (:mod:`lexdpr_rag.index.graph_build`), then vectors, and only of
units whose text is new (:mod:`lexdpr_rag.index.embeddings`), and last the decisions, attached to the
finished articles.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock, Timeout

from lexdpr_rag.errors import IndexFormatError, SourceError
from lexdpr_rag.index.addition import Addition, AdditionStage
from lexdpr_rag.index.analyzer import BigramAnalyzer
from lexdpr_rag.index.assembly import manifest_of, merge
from lexdpr_rag.index.buckets import Plan, plan_buckets
from lexdpr_rag.index.dense_build import build_dense, rescue_dense
from lexdpr_rag.index.dense_plan import DenseChoice, DensePlan, manifest_encoder, plan_vectors
from lexdpr_rag.index.embeddings import DenseEvent
from lexdpr_rag.index.graph import GRAPH_VERSION
from lexdpr_rag.index.graph_build import build_graph
from lexdpr_rag.index.layout import LEXICAL, Layout
from lexdpr_rag.index.lexical import LexicalIndex
from lexdpr_rag.index.lexical_build import build_lexical
from lexdpr_rag.index.manifest import CONTENT_VERSION, Manifest
from lexdpr_rag.index.report import BuildEvent, BuildReport, Failure, Progress
from lexdpr_rag.index.shards import Shard, copy_shard, open_shard, parse_shard
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.workers import Task, run_tasks

_FEW_SOURCES = 16
"""So many source files are read sooner than worker processes start."""

_LOCK_WAIT = 1.0
"""Seconds that a lock may take to be let go: the workers of a killed build end a moment after it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to build.

    ``strict``: stop at the first bad file; ``jobs``: processes (default: one a core);
    ``analyzer``: one of :data:`lexdpr_rag.index.analyzer.ANALYZERS`, or ``None`` for the one that
    the index has, bigrams in a new one; ``dense``: which vectors; ``decisions``: attached to the
    articles, ``None`` for none.
    """

    strict: bool = False
    jobs: int | None = None
    analyzer: str | None = None
    dense: DenseChoice = field(default_factory=DenseChoice)
    decisions: Addition | None = None


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
        self._vectors: DensePlan | None = plan_vectors(
            options.dense, self._old_manifest, layout.root
        )
        self._decisions = options.decisions
        if self._decisions is not None:
            held = self._old_manifest.decisions if self._old_manifest else {}
            encoder = self._vectors.encoder if self._vectors else None
            self._decisions.plan(held, self._generation, encoder)

    def run(self, source: Path, started: float) -> BuildReport:
        held = self._old_manifest.buckets if self._old_manifest else ()
        plans = plan_buckets(
            source, self._analyzer, held, lambda done: self._progress(BuildEvent("scan", done, 0))
        )
        total = sum(len(plan.sources) for plan in plans)
        unchanged = self._unchanged([plan.key for plan in plans])
        if unchanged is not None:
            failures = [f for b in unchanged.buckets for f in b.failures]
            _check_strict(self._options, failures + self._undecided(unchanged))
            is_new = unchanged is not self._old_manifest
            return self._report(unchanged, total, 0, started, changed=is_new)
        shards, parsed = self._shards(plans, total)
        manifest = self._write(plans, shards)
        return self._report(manifest, total, parsed, started, changed=True)

    def _unchanged(self, keys: Sequence[str]) -> Manifest | None:
        """The manifest in use when it already holds exactly these sources and vectors.

        A build that was killed between writing its generation and switching over is finished here.
        """
        if self._old_manifest is not None and self._is_wanted(self._old_manifest, keys):
            self._layout.clean()
            return self._old_manifest
        for generation in reversed(self._layout.generations()):
            manifest = _opened(generation)
            if manifest is not None and self._is_wanted(manifest, keys):
                self._layout.switch_to(generation)
                self._layout.clean()
                return manifest
        return None

    def _is_wanted(self, manifest: Manifest, keys: Sequence[str]) -> bool:
        if [bucket.key for bucket in manifest.buckets] != list(keys):
            return False
        if manifest.graph != GRAPH_VERSION or not self._decisions_in(manifest):
            return False
        if self._vectors is None:
            return not manifest.encoder
        return self._vectors.held_by(manifest)

    def _decisions_in(self, manifest: Manifest) -> bool:
        """Whether it has the decisions that are asked for, or none."""
        if self._decisions is None:
            return not manifest.decisions
        return self._decisions.is_held(manifest.decisions)

    def _undecided(self, manifest: Manifest) -> list[tuple[str, str]]:
        """What of the files of decisions could not be read."""
        return [] if self._decisions is None else self._decisions.failures(manifest.decisions)

    # -- shards ----------------------------------------------------------------------------------

    def _shards(self, plans: Sequence[Plan], total: int) -> tuple[list[Shard], int]:
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

    def _finished(self, plans: Sequence[Plan]) -> Iterator[tuple[Plan, Shard, bool]]:
        """Every plan with its shard, as they come: those at hand first."""
        waiting: list[Plan] = []
        for plan in plans:
            shard = open_shard(self._layout.shards / plan.key)
            if shard is not None:
                yield plan, shard, False
            else:
                waiting.append(plan)
        if not waiting:
            return
        jobs = min(self._jobs, len(waiting))
        tasks = [self._task(plan) for plan in waiting]
        shards: Iterator[tuple[int, Shard]]
        if jobs == 1 or sum(len(plan.sources) for plan in waiting) <= _FEW_SOURCES:
            shards = ((i, work(*arguments)) for i, (work, arguments) in enumerate(tasks))
        else:
            shards = run_tasks(tasks, jobs)
        for i, shard in shards:
            yield waiting[i], shard, waiting[i].copied is None

    def _task(self, plan: Plan) -> Task:
        """How a plan's shard is made."""
        folder = self._layout.shards / plan.key
        if plan.copied is None or self._generation is None:
            return parse_shard, (plan.sources, self._analyzer, folder)
        return copy_shard, (self._generation, plan.copied, self._analyzer, folder)

    # -- one generation --------------------------------------------------------------------------

    def _write(self, plans: Sequence[Plan], shards: Sequence[Shard]) -> Manifest:
        if not any(shard.laws for shard in shards):
            failures = [failure for shard in shards for failure in shard.failures]
            raise SourceError("index.nothing_read", sources=len(failures), reason=failures[0][1])
        folder = self._layout.building / "gen"
        rescue_dense(folder, self._work)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        store, buckets, counts = merge(plans, shards)
        build_lexical(
            store,
            counts,
            folder / LEXICAL,
            lambda done, total: self._progress(BuildEvent("lexical", done, total)),
        )
        store.save(folder)
        build_graph(
            store,
            folder,
            self._jobs,
            lambda done, total: self._progress(BuildEvent("references", done, total)),
        )
        manifest = replace(manifest_of(store, buckets, self._analyzer), graph=GRAPH_VERSION)
        manifest = self._with_vectors(folder, store, manifest)
        if self._decisions is not None:
            kept = self._decisions.make(store, folder, self._tell_addition)
            manifest = replace(manifest, decisions=kept)
        self._progress(BuildEvent("write", 1, 3))
        manifest.save(folder)
        self._progress(BuildEvent("write", 2, 3))
        generation = self._layout.next_generation()
        folder.rename(generation)
        self._layout.switch_to(generation)
        self._layout.clean()
        self._progress(BuildEvent("write", 3, 3))
        return manifest

    @property
    def _jobs(self) -> int:
        return self._options.jobs or os.cpu_count() or 1

    @property
    def _work(self) -> Path:
        """Where vectors are kept until the build is done; another build goes on from it."""
        return self._layout.building / "dense"

    def _with_vectors(self, folder: Path, store: UnitStore, manifest: Manifest) -> Manifest:
        """Make the dense index, if there is to be one; the manifest then tells of it."""
        if self._vectors is None:
            return manifest

        def tell(event: DenseEvent) -> None:
            self._progress(BuildEvent(event.stage, event.done, event.total))

        report = build_dense(
            store,
            self._vectors.encoder,
            self._vectors.options,
            generation=folder,
            work=self._work,
            old=self._generation,
            progress=tell,
        )
        return replace(
            manifest,
            encoder=manifest_encoder(report, self._vectors.encoder),
            counts={**manifest.counts, "vectors": report.meta.count},
        )

    def _tell_addition(self, stage: AdditionStage, done: int, total: int) -> None:
        self._progress(BuildEvent(stage, done, total))

    def _report(
        self, manifest: Manifest, sources: int, parsed: int, started: float, *, changed: bool
    ) -> BuildReport:
        buckets = manifest.buckets
        return BuildReport(
            sources=sources,
            laws=manifest.counts["laws"],
            articles=manifest.counts["articles"],
            units=manifest.counts["units"],
            parsed=parsed,
            reused=sources - parsed,
            failures=tuple(Failure(*entry) for bucket in buckets for entry in bucket.failures),
            duplicates=tuple(name for bucket in buckets for name in bucket.duplicates),
            changed=changed,
            seconds=time.monotonic() - started,
            decision_failures=tuple(Failure(*entry) for entry in self._undecided(manifest)),
        )


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
