"""What runs a model: numpy for static embeddings, onnxruntime, or torch by sentence-transformers.

A backend gets texts with their template already around them and gives vectors back in the order of
the texts, neither cut to a smaller dimension nor normalised (unless the model's graph does it):
that is the same for all and stands in :mod:`lexdpr_rag.encoder`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.messages import render

BackendName = Literal["auto", "torch", "onnx", "static"]
BACKENDS: tuple[BackendName, ...] = ("auto", "torch", "onnx", "static")

TYPICAL_LENGTH = 128
"""Tokens of a text of common length: a batch holds ``batch_size`` of these, or more shorter ones."""


@dataclass(frozen=True, slots=True)
class Job:
    """How texts are to be encoded.

    Attributes:
        limit: tokens after which a text is cut; ``None`` for no limit.
        batch_size: texts of common length in a batch (see :data:`TYPICAL_LENGTH`).
        prefix: what the template put before each text.
        advance: told how many texts have just been done.
    """

    limit: int | None
    batch_size: int = 32
    prefix: str = ""
    advance: Callable[[int], None] = lambda done: None


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors, float32 (n, d), and how many tokens each text has, (n,), before it was cut."""

    vectors: NDArray[np.float32]
    lengths: NDArray[np.int64]


class ModelWarning(UserWarning):
    """A model is used otherwise than it says, or texts were cut."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """Texts of which the end was not encoded.

    Attributes:
        count: how many were longer than the limit.
        total: how many were encoded.
        limit: the limit in tokens; ``None`` where there is none.
        longest: tokens of the longest text.
    """

    count: int = 0
    total: int = 0
    limit: int | None = None
    longest: int = 0

    @classmethod
    def of(cls, lengths: NDArray[np.int64], limit: int | None) -> Truncated:
        """Of texts with ``lengths`` tokens."""
        over = 0 if limit is None else int((lengths > limit).sum())
        return cls(over, len(lengths), limit, int(lengths.max(initial=0)))

    def __add__(self, other: Truncated) -> Truncated:
        return Truncated(
            self.count + other.count,
            self.total + other.total,
            other.limit,
            max(self.longest, other.longest),
        )

    def told(self, name: str) -> str:
        """One line about the model ``name``."""
        return render("model.truncated", name=name, **asdict(self))


class Identified(Protocol):
    """A model that can be told from every other."""

    @property
    def name(self) -> str:
        """The model's name or folder, for people."""
        ...

    @property
    def fingerprint(self) -> str:
        """Identity of what it gives: equal fingerprints mean equal results for equal texts."""
        ...


class Backend(Protocol):
    """A model that is loaded."""

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        ...

    @property
    def normalized(self) -> bool:
        """Whether rows come out normalised, with no way to have them otherwise."""
        ...

    def encode(self, texts: Sequence[str], job: Job) -> Encoded:
        """Vectors of ``texts``, in their order."""
        ...
