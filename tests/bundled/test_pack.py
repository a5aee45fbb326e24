"""Packs of decisions: what is kept of the issues, and what comes back from the disk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from dense.bag_encoder import BagEncoder
from dense.fake_encoder import HashEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from lexdpr_rag.decisions.pack import FILE, DecisionPack, Issue, directions, title_hash
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.messages import CATALOG

ROOT = Path(__file__).resolve().parents[2]
TITLES = {
    "990001/제1조": "목적",
    "990001/제2조의2": "별빛의 등록",
    "990002/제3조": "반납",
    "990002/제4조": "",
}
ISSUES = [
    Issue("별빛을 등록하지 아니한 자의 책임", ("990001/제2조의2", "990002/제3조")),
    Issue("반납이 늦은 책의 처리", ("990002/제3조",)),
    Issue("이 법의 목적", ("990001/제1조", "990001/제1조")),
]
PARTS = ("vectors", "titles", "issue", "provision")


def pairs(pack: DecisionPack) -> list[tuple[str, int]]:
    """(provision, row of the issue), in the order in which the pack holds them."""
    rows = zip(pack.provision.tolist(), pack.issue.tolist(), strict=True)
    return [(pack.provisions[provision], issue) for provision, issue in rows]


def assert_same(one: DecisionPack, other: DecisionPack) -> None:
    assert (one.fingerprint, one.provisions) == (other.fingerprint, other.provisions)
    assert dict(one.about) == dict(other.about)
    for name in PARTS:
        first, second = getattr(one, name), getattr(other, name)
        assert first.dtype == second.dtype
        np.testing.assert_array_equal(first, second)


# -- making --------------------------------------------------------------------------------------


def test_what_a_pack_holds():
    encoder = BagEncoder()
    pack = DecisionPack.make(ISSUES, TITLES, encoder, {"until": "2020-12-31"})
    assert pack.fingerprint == "bag-1"
    assert pack.about == {"until": "2020-12-31"}
    assert pack.provisions == ("990001/제1조", "990001/제2조의2", "990002/제3조")
    assert pack.titles.tolist() == [title_hash(TITLES[key]) for key in pack.provisions]
    assert pairs(pack) == [
        ("990001/제1조", 2),
        ("990001/제2조의2", 0),
        ("990002/제3조", 0),
        ("990002/제3조", 1),
    ]
    assert pack.vectors.shape == (3, encoder.dimension)
    kinds = [getattr(pack, name).dtype for name in PARTS]
    assert kinds == [np.int8, np.uint32, np.int32, np.int32]


def test_issues_are_encoded_as_questions():
    encoder = BagEncoder()
    DecisionPack.make(ISSUES, TITLES, encoder)
    assert encoder.passages == []
    assert [text for texts in encoder.queries for text in texts] == [one.text for one in ISSUES]


def test_equal_texts_are_one_issue():
    said = "별빛의 등록"
    twice = [Issue(said, ("990002/제3조",)), Issue("다른 말", ("990001/제1조",))]
    twice.append(Issue(said, ("990001/제1조", "990002/제3조")))
    pack = DecisionPack.make(twice, TITLES, BagEncoder())
    assert len(pack.vectors) == 2
    assert pairs(pack) == [("990001/제1조", 0), ("990001/제1조", 1), ("990002/제3조", 0)]


def test_provisions_without_a_title_are_left_out_and_issues_of_nothing_else_with_them():
    issues = [
        Issue("모르는 조문만", ("999999/제1조",)),
        Issue("하나는 아는 조문", ("999999/제1조", "990001/제1조")),
        Issue("조문이 없음", ()),
    ]
    encoder = BagEncoder()
    pack = DecisionPack.make(issues, TITLES, encoder)
    assert pack.provisions == ("990001/제1조",)
    assert pairs(pack) == [("990001/제1조", 0)]
    assert encoder.queries == [["하나는 아는 조문"]]


def test_an_article_with_an_empty_title_is_known():
    pack = DecisionPack.make([Issue("반납", ("990002/제4조",))], TITLES, BagEncoder())
    assert pack.provisions == ("990002/제4조",)
    assert pack.titles.tolist() == [title_hash("")]


@pytest.mark.parametrize("issues", [[], [Issue("모르는 조문", ("999999/제1조",))]])
def test_a_pack_of_nothing(issues: list[Issue], tmp_path: Path):
    pack = DecisionPack.make(issues, TITLES, BagEncoder())
    assert pack.vectors.shape == (0, 128)
    assert (pack.provisions, len(pack.titles), len(pack.issue), len(pack.provision)) == (
        (),
        0,
        0,
        0,
    )
    pack.save(tmp_path)
    assert_same(DecisionPack.open(tmp_path), pack)


def test_spaces_do_not_change_a_title():
    assert title_hash("별빛의 등록") == title_hash(" 별빛의\u3000등록\n")
    assert title_hash("별빛의 등록") != title_hash("별빛의 등기")
    assert title_hash("목적") == 976447542  # as packs that are already out say


# -- int8 ----------------------------------------------------------------------------------------


def test_int8_changes_a_cosine_by_little():
    encoder = HashEncoder(dimension=256)  # rows of any length
    texts = [f"쟁점 {number}" for number in range(400)]
    issues = [Issue(text, ("990001/제1조",)) for text in texts]
    held = directions(DecisionPack.make(issues, TITLES, encoder).vectors)
    exact = encoder.encode_queries(texts)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    asked = encoder.encode_queries([f"질문 {number}" for number in range(50)])
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    asked = np.concatenate([asked, exact[:50]])
    errors = np.abs(held @ asked.T - exact @ asked.T)
    assert errors.max() < 0.005
    assert errors.mean() < 0.001
    np.testing.assert_allclose(np.linalg.norm(held, axis=1), 1, atol=1e-5)


def test_every_row_uses_the_whole_of_int8():
    encoder = HashEncoder(dimension=64)
    issues = [Issue(f"쟁점 {number}", ("990001/제1조",)) for number in range(30)]
    rows = DecisionPack.make(issues, TITLES, encoder).vectors.astype(int)
    assert (np.abs(rows).max(axis=1) == 127).all()


class _ZeroEncoder(BagEncoder):
    def encode_queries(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        return np.zeros((len(texts), self.dimension), np.float32)


def test_a_text_without_a_direction_has_none():
    pack = DecisionPack.make(ISSUES, TITLES, _ZeroEncoder())
    assert not pack.vectors.any()
    assert not directions(pack.vectors).any()  # and no NaN


# -- on disk -------------------------------------------------------------------------------------

KEYS = st.sampled_from(sorted(TITLES) + ["999999/제1조"])
WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
ANY_ISSUES = st.lists(st.builds(Issue, WORDS, st.lists(KEYS, max_size=4).map(tuple)), max_size=12)
ABOUT = st.dictionaries(WORDS, WORDS | st.integers(-(2**40), 2**40), max_size=3)


@given(ANY_ISSUES, ABOUT)
@settings(max_examples=60, deadline=None)
def test_what_is_saved_comes_back(issues: list[Issue], about: dict[str, str | int]):
    pack = DecisionPack.make(issues, TITLES, HashEncoder(), about)
    cited = {(key, one.text) for one in issues for key in one.articles if key in TITLES}
    texts = list(dict.fromkeys(one.text for one in issues if TITLES.keys() & set(one.articles)))
    assert {(key, texts[row]) for key, row in pairs(pack)} == cited
    assert len(pairs(pack)) == len(cited)
    assert (np.diff(pack.provision) >= 0).all()
    with TemporaryDirectory() as folder:
        pack.save(Path(folder) / "made" / "by save")
        assert_same(DecisionPack.open(Path(folder) / "made" / "by save"), pack)


def test_the_order_of_cited_articles_does_not_matter(tmp_path: Path):
    turned = [Issue(one.text, one.articles[::-1]) for one in ISSUES]
    assert_same(
        DecisionPack.make(ISSUES, TITLES, BagEncoder()),
        DecisionPack.make(turned, dict(reversed(TITLES.items())), BagEncoder()),
    )


SAVED = """
import sys
from pathlib import Path
from lexdpr_rag.decisions.pack import DecisionPack
DecisionPack.open(Path(sys.argv[1])).save(Path(sys.argv[2]))
"""


def test_the_same_pack_gives_the_same_bytes(tmp_path: Path):
    pack = DecisionPack.make(ISSUES, TITLES, BagEncoder(), {"b": 1, "a": "별"})
    pack.save(tmp_path / "first")
    expected = (tmp_path / "first" / FILE).read_bytes()
    turned = DecisionPack.make(ISSUES, TITLES, BagEncoder(), {"a": "별", "b": 1})
    for number in range(12):  # a header in any order would be the same now and then
        turned.save(tmp_path / str(number))
        assert (tmp_path / str(number) / FILE).read_bytes() == expected
    words = [sys.executable, "-c", SAVED, tmp_path / "first", tmp_path / "other"]
    subprocess.run(words, cwd=ROOT, check=True)
    assert (tmp_path / "other" / FILE).read_bytes() == expected


def test_a_pack_can_be_read_by_all_who_can_read_its_folder(tmp_path: Path):
    DecisionPack.make(ISSUES, TITLES, BagEncoder()).save(tmp_path)
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / FILE).stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_pack_holds_no_text_of_a_decision(tmp_path: Path):
    DecisionPack.make(ISSUES, TITLES, BagEncoder()).save(tmp_path)
    held = (tmp_path / FILE).read_bytes()
    assert "990001/제2조의2".encode() in held
    for said in (*(one.text for one in ISSUES), *filter(None, TITLES.values())):
        assert said.encode() not in held
        assert json.dumps(said).strip('"').encode() not in held


def test_saving_writes_over_an_older_pack(tmp_path: Path):
    DecisionPack.make(ISSUES, TITLES, BagEncoder()).save(tmp_path)
    shorter = DecisionPack.make(ISSUES[:1], TITLES, BagEncoder())
    shorter.save(tmp_path)
    assert_same(DecisionPack.open(tmp_path), shorter)


# -- damage --------------------------------------------------------------------------------------


def saved(folder: Path) -> Path:
    DecisionPack.make(ISSUES, TITLES, BagEncoder()).save(folder)
    return folder / FILE


def rewritten(path: Path, drop: str = "", **metadata: str | None) -> None:
    """The file without an array, or with other words about it."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        told = {**file.metadata(), **metadata}
    arrays = {name: array for name, array in load_file(path).items() if name != drop}
    save_file(arrays, path, {name: value for name, value in told.items() if value is not None})


DAMAGE = {
    "no file": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "a header cut short": lambda path: path.write_bytes(path.read_bytes()[:60]),
    "arrays cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "something else": lambda path: path.write_bytes(b"PK\x03\x04" * 200),
    "no vectors": lambda path: rewritten(path, "vectors"),
    "no pairs": lambda path: rewritten(path, "provision"),
    "no provisions": lambda path: rewritten(path, provisions=None),
    "no fingerprint": lambda path: rewritten(path, fingerprint=None),
    "provisions that are no JSON": lambda path: rewritten(path, provisions="[oops"),
    "nothing said of it": lambda path: save_file(load_file(path), path),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_told_with_the_path(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("LEXDPR_LANG", raising=False)
    path = saved(tmp_path)
    DAMAGE[kind](path)
    with pytest.raises(IndexFormatError) as caught:
        DecisionPack.open(tmp_path)
    said = str(caught.value)
    assert said == CATALOG["decisions.damaged"][0].format(path=path)
    assert "다시" in said and len(said.splitlines()) == 1
    monkeypatch.setenv("LEXDPR_LANG", "en")
    assert str(path) in str(caught.value) and "damaged" in str(caught.value)
