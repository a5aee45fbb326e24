"""Shards: the units and lexical counts of one bucket of source files, made by worker processes.

A shard is written beside its place and renamed into it, so a shard that exists is whole.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.index.analyzer import analyzer_named
from lexdpr_rag.index.manifest import Bucket
from lexdpr_rag.index.store import StoreWriter, UnitStore
from lexdpr_rag.index.term_counts import TermCounts, count_terms
from lexdpr_rag.messages import render
from lexdpr_rag.statute.source import SourceRef, read_law

_SUMMARY = "shard.json"


@dataclass(frozen=True, slots=True)
class Shard:
    """A finished shard; ``failures`` are ``(source, reason)``."""

    folder: Path
    laws: int
    units: int
    failures: tuple[tuple[str, str], ...] = ()

    def store(self) -> UnitStore:
        """Its units, memory-mapped."""
        return UnitStore.open(self.folder)

    def counts(self) -> TermCounts:
        """Its lexical counts."""
        return TermCounts.load(self.folder)


def open_shard(folder: Path) -> Shard | None:
    """The shard at ``folder`` if an earlier run has finished it."""
    try:
        values = json.loads((folder / _SUMMARY).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # not there, or torn by a loss of power
        return None
    failures = tuple((source, reason) for source, reason in values["failures"])
    return Shard(folder, values["laws"], values["units"], failures)


def parse_shard(sources: Sequence[SourceRef], analyzer: str, folder: Path) -> Shard:
    """Parse a bucket's source files; a file that cannot be read becomes a failure, the rest go on."""
    writer = StoreWriter()
    failures: list[tuple[str, str]] = []
    for source in sources:
        try:
            law = read_law(source.read(), source.name)
        except LexDPRError as error:
            failures.append((source.name, str(error)))
        except Exception as error:  # a bug met in one file must not cost the other 5,673
            detail = f"{type(error).__name__}: {error}"
            failures.append((source.name, render("source.bug", path=source.name, detail=detail)))
        else:
            writer.add(law, source.name)
    return _save(writer.store(), tuple(failures), analyzer, folder)


def copy_shard(generation: Path, old: Bucket, analyzer: str, folder: Path) -> Shard:
    """Take a bucket's units over from a finished index."""
    store = UnitStore.open(generation).slice_laws(old.first, old.last)
    return _save(store, old.failures, analyzer, folder)


def _save(
    store: UnitStore, failures: tuple[tuple[str, str], ...], analyzer: str, folder: Path
) -> Shard:
    shard = Shard(folder, len(store.laws), store.units, failures)
    draft = folder.with_name(f"{folder.name}.{os.getpid()}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    store.save(draft)
    count_terms(store, analyzer_named(analyzer)).save(draft)
    summary = {"laws": shard.laws, "units": shard.units, "failures": failures}
    (draft / _SUMMARY).write_text(json.dumps(summary, ensure_ascii=False), encoding="utf-8")
    _move(draft, folder)
    return shard


def _move(draft: Path, folder: Path) -> None:
    """Rename into place; a whole shard that is there already stays, a torn one makes way."""
    try:
        draft.rename(folder)
    except OSError:
        if open_shard(folder) is not None:
            shutil.rmtree(draft)
            return
        shutil.rmtree(folder)
        draft.rename(folder)
