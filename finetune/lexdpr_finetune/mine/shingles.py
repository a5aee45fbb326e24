"""How alike two texts are: by the stretches of four letters that they share."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Shingles = NDArray[np.uint64]
"""Distinct stretches of a text, ascending."""

LENGTH = 4
"""Letters of a stretch: four of 16 bits make one number of 64."""

_NUMBER = re.compile(r"\d+")
_REST = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """Letters and digits alone, small."""
    return _REST.sub("", text.lower())


def shingles(text: str) -> Shingles:
    """The stretches of a text's letters; every number counts as 0.

    Two laws that hold one provision differ in the articles that it refers to, and in nothing else.
    """
    told = _NUMBER.sub("0", letters(text)).encode("utf-16-le", "surrogatepass")
    codes = np.frombuffer(told, np.uint16).astype(np.uint64)
    if len(codes) < LENGTH:
        codes = np.pad(codes, (0, LENGTH - len(codes)))
    joined = np.zeros(len(codes) - LENGTH + 1, np.uint64)
    for at in range(LENGTH):
        joined = joined << np.uint64(16) | codes[at : len(codes) - LENGTH + 1 + at]
    return np.unique(joined)


def likeness(one: Shingles, other: Shingles) -> float:
    """Jaccard's coefficient, 0…1: shared stretches among those of either."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)
