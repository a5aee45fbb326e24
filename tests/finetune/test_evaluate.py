"""Measuring: values by ir-measures, files, tables, the engine's own ranking."""

from __future__ import annotations

from pathlib import Path

import pytest
from lexdpr_finetune.evaluate import (
    EvaluationError,
    Figure,
    Question,
    engine_run,
    measure,
    read_questions,
    table,
)

from lexdpr_rag import LexDPR

pytest.importorskip("ir_measures")

QUESTIONS = [
    Question("q1", "보증금?", frozenset({"9/제1조", "9/제2조"})),
    Question("q2", "과태료?", frozenset({"9/제3조"})),
]


def test_values_by_hand() -> None:
    run = {"q1": ["9/제9조", "9/제1조", "9/제2조"]}
    values = measure(run, QUESTIONS, ["RR@10", "R@1", "R@10", "AP@100", "nDCG@10"])
    assert values["RR@10"].tolist() == [0.5, 0.0]  # q2 has no ranking
    assert values["R@1"].tolist() == [0.0, 0.0]
    assert values["R@10"].tolist() == [1.0, 0.0]
    assert values["AP@100"][0] == pytest.approx((1 / 2 + 2 / 3) / 2)
    ideal = 1 + 0.6309297535714575
    assert values["nDCG@10"][0] == pytest.approx((0.6309297535714575 + 0.5) / ideal)


def test_unknown_measures_and_no_questions() -> None:
    with pytest.raises(EvaluationError, match="nDCG@10"):
        measure({}, QUESTIONS, ["눈대중@10"])
    with pytest.raises(EvaluationError):
        measure({}, [])


def test_the_engine_finds_its_samples(engine: LexDPR, samples: Path) -> None:
    questions = read_questions(samples / "questions.jsonl")
    run = engine_run(engine, questions, mode="lexical")
    assert measure(run, questions, ["R@10"])["R@10"].mean() > 0.7


BAD = [
    ('{"query_id": "a"}', "1번째 줄"),
    ("nonsense", "1번째 줄"),
    ('{"query_id": "a", "query": "?", "gold": ["x"]}\n' * 2, "두 번"),
]


@pytest.mark.parametrize(("text", "told"), BAD)
def test_bad_files(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=told):
        read_questions(file)


def test_the_table() -> None:
    figures = {"a": {"R@1": Figure(0.5, 0.4, 0.6)}, "b": {"R@1": Figure(0.7, 0.6, 0.8, 0.2, 0.01)}}
    assert table(figures, ["R@1"]).splitlines() == [
        "| | R@1 |",
        "|---|---:|",
        "| a | 0.500 (0.400–0.600) |",
        "| b | 0.700* (0.600–0.800) |",
    ]
