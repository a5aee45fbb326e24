"""Which version is meant, and what a folder remembers, whatever is in it."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag.fetch.files import alone_in, write_whole
from lexdpr_rag.fetch.kinds import TARGETS, Kind, Row
from lexdpr_rag.fetch.listing import current, newest
from lexdpr_rag.fetch.state import NAME, State, file_of, same_version

LAW = TARGETS[Kind.LAW]
DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))
ROWS = st.builds(
    Row,
    id=st.sampled_from(["990100", "990200"]),
    serial=st.integers(1, 99999).map(str),
    title=st.just("달빛 도서관법"),
    promulgated=DAYS.map(lambda day: day.strftime("%Y%m%d")),
    effective=DAYS.map(lambda day: day.strftime("%Y%m%d")),
    change=st.sampled_from(["제정", "일부개정", "폐지", "폐지제정"]),
)


@settings(deadline=None)
@given(st.lists(ROWS, max_size=12), DAYS)
def test_the_version_in_force_is_the_last_that_has_begun(rows: list[Row], day: date):
    chosen = newest(rows, day)
    for number in {row.id for row in rows}:
        begun = [r for r in rows if r.id == number and r.effective <= f"{day:%Y%m%d}"]
        if number in chosen:
            assert chosen[number].effective == max(r.effective for r in begun)
            assert not chosen[number].repeals
        else:
            last = max((r.effective for r in begun), default="")
            assert not begun or any(r.repeals for r in begun if r.effective == last)


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=12), DAYS)
def test_what_a_list_names_in_force_is_never_left_out(rows: list[Row], today: date):
    assert current(rows, today).keys() == {row.id for row in rows}
    later = today + timedelta(days=40_000)
    assert all(
        row.effective == max(r.effective for r in rows if r.id == name)
        for name, row in current(rows, later).items()
    )


@pytest.mark.parametrize(
    ("change", "repeals"),
    [("폐지", True), ("타법폐지", True), ("폐지제정", False), ("일부개정", False), ("", False)],
)
def test_what_repeals(change: str, repeals: bool):
    assert Row("1", "1", "달빛 도서관법", change=change).repeals is repeals


def test_a_field_that_is_left_out_says_nothing():
    row = Row("990100", "900001", "달빛 도서관법", promulgated="20240213", effective="20240814")
    # The text of a law does not tell its MST.
    assert same_version(Row("990100", "", "-", promulgated="20240213", effective="20240814"), row)
    assert not same_version(Row("990100", "", "-", effective="20240815"), row)
    assert not same_version(Row("990101", "", "-"), row)


@settings(deadline=None)
@given(st.binary(max_size=200), st.lists(ROWS, max_size=5))
def test_any_rubbish_in_the_state_is_passed_over(rubbish: bytes, rows: list[Row]):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / NAME).write_bytes(rubbish)
        last: dict[str, Row] = {}
        for row in rows:
            with State.of(folder) as state:
                file = file_of(LAW, row, dated=False)
                write_whole(folder / file, row.serial.encode())
                state.add(LAW, file, row, len(row.serial))
                last[file] = row
        with State.of(folder) as state:
            for file, row in last.items():
                assert state.held(LAW, file, row)
                other = Row(row.id, row.serial + "0", row.title, row.short, row.promulgated)
                assert not state.held(LAW, file, other)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_half_a_line_at_the_end_takes_no_other_with_it(tmp_path: Path, cut: int):
    rows = [Row(f"99{n}", f"{n}", "달빛 도서관법") for n in range(3)]
    with State.of(tmp_path) as state:
        for row in rows:
            file = file_of(LAW, row, dated=False)
            write_whole(tmp_path / file, b"{}")
            state.add(LAW, file, row, 2)
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[:-cut])
    with State.of(tmp_path) as state:
        assert [state.held(LAW, file_of(LAW, row, dated=False), row) for row in rows[:2]] == [
            True,
            True,
        ]
        state.add(LAW, file_of(LAW, rows[2], dated=False), rows[2], 2)
        # What a process that were killed now would leave.
        with State.of(tmp_path) as left:
            assert left.held(LAW, file_of(LAW, rows[2], dated=False), rows[2])
    with State.of(tmp_path) as state:
        assert all(state.held(LAW, file_of(LAW, row, dated=False), row) for row in rows)


def test_the_lock_is_given_back(tmp_path: Path):
    for _ in range(2):
        with alone_in(tmp_path / "laws"):
            pass
