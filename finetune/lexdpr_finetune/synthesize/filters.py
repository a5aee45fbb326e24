"""Which questions are kept: no leaks, no doubles, neither too short nor too long."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lexdpr_finetune.pairs.splits import bare
from lexdpr_finetune.synthesize.question import Question
from lexdpr_rag.statute.citation import LawNames, find_citations


class Reason(StrEnum):
    """Why a question was removed."""

    SHORT = "short"
    LONG = "long"
    LANGUAGE = "language"  # hardly any Korean
    CITATION = "citation"  # it names the article: "제12조는 무엇인가요?"
    POINTING = "pointing"  # it points to a text that is not there: "위 규정에 따르면"
    COPIED = "copied"  # a stretch of the statute's own words
    DUPLICATE = "duplicate"  # the article has (nearly) the same question already
    AMBIGUOUS = "ambiguous"  # the same question on several articles
    UNANSWERABLE = "unanswerable"  # searching for it does not find its article


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """Limits of the filters.

    Attributes:
        shortest, longest: characters of a question.
        korean: the least share of its letters.
        copied: so many characters in a row from the unit's words are too many.
        alike: two questions on one article that share so much of their letter pairs are doubles
            (0…1, by Jaccard).
    """

    shortest: int = 8
    longest: int = 200
    korean: float = 0.3
    copied: int = 45
    alike: float = 0.8


@dataclass(frozen=True, slots=True)
class Sifted:
    """Questions kept, in their order, and those removed, by reason."""

    kept: tuple[Question, ...]
    removed: Mapping[Reason, tuple[Question, ...]]


def sift(
    questions: Iterable[Question],
    texts: Mapping[str, str] | None = None,
    laws: LawNames | None = None,
    options: FilterOptions | None = None,
) -> Sifted:
    """Remove what no search should learn from.

    Args:
        questions: in any order; of doubles the first stays.
        texts: unit id → its words, to find questions copied from them.
        laws: names of laws, to find citations written without brackets (민법 750조).
        options: limits.

    A question asked word for word of several articles is removed from all of them, for nobody knows
    which one it means.
    """
    chosen = options or FilterOptions()
    removed: dict[Reason, list[Question]] = defaultdict(list)
    sound: list[Question] = []
    for question in questions:
        reason = fault_of(question.text, (texts or {}).get(question.unit_id, ""), laws, chosen)
        (sound if reason is None else removed[reason]).append(question)
    kept = _single(sound, removed, chosen)
    return Sifted(tuple(kept), {reason: tuple(own) for reason, own in removed.items()})


def fault_of(
    text: str, passage: str = "", laws: LawNames | None = None, options: FilterOptions | None = None
) -> Reason | None:
    """Why a question is no good by itself, ``None`` for a good one."""
    chosen = options or FilterOptions()
    checks: Sequence[tuple[Reason, Callable[[], bool]]] = (
        (Reason.SHORT, lambda: len(text) < chosen.shortest),
        (Reason.LONG, lambda: len(text) > chosen.longest),
        (Reason.LANGUAGE, lambda: _korean_share(text) < chosen.korean),
        (Reason.CITATION, lambda: leaks_citation(text, laws)),
        (Reason.POINTING, lambda: bool(_POINTING.search(text))),
        (Reason.COPIED, lambda: _copies(text, passage, chosen.copied)),
    )
    return next((reason for reason, fails in checks if fails()), None)


# -- one question --------------------------------------------------------------------------------

# 제12조, 제3항, 750조; neither 3조 원 nor 제1호선.
_PLACE = re.compile(
    r"제\s?\d+\s?(?:조|항|호|목)(?!선|기)"
    r"|(?<![\d제.,])\d{1,4}조(?:의\s?\d+)?(?=\s?제?\d+항|[\s에는은의가를상?]|$)(?!\s?(?:원|억|\d+교대))"
    r"|별표\s?제?\d|부칙\s?제\d"
)
_POINTING = re.compile(
    r"(?:^|\s)(?:이|본|위|해당|아래|상기|동|다음)\s?(?:법(?:률|령)?|조(?:문|항|목)?|규정|항|호|령|규칙|내용|글|문장|지문)"
    r"(?:은|는|이|가|을|를|에|의|상|에서|으로|에는|에서는)?(?=\s|$|[,?])"
    r"|각\s?호(?:의|에|는|\s)|각\s?목(?:의|에)|본문(?:에|의)|단서에|전항|전조|주어진\s?(?:글|내용|조문)|제시된"
)


def leaks_citation(text: str, laws: LawNames | None = None) -> bool:
    """Whether a question names the place of its answer, not the law alone."""
    if _PLACE.search(text):
        return True
    return any(
        span.citation.article is not None or span.citation.annex is not None
        for span in find_citations(text, laws)
    )


def _korean_share(text: str) -> float:
    letters = [char for char in text if char.isalnum()]
    return sum("가" <= char <= "힣" for char in letters) / max(1, len(letters))


def _copies(text: str, passage: str, run: int) -> bool:
    own, source = "".join(text.split()), "".join(passage.split())
    return any(own[at : at + run] in source for at in range(len(own) - run + 1))


# -- questions among each other ------------------------------------------------------------------


def _single(
    questions: Sequence[Question],
    removed: dict[Reason, list[Question]],
    options: FilterOptions,
) -> list[Question]:
    articles: dict[str, set[str]] = defaultdict(set)
    for question in questions:
        articles[bare(question.text)].add(question.article)
    kept: list[Question] = []
    known: dict[str, list[frozenset[str]]] = defaultdict(list)
    for question in questions:
        if len(articles[bare(question.text)]) > 1:
            removed[Reason.AMBIGUOUS].append(question)
            continue
        letters = letter_pairs(question.text)
        if any(alike(letters, other) >= options.alike for other in known[question.article]):
            removed[Reason.DUPLICATE].append(question)
            continue
        known[question.article].append(letters)
        kept.append(question)
    return kept


def letter_pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters of ``text``, without spaces and punctuation."""
    own = bare(text)
    return frozenset(own[at : at + 2] for at in range(max(1, len(own) - 1)))


def alike(left: frozenset[str], right: frozenset[str]) -> float:
    """The share of letter pairs that two texts have in common, 0…1."""
    return len(left & right) / max(1, len(left | right))
