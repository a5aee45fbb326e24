"""A question that was made for a provision, and files of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from lexdpr_finetune.pairs.pair import Pair, PairKind
from lexdpr_finetune.pairs.splits import bare
from lexdpr_rag.errors import LexDPRError


class SynthesisError(LexDPRError):
    """Questions cannot be made: a wrong option or prompt, an endpoint that refuses."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        unit_id: the unit that answers it.
        article: key of the article that holds the unit, ``001706/제750조``.
        citation: the unit's.
        kind: what it aims at: a :class:`~lexdpr_finetune.synthesize.kinds.QuestionKind` of a model,
            a rule of the grammar.
        text: the question.
        by: who wrote it: the name of a model, or ``grammar``.
    """

    unit_id: str
    article: str
    citation: str
    kind: str
    text: str
    by: str

    @property
    def question_id(self) -> str:
        """The same for the same question on the same unit, whoever wrote it."""
        digest = hashlib.blake2b(f"{self.unit_id}\0{bare(self.text)}".encode(), digest_size=8)
        return f"syn-{digest.hexdigest()}"


def write_questions(questions: Iterable[Question], path: Path) -> int:
    """Write JSON lines; says how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for question in questions:
            file.write(json.dumps(asdict(question), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_questions(path: Path) -> Iterator[Question]:
    """Inverse of :func:`write_questions`.

    Raises:
        SynthesisError: a line is no question; the message names its number.
    """
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield Question(**json.loads(line))
                except (ValueError, TypeError) as error:
                    raise SynthesisError(
                        "synthesize.bad_line", path=path, line=number, reason=str(error)
                    ) from error


def pairs_of(questions: Iterable[Question]) -> Iterator[Pair]:
    """Training pairs: each question with its article.

    Questions on one article are one group, which no split tears apart.
    """
    seen: set[str] = set()
    for question in questions:
        if question.question_id not in seen:
            seen.add(question.question_id)
            yield Pair(
                query_id=question.question_id,
                query=question.text,
                positives=(question.article,),
                kind=PairKind.SYNTHETIC,
                group=question.article,
                citations=(question.citation,),
            )


def counted(questions: Iterable[Question]) -> Mapping[str, int]:
    """Questions by kind, most frequent first."""
    counts: dict[str, int] = {}
    for question in questions:
        counts[question.kind] = counts.get(question.kind, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
