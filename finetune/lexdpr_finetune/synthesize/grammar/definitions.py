"""Definitions: "보증금"이란 … 금전을 말한다."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lexdpr_finetune.synthesize.grammar.draft import Draft, Rule
from lexdpr_finetune.synthesize.grammar.josa import josa
from lexdpr_finetune.synthesize.grammar.sentences import Sentence
from lexdpr_finetune.synthesize.grammar.voices import drawn
from lexdpr_finetune.synthesize.grammar.wording import plain, refers

_DEFINED = re.compile(
    r"[\"“](?P<term>[^\"“”]{2,30})[\"”](?:\([^()]*\))?\s?(?:이?란|이?라\s?함은|이?라고\s?함은)\s"
    r"(?P<meaning>.*?)(?P<thing>\S+?)(?:[을를]|에\s해당하는\s\S+[을를])\s말한다"
)
_LISTED = re.compile(r"^\s*[가-하]\.\s(?P<name>[^:：\n]{2,20})[:：]", re.MULTILINE)

_NO_TERM = re.compile(r"정하는|정한|^(?:이와|그|이|해당) |등$| 자$")

SHORT_TERM = 3
"""A term of so few letters means something else in every law."""
_SHORTEST_MEANING, _LONGEST_MEANING = 20, 60


def definitions(sentence: Sentence) -> Iterator[Draft]:
    """What does it mean, does this count as one, and what is this called?"""
    for text in (sentence.text, *sentence.items):
        match = _DEFINED.search(text)
        if match is None or _NO_TERM.search(match["term"]):
            continue
        term = match["term"].strip()
        yield Draft(Rule.DEFINITION, _meaning(term), vague=len(term) <= SHORT_TERM)
        for listed in _LISTED.finditer(text):
            name = listed["name"].strip()
            yield Draft(Rule.DEFINITION, f"{josa(name, '도/도')} {term}에 해당하나요?")
        meaning = plain(f"{match['meaning']}{match['thing']}")
        told = _SHORTEST_MEANING <= len(meaning) <= _LONGEST_MEANING and "다음" not in meaning
        if told and term not in meaning and not refers(meaning):
            yield Draft(Rule.DEFINITION, f"{josa(meaning, '을/를')} {drawn(_CALLED, term)}")


_CALLED = (
    "뭐라고 하나요?",
    "무엇이라고 부르나요?",
    "법에서는 뭐라고 하나요?",
    "가리키는 말이 뭐예요?",
)


def _meaning(term: str) -> str:
    forms = (
        f"{josa(term, '이란/란')} 무엇인가요?",
        f"{josa(term, '이/가')} 뭐예요?",
        f"법에서 말하는 {josa(term, '은/는')} 무엇을 뜻하나요?",
        f"{term}의 뜻을 알고 싶습니다.",
        f"어떤 것을 {josa(term, '이라고/라고')} 하나요?",
    )
    return drawn(forms, term)
