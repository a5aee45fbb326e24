"""Which provisions there are, down to 목 and below: what a reference is checked against.

Units end at 호, and provisions that are deleted have none; so all places are read from the markers
of the articles' texts and kept as hashes, 8 bytes each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.columns import load_array, save_array
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.statute.references import Reason
from lexdpr_rag.statute.references.places import Places

_LIVE, _DEAD = "provisions", "deleted"


class Hashes(NamedTuple):
    """Hashes of provisions, uint64."""

    live: NDArray[np.uint64]
    dead: NDArray[np.uint64]


def provision_hash(law_id: str, path: str) -> int:
    """What stands for a provision of a law, in whichever version."""
    digest = hashlib.blake2b(f"{law_id}:{path}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def hash_provisions(folder: Path, first: int, last: int) -> Hashes:
    """Those of law rows ``first`` to ``last`` of the store in ``folder``; work of one process."""
    store = UnitStore.open(folder)
    live: list[int] = []
    dead: list[int] = []
    for row in range(first, last):
        law = store.laws[row]
        dead += [provision_hash(law.law_id, path) for path, _, _ in law.dead]
        start, end = store.law_articles[row : row + 2].tolist()
        for article in range(start, end):
            path = store.article_path[article]
            live.append(provision_hash(law.law_id, path))
            for place in Places(store.article_string(article)).all:
                hashed = provision_hash(law.law_id, path + place.path)
                (dead if place.deleted else live).append(hashed)
    return Hashes(np.array(live, np.uint64), np.array(dead, np.uint64))


class KnownProvisions:
    """The provisions of a corpus (:class:`~lexdpr_rag.statute.references.Provisions`)."""

    def __init__(self, hashes: Hashes) -> None:
        """``hashes`` are sorted."""
        self._hashes = hashes
        self.missing = lru_cache(maxsize=1 << 16)(self._missing)

    @classmethod
    def of(cls, parts: Iterable[Hashes]) -> KnownProvisions:
        """Those of all stretches of a store."""
        every = list(parts)
        live = np.unique(np.concatenate([part.live for part in every]))
        dead = np.unique(np.concatenate([part.dead for part in every]))
        return cls(Hashes(live, dead))

    def save(self, folder: Path) -> None:
        """Write into ``folder``, which exists."""
        save_array(folder / f"{_LIVE}.npy", self._hashes.live)
        save_array(folder / f"{_DEAD}.npy", self._hashes.dead)

    @classmethod
    def open(cls, folder: Path) -> KnownProvisions:
        """Inverse of :meth:`save`."""
        return cls(Hashes(load_array(folder / f"{_LIVE}.npy"), load_array(folder / f"{_DEAD}.npy")))

    def _missing(self, law_id: str, path: str) -> Reason | None:
        hashed = provision_hash(law_id, path)
        if _holds(self._hashes.live, hashed):
            return None
        if _holds(self._hashes.dead, hashed):
            return Reason.DELETED
        article = ":".join(path.split(":")[:2])
        if article == path:
            return Reason.NO_ARTICLE
        above = self.missing(law_id, article)
        return Reason.NO_PROVISION if above is None else above


def _holds(hashes: NDArray[np.uint64], hashed: int) -> bool:
    at = int(np.searchsorted(hashes, np.uint64(hashed)))
    return at < len(hashes) and int(hashes[at]) == hashed
