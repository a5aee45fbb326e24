"""Questions by the grammar of statutes: forms, rules, and what they give on the sample laws."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from lexdpr_finetune.synthesize import Question, grammar_questions, provisions_of
from lexdpr_finetune.synthesize.filters import leaks_citation, sift
from lexdpr_finetune.synthesize.grammar.josa import able, conditional, josa
from lexdpr_finetune.synthesize.grammar.sentences import sentences_of, spoken_law
from lexdpr_finetune.synthesize.grammar.wording import loses, plain, refers, spoken
from lexdpr_finetune.synthesize.provision import Provision

from lexdpr_rag import LexDPR

# -- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("보증금", "은/는", "보증금은"),
        ("이용자", "은/는", "이용자는"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("대구", "으로/로", "대구로"),
        ("조건 2", "을/를", "조건 2를"),
        ("조건 3", "을/를", "조건 3을"),
        ("CCTV", "이/가", "CCTV가"),
        ("PLAN", "이/가", "PLAN이"),
        ("시설(설비)", "과/와", "시설(설비)와"),
        ("", "은/는", "는"),
    ],
)
def test_particles(word: str, pair: str, expected: str) -> None:
    assert josa(word, pair) == expected


@pytest.mark.parametrize(
    ("adnominal", "expected"),
    [
        ("변경된", "변경되면"),
        ("한", "하면"),
        ("받은", "받으면"),
        ("받는", "받으면"),
        ("있는", "있으면"),
        ("없는", "없으면"),
        ("하려는", "하려면"),
        ("않은", "않으면"),
        ("법인인", "법인이면"),
        ("만드는", "만들면"),
        ("만든", "만들면"),
        ("연", "열면"),
        ("거친", "거치면"),
        ("신청할", "신청하면"),
        ("필요한", "필요하면"),
        ("경우", None),
        ("시장", None),
        ("", None),
        ("는", None),
    ],
)
def test_conditions(adnominal: str, expected: str | None) -> None:
    assert conditional(adnominal) == expected


@pytest.mark.parametrize(
    ("stem", "expected"), [("하", "할 수"), ("받", "받을 수"), ("팔", "팔 수")]
)
def test_ability(stem: str, expected: str) -> None:
    assert able(stem) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "① 제7조제1항에 따른 등록을 하려는 자는 신고하여야 한다",
            "등록을 하려는 사람은 신고해야 한다",
        ),
        ("제1항에도 불구하고 신고하지 아니할 수 있다", "신고하지 않을 수 있다"),
        ("운영자(대표자를 포함한다(개인을 말한다). 이하 같다)는 한다", "운영자는 한다"),
        ("「민법」 제618조 및 같은 법 제620조에 따른 임대차", "임대차"),
        ("법 제12조의2제1항제3호 각 목 외의 부분 단서에 따라 설비 및 시설을", "설비와 시설을"),
        (
            "구청장이 법 제19조제1항에 따라 행위를 제한하려는 경우",
            "구청장이 행위를 제한하려는 경우",
        ),
        ("대통령령으로 정하는 바에 따라 공유경제부령으로 정하는 시설을", "일정한 시설을"),
        ("별지 제3호서식의 신청서를 제출하여야", "신청서를 제출해야"),
        ("친권자를 지정함에 있어서는 자의 복리를", "친권자를 지정함에 있어서는 자의 복리를"),
        ("거짓으로 보고한 자 또는 받은 자", "거짓으로 보고한 사람 또는 받은 사람"),
    ],
)
def test_plain_words(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("등록사항이 변경된 경우에는 신고해야", "등록사항이 변경되면 신고해야"),
        ("등록을 하려는 사람은 신고해야", "등록을 하려면 신고해야"),
        ("동의가 있는 경우에 한하여 한다", "동의가 있는 경우에 한하여 한다"),
        ("어떤 경우에 취소할", "어떤 경우에 취소할"),
        ("통지를 받은 때에는 내야", "통지를 받으면 내야"),
    ],
)
def test_spoken_words(text: str, expected: str) -> None:
    assert spoken(text) == expected


def test_words_that_cannot_stand_alone() -> None:
    assert refers("제3조제1항의 신고를 제2호와 같이") and refers("이 법을 적용한다")
    assert refers("그 사실을 알려야") and refers("신고 사유와 신고 사유가 겹치면")
    assert not refers("운영자는 등록증을 게시해야") and not refers("종이 법전을 펴낸다")
    assert loses("제1항에 따른 기준") and not loses("운영자의 기준")


def test_names_of_laws() -> None:
    assert spoken_law("자본시장과 금융투자업에 관한 법률 시행령") == "자본시장법"
    assert spoken_law("민법") == "민법"
    assert spoken_law("선박평형수(船舶平衡水) 관리법") == "선박평형수 관리법"
    assert spoken_law("아주 길고도 길어서 아무도 부르지 않는 이름의 법률") == ""


# -- rules ---------------------------------------------------------------------------------------


def provision(text: str, title: str = "등록", law: str = "달빛 도서관법") -> Provision:
    return Provision("urn:x", "990100/제7조", law, f"{law} 제7조", title, f"{law}\n제7조", text)


def asked(text: str, **given: str) -> list[tuple[str, str]]:
    return [(q.kind, q.text) for q in grammar_questions([provision(text, **given)], per_unit=9)]


@pytest.mark.parametrize(
    ("text", "kind", "pattern"),
    [
        (
            '"달빛열람실"이란 밤에 여는 방으로서 등불을 갖춘 곳에 마련한 자리를 말한다.',
            "definition",
            "달빛열람실.*(뭐|무엇|뜻|어떤)",
        ),
        ("1\\. x", "none", ""),
        (
            "① 이용자는 빌린 책을 다른 사람에게 다시 빌려주어서는 아니 된다.",
            "prohibition",
            "이용자는 빌린 책을 다른 사람에게 다시 빌려주어도 (되나요|됩니까|돼요|괜찮나요)",
        ),
        ("이용자는 도서관의 승인 없이는 희귀본을 복제하지 못한다.", "prohibition", "복제할 수 있"),
        (
            "② 책을 잃어버린 이용자는 14일 이내에 같은 책을 도서관에 내야 한다.",
            "deadline",
            "며칠 안에 같은 책을 도서관에 내야",
        ),
        (
            "도서관은 3년마다 장서 점검 계획을 세워야 한다.",
            "deadline",
            "몇 년마다 장서 점검 계획을 세워야",
        ),
        ("독서진흥위원회 위원의 임기는 2년으로 한다.", "deadline", "위원의 임기는 몇 년인가요"),
        (
            "책을 훼손한 이용자는 책값의 100분의 50을 변상금으로 내야 한다.",
            "amount",
            "책값의 몇 퍼센트를 변상금으로 내야",
        ),
        (
            "달빛열람실을 열려는 자는 별빛부장관에게 등록하여야 한다.",
            "duty",
            "^달빛열람실을 열려면 별빛부장관에게 등록해야",
        ),
        (
            "이용자는 대출 기간을 한 번 연장할 수 있다.",
            "permission",
            "이용자는 대출 기간을 한 번 연장할 수 있",
        ),
        (
            "도서관장은 이용자가 책을 훼손한 경우에는 대출과 열람실 이용을 정지할 수 있다.",
            "condition",
            "도서관장은 어떤 (경우|때)에 대출과 열람실 이용을 정지할 수",
        ),
        (
            "책을 훔쳐 열람실 밖으로 가지고 나간 자는 1년 이하의 징역에 처한다.",
            "penalty",
            "가지고 나가면 .*(처벌|형량|벌|감옥)",
        ),
        (
            "달빛열람실의 시설 기준 및 등록 절차에 필요한 사항은 대통령령으로 정한다.",
            "delegation",
            "달빛열람실의 시설 기준과 등록 절차",
        ),
        (
            "달빛열람실에는 다음 각 호의 시설을 갖추어야 한다.\n  1. 등불\n  2. 걸상",
            "list",
            "달빛열람실에는 어떤 시설을 갖추어야",
        ),
        (
            "등록신청서에 첨부할 서류는 다음 각 호와 같다.\n  1. 도면\n  2. 사진",
            "list",
            "첨부할 서류",
        ),
        (
            "다음 각 호의 어느 하나에 해당하는 자에게는 50만원 이하의 과태료를 부과한다.\n  1. 제7조제1항을 위반하여 등록을 하지 아니하고 달빛열람실을 연 자\n  2. 제9조를 위반한 자",
            "penalty",
            "등록을 하지 않고 달빛열람실을 열면 과태료",
        ),
    ],
)
def test_rules(text: str, kind: str, pattern: str) -> None:
    found = asked(text)
    if kind == "none":
        assert found == []
    else:
        assert [t for k, t in found if k == kind and re.search(pattern, t)], found


@pytest.mark.parametrize(
    "text",
    [
        "다만, 그러하지 아니하다.",
        "이 경우 도서관장은 그 사실을 알려야 한다.",
        "제5조제2항은 제7조의 등록에 준용한다.",
        "그 밖에 필요한 사항은 대통령령으로 정한다.",
        "삭제",
        "",
    ],
)
def test_what_cannot_be_asked_is_left_alone(text: str) -> None:
    assert asked(text) == []


def test_a_vague_question_names_its_law() -> None:
    text = "위원회는 회의록을 1년간 보존하여야 한다."
    assert all("달빛 도서관법" in told for _, told in asked(text))
    assert asked(text, law="아주 길고도 길어서 아무도 부르지 않는 이름의 법률") == []


def test_sentences_and_their_lists() -> None:
    text = "① 하나를 한다. 다만, 둘은 하지 아니한다. 셋(이하 같다. 넷)은 다음 각 호와 같다.\n  1. 가\n    가. 나\n  2. 다"
    found = list(sentences_of(provision(text)))
    assert [s.text for s in found] == ["① 하나를 한다", "셋은 다음 각 호와 같다"]
    assert [len(s.items) for s in found] == [0, 2]
    assert found[1].items[0] == "1. 가\n    가. 나"


# -- the sample laws -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def questions(engine: LexDPR) -> list[Question]:
    return list(grammar_questions(provisions_of(engine.path, level="paragraph")))


def test_the_sample_laws(questions: list[Question]) -> None:
    texts = {q.text for q in questions}
    assert "등록을 하지 않고 공유공간운영업을 하면" in " ".join(texts)
    assert any(t.startswith("공유공간운영업을 하려면 공유공간마다") for t in texts)
    assert any("며칠 안에 보증금을 이용자에게 반환해야" in t for t in texts)
    assert "공유주방도 공유공간에 해당하나요?" in texts
    counts = Counter(q.kind for q in questions)
    assert len(questions) > 180 and len(counts) >= 9
    assert max(Counter(q.unit_id for q in questions).values()) <= 3


def test_none_leaks_and_none_comes_twice(questions: list[Question], engine: LexDPR) -> None:
    assert not [q for q in questions if leaks_citation(q.text, engine.directory)]
    assert not [q for q in questions if re.search(r"각 호|전항|아니하|하여야|  |\(|「", q.text)]
    assert all(q.text.endswith(("?", ".")) and 12 <= len(q.text) <= 75 for q in questions)
    sifted = sift(questions, laws=engine.directory)
    assert len(sifted.kept) > 0.95 * len(questions)


def test_the_same_laws_give_the_same_questions(questions: list[Question], engine: LexDPR) -> None:
    again = list(grammar_questions(provisions_of(engine.path, level="paragraph")))
    assert again == questions
    assert {q.question_id for q in again} == {q.question_id for q in questions}
    assert len({q.question_id for q in questions}) == len(questions)


def test_most_find_their_article(questions: list[Question], engine: LexDPR) -> None:
    from lexdpr_finetune.synthesize.round_trip import round_trip

    assert round_trip(questions, engine, top=5).rates()[5] > 0.9


def test_long_lists_of_references_are_read_at_once() -> None:
    listed = ", ".join(f"「달빛 도서관법」 제{n}조제1항 각 호 외의 부분 단서" for n in range(1, 40))
    table = "━" * 3000
    start = time.perf_counter()
    asked(f"{listed} 및 제99조의 권한은 도지사의 권한으로 한다.")
    asked(f"이용자는 {table} 내야 한다.\n  1. {table}")
    assert time.perf_counter() - start < 1
