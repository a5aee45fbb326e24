"""The alias table, and the command that lists it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from lexdpr_rag.cli.app import app
from lexdpr_rag.model_aliases import MODELS, find_model, similar_aliases
from lexdpr_rag.templates import TEMPLATES

HUB_NAMES = [
    ("kosimcse", "BM-K/KoSimCSE-roberta-multitask", 768, "none", "cls"),
    ("klue-roberta", "klue/roberta-base", 768, "none", "mean"),
    ("koe5", "nlpai-lab/KoE5", 1024, "e5", "mean"),
    ("e5-small", "intfloat/multilingual-e5-small", 384, "e5", "mean"),
    ("e5-base", "intfloat/multilingual-e5-base", 768, "e5", "mean"),
    ("e5-large", "intfloat/multilingual-e5-large", 1024, "e5", "mean"),
    ("e5-large-instruct", "intfloat/multilingual-e5-large-instruct", 1024, "instruction", "mean"),
    ("bge-m3", "BAAI/bge-m3", 1024, "bge-m3", "cls"),
    ("bge-m3-ko", "dragonkue/BGE-m3-ko", 1024, "none", "cls"),
    ("kure-v1", "nlpai-lab/KURE-v1", 1024, "none", "cls"),
    ("ko-sroberta", "jhgan/ko-sroberta-multitask", 768, "none", "mean"),
]


@pytest.mark.parametrize(("alias", "hub", "dimension", "template", "pooling"), HUB_NAMES)
def test_aliases(alias: str, hub: str, dimension: int, template: str, pooling: str):
    entry = find_model(alias)
    assert entry is not None
    assert (entry.hub, entry.dimension) == (hub, dimension)
    assert (entry.template, entry.pooling) == (template, pooling)
    assert find_model(hub.upper()) is not None


def test_names_are_unique_within_a_kind():
    names = [(entry.kind, entry.alias) for entry in MODELS]
    assert len(set(names)) == len(names)
    assert all(entry.template in TEMPLATES for entry in MODELS)


def test_rerankers_are_apart_from_encoders():
    assert find_model("bge-reranker-v2-m3") is None
    entry = find_model("klue-roberta-large", "reranker")
    assert entry is not None and entry.kind == "reranker"
    electra = find_model("kr-electra", "reranker")
    assert electra is not None and electra.hub == "snunlp/KR-ELECTRA-discriminator"


def test_typing_errors_find_near_names():
    assert similar_aliases("bge-m3ko")[0] == "bge-m3-ko"


def test_the_command_lists_them():
    table = CliRunner().invoke(app, ["models"], env={"LEXDPR_LANG": "en", "COLUMNS": "100"})
    assert table.exit_code == 0
    for entry in MODELS:
        assert entry.alias in table.stdout and entry.hub in table.stdout
    told = json.loads(CliRunner().invoke(app, ["models", "--json"]).stdout)["models"]
    assert [row["alias"] for row in told] == [entry.alias for entry in MODELS]
    assert next(row for row in told if row["alias"] == "kosimcse")["licence"] is None
