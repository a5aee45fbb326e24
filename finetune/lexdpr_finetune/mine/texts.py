"""The words of a corpus's articles, to tell which are equal or nearly so."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.mine.shingles import Shingles, letters, likeness, shingles

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_KEPT = 20_000
"""Articles whose words are kept: some 50 MB."""

_SLACK = 1.5
"""How much longer one of two texts may be, beyond what their likeness allows: spaces and numbers
count as letters before a text is read."""


class Texts:
    """Compares articles by their rows; what has been read is kept for a while."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self._lengths = np.diff(np.asarray(articles.store.article_text))
        self._kept: OrderedDict[int, tuple[int, Shingles]] = OrderedDict()

    def same(self, rows: Rows, row: int) -> Mask:
        """Which of ``rows`` have the same letters and digits as ``row``."""
        mask = self._comparable(rows, row, 1.0)
        for at in np.flatnonzero(mask).tolist():
            mask[at] = self._read(int(rows[at]))[0] == self._read(row)[0]
        return mask

    def alike(self, rows: Rows, row: int, least: float) -> Mask:
        """Whose words are at least ``least`` like those of ``row``, numbers aside."""
        mask = self._comparable(rows, row, least)
        own = self._read(row)[1]
        for at in np.flatnonzero(mask).tolist():
            mask[at] = likeness(self._read(int(rows[at]))[1], own) >= least
        return mask

    def _comparable(self, rows: Rows, row: int, least: float) -> Mask:
        """Whose lengths allow it: most texts need not be read.  A row is not compared with itself."""
        lengths, own = self._lengths[rows], self._lengths[row]
        allowed = np.minimum(lengths, own) * _SLACK >= least * np.maximum(lengths, own)
        found: Mask = allowed & (rows != row)
        return found

    def _read(self, row: int) -> tuple[int, Shingles]:
        """The hash of an article's letters and digits, and its stretches."""
        found = self._kept.get(row)
        if found is None:
            text = self._articles.text(row)
            found = self._kept[row] = hash(letters(text)), shingles(text)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(row)
        return found
