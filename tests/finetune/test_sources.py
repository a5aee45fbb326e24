"""Pairs from titles, definitions, a lexicon, delegation, machine reading and one's own questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs import PairError, PairKind
from lexdpr_finetune.pairs.delegation import delegation_pairs
from lexdpr_finetune.pairs.lexicon import lexicon_pairs, read_lexicon
from lexdpr_finetune.pairs.mrc import mrc_pairs
from lexdpr_finetune.pairs.own import own_pairs
from lexdpr_finetune.pairs.titles import definition_pairs, title_pairs

LAW = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"


def test_titles(articles: Articles) -> None:
    harvest = title_pairs(articles)
    by_key = {pair.positives[0]: pair for pair in harvest.pairs}
    assert by_key["990001/제18조"].query in ("보증금의 반환", f"{LAW} 보증금의 반환")
    assert by_key["990001/제1조"].query == f"{LAW} 목적"  # every law has one
    assert "990004/제1조" not in by_key  # repealed
    whole = [pair for pair in harvest.pairs if " 법" in pair.query or "관한" in pair.query]
    assert 0.2 < len(whole) / len(harvest.pairs) < 0.8
    assert len(harvest.pairs) + sum(harvest.dropped.values()) == len(articles.keys)


def test_definitions(articles: Articles) -> None:
    harvest = definition_pairs(articles)
    asked = {pair.query: pair.positives for pair in harvest.pairs}
    assert asked["공유공간의 뜻"] == ("990001/제2조",)
    assert all(pair.kind is PairKind.DEFINITION for pair in harvest.pairs)


# -- own questions -------------------------------------------------------------------------------


def test_the_sample_questions(articles: Articles, samples: Path) -> None:
    harvest = own_pairs(samples / "questions.jsonl", articles)
    assert not harvest.dropped
    assert not harvest.left_out
    assert harvest.pairs[0].query_id == "q001"
    assert harvest.pairs[0].positives == ("990001/제18조", "990002/제14조의2")


def test_csv(articles: Articles, tmp_path: Path) -> None:
    file = tmp_path / "우리질문.csv"
    file.write_text(
        "\ufeff질문,조문\n"
        f'보증금은 언제 돌려받나요?,"{LAW} 18조 ①, 제19조"\n'
        f"한도는?,{LAW} 제999조\n"
        f",{LAW} 제1조\n"
        "근거 없는 질문,\n"
        "열쇠로 적은 질문,990001/제16조 990002/제11조\n",
        encoding="utf-8",
    )
    harvest = own_pairs(file, articles)
    assert [(p.query_id, p.positives) for p in harvest.pairs] == [
        ("우리질문-1", ("990001/제18조", "990001/제19조")),
        ("우리질문-5", ("990001/제16조", "990002/제11조")),
    ]
    assert harvest.dropped == {"nothing_current": 1, "no_query": 1, "no_citation": 1}
    assert harvest.left_out == {"missing_article": 1}


def test_a_csv_without_the_columns(articles: Articles, tmp_path: Path) -> None:
    file = tmp_path / "표.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(PairError, match="질문"):
        own_pairs(file, articles)


@pytest.mark.parametrize("name", ["없음.csv", "없음.jsonl"])
def test_a_missing_file(name: str, articles: Articles, tmp_path: Path) -> None:
    with pytest.raises(PairError, match=name):
        own_pairs(tmp_path / name, articles)


# -- lexicon -------------------------------------------------------------------------------------


def test_lexicon(articles: Articles, tmp_path: Path) -> None:
    file = tmp_path / "lexicon.jsonl"
    file.write_text(
        f'{{"plain": ["맡긴 돈", "디파짓"], "legal": ["보증금의 반환"], "laws": ["{LAW}"], "area": "방"}}\n'
        f'{{"plain": ["주방장"], "legal": ["없는 낱말"], "laws": ["{LAW}"]}}\n'
        '{"plain": ["정원사"], "legal": ["정원"], "laws": ["공중정원법"]}\n',
        encoding="utf-8",
    )
    harvest = lexicon_pairs(read_lexicon(file), articles)
    assert [(p.query, p.positives) for p in harvest.pairs] == [
        ("맡긴 돈", ("990001/제18조",)),
        ("디파짓", ("990001/제18조",)),
    ]
    assert harvest.dropped == {"unknown_term": 1, "unknown_law": 1}
    # no title holds the term once the article is kept for measuring: others that speak of it do
    other = lexicon_pairs(read_lexicon(file)[:1], articles, without={"990001/제18조"})
    assert all("990001/제18조" not in pair.positives for pair in other.pairs)


@pytest.mark.parametrize("line", ["{}", '{"plain": "집", "legal": [], "laws": []}', "x"])
def test_a_bad_entry(line: str, tmp_path: Path) -> None:
    (tmp_path / "lexicon.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(PairError, match="1번째 줄"):
        read_lexicon(tmp_path / "lexicon.jsonl")


# -- delegation ----------------------------------------------------------------------------------


def test_delegation(articles: Articles) -> None:
    harvest = delegation_pairs(articles)
    by_id = {pair.query_id: pair for pair in harvest.pairs}
    pair = by_id["delegation-990002/제14조의2"]  # 보증금의 지급청구, of the decree
    assert pair.positives[0].startswith("990001/")
    assert pair.query.startswith("보증금의 지급청구 ")
    assert "법 제18조" not in pair.query
    assert {p.positives[0].partition("/")[0] for p in harvest.pairs} >= {"990001", "990011"}
    assert not any(key in pair.query_id for pair in harvest.pairs for key in pair.positives)


# -- machine reading -----------------------------------------------------------------------------


def mrc_file(tmp_path: Path, *paragraphs: tuple[str, str, list[dict[str, object]]]) -> Path:
    data = [
        {"doc_id": f"D{n}", "doc_title": title, "paragraphs": [{"context": context, "qas": qas}]}
        for n, (title, context, qas) in enumerate(paragraphs)
    ]
    file = tmp_path / "mrc.json"
    file.write_text(json.dumps({"data": data}, ensure_ascii=False), encoding="utf-8")
    return file


def test_mrc(articles: Articles, tmp_path: Path) -> None:
    article = articles.text(articles.rows["990001/제18조"])
    file = mrc_file(
        tmp_path,
        ("아무 문서", article, [{"question_id": "a", "question": "보증금은 언제 돌려받나요?"}]),
        (LAW, "제19조 운영자는 …", [{"question_id": "b", "question": "보호조치는?"}]),
        ("시장 보고서", "올해 시장은 …", [
            {"question_id": "c", "question": "올해 시장은?"},
            {"question_id": "d", "question": "답이 없는 질문", "is_impossible": True},
            {"question_id": "e", "question": " "},
        ]),
    )  # fmt: skip
    harvest = mrc_pairs(file, articles)
    assert [(p.query_id, p.positives, p.texts, p.group) for p in harvest.pairs] == [
        ("a", ("990001/제18조",), (), "D0"),
        ("b", ("990001/제19조",), (), "D1"),
        ("c", (), ("올해 시장은 …",), "D2"),
    ]
    assert harvest.dropped == {"impossible": 1, "no_query": 1}
    assert all(pair.texts for pair in mrc_pairs(file).pairs)  # without a corpus


@pytest.mark.parametrize("text", ["", "[]", '{"data": [{}]}', '{"data": 1}'])
def test_a_file_of_another_form(text: str, tmp_path: Path) -> None:
    (tmp_path / "mrc.json").write_text(text, encoding="utf-8")
    with pytest.raises(PairError, match="기계독해"):
        mrc_pairs(tmp_path / "mrc.json")
