"""The split: what is trained on, and what is kept for measuring; nothing leaks from one to the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.content import hash_of
from lexdpr_finetune.pairs import Pair, read_pairs, write_pairs
from lexdpr_finetune.pairs.own import own_pairs
from lexdpr_finetune.pairs.splits import (
    DEV,
    TRAIN,
    bare,
    split_by_article,
    split_by_day,
    split_by_group,
)
from lexdpr_finetune.pairs.validate import validate
from lexdpr_finetune.reading import RecipeError, plain
from lexdpr_finetune.sections import SplitBy, SplitSection
from lexdpr_finetune.stages.step import CORPUS, SPLIT, Outcome, Step, Work, kinds_of

VERSION = 1


@dataclass(frozen=True, slots=True)
class Parts:
    """The two parts, and what became of the rest.

    Attributes:
        train: what is trained on.
        dev: what is measured on.
        lost: pairs that reach into both parts and stand in none.
        leaked: why pairs were taken out of ``train`` (``id``, ``query``, ``group``) → how many.
    """

    train: tuple[Pair, ...]
    dev: tuple[Pair, ...]
    lost: int = 0
    leaked: dict[str, int] = field(default_factory=dict)


def split_step(section: SplitSection, after: Sequence[str]) -> Step:
    """The step of a recipe; ``after``: the steps that make pairs."""
    settings = plain(section) | {"dev": section.dev is not None}
    sources = (section.dev,) if section.dev is not None else ()
    make = _Make(section, tuple(after))
    return Step(SPLIT, VERSION, (CORPUS, *after), settings, make, sources)


def split_pairs(pairs: Sequence[Pair], section: SplitSection, articles: Articles) -> Parts:
    """Split.

    Args:
        pairs: all of them; doubles by id count once.
        section: how.
        articles: the corpus, by which the citations of a file of questions are read.

    Raises:
        PairError: the file of questions cannot be read.
        RecipeError: nothing is left to train or to measure on.
    """
    own = list({pair.query_id: pair for pair in pairs}.values())
    dev = section.dev
    parts = _drawn(own, section) if dev is None else Parts(tuple(own), read_dev(dev, articles))
    kept = [pair for pair in parts.dev if not section.kinds or pair.kind in section.kinds]
    if section.most is not None:
        kept = sorted(kept, key=lambda pair: hash_of([section.seed, pair.query_id]))[: section.most]
    train, leaked = _without_leaks(parts.train, parts.dev)
    for name, part in ((TRAIN, train), (DEV, kept)):
        if not part:
            raise RecipeError("recipe.empty_part", part=name, pairs=len(own))
    return replace(parts, train=tuple(train), dev=tuple(kept), leaked=leaked)


def read_dev(path: Path, articles: Articles) -> tuple[Pair, ...]:
    """Questions to measure on: a file of pairs, or any that ``own_pairs`` reads.

    Raises:
        PairError: the file cannot be read.
    """
    if path.suffix.lower() != ".csv" and path.is_file():
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            if '"kind":' in file.readline():
                return tuple(read_pairs(path))
    return own_pairs(path, articles).pairs


def _drawn(pairs: Sequence[Pair], section: SplitSection) -> Parts:
    if section.by == SplitBy.DAY:
        if section.last_day is None:
            raise RecipeError("recipe.needed", name="split.last_day")
        split = split_by_day(pairs, {TRAIN: section.last_day}, rest=DEV)
    else:
        shares = {TRAIN: 1 - section.share, DEV: section.share}
        by = split_by_article if section.by == SplitBy.ARTICLE else split_by_group
        split = by(pairs, shares, section.seed)
    return Parts(split.parts[TRAIN], split.parts[DEV], split.lost)


def _without_leaks(train: Sequence[Pair], dev: Sequence[Pair]) -> tuple[list[Pair], dict[str, int]]:
    """What may be trained on: no id, question or group of what is measured on."""
    ids, queries = {p.query_id for p in dev}, {bare(p.query) for p in dev}
    groups = {p.group for p in dev} - {""}
    kept: list[Pair] = []
    leaked: Counter[str] = Counter()
    for pair in train:
        if pair.query_id in ids:
            leaked["id"] += 1
        elif bare(pair.query) in queries:
            leaked["query"] += 1
        elif pair.group in groups:
            leaked["group"] += 1
        else:
            kept.append(pair)
    return kept, dict(leaked)


@dataclass(frozen=True, slots=True)
class _Make:
    section: SplitSection
    after: tuple[str, ...]

    def __call__(self, work: Work) -> Outcome:
        pairs = [p for step in self.after for p in read_pairs(work.path(step, "pairs"))]
        articles = work.articles()
        parts = split_pairs(pairs, self.section, articles)
        files = write_parts(parts, work.folder)
        return Outcome(files, facts_of(parts, articles))


def write_parts(parts: Parts, folder: Path) -> dict[str, str]:
    """Write ``train.jsonl`` and ``dev.jsonl``; part → name of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: f"{name}.jsonl" for name in (TRAIN, DEV)}
    write_pairs(parts.train, folder / files[TRAIN])
    write_pairs(parts.dev, folder / files[DEV])
    return files


def facts_of(parts: Parts, articles: Articles) -> dict[str, Any]:
    """Counts of both parts, and what is wrong with them."""
    findings = validate({TRAIN: parts.train, DEV: parts.dev}, articles.rows)
    return {
        "train": len(parts.train),
        "dev": len(parts.dev),
        "train_kinds": kinds_of(parts.train),
        "dev_kinds": kinds_of(parts.dev),
        "lost": parts.lost,
        "leaked": parts.leaked,
        "faults": dict(Counter(finding.fault.value for finding in findings).most_common()),
    }
