"""Citations: what is read, what is not, and that both written forms come back the same."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexdpr_rag.errors import CitationError
from lexdpr_rag.statute.citation import (
    AnnexRef,
    Citation,
    SupplementRef,
    find_citations,
    format_citation,
    parse_citation,
)
from lexdpr_rag.statute.directory import LawDirectory, LawEntry
from lexdpr_rag.statute.numbering import SYLLABLES, Number

TITLES = (
    "민법",
    "민법 시행령",
    "상법",
    "형법",
    "건축법",
    "도로교통법",
    "대한민국헌법",
    "자본시장과 금융투자업에 관한 법률",
    "자본시장과 금융투자업에 관한 법률 시행령",
    "5ㆍ18민주화운동 등에 관한 특별법",
    "10ㆍ27법난 피해자의 명예회복 등에 관한 법률",
    "관세법",
    "관세법 제69조에 따른 조정관세의 적용에 관한 규정",
    "법률 제16500호 택시운송사업의 발전에 관한 법률 일부개정법률의 시행일에 관한 규정",
    "남조선과도정부법령제150호",
    "코로나바이러스감염증-19 예방접종 피해보상 등에 관한 특별법",
    "선박평형수(船舶平衡水) 관리법",
    "재외국민의 가족관계등록 창설, 가족관계등록부 정정 및 가족관계등록부 정리에 관한 특례법",
    "헌법재판소법 제5조제2항제6호의 자문이나 고문의 역할을 한 사람의 범위에 관한 규칙",
    "주택법",
    "「대한민국 법원의 날」제정에 관한 규칙",
    "산업안전보건기준에 관한 규칙",
)


DIRECTORY = LawDirectory(
    LawEntry(f"{i:06}", title, "법률", date(2024, 1, 1), article_count=5)
    for i, title in enumerate(TITLES)
)


@pytest.fixture
def laws() -> LawDirectory:
    return DIRECTORY


# What is typed → the citation as the source prints it, and its path.
TYPED = [
    # exact
    ("민법 제750조", "민법 제750조", "main:a750"),
    ("민법 제839조의2제1항제2호가목1)가)", "민법 제839조의2제1항제2호가목1)가)", "main:a839-2:h1:n2:m가:s1:t가"),
    ("제750조", "제750조", "main:a750"),
    # spaces anywhere
    ("민법 제 839 조 의 2 제1항", "민법 제839조의2제1항", "main:a839-2:h1"),
    ("민법제839조의2제1항", "민법 제839조의2제1항", "main:a839-2:h1"),
    ("  민법  제750조  제1항 ", "민법 제750조제1항", "main:a750:h1"),
    ("제839조의 2", "제839조의2", "main:a839-2"),
    ("제2조제1호 가목", "제2조제1호가목", "main:a2:n1:m가"),
    ("민법 제2조 제1호 (가)목", "민법 제2조제1호가목", "main:a2:n1:m가"),
    # without 제, without 조
    ("839조의2", "제839조의2", "main:a839-2"),
    ("민법 750조", "민법 제750조", "main:a750"),
    ("민법 750", "민법 제750조", "main:a750"),
    ("민법750", "민법 제750조", "main:a750"),
    ("민법 839의2", "민법 제839조의2", "main:a839-2"),
    ("민법 750 ①", "민법 제750조제1항", "main:a750:h1"),
    ("제2조 1호", "제2조제1호", "main:a2:n1"),
    ("2조 1항 3호", "제2조제1항제3호", "main:a2:h1:n3"),
    # other marks
    ("§839-2", "제839조의2", "main:a839-2"),
    ("민법 § 750", "민법 제750조", "main:a750"),
    ("민법 제839조의2 ①", "민법 제839조의2제1항", "main:a839-2:h1"),
    ("제14조의2-1항", "제14조의2제1항", "main:a14-2:h1"),
    ("민법 제14의2조", "민법 제14조의2", "main:a14-2"),
    ("민법 제７５０조", "민법 제750조", "main:a750"),
    ("민법\u3000제750조", "민법 제750조", "main:a750"),
    # 의 as a particle: the unit behind the digits tells
    ("민법 제10조의 제3항", "민법 제10조제3항", "main:a10:h3"),
    ("민법 제10조의 3항", "민법 제10조제3항", "main:a10:h3"),
    ("민법 제2조제1호의2", "민법 제2조제1호의2", "main:a2:n1-2"),
    ("민법 제2조 제1의2호", "민법 제2조제1호의2", "main:a2:n1-2"),
    # brackets and quotation marks
    ("「민법」 제750조", "민법 제750조", "main:a750"),
    ("『민법』 제750조", "민법 제750조", "main:a750"),
    ('"민법" 제750조', "민법 제750조", "main:a750"),
    ("[민법 제750조]", "민법 제750조", "main:a750"),
    ("「건축법」 시행령 제3조", "건축법 시행령 제3조", "main:a3"),
    # the article's title
    ("민법 제750조(불법행위의 내용)", "민법 제750조", "main:a750"),
    ("형법 제260조(폭행)제1항", "형법 제260조제1항", "main:a260:h1"),
    # administrative rules that number articles by chapter
    ("금융투자업규정 제1-3조의2", "금융투자업규정 제1-3조의2", "main:a1.3-2"),
    # parts
    ("민법 제2조제1항 단서", "민법 제2조제1항 단서", "main:a2:h1"),
    ("민법 제10조 각호외의 부분단서", "민법 제10조 각 호 외의 부분 단서", "main:a10"),
    ("민법 제548조제1항 제1문", "민법 제548조제1항 제1문", "main:a548:h1"),
    ("대한민국헌법 전문", "대한민국헌법 전문", "main:a0"),
    # 부칙, 별표, 서식
    ("민법 부칙 제2조", "민법 부칙 제2조", "add:a2"),
    ("민법 부칙 <제21454호,2026.3.17> 제2조①", "민법 부칙 <제21454호, 2026. 3. 17.> 제2조제1항", "add:2026-03-17-21454:a2:h1"),
    ("민법 부칙(법률 제21454호) 제2조", "민법 부칙 <제21454호> 제2조", "add:0-21454:a2"),
    ("주택법 별표 3의2", "주택법 별표 3의2", "tbl:3-2"),
    ("주택법 [별표 1] 제2호가목", "주택법 별표 1 제2호가목", "tbl:1:n2:m가"),
    ("주택법 별표 제2호가목", "주택법 별표 제2호가목", "tbl:0:n2:m가"),
    ("주택법 별지 제1호의2 서식", "주택법 별지 제1호의2서식", "tbl:서식1-2"),
    # former law is marked
    ("구 민법 제2조", "구 민법 제2조", "main:a2"),
    ("구 민법(2012. 12. 18. 법률 제11547호로 개정되기 전의 것) 제11조", "구 민법 제11조", "main:a11"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "cited", "path"), TYPED)
def test_what_people_type_is_read(typed: str, cited: str, path: str) -> None:
    citation = parse_citation(typed)
    assert (format_citation(citation), citation.path) == (cited, path)


@pytest.mark.parametrize(("typed", "cited", "path"), TYPED)
def test_the_exact_form_reads_as_the_same(typed: str, cited: str, path: str) -> None:
    assert parse_citation(cited) == parse_citation(typed)


def test_every_part_has_its_field() -> None:
    assert parse_citation("민법 제839조의2제1항제2호의3가목1)가)") == Citation(
        law="민법",
        article=Number(839, 2),
        paragraph=Number(1),
        subparagraph=Number(2, 3),
        item=Number(1),
        subitems=("1)", "가)"),
    )
    assert parse_citation("구 민법 제2조").former


@pytest.mark.parametrize("title", TITLES)
def test_titles_with_numbers_places_and_brackets_are_titles(title: str) -> None:
    assert parse_citation(f"{title} 제3조의2제1항").law == title
    assert parse_citation(f"「{title}」 제3조의2제1항").law == title


def test_decomposed_hangul_is_read() -> None:
    assert parse_citation(unicodedata.normalize("NFD", "민법 제839조의2")).law == "민법"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "citation.empty"),
        ("  ", "citation.empty"),
        ("750", "citation.bare_number"),
        ("민법", "citation.law_only"),
        ("전항", "citation.relative"),
        ("같은 조 제2항", "citation.relative"),
        ("제1항", "citation.unreadable"),  # of which article?
        ("제1호의2", "citation.unreadable"),
        ("불법행위", "citation.unreadable"),
        ("민법 제2조합", "citation.unreadable"),
        ("정부 예산 100조원", "citation.unreadable"),
        ("민법 제750조는", "citation.unreadable"),
        ("민법 제750조, 제751조", "citation.unreadable"),  # two
        ("민법 제750조와 제751조", "citation.unreadable"),
        ("민법 제750조 제751조", "citation.unreadable"),
        ("민법 부칙 <제1호, 2020. 13. 45.> 제1조", "citation.unreadable"),
        ("제1조 " * 200, "citation.unreadable"),
    ],
)
def test_what_is_no_citation_is_refused(typed: str, key: str) -> None:
    with pytest.raises(CitationError) as caught:
        parse_citation(typed)
    assert caught.value.key == key
    assert "\n" not in str(caught.value)


# -- finding: query → (text of the span, citation) -------------------------------------------------

QUERIES = [
    ("민법 제750조의 손해배상 요건은?", [("민법 제750조", "민법 제750조")]),
    ("제750조에 따라, 제751조는", [("제750조", "제750조"), ("제751조", "제751조")]),
    ("이 계약은 민법 제750조", [("민법 제750조", "민법 제750조")]),
    (
        "「자본시장과 금융투자업에 관한 법률」 제178조제1항 위반",
        [("「자본시장과 금융투자업에 관한 법률」 제178조제1항", "자본시장과 금융투자업에 관한 법률 제178조제1항")],
    ),
    # the law, and the levels above, carry over a list
    ("민법 제750조, 제751조", [("민법 제750조", "민법 제750조"), ("제751조", "민법 제751조")]),
    ("민법 750, 751조", [("민법 750", "민법 제750조"), ("751조", "민법 제751조")]),
    ("민법 제750조부터 제753조까지", [("민법 제750조", "민법 제750조"), ("제753조", "민법 제753조")]),
    ("민법 제2조(신의성실) 및 제3조", [("민법 제2조", "민법 제2조"), ("제3조", "민법 제3조")]),
    ("민법 제2조제1항ㆍ제2항", [("민법 제2조제1항", "민법 제2조제1항"), ("제2항", "민법 제2조제2항")]),
    ("형법 제260조(폭행)제1항과 제2항", [("형법 제260조(폭행)제1항", "형법 제260조제1항"), ("제2항", "형법 제260조제2항")]),
    ("상법 제2조제1호가목 및 나목", [("상법 제2조제1호가목", "상법 제2조제1호가목"), ("나목", "상법 제2조제1호나목")]),
    ("민법 제2조 및 상법 제24조", [("민법 제2조", "민법 제2조"), ("상법 제24조", "상법 제24조")]),
    ("형법 제1조[일반], 제3조", [("형법 제1조", "형법 제1조"), ("제3조", "형법 제3조")]),
    # but not over words, nor over a law that is not known
    ("민법 제2조라고 하나 제3조", [("민법 제2조", "민법 제2조"), ("제3조", "제3조")]),
    ("민법 제2조, 국민법 제3조", [("민법 제2조", "민법 제2조"), ("제3조", "제3조")]),
    # names: short titles, subordinate law, spaces, particles, former law
    ("자본시장법 시행령 제3조와 자본시장법 제4조", [("자본시장법 시행령 제3조", "자본시장법 시행령 제3조"), ("자본시장법 제4조", "자본시장법 제4조")]),
    ("자본시장법상 제178조", [("자본시장법상 제178조", "자본시장법 제178조")]),
    ("도로 교통법 제5조", [("도로 교통법 제5조", "도로 교통법 제5조")]),
    ("헌법에서 제10조는?", [("헌법에서 제10조", "헌법 제10조")]),
    ("5·18민주화운동 등에 관한 특별법 제2조", [("5·18민주화운동 등에 관한 특별법 제2조", "5·18민주화운동 등에 관한 특별법 제2조")]),
    ("구 민법 제2조, 제3조", [("구 민법 제2조", "구 민법 제2조"), ("제3조", "구 민법 제3조")]),
    ("대구 민법 제2조", [("민법 제2조", "민법 제2조")]),
    ("민법(2012. 1. 1. 법률 제1호로 개정되기 전의 것) 제5조", [("민법(2012. 1. 1. 법률 제1호로 개정되기 전의 것) 제5조", "구 민법 제5조")]),
    # a title that holds a citation
    ("관세법 제69조에 따른 조정관세의 적용에 관한 규정 제3조는?", [("관세법 제69조에 따른 조정관세의 적용에 관한 규정 제3조", "관세법 제69조에 따른 조정관세의 적용에 관한 규정 제3조")]),
    ("관세법 제69조에 따른 조정관세의 적용에 관한 규정이란", []),
    # 의 before a number
    ("건축법 제2조제1호의 60분+ 방화문", [("건축법 제2조제1호", "건축법 제2조제1호")]),
    ("법 제2조제1호의 6ㆍ25전쟁", [("제2조제1호", "제2조제1호")]),
    ("민법 제750조의 2가지 요건", [("민법 제750조", "민법 제750조")]),
    ("민법 제750조의 2 가지 요건", [("민법 제750조", "민법 제750조")]),
    ("민법 제839조의 2 재산분할", [("민법 제839조의 2", "민법 제839조의2")]),
    ("민법 제839조의 2에 따라", [("민법 제839조의 2", "민법 제839조의2")]),
    ("민법 제750조의2024년 개정", [("민법 제750조", "민법 제750조")]),
    # numbers behind a law that are no articles
    ("민법 2024년 개정", []),
    ("민법 1000제", []),
    ("상법 3판", []),
    ("형법 250 살인죄", [("형법 250", "형법 제250조")]),
    # words that look like places
    ("정부 예산 100조원, 전세 2조 항소", []),
    ("제1조합원과 제2조건", []),
    ("제3조 전문가 의견", [("제3조", "제3조")]),
    ("민법 제2조제1호 2호선", [("민법 제2조제1호", "민법 제2조제1호")]),
    ("법률 제1234호", []),
    ("부칙이란? 별도 3명, 가목", []),
    ("주택법 별표 3의2 기준", [("주택법 별표 3의2", "주택법 별표 3의2")]),
    ("민법 부칙 제2조", [("민법 부칙 제2조", "민법 부칙 제2조")]),
    ("산업안전보건기준에 관한 규칙 제38조제1항 각 호 외의 부분 단서의 요건", [("산업안전보건기준에 관한 규칙 제38조제1항 각 호 외의 부분 단서", "산업안전보건기준에 관한 규칙 제38조제1항 각 호 외의 부분 단서")]),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), QUERIES)
def test_citations_are_found_in_queries(
    laws: LawDirectory, query: str, expected: list[tuple[str, str]]
) -> None:
    spans = find_citations(query, laws)
    assert [(query[s.start : s.end], str(s.citation)) for s in spans] == expected


def test_without_a_directory_only_brackets_name_a_law() -> None:
    assert [s.citation.law for s in find_citations("민법 제2조와 「상법」 제3조")] == ["", "상법"]


def test_spans_of_decomposed_text_are_its_own(laws: LawDirectory) -> None:
    query = unicodedata.normalize("NFD", "이 계약은 민법 제839조의2제1항 위반")
    (span,) = find_citations(query, laws)
    found = query[span.start : span.end]
    assert unicodedata.normalize("NFC", found) == "민법 제839조의2제1항"


def test_finding_is_fast(laws: LawDirectory) -> None:
    for hard in ("제1조 " * 2000, " " * 20_000, "(" * 5_000 + "제1조", "민법 제1조의 " * 1000):
        started = time.perf_counter()
        find_citations(hard, laws)
        assert time.perf_counter() - started < 2


# -- round trips -----------------------------------------------------------------------------------

numbers = st.builds(
    Number, st.integers(1, 999), st.one_of(st.just(0), st.integers(2, 99)), st.just(0)
)
articles = st.one_of(
    numbers, st.builds(Number, st.integers(1, 99), st.integers(0, 9), st.integers(1, 12))
)
items = st.builds(Number, st.integers(1, len(SYLLABLES)), st.sampled_from((0, 0, 2, 3)), st.just(0))
branches = st.sampled_from(("", "", "의2"))
subitems = st.one_of(
    st.just(()),
    st.tuples(st.builds("{}){}".format, st.integers(1, 30), branches)),
    st.tuples(
        st.builds("{})".format, st.integers(1, 30)),
        st.builds("{}){}".format, st.sampled_from(SYLLABLES[:14]), branches),
        st.builds("({})".format, st.integers(1, 30)),
        st.builds("({})".format, st.sampled_from(SYLLABLES[:14])),
    ),
)
laws_cited = st.sampled_from(("", *TITLES))
supplements = st.one_of(
    st.none(),
    st.builds(
        SupplementRef,
        st.integers(1, 99_999).map(str),
        st.dates(date(1948, 1, 1), date(2030, 1, 1)),
    ),
)


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    subparagraph = draw(st.none() | numbers)
    item = draw(st.none() | items) if subparagraph else None
    below = {"subparagraph": subparagraph, "item": item}
    if subparagraph:
        below["subitems"] = draw(subitems)
    law = draw(laws_cited)
    if draw(st.booleans()) and law:
        kind = draw(st.sampled_from(("별표", "서식")))
        return Citation(law=law, annex=AnnexRef(kind, draw(numbers)), **below)
    return Citation(
        law=law,
        article=draw(articles),
        paragraph=draw(st.none() | st.integers(1, 50).map(Number)),
        supplement=draw(supplements),
        **below,
    )


suffixes = st.sampled_from(("", "단서", "본문", "후단", "각 호 외의 부분", "각 목 외의 부분 단서"))


@given(citations(), suffixes, st.booleans())
def test_format_then_parse_is_the_same(citation: Citation, suffix: str, former: bool) -> None:
    whole = replace(citation, suffix=suffix, former=former and bool(citation.law))
    assert parse_citation(format_citation(whole)) == whole


@given(citations())
def test_path_then_citation_is_the_same(citation: Citation) -> None:
    assert Citation.from_path(citation.law, citation.path) == citation


@given(citations())
def test_what_is_found_in_a_sentence_is_what_was_written(citation: Citation) -> None:
    text = f"이 사건은 {citation}에 따른다"
    assert citation in [span.citation for span in find_citations(text, DIRECTORY)]


@given(
    st.text(alphabet="민법제조항호목의①§-() 0123456789가나각단서본문부칙별표「」.,", max_size=60)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    for span in find_citations(text):
        assert 0 <= span.start < span.end <= len(text)
    try:
        citation = parse_citation(text)
    except CitationError:
        return
    assert parse_citation(format_citation(citation)).path == citation.path


@pytest.mark.parametrize(
    "path", ["toc:p1.c2", "main:x1", "main:a", "add:x", "tbl:", "main:a1:m각", "main:ax"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(CitationError):
        Citation.from_path("민법", path)


def test_a_repeat_is_cited_as_the_first() -> None:
    assert str(Citation.from_path("민법", "main:a2~2:h1")) == "민법 제2조제1항"
    assert str(Citation.from_path("민법", "main:body")) == "민법"
