"""Training retrieval models for statutes: pairs, models, and what they are worth.

Stages are plain functions: :mod:`lexdpr_finetune.pairs` makes questions with their articles,
:mod:`lexdpr_finetune.train_static` trains an encoder from them, :mod:`lexdpr_finetune.evaluate`
measures it.
"""
