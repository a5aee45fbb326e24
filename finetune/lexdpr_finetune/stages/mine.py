"""Hard negatives for what is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from lexdpr_finetune.mine import MineSource, mine_negatives
from lexdpr_finetune.mine.report import MineReport
from lexdpr_finetune.pairs import Pair, read_pairs
from lexdpr_finetune.reading import plain
from lexdpr_finetune.sections import CorpusSection, MineSection
from lexdpr_finetune.stages.model_files import identity_of
from lexdpr_finetune.stages.step import CORPUS, MINE, SPLIT, Outcome, Step, Tell, Work
from lexdpr_rag.reranker import Reranker

VERSION = 1
JOURNAL = "mined.jsonl"
"""What was mined so far; an interrupted run goes on behind the last line."""


def mine_step(section: MineSection, corpus: CorpusSection) -> Step:
    """The step of a recipe."""
    section.options.check()
    settings = plain(section, results_only=True)
    settings["reranker"] = identity_of(section.reranker, "reranker")
    return Step(
        MINE, VERSION, (CORPUS, SPLIT), settings, lambda work: _make(work, section, corpus.encoder)
    )


def mine_into(
    index: Path,
    pairs: Sequence[Pair],
    journal: Path,
    section: MineSection,
    encoder: str | None,
    tell: Tell,
) -> MineReport:
    """Mine for all pairs that articles answer; :func:`~lexdpr_finetune.mine.mine_negatives`.

    Raises:
        MineError: an option is not allowed, or the journal is of another run.
    """
    return mine_negatives(
        [pair for pair in pairs if pair.positives],
        MineSource.open(index, encoder=encoder, device=section.device),
        journal,
        section.options,
        reranker=Reranker(section.reranker) if section.reranker else None,
        progress=lambda event: tell(event.done, event.questions),
    )


def _make(work: Work, section: MineSection, encoder: str | None) -> Outcome:
    pairs = list(read_pairs(work.path(SPLIT, "train")))
    report = mine_into(work.index(), pairs, work.folder / JOURNAL, section, encoder, work.tell)
    facts = {
        "questions": report.questions,
        "negatives": report.negatives,
        "complete": report.complete,
        "empty": report.empty,
        "teacher": report.teacher,
        "guards": {name: asdict(count) for name, count in report.guards.items()},
    }
    return Outcome({"mined": JOURNAL}, facts)
