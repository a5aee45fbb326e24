"""The gate: a tuned model is accepted only if it beats what it was tuned from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from lexdpr_finetune.reading import RecipeError
from lexdpr_finetune.report.assessment import Assessment
from lexdpr_rag.messages import render


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says.

    Attributes:
        accepted: whether the model passes.
        measure: what counts.
        system, base: what was compared.
        value, base_value: their means.
        difference: the former less the latter.
        margin: the least difference.
        p: how often chance alone gives a difference as large.
        p_bound: the largest that is let through; ``None``: it does not matter.
        questions: measured on.
    """

    accepted: bool
    measure: str
    system: str
    base: str
    value: float
    base_value: float
    difference: float
    margin: float
    p: float
    p_bound: float | None
    questions: int

    def __str__(self) -> str:
        return render(self.key, **asdict(self))

    @property
    def key(self) -> str:
        """The message that tells it."""
        return "recipe.accepted" if self.accepted else f"recipe.rejected.{self.reason}"

    @property
    def reason(self) -> str:
        """Why it was rejected: ``difference`` or ``chance``; empty if it was not."""
        if self.accepted:
            return ""
        return "chance" if beats(self.difference, self.margin) else "difference"

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def judge(
    found: Assessment,
    *,
    measure: str | None = None,
    system: str | None = None,
    margin: float = 0.0,
    p: float | None = None,
) -> Verdict:
    """Whether a system beats the base of an assessment.

    Args:
        found: what was measured.
        measure: what counts; the first that was measured unless given.
        system: the one that must win; the assessment's subject unless given.
        margin: it must be better by more than this.
        p: the largest probability that chance alone gives a difference as large.

    Raises:
        RecipeError: nothing of that name was measured.
    """
    name, own = measure or found.measures[0], system or found.subject
    for key, value, legal in (
        ("gate.measure", name, found.measures),
        ("gate.system", own, tuple(found.figures)),
    ):
        if value not in legal:
            raise RecipeError("recipe.value", name=key, value=value, legal=", ".join(legal))
    figure, base = found.figures[own][name], found.figures[found.base][name]
    difference = figure.mean - base.mean
    chance = 1.0 if figure.p is None else figure.p
    return Verdict(
        accepted=beats(difference, margin) and (p is None or chance <= p),
        measure=name,
        system=own,
        base=found.base,
        value=figure.mean,
        base_value=base.mean,
        difference=difference,
        margin=margin,
        p=chance,
        p_bound=p,
        questions=found.questions,
    )


def beats(difference: float, margin: float) -> bool:
    """Better by more than the margin: to be as good is not enough."""
    return difference > margin + 1e-12
