"""A pack of decisions: vectors of the issues that courts decided, and the provisions they cited.

It holds no text.  An issue's vector is kept as int8, which changes a cosine by some .001; a provision
is named by its key (``001706/제750조``) and a hash of its title, so that an article which has got
another content since, and with it another title, is left alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.encoder import Encoder
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.arrays_file import write_arrays

FILE = "decisions.safetensors"
"""Name of the file in its folder."""

_BATCH = 4096
_UNIT = 127
"""The largest number of an int8 row."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of a decision: its words, and the keys of the articles cited for it."""

    text: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionPack:
    """n issues, p provisions, and which issue cites which.

    Attributes:
        fingerprint: of the encoder that made the vectors.
        vectors: int8 ``(n, d)``; a row stands for its direction alone.
        provisions: the keys of the provisions.
        titles: uint32 ``(p,)``, hashes of their titles (:func:`title_hash`).
        issue, provision: int32 ``(m,)``, the pairs, ordered by provision.
        about: what it was made of, for people: number of decisions, days.
    """

    fingerprint: str
    vectors: NDArray[np.int8]
    provisions: tuple[str, ...]
    titles: NDArray[np.uint32]
    issue: NDArray[np.int32]
    provision: NDArray[np.int32]
    about: Mapping[str, Any]

    @classmethod
    def make(
        cls,
        issues: Iterable[Issue],
        titles: Mapping[str, str],
        encoder: Encoder,
        about: Mapping[str, Any] | None = None,
    ) -> DecisionPack:
        """The pack of ``issues``; equal texts are one issue.

        Args:
            issues: the issues; an article without an entry in ``titles`` is left out.
            titles: key → title of every article that may be in the pack.
            encoder: that of the index that the pack is for.
            about: kept as it is.
        """
        cited: dict[str, set[str]] = {}
        for issue in issues:
            known = titles.keys() & set(issue.articles)
            if known:
                cited.setdefault(issue.text, set()).update(known)
        provisions = sorted(set().union(*cited.values()))
        row = {key: at for at, key in enumerate(provisions)}
        pairs = sorted((row[key], at) for at, keys in enumerate(cited.values()) for key in keys)
        columns = np.array(pairs, np.int32).reshape(-1, 2)
        return cls(
            encoder.fingerprint,
            _rounded(list(cited), encoder),
            tuple(provisions),
            np.array([title_hash(titles[key]) for key in provisions], np.uint32),
            np.ascontiguousarray(columns[:, 1]),
            np.ascontiguousarray(columns[:, 0]),
            dict(about or {}),
        )

    @classmethod
    def open(cls, folder: Path) -> DecisionPack:
        """The pack in ``folder``.

        Raises:
            IndexFormatError: it is damaged.
        """
        from safetensors import SafetensorError, safe_open

        path = folder / FILE
        try:
            with safe_open(path, framework="numpy") as file:
                told = file.metadata()
                parts = {name: file.get_tensor(name) for name in _PARTS}
            return cls(
                fingerprint=told["fingerprint"],
                provisions=tuple(json.loads(told["provisions"])),
                about=json.loads(told["about"]),
                **parts,
            )
        except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
            raise IndexFormatError("decisions.damaged", path=path) from error

    def save(self, folder: Path) -> None:
        """Write it to ``folder``, which is made; the same pack gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        told = {
            "fingerprint": self.fingerprint,
            "provisions": json.dumps(self.provisions, ensure_ascii=False, separators=(",", ":")),
            "about": json.dumps(self.about, ensure_ascii=False, sort_keys=True),
        }
        write_arrays(folder / FILE, {name: getattr(self, name) for name in _PARTS}, told)


_PARTS = ("vectors", "titles", "issue", "provision")


def title_hash(title: str) -> int:
    """32 bits of a title, spaces aside."""
    digest = hashlib.blake2b("".join(title.split()).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")


def directions(rows: NDArray[np.int8]) -> NDArray[np.float32]:
    """int8 rows as rows of length 1, float32 of the same shape."""
    floats = rows.astype(np.float32)
    lengths = np.linalg.norm(floats, axis=1, keepdims=True)
    found: NDArray[np.float32] = floats / np.maximum(lengths, 1e-9)
    return found


def _rounded(texts: list[str], encoder: Encoder) -> NDArray[np.int8]:
    """Vectors of ``texts`` as questions, each scaled to use the whole of int8."""
    out = np.zeros((len(texts), encoder.get_embedding_dimension()), np.int8)
    for start in range(0, len(texts), _BATCH):
        rows = np.asarray(encoder.encode_queries(texts[start : start + _BATCH]), np.float32)
        highest = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9)
        out[start : start + len(rows)] = np.rint(rows / highest * _UNIT)
    return out
