"""Duties, prohibitions and permissions: 신고하여야 한다, 누설하여서는 아니 된다, 청구할 수 있다."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lexdpr_finetune.synthesize.grammar.draft import Draft, Rule
from lexdpr_finetune.synthesize.grammar.josa import final_of
from lexdpr_finetune.synthesize.grammar.predicates import Predicate, predicate_of
from lexdpr_finetune.synthesize.grammar.sentences import Sentence
from lexdpr_finetune.synthesize.grammar.voices import drawn
from lexdpr_finetune.synthesize.grammar.wording import loses, plain, refers, spoken

_TOPIC = re.compile(r"^(?P<topic>[가-힣A-Za-z0-9·,ㆍ ]{2,30}?)(?P<josa>은|는) (?P<rest>.+)$")
_CONDITION = re.compile(r"^(?P<condition>.+?면),? (?P<rest>.+)$")


def acts(sentence: Sentence) -> Iterator[Draft]:
    """May it be done, must it, who must, and when."""
    if sentence.items:
        return
    text = plain(sentence.text)
    if refers(text) or "다음" in text:
        return
    text = spoken(text)
    predicate = predicate_of(text)
    if predicate is None or predicate.double:
        return
    lost = loses(sentence.text)
    topic = topic_of(predicate.stem)
    who, rest = topic or ("", predicate.stem)
    # Whether an authority must do its work is hardly ever asked; who must do it is.
    weak = bool(_AUTHORITY.search(who)) and predicate.rule is not Rule.PROHIBITION
    yield Draft(predicate.rule, predicate.question(predicate.stem, text), lost=lost, weak=weak)
    if predicate.rule is Rule.DUTY and who and len(rest) >= _LEAST_OF_WHO and _DONE.search(rest):
        yield Draft(predicate.rule, predicate.question(f"누가 {rest}", text), lost=lost)
    for asked in _when(Predicate(predicate.rule, rest, predicate.aim), who):
        yield Draft(Rule.CONDITION, asked, lost=True)


def topic_of(stem: str) -> tuple[str, str] | None:
    """``운영자는 등록증을 …`` → ``운영자``, the rest; ``None`` where no topic stands in front."""
    match = _TOPIC.match(stem)
    if match is None or bool(final_of(match["topic"])) != (match["josa"] == "은"):
        return None
    if match["topic"].endswith(_NO_TOPIC) or "면 " in match["topic"]:
        return None
    return match["topic"], match["rest"]


def _when(predicate: Predicate, who: str = "") -> Iterator[str]:
    """A condition in front becomes what is asked for: 휴업하면 신고해야 → 어떤 경우에 신고해야."""
    match = _CONDITION.match(predicate.stem)
    if match is None or min(len(match["condition"]), len(match["rest"])) < _LEAST:
        return
    if _BACK.search(match["rest"]) or "면 " in match["rest"]:
        return
    topic = f"{who}{'은' if final_of(who) else '는'} " if who else ""
    stem = f"{topic}{drawn(_CASES, match['rest'])} {match['rest']}"
    yield predicate.question(stem, match["rest"])


_NO_TOPIC = ("또", "려", "키", "르", "되", "않", "하", "있", "없", "에", "서", "받", "다", "그러하")
_CASES = ("어떤 경우에", "어떤 때에", "어떤 경우에")
_LEAST, _LEAST_OF_WHO = 12, 16
_AUTHORITY = re.compile(
    r"(?:장관|시장|군수|구청장|도지사|청장|처장|서장|위원장|위원회|교육감|법원|판사|검사|국가|정부"
    r"|지방자치단체|단체의 장|기관의 장|기관|공단|공사|관청|등기관|시장등)$"
)
# Something is done to something, on no condition: what does it is a person then.
_DONE = re.compile(r"^(?!.*면 ).*[을를] ")
# What stands in the condition, or in the sentence before.
_BACK = re.compile(
    r"(?:^|[ ,])(?:그|해당|이를|이에|그에|그를|같은|이|위|필요한|필요하면|사항이|사항을|것을) "
)
