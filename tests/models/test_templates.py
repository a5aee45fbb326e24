"""Templates: by name, from a dict, from a file; what is missing is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lexdpr_rag.templates import TEMPLATES, ModelError, Template, instruction, template_of

QUESTION, PROVISION = "해고당했어요", "해고는 정당한 이유가 있어야 한다."

CASES = [
    ("none", QUESTION, PROVISION),
    ("e5", f"query: {QUESTION}", f"passage: {PROVISION}"),
    # the instruction of the English and Chinese models stands before the question only
    ("bge", f"Represent this sentence for searching relevant passages: {QUESTION}", PROVISION),
    ("bge-zh", f"为这个句子生成表示以用于检索相关文章：{QUESTION}", PROVISION),
    ("bge-m3", QUESTION, PROVISION),
    ("arctic", f"query: {QUESTION}", PROVISION),
    (
        "instruction",
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
        f"Query: {QUESTION}",
        PROVISION,
    ),
]


@pytest.mark.parametrize(("name", "query", "passage"), CASES, ids=[case[0] for case in CASES])
def test_templates_by_name(name: str, query: str, passage: str):
    template = template_of(name.upper())
    assert template.apply(QUESTION, "query") == query
    assert template.apply(PROVISION, "passage") == passage


def test_the_table_is_whole():
    assert sorted(TEMPLATES) == sorted(case[0] for case in CASES)


def test_a_task_of_ones_own():
    template = instruction("Find the statute")
    assert template.apply("x", "query") == "Instruct: Find the statute\nQuery: x"


@pytest.mark.parametrize(
    "held",
    [
        {"query_prefix": "질문: ", "passage_prefix": "조문: "},
        {"query_format": "질문: {text}", "passage_format": "조문: {text}"},
    ],
)
def test_custom_templates_from_a_dict_and_a_file(held: dict[str, str], tmp_path: Path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
    for template in (template_of(held), template_of(path), template_of(str(path))):
        assert template == Template("custom", "질문: ", "조문: ")


def test_format_strings_may_hold_other_braces():
    template = template_of({"query_format": "{q} {text} {}"})
    assert template.apply("{0}", "query") == "{q} {0} {}"


def test_what_is_saved_is_read_back():
    for template in (*TEMPLATES.values(), Template("mine", "a", "b", "c", "d")):
        assert template_of(template.to_dict()) == template


def test_a_name_of_the_table_is_not_for_other_words():
    assert template_of({"name": "e5", "query_prefix": "Q: "}).name == "custom"
    assert template_of({"name": "e5"}) is TEMPLATES["e5"]


BROKEN = [
    ("e6", "e5"),
    ({}, "query_prefix"),
    ({"name": "mine"}, "passage_prefix"),
    ({"query": "q: "}, "query_format"),
    ({"query_prefix": 3}, "query_prefix"),
    ({"query_format": "no slot"}, "{text}"),
    ({"passage_format": "{text}{text}"}, "{text}"),
]


@pytest.mark.parametrize(("value", "named"), BROKEN)
def test_broken_templates_say_what_is_missing(value: object, named: str):
    with pytest.raises(ModelError) as error:
        template_of(value)  # type: ignore[arg-type]
    assert named in str(error.value)


@pytest.mark.parametrize("text", ["{", "[1]", "{}", '{"query_prefix": null}'])
def test_a_broken_file_is_named(text: str, tmp_path: Path):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"broken\.json"):
        template_of(path)
    with pytest.raises(ModelError, match=r"absent\.json"):
        template_of(str(tmp_path / "absent.json"))
