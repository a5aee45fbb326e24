"""The law.go.kr adapter: every quirk of the API's answers, on a fictional law, and the real ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.answer import load_json, load_xml
from lexdpr_rag.statute.lawgokr import parse_law
from lexdpr_rag.statute.markdown import parse_markdown
from lexdpr_rag.statute.tree import (
    Annex,
    Article,
    BlockKind,
    Heading,
    Item,
    Law,
    Node,
    Paragraph,
    Pending,
    Status,
    Subitem,
    Subparagraph,
    Supplement,
    Text,
)

INFO = {
    "법령ID": "990200",
    "법령명_한글": "등대 관리법",
    "법령명약칭": "등대법",
    "공포일자": "20240213",
    "공포번호": "09301",
    "시행일자": "20240814",
    "소관부처": {"content": "바다부", "소관부처코드": "9900009"},
    "법종구분": {"content": "법률", "법종구분코드": "A0002"},
}


def unit(number: str, text: Any, **fields: Any) -> dict[str, Any]:
    """A 조문단위."""
    kind = "전문" if fields.pop("front", False) else "조문"
    head = {"조문번호": number, "조문여부": kind, "조문내용": text, "조문제목": ""}
    return {**head, "조문시행일자": "20240814", **fields}


def answer(
    *units: dict[str, Any], info: dict[str, Any] | None = None, **rest: Any
) -> dict[str, Any]:
    return {
        "법령": {"기본정보": {**INFO, **(info or {})}, "조문": {"조문단위": list(units)}, **rest}
    }


def parsed(*units: dict[str, Any], **rest: Any) -> Law:
    """The law, after a check that nothing of the answer is lost."""
    whole = answer(*units, **rest)
    law = parse_law(whole)
    assert law.source() == flatten(whole)
    return law


def node(law: Law, path: str) -> Node:
    return next(each for each in law.walk() if each.path == path)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def flatten(whole: dict[str, Any]) -> str:
    """All text fields of an answer in document order, written without a look at the parser.

    Each string is followed by one line feed; an empty field has none.
    """
    law = whole["법령"]
    fields: list[Any] = []
    for each in several(law["조문"]["조문단위"]):
        fields += [each.get("조문내용"), each.get("조문참고자료")]
        for paragraph in several(each.get("항")):
            fields.append(paragraph.get("항내용"))
            for subparagraph in several(paragraph.get("호")):
                fields.append(subparagraph["호내용"])
                fields += [item["목내용"] for item in several(subparagraph.get("목"))]
    fields += [each["부칙내용"] for each in several(law.get("부칙", {}).get("부칙단위"))]
    fields += [each.get("별표내용") for each in several(law.get("별표", {}).get("별표단위"))]
    fields += [law.get(key, {}).get(f"{key}내용") for key in ("개정문", "제개정이유")]
    return "".join(f"{text}\n" for each in fields if each for text in strings(each))


# -- the law as a whole --------------------------------------------------------------------------


def test_meta() -> None:
    meta = parsed(unit("1", "제1조(목적) 불을 켠다.", 조문제목="목적")).meta
    assert (meta.law_id, meta.title, meta.kind) == ("990200", "등대 관리법", "법률")
    assert (meta.promulgation_no, meta.promulgation_date) == ("9301", date(2024, 2, 13))
    assert (meta.effective_date, meta.ministries) == (date(2024, 8, 14), ("바다부",))
    assert meta.short_titles == ("등대법",)


def test_a_day_that_hangs_on_an_event_is_no_day() -> None:
    assert (
        parsed(unit("1", "제1조 켠다."), info={"시행일자": "99990101"}).meta.effective_date is None
    )


@pytest.mark.parametrize("field", ["법령ID", "법령명_한글"])
def test_a_law_without_name_or_id_is_refused(field: str) -> None:
    with pytest.raises(SourceError) as error:
        parse_law(answer(unit("1", "제1조 켠다."), info={field: ""}), "x.json")
    assert error.value.key == "source.missing_key"
    assert field in str(error.value)


def test_an_answer_without_text_is_refused() -> None:
    with pytest.raises(SourceError) as error:
        parse_law(answer())
    assert error.value.key == "source.no_provisions"


# -- headings ------------------------------------------------------------------------------------


def test_headings() -> None:
    law = parsed(
        unit("1", [["        제1편 총칙", "            제1장 통칙"]], front=True),
        unit("1", "제1조(목적) 불을 켠다.", 조문제목="목적"),
        unit("2", "            제1장의2 삭제 <2020.1.2>", front=True),
        unit("2", "            제2관 배", front=True),
        unit("2", "            제1항 작은 배", front=True),
        unit("2", "제2조 삭제 <2020.1.2>"),
    )
    headings = list(law.find(Heading))
    assert [heading.full for heading in headings] == [
        "제1편 총칙",
        "제1장 통칙",
        "제1장의2 삭제",
        "제2관 배",
        "제1항 작은 배",
    ]
    assert headings[2].status is Status.DELETED
    above = {article.label: [h.label for h in path] for path, article in law.article_headings()}
    assert above["제1조"] == ["제1편", "제1장"]
    assert above["제2조"] == ["제1편", "제1장의2", "제2관", "제1항"]
    assert node(law, "main:a2").status is Status.DELETED


def test_words_before_the_first_article_are_a_preamble() -> None:
    law = parsed(
        unit("1", "유구한 바다를 비추는 우리는 이 법을 정한다.", front=True),
        unit("1", "제1조 켠다."),
    )
    assert [article.label for article in law.articles()] == ["전문", "제1조"]


# -- articles ------------------------------------------------------------------------------------

TITLES = [
    # 조문내용, 조문제목 → title, text
    ("제3조(등대의 종류) 등대는 둘이다.", "등대의 종류", "등대의 종류", "등대는 둘이다."),
    ("제3조(등대(유인)의 종류)", "등대(유인)의 종류", "등대(유인)의 종류", ""),
    (
        "제3조[등대(燈臺) 설치]등대를 세운다.",
        "등대(燈臺) 설치",
        "등대(燈臺) 설치",
        "등대를 세운다.",
    ),
    ("제3조((협의)) 켠다.", "(협의)", "협의", "켠다."),
    ("제3조(양도ㆍ합병) 켠다.", "양도·합병", "양도·합병", "켠다."),
    ("제3조 등대는 둘이다.", "", "", "등대는 둘이다."),
    ("제3조 삭제 <2004.1.29>", "", "", "삭제"),
]


@pytest.mark.parametrize(("content", "field", "title", "text"), TITLES)
def test_titles(content: str, field: str, title: str, text: str) -> None:
    article = next(parsed(unit("3", content, 조문제목=field)).articles())
    assert (article.title, article.text) == (title, text)


@pytest.mark.parametrize(
    "notes", ["[본조신설 2020.1.2]", [["[본조신설 2020.1.2]", "[제2조에서 이동 <2020.1.2>]"]]]
)
def test_notes_are_kept_beside_the_words(notes: Any) -> None:
    law = parsed(unit("3", "제3조 켠다.", 조문참고자료=notes))
    article = next(law.articles())
    assert article.notes == tuple(strings(notes))
    assert article.text == "켠다."
    (block,) = article.blocks
    assert block.kind is BlockKind.NOTE
    assert article.raw[block.start : block.end] == "".join(f"{n}\n" for n in strings(notes))


def test_moved_articles() -> None:
    law = parsed(
        unit("3", "제3조 켠다.", 조문이동이전="000204", 조문이동이후="001100"),
        unit("4", "제4조 켠다.", 조문이동이전="000000", 조문이동이후="000000"),
        unit("24", "제24조 ", 조문참고자료="[종전 제24조는 제7조의2로 이동 <2016.7.28>]"),
    )
    first, second, third = law.articles()
    assert (first.moved_from, first.moved_to) == ("제2조의4", "제11조")
    assert (second.moved_from, second.moved_to) == ("", "")
    assert (third.status, third.moved_to) == (Status.VACATED, "제7조의2")


def test_an_articles_own_day() -> None:
    law = parsed(unit("1", "제1조 켠다."), unit("2", "제2조 끈다.", 조문시행일자="20250101"))
    assert [a.effective_date for a in law.articles()] == [None, date(2025, 1, 1)]


def test_announced_places() -> None:
    announced = "20240814:제2조의320270101:제2조,제5조의12,제2조제1항제2호20280301:제9조"
    law = parsed(
        unit("2", "제2조 켠다."),
        unit("2", "제2조의3 켠다.", 조문가지번호="3"),
        info={"조문시행일자문자열": announced},
    )
    assert law.meta.pending == (
        Pending("제5조의12", date(2027, 1, 1)),
        Pending("제2조제1항제2호", date(2027, 1, 1)),
        Pending("제9조", date(2028, 3, 1)),
    )
    assert [each.detail for each in law.diagnostics] == ["2027-01-01 제2조"]


# -- 항, 호, 목 ----------------------------------------------------------------------------------


def test_levels() -> None:
    items = [
        {
            "목번호": "가.",
            "목내용": [["가.  배", "      1) 큰 배", "\u3000  2) 작은 배", "         가) 노"]],
        },
        {"목번호": "나.", "목내용": "나.  섬\n      (1) 바위섬"},
    ]
    law = parsed(
        unit(
            "3",
            "제3조(정의)",
            조문제목="정의",
            항=[
                {"항번호": "①", "항내용": "①다음 각 호와 같다. <개정 2020.1.2>"}
                | {"호": [{"호번호": "1.", "호내용": "1.  등대", "목": items}]},
                {
                    "항번호": "②",
                    "항내용": "② 켠다.",
                    "호": {"호번호": "1의2.", "호내용": "1의2.  불"},
                },
            ],
        ),
        unit(
            "4",
            "제4조(종류) 다음과 같다.",
            조문제목="종류",
            항={"호": [{"호번호": "1.", "호내용": "1.  등대"}]},
        ),
    )
    assert [(n.path, n.text) for n in law.walk() if n.path.startswith("main:a3:")] == [
        ("main:a3:h1", "다음 각 호와 같다."),
        ("main:a3:h1:n1", "등대"),
        ("main:a3:h1:n1:m가", "배"),
        ("main:a3:h1:n1:m가:s1", "큰 배"),
        ("main:a3:h1:n1:m가:s2", "작은 배"),
        ("main:a3:h1:n1:m가:s2:t가", "노"),
        ("main:a3:h1:n1:m나", "섬"),
        ("main:a3:h1:n1:m나:u1", "바위섬"),
        ("main:a3:h2", "켠다."),
        ("main:a3:h2:n1-2", "불"),
    ]
    assert node(law, "main:a4:n1").text == "등대"


def test_further_lines_of_a_subparagraph_are_its_words() -> None:
    law = parsed(
        unit("3", "제3조", 항={"호": [{"호번호": "1.", "호내용": [["1.  등대", "   높은 것"]]}]})
    )
    assert node(law, "main:a3:n1").text == "등대\n높은 것"


# -- behind the main part ------------------------------------------------------------------------


@pytest.mark.parametrize("single", [True, False])
def test_supplements(single: bool) -> None:
    lines = [
        "부칙 <제9301호,2024.2.13>",
        "제1조 (시행일) ①이 법은 공포한 날부터 시행한다.",
        "  ②끈다.",
    ]
    group = {"부칙내용": [lines], "부칙공포번호": "09301", "부칙공포일자": "20240213"}
    law = parsed(unit("1", "제1조 켠다."), 부칙={"부칙단위": group if single else [group]})
    (supplement,) = law.supplements()
    assert supplement.path == "add:2024-02-13-9301"
    assert node(law, "add:2024-02-13-9301:a1:h2").text == "끈다."


def test_a_supplement_without_header_has_its_fields() -> None:
    group = {
        "부칙내용": "이 법은 내일 시행한다.",
        "부칙공포번호": "00012",
        "부칙공포일자": "19580222",
    }
    (supplement,) = parsed(unit("1", "제1조 켠다."), 부칙={"부칙단위": group}).supplements()
    assert (supplement.promulgation_no, supplement.promulgation_date) == ("12", date(1958, 2, 22))
    assert supplement.text == "이 법은 내일 시행한다."


def test_annexes_and_reasons() -> None:
    table = [
        "■ 등대 관리법 [별표 1의2] <개정 2020. 1. 2.>   ",
        "등대의 높이",
        "┌──┐",
        "│ 10 │",
        "└──┘",
    ]
    gone = {
        "별표번호": "0002",
        "별표가지번호": "00",
        "별표구분": "서식",
        "별표내용": "■ 등대 관리법 [별지 제2호서식] 삭제 <2020. 1. 2.>",
    }
    law = parsed(
        unit("1", "제1조 켠다."),
        별표={
            "별표단위": [
                {"별표번호": "0001", "별표가지번호": "02", "별표구분": "별표", "별표내용": [table]}
                | {"별표제목": "높이 &lt;제3조&gt;", "별표서식파일링크": "/f?1"},
                gone,
            ]
        },
        개정문={
            "개정문내용": [
                ["등대 관리법 일부를 다음과 같이 개정한다.", '제8조제2항 중 "불"을 "빛"으로 한다.']
            ]
        },
        제개정이유={"제개정이유내용": [["빛을 밝힘."]]},
    )
    first, second = law.annexes()
    assert (first.path, first.label, first.title, first.link) == (
        "tbl:1-2",
        "별표 1의2",
        "높이 <제3조>",
        "/f?1",
    )
    (block,) = first.blocks
    assert (block.kind, first.raw[block.start : block.end]) == (
        BlockKind.TABLE,
        "┌──┐\n│ 10 │\n└──┘\n",
    )
    assert first.text.startswith("등대의 높이")
    assert (second.path, second.status) == ("tbl:서식2", Status.DELETED)
    assert [type(child) for child in law.children[-2:]] == [Text, Text]
    assert law.children[-1].raw == "빛을 밝힘.\n"


# -- XML -----------------------------------------------------------------------------------------

XML = """<?xml version="1.0" encoding="EUC-KR"?>
<법령 법령키="1">
<기본정보><법령ID>990200</법령ID><법령명_한글><![CDATA[등대 관리법]]></법령명_한글>
<소관부처 소관부처코드="9900009">바다부</소관부처><시행일자>20240814</시행일자></기본정보>
<조문><조문단위 조문키="1"><조문번호>3</조문번호><조문여부>조문</조문여부>
<조문제목><![CDATA[정의]]></조문제목><조문시행일자>20240814</조문시행일자>
<조문내용>
<![CDATA[제3조(정의)]]>
</조문내용>
<항><항번호><![CDATA[①]]></항번호><항내용><![CDATA[① 다음 각 목과 같다.]]></항내용>
<호><호번호>1.</호번호><호내용><![CDATA[1.  등대]]></호내용>
<목><목번호>가.</목번호><목내용><![CDATA[가.  배
      1) 큰 배]]></목내용></목></호></항></조문단위></조문>
</법령>"""


def test_xml_is_read_as_the_same_law() -> None:
    paragraph = {"항번호": "①", "항내용": "① 다음 각 목과 같다."}
    items = [{"목번호": "가.", "목내용": [["가.  배", "      1) 큰 배"]]}]
    paragraph["호"] = [{"호번호": "1.", "호내용": "1.  등대", "목": items}]  # type: ignore[assignment]
    expected = answer(unit("3", "제3조(정의)", 조문제목="정의", 항=[paragraph]))
    info = expected["법령"]["기본정보"]
    for key in ("법령명약칭", "공포일자", "공포번호", "법종구분"):
        del info[key]
    assert parse_law(load_xml(XML)) == parse_law(expected)


BILLION_LAUGHS = '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    "text", ["<법령><기본정보></법령>", BILLION_LAUGHS], ids=["broken", "entities"]
)
def test_broken_xml_is_refused(text: str) -> None:
    with pytest.raises(SourceError) as error:
        load_xml(text, "x.xml")
    assert error.value.key == "source.xml"


@pytest.mark.parametrize("text", ['{"법령": ', "[" * 100_000], ids=["cut off", "too deep"])
def test_broken_json_is_refused(text: str) -> None:
    with pytest.raises(SourceError) as error:
        load_json(text, "x.json")
    assert error.value.key == "source.json"


def test_sample_xml_equals_sample_json(samples: Path) -> None:
    whole = json.loads((samples / "api" / "990011.json").read_text(encoding="utf-8"))
    from_xml = parse_law(load_xml((samples / "api" / "990011.xml").read_text(encoding="utf-8")))
    assert from_xml == parse_law(whole)
    assert from_xml.source() == flatten(whole)


# -- real answers --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answers(lawgo_json: Path) -> dict[str, Any]:
    files = sorted((lawgo_json / "laws").glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


@pytest.fixture(scope="module")
def laws(answers: dict[str, Any]) -> dict[str, Law]:
    return {law_id: parse_law(whole, law_id) for law_id, whole in answers.items()}


@pytest.mark.corpus
def test_nothing_of_the_real_answers_is_lost(answers: dict[str, Any], laws: dict[str, Law]) -> None:
    assert len(laws) == 49
    assert all(law.source() == flatten(answers[law_id]) for law_id, law in laws.items())


@pytest.mark.corpus
def test_counts_of_the_real_answers(laws: dict[str, Law]) -> None:
    counts: Counter[type[Node]] = Counter()
    for law in laws.values():
        tops = (top for top in law.children if not isinstance(top, Supplement))
        counts.update(type(each) for top in tops for each in top.walk())
        assert not [
            d
            for top in law.children
            if not isinstance(top, Supplement)
            for n in top.walk()
            for d in n.diagnostics
        ]
    assert counts[Article] == 6_894
    assert counts[Heading] == 759  # 646 entries, 102 of them with several
    assert counts[Paragraph] == 13_698
    assert counts[Subparagraph] == 16_995
    assert counts[Item] == 2_996
    assert counts[Subitem] == 234
    assert counts[Annex] == 160
    assert sum(len(list(law.supplements())) for law in laws.values()) == 1_329


@pytest.mark.corpus
def test_counts_are_those_of_the_json(answers: dict[str, Any], laws: dict[str, Law]) -> None:
    """Law by law, counted in the JSON without the parser."""
    for law_id, whole in answers.items():
        units = several(whole["법령"]["조문"]["조문단위"])
        paragraphs = [p for u in units for p in several(u.get("항"))]
        subparagraphs = [s for p in paragraphs for s in several(p.get("호"))]
        law = laws[law_id]
        assert len(list(law.articles())) == sum(u["조문여부"] == "조문" for u in units)
        assert len(list(law.find(Paragraph))) == sum("항내용" in p for p in paragraphs)
        assert len(list(law.find(Subparagraph))) == len(subparagraphs)
        assert len(list(law.find(Item))) == sum(len(several(s.get("목"))) for s in subparagraphs)


@pytest.mark.corpus
def test_announced_articles_of_the_real_answers(laws: dict[str, Law]) -> None:
    pending = {
        law.meta.title: [p.label for p in law.meta.pending]
        for law in laws.values()
        if law.meta.pending
    }
    assert pending == {
        "상법": ["제542조의14", "제542조의15"],
        "민법": ["제1004조의2"],
        "채무자 회생 및 파산에 관한 법률": ["제3조제12항", "제3조제13항"],
    }


def squeezed(article: Article) -> str:
    return re.sub(r"\s", "", article.title + "".join(each.text for each in article.walk()))


@pytest.mark.corpus
def test_api_and_mirror_say_the_same(laws: dict[str, Law], statutes_kr: Path) -> None:
    """The same promulgation in both forms: the articles agree but where the law was amended since."""
    found: list[tuple[Law, Law]] = []
    for file in sorted(statutes_kr.glob("*/*.md")):
        text = file.read_text(encoding="utf-8")
        match = re.search(r"^법령ID: '?(\d+)", text, re.MULTILINE)
        law = laws.get(match[1]) if match else None
        if law is not None:
            mirrored = parse_markdown(text, file.name, file.parent.name)
            if mirrored.meta.promulgation_no == law.meta.promulgation_no:
                found.append((law, mirrored))
    assert len(found) == 20
    differing = []
    total = 0
    for law, mirrored in found:
        others = {article.number: squeezed(article) for article in mirrored.articles()}
        for article in law.articles():
            total += 1
            if others.get(article.number) != squeezed(article):
                differing.append((law.meta.law_id, article.label))
    assert total == 1_357
    # 채무자회생법: parts of it come into force between the two, under one promulgation.
    assert sorted(differing) == [
        ("009930", label) for label in ("제179조", "제3조", "제583조", "제589조")
    ]
