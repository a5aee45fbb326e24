"""The provisions that a provision refers to, added to what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lexdpr_rag import Hit, LexDPR
from lexdpr_rag.parents import Part
from lexdpr_rag.referred import Additions, referred_provisions

from .fictional import source
from .referring_laws import ACT, DECREE, POST, build_laws

KITCHEN = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
ROBOTS = "반려로봇 등록 및 안전관리에 관한 법률"


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> LexDPR:
    return build_laws(tmp_path_factory.mktemp("referred"))


def citations(hits: list[Hit]) -> list[str]:
    return [hit.citation.removeprefix(f"{KITCHEN} ") for hit in hits]


def test_the_provisions_of_an_article(engine: LexDPR) -> None:
    hit = engine.cite(f"{KITCHEN} 제18조제4항")
    assert citations(referred_provisions(engine, hit)) == ["제18조제1항", "제19조제1항"]
    robots = engine.cite(f"{KITCHEN} 제30조제1항")
    assert citations(referred_provisions(engine, robots)) == [f"{ROBOTS} 제6조제1항"]


def test_neither_itself_nor_what_holds_it_nor_its_parts(laws: LexDPR) -> None:
    article = laws.cite(f"{ACT} 제2조")
    assert f"{ACT} 제2조제1항" in [one.citation for one in laws.references(article)]
    found = [hit.citation for hit in referred_provisions(laws, article)]
    assert found == [f"{POST} 제3조제1항", f"{POST} 제4조", f"{ACT} 제3조"]
    assert (
        referred_provisions(laws, laws.cite(f"{DECREE} 제2조제2항"))[0].citation == f"{ACT} 제3조"
    )


def test_each_once_and_no_more_than_asked(laws: LexDPR) -> None:
    hit = laws.cite(f"{ACT} 제4조")
    found = [hit.article for hit in referred_provisions(laws, hit)]
    assert found == ["제2조", "제3조", "제3조의2"]  # the articles of a range
    assert len(referred_provisions(laws, hit, most=2)) == 2


def test_a_decree_refers_to_its_act(laws: LexDPR) -> None:
    hit = laws.cite(f"{DECREE} 제2조")
    found = [hit.citation for hit in referred_provisions(laws, hit)]
    assert found == [f"{ACT} 제2조제1항", f"{ACT} 제3조"]  # not 제5조, which is deleted


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> LexDPR:
    """Two versions of one law."""
    folder = tmp_path_factory.mktemp("versions")
    body = "##### 제1조 (목적)\n\n{0}.\n\n##### 제2조 (책)\n\n제3조의 책.\n\n##### 제3조 (빌림)\n\n{0}을 빌린다.\n"
    laws = {
        "old": source(body.format("옛 책"), 시행일자="2020-01-01", 공포번호="'10001'"),
        "new": source(body.format("새 책"), 시행일자="2024-08-14", 공포번호="'20301'"),
    }
    for name, text in laws.items():
        (folder / "laws" / name).mkdir(parents=True)
        (folder / "laws" / name / "법률.md").write_text(text, "utf-8")
    return LexDPR.build(folder / "laws", folder / "index", jobs=1)


@pytest.mark.parametrize(
    ("found_on", "as_of", "words"),
    [
        (None, None, "새 책을 빌린다."),
        (date(2021, 5, 5), None, "옛 책을 빌린다."),  # the version that was found
        (date(2021, 5, 5), date(2025, 1, 1), "새 책을 빌린다."),
    ],
)
def test_the_day(versions: LexDPR, found_on: date | None, as_of: date | None, words: str) -> None:
    hit = versions.cite("달빛 도서관법 제2조", as_of=found_on)
    (provision,) = referred_provisions(versions, hit, as_of=as_of)
    assert provision.text == words


@pytest.mark.parametrize(
    ("as_of", "version"), [(None, "2024-08-14"), (date(2021, 5, 5), "2020-01-01")]
)
def test_what_refers_is_of_that_day(versions: LexDPR, as_of: date | None, version: str) -> None:
    (found,) = versions.referred_by("달빛 도서관법 제3조", as_of=as_of)
    assert version in found.source_id


def test_another_law_of_that_title_is_not_meant(versions: LexDPR) -> None:
    hit = versions.cite("달빛 도서관법 제2조")
    other = replace(hit, law_id="990999", unit_id=hit.unit_id.replace("990100", "990999"))
    assert referred_provisions(versions, other) == []


# -- what is added to what was found ---------------------------------------------------------------


def part(hit: Hit, score: float | None = 1.0) -> Part:
    return Part(hit.unit_id, f"[{hit.citation}]\n{hit.full_text}", hit.metadata(), score)


def test_additions_are_shown_once(engine: LexDPR) -> None:
    parts = [
        part(engine.cite(f"{KITCHEN} {place}")) for place in ("제18조제4항", "제19조", "제21조")
    ]
    added = Additions(20, None, 0.5).to(parts, engine)
    ids = [hit.unit_id for hit, _ in added]
    assert len(ids) == len(set(ids))
    assert f"{KITCHEN} 제18조제1항" in [hit.citation for hit, _ in added]
    assert not [i for i in ids if i.startswith(parts[1].unit_id)]  # 제19조 holds its first 항


@pytest.mark.parametrize(("score", "expected"), [(4.0, 1.0), (None, None), (-2.0, -2.0)])
def test_their_score(engine: LexDPR, score: float | None, expected: float | None) -> None:
    given = [part(engine.cite(f"{KITCHEN} 제18조제4항"), score)]
    added = Additions(5, None, 0.25).to(given, engine)
    assert added
    assert {found for _, found in added} == {expected}


def test_what_does_not_fit_is_passed_over(laws: LexDPR) -> None:
    hit = laws.cite(f"{ACT} 제4조")
    every = Additions(9, None, 1).to([part(hit)], laws)
    sizes = [len(f"[{h.citation}]\n{h.full_text}") for h, _ in every]
    assert sizes[0] > sum(sizes[1:])
    fitting = Additions(9, sum(sizes[1:]), 1).to([part(hit)], laws)
    assert fitting == every[1:]
    assert Additions(9, sum(sizes[1:]) - 1, 1).to([part(hit)], laws) == every[1:2]


def test_what_is_no_statute_refers_to_nothing(engine: LexDPR) -> None:
    assert Additions(9, None, 1).to([Part("memo", "민법 제750조를 보라", {})], engine) == []


def test_the_words_of_a_part_are_those_of_its_hit(engine: LexDPR) -> None:
    hit = engine.cite(f"{KITCHEN} 제19조제1항제1호")
    for text in (hit.text, f"[{hit.citation}]\n{hit.full_text}"):
        assert Part(hit.unit_id, text, hit.metadata(), 1.0).hit() == hit
