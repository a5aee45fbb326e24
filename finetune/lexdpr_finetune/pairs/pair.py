"""A question and the articles that answer it: the one form that every source of pairs yields."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from lexdpr_rag.errors import LexDPRError


class PairError(LexDPRError):
    """A file of pairs, or a source of them, that cannot be read."""


class PairKind(StrEnum):
    """Where a pair comes from; training weighs the kinds."""

    ISSUE = "issue"  # 판시사항 → the articles cited for it
    HOLDING = "holding"  # 판결요지 → the same
    TITLE = "title"  # an article's title → the article
    DEFINITION = "definition"  # a defined term → the 호 or article that defines it
    LEXICON = "lexicon"  # an everyday word → articles headed by the statute's word for it
    DELEGATION = "delegation"  # an article of a decree or administrative rule → what it rests on
    MRC = "mrc"  # a question on a given passage
    SYNTHETIC = "synthetic"  # a question made up for a provision, by grammar or by a chat model
    OWN = "own"  # a question written by people, with its citation


@dataclass(frozen=True, slots=True)
class Pair:
    """One question.

    Attributes:
        query_id: unique among the pairs it stands with.
        query: the words that are asked.
        positives: article keys (``001706/제750조``) that answer it; empty where only ``texts`` do.
        kind: where it comes from.
        group: what must stay on one side of a split: the case of an issue, the document of a
            passage.  Empty: the pair stands for itself.
        day: ISO; when it was written.  Empty where that is unknown or does not matter.
        citations: the positives as they were cited, down to 항 and 호.
        complete: whether every article that the source names is among the positives.
        texts: passages that answer it and that no article of the corpus is known for.
        negatives: article keys that do not answer it.
    """

    query_id: str
    query: str
    positives: tuple[str, ...]
    kind: PairKind
    group: str = ""
    day: str = ""
    citations: tuple[str, ...] = ()
    complete: bool = True
    texts: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values; fields that say nothing are left out."""
        held = {name: value for name, value in asdict(self).items() if value not in ("", ())}
        if self.complete:
            del held["complete"]
        return held

    @classmethod
    def from_dict(cls, held: Mapping[str, Any]) -> Pair:
        """Inverse of :meth:`to_dict`.

        Raises:
            ValueError, TypeError: a field is missing, unknown or of another kind.
        """
        if not isinstance(held, Mapping):
            raise TypeError(type(held).__name__)
        if missing := [name for name in ("query_id", "query", "kind") if name not in held]:
            raise ValueError(f"{', '.join(missing)}: missing")
        lists = ("positives", "citations", "texts", "negatives")
        values: dict[str, Any] = {n: tuple(v) if n in lists else v for n, v in held.items()}
        values["kind"] = PairKind(values["kind"])
        return cls(**{"positives": (), **values})


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a source gave, and what it did not.

    Attributes:
        pairs: the pairs.
        dropped: why a question became no pair → how often.
        left_out: why a citation is not among the positives → how often; the pair may stand on its
            other citations.
    """

    pairs: tuple[Pair, ...]
    dropped: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Harvest) -> Harvest:
        return Harvest(
            self.pairs + other.pairs,
            Counter(self.dropped) + Counter(other.dropped),
            Counter(self.left_out) + Counter(other.left_out),
        )

    def __repr__(self) -> str:
        return f"<Harvest {len(self.pairs)} pairs, {sum(self.dropped.values())} dropped>"


# -- files ---------------------------------------------------------------------------------------


def write_pairs(pairs: Iterable[Pair], path: Path) -> int:
    """Write JSON lines; says how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for pair in pairs:
            file.write(json.dumps(pair.to_dict(), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_pairs(path: Path) -> Iterator[Pair]:
    """Inverse of :func:`write_pairs`.

    Raises:
        PairError: a line is no pair; the message names its number.  Or the file is no text.
    """
    with path.open(encoding="utf-8-sig") as file:
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _pair(line, path, number)
        except UnicodeDecodeError as error:
            raise PairError("finetune.unreadable", path=path, reason=str(error)) from error


def _pair(line: str, path: Path, number: int) -> Pair:
    try:
        return Pair.from_dict(json.loads(line))
    except (ValueError, TypeError) as error:
        raise PairError("finetune.bad_line", path=path, line=number, reason=str(error)) from error
