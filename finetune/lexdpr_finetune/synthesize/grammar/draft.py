"""A question as a rule makes it, before it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What a sentence of a statute does, and so what is asked."""

    DEFINITION = "definition"
    DUTY = "duty"
    PROHIBITION = "prohibition"
    PERMISSION = "permission"
    DEADLINE = "deadline"
    AMOUNT = "amount"
    LIST = "list"
    CONDITION = "condition"
    PENALTY = "penalty"
    DELEGATION = "delegation"


@dataclass(frozen=True, slots=True)
class Draft:
    """One question.

    Attributes:
        rule: which one made it.
        text: the question.
        vague: it says too little without the law's name.
        lost: a reference was taken out, and with it perhaps what it is about.
        weak: nobody would ask so if there is something else to ask.
    """

    rule: Rule
    text: str
    vague: bool = False
    lost: bool = False
    weak: bool = False
