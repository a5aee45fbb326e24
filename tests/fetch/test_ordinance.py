"""Ordinances as the API gives them: articles, 부칙, 별표, one article alone, what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.answer import load_xml
from lexdpr_rag.statute.ordinance import parse_ordinance
from lexdpr_rag.statute.source import read_law

INFO = {
    "자치법규ID": "2099001",
    "자치법규일련번호": "2199001",
    "자치법규명": "달빛시 가로등 조례",
    "자치법규종류": "C0001",
    "지자체기관명": "별빛도 달빛시",
    "공포일자": "20240213",
    "공포번호": "00301",
    "시행일자": "20240301",
}
ARTICLES = [
    {"조문번호": ["000000", "000100"], "조문여부": "N", "조내용": "제1장 총칙"},
    {
        "조문번호": ["000100", "000100"],
        "조문여부": "Y",
        "조제목": "목적",
        "조내용": "제1조(목적) 이 조례는 가로등을 켜고 끄는 일을 정한다.",
    },
    {
        "조문번호": "000302",
        "조문여부": "Y",
        "조제목": "점등",
        "조내용": "제3조의2(점등) ① 가로등은 해가 지면 켠다.\n② 다음 각 호의 날에는 켜지 아니한다.\n"
        "1. 보름\n2. 눈이 쌓인 날",
    },
]


def ordinance(**changes: Any) -> dict[str, Any]:
    held = {
        "자치법규기본정보": INFO,
        "조문": {"조": ARTICLES},
        "부칙": {
            "부칙공포일자": "20240213",
            "부칙공포번호": "301",
            "부칙내용": "부칙 <제301호, 2024.2.13.>\n이 조례는 2024년 3월 1일부터 시행한다.",
        },
    }
    return {"LawService": {**held, **changes}}


def test_an_ordinance():
    law = parse_ordinance(ordinance())
    meta = law.meta
    assert (meta.law_id, meta.mst, meta.title) == ("2099001", "2199001", "달빛시 가로등 조례")
    assert (meta.kind, meta.ministries, meta.promulgation_no) == ("조례", ("별빛도 달빛시",), "301")
    assert str(meta.effective_date) == "2024-03-01"
    assert [node.path for node in law.walk()] == [
        "toc:c1",
        "main:a1",
        "main:a3-2",
        "main:a3-2:h1",
        "main:a3-2:h2",
        "main:a3-2:h2:n1",
        "main:a3-2:h2:n2",
    ] + [node.path for node in law.walk() if node.path.startswith("add")]
    (supplement,) = law.supplements()
    assert supplement.promulgation_no == "301"
    assert "2024년 3월 1일" in law.source()


def test_the_same_in_xml():
    xml = (
        "<LawService><자치법규기본정보><자치법규ID>2099001</자치법규ID>"
        "<자치법규명><![CDATA[달빛시 가로등 조례]]></자치법규명></자치법규기본정보>"
        "<조문><조 조문번호='000100'><조문번호>000100</조문번호>"
        "<조내용><![CDATA[제1조(목적) 이 조례는 가로등을 정한다.]]></조내용></조></조문></LawService>"
    )
    law = parse_ordinance(load_xml(xml))
    assert [article.path for article in law.articles()] == ["main:a1"]


@pytest.mark.parametrize("field", ["자치법규ID", "자치법규명"])
def test_what_is_missing(field: str):
    info = {name: value for name, value in INFO.items() if name != field}
    with pytest.raises(SourceError) as told:
        parse_ordinance(ordinance(자치법규기본정보=info), "x.json")
    assert told.value.values["field"] == field


def test_no_text():
    with pytest.raises(SourceError) as told:
        parse_ordinance({"LawService": {"자치법규기본정보": INFO, "조문": {}}}, "x.json")
    assert told.value.key == "source.no_provisions"


def test_a_file_of_one_is_read_by_what_is_in_it(tmp_path: Path):
    path = tmp_path / "2099001.json"
    path.write_text(json.dumps(ordinance(), ensure_ascii=False), encoding="utf-8")
    assert read_law(path).meta.title == "달빛시 가로등 조례"
