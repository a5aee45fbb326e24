"""Records kept as columns, and what an opened index leaves to the garbage collector."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from fictional import source

from lexdpr_rag import LexDPR
from lexdpr_rag.records import Records
from lexdpr_rag.statute.directory import LawDirectory, LawEntry


@dataclass(frozen=True, slots=True)
class Pair:
    name: str
    values: tuple[int, ...] = ()


ROWS = [Pair("가", (1, 2)), Pair("나"), Pair("다", (3,))]


def test_records_are_those_given():
    records = Records(Pair, iter(ROWS))
    assert len(records) == 3
    assert list(records) == ROWS
    assert [records[at] for at in (0, 1, 2, -1)] == [*ROWS, ROWS[-1]]
    assert records[1:] == ROWS[1:]
    assert records[::-1] == ROWS[::-1]
    assert Pair("나") in records


def test_a_record_that_is_not_there():
    with pytest.raises(IndexError):
        Records(Pair, ROWS)[3]
    assert list(Records(Pair, [])) == []


def _tracked() -> int:
    gc.collect()
    return len(gc.get_objects())


def test_a_directory_leaves_few_objects_to_the_collector():
    """A full collection stops all threads for as long as there are objects to go through."""
    entries = [
        LawEntry(
            f"{i:06}", f"로봇 {i}호 관리법", "법률", date(2024, 1, 1), short_titles=(f"로{i}법",)
        )
        for i in range(3000)
    ]
    before = _tracked()
    directory = LawDirectory(iter(entries), short_titles={})
    assert directory.resolve("로2999법").title == "로봇 2999호 관리법"
    assert _tracked() - before < 100


def test_an_opened_index_leaves_few_objects_to_the_collector(tmp_path: Path):
    for i in range(400):
        folder = tmp_path / "laws" / f"달빛{i}법"
        folder.mkdir(parents=True)
        front = {"제목": f"달빛 {i}호 도서관법", "법령ID": f"'{i:06}'"}
        body = "##### 제1조 (목적)\n\n이 법은 달빛 도서관의 등록을 정한다.\n"
        (folder / "법률.md").write_text(source(body, **front), "utf-8")
    LexDPR.build(tmp_path / "laws", tmp_path / "index").close()
    LexDPR.open(tmp_path / "index").search("등록")  # what is loaded once in a process
    before = _tracked()
    engine = LexDPR.open(tmp_path / "index")
    assert engine.search("등록")
    assert engine.info().laws == 400
    assert _tracked() - before < 500


def test_warm_can_freeze_what_is_loaded(samples: Path, tmp_path: Path):
    frozen = gc.get_freeze_count()
    try:
        with LexDPR.build(samples / "statutes", tmp_path / "index") as engine:
            engine.warm()
            assert gc.get_freeze_count() == frozen
            engine.warm(freeze=True)
            assert gc.get_freeze_count() > 1000
            assert engine.search("등록")
    finally:
        gc.unfreeze()
