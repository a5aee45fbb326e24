"""Questions made up for provisions, by grammar or by a chat model, filtered and as pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lexdpr_finetune.pairs import write_pairs
from lexdpr_finetune.reading import RecipeError, plain
from lexdpr_finetune.sections import EndpointSection, SynthesizeSection, Writer
from lexdpr_finetune.stages.step import CORPUS, SYNTHESIZE, Outcome, Step, Tell, Work
from lexdpr_finetune.synthesize import (
    Endpoint,
    Provision,
    Question,
    SynthesisOptions,
    answered_questions,
    check_quality,
    grammar_questions,
    pairs_of,
    provisions_of,
    synthesize,
)
from lexdpr_finetune.synthesize.quality import QualityReport
from lexdpr_finetune.synthesize.report import SynthesisReport
from lexdpr_finetune.synthesize.usage import Budget, Price
from lexdpr_rag.engine import LexDPR

VERSION = 2
JOURNAL = "answers.jsonl"
"""Every answer of the model, in the step's folder; an interrupted run goes on behind the last."""


def synthesize_step(section: SynthesizeSection) -> Step:
    """The step of a recipe.

    Raises:
        RecipeError: a chat model is to write, and none is named.
    """
    _check_writer(section)
    settings = plain(section, results_only=True)
    prompts = section.endpoint.prompts if section.endpoint is not None else None
    sources: tuple[Path, ...] = ()
    if prompts is not None:
        settings["endpoint"]["prompts"] = "…"  # their content counts
        sources = (prompts,)
    return Step(
        SYNTHESIZE, VERSION, (CORPUS,), settings, lambda work: _make(work, section), sources
    )


@dataclass(frozen=True, slots=True)
class Written:
    """Questions that were made up.

    Attributes:
        questions: those worth keeping.
        quality: of all.
        provisions: that were asked about.
        report: of the chat model; ``None`` where grammar wrote them.
    """

    questions: tuple[Question, ...]
    quality: QualityReport
    provisions: int
    report: SynthesisReport | None = None

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        held: dict[str, Any] = {
            "provisions": self.provisions,
            "questions": len(self.questions),
            "quality": plain(self.quality.to_dict()),
        }
        if self.report is not None:
            held["asked"] = {
                "model": self.report.model,
                "failed": len(self.report.failures) + self.report.failed_before,
                "tokens": self.report.usage_of_all.total,
                "cost": self.report.cost_of_all,
                "currency": self.report.currency,
            }
        return held


def write_up(index: Path, section: SynthesizeSection, journal: Path, tell: Tell) -> Written:
    """Make up questions on the provisions of an index, and keep the good ones.

    Args:
        index: the index folder.
        section: how.
        journal: where the answers of a chat model are kept; a run that was stopped goes on there.
        tell: progress.

    Raises:
        RecipeError: a chat model is to write, and none is named; the budget ran out, or the server
            stayed away, before every unit was asked.
        SynthesisError: the chat model refuses, or its address or key is wrong.
    """
    _check_writer(section)
    provisions = list(
        provisions_of(index, level=section.level, limit=section.limit, seed=section.seed)
    )
    report: SynthesisReport | None = None
    if section.endpoint is not None and section.writer == Writer.ENDPOINT:
        report = _asked(provisions, section.endpoint, journal, tell)
        questions = list(answered_questions(journal))
    else:
        questions = list(grammar_questions(provisions))
        tell(len(provisions), len(provisions))
    with LexDPR.open(index) as engine:
        kept, quality = check_quality(
            questions,
            engine if section.round_trip else None,
            provisions,
            options=section.filters,
            top=max(1, section.round_trip),
        )
    return Written(kept, quality, len(provisions), report)


def _check_writer(section: SynthesizeSection) -> None:
    if section.writer == Writer.ENDPOINT and section.endpoint is None:
        raise RecipeError("recipe.needed", name="synthesize.endpoint")


def _make(work: Work, section: SynthesizeSection) -> Outcome:
    written = write_up(work.index(), section, work.folder / JOURNAL, work.tell)
    write_pairs(pairs_of(written.questions), work.folder / "pairs.jsonl")
    return Outcome({"pairs": "pairs.jsonl"}, written.facts())


def _asked(
    provisions: list[Provision], section: EndpointSection, journal: Path, tell: Tell
) -> SynthesisReport:
    """Ask the chat model; what a stopped run has left is asked by the next."""
    report = synthesize(
        provisions,
        endpoint_of(section),
        journal,
        options_of(section),
        lambda event: tell(event.done, event.total or 0, f"{event.cost:.2f}"),
    )
    if report.stopped is not None:
        raise RecipeError(f"synthesize.stopped.{report.stopped}", left=report.left)
    return report


def endpoint_of(section: EndpointSection) -> Endpoint:
    """The chat model of a section.

    Raises:
        SynthesisError: the address is none, or its key is missing.
    """
    return Endpoint(
        section.model,
        section.base_url,
        api_key_env=section.api_key_env,
        timeout=section.timeout,
        most_tokens=section.most_tokens,
        temperature=section.temperature,
        json_mode=section.json_mode,
    )


def options_of(section: EndpointSection) -> SynthesisOptions:
    """How the chat model is asked."""
    budget = Budget(section.tokens, section.money, Price(*section.price))
    return replace(
        SynthesisOptions(),
        questions=section.questions,
        window=section.window,
        examples=section.examples,
        prompts=section.prompts,
        concurrency=section.concurrency,
        budget=budget,
    )
