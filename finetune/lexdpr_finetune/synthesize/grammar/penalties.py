"""Penalties: … 한 자는 3년 이하의 징역 …에 처한다, …에게는 500만원 이하의 과태료를 부과한다."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lexdpr_finetune.synthesize.grammar.draft import Draft, Rule
from lexdpr_finetune.synthesize.grammar.josa import conditional
from lexdpr_finetune.synthesize.grammar.sentences import Sentence
from lexdpr_finetune.synthesize.grammar.voices import Aim, ending
from lexdpr_finetune.synthesize.grammar.wording import loses, plain, refers

_PUNISHED = re.compile(r"(?:징역|금고|벌금|구류|과료|사형).*(?:처한다|처할 수 있다|과한다)$")
_FINED = re.compile(r"과태료(?:를|에)? ?(?:부과한다|처한다|부과할 수 있다)$")
# 양벌규정: that the employer is punished too says nothing of the deed.
_BOTH = re.compile(r"대리인|벌하는 외에")
_DOER = re.compile(
    r"^(?P<deed>.+ )?(?P<verb>[가-힣]+) (?:사람|때|경우|법인|기관|단체)"
    r"(?:에게는|에게|에 대해서는|에는|은|는)?(?: |$)"
)
_DEED_ONLY = re.compile(r"^(?P<deed>.+?)(?: 행위를 한 사람| 행위)$")
# 진술한 사람 또는 자료를 … → 진술하거나 자료를 …
_OR = re.compile(r"(?P<verb>[가-힣]+) (?:사람|자)(?: 또는|이나|,|과|와) ")
_SHORT_DEED, _SHORT_LOST_DEED = 16, 20
_SHORTEST_DEED = 9


def penalties(sentence: Sentence) -> Iterator[Draft]:
    """What happens to who does that?"""
    text = plain(sentence.text)
    aim = _aim(text)
    if aim is None:
        return
    if sentence.items and "다음" in text:
        for item in sentence.items:
            first = plain(item.split("\n")[0])
            yield from _asked(first.split(". ")[0], aim, loses(item))
    elif not sentence.items:
        yield from _asked(text, aim, loses(sentence.text))


def _aim(text: str) -> Aim | None:
    if _BOTH.search(text):
        return None
    if _FINED.search(text):
        return Aim.FINED
    return Aim.PUNISHED if _PUNISHED.search(text) else None


def _asked(text: str, aim: Aim, lost: bool) -> Iterator[Draft]:
    match = _DOER.match(text)
    if match is None:
        return
    deed = _OR.sub(_or, match["deed"] or "")
    verb = conditional(match["verb"])
    if verb is None or "다음" in deed or refers(deed) or len(deed) + len(verb) < _SHORTEST_DEED:
        return
    clause = f"{deed}{verb}".strip(" ,")
    vague = len(clause) < (_SHORT_LOST_DEED if lost else _SHORT_DEED)
    yield Draft(Rule.PENALTY, f"{clause} {ending(aim, clause)}", vague)


def _or(match: re.Match[str]) -> str:
    clause = conditional(match["verb"])
    return match[0] if clause is None else clause.removesuffix("면").removesuffix("으") + "거나 "
