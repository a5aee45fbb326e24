"""Rows as FlagEmbedding's collators take them, in an order that does not depend on its dice.

FlagEmbedding draws a positive and its negatives anew whenever a row is read, so that a run that is
resumed reads other ones.  Here a row is a positive with the first negatives, as with the other
engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from lexdpr_finetune.train.encoder_data import ANCHOR, LABEL
from lexdpr_finetune.train.error import TrainError
from lexdpr_finetune.train.reranker_data import RerankerData
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import Template


def need_flagembedding() -> None:
    """Raise :class:`MissingExtraError` where it, or what it needs, is not installed."""
    try:
        for part in ("embedder", "reranker"):
            import_module(f"FlagEmbedding.finetune.{part}")
    except ImportError as error:
        package = "FlagEmbedding"
        raise MissingExtraError("extra.missing", package=package, extra="flagembedding") from error


def only(name: str, value: object, legal: Sequence[object]) -> None:
    """Raise :class:`TrainError` unless FlagEmbedding can do ``value``."""
    if value not in legal:
        told = ", ".join(map(str, legal))
        raise TrainError("train.engine", name=name, value=value, legal=told)


def embedder_rows(dataset: Any, template: Template) -> list[tuple[str, list[str], Any]]:
    """``(question, passages, scores or None)``, the positive first, template on the texts.

    Args:
        dataset: rows of :func:`~lexdpr_finetune.train.encoder_data.encoder_data`.
        template: its prefixes; suffixes are on the texts already.
    """
    found = []
    for row in dataset:
        passages = [text for name, text in row.items() if name not in (ANCHOR, LABEL)]
        dressed = [template.passage_prefix + text for text in passages]
        found.append((template.query_prefix + row[ANCHOR], dressed, row.get(LABEL)))
    return found


def reranker_rows(data: RerankerData, negatives: int, tokenizer: Any, max_length: int) -> Any:
    """A dataset of FlagEmbedding: for each list a positive and ``negatives`` others, as tokens.

    Args:
        data: of a listwise loss.
        negatives: of a row; those of a shorter list come again.
        tokenizer: of the model.
        max_length: tokens of question and passage together.
    """
    from FlagEmbedding.abc.finetune.reranker import AbsRerankerTrainDataset

    known = zip(data.dataset, data.positives, strict=True)
    lists = [group for row, right in known for group in _groups(row, right, negatives)]

    class Rows(AbsRerankerTrainDataset):  # type: ignore[misc]
        """The rows; only the library's way of making tokens is used."""

        def __init__(self) -> None:
            self.tokenizer = tokenizer
            query = max_length // 4
            self.args = SimpleNamespace(query_max_len=query, passage_max_len=max_length - query)

        def __len__(self) -> int:
            return len(lists)

        def __getitem__(self, item: int) -> tuple[list[Any], Any]:
            query, passages, scores = lists[item]
            return [self.create_one_example(query, text) for text in passages], scores

    return Rows()


def _groups(row: Mapping[str, Any], right: int, negatives: int) -> list[tuple[str, list[str], Any]]:
    passages, labels = row["passages"], row["labels"]
    wrong = range(right, len(passages))
    chosen = [wrong[number % len(wrong)] for number in range(negatives)]
    return [
        (
            row["query"],
            [passages[place], *(passages[at] for at in chosen)],
            [labels[place], *(labels[at] for at in chosen)],
        )
        for place in range(right)
    ]
