r"""The Markdown adapter: each class of line that occurs in the national law, on fictional law.

``law_of`` asserts for every text below that parsing loses nothing of it.
"""

from __future__ import annotations

from datetime import date

import pytest
from fictional import at, codes, law_of, paths, source
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.markdown import parse_markdown
from lexdpr_rag.statute.marks import Mark
from lexdpr_rag.statute.tree import (
    Article,
    BlockKind,
    Heading,
    Item,
    Paragraph,
    Status,
    Subitem,
    Subparagraph,
    Supplement,
)

# -- front matter --------------------------------------------------------------------------------


def test_front_matter() -> None:
    meta = law_of("##### 제1조\n\n문을 연다.\n").meta
    assert (meta.law_id, meta.mst, meta.title, meta.kind) == (
        "990100",
        "900001",
        "달빛 도서관법",
        "법률",
    )
    assert meta.ministries == ("달빛부", "별빛부")
    assert (meta.promulgation_date, meta.promulgation_no) == (date(2024, 2, 13), "20301")
    assert meta.effective_date == date(2024, 8, 14)
    assert meta.source_url == "https://example.invalid/법령/달빛도서관법"
    assert meta.folder == "달빛도서관법"


def test_a_day_that_hangs_on_an_event_is_no_day() -> None:
    law = law_of("##### 제1조\n\n문을 연다.\n", 시행일자="9999-01-01")
    assert law.meta.effective_date is None
    assert law.version == "미정-20301"


def test_a_future_version_keeps_its_day() -> None:
    law = law_of("##### 제1조\n\n문을 연다.\n", 시행일자="2031-01-01")
    assert law.meta.effective_date == date(2031, 1, 1)
    assert law.version == "2031-01-01-20301"


def test_leading_zeros_of_the_promulgation_number_go() -> None:
    assert law_of("##### 제1조\n\n문을 연다.\n", 공포번호="'00436'").meta.promulgation_no == "436"
    assert law_of("##### 제1조\n\n문을 연다.\n", 공포번호="00436").meta.promulgation_no == "436"


@pytest.mark.parametrize(
    ("printed", "ministries"),
    [("[]", ()), ("달빛부", ("달빛부",)), ("", ()), ("\n- 달빛부\n- 별빛부", ("달빛부", "별빛부"))],
)
def test_ministries(printed: str, ministries: tuple[str, ...]) -> None:
    assert law_of("##### 제1조\n\n연다.\n", 소관부처=printed).meta.ministries == ministries


def test_entities_in_the_title() -> None:
    assert law_of("##### 제1조\n\n연다.\n", 제목="달빛 &amp; 별빛법").meta.title == "달빛 & 별빛법"


def test_attachments() -> None:
    files = """
- 별표번호: 0009
  별표가지번호: '00'
  별표구분: 별표
  제목: 대출 한도(제3조 관련)
  파일링크: https://example.invalid/9
  PDF링크: https://example.invalid/9.pdf
- 별표번호: '0010'
  별표가지번호: '02'
  별표구분: 서식
  제목: 삭제 &lt;2014.11.4.&gt;
  PDF링크: https://example.invalid/10.pdf
- 별표번호: '0001'
  별표가지번호: '00'
  별표구분: 별지
  제목: 표지"""
    annexes = list(law_of("##### 제1조\n\n연다.\n", 첨부파일=files).annexes())
    assert [(a.path, a.kind, a.label, a.title, a.link) for a in annexes] == [
        ("tbl:9", "별표", "별표 9", "대출 한도(제3조 관련)", "https://example.invalid/9"),
        (
            "tbl:서식10-2",
            "서식",
            "별지 제10호의2서식",
            "삭제 <2014.11.4.>",
            "https://example.invalid/10.pdf",
        ),
        ("tbl:별지1", "별지", "별지 1", "표지", ""),
    ]
    assert all(a.text == "" for a in annexes)  # the mirror has title and link alone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 달빛 도서관법\n\n##### 제1조\n", "'---' 없음"),
        ("---\n제목: [달빛\n---\n", "머리말"),
        ("---\n- 달빛\n---\n", "키: 값"),
        (source("", 공포일자="2024-13-01"), "공포일자: 2024-13-01"),
        (source("", 법령ID=""), "'법령ID' 항목이 없습니다"),
        (source("", 제목="''"), "'제목' 항목이 없습니다"),
    ],
)
def test_broken_front_matter(text: str, expected: str) -> None:
    with pytest.raises(SourceError) as error:
        parse_markdown(text, "달빛/법률.md")
    assert str(error.value).startswith("달빛/법률.md: ")
    assert expected in str(error.value)


def test_windows_line_ends_and_byte_order_mark() -> None:
    body = "## 제1장 총칙\n\n##### 제1조 (목적)\n\n**①** 연다.\n\n  1\\. 아침\n    가\\. 여섯 시\n"
    text = source(body, "부칙 <제1호,2024.1.2>\n\n제1조(시행일) 이 법은 공포한 날부터 시행한다.\n")
    unix = parse_markdown(text)
    windows = parse_markdown("\ufeff" + text.replace("\n", "\r\n"))
    assert windows.source() == "\ufeff" + text.replace("\n", "\r\n")
    assert [(n.path, n.text) for n in windows.walk() if n.path] == [
        (n.path, n.text) for n in unix.walk() if n.path
    ]
    assert windows.meta == unix.meta


# -- headings ------------------------------------------------------------------------------------

FIVE_LEVELS = """\
# 제1편 책

## 제1장 대출

### 제1절 밤

#### 제1관 보름

**제1항 문 닫은 뒤**

##### 제1조 (밤 대출)

밤에도 빌려준다.

**제2항 문 열기 전 <개정 2020.1.1>**

##### 제2조

새벽에는 빌려주지 아니한다.

## 제1장의2 반납 <신설 2021.5.6>

##### 제3조

돌려준다.

# 제1편의2 사람

### 제1절 관장

##### 제4조

둔다.
"""


def test_headings_of_all_levels() -> None:
    law = law_of(FIVE_LEVELS)
    assert [(h.path, h.full) for h in law.find(Heading)] == [
        ("toc:p1", "제1편 책"),
        ("toc:p1.c1", "제1장 대출"),
        ("toc:p1.c1.s1", "제1절 밤"),
        ("toc:p1.c1.s1.g1", "제1관 보름"),
        ("toc:p1.c1.s1.g1.d1", "제1항 문 닫은 뒤"),
        ("toc:p1.c1.s1.g1.d2", "제2항 문 열기 전"),
        ("toc:p1.c1-2", "제1장의2 반납"),
        ("toc:p1-2", "제1편의2 사람"),
        ("toc:p1-2.s1", "제1절 관장"),  # a level is fixed by its kind, not by its depth
    ]
    assert [(a.path, [h.label for h in above]) for above, a in law.article_headings()] == [
        ("main:a1", ["제1편", "제1장", "제1절", "제1관", "제1항"]),
        ("main:a2", ["제1편", "제1장", "제1절", "제1관", "제2항"]),
        ("main:a3", ["제1편", "제1장의2"]),
        ("main:a4", ["제1편의2", "제1절"]),
    ]
    assert at(law, "toc:p1.c1-2").marks == (Mark("신설", ("2021-05-06",)),)
    assert at(law, "toc:p1.c1.s1.g1.d2").marks == (Mark("개정", ("2020-01-01",)),)


def test_heading_printed_속() -> None:
    law = law_of("#### 제1관 서가\n\n**제1속 기울기 등**\n\n##### 제1조\n\n바로 세운다.\n")
    (_, below) = law.find(Heading)
    assert (below.unit, below.full, below.path) == ("속", "제1속 기울기 등", "toc:g1.d1")


def test_other_bold_lines_are_text() -> None:
    law = law_of(
        "##### 제1조\n\n연다.\n\n**제1항의 책을 우편으로 돌려줄 때에는 소인이 찍힌 날을 따른다.**\n"
    )
    assert paths(law) == ["main:a1"]
    assert "소인이 찍힌 날" in at(law, "main:a1").text


@pytest.mark.parametrize(
    "line", ["## 제2장 삭제 <2009.1.1>", "## 제2장 삭제", "## 제2장 <삭제 2009.1.1>"]
)
def test_deleted_heading(line: str) -> None:
    law = law_of(
        f"## 제1장 총칙\n\n##### 제1조\n\n연다.\n\n{line}\n\n## 제3장 벌칙\n\n##### 제2조\n\n닫는다.\n"
    )
    assert [(h.path, h.status) for h in law.find(Heading)] == [
        ("toc:c1", Status.LIVE),
        ("toc:c2", Status.DELETED),
        ("toc:c3", Status.LIVE),
    ]


def test_a_heading_that_no_level_knows_is_text() -> None:
    law = law_of("##### 제1조\n\n연다.\n\n## 참고\n")
    assert paths(law) == ["main:a1"]
    assert codes(at(law, "main:a1")) == ["unknown-heading"]


# -- articles ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "path", "title"),
    [
        ("##### 제1조 (목적)", "main:a1", "목적"),
        ("##### 제1조", "main:a1", ""),
        ("##### 제14조의2 (대출 기간)", "main:a14-2", "대출 기간"),
        ("##### 제7조 ((협의회의 구성))", "main:a7", "협의회의 구성"),
        ("##### 제7조 (사서(司書)의 자격)", "main:a7", "사서(司書)의 자격"),
        ("##### 제7조 ((사서(司書)의 자격))", "main:a7", "사서(司書)의 자격"),
        ("##### 제7조 ((달빛)(별빛))", "main:a7", "(달빛)(별빛)"),  # two pairs, not one around all
        (
            "##### 제7조 (결정 먼저(결정 먼저)",
            "main:a7",
            "결정 먼저(결정 먼저",
        ),  # the source's own slip
        ("##### 제7조 (겸직 금지<개정 1991.11.30>)", "main:a7", "겸직 금지"),
    ],
)
def test_article_line(line: str, path: str, title: str) -> None:
    (article,) = law_of(f"{line}\n\n책을 빌려준다.\n").articles()
    assert (article.path, article.title, article.text) == (path, title, "책을 빌려준다.")
    assert codes(article) == []


def test_marks_of_a_title_are_marks_of_the_article() -> None:
    (article,) = law_of(
        "##### 제7조 (겸직<개정 1991.11.30>)\n\n금지한다.<개정 2000.1.2>\n"
    ).articles()
    assert article.marks == (Mark("개정", ("1991-11-30",)), Mark("개정", ("2000-01-02",)))


@pytest.mark.parametrize(
    "words", ["삭제 <2009.2.6>", "삭제", "삭 제 <2009.2.6>", "<삭제 2009.2.6>"]
)
def test_deleted_article(words: str) -> None:
    law = law_of(f"##### 제1조\n\n{words}\n\n##### 제2조\n\n삭제된 책을 다시 산다.\n")
    assert [a.status for a in law.articles()] == [Status.DELETED, Status.LIVE]


def test_deleted_article_with_a_note_on_its_day() -> None:
    law = law_of(
        "##### 제13조의2\n\n삭제 <2020.10.7>\n\t\t\n"
        "\t\t[시행일] 제13조의2의 개정규정은 다음 각 목의 구분에 따른 날\n\t\t\n\t\t    가. 도서관: 2021년 1월 1일\n"
    )
    (article,) = law.articles()
    assert article.status is Status.DELETED
    assert not article.children


def test_an_empty_article_has_moved_away() -> None:
    law = law_of("##### 제24조\n\n##### 제25조 (반납)\n\n돌려준다.\n")
    assert [(a.path, a.status) for a in law.articles()] == [
        ("main:a24", Status.VACATED),
        ("main:a25", Status.LIVE),
    ]


def test_an_article_whose_every_항_is_deleted_is_deleted() -> None:
    law = law_of("##### 제5조 (분관)\n\n**①** 삭제 <2001.2.3>\n\n**②** 삭제 <2001.2.3>\n")
    assert at(law, "main:a5").status is Status.DELETED


def test_제0조_is_a_preamble() -> None:
    law = law_of("##### 제0조\n\n우리는 달빛 아래 책을 읽는다.\n\n##### 제1조\n\n연다.\n")
    preamble, first = law.articles()
    assert preamble.is_preamble
    assert (preamble.label, first.label) == ("전문", "제1조")


def test_words_before_the_first_article_are_the_body() -> None:
    law = law_of("전문\n\n우리는 책을 읽는다.\n\n## 제1장 총강\n\n##### 제1조\n\n연다.\n")
    assert paths(law) == ["main:body", "toc:c1", "main:a1"]
    assert at(law, "main:body").text == "전문\n우리는 책을 읽는다."


def test_law_without_articles() -> None:
    law = law_of(
        "빌려주는 책은 다음과 같다. <개정 2020.6.10>\n\t\t\n\t\t  1. 소설\n\t\t\n\t\t  2. 시집\n"
    )
    (article,) = law.articles()
    assert (article.path, article.number) == ("main:body", None)
    assert article.text == "빌려주는 책은 다음과 같다.\n1. 소설\n2. 시집"
    assert not law.repealed


@pytest.mark.parametrize(
    ("body", "repealed"),
    [
        ("달빛 도서관법은 이를 폐지한다.\n", True),
        ("「달빛 도서관법」을 폐지한다.\n", True),
        ("서기 1899년 법률 제46호는 자에 폐지함.\n", True),
        ("##### 제0조\n\n달빛 도서관법은 폐지한다.\n", True),
        ("##### 제1조\n\n달빛 도서관법은 폐지한다.\n", True),
        (
            "##### 제1조 (목적)\n\n이 법은 책을 다룬다.\n\n##### 제2조 (폐지)\n\n옛 법은 폐지한다.\n",
            False,
        ),
        ("달빛 도서관은 그 설립과 동시에 문을 연다.\n", False),
    ],
)
def test_repeal_stub_is_known_from_the_body_alone(body: str, repealed: bool) -> None:
    assert law_of(body, 상태="시행").repealed is repealed


def test_branch_of_a_branch_and_other_lines_that_look_like_articles_are_text() -> None:
    law = law_of("##### 제1조\n\n연다.\n\n##### 제1조의2의3\n")
    assert paths(law) == ["main:a1"]
    assert codes(at(law, "main:a1")) == ["unknown-heading"]


# -- 항 ------------------------------------------------------------------------------------------


def test_paragraphs() -> None:
    law = law_of(
        "##### 제1조 (대출)\n\n**①** 책은 두 주 동안 빌려준다. 다만, 사전은 그러하지 아니하다. <개정 2020.1.1>\n\n"
        "**②** 삭제 <2011.3.4>\n\n**③** 제1항에 따른 기간은 한 번 늘릴 수 있다. <신설 2011.3.4>\n"
    )
    assert paths(law) == ["main:a1", "main:a1:h1", "main:a1:h2", "main:a1:h3"]
    one, two, three = law.find(Paragraph)
    assert one.text == "책은 두 주 동안 빌려준다. 다만, 사전은 그러하지 아니하다."
    assert one.marks == (Mark("개정", ("2020-01-01",)),)
    assert (one.label, two.status, three.status) == ("제1항", Status.DELETED, Status.LIVE)


def test_markers_from_21_on_are_printed_twice() -> None:
    markers = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
    lines = "".join(f"**{m}** 달을 본다.\n\n" for m in markers)
    law = law_of(f"##### 제1조\n\n{lines}**㉑** ㉑ 별을 본다.\n\n**㉒** 해를 본다.\n")
    last = list(law.find(Paragraph))[-2:]
    assert [(p.path, p.text, codes(p)) for p in last] == [
        ("main:a1:h21", "별을 본다.", ["doubled-marker"]),
        ("main:a1:h22", "해를 본다.", []),
    ]


def test_circled_l_is_a_slip_for_1() -> None:
    law = law_of("##### 제1조\n\n**ⓛ** 연다.\n\n**②** 닫는다.\n")
    assert paths(law) == ["main:a1", "main:a1:h1", "main:a1:h2"]


@pytest.mark.parametrize(
    ("markers", "expected", "odd"),
    [
        ("①②②", ["h1", "h2", "h2~2"], {"h2~2": ["number-repeat"]}),
        ("①③", ["h1", "h3"], {"h3": ["number-gap"]}),
        ("②③④", ["h2", "h3", "h4"], {"h2": ["number-gap"]}),
    ],
)
def test_irregular_paragraphs(markers: str, expected: list[str], odd: dict[str, list[str]]) -> None:
    law = law_of("##### 제1조\n\n" + "".join(f"**{m}** 본다.\n\n" for m in markers))
    assert [p.path.removeprefix("main:a1:") for p in law.find(Paragraph)] == expected
    for paragraph in law.find(Paragraph):
        assert codes(paragraph) == odd.get(paragraph.path.removeprefix("main:a1:"), [])


@pytest.mark.parametrize("markers", ["①②①", "①⑤"])
def test_a_paragraph_out_of_order_is_text(markers: str) -> None:
    law = law_of("##### 제1조\n\n" + "".join(f"**{m}** 본다.\n\n" for m in markers))
    last = list(law.find(Paragraph))[-1]
    assert len(list(law.find(Paragraph))) == len(markers) - 1
    assert last.text == f"본다.\n**{markers[-1]}** 본다."
    assert codes(last) == ["marker-as-text"]


# -- 호 and 목 -----------------------------------------------------------------------------------


def test_subparagraphs_below_a_paragraph_and_directly_below_an_article() -> None:
    law = law_of(
        "##### 제1조\n\n다음 각 호의 책을 빌려준다.\n\n  1\\. 소설\n  1의2\\. 동화 <신설 2020.1.1>\n  2\\. 삭제 <2011.1.1>\n\n"
        "##### 제2조\n\n**①** 다음 각 호의 책은 빌려주지 아니한다.\n\n  1\\. 사전\n    가\\. 국어사전\n    나\\. 옥편\n  2\\. 지도\n"
    )
    assert paths(law) == [
        *("main:a1", "main:a1:n1", "main:a1:n1-2", "main:a1:n2"),
        *("main:a2", "main:a2:h1", "main:a2:h1:n1", "main:a2:h1:n1:m가", "main:a2:h1:n1:m나"),
        "main:a2:h1:n2",
    ]
    assert [n.label for n in law.find(Subparagraph)] == [
        "제1호",
        "제1호의2",
        "제2호",
        "제1호",
        "제2호",
    ]
    assert [n.label for n in law.find(Item)] == ["가목", "나목"]
    assert at(law, "main:a1:n2").status is Status.DELETED
    assert at(law, "main:a1:n1-2").text == "동화"


def test_paragraphs_and_subparagraphs_side_by_side() -> None:
    law = law_of(
        "##### 제1조\n\n다음과 같다.\n\n  1\\. 소설\n\n**①** 시집은 따로 정한다.\n\n  1\\. 서정시\n"
    )
    assert paths(law) == ["main:a1", "main:a1:n1", "main:a1:h1", "main:a1:h1:n1"]


@pytest.mark.parametrize(
    ("numbers", "expected", "odd"),
    [
        (["1", "2", "4"], ["n1", "n2", "n4"], {"n4": "number-gap"}),
        (["2", "3"], ["n2", "n3"], {"n2": "number-gap"}),
        (["1", "2", "2", "3"], ["n1", "n2", "n2~2", "n3"], {"n2~2": "number-repeat"}),
        (["1", "1의2", "1의3", "2"], ["n1", "n1-2", "n1-3", "n2"], {}),
        (["1", "1의3"], ["n1", "n1-3"], {"n1-3": "number-gap"}),
    ],
)
def test_gaps_and_repeats(numbers: list[str], expected: list[str], odd: dict[str, str]) -> None:
    law = law_of("##### 제1조\n\n각 호와 같다.\n\n" + "".join(f"  {n}\\. 책\n" for n in numbers))
    assert [n.path.removeprefix("main:a1:") for n in law.find(Subparagraph)] == expected
    found = {n.path.removeprefix("main:a1:"): codes(n) for n in law.find(Subparagraph)}
    assert {path: c for path, c in found.items() if c} == {p: [c] for p, c in odd.items()}


def test_a_list_that_starts_over_stays_text() -> None:
    # The oldest ordinances turn the order upside down: 가 … 1, 2; 나 … 1, 2.
    law = law_of(
        "##### 제1조\n\n사서는 다음과 같다.\n\n  1\\. 관장\n  2\\. 부관장\n    나\\. 분관의 사서는 다음과 같다.\n"
        "  1\\. 분관장\n  2\\. 부분관장\n  3\\. 서기\n"
    )
    assert paths(law) == ["main:a1", "main:a1:n1", "main:a1:n2"]
    last = at(law, "main:a1:n2")
    assert last.text.split("\n")[1:] == [
        *("나\\. 분관의 사서는 다음과 같다.", "1\\. 분관장", "2\\. 부분관장", "3\\. 서기")
    ]
    assert codes(last) == ["marker-as-text"] * 4


def test_torn_decimals_are_no_subparagraphs() -> None:
    law = law_of(
        "##### 제1조\n\n**①** 책의 무게는 다음 각 호와 같다.\n\n  1\\. 시집\n  0\\. 5킬로그램 이하\n  2\\. 소설\n  0\\. 8킬로그램 이하\n"
    )
    assert paths(law)[2:] == ["main:a1:h1:n1", "main:a1:h1:n2"]
    assert at(law, "main:a1:h1:n1").text == "시집\n0\\. 5킬로그램 이하"
    assert codes(at(law, "main:a1:h1:n2")) == ["marker-as-text"]


def test_items_run_on_beyond_하() -> None:
    order = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노"
    law = law_of(
        "##### 제1조\n\n각 호와 같다.\n\n  1\\. 책\n" + "".join(f"    {c}\\. 책\n" for c in order)
    )
    assert [i.path[-1] for i in law.find(Item)] == list(order)
    assert [i.number.main for i in law.find(Item) if i.number] == list(range(1, 31))
    assert not [d for n in law.walk() for d in n.diagnostics]


def test_an_item_below_nothing_is_text() -> None:
    law = law_of("##### 제1조\n\n**①** 책은 다음과 같다.\n\n    가\\. 소설\n    나\\. 시집\n")
    assert paths(law) == ["main:a1", "main:a1:h1"]
    paragraph = at(law, "main:a1:h1")
    assert paragraph.text == "책은 다음과 같다.\n가\\. 소설\n나\\. 시집"
    assert codes(paragraph) == ["marker-as-text", "marker-as-text"]


def test_a_first_item_may_stand_in_its_parents_line() -> None:
    law = law_of("##### 제1조\n\n각 호와 같다.\n\n  1\\. 가. 소설\n    나\\. 시집\n")
    assert [(i.path, codes(i)) for i in law.find(Item)] == [("main:a1:n1:m나", ["number-gap"])]


@pytest.mark.parametrize(
    "line", ["    각\\. 책", "    본\\. 책", "    가 책", "   1\\. 책", " 1\\. 책"]
)
def test_indented_lines_without_a_marker_continue_the_open_node(line: str) -> None:
    law = law_of(f"##### 제1조\n\n각 호와 같다.\n\n  1\\. 소설\n{line}\n")
    assert paths(law) == ["main:a1", "main:a1:n1"]
    assert at(law, "main:a1:n1").text == f"소설\n{line.strip()}"


# -- below 목 ------------------------------------------------------------------------------------


def test_levels_below_item() -> None:
    law = law_of(
        "##### 제2조\n\n**①** 각 호와 같다.\n\n  1\\. 책\n    가\\. 소설\n \n 1) 장편\n \n 가) 역사\n \n (1) 고려\n \n (가) 전기\n"
        " \n (나) 후기\n \n (2) 조선\n \n 나) 연애\n \n 2) 단편\n    나\\. 시집\n"
    )
    base = "main:a2:h1:n1:m가"
    assert [s.path.removeprefix(base) for s in law.find(Subitem)] == [
        *(":s1", ":s1:t가", ":s1:t가:u1", ":s1:t가:u1:v가", ":s1:t가:u1:v나"),
        *(":s1:t가:u2", ":s1:t나", ":s2"),
    ]
    assert [s.label for s in law.find(Subitem)] == [
        "1)",
        "가)",
        "(1)",
        "(가)",
        "(나)",
        "(2)",
        "나)",
        "2)",
    ]
    assert at(law, "main:a2:h1:n1:m나").text == "시집"


@pytest.mark.parametrize("indent", [" ", "\t\t", "\t\u3000", " \u3000", "\u3000", "      "])
def test_indents_of_sublevels(indent: str) -> None:
    law = law_of(f"##### 제1조\n\n각 호와 같다.\n\n  1\\. 책\n{indent}1) 소설\n{indent}2) 시집\n")
    assert [(s.path, s.text) for s in law.find(Subitem)] == [
        ("main:a1:n1:s1", "소설"),
        ("main:a1:n1:s2", "시집"),
    ]


def test_branches_of_sublevels() -> None:
    law = law_of(
        "##### 제2조\n\n각 호와 같다.\n\n  1\\. 책\n 1) 소설\n 1)의2 동화\n 1)의3 우화\n 2) 시집\n"
    )
    assert [(s.path[-4:], s.text) for s in law.find(Subitem)] == [
        ("1:s1", "소설"),
        ("s1-2", "동화"),
        ("s1-3", "우화"),
        ("1:s2", "시집"),
    ]


@pytest.mark.parametrize("marker", ["1)", "가)", "(1)", "(가)"])
@pytest.mark.parametrize("opening", ["책은 다음과 같다.", "**①** 책은 다음과 같다."])
def test_sublevels_directly_below_조_or_항_are_text(marker: str, opening: str) -> None:
    law = law_of(f"##### 제1조\n\n{opening}\n \n {marker} 소설\n")
    assert not list(law.find(Subitem))
    assert list(law.walk())[-2].text == f"책은 다음과 같다.\n{marker} 소설"


# -- continuation, tables, images ----------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["\t\t\t\t이 경우 웃돈은 받지 아니한다.", " 이 경우 웃돈은 받지 아니한다."]
)
def test_continuation_lines_join_the_last_open_node(line: str) -> None:
    law = law_of(
        f"##### 제1조\n\n**①** 연다.\n \n{line}\n\n  1\\. 소설\n \n{line}\n    가\\. 장편\n \n{line}\n 1) 역사\n \n{line}\n"
    )
    for node in law.find(Paragraph), law.find(Subparagraph), law.find(Item), law.find(Subitem):
        assert next(iter(node)).text.endswith("\n이 경우 웃돈은 받지 아니한다.")


def test_box_table() -> None:
    law = law_of(
        "##### 제1조\n\n**①** 다음 표와 같다.\n\t\t\t\t\n\t\t\t\t┌──┬──┐\n\t\t\t\t│권수│기간│\n\t\t\t\t└──┴──┘\n\n**②** 연다.\n"
    )
    paragraph = at(law, "main:a1:h1")
    (block,) = paragraph.blocks
    assert block.kind is BlockKind.TABLE
    assert paragraph.raw[block.start : block.end].split() == ["┌──┬──┐", "│권수│기간│", "└──┴──┘"]
    assert "│권수│기간│" in paragraph.text


def test_pipe_table() -> None:
    law = law_of(
        "##### 제1조\n\n다음 표와 같다.\n\n+------+------+\n| 권수 | 기간 |\n+======+======+\n"
    )
    (block,) = at(law, "main:a1").blocks
    assert block.kind is BlockKind.TABLE
    assert paths(law) == ["main:a1"]


IMAGE = '<img src="https://example.invalid/1" alt="img1" >'


def test_markers_inside_an_image_are_text() -> None:
    law = law_of(
        f"##### 제1조\n\n**①** 연체료는 다음과 같다.\n\t\t\n\t\t{IMAGE}\n\t\t\n  3\\. 5 × 날수\n  1\\. 5cm\n**②** 그림\n"
        "##### 제9조\n    가\\. 그림\n\t\t</img>\n\n  1\\. 소설\n  2\\. 시집\n"
    )
    assert paths(law) == ["main:a1", "main:a1:h1", "main:a1:h1:n1", "main:a1:h1:n2"]
    paragraph = at(law, "main:a1:h1")
    assert [b.kind for b in paragraph.blocks] == [BlockKind.IMAGE]
    assert "5cm" in paragraph.text
    assert "img" not in paragraph.text


def test_a_provision_may_begin_on_the_line_of_an_image() -> None:
    law = law_of(
        f"##### 제1조\n\n각 호와 같다.\n\n  1\\. 순 또는 {IMAGE}純</img>\n  2\\. {IMAGE}\n\t\t┌─┐\n\t\t└─┘\n\t\t</img>\n  3\\. 끝\n"
    )
    assert [n.path for n in law.find(Subparagraph)] == ["main:a1:n1", "main:a1:n2", "main:a1:n3"]
    one, two, three = law.find(Subparagraph)
    assert one.text == "순 또는 純"
    assert two.text.split() == ["┌─┐", "└─┘"]
    assert [codes(n) for n in (one, two, three)] == [["image"], ["image"], []]


def test_an_image_in_the_middle_of_a_sentence() -> None:
    law = law_of(
        f"##### 제1조\n\n이 법은 책({IMAGE}冊</img>)을 다룬다.\n\n##### 제2조\n\n{IMAGE}null</img>연다.\n"
    )
    assert [a.text for a in law.articles()] == ["이 법은 책(冊)을 다룬다.", "연다."]


# -- residues and damage -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "title", "words"),
    [
        (
            "##### 제1조 (달빛회(月會)의 설립)\n\n[달빛회(月會)의 설립]\n\n**①** 세운다.\n",
            "달빛회(月會)의 설립",
            "",
        ),
        ("##### 제1조 (달빛회(달빛회)\n\n[달빛회(月會)]\n\n**①** 세운다.\n", "달빛회(달빛회", ""),
        (
            "##### 제1조 (달빛회(月會) 등기)\n\n[달빛회(月會) 등기]달빛회를 등기한다.\n",
            "달빛회(月會) 등기",
            "달빛회를 등기한다.",
        ),
        ("##### 제1조\n\n[달빛회(月會)의 설립]\n\n**①** 세운다.\n", "달빛회(月會)의 설립", ""),
    ],
)
def test_a_title_again_in_brackets(lines: str, title: str, words: str) -> None:
    (article,) = law_of(lines).articles()
    assert (article.title, article.text, codes(article)) == (title, words, ["title-in-brackets"])
    assert [b.kind for b in article.blocks] == ([] if words else [BlockKind.NOTE])


def test_an_effective_date_in_brackets_is_a_note() -> None:
    law = law_of("##### 제16조 (지원)\n\n[시행일 : 2021.1.26] 제16조\n\n**①** 돕는다.\n")
    (article,) = law.articles()
    assert (article.text, article.title) == ("", "지원")
    assert [b.kind for b in article.blocks] == [BlockKind.NOTE]
    assert article.notes == ("[시행일 : 2021.1.26] 제16조",)
    assert article.effective_date == date(2021, 1, 26)
    assert article.status is Status.LIVE


def test_an_effective_date_that_no_calendar_knows_is_left_out() -> None:
    (article,) = law_of("##### 제16조\n\n[시행일 : 2021.2.31] 제16조\n\n**①** 돕는다.\n").articles()
    assert (article.text, article.title, article.effective_date) == ("", "", None)


def test_other_brackets_are_text() -> None:
    (article,) = law_of("##### 제1조 (서식)\n\n[별표 1]에 따른다.\n").articles()
    assert (article.text, article.title) == ("[별표 1]에 따른다.", "서식")


def test_digits_that_the_mirror_has_eaten() -> None:
    law = law_of("##### 제1조\n\n년 5월 31일 현재 빌린 책은 돌려준다.\n\n##### 제2조\n\n연다.\n")
    assert [codes(a) for a in law.articles()] == [["digits-lost"], []]


def test_compatibility_hanja_is_left_alone() -> None:
    # 六(U+F9D1) and 樂(U+F914) would turn into other characters under NFC.
    law = law_of("##### 제1조 (\uf9d1월)\n\n\uf914을 듣는다. ㆍ와 ·는 다르다.\u3000끝\n")
    (article,) = law.articles()
    assert article.title == "\uf9d1월"
    assert article.text == "\uf914을 듣는다. ㆍ와 ·는 다르다.\u3000끝"


# -- 부칙 ----------------------------------------------------------------------------------------


def supplement_of(*lines: str) -> Supplement:
    """The one 부칙 made of ``lines``, blank lines between them as in the mirror."""
    (found,) = law_of("##### 제1조\n\n연다.\n", "\n\n\n".join(lines) + "\n").supplements()
    return found


@pytest.mark.parametrize(
    ("header", "number", "day", "title"),
    [
        ("부칙 <제3165호,1979.4.17>", "3165", date(1979, 4, 17), ""),
        ("부칙(별빛 도서관법) <제8852호,2008.2.29>", "8852", date(2008, 2, 29), "별빛 도서관법"),
        ("부칙 (별빛(星)법) <제8852호, 2008. 2. 29.>", "8852", date(2008, 2, 29), "별빛(星)법"),
        ("부칙 <제2001-10호,2001.2.28.>", "2001-10", date(2001, 2, 28), ""),
        ("부칙 <군정법령 제5호,1946.12.20>", "5", date(1946, 12, 20), ""),
    ],
)
def test_supplement_header(header: str, number: str, day: date, title: str) -> None:
    found = supplement_of(header, "이 법은 공포한 날부터 시행한다.")
    assert (found.promulgation_no, found.promulgation_date, found.title) == (number, day, title)
    assert found.path == f"add:{day.isoformat()}-{number}"
    assert found.text == "이 법은 공포한 날부터 시행한다."
    assert codes(found) == []


def test_bare_supplement_header() -> None:
    found = supplement_of("부칙", "이 법은 공포한 날부터 시행한다.")
    assert (found.promulgation_no, found.promulgation_date, found.label) == ("", None, "부칙")
    assert codes(found) == []


def test_malformed_supplement_header() -> None:
    found = supplement_of(
        "부칙별빛 도서관 직제) <제20724호,2008.2.29>", "제1조(시행일) 공포한 날부터 시행한다."
    )
    assert codes(found) == ["supplement-header"]
    assert [a.path for a in found.walk() if isinstance(a, Article)] == ["add:0-0:a1"]


def test_a_date_that_no_calendar_knows() -> None:
    found = supplement_of("부칙 <제7호,2008.2.31>", "시행한다.")
    assert (found.promulgation_no, found.promulgation_date) == ("7", None)


def test_sentences_that_begin_with_부칙_open_none() -> None:
    found = supplement_of(
        "부칙 <제7호,2008.2.28>",
        "①(시행일) 공포한 날부터 시행한다.",
        "②(다른 법률의 개정) 별빛법 일부를 다음과 같이 개정한다.",
        "부칙 제8조제30항을 삭제한다.",
        "부칙 중 제2항을 제3항으로 한다.",
    )
    assert [p.path for p in found.children] == ["add:2008-02-28-7:h1", "add:2008-02-28-7:h2"]
    assert found.children[1].text.endswith(
        "부칙 제8조제30항을 삭제한다.\n부칙 중 제2항을 제3항으로 한다."
    )


def test_articles_number_from_1_again_in_each_unit() -> None:
    law = law_of(
        "##### 제1조 (목적)\n\n연다.\n\n##### 제2조 (정의)\n\n뜻은 다음과 같다.\n",
        "부칙 <제7호,2008.2.28>\n\n제1조(시행일) 공포한 날부터 시행한다.\n\n제2조(경과조치) ① 빌린 책은 그대로 둔다.\n\n"
        "② 제1항은 사전에도 적용한다.\n\n부칙(별빛법) <제9호,2010.1.1>\n\n제1조(시행일) 이 법은 2010년 2월 1일부터 시행한다.\n",
    )
    assert [a.path for a in law.articles()] == ["main:a1", "main:a2"]
    below = [n for s in law.supplements() for n in s.walk() if isinstance(n, Article | Paragraph)]
    assert [n.path for n in below] == [
        "add:2008-02-28-7:a1",
        "add:2008-02-28-7:a2",
        "add:2008-02-28-7:a2:h1",  # stands on the article's line
        "add:2008-02-28-7:a2:h2",
        "add:2010-01-01-9:a1",
    ]
    assert below[2].raw.startswith("① 빌린 책은")


def test_two_supplements_of_one_promulgation() -> None:
    law = law_of(
        "##### 제1조\n\n연다.\n", "부칙 <제7호,2008.2.28>\n\n부칙 <제7호,2008.2.28>\n\n연다.\n"
    )
    assert [s.path for s in law.supplements()] == ["add:2008-02-28-7", "add:2008-02-28-7~2"]


def test_amending_text_opens_no_articles() -> None:
    found = supplement_of(
        "부칙 <제7호,2008.2.28>",
        "제1조(시행일) 공포한 날부터 시행한다.",
        "제2조 생략",
        "제3조(다른 법률의 개정) ① 별빛법 일부를 다음과 같이 개정한다.",
        '제2조(정의) 중 "책"을 "글"로 한다.',  # a number that went before
        '제8조제2항 중 "달빛부장관"을 "별빛부장관"으로 한다.',
        "1. 달빛",
        '제2조의2(종전의 제7조)제1항 중 "법"을 "영"으로 한다.',
        "제7조(벌칙) 별빛을 가린 자는 벌한다.",  # quoted: not the next number
    )
    assert [n.path for n in found.walk() if isinstance(n, Article)] == ["add:2008-02-28-7:a1"]
    assert not [n for n in found.walk() if isinstance(n, Subparagraph)]


def test_a_title_directly_before_a_reference_is_no_head() -> None:
    found = supplement_of(
        "부칙 <제7호,2008.2.28>",
        "제1조(시행일) 공포한 날부터 시행한다.",
        '제2조(종전의 제7조)제1항 중 "법"을 "영"으로 한다.',
    )
    assert [n.path for n in found.walk() if isinstance(n, Article)] == ["add:2008-02-28-7:a1"]


@pytest.mark.parametrize(
    "elided", ["①부터 ⑪까지 생략", "① 및 ② 생략", "①ㆍ② 생략", "① 내지 ⑤ 생략"]
)
def test_a_range_left_out_is_no_paragraph(elided: str) -> None:
    found = supplement_of(
        "부칙 <제7호,2008.2.28>",
        f"제1조(다른 법률의 개정) {elided}",
        "⑫ 별빛법 일부를 다음과 같이 개정한다.",
        elided,
    )
    assert not [n for n in found.walk() if isinstance(n, Paragraph)]
    assert found.children[0].text.startswith(elided)


def test_lists_in_a_supplement() -> None:
    found = supplement_of(
        "부칙 <제7호,2008.2.28>",
        "제1조(시행일) 이 법은 다음 각 호의 구분에 따른 날부터 시행한다.",
        "1. 제2조의 개정규정: 2008년 3월 1일",
        "2. 제3조의 개정규정: 2008년 4월 1일",
    )
    assert [n.path for n in found.walk() if isinstance(n, Subparagraph)] == [
        "add:2008-02-28-7:a1:n1",
        "add:2008-02-28-7:a1:n2",
    ]


def test_a_supplement_belongs_to_no_article() -> None:
    law = law_of("##### 제1조\n\n연다.\n", "부칙 <제7호,2008.2.28>\n\n제1조(시행일) 시행한다.\n")
    assert [a.text for a in law.articles()] == ["연다."]
    assert all(not n.path.startswith("add:") for n in law.find(Article))


# -- any body ------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [
        *(
            "# 제1편 책",
            "## 제2장의3 밤",
            "### 제1절",
            "#### 제1관 책",
            "**제1항 밤**",
            "**굵은 글**",
        ),
        *(
            "##### 제1조 (목적)",
            "##### 제1조의2",
            "##### 제2조 ((책))",
            "##### 제0조",
            "###### 책",
            "#",
        ),
        *(
            "**①** 책",
            "**②** 책",
            "**㉑** ㉑ 책",
            "**ⓛ** 책",
            "**①**",
            "삭제 <2009.1.1>",
            "[책]",
            "[시행일 : 2020.1.1]",
        ),
        *(
            "  1\\. 책",
            "  1의2\\. 책",
            "  2\\. 책",
            "  0\\. 5밀리",
            "    가\\. 책",
            "    나\\. 책",
            "    가\\.",
        ),
        *(
            " 1) 책",
            " 가) 책",
            "\t(1) 책",
            "\u3000(가) 책",
            " 1)의2 책",
            "\t\t책",
            " ",
            "\t",
            "\r",
            "책",
            "년 5월",
        ),
        *(
            '<img src="x">',
            "</img>",
            '**①** <img src="x">',
            "  1\\. <img>null</img>",
            "│책│",
            "+---+",
            "| 책 |",
        ),
        *(
            "## 부칙",
            "부칙 <제1호,2020.1.1>",
            "부칙",
            "부칙(책) <제1호,2020.1.1>",
            "부칙 제8조를 삭제한다.",
        ),
        *(
            "제1조(시행일) ① 책",
            "제1조(시행일)",
            "② 책",
            "1. 다음 각 호",
            "제2조 생략",
            "---",
            "제목: 책",
        ),
    ]
)
BREAKS = st.sampled_from(["\n", "\n\n", "\n\n\n", "\r\n", "\r\n\r\n"])


@given(
    st.lists(st.tuples(LINES, BREAKS), max_size=40).map(lambda ls: "".join(a + b for a, b in ls))
)
@settings(max_examples=400, deadline=None)
def test_any_sequence_of_lines_comes_back(body: str) -> None:
    law = law_of(body)
    named = [n.path for n in law.walk() if n.path]
    assert len(named) == len(set(named))


@given(st.text(max_size=200), st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_comes_back(body: str, supplement: str) -> None:
    law_of(body, supplement)
