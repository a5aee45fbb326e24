"""What was given to a model to answer from: hits, LangChain documents, LlamaIndex nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lexdpr_rag.datamodels import Hit
from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.numbering import number_from_code, syllable_value


@dataclass(frozen=True, slots=True)
class Given:
    """One of them; ``metadata`` holds the keys of :meth:`Hit.metadata`, as far as they are known.

    A document that is no statute has a text and nothing else.
    """

    text: str
    metadata: Mapping[str, Any]

    @classmethod
    def of(cls, thing: object) -> Given:
        """Read ``thing`` by its shape.

        Raises:
            LexDPRError: it is none of the kinds known.
        """
        if isinstance(thing, Hit):
            return cls(thing.text, thing.metadata())
        if isinstance(thing, str):
            return cls(thing, {})
        node = getattr(thing, "node", thing)  # of a NodeWithScore
        text = getattr(node, "page_content", None) or getattr(node, "text", None)
        metadata = getattr(node, "metadata", None)
        if not isinstance(text, str) or not isinstance(metadata, Mapping):
            raise LexDPRError("answers.given", found=type(thing).__name__)
        return cls(text, metadata)

    @property
    def citation(self) -> str:
        """How it is cited; empty where it does not say."""
        return str(self.metadata.get("citation") or "")

    @property
    def address(self) -> Address | None:
        """Where it stands; ``None`` where it does not say."""
        try:
            return Address.parse(str(self.metadata.get("unit_id") or ""))
        except ValueError:
            return None


def meets(path: str, unit: str) -> bool:
    """Whether a provision lies within a unit or holds it, both of one law: ``main:a18:h1`` and
    ``main:a18``, or ``main:a2:n5`` and the run ``main:a2:n3+n7``.
    """
    pairs = zip(path.split(":"), unit.split(":"), strict=False)
    return all(_segment_meets(own, other) for own, other in pairs)


def holds(unit: str, other: str) -> bool:
    """Whether all words of the unit ``other`` stand in ``unit`` too, both of one version."""
    if unit == other:
        return True
    return other.startswith(f"{unit}:") and not set("+#") & set(unit.rpartition(":")[2])


def _segment_meets(own: str, other: str) -> bool:
    own, other = (segment.partition("#")[0].partition("~")[0] for segment in (own, other))
    if own == other or "+" not in other:
        return own == other
    first, _, last = other.partition("+")
    same_level = own[:1] == first[:1] == last[:1]
    return same_level and _order(first) <= _order(own) <= _order(last)


def _order(segment: str) -> tuple[int, ...]:
    """Sort key of ``n3-2`` or ``m가-2`` among its siblings."""
    main, _, branch = segment[1:].partition("-")
    if segment[0] == "m":
        return (syllable_value(main) or 0, int(branch or 0))
    return number_from_code(segment[1:]).order
