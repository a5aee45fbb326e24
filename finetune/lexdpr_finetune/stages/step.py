"""A step of a recipe: what it depends on, and what makes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.pair import Pair
from lexdpr_finetune.workspace import Done


class Tell(Protocol):
    """What a step tells its progress to."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """``done`` of ``total`` (0: nobody knows); ``note``: what else there is to say."""
        ...


@dataclass(frozen=True, slots=True)
class Work:
    """What a step works with.

    Attributes:
        folder: its own; what an interrupted run left of it lies there.
        given: the steps it depends on.
        tell: progress.
    """

    folder: Path
    given: Mapping[str, Done]
    tell: Tell

    def path(self, step: str, name: str) -> Path:
        """A file or folder that an earlier step made."""
        return self.given[step].path(name)

    def index(self) -> Path:
        """The index of the corpus."""
        facts = self.given[CORPUS].facts
        return Path(facts["index"]) if facts.get("index") else self.path(CORPUS, "index")

    def articles(self) -> Articles:
        """The articles of the corpus."""
        return Articles.open(self.index())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step made.

    Attributes:
        files: name → path below its folder.
        facts: what it tells of them, for JSON.
        told: hashes to be taken for the content, of files that differ where nothing does (an index
            says when it was made); name → hash.
    """

    files: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan.

    Attributes:
        name: of the step.
        version: raised when the same inputs give something else than before.
        after: names of the steps that it depends on.
        settings: what its result depends on besides, for JSON.
        sources: files and folders outside that it reads.
        make: makes it.
        versioned: its folder is one of ``models/v<N>``.
    """

    name: str
    version: int
    after: Sequence[str]
    settings: Any
    make: Callable[[Work], Outcome]
    sources: Sequence[Path] = ()
    versioned: bool = False


CORPUS, PAIRS, SYNTHESIZE, SPLIT, MINE = "corpus", "pairs", "synthesize", "split", "mine"
PRETRAIN, TRAIN, EMBED, EVALUATE, GATE, EXPORT = (
    "pretrain",
    "train",
    "embed",
    "evaluate",
    "gate",
    "export",
)


def kinds_of(pairs: Iterable[Pair]) -> dict[str, int]:
    """Pairs by kind, most frequent first."""
    return dict(Counter(pair.kind.value for pair in pairs).most_common())
