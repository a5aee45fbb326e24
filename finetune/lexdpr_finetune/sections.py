"""The sections of a recipe, one dataclass each: their fields are the keys of the YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from lexdpr_finetune.evaluate import DEPTH, MEASURES
from lexdpr_finetune.mine import MineOptions
from lexdpr_finetune.plain_data import LEXICON, TRAINING, WORD
from lexdpr_finetune.reading import FLAT, files_with, free, model_name
from lexdpr_finetune.synthesize.filters import FilterOptions
from lexdpr_rag.datamodels import AnalyzerName, LevelName


@dataclass(frozen=True, slots=True)
class CorpusSection:
    """The statutes: ``source`` or ``index``, one of both.

    Attributes:
        source: a folder, file or archive of statutes, indexed by the run.
        index: an index that is there already.
        analyzer: of the words of the index made from ``source``.
        encoder: makes vectors for mining; without one negatives are found by words.
        jobs: worker processes.
    """

    source: Path | None = None
    index: Path | None = None
    analyzer: AnalyzerName | None = None
    encoder: str | None = model_name()
    jobs: int | None = free(None)


@dataclass(frozen=True, slots=True)
class PrecedentSection:
    """Questions of court decisions; see :class:`~lexdpr_finetune.pairs.precedents.PrecedentOptions`.

    ``history``: former versions of laws, by which citations of a former law (구 …) lead to the
    article of today; see :class:`~lexdpr_finetune.pairs.history.History`.
    """

    files: tuple[Path, ...]
    history: Path | None = None
    until: date | None = None
    today: bool = True
    complete: bool = True
    holdings: bool = False
    shortest: int = 10


@dataclass(frozen=True, slots=True)
class PairsSection:
    """Where questions come from; several at once.

    Attributes:
        titles: the articles' titles.
        definitions: the terms that laws define.
        delegation: decrees and rules → what they rest on.
        precedents: court decisions.
        lexicon: files of everyday words; ``plain`` is the lexicon of the package.
        mrc: files of machine reading data.
        own: CSV or JSON line files of questions with citations or article keys; ``plain`` are the
            training questions of the package (:mod:`~lexdpr_finetune.plain_data`).
        files: pairs as this package writes them.
    """

    titles: bool = False
    definitions: bool = False
    delegation: bool = False
    precedents: PrecedentSection | None = None
    lexicon: tuple[Path, ...] = files_with(WORD, LEXICON)
    mrc: tuple[Path, ...] = ()
    own: tuple[Path, ...] = files_with(WORD, TRAINING)
    files: tuple[Path, ...] = ()


class Writer(StrEnum):
    """Who writes questions."""

    GRAMMAR = "grammar"  # the rules of statutes' own language; nothing else is needed
    ENDPOINT = "endpoint"  # a chat model


@dataclass(frozen=True, slots=True)
class EndpointSection:
    """A chat model; see :class:`~lexdpr_finetune.synthesize.Endpoint`.

    ``concurrency``: calls under way at once.  ``tokens``, ``money``: the most that may be used, the
    latter by ``price`` (of a million tokens read, and written).
    """

    model: str
    base_url: str
    api_key_env: str | None = None
    timeout: float = free(120.0)
    most_tokens: int = 1024
    temperature: float = 0.7
    json_mode: bool = True
    questions: int = 3
    window: int | None = 1000
    examples: int = 2
    prompts: Path | None = None
    concurrency: int = free(8)
    tokens: int | None = free(None)
    money: float | None = free(None)
    price: tuple[float, float] = free((0.0, 0.0))


@dataclass(frozen=True, slots=True)
class SynthesizeSection:
    """Questions that are made up.

    Attributes:
        writer: who writes them.
        endpoint: the chat model.
        level: how large the provisions are that are asked about.
        limit: so many provisions at most, drawn by ``seed``; all unless given.
        seed: of the draw.
        round_trip: a question must find its article among so many; 0 leaves that out.
        filters: which questions stay.
    """

    writer: Writer = Writer.GRAMMAR
    endpoint: EndpointSection | None = None
    level: LevelName = "paragraph"
    limit: int | None = None
    seed: int = 0
    round_trip: int = 0
    filters: FilterOptions = field(default_factory=FilterOptions)


class SplitBy(StrEnum):
    """What stays together."""

    GROUP = "group"  # the issues of a case, the questions on a document
    ARTICLE = "article"  # no article answers questions of both parts
    DAY = "day"  # what was written later is measured on


@dataclass(frozen=True, slots=True)
class SplitSection:
    """What is kept for measuring.

    Attributes:
        dev: a file of questions that are measured on and never trained on (JSON lines with ``query``
            and ``gold``, or citations); nothing else is kept back then.
        by: what stays together where the pairs themselves are split.
        share: of the pairs that is measured on.
        last_day: the last day of what is trained on; ``by: day``.
        kinds: only pairs of these kinds are measured on; all unless given.
        most: so many questions at most are measured on.
        seed: of the draw.
    """

    dev: Path | None = None
    by: SplitBy = SplitBy.GROUP
    share: float = 0.1
    last_day: date | None = None
    kinds: tuple[str, ...] = ()
    most: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class MineSection:
    """Hard negatives.

    Attributes:
        reranker: scores positives and candidates.
        device: where vectors are compared.
        options: see :class:`~lexdpr_finetune.mine.MineOptions`; its keys stand in the section itself.
    """

    reranker: str | None = model_name()
    device: str | None = free(None)
    options: MineOptions = field(default_factory=MineOptions, metadata=FLAT)


PRETRAINED = "pretrained"
"""The base that the stage ``pretrain`` makes."""


@dataclass(frozen=True, slots=True)
class TrainSection:
    """The training.

    Attributes:
        kind: a name of :data:`~lexdpr_finetune.trainers.TRAINERS`.
        options: the trainer's own dataclass; its keys stand in the section itself.
    """

    kind: str = "static"
    options: Any = field(default=None, metadata=FLAT)

    @property
    def on_pretrained(self) -> bool:
        """Whether the model that is tuned is made by the stage ``pretrain``."""
        return self.base == PRETRAINED

    @property
    def base(self) -> str | None:
        """The model that is tuned: an alias, a hub name or a folder; ``None`` from scratch."""
        found = getattr(self.options, "base", None)
        return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class EvaluateSection:
    """What is measured, besides the model, its base and the engine with each of them.

    Attributes:
        measures: names of ir-measures; the first is the one that tables are sorted by.
        others: name → model, to stand beside.
        engine: also the whole engine, words and vectors together.
        depth: articles of a ranking that are looked at.
        candidates: articles that a reranker reads.
        samples: of the bootstrap.
        worst: questions that are shown with what was found instead.
        seed: of what is drawn.
    """

    measures: tuple[str, ...] = MEASURES
    others: Mapping[str, str] = field(default_factory=dict)
    engine: bool = True
    depth: int = DEPTH
    candidates: int = 50
    samples: int = 2000
    worst: int = 20
    seed: int = 20261121


@dataclass(frozen=True, slots=True)
class GateSection:
    """When a model is accepted.

    Attributes:
        measure: what counts; the first of ``evaluate.measures`` unless given.
        system: which ranking of the model: ``model`` alone, or ``hybrid`` within the engine;
            a reranker's is ``reranked``.
        base: what it must beat: ``base``, ``hybrid-base``, ``lexical`` or one of
            ``evaluate.others``.
        margin: by how much.
        p: how often chance alone may give a difference as large; unless given it does not matter.
    """

    measure: str | None = None
    system: str | None = None
    base: str | None = None
    margin: float = 0.0
    p: float | None = None


class Onnx(StrEnum):
    """The weights of an exported model."""

    FLOAT32 = "float32"
    INT8 = "int8"


@dataclass(frozen=True, slots=True)
class ExportSection:
    """What is made of an accepted model.

    Attributes:
        onnx: also a folder that runs without torch.
        index: also an index of the corpus with the model's vectors.
        backend: what finds them there; see ``lexdpr-rag index --backend``.
    """

    onnx: Onnx | None = None
    index: bool = True
    backend: str | None = None
