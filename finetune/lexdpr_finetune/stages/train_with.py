"""The trainers behind one signature (:class:`~lexdpr_finetune.trainers.Train`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.mine import read_mined
from lexdpr_finetune.pairs import Pair
from lexdpr_finetune.pairs.formats import TextOf
from lexdpr_finetune.stages.step import Tell
from lexdpr_finetune.trainers import Material, Trained

if TYPE_CHECKING:
    from lexdpr_finetune.train import EncoderRecipe, Example, RerankerRecipe
    from lexdpr_finetune.train.progress import TrainEvent
    from lexdpr_finetune.train_static import StaticRecipe

REPORT = "training.json"
_TOLD = ("examples", "rows", "left_out", "steps", "trained", "parameters", "precision")


def with_static(material: Material, options: StaticRecipe, folder: Path, tell: Tell) -> Trained:
    """A static encoder, from scratch (:func:`~lexdpr_finetune.train_static.train_static`)."""
    from lexdpr_finetune.train_static import train_static

    report = train_static(
        material.articles,
        material.train,
        folder,
        options,
        progress=lambda event: tell(event.step, event.steps, losses(event.losses)),
    )
    facts = {
        "tokens": report.tokens,
        "questions": dict(report.questions),
        "left_out": report.left_out,
        "losses": {kind: round(loss, 4) for kind, loss in report.losses.items()},
    }
    return Trained(folder, facts)


def with_bi_encoder(
    material: Material, options: EncoderRecipe, folder: Path, tell: Tell
) -> Trained:
    """A bi-encoder (:func:`~lexdpr_finetune.train.train_bi_encoder`)."""
    from lexdpr_finetune.train import train_bi_encoder

    examples, dev = _examples(material), _dev(material) if options.run.evaluate_every else []
    return trained_version(
        folder,
        lambda: train_bi_encoder(examples, folder, options, dev=dev, progress=telling(tell)),
    )


def with_reranker(material: Material, options: RerankerRecipe, folder: Path, tell: Tell) -> Trained:
    """A reranker (:func:`~lexdpr_finetune.train.train_reranker`)."""
    from lexdpr_finetune.train import train_reranker

    examples = [example for example in _examples(material) if example.negatives]
    return trained_version(
        folder, lambda: train_reranker(examples, folder, options, progress=telling(tell))
    )


def losses(held: Mapping[str, float]) -> str:
    """``issue 1.230  title 0.450``."""
    return "  ".join(f"{name} {value:.3f}" for name, value in held.items())


def telling(tell: Tell) -> Callable[[TrainEvent], None]:
    """What hands the events of a training on."""
    return lambda event: tell(event.step, event.steps, losses(event.losses))


def trained_version(folder: Path, train: Callable[[], object]) -> Trained:
    """The one version in the folder; made unless a run that was killed late has made it."""
    from lexdpr_finetune.train.versions import latest_version, versions

    if not versions(folder):
        train()
    model = latest_version(folder)
    held = json.loads((model / REPORT).read_text(encoding="utf-8"))
    told = [one["loss"] for one in held["losses"] if "loss" in one]
    facts = {name: held[name] for name in _TOLD if name in held}
    return Trained(model, facts | {"losses": [round(loss, 4) for loss in told[:1] + told[-1:]]})


def _examples(material: Material) -> list[Example]:
    from lexdpr_finetune.train import examples_of

    scores = read_mined(material.mined)[1] if material.mined is not None else None
    return list(examples_of(material.train, texts_of(material.train, material.articles), scores))


def _dev(material: Material) -> list[Example]:
    from lexdpr_finetune.train import examples_of

    return list(examples_of(material.dev, texts_of(material.dev, material.articles)))


def texts_of(pairs: Sequence[Pair], articles: Articles) -> TextOf:
    """The passages of all articles that pairs name, in the form in which an index embeds them.

    Articles that the corpus does not hold have none.
    """
    named: Iterable[str] = (key for p in pairs for key in (*p.positives, *p.negatives))
    keys = [key for key in dict.fromkeys(named) if key in articles.rows]
    texts = articles.article_texts([articles.rows[key] for key in keys])
    return dict(zip(keys, texts, strict=True)).__getitem__
