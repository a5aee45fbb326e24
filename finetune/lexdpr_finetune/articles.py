"""The articles of an index, by their keys: what pairs point to and what training reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.corpus import InForce, directory_of
from lexdpr_rag.decisions.resolve import Resolver, Unresolved
from lexdpr_rag.hits import article_label
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.vectors import embedded_units, embedding_texts
from lexdpr_rag.statute.citation import Citation


class Articles:
    """The articles with text in an index, in document order; n of them.

    A key is ``<법령ID>/<제N조[의M]>`` (``001706/제750조``): of several versions of a law the one in
    force today counts.
    """

    def __init__(self, store: UnitStore) -> None:
        """Use :meth:`open`."""
        self.store = store
        self.directory = directory_of(store.laws)
        self._law_of = store.article_law()

    @classmethod
    def open(cls, index: str | Path) -> Articles:
        """The articles of the index folder ``index``.

        Raises:
            IndexFormatError: there is no finished index.
        """
        return cls(UnitStore.open(Layout(Path(index)).open_generation()))

    # -- keys ------------------------------------------------------------------------------------

    @cached_property
    def keys(self) -> list[str]:
        """The key of every article; versions of one article share theirs."""
        laws = [law.law_id for law in self.store.laws]
        paths = self.store.article_path
        return [f"{laws[law]}/{article_label(paths[row])}" for row, law in enumerate(self._law_of)]

    @cached_property
    def in_force(self) -> NDArray[np.bool_]:
        """Which articles belong to a version in force today, shape ``(n,)``."""
        mask: NDArray[np.bool_] = InForce(self.store.laws).rows()[self._law_of]
        return mask

    @cached_property
    def rows(self) -> dict[str, int]:
        """Key → row of the article, in the version in force."""
        order = np.argsort(self.in_force, kind="stable")  # those in force last, so that they stay
        return {self.keys[row]: row for row in order.tolist()}

    def law_title(self, row: int) -> str:
        """The title of the law that holds an article."""
        return self.store.laws[int(self._law_of[row])].title

    def title(self, row: int) -> str:
        """The article's own title; may be empty."""
        return self.store.article_title[row]

    def text(self, row: int) -> str:
        """The article's words, without those above it."""
        return self.store.article_string(row)

    def citation(self, key: str) -> str:
        """How an article is cited: ``민법 제750조``."""
        return f"{self.law_title(self.rows[key])} {key.partition('/')[2]}"

    # -- what is embedded ------------------------------------------------------------------------

    @cached_property
    def units(self) -> NDArray[np.int64]:
        """Rows of the units that an index embeds."""
        return embedded_units(self.store)

    @cached_property
    def unit_offsets(self) -> NDArray[np.int64]:
        """Article i has the embedded units ``unit_offsets[i]`` to ``[i + 1]``; shape ``(n + 1,)``."""
        found: NDArray[np.int64] = np.searchsorted(self.units, self.store.article_units)
        return found

    def unit_texts(self) -> Iterator[str]:
        """What is embedded, unit by unit."""
        return embedding_texts(self.store, self.units)

    def article_texts(self, rows: Sequence[int] | None = None) -> Iterator[str]:
        """Whole articles in the form in which units are embedded; all of them unless told."""
        firsts = np.asarray(self.store.article_units[:-1])
        return embedding_texts(
            self.store, firsts if rows is None else firsts[np.asarray(rows, np.int64)]
        )

    # -- citations -------------------------------------------------------------------------------

    @cached_property
    def resolver(self) -> Resolver:
        """Resolves citations to keys."""
        return Resolver(self.directory, self.rows)

    def resolve(self, citation: Citation, decided: date | None = None) -> str | Unresolved:
        """The key of the article in force that ``citation`` means, or why there is none.

        Args:
            citation: with the law's name.
            decided: the day on which it was written; a law made wholly anew since then has other
                numbers.
        """
        return self.resolver.resolve(citation, decided)
