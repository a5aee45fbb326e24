"""The unit store: what is saved comes back, and stretches of it can be cut out and joined."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fictional import law_of
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag.index.columns import StringColumn, from_utf16, to_utf16, utf16_positions
from lexdpr_rag.index.store import UnitStore, concatenate, store_of
from lexdpr_rag.statute.tree import Law
from lexdpr_rag.units import units_of

STRINGS = ("article_path", "article_title", "article_heading", "unit_path", "unit_until")
ARRAYS = ("law_articles", "text", "article_text", "article_units", "article_effective")
ARRAYS += ("unit_levels", "unit_start", "unit_end", "unit_leads")


def law(number: int, articles: int = 2, words: str = "책을 빌려준다.") -> Law:
    body = "".join(
        f"##### 제{i}조 (일{i})\n\n**①** {words}\n\n**②** 각 호와 같다.\n\n  1\\. 시집\n  2\\. 지도\n\n"
        for i in range(1, articles + 1)
    )
    return law_of(f"## 제1장 총칙\n\n{body}", 법령ID=f"'{number:06}'", 제목=f"등대{number}법")


def same(one: UnitStore, two: UnitStore) -> bool:
    return (
        list(one.laws) == list(two.laws)
        and all(np.array_equal(getattr(one, name), getattr(two, name)) for name in ARRAYS)
        and all(strings(one, name) == strings(two, name) for name in STRINGS)
    )


def strings(store: UnitStore, name: str) -> list[str]:
    column = getattr(store, name)
    return [column[i] for i in range(len(column))]


@pytest.fixture(scope="module")
def laws() -> list[tuple[Law, str]]:
    return [(law(n, articles=n % 4), f"{n}.md") for n in range(1, 9)]


@pytest.fixture(scope="module")
def store(laws: list[tuple[Law, str]]) -> UnitStore:
    return store_of(laws)


def test_rows(laws: list[tuple[Law, str]], store: UnitStore) -> None:
    assert len(store.laws) == 8
    assert store.articles == sum(n % 4 for n in range(1, 9)) == 12
    assert store.units == 12 * 5
    assert store.article_law().tolist() == [0, 1, 1, 2, 2, 2, 4, 5, 5, 6, 6, 6]
    assert store.laws[2].source == "3.md"
    assert strings(store, "article_title")[3:6] == ["일1", "일2", "일3"]
    assert set(strings(store, "article_heading")) == {"제1장 총칙"}
    assert strings(store, "unit_path")[:5] == ["", ":h1", ":h2", ":h2:n1", ":h2:n2"]


def test_texts_and_lead_ins(laws: list[tuple[Law, str]], store: UnitStore) -> None:
    entries = [entry for law, _ in laws for entry in units_of(law.article_headings())]
    for row, entry in enumerate(entries):
        assert store.article_string(row) == entry.text
        first = int(store.article_units[row])
        for i, unit in enumerate(entry.units):
            start, end = store.unit_start[first + i], store.unit_end[first + i]
            assert store.slice_text(row, start, end) == entry.text[unit.start : unit.end]
            found = [(int(a), int(b)) for a, b in store.unit_leads[first + i] if b]
            assert found == list(unit.leads)


def test_what_is_saved_comes_back(store: UnitStore, tmp_path: Path) -> None:
    store.save(tmp_path)
    opened = UnitStore.open(tmp_path)
    assert same(store, opened)
    assert isinstance(opened.text, np.memmap)
    assert not opened.text.flags.writeable


def test_an_empty_store(tmp_path: Path) -> None:
    store_of([]).save(tmp_path)
    opened = UnitStore.open(tmp_path)
    assert (len(opened.laws), opened.articles, opened.units) == (0, 0, 0)


def test_a_missing_column(store: UnitStore, tmp_path: Path) -> None:
    store.save(tmp_path)
    (tmp_path / "unit_leads.npy").unlink()
    with pytest.raises(FileNotFoundError):
        UnitStore.open(tmp_path)


@pytest.mark.parametrize(("first", "last"), [(0, 8), (0, 0), (2, 5), (3, 4), (7, 8)])
def test_slices(first: int, last: int, laws: list[tuple[Law, str]], store: UnitStore) -> None:
    assert same(store.slice_laws(first, last), store_of(laws[first:last]))


def test_a_slice_of_an_opened_store_saves(store: UnitStore, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    store.save(tmp_path / "one")
    cut = UnitStore.open(tmp_path / "one").slice_laws(2, 5)
    cut.save(tmp_path / "two")
    assert same(UnitStore.open(tmp_path / "two"), cut)


@given(st.sets(st.integers(0, 7), max_size=7))
@settings(max_examples=30, deadline=None)
def test_leaving_laws_out(drop: set[int]) -> None:
    laws = [(law(n, articles=n % 4), f"{n}.md") for n in range(1, 9)]
    rest = [entry for row, entry in enumerate(laws) if row not in drop]
    joined = concatenate(store_of(laws).without_laws(drop))
    assert same(joined, store_of(rest))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=5))
@settings(max_examples=30, deadline=None)
def test_stores_end_to_end(sizes: list[int]) -> None:
    groups = [
        [(law(10 * i + j, articles=j), f"{i}-{j}.md") for j in range(size)]
        for i, size in enumerate(sizes)
    ]
    whole = store_of([entry for group in groups for entry in group])
    assert same(concatenate([store_of(group) for group in groups]), whole)


def test_letters_beyond_the_bmp() -> None:
    store = store_of([(law(1, 1, "𠮷𡈽 글자"), "a.md")])
    row = next(u for u in range(store.units) if store.unit_path[u] == ":h1")
    text = store.slice_text(0, int(store.unit_start[row]), int(store.unit_end[row]))
    assert text == "① 𠮷𡈽 글자"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_positions_in_utf16(text: str) -> None:
    codes = to_utf16(text)
    assert from_utf16(codes) == text
    if not text:
        return
    at = utf16_positions(text)
    for i in range(len(text) + 1):
        assert from_utf16(codes[: i if at is None else int(at[i])]) == text[:i]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs",)))), st.data())
def test_columns_of_strings(values: list[str], data: st.DataObject) -> None:
    column = StringColumn.of(values)
    assert [column[i] for i in range(len(column))] == values
    start = data.draw(st.integers(0, len(values)))
    end = data.draw(st.integers(start, len(values)))
    cut = column.slice(start, end)
    assert [cut[i] for i in range(len(cut))] == values[start:end]
    joined = StringColumn.concatenate([cut, column])
    assert [joined[i] for i in range(len(joined))] == values[start:end] + values


def test_effective_days() -> None:
    """An article's own day where it has one, else its law's."""
    body = "##### 제1조 (일)\n\n책.\n\n##### 제2조 (일)\n\n[시행일 : 2030.1.1] 제2조\n\n책.\n"
    store = store_of([(law_of(body), "a.md")])
    days = [int(day) for day in store.article_effective]
    assert days[0] == store.laws[0].effective_ordinal
    assert days[1] > days[0]
