"""Administrative rules: articles printed in one line, on fictional rules and the real answers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.admrule import parse_admin_rule
from lexdpr_rag.statute.numbering import Number
from lexdpr_rag.statute.plaintext import parse_plain
from lexdpr_rag.statute.tree import Article, Heading, Law, Node, Status, Supplement

INFO = {
    "행정규칙ID": "99021",
    "행정규칙명": "등대 점검 규정",
    "행정규칙종류": "고시",
    "행정규칙일련번호": "9900000000001",
    "발령일자": "20240213",
    "발령번호": "2024-7",
    "시행일자": "20240814",
    "소관부처명": "바다부",
    "현행여부": "Y",
}


def answer(content: Any, **rest: Any) -> dict[str, Any]:
    info = {**INFO, **rest.pop("info", {})}
    return {"AdmRulService": {"행정규칙기본정보": info, "조문내용": content, **rest}}


def parsed(content: Any, **rest: Any) -> Law:
    whole = answer(content, **rest)
    law = parse_admin_rule(whole)
    assert law.source() == flatten(whole)
    return law


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def flatten(whole: dict[str, Any]) -> str:
    """All text fields of an answer, each string with one line feed behind it."""
    rule = whole["AdmRulService"]
    annexes = rule.get("별표", {}).get("별표단위", [])
    fields = [rule["조문내용"], rule.get("부칙", {}).get("부칙내용")]
    fields += [each["별표내용"] for each in (annexes if isinstance(annexes, list) else [annexes])]
    fields += [rule.get(key, {}).get(f"{key}내용") for key in ("개정문", "제개정이유")]
    return "".join(f"{text}\n" for each in fields for text in strings(each))


def node(law: Law, path: str) -> Node:
    return next(each for each in law.walk() if each.path == path)


def test_meta() -> None:
    meta = parsed(["제1조(목적) 켠다. "]).meta
    assert (meta.law_id, meta.mst, meta.kind) == ("99021", "9900000000001", "고시")
    assert (meta.promulgation_no, meta.promulgation_date) == ("2024-7", date(2024, 2, 13))
    assert (meta.effective_date, meta.ministries) == (date(2024, 8, 14), ("바다부",))


def test_a_rule_that_is_no_longer_current_says_so() -> None:
    (diagnostic,) = parsed(["제1조(목적) 켠다."], info={"현행여부": "N"}).diagnostics
    assert diagnostic.code == "not-current"


@pytest.mark.parametrize("field", ["행정규칙ID", "행정규칙명"])
def test_a_rule_without_name_or_id_is_refused(field: str) -> None:
    with pytest.raises(SourceError) as error:
        parse_admin_rule(answer(["제1조 켠다."], info={field: ""}))
    assert error.value.key == "source.missing_key"


def test_an_empty_rule_is_refused() -> None:
    with pytest.raises(SourceError) as error:
        parse_admin_rule(answer([]))
    assert error.value.key == "source.no_provisions"


def test_strings_are_headings_and_articles() -> None:
    law = parsed(
        [
            "제1장 총 칙 ",
            "제1조(목적) 제2조(점검) 및 제3조를 위하여 켠다. ",
            "제4장 점검 제1절 통칙 ",
            "제2조(점검) ① 다음 각 호와 같다. 1. 불 가. 흰 불 나. 붉은 불 2. 종 ② 제3조(기록) ① 에 적는다. ",
            "제3조의2 삭 제 <2005. 11. 3.> ",
            "제3조의3 <삭 제> ",
            "제3조의4 삭제 ＜2015. 9. 11.＞ [시행일: 2016. 3. 12.] 제3조의4 ",
            "제4조(기록) 적는다. [전문개정 2012. 5. 24.] ",
        ]
    )
    assert [a.label for a in law.articles()] == [
        "제1조",
        "제2조",
        "제3조의2",
        "제3조의3",
        "제3조의4",
        "제4조",
    ]
    assert [h.full for h in law.find(Heading)] == ["제1장 총 칙", "제4장 점검", "제1절 통칙"]
    assert node(law, "main:a1").text == "제2조(점검) 및 제3조를 위하여 켠다."
    assert node(law, "main:a2:h1:n1:m나").text == "붉은 불"
    assert node(law, "main:a2:h2").text == "제3조(기록) ① 에 적는다."
    gone = [a for a in law.articles() if a.status is Status.DELETED]
    assert [a.label for a in gone] == ["제3조의2", "제3조의3", "제3조의4"]
    assert gone[2].notes == ("[시행일: 2016. 3. 12.] 제3조의4",)
    assert gone[2].marks[0].dates == ("2015-09-11",)
    assert [a.notes for a in law.articles()][-1] == ("[전문개정 2012. 5. 24.]",)


WHOLE = (
    "제1장 총칙 제1-1조(목적) 이 규정은 등대를 위한 것이다. 제1-2조(정의) ① 다음 각 호와 같다. 1. 불 2. 종이 울리는 것\u3000 "
    "제2장 점검 제1절 통 칙 제2-1조(점검) 제1-2조(정의)에 따라 제2-3조(기록)을 본다. 다만 제3-4조(예외 등) 각 호는 뺀다. "
    "제2-2조(날) 매일 한다.<삭제> 제2-4조(방법) 2025. 1. 3.까지 눈으로 한다. 제3장 재검토 제3조(재검토) 다시 본다. "
)


@pytest.mark.parametrize("content", [WHOLE, [WHOLE]])
def test_a_rule_in_one_string(content: Any) -> None:
    law = parsed(content)
    numbers = [article.number for article in law.articles()]
    assert numbers == [
        Number(1, 0, 1),
        Number(2, 0, 1),
        Number(1, 0, 2),
        Number(2, 0, 2),
        Number(4, 0, 2),
        Number(3),
    ]
    assert [h.full for h in law.find(Heading)] == [
        "제1장 총칙",
        "제2장 점검",
        "제1절 통 칙",
        "제3장 재검토",
    ]
    assert node(law, "main:a1.2:h1:n2").text == "종이 울리는 것"
    assert node(law, "main:a2.1").text.startswith("제1-2조(정의)에 따라")


def test_supplements_are_parallel_lists() -> None:
    texts = [
        "부칙 <제2001-10호,2001.2.28.> 제1조(시행일) 켠다. 제2조(유효기간) ① 끈다.② 제8조제2항 중 “불”을 “빛”으로 한다. ",
        "부칙 <제2024-7호, 2024.02.13.> 이 규정은 내일 시행한다.",
        "이 규정은 모레 시행한다.",
    ]
    fields = {
        "부칙내용": texts,
        "부칙공포번호": ["2001-10", "2024-7", "9999"],
        "부칙공포일자": ["20010228", "20240213", "20250101"],
    }
    law = parsed(["제1조(목적) 켠다."], 부칙=fields)
    first, second, third = law.supplements()
    assert [child.path for child in first.walk()][1:] == [
        f"add:2001-02-28-2001-10:{tail}" for tail in ("a1", "a2", "a2:h1", "a2:h2")
    ]
    assert second.text == "이 규정은 내일 시행한다."
    assert (third.promulgation_no, third.promulgation_date) == ("9999", date(2025, 1, 1))


def test_one_supplement_and_one_annex() -> None:
    annex = {
        "별표번호": "0001",
        "별표가지번호": "00",
        "별표구분": "별지",
        "별표내용": "<별지 제1호 서식> 점검표",
        "별표제목": "점검표",
    }
    fields = {
        "부칙내용": "부칙 <제1호,2001.2.28.> 켠다.",
        "부칙공포번호": "1",
        "부칙공포일자": "20010228",
    }
    law = parsed(["제1조(목적) 켠다."], 부칙=fields, 별표={"별표단위": annex})
    assert [supplement.text for supplement in law.supplements()] == ["켠다."]
    assert [(a.path, a.text) for a in law.annexes()] == [("tbl:별지1", "점검표")]


def test_the_sample_says_the_same_in_both_forms(samples: Path) -> None:
    whole = json.loads((samples / "api" / "2100000990021.json").read_text(encoding="utf-8"))
    rule = parse_admin_rule(whole)
    assert rule.source() == flatten(whole)
    (file,) = (samples / "plain").glob("*.txt")
    pasted = parse_plain(file.read_bytes().decode(), file.name)
    assert [said(a) for a in rule.articles()] == [said(a) for a in pasted.articles()]
    assert [h.full for h in rule.find(Heading)] == [h.full for h in pasted.find(Heading)]
    assert [s.label for s in rule.supplements()] == [s.label for s in pasted.supplements()]
    assert pasted.meta.title == rule.meta.title
    assert pasted.version == rule.version


def said(article: Article) -> list[tuple[str, str]]:
    return [(each.path, each.text) for each in article.walk()]


# -- real answers --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rules(lawgo_json: Path) -> list[tuple[dict[str, Any], Law]]:
    files = sorted((lawgo_json / "admin_rules").glob("*.json"))
    wholes = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return [(whole, parse_admin_rule(whole)) for whole in wholes]


@pytest.mark.corpus
def test_nothing_of_the_real_answers_is_lost(rules: list[tuple[dict[str, Any], Law]]) -> None:
    assert len(rules) == 20
    assert all(law.source() == flatten(whole) for whole, law in rules)


@pytest.mark.corpus
def test_each_string_is_a_heading_or_an_article(rules: list[tuple[dict[str, Any], Law]]) -> None:
    count: Counter[str] = Counter()
    for whole, law in rules:
        content = whole["AdmRulService"]["조문내용"]
        if isinstance(content, list):
            count["strings"] += len(content)
            count["headings"] += len(list(law.find(Heading)))
            for article in law.articles():
                kind = (
                    "deleted"
                    if not article.title
                    else "branch"
                    if article.number and article.number.branch
                    else "plain"
                )
                count[kind] += 1
    assert count == {"strings": 1_120, "headings": 153, "plain": 708, "branch": 196, "deleted": 63}


@pytest.mark.corpus
def test_the_rule_in_one_string(rules: list[tuple[dict[str, Any], Law]]) -> None:
    (law,) = (law for whole, law in rules if isinstance(whole["AdmRulService"]["조문내용"], str))
    articles = list(law.articles())
    # 114 times a number with chapter and a title: one is quoted ("제4-4조(…) 각 호의"), and
    # 제5-14조의4 is printed twice in a row and read once.  제8조 has no chapter.
    assert len(articles) == 114 - 2 + 1
    assert [a.label for a in (articles[0], articles[60], articles[-1])] == [
        "제1-1조",
        "제4-6조의2",
        "제8조",
    ]
    assert len(list(law.find(Heading))) == 21


@pytest.mark.corpus
def test_counts_of_the_real_rules(rules: list[tuple[dict[str, Any], Law]]) -> None:
    counts: Counter[str] = Counter()
    for _, law in rules:
        for top in law.children:
            if not isinstance(top, Supplement):
                counts.update(type(each).__name__ for each in top.walk())
    assert (counts["Article"], counts["Annex"]) == (1_080, 234)
    assert (counts["Paragraph"], counts["Subparagraph"], counts["Item"]) == (2_041, 2_746, 952)
    assert sum(len(list(law.supplements())) for _, law in rules) == 385
