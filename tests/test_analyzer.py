"""Analyzers: which terms a text has."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexdpr_rag.errors import FilterError
from lexdpr_rag.index.analyzer import Analyzer, BigramAnalyzer, Postings, analyzer_named
from lexdpr_rag.index.unit_scores import bigram_codes

BIGRAM = BigramAnalyzer()
with_kiwi = pytest.mark.skipif(find_spec("kiwipiepy") is None, reason="needs lexdpr-rag[kiwi]")


def terms(postings: Postings, text: int = 0) -> dict[str, float]:
    """Term → weight of one text."""
    at = np.flatnonzero(postings.texts == text)
    return {postings.vocabulary[postings.terms[i]]: float(postings.weights[i]) for i in at}


CASES = [
    ("", set()),
    ("  \n\t", set()),
    ("손해배상", {"손해", "해배", "배상"}),
    ("손해 배상", {"손해", "배상"}),  # bigrams never cross a blank
    ("법", {"법"}),  # a word of one letter is a term of its own
    ("그 법은", {"그", "법은"}),
    ("제750조", {"제7", "75", "50", "0조"}),  # digits are letters
    ("A급 GmbH", {"a급", "gm", "mb", "bh"}),  # Latin in lower case
    ("İstanbul", {"İs", "st", "ta", "an", "nb", "bu", "ul"}),  # no single small letter: left as is
    ("정보ㆍ통신", {"정보", "통신"}),  # ㆍ separates, though Unicode calls it a letter
    ("정보·통신", {"정보", "통신"}),
    ("① 이 법", {"이", "법"}),  # the mark of a 항 says nothing
    ("1. 시집", {"1", "시집"}),
    ("(業)을", {"業", "을"}),  # Hanja are letters
    ("善意의 第三者", {"善意", "意의", "第三", "三者"}),
    ("\uf900", {"\uf900"}),  # a compatibility Hanja stays itself
    ("㉮목 ⅷ호", {"목", "ⅷ호"} if "ⅷ".isalpha() else {"목", "호"}),
    ("「민법」제1조", {"민법", "제1", "1조"}),
    ("ㄱㄴ", {"ㄱㄴ"}),
    ("𠮷野家", {"野家"}),  # letters beyond the BMP are no letters here
    ("e-mail", {"e", "ma", "ai", "il"}),
    ("책책책", {"책책"}),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_bigrams(text: str, expected: set[str]) -> None:
    assert set(terms(BIGRAM.postings([text]))) == expected
    assert set(BIGRAM.query_terms(text)) == expected


def test_weights_of_documents() -> None:
    postings = BIGRAM.postings(["손해배상의 손해", "법"], initial=1.25, rest=0.75)
    assert terms(postings) == {"손해": 2.5, "해배": 0.75, "배상": 0.75, "상의": 0.75}
    assert terms(postings, 1) == {"법": 1.25}


def test_weights_of_queries() -> None:
    """The first bigram of a word says most, the last one is often a particle."""
    assert BIGRAM.query_terms("손해배상의") == {"손해": 1.5, "해배": 1.0, "배상": 1.0, "상의": 0.75}
    assert BIGRAM.query_terms("책을 책을") == {"책을": 3.0}
    assert BIGRAM.query_terms("책") == {"책": 1.5}


def test_order_and_types() -> None:
    postings = BIGRAM.postings(["나무 책", "", "책 나무 책"])
    assert postings.texts.tolist() == sorted(postings.texts.tolist()) == [0, 0, 2, 2]
    assert (postings.texts.dtype, postings.terms.dtype) == (np.int32, np.int32)
    assert postings.weights.dtype == np.float32
    assert terms(postings, 2) == {"나무": 1.0, "책": 2.0}


def test_no_texts_at_all() -> None:
    postings = BIGRAM.postings([])
    assert (len(postings.vocabulary), len(postings.texts)) == (0, 0)


def test_texts_are_cut_into_chunks_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"등대{i} 나룻배{i % 7}" for i in range(50)]
    whole = BIGRAM.postings(texts)
    monkeypatch.setattr(BigramAnalyzer, "_CHUNK", 7)
    parts = BIGRAM.postings(texts)
    assert whole.vocabulary == parts.vocabulary
    for name in ("texts", "terms", "weights"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))


@given(st.lists(st.text(alphabet="가나다ab1 ㆍ①業\n.", max_size=30), max_size=5))
def test_bigrams_by_definition(texts: list[str]) -> None:
    postings = BIGRAM.postings(texts, initial=2.0, rest=1.0)
    for row, text in enumerate(texts):
        expected: dict[str, float] = {}
        for word in "".join(c if c.isalnum() and c not in "ㆍ①" else " " for c in text).split():
            for i in range(max(1, len(word) - 1)):
                pair = word[i : i + 2]
                expected[pair] = expected.get(pair, 0.0) + (2.0 if i == 0 else 1.0)
        assert terms(postings, row) == expected


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_any_text_has_terms_that_have_codes(text: str) -> None:
    found = BIGRAM.query_terms(text)
    assert len(bigram_codes(tuple(found))) == len(found)
    assert set(terms(BIGRAM.postings([text]))) == set(found)


# -- by name -------------------------------------------------------------------------------------


def test_by_name() -> None:
    assert analyzer_named("bigram") is analyzer_named("bigram")
    with pytest.raises(FilterError, match=r"trigram.*bigram, kiwi, mixed"):
        analyzer_named("trigram")


@with_kiwi
def test_morphemes() -> None:
    kiwi: Analyzer = analyzer_named("kiwi")
    found = kiwi.query_terms("불법행위로 인한 손해를 배상하여야 한다")
    assert {"손해", "배상"} <= set(found)
    assert not {"를", "로", "한다"} & set(found)
    postings = kiwi.postings(["손해를 배상한다", "손해와 손해"])
    assert terms(postings)["손해"] == 1.0
    assert terms(postings, 1) == {"손해": 2.0}


@with_kiwi
def test_both_side_by_side() -> None:
    mixed: Analyzer = analyzer_named("mixed")
    found = mixed.query_terms("손해를 배상")
    assert {"손해", "해를", "배상", "/손해", "/배상"} <= set(found)
    postings = mixed.postings(["손해를 배상", "손해"])
    assert {"손해", "해를", "배상", "/손해", "/배상"} <= set(terms(postings))
    assert postings.texts.tolist() == sorted(postings.texts.tolist())


@pytest.mark.skipif(find_spec("kiwipiepy") is not None, reason="kiwipiepy is installed")
def test_a_missing_extra() -> None:
    from lexdpr_rag.errors import MissingExtraError

    with pytest.raises(MissingExtraError, match=r"lexdpr-rag\[kiwi\]"):
        analyzer_named("kiwi")
