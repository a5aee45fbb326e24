"""Every guard takes what it names and leaves the rest; texts and questions that are nearly equal."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import fictional
import numpy as np
import pytest
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.mine import MineSource
from lexdpr_finetune.mine.families import Families, named_above
from lexdpr_finetune.mine.guards import Asked, Guard, Known, judged
from lexdpr_finetune.mine.near import near_pairs
from lexdpr_finetune.mine.questions import Questions
from lexdpr_finetune.mine.shingles import likeness, shingles
from lexdpr_finetune.mine.texts import Texts
from lexdpr_finetune.pairs import Pair, PairKind

from lexdpr_rag import LexDPR

LOAN = (
    "도서관장은 책을 빌려 간 사람이 {day}일 안에 책을 돌려주지 아니하면 그 사람에게 알리고 "
    "대출을 멈출 수 있으며, 멈추는 기간은 늦은 날의 두 배를 넘지 못한다."
)
LAWS = {
    "법률.md": fictional.source(
        f"##### 제1조 (목적)\n\n이 법은 달빛 도서관의 이용에 관하여 필요한 사항을 정한다.\n\n"
        f"##### 제2조 (대출의 정지)\n\n{LOAN.format(day=7)}\n\n"
        "##### 제2조의2 (회원증)\n\n회원증은 본인만 쓸 수 있고 남에게 빌려줄 수 없다.\n\n"
        "##### 제3조 (수수료)\n\n수수료는 대통령령으로 정하는 금액으로 한다.\n\n",
    ),
    "옛법률.md": fictional.source(
        "##### 제2조 (대출)\n\n대출은 보름달이 뜨는 날에만 한다.\n\n",
        시행일자="2019-01-01", 공포일자="2018-12-01", 공포번호="'10101'", 법령MST="800001",
    ),
    "시행령.md": fictional.source(
        "##### 제1조 (대출의 정지 절차)\n\n"
        "법 제2조제1항 및 제3조에 따른 통지는 문자메시지로 한다.\n\n"
        "##### 제2조 (회원증의 재발급)\n\n법 제2조의2에 따른 회원증을 잃은 사람은 다시 받을 수 있다.\n\n"
        "##### 제3조 (야간 개방)\n\n도서관은 보름달이 뜨는 날 밤에도 연다.\n\n",
        제목="달빛 도서관법 시행령", 법령ID="'990101'", 법령구분="대통령령", 법령MST="900002",
    ),
    "시행규칙.md": fictional.source(
        "##### 제1조 (통지의 서식)\n\n영 제1조에 따른 통지의 서식은 별지와 같다.\n\n",
        제목="달빛 도서관법 시행규칙", 법령ID="'990102'", 법령구분="별빛부령", 법령MST="900003",
    ),
    "다른법률.md": fictional.source(
        f"##### 제5조 (대출의 정지)\n\n{LOAN.format(day=7)}\n\n"
        f"##### 제6조 (대출의 정지 2)\n\n{LOAN.format(day=14)}\n\n"
        "##### 제7조 (별 관측)\n\n별빛 박물관은 별을 관측하는 방을 둔다. 법 제2조는 따르지 아니한다.\n\n",
        제목="별빛 박물관법", 법령ID="'990103'", 법령MST="900004",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    for name, text in LAWS.items():
        (folder / "laws" / Path(name).stem).mkdir(parents=True)
        (folder / "laws" / Path(name).stem / name).write_text(text, encoding="utf-8")
    LexDPR.build(folder / "laws", folder / "index", jobs=1).close()
    return folder / "index"


@pytest.fixture(scope="module")
def library(index: Path) -> Articles:
    return Articles.open(index)


ASKED = Pair("q1", "책을 늦게 돌려주면 대출이 멈추나요?", ("990100/제2조",), PairKind.OWN)


def known_by(articles: Articles, *others: Pair) -> Known:
    questions = Questions([ASKED, *others], 0.5)
    return Known(articles, questions, Texts(articles), Families(articles), like_text=0.8)


def held(
    articles: Articles,
    guard: Guard,
    asked: Pair = ASKED,
    *others: Pair,
    cited: tuple[str, ...] = (),
) -> set[str]:
    """The keys of all articles of the library that a guard takes."""
    rows = np.arange(articles.store.articles)
    question = Asked(
        pair=asked,
        positives=[articles.rows[key] for key in asked.positives],
        cited=frozenset(articles.rows[key] for key in cited),
        candidates=rows,
    )
    mask = judged(question, known_by(articles, *others), [guard])[guard]
    assert mask.shape == rows.shape
    return {articles.keys[row] for row in rows[mask].tolist()}


def test_the_positive_itself_in_every_version(library: Articles) -> None:
    assert held(library, Guard.POSITIVE) == {"990100/제2조"}
    rows = np.flatnonzero([key == "990100/제2조" for key in library.keys])
    assert library.in_force[rows].tolist().count(False) == 1
    asked = Asked(ASKED, [library.rows["990100/제2조"]], frozenset(), rows)
    assert judged(asked, known_by(library), [Guard.POSITIVE])["positive"].all()


def test_an_older_version_is_not_proposed(library: Articles, index: Path) -> None:
    route = MineSource.open(index).routes["lexical"]
    rows = route.ask(["보름달이 뜨는 날에만 하는 대출"]).best(0, 100)
    assert len(rows) > 3
    assert library.in_force[rows].all()


OTHER = Pair("q2", "책을 늦게 돌려주면, 대출이 멈추나요", ("990103/제7조",), PairKind.OWN)
NEAR = Pair("q3", "책을 늦게 돌려주면 대출이 얼마나 멈추나요?", ("990100/제3조",), PairKind.OWN)
FAR = Pair("q4", "별을 보는 방이 있나요?", ("990100/제1조",), PairKind.OWN)


def test_the_same_question_and_one_like_it(library: Articles) -> None:
    others = (OTHER, NEAR, FAR)
    same = held(library, Guard.SAME_QUESTION, ASKED, *others)
    assert same == {"990100/제2조", "990103/제7조"}
    assert held(library, Guard.LIKE_QUESTION, ASKED, *others) == {"990100/제3조"}
    like = held(library, Guard.LIKE_QUESTION, NEAR, *others)
    assert like == {"990100/제2조", "990103/제7조"}
    assert held(library, Guard.LIKE_QUESTION, FAR, *others) == set()


def test_another_issue_of_the_decision(library: Articles) -> None:
    one = Pair("d#1", "첫째 쟁점", ("990100/제2조",), PairKind.ISSUE, group="d")
    two = Pair("d#2", "둘째", ("990100/제3조",), PairKind.ISSUE, group="d")
    other = Pair("e#1", "다른 판결", ("990103/제7조",), PairKind.ISSUE, group="e")
    own = held(library, Guard.SAME_GROUP, one, one, two, other)
    assert own == {"990100/제2조", "990100/제3조"}
    assert held(library, Guard.SAME_GROUP, ASKED, one, two, other) == set()


def test_what_the_question_cites(library: Articles) -> None:
    assert held(library, Guard.CITED, cited=("990101/제3조",)) == {"990101/제3조"}


def test_equal_and_nearly_equal_texts(library: Articles) -> None:
    assert held(library, Guard.SAME_TEXT) == {"990103/제5조"}
    assert held(library, Guard.LIKE_TEXT) == {"990103/제5조", "990103/제6조"}


def test_what_carries_out_what(library: Articles) -> None:
    # 법 제2조 and, by the list that goes on, 법 제3조; not the 박물관법, which is no decree of this law.
    assert held(library, Guard.CHILD) == {"990101/제1조"}
    fee = Pair("q", "수수료", ("990100/제3조",), PairKind.OWN)
    assert held(library, Guard.CHILD, fee) == {"990101/제1조"}
    card = Pair("q", "회원증", ("990100/제2조의2",), PairKind.OWN)
    assert held(library, Guard.CHILD, card) == {"990101/제2조"}
    notice = Pair("q", "통지", ("990101/제1조",), PairKind.OWN)
    assert held(library, Guard.PARENT, notice) == {"990100/제2조", "990100/제3조"}
    assert held(library, Guard.CHILD, notice) == {"990102/제1조"}
    assert held(library, Guard.PARENT) == set()


def test_the_family_is_the_other_laws_of_one_name(library: Articles) -> None:
    found = held(library, Guard.FAMILY)
    assert found == {key for key in library.keys if key.startswith(("990101", "990102"))}


def test_guards_come_in_their_order(library: Articles) -> None:
    asked = Asked(ASKED, [library.rows["990100/제2조"]], frozenset(), np.arange(3))
    found = judged(asked, known_by(library), ["family", "positive", "child"])
    assert list(found) == ["positive", "child", "family"]


NAMED = [
    ("법 제12조제1항에서 \"대통령령으로 정하는 기간\"이란", {(0, "제12조")}),
    ("법 제2조의2 및 제13조제2항ㆍ제3항에 따른", {(0, "제2조의2"), (0, "제13조")}),
    ("영 제3조부터 제5조까지의 규정", {(1, "제3조"), (1, "제5조")}),
    ("법 제7조 각 호 외의 부분 단서, 영 제8조", {(0, "제7조"), (1, "제8조")}),
    ("민법 제750조에 따른", set()),
    ("제12조에 따른 신청은 법에 따라", set()),
    ("법 제4조에 따라 제5조의 신청을 한 자는", {(0, "제4조")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NAMED, ids=[text for text, _ in NAMED])
def test_named_above(text: str, expected: set[tuple[int, str]]) -> None:
    assert named_above(text) == expected


# -- likeness ------------------------------------------------------------------------------------


def test_likeness() -> None:
    seven, fourteen = shingles(LOAN.format(day=7)), shingles(LOAN.format(day=14))
    assert likeness(seven, fourteen) == 1.0  # numbers do not count
    assert likeness(seven, shingles("전혀 다른 조문이다. 별을 본다.")) == 0.0
    half = likeness(shingles("가나다라마바사"), shingles("가나다라마바아"))
    assert half == pytest.approx(3 / 5)
    assert likeness(shingles("물"), shingles("물")) == 1.0
    assert likeness(shingles(""), shingles("물")) == 0.0


@pytest.mark.parametrize("least", [0.5, 0.8])
def test_near_pairs_are_those_of_comparing_all(least: float) -> None:
    random = np.random.default_rng(3)
    words = ["보증금", "반환", "임대인", "계약", "해지", "청구", "신고", "등록", "취소", "과태료"]
    texts = []
    for _ in range(30):
        own = list(random.choice(words, 40))
        texts.append(" ".join(own))
        for at in random.choice(40, int(random.integers(1, 6)), replace=False):
            own[at] = "정지"
        texts.append(" ".join(own))
    sets = [shingles(text) for text in texts]
    expected = {
        (i, j) for i, j in combinations(range(len(sets)), 2) if likeness(sets[i], sets[j]) >= least
    }
    found = list(near_pairs(sets, least))
    assert len(found) == len(set(found))
    assert set(found) <= expected
    assert len(expected) >= 8
    assert len(found) >= 0.95 * len(expected)
