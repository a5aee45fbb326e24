"""What training raises."""

from __future__ import annotations

from lexdpr_rag.errors import LexDPRError


class TrainError(LexDPRError):
    """A recipe that cannot be followed, data that it cannot use, or a run that failed."""


def require(kept: bool, name: str, value: object, legal: str) -> None:
    """Raise :class:`TrainError` unless ``kept``: ``value`` is not one of the ``legal`` ones."""
    if not kept:
        raise TrainError("finetune.recipe", name=name, value=value, legal=legal)


def require_one_of(name: str, value: object, legal: tuple[str, ...]) -> None:
    """The same for names."""
    require(value in legal, name, value, ", ".join(legal))
