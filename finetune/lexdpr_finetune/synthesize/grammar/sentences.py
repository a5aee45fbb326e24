"""A provision as sentences, each with the list below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lexdpr_finetune.synthesize.grammar.wording import without_brackets
from lexdpr_finetune.synthesize.provision import Provision
from lexdpr_rag.statute.directory import packaged_short_titles

_ITEM = re.compile(r"^  \d+(?:의\d+)?\. ", re.MULTILINE)
_END = re.compile(r"(?<=[다함임음것])\.(?:\s+|$)")
# Sentences that live on the one before them.
_HANGING = re.compile(r"^(?:다만|그러나|또한|따라서|이 경우|그러하지|이를|이에|그 |단,|이때|해당 )")
_SUBORDINATE = re.compile(r"\s(?:시행령|시행규칙|시행세칙)$")

LONGEST_SENTENCE = 600
"""What is longer is a table, or too long to be asked."""

LONGEST_LAW = 18
"""Nobody says a longer name of a law."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes:
        text: its words, as printed, without the full stop.
        items: the 호 below it, where it introduces some.
        provision: where it stands.
    """

    text: str
    items: tuple[str, ...]
    provision: Provision


def sentences_of(provision: Provision) -> Iterator[Sentence]:
    """The sentences of a 항 (or of an article without 항) that can be understood alone."""
    starts = [match.start() for match in _ITEM.finditer(provision.text)]
    bounds = [*starts, len(provision.text)]
    items = [provision.text[a:b].strip()[:LONGEST_SENTENCE] for a, b in pairwise(bounds)]
    lead = without_brackets(" ".join(provision.text[: bounds[0]].split("\n"))).strip()
    parts = [part.strip() for part in _END.split(lead) if part.strip()]
    for part in parts:
        listed = bool(items) and "다음" in part
        if len(part) <= LONGEST_SENTENCE and not _HANGING.match(part.lstrip("①②③④⑤⑥⑦⑧⑨⑩ ")):
            yield Sentence(part, tuple(items) if listed else (), provision)


def spoken_law(title: str) -> str:
    """The name by which people call a law; empty where it has none that is short enough.

    A decree is called by its law: who asks does not know in which of them the answer stands.
    """
    base = without_brackets(_SUBORDINATE.sub("", title))
    short = _short_titles().get(base, base)
    return short if len(short) <= LONGEST_LAW else ""


def _short_titles() -> dict[str, str]:
    if not _SHORT:
        for short, title in packaged_short_titles().items():
            if len(short) < len(_SHORT.get(title, title)):
                _SHORT[title] = short
    return _SHORT


_SHORT: dict[str, str] = {}
