"""Filters: which articles may be found."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from fictional import law_of

from lexdpr_rag import Filters
from lexdpr_rag.corpus import directory_of
from lexdpr_rag.errors import FilterError
from lexdpr_rag.index.selection import Selection
from lexdpr_rag.index.store import UnitStore, store_of

TREE = """## 제1장 총칙

##### 제1조 (목적)

책.

## 제2장 대출 및 반납

### 제1절 대출

##### 제2조 (대출)

책.

##### 제2조의2 (대출 기간)

책.

### 제2절 반납

##### 제3조 (반납)

책.

##### 제10조 (연체)

책.
"""
LATER = "\n##### 제4조 (나중)\n\n[시행일 : 2999.1.1] 제4조\n\n책.\n"
ONE = "##### 제1조 (목적)\n\n책.\n\n"
STUB = "이 법은 폐지한다.\n"

ACT = {"제목": "달빛 도서관법", "법령ID": "'000001'", "공포번호": "'1'"}
DECREE = {"제목": "달빛 도서관법 시행령", "법령ID": "'000002'", "법령구분": "대통령령"}
OTHER = {"제목": "별빛 등대법", "법령ID": "'000003'", "소관부처": "\n- 별빛부"}
OLD = {"제목": "등대 관리법", "법령ID": "'000004'", "시행일자": "2000-01-01", "공포번호": "'2'"}
NEW = OLD | {"시행일자": "2010-01-01", "공포번호": "'3'", "제목": "등대 보호법"}
COMING = {"제목": "나룻배법", "법령ID": "'000005'", "시행일자": "2999-01-01"}
OPEN_DAY = {"제목": "물레방아법", "법령ID": "'000006'", "시행일자": "9999-01-01"}


@pytest.fixture(scope="module")
def store() -> UnitStore:
    laws = [
        law_of(TREE + LATER, **ACT),
        law_of(ONE, **DECREE | {"소관부처": "\n- 달빛부"}),
        law_of(ONE, **OTHER),
        law_of(ONE, **OLD),
        law_of(ONE, **NEW),
        law_of(ONE, **COMING),
        law_of(ONE, **OPEN_DAY),
    ]
    return store_of((law, f"{i}.md") for i, law in enumerate(laws))


@pytest.fixture(scope="module")
def selection(store: UnitStore) -> Selection:
    return Selection(store, directory_of(store.laws))


def found(store: UnitStore, selection: Selection, **filters: object) -> list[str]:
    """``<법령ID> <path>`` of the articles that may be found."""
    mask = selection.articles(Filters.of(**filters))
    law_of_article = store.article_law()
    return [
        f"{store.laws[int(law_of_article[row])].law_id[-1]} {store.article_path[row][5:]}"
        for row in np.flatnonzero(mask).tolist()
    ]


TREE_PATHS = ["1 a1", "1 a2", "1 a2-2", "1 a3", "1 a10"]
NOW = [*TREE_PATHS, "2 a1", "3 a1", "4 a1", "5 a1", "6 a1"]

CASES = [
    ({}, NOW),
    # laws by title, spelt in some way, by the title of an earlier version, by 법령ID
    ({"law": "달빛 도서관법"}, TREE_PATHS),
    ({"law": "달빛도서관법"}, TREE_PATHS),
    ({"law": "「달빛 도서관법」"}, TREE_PATHS),
    ({"law": "000001"}, TREE_PATHS),
    ({"law": "등대 관리법"}, ["4 a1"]),
    ({"law": "등대 보호법"}, ["4 a1"]),
    ({"law": ["달빛 도서관법 시행령", "000003"]}, ["2 a1", "3 a1"]),
    # kind and ministry
    ({"kind": "대통령령"}, ["2 a1"]),
    ({"kind": ["대통령령", "법률"]}, NOW),
    ({"ministry": "별빛부"}, [*TREE_PATHS, "3 a1", "4 a1", "5 a1", "6 a1"]),
    ({"ministry": "달빛부", "kind": "대통령령"}, ["2 a1"]),
    # all fields are required
    ({"law": "달빛 도서관법", "kind": "대통령령"}, []),
    # parts of the tree
    ({"part": "제1장"}, ["1 a1"]),
    ({"part": "총칙"}, ["1 a1"]),
    ({"part": "제2장"}, ["1 a2", "1 a2-2", "1 a3", "1 a10"]),
    ({"part": "제2장 제1절"}, ["1 a2", "1 a2-2"]),
    ({"part": "제2장 > 제2절"}, ["1 a3", "1 a10"]),
    ({"part": "대출 및 반납"}, ["1 a2", "1 a2-2", "1 a3", "1 a10"]),
    ({"part": "제2절 반납"}, ["1 a3", "1 a10"]),
    ({"part": "제2절", "law": "달빛 도서관법"}, ["1 a3", "1 a10"]),
    ({"part": "제2조", "law": "달빛 도서관법"}, ["1 a2"]),
    ({"part": "제2조의2"}, ["1 a2-2"]),
    ({"part": "2조의 2"}, ["1 a2-2"]),
    ({"part": "제2조~제3조"}, ["1 a2", "1 a2-2", "1 a3"]),
    ({"part": "제2조의2부터 제10조까지"}, ["1 a2-2", "1 a3", "1 a10"]),
    ({"part": "제3조-제10조"}, ["1 a3", "1 a10"]),
    # days
    ({"as_of": "2005-06-07", "law": "000004"}, ["4 a1"]),
    ({"as_of": "1999-12-31"}, []),
    ({"as_of": date(2024, 8, 14), "law": "000001"}, TREE_PATHS),
    ({"as_of": "2024-08-13", "law": "000001"}, []),
    # an article that takes effect after its law
    ({"as_of": "2999-01-01", "part": "제4조"}, ["1 a4"]),
    # laws still to come stand in, unless a day is asked for
    ({"law": ["나룻배법", "물레방아법"]}, ["5 a1", "6 a1"]),
    ({"law": "나룻배법", "as_of": date.today()}, []),
    ({"law": ["나룻배법", "물레방아법"], "as_of": "2999-01-01"}, ["5 a1"]),
]


@pytest.mark.parametrize(("filters", "expected"), CASES, ids=[str(case[0]) for case in CASES])
def test_filters(
    filters: dict[str, object], expected: list[str], store: UnitStore, selection: Selection
) -> None:
    assert found(store, selection, **filters) == expected


def test_the_version_of_the_day(store: UnitStore, selection: Selection) -> None:
    law_of_article = store.article_law()
    titles = [
        store.laws[int(law_of_article[row])].title
        for day in (date(2005, 1, 1), None)
        for row in np.flatnonzero(selection.articles(Filters(law=("000004",), as_of=day)))
    ]
    assert titles == ["등대 관리법", "등대 보호법"]


ERRORS = [
    ({"law": "달빛 도서괸법"}, "달빛 도서괸법.*혹시.*달빛 도서관법"),
    ({"law": "쀍뷁"}, "쀍뷁"),
    ({"kind": "칙령"}, "칙령.*법률.*대통령령|칙령.*대통령령.*법률"),
    ({"ministry": "햇빛부"}, "햇빛부.*달빛부"),
    ({"part": "제77장"}, "제77장.*예:"),
    ({"part": "제77조"}, "제77조"),
    ({"part": "총칙", "law": "별빛 등대법"}, "총칙"),
    ({"colour": "red"}, "colour.*as_of, kind, law, ministry, part"),
    ({"as_of": "yesterday"}, "yesterday.*2024-05-01"),
    ({"law": 3}, "law.*3.*민법"),
    ({"law": []}, "law"),
    ({"part": 3}, "part.*3.*제3편"),
]


@pytest.mark.parametrize(("filters", "expected"), ERRORS, ids=[str(case[0]) for case in ERRORS])
def test_what_no_filter_can_be(
    filters: dict[str, object], expected: str, selection: Selection
) -> None:
    with pytest.raises(FilterError, match=expected):
        selection.articles(Filters.of(**filters))


def test_today_is_looked_up_each_day(store: UnitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that runs for weeks shows an article from the day on that it takes effect."""
    from lexdpr_rag import corpus
    from lexdpr_rag.index import selection as module

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return date(2999, 1, 1)

    selection = Selection(store, directory_of(store.laws))
    assert "1 a4" not in found(store, selection)
    monkeypatch.setattr(module, "date", Later)
    monkeypatch.setattr(corpus, "date", Later)
    assert "1 a4" in found(store, selection)


def test_masks_are_kept(selection: Selection) -> None:
    assert selection.articles(Filters(kind=("법률",))) is selection.articles(
        Filters(kind=("법률",))
    )


def test_a_stub_takes_its_law_out() -> None:
    laws = [
        law_of(ONE, **OLD),
        law_of(f"##### 제1조\n\n{STUB}", **NEW | {"제목": "등대 관리법"}),
    ]
    store = store_of((law, "a.md") for law in laws)
    if not store.laws[1].repealed:
        pytest.skip("not a stub to the parser")
    selection = Selection(store, directory_of(store.laws))
    assert found(store, selection) == []
    assert found(store, selection, as_of="2005-01-01") == ["4 a1"]
