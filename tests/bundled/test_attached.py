"""Decisions bound to the articles of a store."""

from __future__ import annotations

import numpy as np
import pytest
from dense.fake_encoder import HashEncoder
from fictional import law_of

from lexdpr_rag.decisions.attached import AttachedDecisions
from lexdpr_rag.decisions.pack import DecisionPack, Issue, directions, title_hash
from lexdpr_rag.hits import article_label
from lexdpr_rag.index.store import UnitStore, store_of

LIBRARY = """##### 제1조 (목적)

책을 빌린다.

##### 제2조 (대출)

① 책은 두 권까지 빌린다.

② 밤에는 빌리지 않는다.

##### 제2조의2 (대출 기간)

보름으로 한다.

##### 제3조 (반납)

제때 돌려준다.

##### 제4조

제목이 없다.
"""
LIGHTHOUSE = "##### 제1조 (목적)\n\n등대를 지킨다.\n\n##### 제2조 (점등)\n\n밤에 켠다.\n"
# A later version: 제2조 has another title, 제1조 has kept its own.
LATER = "##### 제1조 (목적)\n\n등대를 더 잘 지킨다.\n\n##### 제2조 (소등)\n\n아침에 끈다.\n"
WITHOUT_ARTICLES = "등대를 지킨다.\n"

LIBRARY_ID, LIGHTHOUSE_ID, OTHER_ID = "990001", "990002", "990003"
OLD = {
    "제목": "등대법",
    "법령ID": f"'{LIGHTHOUSE_ID}'",
    "시행일자": "2000-01-01",
    "공포번호": "'2'",
}
NEW = OLD | {"시행일자": "2010-01-01", "공포번호": "'3'"}
LAWS = (
    (LIGHTHOUSE, OLD),
    (LIBRARY, {"제목": "도서관법", "법령ID": f"'{LIBRARY_ID}'", "공포번호": "'1'"}),
    (LATER, NEW),
    (WITHOUT_ARTICLES, {"제목": "나룻배법", "법령ID": f"'{OTHER_ID}'", "공포번호": "'4'"}),
)
TITLES = {
    f"{LIBRARY_ID}/제1조": "목적",
    f"{LIBRARY_ID}/제2조": "대출",
    f"{LIBRARY_ID}/제2조의2": "대출  기간",  # spaces are no part of a title
    f"{LIBRARY_ID}/제3조": "빌린 책의 반납",  # it was another one when the courts decided
    f"{LIBRARY_ID}/제4조": "",
    f"{LIBRARY_ID}/제99조": "목적",
    f"{LIGHTHOUSE_ID}/제1조": "목적",
    f"{LIGHTHOUSE_ID}/제2조": "점등",
    f"{OTHER_ID}/제1조": "목적",
    "990099/제1조": "목적",
}
ENCODER = HashEncoder(dimension=32)


@pytest.fixture(scope="module")
def store() -> UnitStore:
    return store_of((law_of(body, **front), f"{i}.md") for i, (body, front) in enumerate(LAWS))


def pack_of(seed: int, count: int = 40, titles: dict[str, str] = TITLES) -> DecisionPack:
    """Issues that each cite one to four of the articles."""
    draw, keys = np.random.default_rng(seed), sorted(titles)
    issues = [
        Issue(f"{seed}의 쟁점 {number}", tuple(draw.choice(keys, draw.integers(1, 5)).tolist()))
        for number in range(count)
    ]
    return DecisionPack.make(issues, titles, ENCODER)


def slow(store: UnitStore, packs: list[DecisionPack]) -> dict[int, list[np.ndarray]]:
    """Article row → the vectors of its issues, by looking at every article for every pair."""
    law_of_row = store.article_law()
    found: dict[int, list[np.ndarray]] = {}
    for pack in packs:
        rows = directions(pack.vectors)
        for provision, issue in zip(pack.provision.tolist(), pack.issue.tolist(), strict=True):
            for row in range(store.articles):
                law = store.laws[int(law_of_row[row])].law_id
                key = f"{law}/{article_label(store.article_path[row])}"
                title = title_hash(store.article_title[row])
                if (key, title) == (pack.provisions[provision], pack.titles[provision]):
                    found.setdefault(row, []).append(rows[issue])
    return found


def question(text: str) -> np.ndarray:
    [vector] = ENCODER.encode_queries([text])
    return vector / np.linalg.norm(vector)


def names(store: UnitStore, rows: np.ndarray) -> list[str]:
    """``<version>/<제N조>`` of the articles."""
    law_of_row = store.article_law()
    return [
        f"{store.laws[int(law_of_row[row])].title} {store.laws[int(law_of_row[row])].version}"
        f" {article_label(store.article_path[row])}"
        for row in rows.tolist()
    ]


# -- binding -------------------------------------------------------------------------------------


def test_articles_are_bound_by_key_and_title(store: UnitStore):
    issue = Issue("모든 조문", tuple(TITLES))
    attached = AttachedDecisions(store, [DecisionPack.make([issue], TITLES, ENCODER)])
    old, new = (f"등대법 {front['시행일자']}-{front['공포번호'][1]}" for front in (OLD, NEW))
    library = "도서관법 2024-08-14-1"
    assert sorted(names(store, attached.articles)) == sorted(
        [
            *(f"{library} {label}" for label in ("제1조", "제2조", "제2조의2", "제4조")),
            *(f"{old} {label}" for label in ("제1조", "제2조")),
            f"{new} 제1조",  # 제2조 of this version is another one
        ]
    )
    assert (np.diff(attached.articles) > 0).all()


def test_an_article_with_another_title_gets_nothing(store: UnitStore):
    key = f"{LIBRARY_ID}/제3조"
    other, same = (
        AttachedDecisions(
            store, [DecisionPack.make([Issue("반납", (key,))], {key: title}, ENCODER)]
        )
        for title in ("빌린 책의 반납", "반 납")
    )
    rows = np.arange(store.articles)
    assert len(other.articles) == 0
    assert not other.counts(rows).any()
    assert np.isneginf(other.of(rows, other.similarities(question("반납")))).all()
    assert [name[-3:] for name in names(store, same.articles)] == ["제3조"]


def test_every_version_of_a_law_is_bound(store: UnitStore):
    pack = DecisionPack.make([Issue("등대", (f"{LIGHTHOUSE_ID}/제1조",))], TITLES, ENCODER)
    attached = AttachedDecisions(store, [pack])
    assert len(attached.articles) == 2
    assert attached.counts(attached.articles).tolist() == [1, 1]
    first, second = attached.similarities(question("등대를 지킴"))
    assert first == second


def test_warm_leaves_nothing_to_the_first_question(store: UnitStore):
    attached = AttachedDecisions(store, [pack_of(1)])
    attached.warm()
    assert {"_bound", "_vectors"} <= vars(attached).keys()


def test_nothing_is_computed_before_it_is_asked_for(store: UnitStore):
    attached = AttachedDecisions(store, [pack_of(1)])
    assert not {"_vectors", "_bound"} & attached.__dict__.keys()


# -- what is said of articles --------------------------------------------------------------------


@pytest.mark.parametrize("seeds", [(1,), (2, 3), (4, 5, 6)])
def test_the_same_as_a_loop(seeds: tuple[int, ...], store: UnitStore):
    packs = [pack_of(seed, count=15 + 5 * seed) for seed in seeds]
    attached, expected = AttachedDecisions(store, packs), slow(store, packs)
    assert attached.articles.tolist() == sorted(expected) and len(expected) >= 4
    every = np.arange(store.articles)[::-1].copy()  # in any order, and with those without decisions
    counts = [len(expected.get(row, ())) for row in every.tolist()]
    assert attached.counts(every).tolist() == counts and 0 in counts and max(counts) > 1
    for asked in ("책을 늦게 돌려주면?", "불을 켜는 시각"):
        vector = question(asked)
        found = attached.similarities(vector)
        highest = {row: max(float(v @ vector) for v in held) for row, held in expected.items()}
        assert found.dtype == np.float32
        np.testing.assert_allclose(
            found, [highest[row] for row in attached.articles.tolist()], atol=1e-6
        )
        told = attached.of(every, found)
        assert told.dtype == np.float32
        np.testing.assert_allclose(
            told, [highest.get(row, -np.inf) for row in every.tolist()], atol=1e-6
        )


def test_several_packs_add_up(store: UnitStore):
    packs = [pack_of(7), pack_of(8)]
    rows, vector = np.arange(store.articles), question("등대")
    both = AttachedDecisions(store, packs)
    singly = [AttachedDecisions(store, [pack]) for pack in packs]
    np.testing.assert_array_equal(both.counts(rows), sum(one.counts(rows) for one in singly))
    each = [one.of(rows, one.similarities(vector)) for one in singly]
    np.testing.assert_allclose(
        both.of(rows, both.similarities(vector)), np.maximum(*each), atol=1e-6
    )


def test_an_issue_that_two_packs_hold_is_one(store: UnitStore):
    own = pack_of(9)
    twice, alone = AttachedDecisions(store, [own, own]), AttachedDecisions(store, [own])
    rows, vector = np.arange(store.articles), question("등대")
    assert alone.counts(rows).any()
    np.testing.assert_array_equal(twice.counts(rows), alone.counts(rows))
    np.testing.assert_array_equal(
        twice.of(rows, twice.similarities(vector)), alone.of(rows, alone.similarities(vector))
    )


def test_the_words_of_an_issue_are_nearest_to_the_article_it_was_decided_on(store: UnitStore):
    issues = [Issue("반납", (f"{LIBRARY_ID}/제1조",)), Issue("점등", (f"{LIGHTHOUSE_ID}/제2조",))]
    attached = AttachedDecisions(store, [DecisionPack.make(issues, TITLES, ENCODER)])
    for issue, label in zip(issues, ("제1조", "제2조"), strict=True):
        similarities = attached.similarities(question(issue.text))
        [best] = names(store, attached.articles[[int(similarities.argmax())]])
        assert best.endswith(label)
        assert similarities.max() == pytest.approx(1, abs=0.005)
        assert similarities.min() < 0.9


def test_no_articles_asked_for(store: UnitStore):
    attached = AttachedDecisions(store, [pack_of(1)])
    none = np.zeros(0, np.int64)
    assert attached.counts(none).shape == (0,)
    assert attached.of(none, attached.similarities(question("책"))).shape == (0,)


EMPTY = {
    "a pack of nothing": [DecisionPack.make([], {}, ENCODER)],
    "laws that the store does not hold": [pack_of(1, titles={"990099/제1조": "목적"})],
    "articles that the law does not hold": [pack_of(1, titles={f"{LIBRARY_ID}/제99조": "목적"})],
}


@pytest.mark.parametrize("kind", EMPTY)
def test_nothing_to_attach(kind: str, store: UnitStore):
    attached, rows = AttachedDecisions(store, EMPTY[kind]), np.arange(store.articles)
    assert attached.articles.shape == (0,)
    similarities = attached.similarities(question("책"))
    assert similarities.shape == (0,) and similarities.dtype == np.float32
    assert attached.counts(rows).tolist() == [0] * store.articles
    assert np.isneginf(attached.of(rows, similarities)).all()


def test_an_empty_pack_beside_another_changes_nothing(store: UnitStore):
    packs = [DecisionPack.make([], {}, ENCODER), pack_of(3), DecisionPack.make([], {}, ENCODER)]
    with_empty, alone = AttachedDecisions(store, packs), AttachedDecisions(store, packs[1:2])
    np.testing.assert_array_equal(with_empty.articles, alone.articles)
    vector = question("책")
    np.testing.assert_array_equal(with_empty.similarities(vector), alone.similarities(vector))


def test_an_empty_store():
    store = store_of([])
    attached = AttachedDecisions(store, [pack_of(1)])
    assert attached.articles.shape == (0,)
    assert attached.similarities(question("책")).shape == (0,)
