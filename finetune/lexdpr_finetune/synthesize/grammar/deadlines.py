"""Deadlines and terms: 변경된 날부터 20일 이내에, 매년 3월 말일까지, 임기는 3년으로 한다."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lexdpr_finetune.synthesize.grammar.draft import Draft, Rule
from lexdpr_finetune.synthesize.grammar.predicates import predicate_of
from lexdpr_finetune.synthesize.grammar.sentences import Sentence
from lexdpr_finetune.synthesize.grammar.wording import loses, plain, refers, spoken

_NUMBER = r"(?:\d+|[일이삼사오육칠팔구십백]+)"
_ASKED = {
    "일": "며칠",
    "월": "몇 개월",
    "개월": "몇 개월",
    "년": "몇 년",
    "주": "몇 주",
    "주일": "몇 주",
    "시간": "몇 시간",
}
_UNITS = "|".join(sorted(_ASKED, key=len, reverse=True))

# A term replaced by what asks for it; each at its first place.
_WITHIN = re.compile(
    rf"(?<![\d.,]){_NUMBER}\s?(?P<unit>{_UNITS})\s?(?:이내에|이내|안에|내에)(?=[ ,])"
)
_BEFORE = re.compile(rf"(?<![\d.,]){_NUMBER}\s?(?P<unit>{_UNITS})\s?(?:이전|전)까지")
_EVERY = re.compile(rf"(?<![\d.,]){_NUMBER}\s?(?P<unit>{_UNITS})마다(?: 한 번| 1회 이상| 1회)?")
_DURING = re.compile(rf"(?<![\d.,]){_NUMBER}\s?(?P<unit>{_UNITS})(?:간| 동안)(?=[ ,])")
_UNTIL = re.compile(
    r"(?:매년|매월|매 분기|다음 해|다음 연도|그 해|매 회계연도)[가-힣0-9 ]{0,20}?(?:\d+월 )?(?:\d+일|말일|말)까지"
)
_SOON = re.compile(r"(?:지체 없이|지체없이|즉시|곧바로)(?=[ ,])")
_TERM = re.compile(
    rf"^(?P<what>.{{2,40}}?기간|.{{0,40}}?임기|.{{2,40}}?기한|.{{2,40}}?시효)(?P<josa>은|는) "
    rf".{{0,40}}?(?<![\d.,]){_NUMBER}\s?(?P<unit>{_UNITS})"
)


def deadlines(sentence: Sentence) -> Iterator[Draft]:
    """How soon, how often, how long?"""
    if sentence.items:
        return
    text = plain(sentence.text)
    if refers(text) or "다음" in text:
        return
    if match := _TERM.match(text):
        what = match["what"]
        yield Draft(
            Rule.DEADLINE,
            f"{what}{match['josa']} {_ASKED[match['unit']]}인가요?",
            vague=len(what) < 8,
        )
    asked = _asking(text)
    if asked is None:
        return
    asked = spoken(asked)
    predicate = predicate_of(asked)
    if predicate is not None:
        lost = loses(sentence.text)
        yield Draft(Rule.DEADLINE, predicate.question(predicate.stem, asked), lost=lost)


def _asking(text: str) -> str | None:
    for pattern, form in (
        (_WITHIN, "{} 안에"),
        (_BEFORE, "{} 전까지"),
        (_EVERY, "{}마다"),
        (_DURING, "{} 동안"),
    ):
        match = pattern.search(text)
        if match is not None:
            said = form.format(_ASKED[match["unit"]])
            return text[: match.start()] + said + text[match.end() :]
    for pattern, said in ((_UNTIL, "언제까지"), (_SOON, "언제까지")):
        if pattern.search(text):
            return pattern.sub(said, text, count=1)
    return None
