"""The kinds of texts that law.go.kr has, and how its API speaks of each.

``lawSearch.do`` gives lists, ``lawService.do`` the text of one.  Both take ``OC`` (the key),
``target`` (the kind) and ``type`` (here always JSON).  A list takes ``query`` (part of a title;
``search=1``: look in titles), ``display`` (rows of a page, at most 100), ``page`` (from 1), and
what narrows it (``current``, ``past`` below); it comes as ``{envelope: {"totalCnt": "5607",
row: [{…}, …]}}``, a single row without its list, no row without the key ``row``.  As described at
https://open.law.go.kr/LSO/openApi/guideList.do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lexdpr_rag.statute.answer import Answer, day, elements, word


class Kind(StrEnum):
    """What to fetch: laws, administrative rules, ordinances, decisions of courts."""

    LAW = "law"
    ADMRUL = "admrul"
    ORDIN = "ordin"
    PREC = "prec"


@dataclass(frozen=True, slots=True)
class Row:
    """One version of one text, as a list names it.  Days are ``YYYYMMDD``, empty where unknown.

    Attributes:
        id: what stays through amendments: 법령ID, 행정규칙ID, 자치법규ID, 판례일련번호.
        serial: what names the version: 법령일련번호 (MST), 행정규칙일련번호, 자치법규일련번호.
        short: 법령약칭명; of a decision its 사건번호.
        change: 제개정구분명; it holds 폐지 where this version repeals the law.
    """

    id: str
    serial: str
    title: str
    short: str = ""
    promulgated: str = ""
    effective: str = ""
    change: str = ""

    @property
    def version(self) -> tuple[str, str, str]:
        """What changes when the text does."""
        return self.serial, self.promulgated, self.effective

    @property
    def repeals(self) -> bool:
        """Whether the law ends with this version."""
        return "폐지" in self.change and "제정" not in self.change


Names = tuple[str, ...]
"""The names of one field, the likelier first: lists and texts do not agree on all."""


@dataclass(frozen=True, slots=True)
class Target:
    """How the API speaks of one kind.

    Attributes:
        target: of the request, for the list and for the text.
        envelope, rows: what a list is wrapped in, and what its rows may be called.
        current: narrows a list to what is in force.
        past: narrows it to all versions that have been in force; one request each.
        body, info: what a text is wrapped in, and where it says what it is.
        text: fields that hold words; a text without any of them has none.
        suffix: of its file; decisions are lines, which an index of statutes passes over.
    """

    kind: Kind
    target: str
    envelope: str
    rows: Names
    current: Mapping[str, str]
    past: tuple[Mapping[str, str], ...]
    body: str
    info: str
    text: Names
    id: Names
    serial: Names
    title: Names
    short: Names
    promulgated: Names
    suffix: str = ".json"

    def row(self, fields: Answer) -> Row:
        """A row from the fields of a list or of a text."""
        # Some descriptions write 행정규칙 일련번호 where the answer has 행정규칙일련번호.
        held = {str(name).replace(" ", ""): value for name, value in fields.items()}

        def get(names: Names) -> str:
            return next((found for name in names if (found := word(held.get(name)))), "")

        serial = get(self.serial)
        return Row(
            id=get(self.id) or serial,
            serial=serial,
            title=get(self.title),
            short=get(self.short),
            promulgated=_digits(get(self.promulgated)),
            effective=_digits(get(("시행일자",))),
            change=get(("제개정구분명", "제개정구분", "제개정정보")),
        )

    def found_in(self, answer: Answer) -> Row | None:
        """What a text says it is; ``None`` where it is no text of this kind."""
        body = answer.get(self.body)
        if not isinstance(body, Mapping):
            return None
        info = body.get(self.info) if self.info else body
        row = self.row(info) if isinstance(info, Mapping) else None
        return row if row is not None and row.id else None

    def has_text(self, answer: Answer) -> bool:
        """Whether there is a word in it."""
        body = answer.get(self.body)
        return isinstance(body, Mapping) and any(_has_words(body.get(name)) for name in self.text)

    def rows_in(self, wrapped: Answer) -> list[Row]:
        """The rows of a page of a list; one alone comes without its list."""
        for name in self.rows:
            if name in wrapped:
                found = [self.row(fields) for fields in elements(wrapped[name])]
                return [row for row in found if row.id]
        return []

    def by_row(self, row: Row) -> tuple[dict[str, str], ...]:
        """Requests for the text of one version; the next where the server refuses the one before.

        One MST may take effect in steps: only with ``efYd`` the text is that of the day.  Of some
        laws the server has it under ``law`` alone; whether it is that of the day, the text tells.
        """
        if self.kind is Kind.LAW:
            plain = {"target": "law", "MST": row.serial}
            dated = {"target": "eflaw", "MST": row.serial, "efYd": row.effective}
            return (dated, plain) if row.effective else (plain,)
        name = "MST" if self.kind is Kind.ORDIN else "ID"
        return ({"target": self.target, name: row.serial},)

    def by_id(self, number: str) -> dict[str, str]:
        """The request for the text of a number, where no list is needed to find it.

        An administrative rule has two: 행정규칙일련번호 (``ID``, 13 digits) and 행정규칙ID (``LID``).
        """
        name = "LID" if self.kind is Kind.ADMRUL and len(number) < 10 else "ID"
        return {"target": self.target, name: number}


def _digits(value: str) -> str:
    found = day(value)
    return found.strftime("%Y%m%d") if found else ""


def _has_words(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_words(each) for each in value.values())
    if isinstance(value, list):
        return any(_has_words(each) for each in value)
    return bool(str(value or "").strip())


_STATUTE_TEXT = ("조문", "조문내용", "부칙", "별표")

TARGETS: Mapping[Kind, Target] = {
    # eflaw lists laws by the day they take effect (law: by promulgation).
    # nw: 1 past, 2 to come, 3 in force; several with commas.
    Kind.LAW: Target(
        kind=Kind.LAW,
        target="eflaw",
        envelope="LawSearch",
        rows=("law",),
        current={"nw": "3"},
        past=({"nw": "1,3"},),
        body="법령",
        info="기본정보",
        text=_STATUTE_TEXT,
        id=("법령ID",),
        serial=("법령일련번호",),
        title=("법령명한글", "법령명_한글", "법령명"),
        short=("법령약칭명", "법령명약칭"),
        promulgated=("공포일자",),
    ),
    # nw: 1 in force, 2 past — not as for laws.
    Kind.ADMRUL: Target(
        kind=Kind.ADMRUL,
        target="admrul",
        envelope="AdmRulSearch",
        rows=("admrul",),
        current={"nw": "1"},
        past=({"nw": "1"}, {"nw": "2"}),
        body="AdmRulService",
        info="행정규칙기본정보",
        text=_STATUTE_TEXT,
        id=("행정규칙ID",),
        serial=("행정규칙일련번호",),
        title=("행정규칙명",),
        short=(),
        promulgated=("발령일자",),
    ),
    Kind.ORDIN: Target(
        kind=Kind.ORDIN,
        target="ordin",
        envelope="OrdinSearch",
        rows=("law", "ordin"),
        current={"nw": "1"},
        past=({"nw": "1"}, {"nw": "2"}),
        body="LawService",
        info="자치법규기본정보",
        text=_STATUTE_TEXT,
        id=("자치법규ID",),
        serial=("자치법규일련번호",),
        title=("자치법규명",),
        short=(),
        promulgated=("공포일자",),
    ),
    # datSrcNm: those of other collections (tax, accident insurance) come as web pages only.
    # prncYd: first and last day, YYYYMMDD~YYYYMMDD; nb: 사건번호.
    Kind.PREC: Target(
        kind=Kind.PREC,
        target="prec",
        envelope="PrecSearch",
        rows=("prec",),
        current={"datSrcNm": "대법원"},
        past=({"datSrcNm": "대법원"},),
        body="PrecService",
        info="",
        text=("판시사항", "판결요지", "판례내용"),
        id=("판례일련번호", "판례정보일련번호"),
        serial=("판례일련번호", "판례정보일련번호"),
        title=("사건명",),
        short=("사건번호",),
        promulgated=("선고일자",),
        suffix=".jsonl",
    ),
}
