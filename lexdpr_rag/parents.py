"""Provisions that were found → the wholes that they are parts of: 호 → 항 → 조.

What post-processors of both frameworks do alike; each turns its own nodes or documents into
:class:`Part` and back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from lexdpr_rag.datamodels import METADATA_KEYS, Hit
from lexdpr_rag.errors import CitationError, FilterError
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.citation import Citation

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR

Whole = Literal["article", "paragraph", "context"]
"""What takes the place of a part: its 조, its 항, or the part itself told with its context."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was found.

    Attributes:
        id: of the node or document; where the metadata name no ``unit_id``, it goes for it.
        text: what a model would read.
        metadata: the keys of :meth:`Hit.metadata`, as far as they are known.
        score: higher is better; ``None`` where there is none.
    """

    id: str
    text: str
    metadata: Mapping[str, Any]
    score: float | None = None

    @property
    def unit_id(self) -> str:
        """The address of the provision, or whatever id it has."""
        return str(self.metadata.get("unit_id") or self.id)

    @property
    def is_passage(self) -> bool:
        """Whether the text tells citation and context (:func:`~lexdpr_rag.retrieval.passage`)."""
        return self.text.startswith(f"[{self.metadata.get('citation', '')}]")

    def hit(self) -> Hit | None:
        """The provision itself; ``None`` for what is no statute, or says too little of itself."""
        if any(key not in self.metadata for key in METADATA_KEYS):
            return None
        known = {key: self.metadata[key] for key in METADATA_KEYS}
        text = self.text
        if self.is_passage:
            text = text.removeprefix(f"[{known['citation']}]\n")
            text = text.removeprefix(f"{known['context']}\n")
        return Hit(text=text, score=self.score or 0.0, **known)


class Wholes:
    """Which wholes take the place of which parts.

    Args:
        to: how large a whole is.
        at_least: so many parts must have been found for the whole to take their place.
        max_chars: a whole whose words are longer does not take their place.

    Raises:
        FilterError: an option has a value that is not allowed.
    """

    def __init__(self, to: Whole, at_least: int, max_chars: int | None) -> None:
        if to not in get_args(Whole):
            legal = ", ".join(get_args(Whole))
            raise FilterError("parents.option", name="to", value=to, legal=legal)
        check_counts(at_least=at_least)
        if max_chars is not None:
            check_counts(max_chars=max_chars)
        self.to, self.at_least, self.max_chars = to, at_least, max_chars

    def of(
        self, parts: Sequence[Part], find: Callable[[str, Part], Hit | None]
    ) -> list[tuple[int, Hit | None]]:
        """Which of ``parts`` are shown, by number, and the whole in whose place each stands.

        A whole stands where the best of its parts stood, the first of equals.  ``None`` is a part
        that stays as it is.  ``find`` looks for the whole of an id that a part is of.
        """
        groups: dict[str, list[int]] = {}
        for number, part in enumerate(parts):
            groups.setdefault(self._whole_id(part), []).append(number)
        shown: dict[int, Hit | None] = {}
        for whole_id, numbers in groups.items():
            whole = self._whole(whole_id, parts[numbers[0]], len(numbers), find)
            if whole is None:
                shown.update(dict.fromkeys(numbers))
            else:
                shown[max(numbers, key=lambda number: parts[number].score or 0.0)] = whole
        return sorted(shown.items(), key=lambda entry: entry[0])

    def _whole(
        self, whole_id: str, part: Part, count: int, find: Callable[[str, Part], Hit | None]
    ) -> Hit | None:
        if self.to == "context" or count < self.at_least:
            return None
        whole = find(whole_id, part)
        is_long = (
            whole is not None and self.max_chars is not None and len(whole.text) > self.max_chars
        )
        return None if is_long else whole

    def _whole_id(self, part: Part) -> str:
        article = str(part.metadata.get("parent_id") or "")
        if self.to != "paragraph" or not article:
            return article or part.unit_id
        below = part.unit_id.removeprefix(article).partition("#")[0].partition("+")[0]
        first = below.removeprefix(":").partition(":")[0]
        return f"{article}:{first}" if first.startswith("h") else article


def whole_in_index(engine: LexDPR, whole_id: str, law: str) -> Hit | None:
    """The provision with that address, in that very version of the law; ``None`` where it is gone."""
    try:
        address = Address.parse(whole_id)
        citation = str(Citation.from_path(law, address.path))
    except ValueError:
        return None  # a node of another origin
    for day in (None, version_day(address.version)):
        try:
            hit = engine.cite(citation, as_of=day)
        except CitationError:
            continue
        if hit.unit_id == whole_id:
            return hit
    return None


def version_day(version: str) -> date | None:
    """``2026-03-17-21454`` → its day; ``None`` where none is fixed."""
    try:
        return date.fromisoformat(version[:10])
    except ValueError:
        return None


def check_counts(**counts: object) -> None:
    """Refuse what is no number of things, from 1 on.

    Raises:
        FilterError: a value is not; the message names it.
    """
    for name, value in counts.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise FilterError("parents.option", name=name, value=value, legal="1…")
