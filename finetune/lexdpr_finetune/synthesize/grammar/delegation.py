"""Delegation: 필요한 사항은 대통령령으로 정한다; 법 제7조에서 "대통령령으로 정하는 시설"이란 …"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lexdpr_finetune.synthesize.grammar.draft import Draft, Rule
from lexdpr_finetune.synthesize.grammar.josa import josa
from lexdpr_finetune.synthesize.grammar.sentences import Sentence
from lexdpr_finetune.synthesize.grammar.voices import Aim, drawn, ending
from lexdpr_finetune.synthesize.grammar.wording import plain, refers

_LEFT_TO = re.compile(
    r"^(?P<what>.+?)(?:에 (?:관해 |관하여 )?필요한|에 관한|[을를] (?:위하여|위해) 필요한)?"
    r"(?: (?:구체적인|세부적인|세부|그 밖의))? ?(?P<matter>사항|기준)?(?:은|는) "
    r"\S*(?:대통령령|총리령|부령|규칙|조례|정관|규정)(?:으로|로)(?: 따로)? 정한다$"
)
_MEANT = re.compile(
    r"[\"“](?:그 밖에 )?[^\"“”]{0,60}?(?:대통령령|총리령|부령|규칙|조례)(?:으로|로) 정하는 "
    r"(?P<thing>[^\"“”]{2,30})[\"”](?:\([^()]*\))?\s?(?:이?란|이?라 함은)"
)
# What a decree fills with anything: 기준에 해당하는 사람, 사유가 발생한 경우.
_EMPTY = re.compile(r"(?:바에|그|기준|요건|사항|사유|범위|해당)(?:에|을|를|이|가|의)? ")


def delegation(sentence: Sentence) -> Iterator[Draft]:
    """Where is it laid down, and what did the decree make of it?"""
    if match := _MEANT.search(sentence.text):
        thing = match["thing"].replace(" 자", " 사람").strip()
        title = sentence.provision.title.removesuffix(" 등")
        vague = len(thing) < _SHORTEST or bool(_EMPTY.match(thing))
        if title and thing not in title and not vague and not refers(thing):
            yield Draft(Rule.DELEGATION, _meant(title, thing), weak=True)
        return
    text = plain(sentence.text)
    match = _LEFT_TO.match(text)
    if match is None or refers(match["what"]) or len(match["what"]) < _SHORTEST:
        return
    what = re.sub(r"^법에서 정한 (?:사항|것) 외에 ", "", match["what"])
    what = re.sub(
        r",? 그 밖(?:에.*|의.*)?$|(?:와|과) 그 밖(?:에.*|의.*)?$| 등 필요한$| 등$|,$", "", what
    )
    if match["matter"] == "기준" and not what.endswith("기준"):
        what += " 기준"
    if len(what) < _SHORTEST or re.search("고, |또는$|필요한|부령|대통령령", what):
        return
    forms = (
        f"{josa(what, '은/는')} {ending(Aim.WHERE, what)}",
        f"{what}에 관한 자세한 내용은 어느 법령에 있나요?",
        f"{josa(what, '을/를')} 알려면 무엇을 봐야 하나요?",
    )
    yield Draft(Rule.DELEGATION, drawn(forms, what), vague=len(what) < _SHORT, weak=True)


_SHORTEST, _SHORT = 6, 16


def _meant(title: str, thing: str) -> str:
    forms = (
        f"{title}에서 {josa(thing, '은/는')} 구체적으로 무엇을 말하나요?",
        f"{title}에서 말하는 {josa(thing, '은/는')} 어떤 것인가요?",
        f"{josa(title, '과/와')} 관련해 {josa(thing, '이란/란')} 뭔가요?",
    )
    return drawn(forms, title + thing)
