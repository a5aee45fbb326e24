"""Many laws: which versions are in force on a day, what is kept of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fictional import law_of
from hypothesis import given
from hypothesis import strategies as st

from lexdpr_rag.corpus import NEVER, InForce, LawRow, directory_of, law_row

ROW = LawRow(
    law_id="000001",
    version="2020-01-01-1",
    title="등대법",
    kind="법률",
    mst="1",
    ministries=("달빛부",),
    promulgation_date="2019-12-01",
    promulgation_no="1",
    effective_date="2020-01-01",
    short_titles=(),
    source_url="",
    folder="등대법",
    repealed=False,
    articles=3,
    source="등대법/법률.md",
)
TODAY = date.today().isoformat()


def versions(*rows: tuple[str, str] | tuple[str, str, bool]) -> InForce:
    """Rows of (법령ID, 시행일자[, repealed])."""
    return InForce(
        [replace(ROW, law_id=r[0], effective_date=r[1], repealed=len(r) > 2) for r in rows]
    )


def chosen(in_force: InForce, day: str = "") -> list[int]:
    mask = in_force.rows(date.fromisoformat(day) if day else None)
    return [int(row) for row in mask.nonzero()[0]]


CASES = [
    # of several versions the latest that has come
    ([("A", "2010-01-01"), ("A", "2020-01-01"), ("A", "2015-01-01")], "", [1]),
    ([("A", "2010-01-01"), ("A", "2020-01-01"), ("A", "2015-01-01")], "2019-12-31", [2]),
    ([("A", "2010-01-01"), ("A", "2020-01-01"), ("A", "2015-01-01")], "2020-01-01", [1]),
    ([("A", "2010-01-01"), ("A", "2020-01-01"), ("A", "2015-01-01")], "2009-12-31", []),
    # each law for itself
    ([("A", "2010-01-01"), ("B", "2011-01-01"), ("A", "2012-01-01")], "", [1, 2]),
    ([("A", "2010-01-01"), ("B", "2011-01-01"), ("A", "2012-01-01")], "2010-06-01", [0]),
    # a version still to come waits …
    ([("A", "2010-01-01"), ("A", "2999-01-01")], "", [0]),
    ([("A", "2010-01-01"), ("A", "2999-01-01")], "2999-01-01", [1]),
    # … and stands in where there is no other, the earliest first, unless a day is asked for
    ([("A", "2999-01-01"), ("A", "2998-01-01")], "", [1]),
    ([("A", "2999-01-01"), ("A", "2998-01-01")], TODAY, []),
    # a stub takes its law out from its day on
    ([("A", "2010-01-01"), ("A", "2020-01-01", True)], "", []),
    ([("A", "2010-01-01"), ("A", "2020-01-01", True)], "2019-12-31", [0]),
    ([("A", "2020-01-01", True)], "", []),
    # enacted anew under the same ID after its repeal
    ([("A", "2020-01-01", True), ("A", "2021-01-01")], "", [1]),
    # a day that is not fixed never comes, but stands in
    ([("A", ""), ("A", "2020-01-01")], "", [1]),
    ([("A", ""), ("A", "2020-01-01")], "9000-01-01", [1]),
    ([("A", "")], "", [0]),
    ([("A", "")], "9000-01-01", []),
    # of two versions of the same day the later in the corpus
    ([("A", "2020-01-01"), ("A", "2020-01-01")], "", [1]),
    ([], "", []),
]


@pytest.mark.parametrize(("rows", "day", "expected"), CASES)
def test_versions_in_force(rows, day: str, expected: list[int]) -> None:
    assert chosen(versions(*rows), day) == expected


def test_is_in_force() -> None:
    in_force = versions(("A", "2020-01-01"), ("B", "2999-01-01"), ("C", ""))
    assert [in_force.is_in_force(row) for row in range(3)] == [True, False, False]
    assert not in_force.is_in_force(0, date(2019, 12, 31))
    assert in_force.is_in_force(1, date(2999, 1, 1))


_DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))


@given(st.lists(st.tuples(st.sampled_from("ABC"), _DAYS, st.booleans()), max_size=12), _DAYS)
def test_versions_in_force_by_definition(rows: list[tuple[str, date, bool]], day: date) -> None:
    in_force = InForce(
        [replace(ROW, law_id=i, effective_date=d.isoformat(), repealed=r) for i, d, r in rows]
    )
    expected = []
    for law in "ABC":
        come = [(d, n) for n, (i, d, _) in enumerate(rows) if i == law and d <= day]
        if come and not rows[max(come)[1]][2]:
            expected.append(max(come)[1])
    assert [int(r) for r in in_force.rows(day).nonzero()[0]] == sorted(expected)


# -- rows ----------------------------------------------------------------------------------------


def test_what_is_kept_of_a_law() -> None:
    law = law_of(
        "##### 제1조 (목적)\n\n책.\n\n##### 제2조\n\n삭제 <2021.3.4>\n\n##### 제3조 (책)\n\n책.\n"
    )
    row = law_row(law, "달빛도서관법/법률.md")
    assert (row.law_id, row.title, row.kind) == ("990100", "달빛 도서관법", "법률")
    assert row.version == "2024-08-14-20301"
    assert row.ministries == ("달빛부", "별빛부")
    assert (row.effective_date, row.promulgation_date) == ("2024-08-14", "2024-02-13")
    assert (row.articles, row.live_articles, row.repealed) == (3, 2, False)
    assert [(path, status) for path, status, _ in row.dead] == [("main:a2", "deleted")]
    assert row.folder == "달빛도서관법"


def test_a_day_that_is_not_fixed() -> None:
    row = law_row(law_of("##### 제1조 (목적)\n\n책.\n", 시행일자="9999-01-01"), "a.md")
    assert row.effective_date == ""
    assert row.effective_ordinal == NEVER
    assert row.version == "미정-20301"


@given(
    st.builds(
        replace,
        st.just(ROW),
        title=st.text(alphabet=st.characters(exclude_categories=("Cs",))),
        ministries=st.lists(st.text(max_size=4)).map(tuple),
        short_titles=st.lists(st.sampled_from(["등대법", '"\n\\', "\u2028"])).map(tuple),
        dead=st.lists(st.tuples(st.just("main:a2"), st.just("deleted"), st.text(max_size=3))).map(
            tuple
        ),
        effective_date=st.just("") | st.dates().map(date.isoformat),
    )
)
def test_rows_come_back(row: LawRow) -> None:
    line = row.to_json()
    assert "\n" not in line
    assert LawRow.from_json(line) == row


def test_the_live_law_of_a_shared_title() -> None:
    stub = replace(ROW, law_id="000002", effective_date="2025-01-01", repealed=True, articles=0)
    directory = directory_of([stub, replace(ROW, live_articles=3)])
    assert directory.find("등대법")[0].law_id == "000001"
