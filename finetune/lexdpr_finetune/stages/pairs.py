"""Pairs: questions with their articles, of every source that the recipe names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs import Harvest, read_pairs, write_pairs
from lexdpr_finetune.pairs.delegation import delegation_pairs
from lexdpr_finetune.pairs.history import History
from lexdpr_finetune.pairs.lexicon import lexicon_pairs, read_lexicon
from lexdpr_finetune.pairs.mrc import mrc_pairs
from lexdpr_finetune.pairs.own import own_pairs
from lexdpr_finetune.pairs.precedents import PrecedentOptions, precedent_pairs
from lexdpr_finetune.pairs.titles import definition_pairs, title_pairs
from lexdpr_finetune.plain_data import DEV, LEXICON, dev_articles
from lexdpr_finetune.reading import plain
from lexdpr_finetune.sections import PairsSection, PrecedentSection
from lexdpr_finetune.stages.step import CORPUS, PAIRS, Outcome, Step, Work, kinds_of
from lexdpr_rag.decisions.files import read_decisions

VERSION = 1

Source = tuple[str, Callable[[Articles], Harvest]]


def pairs_step(section: PairsSection) -> Step | None:
    """The step of a recipe; ``None`` where no source is named."""
    if section == PairsSection():
        return None
    settings = plain(section)
    precedents = section.precedents
    if precedents is not None:
        settings["precedents"] = plain(precedents) | {
            "files": len(precedents.files),
            "history": precedents.history is not None,
        }
    for name in _FILES:
        settings[name] = len(settings[name])  # their content counts, wherever they lie
    files = [path for name in _FILES for path in getattr(section, name)]
    files += _files_of(precedents) if precedents is not None else ()
    if any(map(_is_packaged, section.lexicon)):
        settings["without"] = len(DEV)  # a copy of that file gives other pairs
        files += DEV
    return Step(PAIRS, VERSION, (CORPUS,), settings, lambda work: _make(work, section), files)


_FILES = ("lexicon", "mrc", "own", "files")


def harvest_pairs(
    section: PairsSection, articles: Articles, tell: Callable[[int, int, str], None] | None = None
) -> Harvest:
    """Pairs of all sources of a section, one after the other.

    Args:
        section: the sources.
        articles: the corpus.
        tell: called with sources done, sources in all, and the name of the next.

    Raises:
        PairError: a file cannot be read.
    """
    sources = list(_sources(section))
    harvest = Harvest(())
    for done, (name, source) in enumerate(sources):
        if tell is not None:
            tell(done, len(sources), name)
        harvest += source(articles)
    if tell is not None:
        tell(len(sources), len(sources), "")
    return harvest


def _make(work: Work, section: PairsSection) -> Outcome:
    harvest = harvest_pairs(section, work.articles(), work.tell)
    write_pairs(harvest.pairs, work.folder / "pairs.jsonl")
    return Outcome({"pairs": "pairs.jsonl"}, facts_of(harvest))


def facts_of(harvest: Harvest) -> dict[str, Any]:
    """Counts of what was found and dropped, by reason."""
    return {
        "pairs": len(harvest.pairs),
        "kinds": kinds_of(harvest.pairs),
        "dropped": dict(harvest.dropped),
        "left_out": dict(harvest.left_out),
    }


def _sources(section: PairsSection) -> Iterator[Source]:
    plain_ones: tuple[tuple[str, bool, Callable[[Articles], Harvest]], ...] = (
        ("titles", section.titles, title_pairs),
        ("definitions", section.definitions, definition_pairs),
        ("delegation", section.delegation, delegation_pairs),
    )
    yield from ((name, source) for name, wanted, source in plain_ones if wanted)
    if section.precedents is not None:
        yield "precedents", _precedents(section.precedents)
    for path in section.lexicon:
        yield path.name, _of(path, _lexicon)
    for path in section.mrc:
        yield path.name, _of(path, mrc_pairs)
    for path in section.own:
        yield path.name, _of(path, own_pairs)
    for path in section.files:
        yield path.name, _of(path, lambda p, _: Harvest(tuple(read_pairs(p))))


def _of(path: Path, read: Callable[[Path, Articles], Harvest]) -> Callable[[Articles], Harvest]:
    return lambda articles: read(path, articles)


def _lexicon(path: Path, articles: Articles) -> Harvest:
    """Pairs of a lexicon; those of the package keep away from what its questions measure."""
    without = dev_articles() if _is_packaged(path) else frozenset()
    return lexicon_pairs(read_lexicon(path), articles, without)


def _is_packaged(lexicon: Path) -> bool:
    return lexicon.resolve() == LEXICON


def _precedents(section: PrecedentSection) -> Callable[[Articles], Harvest]:
    options = PrecedentOptions(
        until=section.until,
        today=section.today,
        complete=section.complete,
        holdings=section.holdings,
        shortest=section.shortest,
    )

    def make(articles: Articles) -> Harvest:
        history = None if section.history is None else History.open(section.history)
        return precedent_pairs(read_decisions(section.files), articles, options, history)

    return make


def _files_of(section: PrecedentSection) -> list[Path]:
    """What a section reads."""
    return [*section.files, *([section.history] if section.history is not None else [])]
