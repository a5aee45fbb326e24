"""The corpus with the vectors of the trained model: what is measured, and what is handed over."""

from __future__ import annotations

from pathlib import Path

from lexdpr_finetune.sections import CorpusSection
from lexdpr_finetune.stages.corpus import build_corpus, facts_of, index_digest
from lexdpr_finetune.stages.step import CORPUS, EMBED, TRAIN, Outcome, Step, Work

VERSION = 1


def embed_step(section: CorpusSection) -> Step:
    """The step of a recipe whose corpus has a source."""
    source = section.source
    assert source is not None
    return Step(EMBED, VERSION, (CORPUS, TRAIN), {}, lambda work: _make(work, source, section))


def _make(work: Work, source: Path, section: CorpusSection) -> Outcome:
    model = str(work.path(TRAIN, "model"))
    index = build_corpus(work, source, model, section)
    return Outcome({"index": "index"}, facts_of(index), {"index": index_digest(index)})
