"""How to train a bi-encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from lexdpr_finetune.train.adapter_options import AdapterOptions
from lexdpr_finetune.train.error import require_one_of
from lexdpr_finetune.train.loss_options import LossOptions
from lexdpr_finetune.train.run_options import RunOptions

Engine = Literal["sentence-transformers", "flagembedding"]
Pooling = Literal["mean", "cls", "lasttoken"]

ENGINES: tuple[str, ...] = get_args(Engine)
POOLINGS: tuple[str, ...] = get_args(Pooling)


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """A bi-encoder.

    Attributes:
        base: alias, hub name or folder of the model to begin with.
        loss: what it is asked to learn.
        adapter: what of it is trained.
        run: how long, how fast and on what.
        template: what stands around texts (``lexdpr_rag.templates``); what the base model says of
            itself unless given, and so for all that follow.
        normalize: whether vectors are of length 1, and similarity the cosine.
        max_seq_length, query_max_seq_length, passage_max_seq_length: tokens after which texts are
            cut, in training and afterwards.
        pooling: how token vectors become one, for a model that is not one of sentence-transformers
            (the mean unless given).
        engine: whose trainer is used.
        trust_remote_code: allow code that comes with a model of the hub.
        cache_folder: where models of the hub are kept.
    """

    base: str
    loss: LossOptions = field(default_factory=LossOptions)
    adapter: AdapterOptions = field(default_factory=AdapterOptions)
    run: RunOptions = field(default_factory=RunOptions)
    template: str | Path | Mapping[str, Any] | None = None
    normalize: bool | None = None
    max_seq_length: int | None = None
    query_max_seq_length: int | None = None
    passage_max_seq_length: int | None = None
    pooling: Pooling | None = None
    engine: Engine = "sentence-transformers"
    trust_remote_code: bool = False
    cache_folder: str | None = None

    def check(self) -> None:
        """Tell what is wrong before anything is loaded.

        Raises:
            TrainError: a value is not allowed, or contradicts another.
        """
        self.loss.check()
        self.adapter.check()
        self.run.check()
        require_one_of("engine", self.engine, ENGINES)
        if self.pooling is not None:
            require_one_of("pooling", self.pooling, POOLINGS)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        held = asdict(self)
        if isinstance(self.template, Path):
            held["template"] = str(self.template)
        return held
