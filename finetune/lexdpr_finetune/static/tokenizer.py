"""Overlapping character bigrams as an ordinary ``tokenizers`` tokenizer.

``tokenizers`` cuts a text into pieces that do not overlap, so every letter is doubled first:
손해배상 becomes 손손해해배배상상, which WordPiece, taking the longest piece it knows, cuts into 손,
손해, 해배, 배상, 상.  The first and the last piece say where the word begins and ends; a bigram that
the vocabulary lacks falls apart into its two letters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.static.charsmap import build_charsmap
from lexdpr_rag.index.analyzer import letter_codes

UNKNOWN = "[UNK]"
"""What stands for characters that are no letters; its vector is 0."""

CONTINUED = "##"
"""How WordPiece writes a piece that does not begin a word."""

_LONGEST_WORD = 4000
_CHUNK = 8192

_WIDE = range(0xFF01, 0xFF5F)  # full-width forms of ASCII
_SURROGATES = range(0xD800, 0xE000)
_PICTURES = range(0x1F000, 0x1FB00)  # emoji, which questions end with


def doubled_letters(known: Container[str]) -> dict[str, str]:
    """Letter → itself twice, small, if ``known`` holds it; everything else → a space.

    WordPiece gives up a word for one letter that it does not know, so that such letters must go.
    """
    chars = [chr(code) for code in range(1, 0x10000) if code not in _SURROGATES]
    codes = letter_codes(np.array([ord(char) for char in chars], np.uint16)).tolist()
    letters = [chr(code) if chr(code) in known else "" for code in codes]
    table = {char: letter * 2 or " " for char, letter in zip(chars, letters, strict=True)}
    for code in _WIDE:
        table[chr(code)] = table.get(unicodedata.normalize("NFKC", chr(code)), " ")
    return table | {chr(code): " " for code in _PICTURES}


def count_bigrams(texts: Iterable[str]) -> Counter[str]:
    """Pairs of neighbouring letters, as they stand within words, and how often each comes."""
    counts: Counter[int] = Counter()
    source = iter(texts)
    while part := list(islice(source, _CHUNK)):
        joined = "\0".join(part).encode("utf-16-le", "replace")
        codes = letter_codes(np.frombuffer(joined, np.uint16)).astype(np.uint32)
        first, second = codes[:-1], codes[1:]
        pairs, found = np.unique(
            (first << np.uint32(16) | second)[(first != 0) & (second != 0)], return_counts=True
        )
        counts.update(dict(zip(pairs.tolist(), found.tolist(), strict=True)))
    return Counter({chr(pair >> 16) + chr(pair & 0xFFFF): n for pair, n in counts.items()})


def bigram_vocabulary(counts: Sequence[tuple[Counter[str], int]]) -> dict[str, int]:
    """Token → id: the unknown one, single letters at the start and within words, bigrams.

    Args:
        counts: bigrams of several sources, each with how often one must come to be taken; rarer
            ones give only their letters.
    """
    letters = {chr(code) for code in range(ord("가"), ord("힣") + 1)}
    letters |= set("0123456789abcdefghijklmnopqrstuvwxyz")
    bigrams: set[str] = set()
    for source, least in counts:
        letters.update(letter for pair in source for letter in pair)
        bigrams.update(pair for pair, count in source.items() if count >= least)
    ordered = [UNKNOWN, *sorted(letters)]
    ordered += [CONTINUED + letter for letter in sorted(letters)]
    ordered += [CONTINUED + pair for pair in sorted(bigrams)]
    return {token: row for row, token in enumerate(ordered)}


def make_tokenizer(vocabulary: dict[str, int]) -> Any:
    """The :class:`tokenizers.Tokenizer` with the tokens of :func:`bigram_vocabulary`."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(
        models.WordPiece(
            vocab=vocabulary,
            unk_token=UNKNOWN,
            continuing_subword_prefix=CONTINUED,
            max_input_chars_per_word=_LONGEST_WORD,
        )
    )
    doubling = normalizers.Precompiled(build_charsmap(doubled_letters(vocabulary)))
    # NFC: some systems write syllables as sequences of letters.
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), doubling])
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def encode(tokenizer: Any, texts: Iterable[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Token ids of all texts, end to end, and where each text begins.

    Returns:
        int32 ids, and int64 ``(texts + 1,)`` offsets into them.
    """
    ids: list[NDArray[np.int32]] = []
    source = iter(texts)
    while part := list(islice(source, _CHUNK)):
        found = tokenizer.encode_batch_fast(part, add_special_tokens=False)
        ids.extend(np.array(one.ids, np.int32) for one in found)
    offsets = np.zeros(len(ids) + 1, np.int64)
    np.cumsum([len(row) for row in ids], out=offsets[1:])
    return (np.concatenate(ids) if ids else np.zeros(0, np.int32)), offsets
