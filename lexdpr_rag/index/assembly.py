"""One generation out of the shards of all buckets: the store, the term counts, the manifest."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

import lexdpr_rag
from lexdpr_rag.datamodels import Level
from lexdpr_rag.index.buckets import Plan
from lexdpr_rag.index.manifest import Bucket, Manifest
from lexdpr_rag.index.shards import Shard
from lexdpr_rag.index.store import UnitStore, concatenate
from lexdpr_rag.index.term_counts import PlacedCounts
from lexdpr_rag.units import LEVEL_FLAG


def merge(
    plans: Sequence[Plan], shards: Sequence[Shard]
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


def manifest_of(store: UnitStore, buckets: Sequence[Bucket], analyzer: str) -> Manifest:
    """The manifest of a generation without vectors."""
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
