"""Attaching decisions to an index: files → issues and holdings → a pack in the generation.

``decisions/`` within a generation::

    decisions.safetensors    the pack (see pack.py)
    texts.npy                hash of the text of each of its rows

The files are read anew whenever they or the statutes have changed, so that citations lead to the
articles in force; texts that the index had are not encoded again.  Without files the pack is kept as
it is: opening the index binds it to the articles by key and title.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.corpus import directory_of
from lexdpr_rag.decisions.cited import cited_articles
from lexdpr_rag.decisions.decision import Decision
from lexdpr_rag.decisions.files import DecisionError, Failed, decision_files, read_decisions
from lexdpr_rag.decisions.known import KnownTexts
from lexdpr_rag.decisions.pack import DecisionPack, Issue
from lexdpr_rag.decisions.resolve import Resolver, Unresolved, titles_in_force
from lexdpr_rag.encoder import Encoder
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.addition import Tell
from lexdpr_rag.index.columns import load_array, save_array
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.vectors import Hashes, writing

DECISIONS = "decisions"
"""Name of the folder within a generation."""

NONE = "none"
"""Asked for as the files: an index without decisions of its own."""

TEXTS = "texts.npy"

VERSION = 1
"""Raised when the same files give another pack: it is then made anew."""

SHORTEST = 10
"""Characters that an issue or a holding must have: shorter ones are no sentences."""

_TELL_EVERY = 200

DecisionChoice = str | Path | Iterable[str | Path] | None
"""Files and folders of decisions; :data:`NONE`; ``None`` for "as the index has them"."""


class AttachDecisions:
    """One build's wish for decisions (:class:`~lexdpr_rag.index.addition.Addition`)."""

    def __init__(self, choice: DecisionChoice, *, strict: bool = False) -> None:
        """
        Args:
            choice: what to attach.
            strict: stop at the first line that is no decision.

        Raises:
            DecisionError: a file is not there, or none is given.
        """
        self.strict = strict
        self._keeps = choice is None
        self._files = _files_of(choice)
        self._encoder: Encoder | None = None
        self._held: Mapping[str, Any] = {}
        self._old: Path | None = None
        self._wanted = ""

    def plan(self, held: Mapping[str, Any], old: Path | None, encoder: Encoder | None) -> None:
        """See :class:`~lexdpr_rag.index.addition.Addition`.

        Raises:
            DecisionError: there are no vectors; or the decisions cannot be kept, since they were
                made with another encoder than that of the vectors.
        """
        self._encoder, self._held = encoder, held
        self._old = old / DECISIONS if old is not None else None
        if self._files:
            if encoder is None:
                raise DecisionError("decisions.no_vectors")
            self._wanted = content_hash(self._files, encoder.fingerprint)
        elif self._keeps and held and old is not None:
            if encoder is None or held["fingerprint"] != encoder.fingerprint:
                raise DecisionError("decisions.other_encoder", path=old.parent)
            self._wanted = held["hash"]

    def is_held(self, kept: Mapping[str, Any]) -> bool:
        """By the hash of the files' content and the encoder."""
        return bool(kept.get("hash", "") == self._wanted)

    def make(self, store: UnitStore, folder: Path, tell: Tell) -> dict[str, Any]:
        """See :class:`~lexdpr_rag.index.addition.Addition`.

        Raises:
            DecisionError: nothing can be read, or with ``strict`` a line cannot.
            IndexWriteError: the disk is full.
            IndexFormatError: what is to be kept is damaged.
        """
        with writing(folder):
            if self._files and self._encoder is not None:
                return self._attach(store, self._encoder, folder / DECISIONS, tell)
            if self._wanted and self._old is not None:
                DecisionPack.open(self._old)
                shutil.copytree(self._old, folder / DECISIONS)
                return dict(self._held)
        return {}

    def failures(self, kept: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Those of the files asked for; none where decisions were only kept."""
        return [(name, reason) for name, reason in kept.get("failures", ()) if self._files]

    def _attach(
        self, store: UnitStore, encoder: Encoder, folder: Path, tell: Tell
    ) -> dict[str, Any]:
        titles = titles_in_force(store)
        issues = _Issues(Resolver(directory_of(store.laws), titles), tell)
        failures: list[tuple[str, str]] = []
        failed = None if self.strict else _collector(failures)
        found = [one for made in read_decisions(self._files, failed) for one in issues.of(made)]
        tell("decisions", issues.read, issues.read)
        if failures and not issues.read:
            raise DecisionError("decisions.nothing_read", reason=failures[0][1])
        total = len({issue.text for issue in found})
        known = KnownTexts(
            encoder, *_known(self._old, encoder), lambda done: tell("attach", done, total)
        )
        pack = DecisionPack.make(found, titles, known, issues.about())
        pack.save(folder)
        save_array(folder / TEXTS, known.hashes)
        return {
            "hash": self._wanted,
            "fingerprint": pack.fingerprint,
            **pack.about,
            "texts": len(pack.vectors),
            "articles": len(pack.provisions),
            "failures": failures,
        }


@dataclass(slots=True)
class _Issues:
    """The issues and holdings of decisions that cite an article in force; counts what it sees."""

    resolver: Resolver
    tell: Tell
    read: int = 0
    attached: set[str] = field(default_factory=set)
    first: str = ""
    last: str = ""

    def of(self, decision: Decision) -> Iterator[Issue]:
        """Those of one decision."""
        self.read += 1
        if self.read % _TELL_EVERY == 0:
            self.tell("decisions", self.read, 0)
        for number, citations in decision.citations.items():
            texts = (decision.issues.get(number, ""), decision.holdings.get(number, ""))
            usable = [text for text in texts if len(text) >= SHORTEST]
            articles = self._articles(citations, decision) if usable else ()
            if not articles:
                continue
            day = decision.decided.isoformat()
            self.first, self.last = min(self.first or day, day), max(self.last, day)
            self.attached.add(decision.decision_id)
            yield from (Issue(text, articles) for text in usable)

    def about(self) -> dict[str, Any]:
        """Decisions read, those of them attached, their first and last day."""
        counts = {"read": self.read, "decisions": len(self.attached)}
        return {**counts, "first": self.first, "last": self.last}

    def _articles(self, citations: str, decision: Decision) -> tuple[str, ...]:
        keys: dict[str, None] = {}
        for cited in cited_articles(citations, self.resolver.directory):
            found = self.resolver.resolve_cited(cited, decision.decided)
            if not isinstance(found, Unresolved):
                keys.update(dict.fromkeys(found))
        return tuple(keys)


def content_hash(files: Sequence[Path], fingerprint: str) -> str:
    """Hash of the content of ``files``, whatever their names and order, and of the encoder.

    Raises:
        DecisionError: a file cannot be read.
    """
    digests = []
    for path in files:
        try:
            with path.open("rb") as file:
                digests.append(hashlib.file_digest(file, "blake2b").digest())
        except OSError as error:
            reason = error.strerror or str(error)
            raise DecisionError("source.unreadable", path=path, reason=reason) from error
    whole = hashlib.blake2b(f"{VERSION}\0{fingerprint}\0".encode(), digest_size=16)
    for digest in sorted(set(digests)):
        whole.update(digest)
    return whole.hexdigest()


def _files_of(choice: DecisionChoice) -> list[Path]:
    if choice is None or choice == NONE:
        return []
    given = [choice] if isinstance(choice, str | Path) else list(choice)
    if given == [NONE]:
        return []
    if not given:
        raise DecisionError("decisions.no_files")
    return decision_files([Path(path) for path in given])


def _collector(failures: list[tuple[str, str]]) -> Failed:
    return lambda name, error: failures.append((name, str(error)))


def _known(folder: Path | None, encoder: Encoder) -> tuple[Hashes, NDArray[np.int8]]:
    """Hashes and vectors of the texts that the index in use has of this encoder."""
    nothing = np.zeros((0, 2), np.uint64), np.zeros((0, encoder.get_embedding_dimension()), np.int8)
    if folder is None or not folder.is_dir():
        return nothing
    try:
        pack, hashes = DecisionPack.open(folder), load_array(folder / TEXTS)
    except (IndexFormatError, OSError, ValueError):
        return nothing  # attaching anew mends it
    same = pack.fingerprint == encoder.fingerprint and len(hashes) == len(pack.vectors)
    return (hashes, pack.vectors) if same else nothing
