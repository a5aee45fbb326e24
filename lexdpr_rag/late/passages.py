"""The texts of candidate articles that a question is compared with, token by token."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.vectors import embedding_texts

FIELDS = ("whole", "title", "law")
"""The article as it is embedded, law and headings included; its title; its law and headings."""

LONGEST = 6000
"""Characters of an article that are looked at: 99.9% of the articles are shorter."""


def field_texts(store: UnitStore, articles: NDArray[np.int64]) -> tuple[Sequence[str], ...]:
    """For each of :data:`FIELDS` the texts of ``articles``, rows of the store."""
    rows = articles.tolist()
    laws = (np.searchsorted(store.law_articles, articles, side="right") - 1).tolist()
    return (
        [text[:LONGEST] for text in embedding_texts(store, store.article_units[articles])],
        [store.article_title[row] for row in rows],
        [
            f"{store.laws[law].title} {store.article_heading[row]}"
            for row, law in zip(rows, laws, strict=True)
        ],
    )
