"""What a fetch tells: on its way, and at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FetchEvent:
    """How far a fetch is.

    Attributes:
        stage: ``list`` (rows of lists read), ``names`` (names and numbers found), ``text`` (texts
            looked at), ``mirror`` (files of legalize-kr).
        done, total: of the stage; 0 where the total is not known.
        fetched: how many files were new or changed so far.
    """

    stage: str
    done: int
    total: int
    fetched: int = 0


Progress = Callable[[FetchEvent], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was written.

    Attributes:
        file: below the folder, ``/`` between its parts.
        effective: 시행일자 (of a decision 선고일자), ``YYYYMMDD``; empty where unknown.
        new: whether there was none before.
    """

    file: str
    title: str
    effective: str
    new: bool


@dataclass(frozen=True, slots=True)
class NotFetched:
    """What was not to be had: the name, number or title, and why, in one line."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What became of a fetch.

    Attributes:
        folder: where the files lie.
        source: ``law.go.kr`` or ``legalize-kr``.
        kind: of the texts, as in :class:`~lexdpr_rag.fetch.kinds.Kind`.
        fetched: the files that were written, new and changed, in order.
        unchanged: how many files were up to date.
        failures: what was not to be had.
        gone: files of texts that the whole list no longer names (repealed); they are still there
            unless ``prune`` was asked for.
        pruned: whether those files were removed.
        listed, total: rows of the list that were read, and how many there are; fewer where the
            list went on changing while it was read.  Both 0 where names were asked for.
        requests: how many the server was asked.
    """

    folder: str
    source: str
    kind: str
    fetched: tuple[Fetched, ...] = ()
    unchanged: int = 0
    failures: tuple[NotFetched, ...] = ()
    gone: tuple[str, ...] = ()
    pruned: bool = False
    listed: int = 0
    total: int = 0
    requests: int = 0
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        """Whether an index of the folder is out of date."""
        return bool(self.fetched) or (self.pruned and bool(self.gone))

    def __repr__(self) -> str:
        return (
            f"<FetchReport {len(self.fetched)} fetched, {self.unchanged} unchanged,"
            f" {len(self.failures)} failed>"
        )
