"""What the words of a statute refer to: every form, and what only looks like one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexdpr_rag.statute.citation import Citation
from lexdpr_rag.statute.directory import LawDirectory, LawEntry
from lexdpr_rag.statute.numbering import Number, syllable
from lexdpr_rag.statute.references import (
    LawName,
    LawNames,
    Reason,
    Reference,
    ReferenceKind,
    find_references,
)
from lexdpr_rag.statute.references.names import Titles
from lexdpr_rag.statute.references.places import Places

LAW = "달빛 도서관법"

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
    # where a list of 목 ends, and what is below 목
    ("제7조제3호가목부터 다목까지의 책", ["제7조제3호가목~제7조제3호다목"]),
    ("제7조제3호가목1)부터 4)까지 및 라목", ["제7조제3호가목1)", "제7조제3호라목"]),
    ("제7조제2호의2다목까지의 책", ["제7조제2호의2다목"]),
    # words that are quoted are those of the provision before them
    ("「별빛 우편법」 제3조 중 \"제5조\"는 \"제7조\"로 본다", ["별빛 우편법 제3조", "별빛 우편법 제5조", "제7조"]),
    ("「별빛 우편법」 제3조제2항 중 \"제1항\" 및 \"제3항\"은 각각 \"제7조\"로 본다", ["별빛 우편법 제3조제2항", "별빛 우편법 제3조제1항", "별빛 우편법 제3조제3항", "제7조"]),
    ("제7조제3항에 따라 같은 항 제1호에 따른 책 또는 제2호에 따른 책", ["제7조제3항", "제7조제3항제1호", "제7조제3항제2호"]),
    ("제1항에 따라 같은 항 제1호에 따른 책 또는 제2호에 따른 책", ["제5조제1항", "제5조제1항제1호", "제5조제3항제2호"]),
    # a bracket stands apart
    ("「별빛 우편법」 제3조제1항(제7조에서 준용하는 경우를 포함한다) 및 같은 조 제2항", ["별빛 우편법 제3조제1항", "별빛 우편법 제7조", "별빛 우편법 제3조제2항"]),
    ("「별빛 우편법」 제3조(우편)의 죄(제4조부터 제6조까지의 상습범으로 한정한다)", ["별빛 우편법 제3조", "별빛 우편법 제4조~제6조"]),
    ("별표 1 제4호 각 목[나목은 제외한다]의 시설", ["별표 1 제4호", "별표 1 제4호나목"]),
    ("(별표 1 제1호의 수당, 같은 표 제2호가목 수당의 1)ㆍ3)란의 수당 및 같은 표 제3호)과 제7조(제8조의 책) 및 같은 조 제2항",
     ["별표 1 제1호", "별표 1 제2호가목", "별표 1 제3호", "제7조", "제8조", "제7조제2항"]),
    # ranges whose ends have several levels
    ("제7조제1항부터 제9조제2항까지", ["제7조제1항~제9조제2항"]),
    # chapters
    ("「별빛 우편법」 제2장 우편의 죄 중 제3조 및 제4조", ["별빛 우편법 제3조", "별빛 우편법 제4조"]),
    # 이 조, 이 항, 이 법
    ("책(이하 이 조에서 같다)", ["제5조"]),
    ("이 항 제1호 및 이 조 제2항", ["제5조제3항제1호", "제5조제2항"]),
    ("이 법 제7조 및 이 법 시행령 제3조", ["제7조", "시행령 제3조"]),
    ("전 각 항의 책", ["제5조제1항", "제5조제2항"]),
    # 별표, and rows of tables
    ("별표 1 비고 제3호", ["별표 1", "별표 1 제3호"]),
    ("별표 1과 같은 표 제2호", ["별표 1", "별표 1 제2호"]),
    ("제7조제3항의 표 제4호에 따른 책", ["제7조제3항"]),
    ("별지 제3호서식의 신청서", ["별지 제3호서식"]),
    ("「달빛 도서관법」 부칙 제2조", ["부칙 제2조"]),
    # names without brackets
    ("별빛 우편법 제3조, 제4조 및 별빛 우편법 시행령 제2조", ["별빛 우편법 제3조", "별빛 우편법 제4조", "별빛 우편법 시행령 제2조"]),
    ("「별빛 우편법」(이하 \"우편법\"이라 한다) 제3조 및 우편법 제4조", ["별빛 우편법 제3조", "별빛 우편법 제4조"]),
    # what only looks like a place
    ("제1호의 60분+ 방화문 또는 제2호의 6ㆍ25전쟁", ["제5조제3항제1호", "제5조제3항제2호"]),
    ("장해등급 제7급제11호, 협정 제10.2조제5항, 제1호 및 제2호서식, 지목ㆍ면적", []),
    ("같은 조건, 이 항목, 이 조례, 같은 목적", []),
    ("대통령령 제123호로 정한 책, 같은 표 제2호, 노목(老木), 거목, 제2종 책", []),
    ("  1. 「별빛 우편법」\n  2. 「달빛 도서관법」", []),
    # an act calls no law 법: which is meant cannot be told
    ("도서관장(관장을 말한다)이 법 제7조에 따라", ["제7조?"]),
]  # fmt: skip

TITLES_OF = Titles(DIRECTORY)


class Everything:
    """Provisions of which only some are missing: paths without a law."""

    def __init__(self, *missing: str) -> None:
        self._missing = missing

    def missing(self, law_id: str, path: str) -> Reason | None:
        return Reason.NO_PROVISION if path in self._missing else None


def read(
    words: str,
    law: str = LAW,
    path: str = "main:a5:h3:n2",
    *opening: str,
    missing: tuple[str, ...] = (),
) -> list[Reference]:
    names = LawNames(TITLES_OF.find(law), TITLES_OF, (*opening, words))
    own = Citation.from_path(law, path)
    return find_references(words, own, names, Everything(*missing))


def told(found: Reference, own: str = LAW) -> str:
    first = str(replace(found.citation, suffix="")).replace(f"{own} ", "")
    if not found.citation.law:
        first += "?"
    last = "" if found.to is None else f"~{replace(found.to, law='', suffix='')}"
    return first + last


@pytest.mark.parametrize(("words", "expected"), CASES, ids=[words[:40] for words, _ in CASES])
def test_what_words_refer_to(words: str, expected: list[str]) -> None:
    found = read(words)
    assert [told(one) for one in found] == expected
    assert all(words[one.start : one.end] == one.words for one in found)
    starts = [one.start for one in found]
    assert starts == sorted(starts)


OPENING = '이 규정은 「별빛 우편법」(이하 "우편법"이라 한다)에서 위임된 사항을 정한다.'
DECREE, RULE, ORDER = "달빛 도서관법 시행령", "달빛 도서관법 시행규칙", "달빛 도서관 운영규정"


@pytest.mark.parametrize(
    ("law", "words", "opening", "expected"),
    [
        (DECREE, "법 제7조 및 제8조", "", ["달빛 도서관법 제7조", "달빛 도서관법 제8조"]),
        (DECREE, "이 영 제7조와 법 제7조", "", [f"{DECREE} 제7조", "달빛 도서관법 제7조"]),
        (RULE, "영 제7조, 법 제8조", "", [f"{DECREE} 제7조", "달빛 도서관법 제8조"]),
        (RULE, "법 시행령 제7조", "", [f"{DECREE} 제7조"]),
        (RULE, "관장(보조자 포함)이 법 제8조", "", ["달빛 도서관법 제8조"]),
        (RULE, "법 56조제3항", "", ["달빛 도서관법 제56조제3항"]),
        # of another name: as its first article says
        (ORDER, "법 제7조", OPENING, ["별빛 우편법 제7조"]),
        (ORDER, "우편법 제7조, 우편법 시행령 제2조", OPENING, ["별빛 우편법 제7조", "별빛 우편법 시행령 제2조"]),
        (ORDER, "법 제7조", '「별빛 우편법」(다음부터 "법"이라 한다)', ["별빛 우편법 제7조"]),
        (ORDER, "법 제7조", '「별빛 우편법」 및 같은 법 시행령(이하 "법"이라 한다)', ["별빛 우편법 시행령 제7조"]),
        # a title that the definition overrules
        (DECREE, "법 제7조", '「별빛 우편법」(이하 "법"이라 한다)', ["별빛 우편법 제7조"]),
        # for this 호 only
        (ORDER, '  1. 「달빛 도서관법」(이하 이 호에서 "법"이라 한다) 제2조, 법 제3조\n  2. 법 제4조', OPENING,
         [f"{ORDER} 제9조제1호", "달빛 도서관법 제2조", "달빛 도서관법 제3조", "별빛 우편법 제4조"]),
        (ORDER, "법 제7조", "「별빛 우편법」, 「달빛 도서관법」에서 위임된 사항", ["제7조"]),
        (ORDER, "법 제7조", "", ["제7조"]),
    ],
)  # fmt: skip
def test_the_law_above(law: str, words: str, opening: str, expected: list[str]) -> None:
    assert [str(one.citation) for one in read(words, law, "main:a9", opening)] == expected


@pytest.mark.parametrize(
    ("law", "words", "kind"),
    [
        (LAW, "제7조", ReferenceKind.INTERNAL),
        (LAW, "이 법 제7조", ReferenceKind.INTERNAL),
        (LAW, "「달빛 도서관법」 제7조", ReferenceKind.INTERNAL),
        (LAW, "「별빛 우편법」 제7조", ReferenceKind.OTHER),
        (LAW, "별빛 우편법 제7조", ReferenceKind.OTHER),
        (LAW, "「별빛 우편법」에 따라 같은 법 제7조", ReferenceKind.SAME),
        (LAW, "전항", ReferenceKind.ANAPHORA),
        (DECREE, "법 제7조", ReferenceKind.ENCLOSING),
        (ORDER, "우편법 제7조", ReferenceKind.SHORT),
    ],
)
def test_kinds(law: str, words: str, kind: ReferenceKind) -> None:
    assert read(words, law, "main:a5:h3:n2", OPENING)[-1].kind == kind


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("제7조", None),
        ("제8조", Reason.NO_PROVISION),
        ("제7조부터 제8조까지", Reason.NO_PROVISION),
        ("「없는 법률」 제3조", Reason.UNKNOWN_LAW),
        ("법 제3조", Reason.UNTOLD),
        ("종전의 제7조", Reason.FORMER),
        ("부칙 제7조", Reason.SUPPLEMENT),
        ("별표 3", Reason.ANNEX),
        ("① 전항", Reason.UNTOLD),
    ],
)
def test_why_it_leads_nowhere(words: str, reason: Reason | None) -> None:
    (found,) = read(words, missing=("main:a8",))
    assert found.reason == reason


@pytest.mark.parametrize(
    ("words", "suffix"),
    [
        ("제1항 각 호의 책", "각 호"),
        ("제1항 각호외의부분 단서", "각 호 외의 부분 단서"),
        ("제7조제1항 전단에 따라", "전단"),
        ("제1항제1호 각 목 외의 부분 본문", "각 목 외의 부분 본문"),
        ("제7조와 같은 조 단서", "단서"),
        ("제1항부터 제3항 후단까지", "후단"),
        ("제7조", ""),
    ],
)
def test_the_part_that_is_meant(words: str, suffix: str) -> None:
    assert read(words)[-1].suffix == suffix


@pytest.mark.parametrize(
    ("words", "applied"),
    [
        ("제7조를 준용한다", [True]),
        ("제7조 및 제8조의 규정을 각각 준용한다", [True, True]),
        ("제3항에 따른 책에 관하여는 제7조제1항을 준용한다", [False, True]),
        ("제7조의 규정은 제3항에 따라 빌린 경우에 이를 준용한다", [True, False]),
        ("제7조를 위반한 자는 제8조에 따른다", [False, False]),
    ],
)
def test_what_is_applied_mutatis_mutandis(words: str, applied: list[bool]) -> None:
    assert [one.applied for one in read(words)] == applied


@pytest.mark.parametrize(
    ("words", "follows", "carries_out"),
    [
        ("법 제7조에 따라", True, False),
        ("법 제7조제1항 및 제2항에 따른", True, False),
        ("법 제7조제1항의 규정에 의하여", True, False),
        ('법 제7조제2항에서 "대통령령으로 정하는 책"이란', True, True),
        ("법 제7조를 위반하여", False, False),
    ],
)
def test_what_a_decree_does_with_its_act(words: str, follows: bool, carries_out: bool) -> None:
    found = read(words, DECREE, "main:a9")
    assert {(one.follows, one.carries_out) for one in found} == {(follows, carries_out)}


# -- what exists decides where words alone do not ---------------------------------------------------


@pytest.mark.parametrize(
    ("words", "missing", "expected"),
    [
        # an article that the law lacks is of the law named before it
        ("「별빛 우편법」 제3조에 따른 책과 제44조에 따른 책", "main:a44", "제44조"),
        ("「별빛 우편법」 제3조에 따른 신고 및 제4항에 따른 변경", "main:a5:h4", "제5조제4항"),
    ],
)
def test_existence(words: str, missing: str, expected: str) -> None:
    class Own:
        def missing(self, law_id: str, path: str) -> Reason | None:
            own = TITLES_OF.find(LAW).law_id
            return Reason.NO_PROVISION if (law_id, path) == (own, missing) else None

    own = Citation.from_path(LAW, "main:a5:h3")
    names = LawNames(TITLES_OF.find(LAW), TITLES_OF)
    assert told(find_references(words, own, names)[-1]) == expected
    assert find_references(words, own, names, Own())[-1].citation.law == "별빛 우편법"


def test_a_law_that_shares_its_title_means_itself() -> None:
    own = LawName(LAW, "990999")
    names = LawNames(own, TITLES_OF)
    found = find_references("「달빛 도서관법」 제7조", Citation.from_path(LAW, "main:a5"), names)
    assert [one.law_id for one in found] == ["990999"]


def test_folders_tell_the_act_of_a_decree_with_another_title() -> None:
    act = TITLES_OF.find("별빛 우편법")
    titles = Titles(DIRECTORY, {"별빛우편법": act}, {"옛 우편법": act})
    names = LawNames(LawName("옛 우편법 시행령", "990888"), titles, (), "별빛우편법")
    assert names.enclosing("법") == act
    assert names.of_title("옛 우편법") == act


# -- where words stand ----------------------------------------------------------------------------

ARTICLE = """① 책은 다음과 같다.
  1. 그림책
    가. 큰 책
      1) 아주 큰 책
    나. 작은 책
  1의2. 삭제
② 빌린다."""


def test_places() -> None:
    places = Places(ARTICLE)
    assert [place.path for place in places.all] == [
        *(":h1", ":h1:n1", ":h1:n1:m가", ":h1:n1:m가:s1", ":h1:n1:m나", ":h1:n1-2", ":h2"),
    ]  # fmt: skip
    assert [place.path for place in places.all if place.deleted] == [":h1:n1-2"]
    assert places.at(ARTICLE.index("작은")).path == ":h1:n1:m나"
    assert len(places.masked(ARTICLE)) == len(ARTICLE)
    assert "1." not in places.masked(ARTICLE)
    end = places.end_of(ARTICLE.index("큰 책"), "n", len(ARTICLE))
    assert ARTICLE[end:].startswith("1의2.")


PLACES = st.builds(
    Citation,
    law=st.sampled_from(TITLES),
    article=st.builds(Number, st.integers(1, 999), st.sampled_from((0, 2, 17)), st.just(0)),
    paragraph=st.none() | st.integers(1, 30).map(Number),
    subparagraph=st.none()
    | st.builds(Number, st.integers(1, 60), st.sampled_from((0, 2, 5)), st.just(0)),
)


@given(PLACES, st.none() | st.integers(1, 14))
def test_what_is_written_is_read(citation: Citation, item: int | None) -> None:
    if item is not None and citation.subparagraph is not None:
        citation = replace(citation, item=Number(item))
        assert syllable(item) in str(citation)
    place = str(citation).removeprefix(citation.law).strip()
    for words in (f"「{citation.law}」 {place}에 따른 책", f"{citation.law} {place}의 책"):
        (found,) = read(words)
        assert found.citation == citation
