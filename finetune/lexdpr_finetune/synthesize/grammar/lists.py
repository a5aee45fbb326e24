"""Lists: 다음 각 호의 요건을 갖추어야 한다, 다음 각 호의 어느 하나에 해당하는 자는 …"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lexdpr_finetune.synthesize.grammar.draft import Draft, Rule
from lexdpr_finetune.synthesize.grammar.josa import josa
from lexdpr_finetune.synthesize.grammar.predicates import predicate_of
from lexdpr_finetune.synthesize.grammar.sentences import Sentence
from lexdpr_finetune.synthesize.grammar.voices import drawn
from lexdpr_finetune.synthesize.grammar.wording import loses, plain, refers, spoken

# 다음 각 호의 어느 하나에 해당하는 / 다음 각 호의 / 다음 각 호와 같은 → 어떤
_ANY = re.compile(
    r"다음(?:의)?\s?각\s?호(?:의\s?(?:모두에|(?:어느\s?)?(?:하나|1|사항)(?:에|의)?)\s?(?:모두\s)?"
    r"(?:해당하는|해당되는|해당하게 되는|해당하게 된|해당한|해당할)"
    r"|에\s?해당하는|에\s?규정된|에\s?게기한|와\s?같은|의)(?:\s모든)?\s"
)
_FALLING = re.compile(
    r"다음(?:의)?\s?각\s?호의\s?(?:어느\s?)?(?:하나|1|사항)에\s?(?:해당하면|해당하게 되면|해당하거든)"
)
_EQUAL = re.compile(
    r"^(?P<what>.{4,}?)(?:은|는|이란|란) "
    r"다음\s?각\s?호(?:와\s같다|의\s\S+(?:으로|로)\s한다|로\s한다|의\s\S+[을를]\s말한다)$"
)
_SAME = re.compile(r"^(?P<what>.{4,})(?:은|는) 다음\s?각\s?호와 같다$")


def lists(sentence: Sentence) -> Iterator[Draft]:
    """Which ones?"""
    if not sentence.items:
        return
    text = plain(sentence.text)
    lost = loses(sentence.text)
    if match := _EQUAL.match(text) or _SAME.match(text):
        what = match["what"]
        if not refers(what):
            yield Draft(Rule.LIST, _which(what), vague=len(what) < _SHORT, lost=lost)
        return
    asked = _FALLING.sub("어떤 경우에", _ANY.sub("어떤 ", text, count=1), count=1)
    if asked == text or refers(asked) or "다음" in asked or "어떤 어느" in asked:
        return
    asked = spoken(_cases(asked))
    predicate = predicate_of(asked)
    if predicate is not None and not predicate.double:
        yield Draft(Rule.LIST, predicate.question(predicate.stem, asked), lost=lost)


_SHORT = 8


def _cases(text: str) -> str:
    """어떤 경우에는 → 어떤 경우에; 어떤 사항이 → as it is."""
    text = re.sub(r"어떤 (경우|때)에는?(?=[ ,])", r"어떤 \1에", text)
    text = re.sub(r"어떤 (경우|때)(?=[ ,])(?! 외)", r"어떤 \1에", text)
    text = re.sub(r"어떤 사람은", "어떤 사람이", text)
    return re.sub(
        r"어떤 (사항|서류|업무|사업|사무|요건|기준|행위)[을를] (?:모두|각각) ", r"어떤 \1을 ", text
    )


def _which(what: str) -> str:
    if what.endswith(("방법", "절차", "기준", "순서", "요령", "구분", "범위", "방식")):
        return f"{josa(what, '은/는')} {drawn(_HOW, what)}"
    if what.endswith(_PEOPLE):
        return f"{josa(what, '은/는')} {drawn(_WHO, what)}"
    forms = (
        f"{josa(what, '은/는')} 무엇인가요?",
        f"{what}에는 어떤 것들이 있나요?",
        f"{what}에는 무엇이 있나요?",
    )
    return drawn(forms, what)


_PEOPLE = ("자", "사람", "대상자", "위원", "공무원", "임직원")
_WHO = ("누구인가요?", "누구입니까?", "어떤 사람들인가요?")
_HOW = ("어떻게 되나요?", "어떻게 됩니까?", "어떻게 돼요?", "어떻게 정해져 있나요?")
