"""What a sentence says must, may or must not be done, as the beginning of a question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lexdpr_finetune.synthesize.grammar.draft import Rule
from lexdpr_finetune.synthesize.grammar.josa import able
from lexdpr_finetune.synthesize.grammar.voices import Aim, ending


@dataclass(frozen=True, slots=True)
class Predicate:
    """A sentence without the end of its predicate: ``… 신고해야`` + 하나요?"""

    rule: Rule
    stem: str
    aim: Aim

    @property
    def double(self) -> bool:
        """Whether another predicate stands before it, which a question on this one would ask too."""
        return bool(_TWO.search(self.stem))

    def question(self, stem: str, seed: str) -> str:
        """``stem`` (the own one, changed) as a question."""
        return f"{stem} {ending(self.aim, seed)}"


# Two predicates: …해야 하며, …할 수 있고
_TWO = re.compile(
    r"(?:려면 .{0,25}면|야 하며|야 하고|수 있으며|수 있고|수 없으며|한다|된다|[가-힣]며|[가-힣]되,),? "
)
_MUST = re.compile(r"(?P<stem>.*[가-힣]야) 한다")
_MAY = re.compile(r"(?P<stem>.*[가-힣] 수) 있다")
_CANNOT = re.compile(r"(?P<stem>.*[가-힣] 수) 없다")
_NOT_ALLOWED = re.compile(r"(?P<stem>.*[가-힣])서는 (?:아니 ?|안 )된다")
_NOT = re.compile(r"(?P<stem>.*[가-힣])지 (?:못한다|아니한다|않는다)")


def predicate_of(text: str) -> Predicate | None:
    """The predicate of a plain sentence, ``None`` where it is none of these."""
    if match := _NOT_ALLOWED.fullmatch(text):
        return Predicate(Rule.PROHIBITION, f"{match['stem']}도", Aim.ALLOWED)
    if match := _CANNOT.fullmatch(text):
        return Predicate(Rule.PROHIBITION, match["stem"], Aim.MAY)
    if match := _MUST.fullmatch(text):
        return Predicate(Rule.DUTY, match["stem"], Aim.MUST)
    if match := _MAY.fullmatch(text):
        return Predicate(Rule.PERMISSION, match["stem"], Aim.MAY)
    if text.endswith("못한다") and (match := _NOT.fullmatch(text)):
        return Predicate(Rule.PROHIBITION, able(match["stem"]), Aim.MAY)
    return None
