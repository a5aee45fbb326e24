"""Pretraining: an encoder reads the statutes before it sees a question."""

from __future__ import annotations

import numpy as np

from lexdpr_finetune.content import content_of
from lexdpr_finetune.reading import plain
from lexdpr_finetune.stages.model_files import identity_of
from lexdpr_finetune.stages.step import CORPUS, PRETRAIN, Outcome, Step, Work
from lexdpr_finetune.stages.train import MODEL, OF_THE_RUN
from lexdpr_finetune.stages.train_with import telling, trained_version
from lexdpr_finetune.train.pretrain_recipe import PretrainRecipe

VERSION = 1


def pretrain_step(options: PretrainRecipe) -> Step:
    """The step of a recipe.

    Raises:
        TrainError: a setting is not allowed.
        ModelError: the base is not there.
    """
    options.check()
    settings = plain(options) | {"base": identity_of(options.base or None)}
    return Step(PRETRAIN, VERSION, (CORPUS,), settings, lambda work: _make(work, options))


def _make(work: Work, options: PretrainRecipe) -> Outcome:
    from lexdpr_finetune.train.pretrain import pretrain

    articles, folder = work.articles(), work.folder / MODEL
    texts = list(articles.article_texts(np.flatnonzero(articles.in_force).tolist()))
    made = trained_version(
        folder, lambda: pretrain(texts, folder, options, progress=telling(work.tell))
    )
    files = {"model": made.folder.relative_to(work.folder).as_posix()}
    digest = content_of(made.folder, without=OF_THE_RUN)
    return Outcome(files, {"articles": len(texts), **made.facts}, {"model": digest})
