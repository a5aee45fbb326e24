"""How the models of the package are made: what is kept back, and that nothing leaks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.builtin import (
    FIT_FROM,
    UNTIL,
    Sources,
    is_kept_back,
    training_pairs,
    wording,
    wordings,
)
from lexdpr_finetune.pairs import Pair, PairKind

from lexdpr_rag import LexDPR
from lexdpr_rag.decisions.pack import DecisionPack
from lexdpr_rag.models import DECISIONS, FOLDER

ISSUE = Pair("1#1", "보증금의 반환", ("990100/제1조",), PairKind.ISSUE, "1", "2021-03-02")


def test_what_is_kept_back():
    assert is_kept_back(ISSUE)
    assert is_kept_back(replace(ISSUE, kind=PairKind.HOLDING))
    assert not is_kept_back(replace(ISSUE, day="2020-12-31"))
    assert not is_kept_back(replace(ISSUE, kind=PairKind.TITLE))
    own = [replace(ISSUE, kind=PairKind.OWN, positives=(f"990100/제{n}조",)) for n in range(500)]
    assert 60 < sum(map(is_kept_back, own)) < 140  # one article in five, whoever asks
    assert len({is_kept_back(replace(own[7], query_id=str(n), day="")) for n in range(9)}) == 1


def test_wordings(tmp_path: Path):
    lines = [{"query_id": "1", "query": "보증금의  반환", "gold": ["990100/제1조"]}]
    path = tmp_path / "q.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert wording(ISSUE.query) in wordings([path])
    assert wordings([]) == frozenset()


def test_the_pack_that_ships_ends_in_time():
    pack = DecisionPack.open(FOLDER / DECISIONS)
    first, last = pack.about["days"]
    assert date.fromisoformat(first) < date.fromisoformat(last) <= UNTIL < date(2023, 1, 1)
    assert last > FIT_FROM


@pytest.mark.corpus
def test_nothing_leaks(national: LexDPR, corpus_data: Path, precedents: Path):
    """No evaluation question, and no decision from 2023 on, is in what models are trained on."""
    plain, benchmark = corpus_data / "plain", corpus_data / "benchmarks/precedent-dev.jsonl"
    measured = (benchmark, plain / "questions-dev.jsonl")
    sources = Sources(
        statutes=corpus_data,
        decisions=tuple(sorted(precedents.glob("*.jsonl"))),
        questions=plain / "questions-train.jsonl",
        lexicon=plain / "lexicon.jsonl",
        excluded=measured,
    )
    pairs = training_pairs(sources, Articles.open(national.path))
    assert sum(pair.kind == PairKind.ISSUE for pair in pairs) > 18_000
    assert max(pair.day for pair in pairs) <= UNTIL.isoformat()
    assert not {wording(pair.query) for pair in pairs} & wordings(measured)
    asked = [json.loads(line) for line in benchmark.read_text("utf-8").splitlines()]
    assert not {pair.query_id for pair in pairs} & {question["query_id"] for question in asked}
    kept = (plain / "questions-dev.jsonl").read_text("utf-8").splitlines()
    gold = {key for line in kept for key in json.loads(line)["gold"]}
    own = {key for pair in pairs if pair.kind == PairKind.OWN for key in pair.positives}
    assert own and not own & gold
