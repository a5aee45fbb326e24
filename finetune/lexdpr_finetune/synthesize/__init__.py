"""Questions for provisions: by a chat model (:func:`synthesize`), or by the grammar of statutes.

:func:`check_quality` keeps those worth training on, :func:`pairs_of` makes pairs of them.
"""

from lexdpr_finetune.synthesize.endpoint import Endpoint
from lexdpr_finetune.synthesize.grammar import grammar_questions
from lexdpr_finetune.synthesize.journal import answered_questions
from lexdpr_finetune.synthesize.options import SynthesisOptions
from lexdpr_finetune.synthesize.provision import Provision, provisions_of
from lexdpr_finetune.synthesize.quality import check_quality
from lexdpr_finetune.synthesize.question import Question, SynthesisError, pairs_of
from lexdpr_finetune.synthesize.run import asynthesize, synthesize

__all__ = [
    "Endpoint",
    "Provision",
    "Question",
    "SynthesisError",
    "SynthesisOptions",
    "answered_questions",
    "asynthesize",
    "check_quality",
    "grammar_questions",
    "pairs_of",
    "provisions_of",
    "synthesize",
]
