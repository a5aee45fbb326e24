"""Questions by the grammar of statutes, without any model."""

from lexdpr_finetune.synthesize.grammar.generate import grammar_questions

__all__ = ["grammar_questions"]
