"""Questions without a model: by what the sentences of statutes do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from lexdpr_finetune.synthesize.filters import Reason, alike, fault_of, letter_pairs
from lexdpr_finetune.synthesize.grammar.acts import acts
from lexdpr_finetune.synthesize.grammar.amounts import amounts
from lexdpr_finetune.synthesize.grammar.deadlines import deadlines
from lexdpr_finetune.synthesize.grammar.definitions import definitions
from lexdpr_finetune.synthesize.grammar.delegation import delegation
from lexdpr_finetune.synthesize.grammar.draft import Draft, Rule
from lexdpr_finetune.synthesize.grammar.josa import josa
from lexdpr_finetune.synthesize.grammar.lists import lists
from lexdpr_finetune.synthesize.grammar.penalties import penalties
from lexdpr_finetune.synthesize.grammar.sentences import Sentence, sentences_of, spoken_law
from lexdpr_finetune.synthesize.grammar.voices import drawn
from lexdpr_finetune.synthesize.provision import Provision
from lexdpr_finetune.synthesize.question import Question

BY = "grammar"

_RULES: tuple[Callable[[Sentence], Iterator[Draft]], ...] = (
    definitions,
    penalties,
    deadlines,
    lists,
    amounts,
    acts,
    delegation,
)
SHORTEST, LONGEST = 12, 75
"""Characters of a question; what is longer is the statute's sentence, not a person's."""

ALIKE = 0.6
"""Of questions on one provision that share so much, the first suffices (며칠 안에, 7일 이내에)."""

SHORT = 24
"""A question of so few characters means something only together with the law's name."""

_GENERIC = re.compile(
    r"^[가-힣 ]{0,8}위원의 임기|^(?:위원회|위원장|위원|부위원장|장관|이사회|이사장|이사|총회"
    r"|조합|협회|공단|공사|재단|기관|센터|심의회|분과위원회|사무국|회장|원장|의장|감사|간사|국가|정부"
    r"|지방자치단체|시·도지사|허가관청|등록관청|누가|사업자|신청인|관리자)"
)
# Where a reference was taken out, such words are left without their matter.
_BARE = re.compile(
    r"(?:^|[은는에면] |또는 |누가 |경우에 )(?:행위|조치|사항|내용|기준|요건|방법|서류|자료|경우|규정|절차)"
    r"(?: 등)?(?:을|를|이|가|은|는|으로|에|로|의|에는|에 관한|에 대한|에 맞도록) "
)
_LAWS = ("{law}에서 ", "{law}에 따르면 ", "{law}상 ")


def grammar_questions(provisions: Iterable[Provision], per_unit: int = 3) -> Iterator[Question]:
    """Questions on the provisions that the grammar can read; many give none.

    Args:
        provisions: 항, or articles without them (``provisions_of(index, level="paragraph")``):
            larger ones are read as one sentence list, smaller ones lack their predicate.
        per_unit: so many at most for each.

    The same provisions give the same questions.  They never cite, and name the law where they would
    mean nothing without it.
    """
    for provision in provisions:
        told: list[frozenset[str]] = []
        for draft in _drafts(provision):
            text = _told(draft, provision)
            if text is None:
                continue
            letters = letter_pairs(text)
            if any(alike(letters, other) >= ALIKE for other in told):
                continue
            told.append(letters)
            yield Question(
                provision.unit_id,
                provision.article,
                provision.citation,
                draft.rule.value,
                text,
                BY,
            )
            if len(told) == per_unit:
                break


def _drafts(provision: Provision) -> list[Draft]:
    """What people would ask; only where there is nothing of the kind, what they would hardly ask."""
    drafts = list(_taken_in_turn(provision))
    return [draft for draft in drafts if not draft.weak] or drafts


def _on_topic(text: str, title: str) -> bool:
    """Whether a question holds a word of the article's title (or there is none)."""
    words = [word[:_WORD] for word in re.findall("[가-힣]{2,}", title)]
    return not words or any(word in text for word in words)


_WORD = 2
"""Of a word of a title so many letters must recur: what follows may be a particle."""


def _taken_in_turn(provision: Provision) -> Iterator[Draft]:
    """The first of every rule, then the second of every rule …"""
    sentences = list(sentences_of(provision))
    queues = [chain.from_iterable(map(rule, sentences)) for rule in _RULES]
    while queues:
        still = []
        for queue in queues:
            draft = next(queue, None)
            if draft is not None:
                yield draft
                still.append(queue)
        queues = still


def _told(draft: Draft, provision: Provision) -> str | None:
    """The question, with the law's name where it needs it; ``None`` where it is no good."""
    text = " ".join(draft.text.split())
    short = len(text) < SHORT and draft.rule is not Rule.DEFINITION
    if draft.vague or short or _GENERIC.match(text):
        law = spoken_law(provision.law)
        if not law:
            return None
        whose = drawn(_LAWS, text).format(law=law)
        text = f"{law}에서{text[2:]}" if text.startswith("법에서 말") else whose + text
    elif draft.lost and _BARE.search(text):
        return None
    elif draft.lost and not _on_topic(text, provision.title):
        text = f"{josa(provision.title.removesuffix(' 등'), '과/와')} 관련해 {text}"
    sound = SHORTEST <= len(text) <= LONGEST and fault_of(text) in (None, Reason.COPIED)
    return text if sound else None
