"""Documents of a framework give the units that an index over the same file gives."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from fictional import source

from lexdpr_rag import Filters, LexDPR
from lexdpr_rag.documents import (
    StatuteUnit,
    check_levels,
    made_id,
    name_of,
    read_statute,
    statute_units,
    text_of,
)
from lexdpr_rag.errors import FilterError, SourceError
from lexdpr_rag.statute.source import read_law

ROBOTS = "반려로봇등록및안전관리에관한법률/법률.md"
PLAIN = "plain/마을기록물보존규정.txt"
BODY = """## 제1장 총칙

##### 제1조 (목적)

이 법은 도서관을 밝힘을 목적으로 한다.

##### 제2조 (정의)

**①** 이 법에서 쓰는 말의 뜻은 다음과 같다.

  1\\. "달빛"이란 밤의 빛을 말한다.
  2\\. "별빛"이란 먼 빛을 말한다.

**②** 빛의 세기는 대통령령으로 정한다.

##### 제3조 (벌칙)

빛을 훔친 자는 책을 읽는다.
"""


def units_by_path(units: list[StatuteUnit]) -> dict[str, StatuteUnit]:
    return {unit.hit.unit_id.partition(":main:")[2]: unit for unit in units}


# -- the same as a search gives ------------------------------------------------------------------


@pytest.mark.parametrize("name", [f"statutes/{ROBOTS}", PLAIN, "api/990011.json", "api/990011.xml"])
@pytest.mark.parametrize("level", ["auto", "article", "paragraph", "subparagraph"])
def test_units_are_what_a_search_gives(samples: Path, tmp_path: Path, name: str, level):
    file = samples / name
    (tmp_path / "laws" / file.parent.name).mkdir(parents=True)
    shutil.copy(file, tmp_path / "laws" / file.parent.name)
    engine = LexDPR.build(tmp_path / "laws", tmp_path / "index", jobs=1)
    units = statute_units(f"{file.parent.name}/{file.name}", file.read_bytes(), [level])
    assert len(units) > 10
    later = Filters(as_of=date(2999, 1, 1))  # articles that take effect later are units too
    for unit in units:
        hits = engine.search(unit.hit.citation, k=40, level=level, filters=later)
        same = {hit.unit_id: hit for hit in hits}
        found = same[unit.hit.unit_id]
        assert found.metadata() == unit.hit.metadata()
        assert (found.text, found.context) == (unit.hit.text, unit.hit.context)
        assert unit.hit.score == 0.0


def test_text_and_bytes_are_the_same(samples: Path):
    file = samples / "statutes" / ROBOTS
    assert statute_units("a.md", file.read_bytes()) == statute_units(
        "a.md", file.read_text("utf-8")
    )


# -- the tree ------------------------------------------------------------------------------------


def test_every_provision_knows_its_place():
    units = units_by_path(statute_units("법률.md", source(BODY)))
    urn = next(iter(units.values())).hit.unit_id.removesuffix("a1")

    def place(path: str) -> tuple[str, list[str], str, str]:
        unit = units[path]
        ids = (unit.parent_id, *unit.child_ids, unit.previous_id, unit.next_id)
        parent, *children, before, after = (name.removeprefix(urn) for name in ids)
        return parent, children, before, after

    assert list(units) == ["a1", "a2", "a2:h1", "a2:h1:n1", "a2:h1:n2", "a2:h2", "a3"]
    assert place("a1") == ("", [], "", "a2")
    assert place("a2") == ("", ["a2:h1", "a2:h2"], "a1", "a3")
    assert place("a2:h1") == ("a2", ["a2:h1:n1", "a2:h1:n2"], "", "a2:h2")
    assert place("a2:h1:n2") == ("a2:h1", [], "a2:h1:n1", "")
    assert place("a2:h2") == ("a2", [], "a2:h1", "")
    assert place("a3") == ("", [], "a2", "")


def test_a_level_left_out_is_stepped_over():
    units = units_by_path(statute_units("법률.md", source(BODY), ["article", "subparagraph"]))
    assert list(units) == ["a1", "a2", "a2:h1:n1", "a2:h1:n2", "a2:h2", "a3"]
    article = units["a2"].hit.unit_id
    assert {units[path].parent_id for path in ("a2:h1:n1", "a2:h1:n2", "a2:h2")} == {article}
    assert units["a2:h1:n2"].next_id == units["a2:h2"].hit.unit_id


def test_one_level_has_no_parents():
    units = statute_units("법률.md", source(BODY), ["subparagraph"])
    assert [unit.hit.level for unit in units] == [
        "article", "subparagraph", "subparagraph", "paragraph", "article",
    ]  # fmt: skip
    assert not any(unit.parent_id or unit.child_ids for unit in units)
    assert [unit.previous_id for unit in units[1:]] == [unit.hit.unit_id for unit in units[:-1]]


def test_runs_and_pieces_have_the_article_above_them():
    clauses = "".join(f"  {n}\\. {'아주 긴 별자리의 이름 ' * 12}\n" for n in range(1, 12))
    long = "별은 빛난다. " * 600
    body = f"##### 제1조 (목록)\n\n목록은 다음과 같다.\n\n{clauses}\n##### 제2조 (글)\n\n{long}\n\n"
    units = statute_units("법률.md", source(body), ["auto", "article"])
    articles = [unit for unit in units if not unit.parent_id]
    runs = [unit for unit in units if "+" in unit.hit.unit_id]
    pieces = [unit for unit in units if "#" in unit.hit.unit_id]
    assert [unit.hit.article for unit in articles] == ["제1조", "제2조"]
    assert len(runs) > 2
    assert len(pieces) > 2
    assert {unit.parent_id for unit in runs} == {articles[0].hit.unit_id}
    assert {unit.parent_id for unit in pieces} == {articles[1].hit.unit_id}
    assert articles[1].child_ids == tuple(unit.hit.unit_id for unit in pieces)


@pytest.mark.parametrize("name", sorted(("statutes", "api", "plain")))
def test_relations_are_each_others(samples: Path, name: str):
    files = [
        f for f in (samples / name).rglob("*.*") if f.suffix in (".md", ".json", ".xml", ".txt")
    ]
    assert files
    for file in files:
        units = {u.hit.unit_id: u for u in statute_units(file.name, file.read_bytes())}
        for unit_id, unit in units.items():
            assert all(units[child].parent_id == unit_id for child in unit.child_ids)
            assert not unit.parent_id or unit_id in units[unit.parent_id].child_ids
            assert not unit.next_id or units[unit.next_id].previous_id == unit_id
            assert unit_id.startswith(unit.parent_id)


def test_a_repealed_law_gives_nothing(samples: Path):
    (stub,) = (file for file in (samples / "statutes").rglob("*.md") if read_law(file).repealed)
    assert statute_units(stub.name, stub.read_bytes()) == []


# -- what loaders do to a text -------------------------------------------------------------------


def test_front_matter_that_a_loader_took_away_comes_from_the_metadata(samples: Path):
    whole = (samples / "statutes" / ROBOTS).read_text("utf-8")
    body = whole.split("---\n", 2)[2]
    law = read_law(whole.encode(), ROBOTS)
    metadata = {
        "제목": law.meta.title,
        "법령ID": law.meta.law_id,
        "법령구분": law.meta.kind,
        "소관부처": list(law.meta.ministries),
        "공포번호": law.meta.promulgation_no,
        "시행일자": law.meta.effective_date,  # as YAML reads it: a date
        "출처": law.meta.source_url,
        "file_name": "법률.md",
    }
    assert statute_units(ROBOTS, body, metadata=metadata) == statute_units(ROBOTS, whole)


def test_without_metadata_the_headline_names_the_law():
    body = source(BODY).split("---\n", 2)[2]
    law = read_statute("x/법률.md", body, {"title": "법률.md"})
    assert (law.meta.title, law.meta.law_id) == ("달빛 도서관법", made_id("달빛 도서관법"))
    assert [article.number.main for article in law.articles()] == [1, 2, 3]


ARTICLES = "제1조(목적) 이 규정은 별을 센다.\n제2조(방법) 하나씩 센다.\n"


def test_a_plain_text_without_a_title_takes_that_of_the_metadata():
    for key in ("제목", "law", "title"):
        law = read_statute("memo.txt", ARTICLES, {key: "별 세기 규정"})
        assert law.meta.title == "별 세기 규정"
        assert law.meta.law_id == made_id("별 세기 규정")
    assert read_statute("memo.txt", ARTICLES).meta.title == "memo"


def test_a_plain_text_keeps_a_title_of_its_own():
    text = "달 세기 규정\n\n" + ARTICLES
    law = read_statute("memo.txt", text, {"title": "memo.txt"})
    assert law.meta.title == "달 세기 규정"
    # The parser makes the same ID of a title.
    assert law.meta.law_id == made_id("달 세기 규정")


def test_names_come_from_what_loaders_write():
    assert name_of({"file_path": "a/b.md", "source": "c"}, "id") == "a/b.md"
    assert name_of({"source": "c.md"}, "id") == "c.md"
    assert name_of({"file_path": None}, "id") == "id"


def test_text_of_old_files():
    assert text_of("별을 센다".encode("cp949"), "a.txt") == text_of("별을 센다".encode(), "a.txt")
    with pytest.raises(SourceError, match=r"a\.txt"):
        text_of(b"\xff\xff\xff", "a.txt")


# -- what is no statute --------------------------------------------------------------------------


NO_STATUTES = {
    "empty": "",
    "blank": "  \n",
    "prose": "오늘은 날씨가 좋다.",
    "markdown": "# 회의록\n\n- 별을 세기로 함\n",
    "html": "<html><body>안녕</body></html>",
    "json": '{"a": 1}',
    "front matter alone": "---\n제목: 별\n---\n",
    "pdf": b"%PDF-1.7",
    "half a character": "제멋대로 \ud800 쓴 글",
}


@pytest.mark.parametrize("content", NO_STATUTES.values(), ids=NO_STATUTES)
@pytest.mark.parametrize("metadata", [None, {"title": "별 세기 규정"}])
def test_what_is_no_statute_is_named(content, metadata):
    with pytest.raises(SourceError) as caught:
        statute_units("memo/별.md", content, metadata=metadata)
    assert "memo/별.md" in str(caught.value)


@pytest.mark.parametrize("levels", [["page"], ["article", "목"], []])
def test_levels_that_there_are_not(levels):
    with pytest.raises(FilterError, match="level"):
        statute_units("법률.md", source(BODY), levels)
    with pytest.raises(FilterError):
        check_levels(levels)
