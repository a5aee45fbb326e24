"""Answers that cite: what is given to a model, and which of its citations hold."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag import Hit, LexDPR
from lexdpr_rag.answers import CitationReport, CitationStatus, check_citations, format_for_prompt
from lexdpr_rag.answers.given import holds, meets
from lexdpr_rag.errors import FilterError, LexDPRError
from lexdpr_rag.retrieval import passage

ACT = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
ROBOTS = "반려로봇 등록 및 안전관리에 관한 법률"

# The hits of every case below.
GIVEN = (f"{ACT} 제18조", f"{ACT} 제19조제1항", f"{ROBOTS} 제6조제1항", f"{ACT} 시행령 제13조")


@pytest.fixture(scope="module")
def hits(engine: LexDPR) -> list[Hit]:
    return [engine.cite(citation) for citation in GIVEN]


# -- what is found, and what becomes of it ---------------------------------------------------------

# (text of the citation, full citation, status); {A} is the act, {R} the act on robots.
CASES: list[tuple[str, list[tuple[str, str, str]]]] = [
    # among the hits, within one, above one
    ("{A} 제18조에 따라", [("{A} 제18조", "{A} 제18조", "cited")]),
    ("「{A}」 제18조제4항", [("「{A}」 제18조제4항", "{A} 제18조제4항", "cited")]),
    ("{A} 제18조 제4항", [("{A} 제18조 제4항", "{A} 제18조제4항", "cited")]),
    ("{A} 18조 4항", [("{A} 18조 4항", "{A} 제18조제4항", "cited")]),
    ("{A} §18 ④", [("{A} §18 ④", "{A} 제18조제4항", "cited")]),
    ("{A} 제19조를 보라", [("{A} 제19조", "{A} 제19조", "cited")]),
    ("[{A} 제18조]", [("{A} 제18조", "{A} 제18조", "cited")]),
    ("{A} 제18조제1항 단서", [("{A} 제18조제1항 단서", "{A} 제18조제1항 단서", "cited")]),
    ("{A} §§ 18", [("{A} §§ 18", "{A} 제18조", "cited")]),
    # beside a hit
    ("{A} 제19조제2항", [("{A} 제19조제2항", "{A} 제19조제2항", "exists")]),
    ("{A} 제2조제6호의2", [("{A} 제2조제6호의2", "{A} 제2조제6호의2", "exists")]),
    ("{A} 제2조제1호가목", [("{A} 제2조제1호가목", "{A} 제2조제1호가목", "exists")]),
    # no such provision: article, 항 of a hit, 목, deleted, moved
    ("{A} 제999조", [("{A} 제999조", "{A} 제999조", "invented")]),
    ("{A} 제18조제9항", [("{A} 제18조제9항", "{A} 제18조제9항", "invented")]),
    ("{A} 제2조제1호하목", [("{A} 제2조제1호하목", "{A} 제2조제1호하목", "invented")]),
    ("{A} 제17조", [("{A} 제17조", "{A} 제17조", "invented")]),
    ("{A} 제24조", [("{A} 제24조", "{A} 제24조", "invented")]),
    # lists and ranges
    ("{A} 제18조제1항 및 제9항", [("{A} 제18조제1항", "{A} 제18조제1항", "cited"), ("제9항", "{A} 제18조제9항", "invented")]),
    ("{A} 제18조, 제20조ㆍ제999조", [("{A} 제18조", "{A} 제18조", "cited"), ("제20조", "{A} 제20조", "exists"), ("제999조", "{A} 제999조", "invented")]),
    ("{A} 제18조부터 제20조까지", [("{A} 제18조", "{A} 제18조", "cited"), ("제20조", "{A} 제20조", "exists")]),
    # a place alone: of the law cited before, or spoken of
    ("{A} 제19조제2항에 따라 … 제18조는", [("{A} 제19조제2항", "{A} 제19조제2항", "exists"), ("제18조", "{A} 제18조", "cited")]),
    ("{A}에 따르면, 운영자는 제18조제1항과", [("제18조제1항", "{A} 제18조제1항", "cited")]),
    ("{A} 제18조와 달리, {R}은 제6조제1항에서", [("{A} 제18조", "{A} 제18조", "cited"), ("제6조제1항", "{R} 제6조제1항", "cited")]),
    ("{A} 제18조는 {R}의 예와 같고, 제20조는", [("{A} 제18조", "{A} 제18조", "cited"), ("제20조", "{R} 제20조", "exists")]),
    ("{A} 제18조({R} 제6조제1항 참조) 및 그 밖에 제20조는", [("{A} 제18조", "{A} 제18조", "cited"), ("{R} 제6조제1항", "{R} 제6조제1항", "cited"), ("제20조", "{A} 제20조", "exists")]),
    # … of the one law among the hits that has such an article, or of none
    ("제18조제1항에 따라", [("제18조제1항", "{A} 제18조제1항", "cited")]),
    ("제3조를 위반하여", [("제3조", "제3조", "unchecked")]),
    # 같은 법, 동법, 이 법, 법, 시행령, 영
    ("{A} 제18조와 같은 법 제20조 및 제999조", [("{A} 제18조", "{A} 제18조", "cited"), ("같은 법 제20조", "{A} 제20조", "exists"), ("제999조", "{A} 제999조", "invented")]),
    ("{R} 제6조제1항; 동법 제3조", [("{R} 제6조제1항", "{R} 제6조제1항", "cited"), ("동법 제3조", "{R} 제3조", "exists")]),
    ("{A} 제18조와 같은 법 시행령 제13조", [("{A} 제18조", "{A} 제18조", "cited"), ("같은 법 시행령 제13조", "{A} 시행령 제13조", "cited")]),
    ("{A} 제18조, 시행령 제13조, 법 제20조", [("{A} 제18조", "{A} 제18조", "cited"), ("시행령 제13조", "{A} 시행령 제13조", "cited"), ("법 제20조", "{A} 제20조", "exists")]),
    ("{A} 시행령 제2조, 같은 영 제13조, 같은 규칙 제2조", [("{A} 시행령 제2조", "{A} 시행령 제2조", "exists"), ("같은 영 제13조", "{A} 시행령 제13조", "cited"), ("같은 규칙 제2조", "{A} 시행규칙 제2조", "exists")]),
    # 같은 조, 같은 항
    ("{A} 제18조제1항과 같은 조 제4항, 동조 제9항", [("{A} 제18조제1항", "{A} 제18조제1항", "cited"), ("같은 조 제4항", "{A} 제18조제4항", "cited"), ("동조 제9항", "{A} 제18조제9항", "invented")]),
    ("{A} 제18조제1항; 같은 조 제2항 및 제3항과 제20조", [("{A} 제18조제1항", "{A} 제18조제1항", "cited"), ("같은 조 제2항", "{A} 제18조제2항", "cited"), ("제3항", "{A} 제18조제3항", "cited"), ("제20조", "{A} 제20조", "exists")]),
    ("{A} 제19조제1항제1호와 같은 항 제2호", [("{A} 제19조제1항제1호", "{A} 제19조제1항제1호", "cited"), ("같은 항 제2호", "{A} 제19조제1항제2호", "cited")]),
    ("같은 조 제1항", []),
    ("{A} 제18조에서 제1항은", [("{A} 제18조", "{A} 제18조", "cited")]),  # a bare 항 is no citation
    # an abbreviation of the answer's own
    ('「{A}」(이하 "공유공간법"이라 한다) 제1조. 공유공간법 제18조, 공유공간법 시행령 제13조', [('「{A}」(이하 "공유공간법"이라 한다) 제1조', "{A} 제1조", "exists"), ("공유공간법 제18조", "{A} 제18조", "cited"), ("공유공간법 시행령 제13조", "{A} 시행령 제13조", "cited")]),
    ("{A}(이하 ‘법’) 제1조. 법 제18조", [("{A}(이하 ‘법’) 제1조", "{A} 제1조", "exists"), ("법 제18조", "{A} 제18조", "cited")]),
    # laws that the corpus does not hold
    ("「가짜법」 제18조", [("「가짜법」 제18조", "가짜법 제18조", "unknown_law")]),
    ("{A} 제18조와 가짜보호법 제18조 및 제20조", [("{A} 제18조", "{A} 제18조", "cited"), ("가짜보호법 제18조", "가짜보호법 제18조", "unknown_law"), ("제20조", "가짜보호법 제20조", "unknown_law")]),
    ("{A} 제18조. 가짜보호법에 따르면 제18조는", [("{A} 제18조", "{A} 제18조", "cited"), ("제18조", "가짜보호법 제18조", "unknown_law")]),
    ("{A} 제18조 및 허위표시 방지에 관한 법률 제3조", [("{A} 제18조", "{A} 제18조", "cited"), ("허위표시 방지에 관한 법률 제3조", "허위표시 방지에 관한 법률 제3조", "unknown_law")]),
    ("{A} 제18조, 상법 제24조", [("{A} 제18조", "{A} 제18조", "cited"), ("상법 제24조", "상법 제24조", "unknown_law")]),
    ("{A} 제18조; 가짜보호법 시행령 제13조", [("{A} 제18조", "{A} 제18조", "cited"), ("가짜보호법 시행령 제13조", "가짜보호법 시행령 제13조", "unknown_law")]),
    ("{A} 제18조, 취업규칙 제6조, 정관 제18조", [("{A} 제18조", "{A} 제18조", "cited"), ("취업규칙 제6조", "취업규칙 제6조", "unknown_law"), ("정관 제18조", "정관 제18조", "unknown_law")]),
    ("{A} 제18조와 GDPR 제6조", [("{A} 제18조", "{A} 제18조", "cited"), ("GDPR 제6조", "GDPR 제6조", "unknown_law")]),
    # what the index cannot tell
    ("구 {A} 제18조, 제19조", [("구 {A} 제18조", "구 {A} 제18조", "unchecked"), ("제19조", "구 {A} 제19조", "unchecked")]),
    ("{A} 부칙 제2조", [("{A} 부칙 제2조", "{A} 부칙 제2조", "unchecked")]),
    ("{A} 시행령 별표 1", [("{A} 시행령 별표 1", "{A} 시행령 별표 1", "unchecked")]),
    ("{A} 제18조. 경기도 조례 제3조", [("{A} 제18조", "{A} 제18조", "cited"), ("조례 제3조", "제3조", "unchecked")]),
    # Markdown
    ("**{A}** 제18조**제4항**", [("{A}** 제18조**제4항", "{A} 제18조제4항", "cited")]),
    ("| {A} | 제18조 |", [("제18조", "{A} 제18조", "cited")]),
    ("- `{A} 제18조`\n- 제20조", [("{A} 제18조", "{A} 제18조", "cited"), ("제20조", "{A} 제20조", "exists")]),
    ("[{A} 제18조](https://example.invalid/법령/가짜법/제3조)", [("{A} 제18조", "{A} 제18조", "cited")]),
    # numbers of a list are no places
    ("1. 「{A}」\n2. {R}\n3. 그 밖의 법률", []),
    ("{A} 제18조\n① 첫째, 제20조", [("{A} 제18조", "{A} 제18조", "cited"), ("제20조", "{A} 제20조", "exists")]),
    ("1) {A} 제18조\n2) 제20조", [("{A} 제18조", "{A} 제18조", "cited"), ("제20조", "{A} 제20조", "exists")]),
    # quoted from a hit: as its statute means it, whatever law was cited before
    ("「민법」 제3조와 달리 이용자는 운영자가 제1항을 위반하여 … 상대방인 기관", [("「민법」 제3조", "민법 제3조", "unknown_law")]),
    ("{R} 제3조: 원상회복의 나머지 금액은 제38조제1항에 따른 조정의 결과", [("{R} 제3조", "{R} 제3조", "exists"), ("제38조제1항", "{A} 제38조제1항", "exists")]),
    # no citations
    ("2025년 3월 5일까지 100조원, 5,000만원, 제3호선, 1항소심, 제2조합, 제1조건", []),
    ("방법은 세 가지이고 60분+ 방화문이 있다.", []),
    ("{A}은 이용자를 보호한다.", []),
    ("{A} 제2조제1호의 60분+ 방화문", [("{A} 제2조제1호", "{A} 제2조제1호", "exists")]),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "expected"), CASES)
def test_citations_of_an_answer(
    engine: LexDPR, hits: list[Hit], answer: str, expected: list[tuple[str, str, str]]
) -> None:
    answer = answer.format(A=ACT, R=ROBOTS)
    report = check_citations(answer, engine, hits)
    found = [(c.text, c.citation, str(c.status)) for c in report.citations]
    assert found == [tuple(part.format(A=ACT, R=ROBOTS) for part in row) for row in expected]
    assert all(answer[c.start : c.end] == c.text for c in report.citations)


def test_spans_of_decomposed_text_are_its_own(engine: LexDPR, hits: list[Hit]) -> None:
    answer = unicodedata.normalize("NFD", f"답: {ACT} 제18조제1항과 같은 조 제9항이다.")
    first, second = check_citations(answer, engine, hits).citations
    assert unicodedata.normalize("NFC", first.text) == f"{ACT} 제18조제1항"
    assert unicodedata.normalize("NFC", second.text) == "같은 조 제9항"
    assert (first.status, second.status) == ("cited", "invented")


def test_without_hits_all_that_is_real_exists(engine: LexDPR) -> None:
    report = check_citations(f"{ACT} 제18조, {ROBOTS} 제6조제1항", engine)
    assert [c.status for c in report.citations] == ["exists", "exists"]
    assert report.ok
    assert not report.grounded


def test_the_day_decides_what_exists(engine: LexDPR) -> None:
    answer = f"{ROBOTS} 제6조"  # in force from 2025-07-01
    before, after = (
        check_citations(answer, engine, as_of=day) for day in ("2025-06-30", "2025-07-01")
    )
    assert [c.status for c in (*before.citations, *after.citations)] == ["invented", "exists"]
    with pytest.raises(FilterError):
        check_citations(answer, engine, as_of="May")


def test_a_former_version_is_checked_for_its_day(engine: LexDPR, hits: list[Hit]) -> None:
    (found,) = check_citations(f"구 {ACT} 제18조", engine, hits, as_of="2025-12-01").citations
    assert found.status == "cited"


def test_a_hit_tells_which_it_is_and_what_it_says(engine: LexDPR, hits: list[Hit]) -> None:
    report = check_citations(f"{ROBOTS} 제6조, {ACT} 제18조제4항, {ACT} 제999조", engine, hits)
    above, within, none = report.citations
    assert [c.hit_index for c in report.citations] == [2, 0, None]
    assert within.provision == engine.cite(f"{ACT} 제18조제4항")
    assert above.provision is not None
    assert above.provision.level == "article"
    assert none.provision is None


# -- the report ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(engine: LexDPR, hits: list[Hit]) -> CitationReport:
    answer = f"{ACT} 제18조, 제20조, 제999조; 가짜보호법 제1조; {ACT} 부칙 제2조."
    return check_citations(answer, engine, hits)


def test_report_sorts_by_status(report: CitationReport) -> None:
    kinds = (report.cited, report.exists, report.invented, report.unknown_law, report.unchecked)
    assert [[c.citation.removeprefix(f"{ACT} ") for c in kind] for kind in kinds] == [
        ["제18조"], ["제20조"], ["제999조"], ["가짜보호법 제1조"], ["부칙 제2조"],
    ]  # fmt: skip
    assert not report.ok
    assert not report.grounded
    assert report.having(CitationStatus.CITED, CitationStatus.EXISTS) == report.citations[:2]


def test_report_as_text(report: CitationReport, monkeypatch: pytest.MonkeyPatch) -> None:
    summary, *lines = str(report).splitlines()
    assert summary.startswith("인용 5개: 근거 조문 1, ")
    assert lines[0] == f"  ✓ {ACT} 제18조: 근거 조문"
    assert lines[2].startswith(f"  ✗ {ACT} 제999조: {ACT}에는 제999조가 없습니다")
    monkeypatch.setenv("LEXDPR_LANG", "en")
    assert str(report).startswith("5 citations: among the hits 1, ")


def test_marked_answer_keeps_every_word(report: CitationReport) -> None:
    marked = report.marked()
    assert f"{ACT} 제18조✓, 제20조△(있는 조문, 근거에는 없음), 제999조✗(없는 조문);" in marked
    assert marked.endswith("부칙 제2조?(확인하지 못함).")


def test_an_answer_without_citations(engine: LexDPR, hits: list[Hit]) -> None:
    report = check_citations("모르겠습니다.", engine, hits)
    assert (report.citations, report.ok, report.grounded) == ((), True, False)
    assert str(report) == "답변에 조문 인용이 없습니다."
    assert report.marked() == "모르겠습니다."


def test_grounded_is_citing_nothing_but_hits(engine: LexDPR, hits: list[Hit]) -> None:
    assert check_citations(f"{ACT} 제18조제1항, 제2항", engine, hits).grounded
    assert not check_citations(f"{ACT} 제18조, 제20조", engine, hits).grounded


# -- robust ----------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [ACT, "민법", "같은 법", "동법 시행령", "같은 조", "제18조", "제1항", "①", "가목", "및", ",", " ", "(",
             ")", "「", "」", "이하 ", "*", "은", "에 따르면", "별표 1", "부칙", "에 관한 법률", "3", "구 ", "\n"]
        ),
        max_size=14,
    )
)  # fmt: skip
def test_any_answer_is_read(engine: LexDPR, parts: list[str]) -> None:
    answer = "".join(parts)
    report = check_citations(answer, engine)
    spans = [(c.start, c.end) for c in report.citations]
    assert all(0 <= start < end <= len(answer) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_checking_is_fast(engine: LexDPR, hits: list[Hit]) -> None:
    for hard in (
        f"{ACT} 제18조와 같은 조 제1항. " * 200,
        "이용자 보호에 관한 " * 2000 + "제1조",
        "(" * 5000,
    ):
        started = time.perf_counter()
        check_citations(hard, engine, hits)
        assert time.perf_counter() - started < 2


@pytest.mark.parametrize("wrong", [None, 3, ["민법 제1조"]])
def test_an_answer_is_a_text(engine: LexDPR, wrong: Any) -> None:
    with pytest.raises(LexDPRError, match=type(wrong).__name__):
        check_citations(wrong, engine)


# -- into a prompt ---------------------------------------------------------------------------------


@dataclass
class Document:
    """As LangChain's."""

    page_content: str
    metadata: dict[str, Any] = field(default_factory=dict)


def test_prompt_is_the_passages(hits: list[Hit]) -> None:
    assert format_for_prompt(hits) == "\n\n".join(passage(hit) for hit in hits)
    assert format_for_prompt([]) == ""


def test_documents_give_the_same_prompt_as_hits(engine: LexDPR, hits: list[Hit]) -> None:
    whole = [Document(passage(hit), dict(hit.metadata())) for hit in hits]
    words_only = [Document(hit.text, dict(hit.metadata())) for hit in hits]
    assert format_for_prompt(whole) == format_for_prompt(hits)
    assert format_for_prompt(words_only) == format_for_prompt(hits)
    answer = f"{ACT} 제18조제4항과 제20조"
    assert check_citations(answer, engine, whole) == check_citations(answer, engine, hits)


def test_documents_that_tell_only_their_citation(engine: LexDPR) -> None:
    documents = [
        Document("…", {"citation": f"{ACT} 제18조"}),
        Document("메모", {"source": "a.txt"}),
    ]
    report = check_citations(f"{ACT} 제18조제1항, 제20조", engine, documents)
    assert [c.status for c in report.citations] == ["cited", "exists"]
    assert format_for_prompt(documents) == f"[{ACT} 제18조]\n…\n\n메모"


def test_what_stands_already_is_not_said_again(engine: LexDPR) -> None:
    article, paragraph = engine.cite(f"{ACT} 제18조"), engine.cite(f"{ACT} 제18조제1항")
    assert format_for_prompt([article, paragraph, article]) == passage(article)
    assert format_for_prompt([paragraph, article]) == f"{passage(paragraph)}\n\n{passage(article)}"


def test_a_provision_to_come_says_so(hits: list[Hit]) -> None:
    coming = replace(hits[0], in_force=False, effective_date="2027-01-01")
    head = format_for_prompt([coming]).splitlines()[0]
    assert head == f"[{ACT} 제18조] (아직 시행 전: 시행일 2027-01-01)"


def test_max_chars_leaves_out_whole_provisions(hits: list[Hit]) -> None:
    texts = [passage(hit) for hit in hits]
    room = len(texts[0]) + 2 + len(texts[1])
    assert format_for_prompt(hits, max_chars=room) == "\n\n".join(texts[:2])
    short = min(texts[1:], key=len)
    room = len(texts[0]) + 2 + len(short)
    assert format_for_prompt(hits, max_chars=room) == f"{texts[0]}\n\n{short}"
    cut = format_for_prompt(hits, max_chars=100)
    assert len(cut) == 100
    assert cut.endswith("…(이하 생략)")
    for most in (1, 5, 20):
        assert len(format_for_prompt(hits, max_chars=most)) <= most
    with pytest.raises(LexDPRError, match="max_chars"):
        format_for_prompt(hits, max_chars=0)


@pytest.mark.parametrize("wrong", [3, None, {"citation": "민법 제1조"}])
def test_what_is_no_provision_is_refused(wrong: Any) -> None:
    with pytest.raises(LexDPRError, match=type(wrong).__name__):
        format_for_prompt([wrong])


@pytest.mark.parametrize(
    ("path", "unit", "expected"),
    [
        ("main:a18:h1", "main:a18", True),
        ("main:a18", "main:a18:h1", True),
        ("main:a18:h1", "main:a18:h10", False),
        ("main:a18", "main:a18-2", False),
        ("main:a2:n5", "main:a2:n3+n7", True),
        ("main:a2:n6-2:m가", "main:a2:n3+n7", True),
        ("main:a2:n8", "main:a2:n3+n7", False),
        ("main:a2:h1", "main:a2:n3+n7", False),
        ("main:a2:n1:m다", "main:a2:n1:m가+m라", True),
        ("main:a2:n1:m바", "main:a2:n1:m가+m라", False),
        ("main:a2:h1:n3", "main:a2:h1#2", True),
        ("main:a2", "main:a2~2", True),
    ],
)
def test_provisions_that_meet(path: str, unit: str, expected: bool) -> None:
    assert meets(path, unit) is expected


def test_units_that_hold_others() -> None:
    assert holds("u:main:a1", "u:main:a1:h2:n3+n7")
    assert holds("u:main:a1:h1#2", "u:main:a1:h1#2")
    assert not holds("u:main:a1:h1#2", "u:main:a1:h1")
    assert not holds("u:main:a1:n3+n7", "u:main:a1:n3+n7:m가")
    assert not holds("u:main:a1", "u:main:a10")
