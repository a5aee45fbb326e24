"""What a model is shown: a question with passages that answer it and passages that do not."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexdpr_finetune.pairs.formats import TextOf, to_flagembedding
from lexdpr_finetune.pairs.pair import Pair
from lexdpr_finetune.train.error import TrainError


@dataclass(frozen=True, slots=True)
class Example:
    """One question.

    Attributes:
        query: the question.
        positives: passages that answer it, one at least.
        negatives: passages that do not.
        positive_scores, negative_scores: a teacher's, one a passage; empty where there are none.
    """

    query: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...] = ()
    positive_scores: tuple[float, ...] = ()
    negative_scores: tuple[float, ...] = ()

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Example:
        """Of FlagEmbedding's form: ``query, pos, neg[, pos_scores, neg_scores]``.

        Raises:
            KeyError, ValueError, TypeError: a field is missing or of another kind.
        """
        found = cls(
            _text(record["query"]),
            tuple(map(_text, _listed(record["pos"]))),
            tuple(map(_text, _listed(record.get("neg")))),
            tuple(map(_number, _listed(record.get("pos_scores")))),
            tuple(map(_number, _listed(record.get("neg_scores")))),
        )
        if not found.positives:
            raise ValueError("pos")
        for passages, scores in (
            (found.positives, found.positive_scores),
            (found.negatives, found.negative_scores),
        ):
            if scores and len(scores) != len(passages):
                raise ValueError("pos_scores, neg_scores")
        return found

    @property
    def scored(self) -> bool:
        """Whether a teacher has scored every passage."""
        return len(self.positive_scores) == len(self.positives) and (
            len(self.negative_scores) == len(self.negatives)
        )

    def to_record(self) -> dict[str, Any]:
        """Inverse of :meth:`from_record`."""
        record: dict[str, Any] = {
            "query": self.query,
            "pos": list(self.positives),
            "neg": list(self.negatives),
        }
        if self.scored:
            record["pos_scores"] = list(self.positive_scores)
            record["neg_scores"] = list(self.negative_scores)
        return record


def read_examples(path: str | Path) -> Iterator[Example]:
    """Examples of a file in FlagEmbedding's form, one JSON object a line; other keys are left alone.

    Raises:
        TrainError: a line is no example; the message names its number.
    """
    with Path(path).open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield Example.from_record(json.loads(line))
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                raise TrainError(
                    "train.bad_example", path=path, line=number, reason=repr(error)
                ) from error


def examples_of(
    pairs: Iterable[Pair],
    text_of: TextOf,
    scores: Mapping[tuple[str, str], float] | None = None,
) -> Iterator[Example]:
    """Examples of pairs; those without a passage are left out.

    Args:
        pairs: the pairs, with what was mined for them as ``negatives``.
        text_of: the passage of an article.
        scores: (question id, article key) → a teacher's score, as ``read_mined`` gives them.
    """
    for record in to_flagembedding(pairs, text_of, scores):
        if record["pos"]:
            yield Example.from_record(record)


def digest_of(examples: Sequence[Example]) -> str:
    """Changes when anything of the examples does, or their order."""
    total = hashlib.blake2b(digest_size=16)
    for example in examples:
        told = json.dumps(example.to_record(), ensure_ascii=False)
        total.update(told.encode("utf-8", "replace") + b"\n")
    return total.hexdigest()


def _listed(value: object) -> list[object]:
    """A list; a text in its place would be taken for its letters."""
    if not isinstance(value, list | None):
        raise TypeError(f"{value!r:.40}")
    return value or []


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40}")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise TypeError(f"{value!r:.40}")
    return float(value)
