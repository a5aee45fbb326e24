"""``lexdpr-rag info``: what an index holds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from lexdpr_rag.cli.options import IndexPath, Json
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from lexdpr_rag.index.report import IndexInfo

_KINDS_SHOWN = 8


def info(index: IndexPath, json: Json = False) -> None:
    """Show what an index holds."""
    from lexdpr_rag.engine import LexDPR

    held = LexDPR.open(index).info()
    if json:
        from lexdpr_rag.cli.console import write_json

        write_json(held.to_dict())
        return
    from lexdpr_rag.cli.console import stdout
    from lexdpr_rag.cli.facts import print_facts

    print_facts(stdout(), _facts(held))


def _facts(held: IndexInfo) -> list[tuple[str, str]]:
    from lexdpr_rag.cli.facts import file_size

    facts = [
        (say("info.path"), held.path),
        (say("info.laws"), _joined(f"{held.laws:,}", "info.repealed", held.repealed)),
        (say("info.articles"), _joined(f"{held.articles:,}", "info.live", held.live_articles)),
        (say("info.units"), level_counts(held.units_by_level)),
        (say("info.kinds"), _kinds(held.kinds)),
        (say("info.newest"), held.as_of_newest),
        (say("info.analyzer"), held.analyzer),
        (say("info.vectors"), vectors_of(held)),
        (say("info.encoder"), held.encoder),
        (say("info.decisions"), decisions_of(held)),
        (say("info.size"), file_size(held.size_bytes)),
        (say("info.created"), f"{_local(held.created)}  (lexdpr-rag {held.package_version})"),
        (say("info.format"), str(held.format_version)),
    ]
    return [(name, value) for name, value in facts if value]


def level_counts(units: dict[str, int]) -> str:
    """``자동 312,443 · 조 196,221 · …`` of the units of every level."""
    return " · ".join(f"{say(f'level.{level}')} {count:,}" for level, count in units.items())


def vectors_of(held: IndexInfo) -> str:
    """``312,443 × 384 · chroma``, or that there are none."""
    if not held.vectors:
        return say("info.no_vectors")
    return f"{held.vectors:,} × {held.dimension:,} · {held.backend}"


def decisions_of(held: IndexInfo) -> str:
    """How many of the decisions read are attached, from which days, to what; empty without any."""
    if not held.decisions_read:
        return ""
    return say(
        "info.decided" if held.decisions else "info.undecided",
        read=held.decisions_read,
        decisions=held.decisions,
        first=held.decided_from,
        last=held.decided_until,
        texts=held.decision_texts,
        articles=held.decided_articles,
    )


def _local(moment: str) -> str:
    """An ISO moment as local time, to the minute."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M %Z")


def _joined(count: str, key: str, other: int) -> str:
    return f"{count}  ({say(key, count=other)})" if other else count


def _kinds(kinds: dict[str, int]) -> str:
    ordered = sorted(kinds.items(), key=lambda pair: -pair[1])
    shown = [f"{kind} {count:,}" for kind, count in ordered[:_KINDS_SHOWN]]
    rest = sum(count for _, count in ordered[_KINDS_SHOWN:])
    return " · ".join(shown + ([say("info.others", count=rest)] if rest else []))
