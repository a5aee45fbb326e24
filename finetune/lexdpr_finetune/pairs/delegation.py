"""Pairs from delegation: a provision of a decree or administrative rule → the articles it rests on.

``법 제18조제4항에서 "대통령령으로 정하는 사항"이란`` in a decree says what the law's article is about
in the words of practice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.laws_above import FIRST, LawsAbove, laws_above
from lexdpr_finetune.pairs.pair import Harvest, Pair, PairKind
from lexdpr_rag.decisions.resolve import Unresolved
from lexdpr_rag.statute.citation import Citation, CitationSpan, find_citations
from lexdpr_rag.statute.numbering import CIRCLED

NO_ABOVE, NOT_IN_FORCE, NO_CITATION = "no_law_above", "not_in_force", "no_citation"
OTHER_LAW, NOT_DELEGATING = "other_law", "not_delegating"

_LOOKED_AT = 300
"""Characters of a 항 in which it says what it rests on."""

_EARLY = 60
"""A 항 that explains no words of the article above it tells its ground in its first characters."""

_LONGEST_QUERY = 200

_STATUTES = frozenset(["헌법", "법률"])

_NUMBERED = re.compile(rf"(?:^|\n)\s*[{CIRCLED}]\s*")
# (법 제16조제3항에서 준용하는 경우를 포함한다)
_ASIDE = r"(?:\s*\((?:[^()]|\([^()]*\))*\))?"
_PART = rf"{_ASIDE}\s*(?:(?:각\s*[호목](?:\s*외의\s*부분)?|전단|후단|단서|본문)\s*)*"
# What says that the provision rests on another, right behind its citation; and that it explains it.
_MEANS = re.compile(rf"{_PART}(?:에서|의)(?:\s*규정에서)?\s*[\"“'‘]")
_RESTS = re.compile(
    rf"{_PART}(?:에서?\s*(?:따른|따라|의하여|의한|의해|의거|규정|정하|정한|위임)|의\s*규정)|{_MEANS.pattern}"
)
_DEFINES = re.compile(r"정의|용어|목적|적용\s*범위")
_JOINED = re.compile(rf"{_ASIDE}\s*(?:[,ㆍ·]|및|또는|[와과]|부터|까지)?\s*(?:및|또는)?\s*")
# What hangs on a citation and goes with it.
_HANGING = re.compile(
    rf"{_ASIDE}\s*(?:의\s*규정)?(?:에서?\s*(?:규정|정)(?:한|하는)|에\s*(?:따른|따라|의하여|의한|의해|의거하여)"
    r"|에서|에|의|중|[,ㆍ·]|및|또는|부터|까지|[와과](?=\s))?"
)
_FORMULA = re.compile(
    r"[\"“”‘’]|<[^<>]*(?:>|$)|다음\s*(?:각\s*[호목])?의?\s*(?:각\s*[호목]의?)?(?:\s*어느\s*하나)?\s*"
    r"(?:에\s*해당하는|와\s*같(?:다|이)\.?|를\s*말한다\.?|을\s*말한다\.?)"
)

# What the article above says where it leaves something to a law of a kind.
_TO_DECREE = re.compile("대통령령")
_TO_RULES = re.compile("총리령|부령|규칙")
_TO_ADMINISTRATION = re.compile("고시|정하는|정한다|정할|위임|위탁|훈령|예규|지침")


def delegation_pairs(articles: Articles) -> Harvest:
    """The decrees, rules and administrative rules of an index, article by article.

    The question is the article's title and the first of its 항 that says what it rests on, without
    the citations.  The positives are the articles that it says so of, if they belong to the laws
    above and leave something to a law of its kind.

    Dropped are, by reason: articles of statutes and of rules that do not tell what they carry out
    (``no_law_above``), those not in force (``not_in_force``), and those that rest on nothing that
    can be told (``no_citation``).  Left out are citations of other laws (``other_law``) and
    of articles that leave nothing to such a law (``not_delegating``).
    """
    pairs: list[Pair] = []
    dropped: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    kinds = {law.law_id: law.kind for law in articles.store.laws}
    for law, rows in _by_law(articles):
        below = None if kinds[law] in _STATUTES else _below(articles, rows, kinds[law])
        for row in rows:
            if below is None:
                dropped[NO_ABOVE] += 1
            elif not articles.in_force[row]:
                dropped[NOT_IN_FORCE] += 1
            elif (made := below.pair(row, left_out)) is not None:
                pairs.append(made)
            else:
                dropped[NO_CITATION] += 1
    return Harvest(tuple(pairs), dropped, left_out)


def _by_law(articles: Articles) -> Iterator[tuple[str, list[int]]]:
    """법령ID and rows of its articles, which stand together."""
    of_law = groupby(range(len(articles.keys)), lambda row: articles.keys[row].partition("/")[0])
    return ((law, list(rows)) for law, rows in of_law)


def _below(articles: Articles, rows: Sequence[int], kind: str) -> _Below | None:
    """``None`` where nothing tells what the law carries out."""
    first = [articles.text(row) for row in rows[:FIRST]]
    above = laws_above(articles.law_title(rows[0]), first)
    if above is None:
        return None
    laws = (articles.directory.find(title) for title in above.titles)
    return _Below(
        articles, above, frozenset(law[0].law_id for law in laws if law), _leaves_to(kind)
    )


def _leaves_to(kind: str) -> re.Pattern[str]:
    """What the article above says where it leaves something to a law of that kind."""
    if kind == "대통령령":
        return _TO_DECREE
    return _TO_RULES if kind.endswith(("령", "규칙")) else _TO_ADMINISTRATION


@dataclass(frozen=True, slots=True)
class _Below:
    """A decree or rule.

    Attributes:
        above: what it calls the laws that it carries out.
        ids: their 법령ID.
        leaves: stands in the articles that leave something to it.
    """

    articles: Articles
    above: LawsAbove
    ids: frozenset[str]
    leaves: re.Pattern[str]

    def pair(self, row: int, left_out: Counter[str]) -> Pair | None:
        """The pair of one article; why its citations are left out is counted in ``left_out``."""
        key = self.articles.keys[row]
        for words in _paragraphs(self.articles.text(row)):
            written = self.above.written_out(words[:_LOOKED_AT])
            spans = find_citations(written, self.articles.directory)
            for together in _resting(spans, written):
                found = self._positives(together, key, left_out)
                if found:
                    query = f"{self.articles.title(row)} {_spoken(written, spans)}".strip()
                    return Pair(
                        query_id=f"delegation-{key}",
                        query=_cut(query),
                        positives=tuple(found),
                        kind=PairKind.DELEGATION,
                        group=key,
                        citations=tuple(found.values()),
                    )
        return None

    def _positives(self, together: _Together, key: str, left_out: Counter[str]) -> dict[str, str]:
        """Key → citation of those that are delegating articles."""
        found: dict[str, str] = {}
        for citation in together.citations:
            above = self._above(citation, key, means=together.means)
            if isinstance(above, str):
                found.setdefault(above, str(citation))
            else:
                left_out[above.reason] += 1
        return found

    def _above(self, citation: Citation, key: str, *, means: bool) -> str | _Not:
        """The key of the delegating article that is cited, or why it is none."""
        found = self.articles.resolve(citation)
        if isinstance(found, Unresolved):
            return _Not(found.value)
        law = found.partition("/")[0]
        if law not in self.ids or law == key.partition("/")[0]:
            return _Not(OTHER_LAW)
        row = self.articles.rows[found]
        if not means and _DEFINES.search(self.articles.title(row)):
            return _Not(NOT_DELEGATING)
        return found if self.leaves.search(self.articles.text(row)) else _Not(NOT_DELEGATING)


@dataclass(frozen=True, slots=True)
class _Together:
    """Citations of which a 항 says in one breath that it rests on them.

    Attributes:
        means: it says what their words mean (… 에서 "대통령령으로 정하는 사항"이란).
    """

    citations: tuple[Citation, ...]
    means: bool


@dataclass(frozen=True, slots=True)
class _Not:
    """A citation that leads to no positive."""

    reason: str


# -- words ---------------------------------------------------------------------------------------


def _paragraphs(text: str) -> list[str]:
    """The 항 of an article without their numbers; what it says before them is one too."""
    return [words for part in _NUMBERED.split(text) if (words := part.strip())]


def _resting(spans: Sequence[CitationSpan], text: str) -> list[_Together]:
    """What ``text`` says that it rests on: what it explains the words of, or else the lists in order.

    In a list (법 제4조 및 제4조의2에 따른) what stands behind the last holds for all.
    """
    lists: list[list[CitationSpan]] = []
    for span in spans:
        last = lists[-1][-1] if lists else None
        if last is not None and _JOINED.fullmatch(text, last.end, span.start):
            lists[-1].append(span)
        else:
            lists.append([span])
    found = [
        _Together(
            tuple(span.citation for span in one if span.citation.law),
            means=_MEANS.match(text, one[-1].end) is not None,
        )
        for one in lists
        if _RESTS.match(text, one[-1].end) is not None
        and (one[0].start <= _EARLY or _MEANS.match(text, one[-1].end) is not None)
    ]
    meant = tuple(citation for one in found if one.means for citation in one.citations)
    return [_Together(meant, means=True)] if meant else found


def _spoken(text: str, spans: Sequence[CitationSpan]) -> str:
    """``text`` without its citations and what hangs on them."""
    pieces, last = [], 0
    for span in spans:
        if span.start < last:
            continue  # in what hangs on the one before: (법 제16조제3항에서 준용하는 경우를 포함한다)
        pieces.append(text[last : span.start])
        hanging = _HANGING.match(text, span.end)
        last = hanging.end() if hanging is not None else span.end
    pieces.append(text[last:])
    return " ".join(_FORMULA.sub(" ", " ".join(pieces)).split())


def _cut(query: str) -> str:
    """At most :data:`_LONGEST_QUERY` characters, whole words."""
    if len(query) <= _LONGEST_QUERY:
        return query
    return query[: _LONGEST_QUERY + 1].rpartition(" ")[0] or query[:_LONGEST_QUERY]
