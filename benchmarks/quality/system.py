"""What is compared: something that is opened over the documents and ranks keys for a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.quality.documents import Documents
from benchmarks.quality.tokens import Tell

DEPTH = 100
"""Keys of a ranking."""

Search = Callable[[str], list[str]]
"""Question → keys, best first, each once, :data:`DEPTH` at most."""


class MissingError(Exception):
    """A system cannot be measured here; says what would be needed."""


@dataclass(frozen=True, slots=True)
class System:
    """One contestant.

    Attributes:
        name: short, for options and files: ``bm25-bigrams``.
        title: for tables and plots; in English, so that a plot needs no Korean font.
        identity: all that its rankings depend on, besides documents and questions.
        open: makes it ready over the documents, and may tell how far it is; raises
            :class:`MissingError`.
        peer: whether it is what the engine is compared with.
        slow: whether it answers only a sample of the questions.
    """

    name: str
    title: str
    identity: str
    open: Callable[[Documents, Tell], Search] = field(repr=False)
    peer: bool = True
    slow: bool = False


def distinct(keys: list[str]) -> list[str]:
    """The first :data:`DEPTH` different ones, in order."""
    return list(dict.fromkeys(keys))[:DEPTH]
