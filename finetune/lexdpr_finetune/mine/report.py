"""How hard the negatives of a journal are, and how often they were suspicious."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lexdpr_finetune.mine.journal import records
from lexdpr_finetune.mine.mined import Record
from lexdpr_finetune.mine.options import MineOptions
from lexdpr_rag.messages import render

DRAWN = "random"
"""Stands among the routes for what was drawn from the corpus."""

_LISTED = 20


@dataclass(frozen=True, slots=True)
class GuardCount:
    """What a guard did.

    Attributes:
        removed: candidates that it took, those of guards before it left out.
        held: candidates that it would have taken alone, positives left out.
        questions: questions of which it would have taken any.
    """

    removed: int
    held: int
    questions: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity over many: its 10th, 50th and 90th percentile; 0 where there is none."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of ``values``."""
        if not values:
            return cls(0.0, 0.0, 0.0)
        return cls(*(round(float(at), 4) for at in np.percentile(values, (10, 50, 90))))


@dataclass(frozen=True, slots=True)
class MineReport:
    """What mining gave.

    Attributes:
        questions: pairs in all.
        left_out: pairs none of whose articles is in the corpus.
        complete, short, empty: questions with all negatives asked for, with fewer, with none.
        negatives: in all.
        distinct: different articles among them.
        pool: candidates in all.
        guards: by name, in the order in which they were asked.
        out_of_range: candidates whose rank was not looked at.
        doubts: ``above``, ``absolute``, ``relative`` → candidates too near to the positive.
        suspicious: questions that have any of them.
        outdone: questions of which some candidate scores no lower than the positive.
        watched: guard → negatives that it holds.
        same_law: negatives of a law that also holds a positive.
        found: which routes proposed a negative (``lexical``, ``dense``, ``lexical+dense``;
            ``random`` for none) → how many.
        ranks: of the negatives, in the teacher's order of what the guards left; those drawn from the
            corpus have none.
        margins: the lowest positive's score less the negative's, as a share of the former; of those
            that were mined.
        first_positive: rank of the best positive in that order.
        often: the articles that are most often a negative, with how often.
        worst: the suspects that outdo their positive by most.
        teacher: what scored.
        options: with which it was mined.
        seconds: of mining, of all runs together.
    """

    questions: int
    left_out: int
    complete: int
    short: int
    empty: int
    negatives: int
    distinct: int
    pool: int
    guards: Mapping[str, GuardCount]
    out_of_range: int
    doubts: Mapping[str, int]
    suspicious: int
    outdone: int
    watched: Mapping[str, int]
    same_law: int
    found: Mapping[str, int]
    ranks: Spread
    margins: Spread
    first_positive: Spread
    often: Sequence[tuple[str, int]]
    worst: Sequence[Mapping[str, Any]]
    teacher: str
    options: Mapping[str, Any]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def save(self, journal: Path) -> None:
        """Write it beside the journal, as JSON and as a table in the language in use."""
        told = json.dumps(self.to_dict(), ensure_ascii=False, indent=1)
        journal.with_name(f"{journal.name}.report.json").write_text(told + "\n", encoding="utf-8")
        journal.with_name(f"{journal.name}.report.md").write_text(self.table(), encoding="utf-8")

    def table(self) -> str:
        """For people: Markdown, in the language in use."""
        return "\n".join([*self._summary(), "", *self._guard_table(), "", *self._hardness(), ""])

    def _summary(self) -> list[str]:
        rate = self.questions / self.seconds if self.seconds else 0.0
        return [
            render("mine.report.title", teacher=self.teacher),
            "",
            render(
                "mine.report.counts",
                questions=self.questions,
                negatives=self.negatives,
                distinct=self.distinct,
                complete=self.complete,
                short=self.short,
                empty=self.empty,
                left_out=self.left_out,
            ),
            render("mine.report.time", seconds=self.seconds, rate=rate),
        ]

    def _guard_table(self) -> list[str]:
        lines = [render("mine.report.guard_head"), "|---|---:|---:|---:|---:|"]
        for guard, count in self.guards.items():
            share = count.removed / max(self.pool, 1)
            cells = f"{count.removed:,} | {share:.2%} | {count.held:,} | {count.questions:,}"
            lines.append(f"| {render(f'mine.guard.{guard}')} | {cells} |")
        for doubt, number in self.doubts.items():
            share = number / max(self.pool, 1)
            lines.append(f"| {render(f'mine.doubt.{doubt}')} | {number:,} | {share:.2%} | | |")
        out = self.out_of_range
        lines.append(
            f"| {render('mine.report.range')} | {out:,} | {out / max(self.pool, 1):.2%} | | |"
        )
        return [render("mine.report.pool", pool=self.pool), "", *lines]

    def _hardness(self) -> list[str]:
        asked = max(self.questions - self.left_out, 1)
        own = max(self.negatives, 1)
        lines = [
            render("mine.report.suspicious", share=self.suspicious / asked),
            render("mine.report.outdone", share=self.outdone / asked),
            render("mine.report.first", **asdict(self.first_positive)),
            render("mine.report.ranks", **asdict(self.ranks)),
            render("mine.report.margins", **asdict(self.margins)),
            render("mine.report.same_law", share=self.same_law / own),
        ]
        for name, count in self.found.items():
            lines.append(render("mine.report.found", routes=name, share=count / own))
        for guard, count in self.watched.items():
            told = render(f"mine.guard.{guard}")
            lines.append(render("mine.report.watched", guard=told, share=count / own))
        return [f"- {line}" for line in lines]


def report_of(journal: Path, teacher: str, options: MineOptions, seconds: float) -> MineReport:
    """The report of a whole journal, line by line."""
    gathered = _Gathered(options)
    for record in records(journal):
        gathered.add(record)
    return gathered.report(teacher, seconds)


class _Gathered:
    """Sums over the records of a journal."""

    def __init__(self, options: MineOptions) -> None:
        self._options = options
        self._numbers: Counter[str] = Counter()
        self._removed: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._doubts: Counter[str] = Counter()
        self._watched: Counter[str] = Counter()
        self._found: Counter[str] = Counter()
        self._articles: Counter[str] = Counter()
        self._ranks: list[float] = []
        self._margins: list[float] = []
        self._first: list[float] = []
        self._worst: list[dict[str, Any]] = []

    def add(self, record: Record) -> None:
        counts, numbers = record["counts"], self._numbers
        numbers["questions"] += 1
        known = [score for score in record["pos_scores"] if score is not None]
        if not known:
            numbers["left_out"] += 1
            return
        negatives = record["negative_ids"]
        filled = len(negatives) >= self._options.count
        numbers["complete" if filled else "short" if negatives else "empty"] += 1
        numbers["negatives"] += len(negatives)
        for name in ("pool", "out_of_range", "same_law"):
            numbers[name] += counts.get(name, 0)
        self._removed.update(counts.get("removed", {}))
        self._held.update(counts.get("held", {}))
        self._asked.update(counts.get("held", {}).keys())
        self._watched.update(counts.get("watched", {}))
        self._articles.update(negatives)
        self._found.update("+".join(routes) or DRAWN for routes in record["neg_found"])
        self._ranks.extend(rank for rank in record["neg_ranks"] if rank)
        self._first.append(counts["first_positive"])
        lowest = min(known)
        if lowest:
            scored = zip(record["neg_scores"], record["neg_ranks"], strict=True)
            self._margins.extend((lowest - s) / abs(lowest) for s, rank in scored if rank)
        self._suspicious(record, counts.get("doubts", {}), lowest)

    def _suspicious(self, record: Record, doubts: Mapping[str, int], lowest: float) -> None:
        self._doubts.update(doubts)
        self._numbers["suspicious"] += bool(doubts)
        self._numbers["outdone"] += "above" in doubts
        for suspect in record["suspects"][:1]:
            entry = {"query_id": record["query_id"], "query": record["query"], **suspect}
            entry["above"] = round(suspect["score"] - lowest, 6)
            self._worst.append(entry)
        self._worst.sort(key=lambda entry: -entry["above"])
        del self._worst[_LISTED:]

    def report(self, teacher: str, seconds: float) -> MineReport:
        numbers = self._numbers
        names = ("questions", "left_out", "complete", "short", "empty", "negatives", "pool")
        return MineReport(
            **{name: numbers[name] for name in names},
            distinct=len(self._articles),
            guards={
                guard: GuardCount(self._removed[guard], self._held[guard], self._asked[guard])
                for guard in self._options.guards
            },
            out_of_range=numbers["out_of_range"],
            doubts={doubt: self._doubts[doubt] for doubt in ("above", "absolute", "relative")},
            suspicious=numbers["suspicious"],
            outdone=numbers["outdone"],
            watched={guard: self._watched[guard] for guard in self._options.watch},
            same_law=numbers["same_law"],
            found=dict(self._found.most_common()),
            ranks=Spread.of(self._ranks),
            margins=Spread.of(self._margins),
            first_positive=Spread.of(self._first),
            often=tuple(self._articles.most_common(_LISTED)),
            worst=tuple(self._worst),
            teacher=teacher,
            options=self._options.to_dict(),
            seconds=round(seconds, 3),
        )
