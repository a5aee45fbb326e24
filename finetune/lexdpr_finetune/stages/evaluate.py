"""The measuring: the model, its base, the engine with and without it, and others, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexdpr_finetune.evaluate import Question, Run, dense_run
from lexdpr_finetune.pairs import read_pairs
from lexdpr_finetune.rankings import Tell, engine_rankings, vectors_run
from lexdpr_finetune.reading import RecipeError, plain
from lexdpr_finetune.report.assessment import assess, questions_of
from lexdpr_finetune.sections import EvaluateSection, GateSection, TrainSection
from lexdpr_finetune.stages.model_files import identity_of, is_reranker
from lexdpr_finetune.stages.step import (
    CORPUS,
    EMBED,
    EVALUATE,
    PRETRAIN,
    SPLIT,
    TRAIN,
    Outcome,
    Step,
    Work,
)
from lexdpr_finetune.stages.train import base_identity
from lexdpr_finetune.trainers import trainer_of
from lexdpr_finetune.workspace import read_json, write_json
from lexdpr_rag.datamodels import ModeName
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.reranker import Reranker

VERSION = 1

MODEL, BASE, HYBRID, LEXICAL, ENGINE = "model", "base", "hybrid", "lexical", "engine"
"""The systems: the trained model alone, what it was tuned from, the engine with the model, the engine
by words alone, the engine without a reranker."""

RUNS = "runs"

System = Callable[[Sequence[Question], Tell], Run]


@dataclass(frozen=True, slots=True)
class Contest:
    """What is compared with what.

    Attributes:
        subject: the system that must win.
        base: the one that it must beat.
        names: all systems, in the order in which they are shown.
    """

    subject: str
    base: str
    names: tuple[str, ...]


def contest_of(
    train: TrainSection, evaluate: EvaluateSection, gate: GateSection, *, embedded: bool
) -> Contest:
    """The systems of a recipe; ``embedded``: there is an index with the model's vectors.

    Raises:
        RecipeError: the gate names a system that there is not.
    """
    if trainer_of(train).sort == "reranker":
        names = [ENGINE, *([BASE] if _ranks(train) else []), MODEL]
    else:
        names = [LEXICAL, *([BASE] if train.base else []), MODEL]
        names += [HYBRID] if embedded and evaluate.engine else []
    for name in evaluate.others:
        if name in names:
            raise RecipeError("recipe.taken", name=name, legal=", ".join(names))
    names += list(evaluate.others)
    subject = gate.system or MODEL
    base = gate.base or (BASE if BASE in names else names[0])
    for key, name in (("system", subject), ("base", base)):
        if name not in names:
            legal = ", ".join(names)
            raise RecipeError("recipe.value", name=f"gate.{key}", value=name, legal=legal)
    return Contest(subject, base, tuple(names))


def _ranks(train: TrainSection) -> bool:
    """Whether the base of a reranker is one itself, which can be compared with."""
    return not train.on_pretrained and is_reranker(train.base)


def evaluate_step(
    train: TrainSection, section: EvaluateSection, contest: Contest, *, embedded: bool
) -> Step:
    """The step of a recipe."""
    sort = trainer_of(train).sort
    settings = plain(section) | {
        "contest": plain(contest),
        "base": base_identity(train) if BASE in contest.names else "",
        "others": {name: identity_of(model, sort) for name, model in section.others.items()},
    }
    after = [CORPUS, SPLIT, TRAIN, *([EMBED] if embedded else [])]
    after += [PRETRAIN] if BASE in contest.names and train.on_pretrained else []
    return Step(
        EVALUATE, VERSION, after, settings, lambda work: _make(work, train, section, contest)
    )


def _make(work: Work, train: TrainSection, section: EvaluateSection, contest: Contest) -> Outcome:
    pairs = list(read_pairs(work.path(SPLIT, "dev")))
    runs = _Systems(work, train, section).runs(contest.names, questions_of(pairs))
    found = assess(
        runs,
        [pair for pair in pairs if pair.positives],
        work.articles(),
        section.measures,
        subject=contest.subject,
        base=contest.base,
        samples=section.samples,
        worst=section.worst,
        seed=section.seed,
    )
    found.save(work.folder / "assessment.json")
    first = section.measures[0]
    means = {name: round(own[first].mean, 6) for name, own in found.figures.items()}
    facts = {"questions": found.questions, "measure": first, "means": means}
    return Outcome({"assessment": "assessment.json"}, facts)


class _Systems:
    """The rankings; each is kept as it is done, so that an interrupted run does none twice."""

    def __init__(self, work: Work, train: TrainSection, section: EvaluateSection) -> None:
        self._work, self._train, self._section = work, train, section
        self._reranks = trainer_of(train).sort == "reranker"

    def runs(self, names: Sequence[str], questions: Sequence[Question]) -> dict[str, Run]:
        """System → ranking."""
        folder = self._work.folder / RUNS
        folder.mkdir(exist_ok=True)
        found: dict[str, Run] = {}
        for number, name in enumerate(names):
            path = folder / f"{number}-{_file_name(name)}.json"
            held = read_json(path)
            if held is None:
                held = self._system(name)(questions, self._tell(name))
                write_json(path, held)
            found[name] = held
        return found

    def _tell(self, name: str) -> Tell:
        return lambda done, total: self._work.tell(done, total, name)

    def _system(self, name: str) -> System:
        if name in (LEXICAL, ENGINE):
            mode: ModeName = "lexical" if name == LEXICAL else "hybrid"
            return lambda questions, tell: self._engine(questions, tell, mode, None)
        if self._reranks:
            reranker = Reranker(self._model(name))
            return lambda questions, tell: self._engine(questions, tell, "hybrid", reranker)
        if name == HYBRID:
            return self._hybrid
        encoder = BiEncoder(self._model(name))
        if name == MODEL and EMBED in self._work.given:
            index = self._work.path(EMBED, "index")
            return lambda questions, tell: vectors_run(
                index, encoder, questions, self._section.depth, tell
            )
        articles = self._work.articles()
        return lambda questions, tell: dense_run(encoder, articles, questions, self._section.depth)

    def _model(self, name: str) -> str | Path:
        if name == MODEL:
            return self._work.path(TRAIN, "model")
        if name == BASE:
            if self._train.on_pretrained:
                return self._work.path(PRETRAIN, "model")
            assert self._train.base is not None
            return self._train.base
        return self._section.others[name]

    def _hybrid(self, questions: Sequence[Question], tell: Tell) -> Run:
        with LexDPR.open(self._work.path(EMBED, "index")) as engine:
            return engine_rankings(engine, questions, self._section.depth, tell=tell)

    def _engine(
        self, questions: Sequence[Question], tell: Tell, mode: ModeName, reranker: Any
    ) -> Run:
        with LexDPR.open(self._work.index()) as engine:
            return engine_rankings(
                engine,
                questions,
                self._section.depth,
                mode=mode,
                reranker=reranker,
                candidates=self._section.candidates,
                tell=tell,
            )


def _file_name(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name)
