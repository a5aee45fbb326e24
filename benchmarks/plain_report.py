"""Where the default search finds what plain words ask for, and where it does not.

    python benchmarks/plain_report.py INDEX [--page docs/benchmarks/plain.md]

Both development splits of the plain questions, article level: the older one, and that of the
questions written later, which name voice and style.  Binary relevance, one gold article a question;
95% intervals by bootstrap.  Prints Markdown: by split, voice, style, length and ministry, and the
twenty questions that come off worst with what was found instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from measure import ROOT, mean_text

sys.path.insert(0, str(ROOT))

from benchmarks.quality.page import put_into
from lexdpr_rag import LexDPR
from lexdpr_rag.datamodels import Hit

DEPTH = 100
WORST = 20
LEAST = 25
"""Groups of fewer questions are not shown."""
SPLITS = {"older": "questions-dev.jsonl", "newer": "questions-dev-new.jsonl"}


@dataclass(frozen=True)
class Asked:
    """A question, and at which rank its article came (0: not among the first :data:`DEPTH`)."""

    split: str
    text: str
    citation: str
    voice: str
    style: str
    ministry: str
    rank: int
    found: str

    @property
    def length(self) -> str:
        """How long the question is, in characters."""
        return "≤ 20" if len(self.text) <= 20 else "21–40" if len(self.text) <= 40 else "> 40"


def asked_of(engine: LexDPR, split: str, lines: Iterable[str]) -> list[Asked]:
    """Search for every question of a split."""
    rows = [json.loads(line) for line in lines]
    ministries = {law.law_id: ", ".join(law.ministries[:1]) for law in engine._store.laws}
    found = engine.search_many((row["query"] for row in rows), DEPTH, level="article")
    return [_asked(split, row, hits, ministries) for row, hits in zip(rows, found, strict=True)]


def _asked(split: str, row: dict[str, str], hits: list[Hit], ministries: dict[str, str]) -> Asked:
    (gold,) = row["gold"]
    keys = [f"{hit.law_id}/{hit.article}" for hit in hits]
    return Asked(
        split,
        row["query"],
        row["citation"],
        row.get("voice", ""),
        row.get("style", ""),
        ministries.get(gold.partition("/")[0], ""),
        keys.index(gold) + 1 if gold in keys else 0,
        hits[0].citation if hits else "",
    )


def figures(asked: list[Asked]) -> str:
    """Cells of a table: questions, nDCG@10, Recall@1, @10 and @100."""
    ranks = np.array([one.rank for one in asked])
    within = [(ranks > 0) & (ranks <= depth) for depth in (1, 10, 100)]
    gain = np.where(within[1], 1 / np.log2(np.maximum(ranks, 1) + 1), 0)
    values = [gain, *(hits.astype(float) for hits in within)]
    return f"{len(asked)} | " + " | ".join(mean_text(one) for one in values)


def table(title: str, asked: list[Asked], of: Callable[[Asked], str]) -> list[str]:
    """Lines of a table, a row for each group that is large enough."""
    lines = [f"| {title} | n | nDCG@10 | R@1 | R@10 | R@100 |", "|---|---:|---:|---:|---:|---:|"]
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        groups.setdefault(of(one), []).append(one)
    for name, part in sorted(groups.items(), key=lambda group: -len(group[1])):
        if name and len(part) >= LEAST:
            lines.append(f"| {name} | {figures(part)} |")
    return [*lines, ""]


def worst(asked: list[Asked]) -> list[str]:
    """The questions whose article came last, or not at all, drawn evenly from those."""
    missed = [one for one in asked if not one.rank]
    step = max(1, len(missed) // WORST)
    lines = ["| 질문 · question | 정답 · gold | 맨 앞 · found first |", "|---|---|---|"]
    drawn = missed[::step][:WORST]
    return [*lines, *(f"| {one.text} | {one.citation} | {one.found} |" for one in drawn), ""]


def report(asked: list[Asked]) -> str:
    """The whole of it, Markdown."""
    newer = [one for one in asked if one.split == "newer"]
    missed = sum(not one.rank for one in asked)
    return "\n".join(
        [
            *table("나눔 · split", asked, lambda one: one.split),
            *table("누구 · voice (newer)", newer, lambda one: one.voice),
            *table("말투 · style (newer)", newer, lambda one: one.style),
            *table("글자 수 · characters", asked, lambda one: one.length),
            *table("소관부처 · ministry", asked, lambda one: one.ministry),
            f"첫 {DEPTH}개에 없는 질문 {missed}개 가운데 스물 · twenty of the {missed} questions whose "
            f"article is not among the first {DEPTH}:",
            "",
            *worst(asked),
        ]
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("--page", type=Path, help="put the figures between this page's marks")
    options = parser.parse_args()
    engine = LexDPR.open(options.index)
    data = files("lexdpr_finetune").joinpath("data/plain")
    asked: list[Asked] = []
    for split, name in SPLITS.items():
        lines = data.joinpath(name).read_text(encoding="utf-8").splitlines()
        asked += asked_of(engine, split, lines)
    told = report(asked)
    if options.page is None:
        print(told)
        return
    put_into(options.page, told)


if __name__ == "__main__":
    main()
