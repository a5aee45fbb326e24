"""The trainers that a recipe can name, each with the dataclass of its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.mine import read_mined
from lexdpr_finetune.pairs import Pair, read_pairs
from lexdpr_finetune.reading import RecipeError, legal_keys, model_place, read_into, unknown_key
from lexdpr_finetune.sections import TrainSection
from lexdpr_finetune.stages.step import Tell
from lexdpr_rag.model_aliases import ModelKind

KIND, BASE, STATIC = "kind", "base", "static"


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to train on.

    Attributes:
        articles: the corpus.
        train: the pairs, with negatives where some were mined.
        dev: pairs that stop training early and are never learned from.
        mined: the journal of mining, with a teacher's scores; ``None`` without.
    """

    articles: Articles
    train: list[Pair]
    dev: list[Pair]
    mined: Path | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """A model.

    Attributes:
        folder: the model.
        facts: what is told of the training, for JSON.
    """

    folder: Path
    facts: Mapping[str, Any]


class Train(Protocol):
    """Trains a model somewhere in a folder; what a killed run left there is gone on from."""

    def __call__(self, material: Material, options: Any, folder: Path, tell: Tell) -> Trained:
        """The model."""
        ...


@dataclass(frozen=True, slots=True)
class Trainer:
    """One way to train.

    Attributes:
        sort: what comes of it.
        options: ``module:Dataclass`` of its settings; it has a method ``check``.
        train: ``module:function``, a :class:`Train`.
    """

    sort: ModelKind
    options: str
    train: str

    def options_type(self) -> type[Any]:
        """The dataclass of the settings."""
        found: type[Any] = _named(self.options)
        return found

    def trains(self) -> Train:
        """The function that trains."""
        found: Train = _named(self.train)
        return found


TRAINERS: dict[str, Trainer] = {
    STATIC: Trainer(
        sort="encoder",
        options="lexdpr_finetune.train_static:StaticRecipe",
        train="lexdpr_finetune.stages.train_with:with_static",
    ),
    "bi-encoder": Trainer(
        sort="encoder",
        options="lexdpr_finetune.train:EncoderRecipe",
        train="lexdpr_finetune.stages.train_with:with_bi_encoder",
    ),
    "reranker": Trainer(
        sort="reranker",
        options="lexdpr_finetune.train:RerankerRecipe",
        train="lexdpr_finetune.stages.train_with:with_reranker",
    ),
}
"""Kind → trainer."""


def train_section(held: object, home: Path) -> TrainSection:
    """The section ``train``; its keys are ``kind`` and those of the trainer's settings.

    Raises:
        RecipeError: the kind is unknown, or a key or value is missing or not allowed.
        LexDPRError: what the trainer itself says of its settings.
    """
    if held is None:
        raise RecipeError("recipe.needed", name="train")
    if not isinstance(held, Mapping):
        raise RecipeError("recipe.value", name="train", value=held, legal="{…}")
    trainer, known = _trainer(held), train_keys(held)
    own = {key: value for key, value in held.items() if key != KIND}
    for key in own:
        if key not in known:
            raise unknown_key("train", str(key), known)
    if isinstance(own.get(BASE), str):
        own[BASE] = model_place(own[BASE], home)
    options = read_into(trainer.options_type(), own, "train", home)
    options.check()
    return TrainSection(str(held.get(KIND, STATIC)), options)


def train_keys(held: Mapping[str, Any]) -> list[str]:
    """The keys that the section may have.

    Raises:
        RecipeError: the kind is unknown.
    """
    return [KIND, *legal_keys(_trainer(held).options_type())]


def trainer_of(section: TrainSection) -> Trainer:
    """The trainer of a section that was read."""
    return TRAINERS[section.kind]


def material_of(articles: Articles, train: Path, dev: Path | None = None) -> Material:
    """Material of files: pairs, or the journal of mining, with its negatives and scores.

    Raises:
        PairError, MineError: a file cannot be read.
    """
    held_out = list(read_pairs(dev)) if dev is not None else []
    if is_mined(train):
        return Material(articles, read_mined(train)[0], held_out, train)
    return Material(articles, list(read_pairs(train)), held_out)


def is_mined(path: Path) -> bool:
    """Whether a file is a journal of mining: the record of its run stands beside it."""
    return path.with_name(f"{path.name}.run.json").is_file()


def _trainer(held: Mapping[str, Any]) -> Trainer:
    kind = str(held.get(KIND, STATIC))
    if kind not in TRAINERS:
        raise RecipeError("recipe.value", name="train.kind", value=kind, legal=", ".join(TRAINERS))
    return TRAINERS[kind]


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
