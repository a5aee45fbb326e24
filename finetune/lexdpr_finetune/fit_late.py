"""Fit the reranker of the package: what token by token comparison says beside the fused routes.

It is fitted where the fusion is (:mod:`lexdpr_finetune.fit_fusion`), to the first candidates of that
fusion, on questions that the encoder has not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.fit_fusion import Told
from lexdpr_finetune.fit_network import Example, FitOptions, fit_network
from lexdpr_rag.backends.token_vectors import TokenVectors
from lexdpr_rag.index import fitted
from lexdpr_rag.index.fitted import FittedFusion, candidate_features, question_features
from lexdpr_rag.index.network import Floats
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.late.late_reranker import (
    READ,
    LateReranker,
    late_features,
    read_tokens,
    token_idf,
)

_AT_ONCE = 2048


def corpus_idf(articles: Articles, tokens: TokenVectors) -> Floats:
    """idf of every token over the articles, float32 ``(v,)``."""
    counts = np.zeros(len(tokens.vectors), np.int64)
    source = iter(articles.article_texts())
    while texts := list(islice(source, _AT_ONCE)):
        ids = np.concatenate(tokens.ids(texts))
        counts += np.bincount(ids, minlength=len(counts))
    return token_idf(counts, len(articles.keys))


def late_examples(
    store: UnitStore,
    told: Sequence[Told],
    fusion: FittedFusion,
    tokens: TokenVectors,
    idf: Floats,
    options: FitOptions,
) -> Iterator[Example]:
    """Examples to fit to; of questions none of whose answers would be read there is none."""
    random = np.random.default_rng(options.seed)
    for one in told:
        given = one.given
        if random.random() < options.without_decisions:
            given = given.without(fitted.DECISIONS)
        prior = fusion.logits(given)
        rows = np.argsort(-prior, kind="stable")[:READ]
        if not one.relevant[rows].any():
            continue
        read = read_tokens(store, one.text, one.vector, one.articles[rows], tokens, idf)
        seen = late_features(read, prior[rows], candidate_features(given)[rows])
        yield Example(seen, question_features(given), one.relevant[rows])


def fit_late(
    examples: Sequence[Example],
    tokens: TokenVectors,
    idf: Floats,
    options: FitOptions | None = None,
    about: dict[str, Any] | None = None,
) -> LateReranker:
    """Fit the reranker to ``examples``; ``tokens`` and ``idf`` are those it will be used with.

    Raises:
        FitError: there are no examples.
        MissingExtraError: torch is not installed.
    """
    return LateReranker(fit_network(examples, options, about), idf, tokens)
