"""Packs: made, saved, opened; and bound to the articles of a store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dense.bag_encoder import BagEncoder
from dense.fake_encoder import store_of_laws

from lexdpr_rag.decisions.attached import AttachedDecisions
from lexdpr_rag.decisions.pack import FILE, DecisionPack, Issue
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.store import UnitStore

FIRST, SECOND, THIRD = "별이 지는 때", "달이 뜨는 때", "해가 기우는 때"
ISSUES = [
    Issue(FIRST, ("990000/제1조", "990001/제2조")),
    Issue(SECOND, ("990001/제2조", "990009/제1조")),
    Issue(FIRST, ("990000/제3조",)),
]
TITLES = {"990000/제1조": "별 1", "990000/제3조": "다른 별", "990001/제2조": "별 2"}


def pack_of(*issues: Issue) -> DecisionPack:
    return DecisionPack.make(issues, TITLES, BagEncoder(), {"until": "2022-12-31"})


@pytest.fixture(scope="module")
def store() -> UnitStore:
    return store_of_laws(2, 3)


def test_a_pack_is_what_it_was_when_opened_again(tmp_path: Path) -> None:
    made = pack_of(*ISSUES)
    made.save(tmp_path / "one")
    opened = DecisionPack.open(tmp_path / "one")
    assert opened.provisions == ("990000/제1조", "990000/제3조", "990001/제2조")
    assert (opened.fingerprint, opened.about) == ("bag-1", {"until": "2022-12-31"})
    assert opened.vectors.shape == (2, 128)  # equal texts are one
    pack_of(*ISSUES).save(tmp_path / "two")
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()
    assert FIRST.encode() not in (tmp_path / "one" / FILE).read_bytes()


def test_what_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(IndexFormatError, match=r"decisions\.safetensors"):
        DecisionPack.open(tmp_path)


def test_the_nearest_issue_of_each_article_counts(store: UnitStore) -> None:
    attached = AttachedDecisions(store, [pack_of(*ISSUES)])
    # 제3조 has another title now; the law 990009 is not there.
    assert attached.articles.tolist() == [0, 4]
    rows = np.arange(6)
    assert attached.counts(rows).tolist() == [1, 0, 0, 0, 2, 0]
    encoder = BagEncoder()
    for question, nearest in ((FIRST, [1, 1]), (SECOND, [None, 1])):
        found = attached.similarities(encoder.encode_queries([question])[0])
        for score, expected in zip(found.tolist(), nearest, strict=True):
            assert (score > 0.99) == (expected == 1)
        assert np.isneginf(attached.of(rows, found)).tolist() == [0, 1, 1, 1, 0, 1]


def test_an_issue_of_two_packs_counts_once(store: UnitStore) -> None:
    own = pack_of(Issue(FIRST, ("990000/제1조",)), Issue(THIRD, ("990000/제1조", "990001/제2조")))
    attached = AttachedDecisions(store, [pack_of(*ISSUES), own])
    assert attached.articles.tolist() == [0, 4]
    assert attached.counts(attached.articles).tolist() == [2, 3]
    found = attached.similarities(BagEncoder().encode_queries([THIRD])[0])
    assert (found > 0.99).all()


def test_packs_without_issues(store: UnitStore) -> None:
    attached = AttachedDecisions(store, [pack_of(), pack_of()])
    assert attached.articles.tolist() == []
    assert attached.counts(np.arange(6)).tolist() == [0] * 6
    assert len(attached.similarities(np.ones(128, np.float32))) == 0
