"""What a build adds to a generation when its units and vectors are done, as the builder sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from lexdpr_rag.encoder import Encoder
from lexdpr_rag.index.store import UnitStore

AdditionStage = Literal["decisions", "attach"]
"""``decisions`` counts decisions read, ``attach`` distinct issues and holdings that have a vector."""

Tell = Callable[[AdditionStage, int, int], None]
"""Progress: the stage, steps done, steps in all (0: not known yet)."""


class Addition(Protocol):
    """Court decisions, attached to the articles of an index (:mod:`lexdpr_rag.decisions.attaching`).

    What it keeps in the manifest (``Manifest.decisions``) is its own; an empty mapping is "nothing".
    """

    strict: bool
    """Whether the first part that cannot be read stops the build."""

    def plan(self, held: Mapping[str, Any], old: Path | None, encoder: Encoder | None) -> None:
        """Look at what the index in use has, before any work.

        Args:
            held: what its manifest keeps.
            old: its generation; ``None`` for a new index.
            encoder: of the index to be built; ``None`` for one without vectors.

        Raises:
            LexDPRError: what is asked for cannot be had.
        """
        ...

    def is_held(self, kept: Mapping[str, Any]) -> bool:
        """Whether a generation that keeps this has what is asked for."""
        ...

    def make(self, store: UnitStore, folder: Path, tell: Tell) -> dict[str, Any]:
        """Write it into the generation being written; what the manifest is to keep.

        Args:
            store: the units of the generation.
            folder: the generation being written.
            tell: told of progress.
        """
        ...

    def failures(self, kept: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Of what was asked for, the files that could not be read whole, with the reasons."""
        ...
