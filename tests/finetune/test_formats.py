"""Pairs to the forms of training tools and back; nothing is lost on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lexdpr_finetune.pairs import Pair, PairError, PairKind, read_pairs, write_pairs
from lexdpr_finetune.pairs.formats import (
    from_dataset,
    from_flagembedding,
    from_ids,
    to_dataset,
    to_flagembedding,
    to_ids,
)

PAIRS = [
    Pair("q1", "보증금은?", ("99/제1조", "99/제2조"), PairKind.ISSUE, group="사건", day="2020-01-01",
         citations=("법 제1조", "법 제2조"), complete=False, negatives=("99/제3조",)),
    Pair("q2", "과태료는?", (), PairKind.MRC, texts=("지문입니다.",)),
    Pair("q3", "해지는?", ("99/제3조",), PairKind.OWN, texts=("다른 글",), negatives=("99/제1조",)),
]  # fmt: skip
TEXTS = {f"99/제{n}조": f"제{n}조의 글" for n in (1, 2, 3)}
KEYS = {text: key for key, text in TEXTS.items()}


def through_json(records: object) -> object:
    return json.loads(json.dumps(records, ensure_ascii=False))


def test_own_file_there_and_back(tmp_path: Path) -> None:
    assert write_pairs(PAIRS, tmp_path / "pairs.jsonl") == 3
    assert list(read_pairs(tmp_path / "pairs.jsonl")) == PAIRS


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"query": "?"}', '{"query_id": "a", "query": "b", "kind": "none"}']
)
def test_a_bad_line_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(PairError, match="2번째 줄"):
        list(read_pairs(file))


def test_ids_there_and_back() -> None:
    records = through_json(list(to_ids(PAIRS)))
    assert records[0]["positive_ids"] == ["99/제1조", "99/제2조"]
    assert list(from_ids(records)) == PAIRS


def test_flagembedding_there_and_back() -> None:
    records = through_json(list(to_flagembedding(PAIRS, TEXTS.__getitem__)))
    first = records[0]
    assert first["query"] == "보증금은?"
    assert first["pos"] == ["제1조의 글", "제2조의 글"]
    assert first["neg"] == ["제3조의 글"]
    assert (first["pos_id"], first["neg_id"]) == (["99/제1조", "99/제2조"], ["99/제3조"])
    assert "pos_scores" not in first
    assert list(from_flagembedding(records)) == PAIRS


def test_flagembedding_scores_are_whole_or_absent() -> None:
    scores = {("q1", "99/제1조"): 0.9, ("q1", "99/제2조"): 0.8, ("q1", "99/제3조"): 0.1}
    first, _, third = to_flagembedding(PAIRS, TEXTS.__getitem__, scores)
    assert (first["pos_scores"], first["neg_scores"]) == ([0.9, 0.8], [0.1])
    assert "pos_scores" not in third


def test_a_file_made_elsewhere() -> None:
    (pair,) = from_flagembedding([{"query": "해지는?", "pos": ["글"], "neg": ["아닌 글"]}])
    assert (pair.texts, pair.positives, pair.negatives) == (("글",), (), ())
    assert pair.kind is PairKind.OWN


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"query": "a"},
        {"query": 1, "pos": []},
        {"query": "a", "pos": ["b"], "pos_id": ["c", "d"]},
    ],
)
def test_a_bad_record_is_named(record: dict[str, object]) -> None:
    with pytest.raises(PairError, match="1번째 기록"):
        list(from_flagembedding([record]))


def test_dataset_there_and_back() -> None:
    pytest.importorskip("datasets")
    rows = to_dataset(PAIRS, TEXTS.__getitem__, negatives=1)
    assert rows.column_names == ["anchor", "positive", "negative_1"]
    assert len(rows) == 4  # q2 has no negative
    first, third = from_dataset(rows, KEYS)
    assert (first.positives, first.negatives) == (PAIRS[0].positives, PAIRS[0].negatives)
    assert (third.positives, third.texts) == (PAIRS[2].positives, PAIRS[2].texts)
