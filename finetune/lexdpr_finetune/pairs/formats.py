"""Pairs in the forms that training tools read, and back.

- FlagEmbedding: ``{"query", "pos": [text], "neg": [text]}`` with ``query_id``, ``pos_id``,
  ``neg_id``, ``pos_scores``, ``neg_scores`` beside them.
- LexDPR's id form: ``{"query_id", "query", "positive_ids", "negative_ids"}``: the texts stay in the
  corpus.
- sentence-transformers: rows ``{"anchor", "positive", "negative_1", …}`` of a ``datasets.Dataset``.

What a form has no place for (kind, group, day, citations) is kept under ``"meta"`` where it allows
other keys, so that a way there and back loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lexdpr_finetune.pairs.pair import Pair, PairError, PairKind

if TYPE_CHECKING:
    from datasets import Dataset

TextOf = Callable[[str], str]
"""Article key → the passage of that article."""

Record = dict[str, Any]

_META = ("kind", "group", "day", "citations", "complete", "texts")


# -- LexDPR's id form ----------------------------------------------------------------------------


def to_ids(pairs: Iterable[Pair]) -> Iterator[Record]:
    """LexDPR's id form."""
    for pair in pairs:
        yield {
            "query_id": pair.query_id,
            "query": pair.query,
            "positive_ids": list(pair.positives),
            "negative_ids": list(pair.negatives),
            "meta": _meta(pair),
        }


def from_ids(records: Iterable[Mapping[str, Any]]) -> Iterator[Pair]:
    """Inverse of :func:`to_ids`; a record without ``meta`` counts as one's own question.

    Raises:
        PairError: a record lacks a key or holds a value of another kind.
    """
    for number, record in enumerate(records, 1):
        try:
            yield _pair(
                record,
                tuple(map(str, record["positive_ids"])),
                tuple(map(str, record.get("negative_ids", ()))),
                str(record["query_id"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _bad(number, error) from error


# -- FlagEmbedding -------------------------------------------------------------------------------


def to_flagembedding(
    pairs: Iterable[Pair],
    text_of: TextOf,
    scores: Mapping[tuple[str, str], float] | None = None,
) -> Iterator[Record]:
    """FlagEmbedding's form, passages as texts with their keys beside them.

    Args:
        pairs: the pairs; their ``texts`` follow the positives, without an id ("").
        text_of: the passage of an article.
        scores: (question id, article key) → a teacher's score; a record has scores only if every
            one of its passages does.
    """
    for pair in pairs:
        positives = [*map(text_of, pair.positives), *pair.texts]
        record: Record = {
            "query": pair.query,
            "pos": positives,
            "neg": [text_of(key) for key in pair.negatives],
            "query_id": pair.query_id,
            "pos_id": [*pair.positives, *("" for _ in pair.texts)],
            "neg_id": list(pair.negatives),
            "meta": _meta(pair),
        }
        known = scores or {}
        sides = {"pos_scores": record["pos_id"], "neg_scores": pair.negatives}
        if all((pair.query_id, key) in known for keys in sides.values() for key in keys):
            for name, keys in sides.items():
                record[name] = [known[pair.query_id, key] for key in keys]
        yield record


def from_flagembedding(records: Iterable[Mapping[str, Any]]) -> Iterator[Pair]:
    """Inverse of :func:`to_flagembedding`.

    Passages without an id (of files made elsewhere) become ``texts``; negatives without one are
    left out, since nothing names them.

    Raises:
        PairError: a record lacks a key or holds a value of another kind.
    """
    for number, record in enumerate(records, 1):
        try:
            ids = list(record.get("pos_id") or [""] * len(record["pos"]))
            named = [(str(key), text) for key, text in zip(ids, record["pos"], strict=True)]
            pair = _pair(
                record,
                tuple(key for key, _ in named if key),
                tuple(str(key) for key in record.get("neg_id") or () if key),
                str(record.get("query_id") or number),
                tuple(text for key, text in named if not key),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _bad(number, error) from error
        yield pair


# -- sentence-transformers -----------------------------------------------------------------------


def to_dataset(pairs: Sequence[Pair], text_of: TextOf, negatives: int = 0) -> Dataset:
    """A ``datasets.Dataset`` of rows ``anchor, positive[, negative_1 …]``, one a positive.

    Args:
        pairs: the pairs.
        text_of: the passage of an article.
        negatives: how many a row has; pairs with fewer are left out.

    Columns ``query_id`` and ``positive_id`` are not among them: the losses read every column as a
    text.  :func:`to_ids` keeps them.
    """
    from datasets import Dataset

    return Dataset.from_list(list(_rows(pairs, text_of, negatives)))


def from_dataset(rows: Iterable[Mapping[str, Any]], key_of: Mapping[str, str]) -> Iterator[Pair]:
    """Pairs of such rows, those of one anchor as one pair.

    Args:
        rows: ``anchor, positive[, negative_1 …]``.
        key_of: passage → article key; a passage that it lacks becomes one of ``texts``.

    Raises:
        PairError: a row lacks a column.
    """
    found: dict[str, dict[str, dict[str, None]]] = {}
    for number, row in enumerate(rows, 1):
        try:
            own = found.setdefault(row["anchor"], {"positives": {}, "texts": {}, "negatives": {}})
            side = "positives" if row["positive"] in key_of else "texts"
            own[side][key_of.get(row["positive"], row["positive"])] = None
        except (KeyError, TypeError) as error:
            raise _bad(number, error) from error
        wrong = (text for name, text in row.items() if name.startswith("negative"))
        own["negatives"].update(dict.fromkeys(key_of[text] for text in wrong if text in key_of))
    for number, (anchor, own) in enumerate(found.items(), 1):
        yield Pair(
            query_id=str(number),
            query=anchor,
            positives=tuple(own["positives"]),
            kind=PairKind.OWN,
            texts=tuple(own["texts"]),
            negatives=tuple(own["negatives"]),
        )


def _rows(pairs: Iterable[Pair], text_of: TextOf, negatives: int) -> Iterator[Record]:
    for pair in pairs:
        if len(pair.negatives) < negatives:
            continue
        wrong = {
            f"negative_{i}": text_of(key) for i, key in enumerate(pair.negatives[:negatives], 1)
        }
        for text in (*map(text_of, pair.positives), *pair.texts):
            yield {"anchor": pair.query, "positive": text, **wrong}


# -- inside --------------------------------------------------------------------------------------


def _meta(pair: Pair) -> Record:
    held = pair.to_dict()
    return {name: held[name] for name in _META if name in held}


def _pair(
    record: Mapping[str, Any],
    positives: tuple[str, ...],
    negatives: tuple[str, ...],
    query_id: str,
    texts: tuple[str, ...] | None = None,
) -> Pair:
    meta = {"kind": PairKind.OWN.value, **(record.get("meta") or {})}
    if texts is not None:
        meta["texts"] = texts
    if not isinstance(record["query"], str):
        raise TypeError("query")
    return Pair.from_dict(
        {
            "query_id": query_id,
            "query": record["query"],
            "positives": positives,
            "negatives": negatives,
            **{name: value for name, value in meta.items() if name in _META},
        }
    )


def _bad(number: int, error: Exception) -> PairError:
    return PairError("finetune.bad_record", number=number, reason=repr(error))
