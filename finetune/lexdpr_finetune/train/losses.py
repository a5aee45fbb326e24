"""The losses of sentence-transformers that :class:`LossOptions` names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lexdpr_finetune.train.loss_options import LossOptions

Similarity = Callable[[Any, Any], Any]


def loss_of(model: Any, options: LossOptions, guide: Any = None, *, normalize: bool = True) -> Any:
    """The loss, over ``model``.

    Args:
        model: a ``SentenceTransformer``.
        options: which, and how.
        guide: a ``SentenceTransformer``, for the guided ones.
        normalize: whether the model's similarity is the cosine; else it is the dot product.
    """
    from sentence_transformers.sentence_transformer import losses

    made = _distilling if options.distils else _guided if options.guided else _ranking
    loss = made(model, options, guide, normalize=normalize)
    if options.matryoshka:
        loss = losses.MatryoshkaLoss(model, loss, list(options.matryoshka))
    return loss


def _ranking(model: Any, options: LossOptions, guide: Any, *, normalize: bool) -> Any:
    from sentence_transformers.sentence_transformer import losses
    from sentence_transformers.util import cos_sim, dot_score

    common: dict[str, Any] = {
        "scale": 1 / options.temperature,
        "similarity_fct": cos_sim if normalize else dot_score,
        "gather_across_devices": options.gather,
    }
    if options.cached:
        common["mini_batch_size"] = options.mini_batch
        return losses.CachedMultipleNegativesRankingLoss(model, **common)
    return losses.MultipleNegativesRankingLoss(model, **common)


def _guided(model: Any, options: LossOptions, guide: Any, *, normalize: bool) -> Any:
    from sentence_transformers.sentence_transformer import losses

    common: dict[str, Any] = {
        "temperature": options.temperature,
        "margin_strategy": "absolute",
        "margin": options.guide_margin,
    }
    if options.cached:
        size = options.mini_batch
        return losses.CachedGISTEmbedLoss(model, guide, mini_batch_size=size, **common)
    return losses.GISTEmbedLoss(model, guide, gather_across_devices=options.gather, **common)


def _distilling(model: Any, options: LossOptions, guide: Any, *, normalize: bool) -> Any:
    """Similarities are divided by the temperature: a cosine cannot differ as much as logits do."""
    from sentence_transformers.sentence_transformer import losses
    from sentence_transformers.util import pairwise_cos_sim, pairwise_dot_score

    plain = pairwise_cos_sim if normalize else pairwise_dot_score

    def scaled(left: Any, right: Any) -> Any:
        return plain(left, right) / options.temperature

    if options.name == "margin_mse":
        return losses.MarginMSELoss(model, similarity_fct=scaled)
    return losses.DistillKLDivLoss(
        model, similarity_fct=scaled, teacher_temperature=options.teacher_temperature
    )
