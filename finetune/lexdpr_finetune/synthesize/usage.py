"""Tokens, what they cost, and the limit of both."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from lexdpr_finetune.synthesize.question import SynthesisError

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written; ``estimated`` of them are not from the endpoint's own count."""

    prompt: int = 0
    completion: int = 0
    estimated: int = 0

    @property
    def total(self) -> int:
        """Tokens read and written."""
        return self.prompt + self.completion

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt + other.prompt,
            self.completion + other.completion,
            self.estimated + other.estimated,
        )

    def __sub__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt - other.prompt,
            self.completion - other.completion,
            self.estimated - other.estimated,
        )


NOTHING = Usage()
"""No token at all."""


@dataclass(frozen=True, slots=True)
class Price:
    """Money for a million tokens, in any currency."""

    prompt: float = 0.0
    completion: float = 0.0
    currency: str = "USD"

    def of(self, usage: Usage) -> float:
        """What ``usage`` costs."""
        return (usage.prompt * self.prompt + usage.completion * self.completion) / _MILLION


_FREE = Price()


@dataclass(frozen=True, slots=True)
class Budget:
    """What all runs on one journal may use together; ``None`` is no limit.

    Attributes:
        tokens: read and written.
        money: in the currency of ``price``, which must then be given.
        price: of the model.
    """

    tokens: int | None = None
    money: float | None = None
    price: Price = _FREE

    def __post_init__(self) -> None:
        for name, value in (("tokens", self.tokens), ("money", self.money)):
            if value is not None and value < 0:
                raise SynthesisError("synthesize.option", name=name, value=value, legal="0 …")
        if self.money is not None and not (self.price.prompt or self.price.completion):
            raise SynthesisError("synthesize.no_price", money=self.money)

    def allows(self, usage: Usage) -> bool:
        """Whether ``usage`` is within both limits."""
        if self.tokens is not None and usage.total > self.tokens:
            return False
        return self.money is None or self.price.of(usage) <= self.money


class Ledger:
    """What has been used, and what the calls under way may use at most.

    A call starts only if the budget suffices even when it, and all others under way, use as much as
    they can: the budget is never overdrawn by more than a wrong estimate.
    """

    def __init__(self, budget: Budget, spent: Usage) -> None:
        self.budget = budget
        self.spent = spent
        self._held = Usage()
        self._underway = 0
        self._changed = asyncio.Condition()

    async def hold(self, most: Usage) -> bool:
        """Set ``most`` aside for a call; ``False`` where the budget is used up.

        While calls under way hold what would suffice, their end is waited for.
        """
        async with self._changed:
            while not self.budget.allows(self.spent + self._held + most):
                if not self._underway:
                    return False
                await self._changed.wait()
            self._held += most
            self._underway += 1
            return True

    async def settle(self, most: Usage, used: Usage) -> None:
        """The call that held ``most`` has ended and used ``used``."""
        async with self._changed:
            self._held -= most
            self._underway -= 1
            self.spent += used
            self._changed.notify_all()


def estimated_tokens(text: str) -> int:
    """About how many tokens ``text`` has; rather too many: one a Korean letter, one for four others."""
    ascii_letters = sum(char.isascii() for char in text)
    return len(text) - ascii_letters + (ascii_letters + 3) // 4
