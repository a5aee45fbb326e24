"""The corpus: statutes become an index, or an index that is there is used."""

from __future__ import annotations

from pathlib import Path

from lexdpr_finetune.content import hash_of
from lexdpr_finetune.reading import RecipeError, plain
from lexdpr_finetune.sections import CorpusSection
from lexdpr_finetune.stages.model_files import identity_of
from lexdpr_finetune.stages.step import CORPUS, Outcome, Step, Work
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.manifest import CONTENT_VERSION, Manifest

VERSION = 1


def corpus_step(section: CorpusSection) -> Step:
    """The step of a recipe.

    Raises:
        RecipeError: not exactly one of ``source`` and ``index`` is given.
    """
    if (section.source is None) == (section.index is None):
        raise RecipeError("recipe.corpus")
    if section.index is not None:
        found = section.index
        settings = {"index": str(found), "digest": index_digest(found)}
        return Step(CORPUS, VERSION, (), settings, lambda work: _use(found))
    assert section.source is not None
    settings = plain(section, results_only=True) | {
        "content_version": CONTENT_VERSION,
        "encoder": identity_of(section.encoder) if section.encoder else "",
    }
    del settings["source"]  # its content counts, wherever it lies
    return Step(
        CORPUS, VERSION, (), settings, lambda work: _build(work, section), (section.source,)
    )


def index_digest(index: Path) -> str:
    """What an index holds: laws, words and vectors.

    Raises:
        IndexFormatError: there is none.
    """
    manifest = Manifest.open(Layout(index).open_generation())
    vectors = manifest.encoder.get("fingerprint", "")
    return hash_of([manifest.corpus_hash, manifest.analyzer, vectors])


def build_corpus(work: Work, source: Path, encoder: str | None, section: CorpusSection) -> Path:
    """An index of ``source`` in the step's folder; an interrupted build goes on."""
    index = work.folder / "index"
    with LexDPR.build(
        source,
        index,
        jobs=section.jobs,
        analyzer=section.analyzer,
        encoder=encoder,
        backend="exact" if encoder else None,
        progress=lambda event: work.tell(event.done, event.total, event.stage),
    ):
        return index


def _build(work: Work, section: CorpusSection) -> Outcome:
    assert section.source is not None
    index = build_corpus(work, section.source, section.encoder, section)
    return Outcome({"index": "index"}, facts_of(index), {"index": index_digest(index)})


def _use(index: Path) -> Outcome:
    facts = {"index": str(index), **facts_of(index)}
    return Outcome({}, facts, {"index": index_digest(index)})


def facts_of(index: Path) -> dict[str, object]:
    """Counts of an index."""
    counts = Manifest.open(Layout(index).open_generation()).counts
    return {name: counts[name] for name in ("laws", "articles", "units") if name in counts}
