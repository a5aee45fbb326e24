"""How good made questions are: filtered, asked back, counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lexdpr_finetune.synthesize.filters import FilterOptions, Reason, Sifted, sift
from lexdpr_finetune.synthesize.provision import Provision
from lexdpr_finetune.synthesize.question import Question, counted
from lexdpr_finetune.synthesize.round_trip import TOP, Trips, round_trip
from lexdpr_rag.datamodels import ModeName
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.messages import render

EXAMPLES = 5
"""So many removed questions are shown for each reason."""

_PERCENTILES = (0, 10, 50, 90, 100)


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What the filters kept and removed.

    Attributes:
        given, kept: questions before and after.
        kinds: kind → (given, kept).
        removed: reason → how many.
        examples: reason → some of them.
        lengths: percentile → characters, of the kept ones.
        articles: articles with at least one question kept.
        round_trip: depth → share of questions that found their article, 0…1; empty without one.
        round_trip_by_kind: the same at the largest depth.
    """

    given: int
    kept: int
    kinds: Mapping[str, tuple[int, int]]
    removed: Mapping[str, int]
    examples: Mapping[str, tuple[str, ...]]
    lengths: Mapping[int, int]
    articles: int
    round_trip: Mapping[int, float]
    round_trip_by_kind: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [
            render(
                "synthesize.quality.kept", given=self.given, kept=self.kept, articles=self.articles
            ),
            render("synthesize.quality.kinds"),
        ]
        lines += [f"  {kind:<12} {was:>7} {now:>7}" for kind, (was, now) in self.kinds.items()]
        lines.append(render("synthesize.quality.removed"))
        for reason, count in self.removed.items():
            lines.append(f"  {reason:<12} {count:>7}")
            lines += [f"    - {text}" for text in self.examples[reason]]
        spread = "  ".join(f"{share}%: {length}" for share, length in self.lengths.items())
        lines.append(render("synthesize.quality.lengths", spread=spread))
        if self.round_trip:
            rates = "  ".join(f"@{top}: {rate:.3f}" for top, rate in self.round_trip.items())
            lines.append(render("synthesize.quality.round_trip", rates=rates))
            by_kind = self.round_trip_by_kind.items()
            lines += [f"  {kind:<12} {rate:.3f}" for kind, rate in by_kind]
        return "\n".join(lines)


def check_quality(
    questions: Iterable[Question],
    engine: LexDPR | None = None,
    provisions: Iterable[Provision] = (),
    *,
    options: FilterOptions | None = None,
    top: int = TOP,
    mode: ModeName = "hybrid",
) -> tuple[tuple[Question, ...], QualityReport]:
    """The questions worth keeping, and the report on all.

    Args:
        questions: as answered or generated.
        engine: an index of the whole corpus, for the round trip; without one it is left out.
        provisions: what was asked about, to find questions that copy their words.
        options: limits of the filters.
        top: a question must find its article among so many.
        mode: the routes of the round trip.
    """
    given = tuple(questions)
    texts = {provision.unit_id: provision.text for provision in provisions}
    sifted = sift(given, texts, engine.directory if engine else None, options)
    trips = round_trip(sifted.kept, engine, top=top, mode=mode) if engine else None
    kept = trips.found() if trips else sifted.kept
    return kept, _report(given, kept, sifted, trips)


def _report(
    given: Sequence[Question], kept: Sequence[Question], sifted: Sifted, trips: Trips | None
) -> QualityReport:
    removed = dict(sifted.removed)
    if trips and trips.lost():
        removed[Reason.UNANSWERABLE] = trips.lost()
    before, after = counted(given), counted(kept)
    lengths = sorted(len(question.text) for question in kept)
    return QualityReport(
        given=len(given),
        kept=len(kept),
        kinds={kind: (count, after.get(kind, 0)) for kind, count in before.items()},
        removed={reason.value: len(own) for reason, own in removed.items()},
        examples={
            reason.value: tuple(question.text for question in own[:EXAMPLES])
            for reason, own in removed.items()
        },
        lengths={
            share: lengths[(len(lengths) - 1) * share // 100] for share in _PERCENTILES if lengths
        },
        articles=len({question.article for question in kept}),
        round_trip=trips.rates() if trips else {},
        round_trip_by_kind=trips.rates_by_kind() if trips else {},
    )
