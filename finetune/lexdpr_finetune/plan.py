"""From a recipe to the steps that make it, in order."""

from __future__ import annotations

from lexdpr_finetune.reading import RecipeError
from lexdpr_finetune.recipe import Recipe
from lexdpr_finetune.stages.corpus import corpus_step
from lexdpr_finetune.stages.embed import embed_step
from lexdpr_finetune.stages.evaluate import contest_of, evaluate_step
from lexdpr_finetune.stages.export import export_step
from lexdpr_finetune.stages.gate import gate_step
from lexdpr_finetune.stages.mine import mine_step
from lexdpr_finetune.stages.pairs import pairs_step
from lexdpr_finetune.stages.pretrain import pretrain_step
from lexdpr_finetune.stages.split import split_step
from lexdpr_finetune.stages.step import Step
from lexdpr_finetune.stages.synthesize import synthesize_step
from lexdpr_finetune.stages.train import train_step
from lexdpr_finetune.trainers import trainer_of


def plan_of(recipe: Recipe) -> list[Step]:
    """The steps; each depends on earlier ones only.

    Raises:
        RecipeError: sections contradict each other, or something is missing.
        ModelError: a model that is named is not there.
        IndexFormatError: the index that is named is not there.
    """
    sources = [
        pairs_step(recipe.pairs),
        synthesize_step(recipe.synthesize) if recipe.synthesize is not None else None,
    ]
    asked = [step for step in sources if step is not None]
    if not asked:
        raise RecipeError("recipe.no_questions")
    if recipe.train.on_pretrained != (recipe.pretrain is not None):
        raise RecipeError("recipe.pretrain")
    encodes = trainer_of(recipe.train).sort == "encoder"
    embedded = encodes and recipe.corpus.source is not None
    embedded = embedded and (recipe.evaluate.engine or recipe.export.index)
    contest = contest_of(recipe.train, recipe.evaluate, recipe.gate, embedded=embedded)
    return [
        corpus_step(recipe.corpus),
        *asked,
        split_step(recipe.split, [step.name for step in asked]),
        *([mine_step(recipe.mine, recipe.corpus)] if recipe.mine is not None else []),
        *([pretrain_step(recipe.pretrain)] if recipe.pretrain is not None else []),
        train_step(recipe.train, mined=recipe.mine is not None),
        *([embed_step(recipe.corpus)] if embedded else []),
        evaluate_step(recipe.train, recipe.evaluate, contest, embedded=embedded),
        gate_step(recipe.gate, recipe.evaluate, contest),
        export_step(recipe, embedded=embedded),
    ]
