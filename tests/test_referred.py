"""The provisions that a provision refers to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lexdpr_rag import Hit, LexDPR
from lexdpr_rag.parents import Part
from lexdpr_rag.referred import Additions, references_in, referred_provisions
from lexdpr_rag.referring import Referral, referrals
from lexdpr_rag.statute.citation import Citation
from lexdpr_rag.statute.directory import LawDirectory, LawEntry

from .fictional import source

ACT = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
ROBOTS = "반려로봇 등록 및 안전관리에 관한 법률"

# -- what words refer to ---------------------------------------------------------------------------

TITLES = (
    *("달빛 도서관법", "달빛 도서관법 시행령", "달빛 도서관법 시행규칙"),
    *("별빛 우편법", "별빛 우편법 시행령", "달빛 도서관 운영규정"),
)
DIRECTORY = LawDirectory(
    [
        LawEntry(f"99{number:04}", title, "법률", date(2020, 1, 1), article_count=9)
        for number, title in enumerate(TITLES)
    ],
    short_titles={},
)
OPENING = '이 규정은 「별빛 우편법」(이하 "우편법"이라 한다)에서 위임된 사항을 정한다.'

# (words of 달빛 도서관법 제5조제3항제2호, what they refer to); the law is left out where it is that one.
CASES: list[tuple[str, list[str]]] = [
    ("아무것도 없다.", []),
    # what stands in the same law, article, 항
    ("제7조에 따라", ["제7조"]),
    ("제7조의2제1항제3호가목의 책", ["제7조의2제1항제3호가목"]),
    ("제1항에 따라", ["제5조제1항"]),
    ("제1항 및 제2항에 따라", ["제5조제1항", "제5조제2항"]),
    ("제1항제2호 및 제3호, 제2항에 따라", ["제5조제1항제2호", "제5조제1항제3호", "제5조제2항"]),
    ("제1호의 책", ["제5조제3항제1호"]),
    ("가목 및 나목의 책", ["제5조제3항제2호가목", "제5조제3항제2호나목"]),
    ("제1항 각 호 외의 부분 단서", ["제5조제1항"]),
    # markers tell where words stand
    ("① 제1호의 책\n  1. 가목의 책\n② 제1호의 책", ["제5조제1항제1호", "제5조제1항제1호가목", "제5조제2항제1호"]),
    # whatever law was named before
    ("「별빛 우편법」 제3조에 따라 제7조의 책", ["별빛 우편법 제3조", "제7조"]),
    ("「별빛 우편법」 제3조에 따라 제1항의 책", ["별빛 우편법 제3조", "제5조제1항"]),
    # lists and what stands in brackets between
    ("「별빛 우편법」 제3조, 제4조제1항 및 제2항", ["별빛 우편법 제3조", "별빛 우편법 제4조제1항", "별빛 우편법 제4조제2항"]),
    ("「별빛 우편법」 제3조(제7조에 따라 빌린 책을 포함한다) 및 제4조", ["별빛 우편법 제3조", "제7조", "별빛 우편법 제4조"]),
    ("제7조제1항(제8조의 책은 제외한다) 및 제2항", ["제7조제1항", "제8조", "제7조제2항"]),
    ("제1항(제4호 및 제5호는 제외한다) 및 제2항", ["제5조제1항", "제5조제1항제4호", "제5조제1항제5호", "제5조제2항"]),
    ("제7조(제4항은 제외한다)에 따라", ["제7조", "제7조제4항"]),
    ("제7조제2항 각 호(제4호만 해당한다)", ["제7조제2항", "제7조제2항제4호"]),
    ("위원(제4호의 위원은 제외한다)", ["제5조제3항제4호"]),
    ("「별빛 우편법」 제3조에서 준용하는 제4조제1항", ["별빛 우편법 제3조", "별빛 우편법 제4조제1항"]),
    ("「별빛 우편법」 제2장(제3조부터 제6조까지)", ["별빛 우편법 제3조~제6조"]),
    ("「별빛 우편법」 제3조(특수우편)(제4조의 죄를 범한 경우로 한정한다)", ["별빛 우편법 제3조", "별빛 우편법 제4조"]),
    ("「별빛 우편법」 제3조부터 제4조까지의 죄 또는 그 미수죄, 제6조의 죄", ["별빛 우편법 제3조~제4조", "별빛 우편법 제6조"]),
    # ranges
    ("제7조부터 제9조까지의 규정", ["제7조~제9조"]),
    ("제1항부터 제3항까지 및 제5항", ["제5조제1항~제5조제3항", "제5조제5항"]),
    ("제1호 내지 제3호", ["제5조제3항제1호~제5조제3항제3호"]),
    ("제1호에서 제3호까지", ["제5조제3항제1호~제5조제3항제3호"]),
    ("제7조에서 제8조의 책을", ["제7조", "제8조"]),
    # 같은 법, 이 법, 같은 조, 같은 항, 같은 호
    ("「별빛 우편법」 제3조, 같은 법 제4조 및 같은 법 시행령 제2조", ["별빛 우편법 제3조", "별빛 우편법 제4조", "별빛 우편법 시행령 제2조"]),
    ("「별빛 우편법」에 따른 우편. 제7조에도 불구하고 동법 제4조", ["제7조", "별빛 우편법 제4조"]),
    ("「별빛 우편법」 제3조 및 이 법 제7조", ["별빛 우편법 제3조", "제7조"]),
    ("「별빛 우편법」 제3조제1항 및 같은 조 제2항", ["별빛 우편법 제3조제1항", "별빛 우편법 제3조제2항"]),
    ("제7조제1항제1호에 따른 책과 같은 항 제2호에 따른 책", ["제7조제1항제1호", "제7조제1항제2호"]),
    ("제7조에 따라 제1항의 책을 같은 조 제2항처럼", ["제7조", "제5조제1항", "제7조제2항"]),
    ("제1호가목의 책과 같은 호 나목의 책", ["제5조제3항제1호가목", "제5조제3항제1호나목"]),
    # 전항, 전조
    ("전항의 책", ["제5조제2항"]),
    ("전2항의 책", ["제5조제1항", "제5조제2항"]),
    ("전항제3호의 책", ["제5조제2항제3호"]),
    ("전조제2항 및 전호의 책", ["제4조제2항", "제5조제3항제1호"]),
    ("① 전항의 책", ["?"]),
    ("① 전항제2호의 책", ["?"]),
    # laws that nobody knows, treaties, former law
    ("「없는 법률」 제3조와 없는보호법 제4조", ["없는 법률 제3조", "없는보호법 제4조"]),
    ("국제우편협약 제3조에 따라", ["국제우편협약 제3조"]),
    ("종전의 제7조에 따라", ["구 제7조"]),
    ("개정되기 전의 「별빛 우편법」 제3조 및 제4조", ["구 별빛 우편법 제3조", "구 별빛 우편법 제4조"]),
    ("별표 2 제3호", ["별표 2 제3호"]),
    # what only looks like a place
    ("대통령령 제123호로 정한 책, 같은 표 제2호, 노목(老木), 거목, 제2종 책", []),
    ("  1. 「별빛 우편법」\n  2. 「달빛 도서관법」", []),
    # an act calls no law 법: which is meant cannot be told
    ("도서관장(관장을 말한다)이 법 제7조에 따라", ["제7조?"]),
]  # fmt: skip


def told(found: Referral, own: str) -> str:
    first = str(found.citation).replace(f"{own} ", "")
    if not found.citation.law:
        first += "?"
    last = "" if found.to is None else f"~{replace(found.to, law='')}"
    return first + last


@pytest.mark.parametrize(("words", "expected"), CASES, ids=[words[:40] for words, _ in CASES])
def test_what_words_refer_to(words: str, expected: list[str]) -> None:
    own = Citation.from_path("달빛 도서관법", "main:a5:h3:n2")
    found = referrals(words, own, DIRECTORY)
    assert [told(one, own.law) for one in found] == expected
    assert all(0 <= one.start < one.end <= len(words) for one in found)
    starts = [one.start for one in found]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("law", "words", "opening", "expected"),
    [
        ("달빛 도서관법 시행령", "법 제7조 및 제8조", "", ["달빛 도서관법 제7조", "달빛 도서관법 제8조"]),
        ("달빛 도서관법 시행령", "이 영 제7조와 법 제7조", "", ["달빛 도서관법 시행령 제7조", "달빛 도서관법 제7조"]),
        ("달빛 도서관법 시행규칙", "영 제7조, 법 제8조", "", ["달빛 도서관법 시행령 제7조", "달빛 도서관법 제8조"]),
        ("달빛 도서관법 시행규칙", "법 시행령 제7조", "", ["달빛 도서관법 시행령 제7조"]),
        ("달빛 도서관법 시행규칙", "관장(보조자 포함)이 법 제8조", "", ["달빛 도서관법 제8조"]),
        # of another name: as its first article says
        ("달빛 도서관 운영규정", "법 제7조", OPENING, ["별빛 우편법 제7조"]),
        ("달빛 도서관 운영규정", "우편법 제7조, 우편법 시행령 제2조", OPENING, ["별빛 우편법 제7조", "별빛 우편법 시행령 제2조"]),
        ("달빛 도서관 운영규정", "법 제7조", "「별빛 우편법」(다음부터 \"법\"이라 한다)", ["별빛 우편법 제7조"]),
        ("달빛 도서관 운영규정", "법 제7조", "「별빛 우편법」, 「달빛 도서관법」에서 위임된 사항", ["제7조"]),
        ("달빛 도서관 운영규정", "법 제7조", "", ["제7조"]),
    ],
)  # fmt: skip
def test_the_law_above(law: str, words: str, opening: str, expected: list[str]) -> None:
    found = referrals(words, Citation(law), DIRECTORY, before=iter([opening]))
    assert [str(one.citation) for one in found] == expected


def test_a_later_article_may_say_what_법_is() -> None:
    own = Citation.from_path("달빛 도서관 운영규정", "main:a9")
    read: list[str] = []

    def before():
        for text in ("이 규정은", '「별빛 우편법」(이하 "법"이라 한다) 제3조', "더 없다."):
            read.append(text)
            yield text

    (found,) = referrals("법 제7조", own, DIRECTORY, before=before())
    assert str(found.citation) == "별빛 우편법 제7조"
    assert len(read) == 2  # read as far as needed


def test_the_lead_in_is_read_but_refers_to_nothing() -> None:
    own = Citation.from_path("달빛 도서관법", "main:a5:n2")
    lead = "「별빛 우편법」 제3조제1항에 따른 다음 각 호의 우편"
    words = "2. 같은 조 제2항 및 같은 법 제4조의 우편"
    found = referrals(words, own, DIRECTORY, lead=lead)
    assert [str(one.citation) for one in found] == ["별빛 우편법 제3조제2항", "별빛 우편법 제4조"]
    assert [words[one.start : one.end] for one in found] == ["같은 조 제2항", "같은 법 제4조"]


# -- the provisions themselves ---------------------------------------------------------------------


def citations(hits: list[Hit]) -> list[str]:
    return [hit.citation.removeprefix(f"{ACT} ") for hit in hits]


def test_the_provisions_of_an_article(engine: LexDPR) -> None:
    hit = engine.cite(f"{ACT} 제18조제4항")
    assert citations(referred_provisions(engine, hit)) == ["제18조제1항", "제19조제1항"]
    robots = engine.cite(f"{ACT} 제30조제1항")
    assert citations(referred_provisions(engine, robots)) == [f"{ROBOTS} 제6조제1항"]


def test_neither_itself_nor_what_holds_it_nor_its_parts(engine: LexDPR) -> None:
    article = engine.cite(f"{ACT} 제18조")
    inside = {reference.citation for reference in references_in(engine, article)}
    assert f"{ACT} 제18조제1항" in inside
    assert "제18조제1항" not in citations(referred_provisions(engine, article))
    part = replace(engine.cite(f"{ACT} 제18조제4항"), text="④ 제18조 및 제18조제4항, 제4항, 제20조")
    assert citations(referred_provisions(engine, part)) == ["제20조"]


def test_each_once_and_no_more_than_asked(engine: LexDPR) -> None:
    hit = replace(engine.cite(f"{ACT} 제3조"), text="제18조, 제19조, 제18조 및 제20조, 제19조제1항")
    assert citations(referred_provisions(engine, hit)) == [
        "제18조",
        "제19조",
        "제20조",
        "제19조제1항",
    ]
    assert citations(referred_provisions(engine, hit, most=2)) == ["제18조", "제19조"]


def test_a_range_has_the_articles_between(engine: LexDPR) -> None:
    hit = replace(
        engine.cite(f"{ACT} 제3조"), text="제11조부터 제13조까지 및 제38조제2항부터 제4항까지"
    )
    assert citations(referred_provisions(engine, hit)) == [
        *("제11조", "제12조", "제12조의2", "제12조의3", "제13조"),
        *("제38조제2항", "제38조제3항", "제38조제4항"),
    ]


def test_what_is_not_there_is_told_apart(engine: LexDPR) -> None:
    hit = replace(engine.cite(f"{ACT} 제3조"), text="「부가가치세법」 제8조, 별표 1 및 제999조")
    assert referred_provisions(engine, hit) == []
    found = references_in(engine, hit)
    assert [reference.citation for reference in found] == [
        *("부가가치세법 제8조", "부가가치세법 별표 1", "부가가치세법 제999조"),
    ]  # fmt: skip
    assert all(hit.text[r.start : r.end] and not r.provisions for r in found)


def test_a_decree_refers_to_its_act(engine: LexDPR) -> None:
    hit = replace(engine.cite(f"{ACT} 시행령 제13조"), text="법 제18조 및 이 영 제2조")
    assert citations(referred_provisions(engine, hit)) == ["제18조", "시행령 제2조"]


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


def test_another_law_of_that_title_is_not_meant(versions: LexDPR) -> None:
    hit = versions.cite("달빛 도서관법 제2조")
    other = replace(hit, law_id="990999", unit_id=hit.unit_id.replace("990100", "990999"))
    assert referred_provisions(versions, other) == []


# -- what is added to what was found ---------------------------------------------------------------


def part(hit: Hit, score: float | None = 1.0) -> Part:
    return Part(hit.unit_id, f"[{hit.citation}]\n{hit.full_text}", hit.metadata(), score)


def test_additions_are_shown_once(engine: LexDPR) -> None:
    parts = [part(engine.cite(f"{ACT} {place}")) for place in ("제18조제4항", "제19조", "제21조")]
    added = Additions(20, None, 0.5).to(parts, engine)
    ids = [hit.unit_id for hit, _ in added]
    assert len(ids) == len(set(ids))
    assert f"{ACT} 제18조제1항" in [hit.citation for hit, _ in added]
    assert not [i for i in ids if i.startswith(parts[1].unit_id)]  # 제19조 holds its first 항


@pytest.mark.parametrize(("score", "expected"), [(4.0, 1.0), (None, None), (-2.0, -2.0)])
def test_their_score(engine: LexDPR, score: float | None, expected: float | None) -> None:
    added = Additions(5, None, 0.25).to([part(engine.cite(f"{ACT} 제18조제4항"), score)], engine)
    assert added
    assert {found for _, found in added} == {expected}


def test_what_does_not_fit_is_passed_over(engine: LexDPR) -> None:
    hit = replace(engine.cite(f"{ACT} 제3조"), text="제2조, 제18조제2항 및 제18조제3항")
    every = Additions(9, None, 1).to([part(hit)], engine)
    sizes = [len(f"[{h.citation}]\n{h.full_text}") for h, _ in every]
    assert sizes[0] > sum(sizes[1:])
    fitting = Additions(9, sum(sizes[1:]), 1).to([part(hit)], engine)
    assert fitting == every[1:]
    assert Additions(9, sum(sizes[1:]) - 1, 1).to([part(hit)], engine) == every[1:2]


def test_what_is_no_statute_refers_to_nothing(engine: LexDPR) -> None:
    assert Additions(9, None, 1).to([Part("memo", "민법 제750조를 보라", {})], engine) == []


def test_the_words_of_a_part_are_those_of_its_hit(engine: LexDPR) -> None:
    hit = engine.cite(f"{ACT} 제19조제1항제1호")
    for text in (hit.text, f"[{hit.citation}]\n{hit.full_text}"):
        assert Part(hit.unit_id, text, hit.metadata(), 1.0).hit() == hit
