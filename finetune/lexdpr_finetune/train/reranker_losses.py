"""The losses of sentence-transformers that :class:`RankLoss` names."""

from __future__ import annotations

from typing import Any

from lexdpr_finetune.train.reranker_recipe import RankLoss


def rank_loss_of(model: Any, loss: RankLoss, negatives: float) -> Any:
    """The loss, over ``model``.

    Args:
        model: a ``CrossEncoder`` with one output.
        loss: which, and how.
        negatives: of a question in the mean, for the weight of positives.
    """
    import torch
    from sentence_transformers.cross_encoder import losses

    if loss.name == "bce":
        weight = torch.tensor(loss.positive_weight or max(negatives, 1.0))
        return losses.BinaryCrossEntropyLoss(model, pos_weight=weight)
    known = {
        "ranknet": losses.RankNetLoss,
        "margin_mse": losses.MarginMSELoss,
        "lambda": losses.LambdaLoss,
        "listnet": losses.ListNetLoss,
        "listmle": losses.ListMLELoss,
        "plistmle": losses.PListMLELoss,
    }
    return known[loss.name](model)
