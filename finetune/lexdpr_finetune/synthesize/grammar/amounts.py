"""Numbers of people and shares: 위원 9명 이상 15명 이하로 구성한다, 100분의 5를 초과하여."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lexdpr_finetune.synthesize.grammar.draft import Draft, Rule
from lexdpr_finetune.synthesize.grammar.predicates import predicate_of
from lexdpr_finetune.synthesize.grammar.sentences import Sentence
from lexdpr_finetune.synthesize.grammar.wording import loses, plain, refers, spoken

_PEOPLE = re.compile(
    r"\d+[명인] (?:이상 |이내 |이하 )?(?:\d+[명인] )?(?:이상의|이하의|이내의|이상으로|이하로|이내로|이상|이하|이내)"
)
_SHARE = re.compile(r"(?:100분의 \d+|\d+퍼센트)(?=의| |을|를|이|에|로|으로)")
_MONEY = re.compile(r"\d[\d,]*(?:만|억|천|백)*\s?원(?=을|를|의| )")
# Both 퍼센트 and 얼마 end in a vowel.
_JOSA = re.compile(r"^(?:을|이|은|으로)(?= )")
_OPEN = {"을": "를", "이": "가", "은": "는", "으로": "로"}


def amounts(sentence: Sentence) -> Iterator[Draft]:
    """How many, how much, what share?"""
    if sentence.items:
        return
    text = plain(sentence.text)
    if refers(text) or "다음" in text:
        return
    text = spoken(text)
    for pattern, said in ((_SHARE, "몇 퍼센트"), (_MONEY, "얼마")):
        match = pattern.search(text)
        if match is not None:
            behind = _JOSA.sub(lambda m: _OPEN[m[0]], text[match.end() :], count=1)
            asked = text[: match.start()] + said + behind
            predicate = predicate_of(asked)
            if predicate is not None and not pattern.search(asked):
                lost = loses(sentence.text)
                yield Draft(Rule.AMOUNT, predicate.question(predicate.stem, asked), lost=lost)
    people = _PEOPLE.search(text)
    if people is not None and text.endswith("구성한다"):
        body = re.split("[은는] ", text[: people.start()])[0].removeprefix("각 ")
        if 2 <= len(body) <= 30:
            yield Draft(Rule.AMOUNT, f"{body} 위원은 몇 명인가요?", vague=len(body) < 8)
