"""Statutes pasted as plain text, in all the shapes that pages and PDFs give them."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.lawgokr import parse_law
from lexdpr_rag.statute.plaintext import parse_plain
from lexdpr_rag.statute.tree import Annex, Article, BlockKind, Heading, Law, Node, Text

PASTED = """등대 관리법
[시행 2024. 8. 14.] [법률 제20301호, 2024. 2. 13., 일부개정]
바다부(등대과), 00-000-0000

        제1장 총칙
제1조(목적) 이 법은 등대의 불을 지키기 위한 것이다.
제2조 (정의) ① 이 법에서 쓰는 말의 뜻은 다음 각 호와 같다. <개정 2020. 1. 2.>
  1. "등대"란 다음 각 목의 것을 말한다.
    가. 불을 켜는 탑
      1) 돌탑
      2) 쇠탑
    나. 종을 치는 탑
  1의2. "불"이란 등대의
     빛을 말한다.
  ② 제3조제1항 중 "불"을 "빛"으로 본다.
  [전문개정 2020. 1. 2.]
        제1장의2 점검 <신설 2020. 1. 2.>
제2조의2(점검)
① 매일 한다.

제3조 삭제 <2021. 3. 4.>
제5조(기록) 적는다.

부칙 <제100호,2000.1.2>
이 법은 공포한 날부터 시행한다.
부칙(항로법) <제20301호,2024.2.13>
제1조(시행일) ① 켠다.
② 끈다.
제2조(다른 법률의 개정) 등대 관리법 일부를 다음과 같이 개정한다.
제8조제2항 중 "불"을 "빛"으로 한다.
[별표 1의2] 등대의 높이
┌──┐
│ 10 │
└──┘
"""


def parsed(text: str, path: str = "") -> Law:
    law = parse_plain(text, path)
    assert law.source() == text
    return law


def node(law: Law, path: str) -> Node:
    return next(each for each in law.walk() if each.path == path)


def paths(law: Law) -> list[str]:
    return [each.path for each in law.walk() if each.path]


def one_line(text: str) -> str:
    title, _, rest = text.partition("\n")
    return f"{title}\n{' '.join(rest.split())}"


@pytest.mark.parametrize(
    "change", [lambda t: t, lambda t: t.replace("\n", "\r\n"), lambda t: "\ufeff" + t]
)
def test_pasted_lines(change: object) -> None:
    law = parsed(change(PASTED))  # type: ignore[operator]
    assert paths(law) == [
        "toc:c1",
        "main:a1",
        *("main:a2", "main:a2:h1", "main:a2:h1:n1", "main:a2:h1:n1:m가", "main:a2:h1:n1:m가:s1"),
        *("main:a2:h1:n1:m가:s2", "main:a2:h1:n1:m나", "main:a2:h1:n1-2", "main:a2:h2"),
        "toc:c1-2",
        *("main:a2-2", "main:a2-2:h1", "main:a3", "main:a5"),
        *("add:2000-01-02-100", "add:2024-02-13-20301", "add:2024-02-13-20301:a1"),
        *(f"add:2024-02-13-20301:{tail}" for tail in ("a1:h1", "a1:h2", "a2")),
        "tbl:1-2",
    ]
    assert node(law, "main:a2:h1:n1-2").text == '"불"이란 등대의\n빛을 말한다.'
    article = node(law, "main:a2")
    assert isinstance(article, Article)
    assert (article.title, article.notes) == ("정의", ("[전문개정 2020. 1. 2.]",))
    assert [h.full for h in law.find(Heading)] == ["제1장 총칙", "제1장의2 점검"]
    (annex,) = law.annexes()
    assert [block.kind for block in annex.blocks] == [BlockKind.TABLE]


def test_what_the_head_of_the_page_says() -> None:
    meta = parsed(PASTED).meta
    assert (meta.title, meta.kind, meta.promulgation_no) == ("등대 관리법", "법률", "20301")
    assert (meta.promulgation_date, meta.effective_date) == (date(2024, 2, 13), date(2024, 8, 14))
    assert meta.law_id == "t" + hashlib.sha1("등대 관리법".encode()).hexdigest()[:8]


def test_all_in_one_line() -> None:
    text = one_line(PASTED)
    law = parsed(text)
    wanted = [path for path in paths(parsed(PASTED)) if not path.startswith("tbl:")]
    assert paths(law) == wanted


@pytest.mark.parametrize(
    ("text", "path", "title"),
    [
        ("제1조(목적) 켠다.", "laws/등대 규칙.txt", "등대 규칙"),
        ("[시행 2024. 8. 14.]\n제1조(목적) 켠다.", "등대.md", "등대"),
        ("\n\n  등대   규칙 \n제1조(목적) 켠다.", "x.txt", "등대 규칙"),
        ("켠다.", "", None),
    ],
)
def test_title(text: str, path: str, title: str | None) -> None:
    if title is None:
        with pytest.raises(SourceError):
            parse_plain(text, path)
    else:
        assert parsed(text, path).meta.title == title


def test_a_preamble_is_kept_as_one() -> None:
    law = parsed(
        "등대 헌장\n전문\n우리는 등대를 지킨다.\n불을 밝힌다.\n제1장 총강\n제1조 등대는 하나다.\n"
    )
    first, second = law.articles()
    assert (first.label, first.text) == ("전문", "우리는 등대를 지킨다.\n불을 밝힌다.")
    assert (second.label, second.text) == ("제1조", "등대는 하나다.")
    assert [child.raw for child in law.children if isinstance(child, Text)] == [
        "등대 헌장\n",
        "전문\n",
    ]


HEADS = [
    # untitled articles of old laws, PDF spacing, square brackets, a number alone
    ("제1조 이 법은 켠다.\n제2조 끈다.\n", ["제1조", "제2조"]),
    ("제 1 조 (목적) 켠다.\n제 2 조의 2 (불) 끈다.\n", ["제1조", "제2조의2"]),
    ("제1조[목적]켠다.\n제2조\n끈다.\n", ["제1조", "제2조"]),
    ("제1조(목적)이 법은 켠다.\n제2조(불)①켠다.\n", ["제1조", "제2조"]),
    ("제1조(목적(目的)과 뜻) 켠다.", ["제1조"]),
    # an excerpt may begin anywhere and leave out articles
    ("제750조(불법행위) 켠다.\n제760조(공동불법행위) 끈다.\n", ["제750조", "제760조"]),
    # wrapped lines that begin with a reference
    ("제1조(목적) 이 법은\n제2조에 따라 켠다.\n제2조 및 제3조는\n제2조 제1항을 본다.\n", ["제1조"]),
    ("제1조(목적) 이 법은\n제2조(불)에 따라 켠다.\n제2조(불) 켠다.\n", ["제1조", "제2조"]),
    # quoted articles
    (
        "제1조(목적) 켠다.\n제2조(개정) 항로법 일부를 다음과 같이 개정한다.\n제8조(불) 끈다.\n제8조제2항 중 “가”를 뺀다.\n제3조(벌) 벌한다.\n",
        ["제1조", "제2조", "제3조"],
    ),
    ("제5조(목적) 켠다.\n제2조(뜻) 끈다.\n", ["제5조"]),
    # one line
    (
        "제1조(목적) 켠다. 제2조(불)에 따라 「항로법」 제2조(뜻) 및 제3조(종)을 본다. 제2조(불) ① 끈다.",
        ["제1조", "제2조"],
    ),
    ("제1조(목적) 켠다. 제2조 삭제 <2020. 1. 2.> 제4조(종) 친다.", ["제1조", "제2조", "제4조"]),
]


@pytest.mark.parametrize(("text", "expected"), HEADS)
def test_heads(text: str, expected: list[str]) -> None:
    assert [article.label for article in parsed(text).articles()] == expected


def test_headings_that_are_none() -> None:
    law = parsed(
        "제1장 총칙\n제1조(목적) 이 법은\n제2장 및 제3장에 따라\n제2장의 규정을 본다.\n제1항 등의 불\n"
    )
    assert [h.full for h in law.find(Heading)] == ["제1장 총칙"]


def test_a_level_below_gwan() -> None:
    law = parsed("제1관 배\n제1항 돛배\n제1조(돛) 켠다.\n제2항 작은 배\n제2조(노) 끈다.\n")
    assert [h.full for h in law.find(Heading)] == ["제1관 배", "제1항 돛배", "제2항 작은 배"]


def test_lines_below_a_heading_are_not_its_title() -> None:
    law = parsed("제1장 총칙\n조문 펼치기\n제1조(목적) 켠다.\n")
    (heading,) = law.find(Heading)
    assert heading.title == "총칙"
    assert [d.code for d in heading.diagnostics] == ["text-after-heading"]


@pytest.mark.parametrize(
    "text", ["", "등대\n\n켠다.\n", "부칙 <제1호,2020.1.2>\n제1조(시행일) 켠다."]
)
def test_text_without_articles_is_refused(text: str) -> None:
    with pytest.raises(SourceError) as error:
        parse_plain(text, "x.txt")
    assert error.value.key == "source.no_provisions"
    assert "x.txt" in str(error.value)


FRAGMENTS = st.sampled_from(
    [
        "제1조(목적) ",
        "제2조(불)",
        "제2조 ",
        "제3조",
        "제1-1조(뜻) ",
        "제1장 총칙",
        "제2절 ",
        "부칙",
        "부칙 <제1호,2020.1.2>",
        "[별표 1]",
        "①",
        "②",
        "1. ",
        "2. ",
        "가. ",
        "1) ",
        "다음 각 호",
        "켠다. ",
        "삭제",
        "\n",
        "\r\n",
        "\r",
        "\u3000",
        "\u2028",
        "\x0c",
        "[본조신설 2020. 1. 2.]",
        "<개정 2020. 1. 2.>",
        "│",
        "\ufeff",
        "「",
        "」",
        "[시행 2024. 8. 99.]",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=4), max_size=40).map("".join))
def test_nothing_is_lost(text: str) -> None:
    try:
        law = parse_plain(text, "x.txt")
    except SourceError as error:
        assert error.key == "source.no_provisions"
    else:
        assert law.source() == text
        assert len(set(paths(law))) == len(paths(law))


# -- real law, printed as text -------------------------------------------------------------------


def printed(law: Law) -> list[str]:
    """The law as a page shows it: its lines, the notes of an article behind its last provision."""
    lines = [f"{law.meta.title}"]
    notes: list[str] = []
    for top in law.children:
        if isinstance(top, Annex | Text):
            continue
        for each in top.walk():
            if isinstance(each, Article | Heading) or each is top:
                lines += notes
                notes = []
            cut = next((b.start for b in each.blocks if b.kind is BlockKind.NOTE), len(each.raw))
            lines += each.raw[:cut].splitlines()
            notes += each.raw[cut:].splitlines()
    return lines + notes


def shape(article: Article) -> list[tuple[str, str]]:
    return [(type(each).__name__, each.path) for each in article.walk()]


def words(article: Article) -> str:
    return re.sub(r"\s", "", "".join(each.text for each in article.walk()))


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("end", "shapes", "texts"), [("\n", 6_894, 6_884), ("\r\n", 6_894, 6_884), (" ", 6_886, 6_873)]
)
def test_printed_law_reads_like_the_answer(
    end: str, shapes: int, texts: int, lawgo_json: Path
) -> None:
    """All 49 laws, line by line and all in one line."""
    same_shape = same_words = 0
    for file in sorted((lawgo_json / "laws").glob("*.json")):
        law = parse_law(json.loads(file.read_text(encoding="utf-8")))
        lines = printed(law)
        text = (
            end.join(lines) if end != " " else f"{lines[0]}\n{' '.join(map(str.strip, lines[1:]))}"
        )
        pasted = parsed(text)
        others = {article.number: article for article in pasted.articles()}
        assert len(list(pasted.supplements())) == len(list(law.supplements()))
        for article in law.articles():
            other = others.get(article.number)
            same_shape += other is not None and shape(other) == shape(article)
            same_words += other is not None and words(other) == words(article)
    assert same_shape >= shapes
    assert same_words >= texts
