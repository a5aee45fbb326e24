"""Overlapping bigrams from tokenizers: the table of characters, the pieces, the vocabulary."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from lexdpr_finetune.static.bags import Tokens, inverse_frequency, vectors_of
from lexdpr_finetune.static.charsmap import build_charsmap
from lexdpr_finetune.static.tokenizer import (
    UNKNOWN,
    bigram_vocabulary,
    count_bigrams,
    doubled_letters,
    make_tokenizer,
)

tokenizers = pytest.importorskip("tokenizers")

TEXTS = ["손해배상 청구, 손해", "전세보증금(제3조)"]


@pytest.fixture(scope="module")
def tokenizer():
    return make_tokenizer(bigram_vocabulary([(count_bigrams(TEXTS), 1)]))


# -- the table -----------------------------------------------------------------------------------


def normalised(table: dict[str, str], text: str) -> str:
    return tokenizers.normalizers.Precompiled(build_charsmap(table)).normalize_str(text)


def test_every_letter_becomes_its_replacement() -> None:
    table = {"가": "나나", "a": "", "힣": "끝", "\U0001f600": " ", "é": "ee", "ㆍ": "/"}
    assert normalised(table, "가a힣😀éㆍx각") == "나나끝 ee/x각"


def test_a_whole_table_of_syllables() -> None:
    letters = [chr(code) for code in range(ord("가"), ord("힣") + 1)]
    table = {letter: letter * 2 for letter in letters}
    text = "".join(letters)
    assert normalised(table, text) == "".join(letter * 2 for letter in text)


@pytest.mark.parametrize("table", [{"": "a"}, {"ab": "c"}, {"\0": "a"}, {"a": "b\0"}])
def test_keys_are_single_characters(table: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="->"):
        build_charsmap(table)


def test_letters_that_are_not_known_go() -> None:
    table = doubled_letters({"가", "a", "1"})
    assert (table["가"], table["A"], table["Ａ"], table["１"]) == ("가가", "aa", "aa", "11")
    assert (table["나"], table["①"], table["ㆍ"], table["😀"], table[","]) == (" ",) * 5


# -- pieces --------------------------------------------------------------------------------------

PIECES = [
    ("손해배상", ["손", "##손해", "##해배", "##배상", "##상"]),
    ("손해 배상!", ["손", "##손해", "##해", "배", "##배상", "##상"]),
    ("손", ["손", "##손"]),
    # a bigram that is not known falls apart, and the rest of the word goes on
    ("해손해", ["해", "##해", "##손", "##손해", "##해"]),
    ("보증금😀", ["보", "##보증", "##증금", "##금"]),
    (unicodedata.normalize("NFD", "손해"), ["손", "##손해", "##해"]),
    ("제3조", ["제", "##제3", "##3조", "##조"]),
    ("①ㆍ※", []),
]


@pytest.mark.parametrize(("text", "pieces"), PIECES)
def test_pieces(text: str, pieces: list[str], tokenizer) -> None:
    assert tokenizer.encode(text, add_special_tokens=False).tokens == pieces


def test_the_file_gives_the_same_pieces(tokenizer, tmp_path: Path) -> None:
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    again = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    for text in TEXTS:
        assert again.encode(text).tokens == tokenizer.encode(text).tokens


def test_counts() -> None:
    assert count_bigrams(["손해배상, 손해", "해 AB"]) == Counter(손해=2, 해배=1, 배상=1, ab=1)


def test_rare_bigrams_give_only_their_letters() -> None:
    vocabulary = bigram_vocabulary([(Counter(가나=3, 丁丙=1), 2), (Counter(다라=1), 1)])
    assert vocabulary[UNKNOWN] == 0
    assert {"##가나", "##다라", "丁", "##丙"} <= vocabulary.keys()
    assert "##丁丙" not in vocabulary
    assert sorted(vocabulary.values()) == list(range(len(vocabulary)))


# -- bags ----------------------------------------------------------------------------------------


def test_bags_and_their_vectors(tokenizer) -> None:
    tokens = Tokens.of(tokenizer, ["손해 손해", "", "배상"])
    bags = tokens.bags
    assert bags.shape == (3, tokenizer.get_vocab_size())
    assert bags.sum(axis=1).ravel().tolist() == [[6.0, 0.0, 3.0]]
    assert bags[0, tokenizer.token_to_id("##손해")] == 2
    assert inverse_frequency(bags)[tokenizer.token_to_id("##손해")] == pytest.approx(np.log(4 / 2))
    weights = np.random.default_rng(0).normal(size=(bags.shape[1], 8)).astype(np.float32)
    assert np.linalg.norm(vectors_of(bags, weights), axis=1).tolist() == pytest.approx([1, 0, 1])


def test_spans(tokenizer) -> None:
    tokens = Tokens.of(tokenizer, ["손해배상", "배상"])
    part = tokens.spans(np.array([1, 5]), np.array([3, 8]))
    assert part.offsets.tolist() == [0, 2, 5]
    assert part.ids.tolist() == [*tokens.ids[1:3], *tokens.ids[5:8]]
