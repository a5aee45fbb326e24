"""Buckets: the groups of source files that are parsed, kept and copied together.

Source files fall into buckets by the hash of their name, so that adding a file disturbs one bucket
only.  A bucket's key hashes the names and contents of its files, and what else its rows depend on.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lexdpr_rag.errors import SourceError
from lexdpr_rag.index.manifest import CONTENT_VERSION, Bucket
from lexdpr_rag.statute.source import SourceRef, find_sources

BUCKETS = 128


@dataclass(frozen=True, slots=True)
class Plan:
    """One bucket of a build."""

    key: str
    sources: tuple[SourceRef, ...]
    old: Bucket | None  # the same bucket in the index in use

    @property
    def copied(self) -> Bucket | None:
        """The bucket of the index in use whose rows can be taken over."""
        return self.old if self.old is not None and self.old.complete else None


def plan_buckets(
    source: Path, analyzer: str, old: Sequence[Bucket], found: Callable[[int], None]
) -> list[Plan]:
    """The buckets of the statutes in ``source``, each with the one of the index in use that is equal.

    ``found`` is told how many files were found so far.

    Raises:
        SourceError: there is nothing to read.
    """
    groups: dict[int, list[tuple[SourceRef, str]]] = defaultdict(list)
    total = 0
    for ref in find_sources(source):
        groups[_bucket_of(ref.name)].append((ref, _content_hash(ref)))
        total += 1
        found(total)
    if total == 0:
        raise SourceError("source.empty_folder", path=source)
    known = {bucket.key: bucket for bucket in old}
    plans = []
    for number in sorted(groups):
        members = sorted(groups[number], key=lambda pair: pair[0].name)
        key = _key([(ref.name, digest) for ref, digest in members], analyzer)
        plans.append(Plan(key, tuple(ref for ref, _ in members), known.get(key)))
    return plans


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
