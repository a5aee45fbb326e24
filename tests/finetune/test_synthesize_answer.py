"""What a model writes, and what is made of it; the prompts it gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lexdpr_finetune.synthesize.answer import Fault, read_answer
from lexdpr_finetune.synthesize.json_repair import NoJsonError, repaired
from lexdpr_finetune.synthesize.kinds import QuestionKind, planned
from lexdpr_finetune.synthesize.prompts import Prompts
from lexdpr_finetune.synthesize.provision import Provision
from lexdpr_finetune.synthesize.question import SynthesisError

CORE, DETAIL, LAY = QuestionKind.CORE, QuestionKind.DETAIL, QuestionKind.LAY
Q1 = {"kind": "핵심", "question": "보증금은 언제 돌려받나요?"}
Q2 = {"kind": "detail", "question": "보증금은 며칠 안에 돌려줘야 하나요?"}
GOOD = {"unit_id": "u-1", "questions": [Q1, Q2]}
TEXT = json.dumps(GOOD, ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (TEXT, False),
        (f"\n  {TEXT}\n", False),
        (f"```json\n{TEXT}\n```", True),
        (f"<think>{{'a': 1}} 음…</think>네! {TEXT} 도움이 되었나요?", True),
        (TEXT.replace("}]", "},]"), True),
        (TEXT.replace("}, {", "} {"), True),
        (TEXT.replace('"', "'"), True),
        (TEXT.replace('{"unit_id"', "{“unit_id”").replace('"questions"', "“questions”"), True),
        (TEXT.replace("돌려받나요?", "돌려\n받나요?"), True),
        (TEXT[:-1], True),
        (TEXT[:-2], True),
    ],
)
def test_slips_are_repaired(text: str, mended: bool) -> None:
    answer = read_answer(text, "u-1", [CORE, DETAIL])
    assert answer.fault is None
    assert [kind for kind, _ in answer.questions] == [CORE, DETAIL]
    assert answer.questions[1][1] == Q2["question"]
    assert answer.mended is mended


def test_quotes_within_a_text_stay() -> None:
    held, _ = repaired(
        '{"unit_id": "u", "questions": [{"kind": "핵심", "question": ""보증금"이란 "뭔가요"?"}]}'
    )
    assert held["questions"][0]["question"] == '"보증금"이란 "뭔가요"?'
    escaped, mended = repaired(json.dumps({"question": '"a"\\b\n'}))
    assert (escaped, mended) == ({"question": '"a"\\b\n'}, False)


def test_an_entry_that_was_cut_is_left_out() -> None:
    answer = read_answer(TEXT[:-25], "u-1", [CORE, DETAIL])
    assert answer.fault is Fault.TOO_FEW
    assert answer.questions == ((CORE, Q1["question"]),)


@pytest.mark.parametrize("text", ["", "없음", "{", "[1, 2]", "{{{", '{"' * 60, "{unit: 1}", "\\"])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(NoJsonError):
        repaired(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("  ", Fault.EMPTY),
        ("질문이 없습니다.", Fault.NO_JSON),
        ('{"unit_id": "u-1"}', Fault.SHAPE),
        ('{"unit_id": "u-1", "questions": "없음"}', Fault.SHAPE),
        (TEXT.replace("u-1", "u-2"), Fault.OTHER_UNIT),
        (json.dumps({"questions": [Q1, Q2]}), Fault.OTHER_UNIT),
        (json.dumps({**GOOD, "questions": [Q1]}), Fault.TOO_FEW),
        (json.dumps({**GOOD, "questions": [Q1, Q1]}), Fault.TOO_FEW),
        (json.dumps({**GOOD, "questions": [Q1, {**Q2, "kind": "노래"}]}), Fault.TOO_FEW),
        (json.dumps({**GOOD, "questions": [Q1, {**Q2, "question": "?!"}]}), Fault.TOO_FEW),
        (json.dumps({**GOOD, "questions": [Q1, "보증금은?", None, {"kind": 3}]}), Fault.TOO_FEW),
    ],
)
def test_answers_that_cannot_be_used(text: str, fault: Fault) -> None:
    assert read_answer(text, "u-1", [CORE, DETAIL]).fault is fault


def test_surplus_questions_are_left_out_by_kind() -> None:
    questions = [
        {"kind": k, "question": f"{k} 물음 {n}은 무엇인가요?"}
        for n, k in enumerate(["core", "core", "lay", "detail", "case"])
    ]
    text = json.dumps({"unit_id": "u-1", "questions": questions})
    answer = read_answer(text, "u-1", [CORE, DETAIL, LAY])
    assert answer.fault is None
    assert [kind for kind, _ in answer.questions] == [CORE, LAY, DETAIL]
    # A gap is filled by another question of a kind that was asked for.
    filled = read_answer(text, "u-1", [CORE, DETAIL, DETAIL])
    assert [kind for kind, _ in filled.questions] == [CORE, CORE, DETAIL]


# -- what is asked -------------------------------------------------------------------------------


def provision(number: int = 1, text: str = "이용자는 책을 돌려주어야 한다.") -> Provision:
    context = f"달빛 도서관법 > 제2장 이용\n제{number}조의2(반납)\n① 다음 각 호와 같다."
    return Provision(
        f"urn:kr:990100@x:main:a{number}",
        f"990100/제{number}조",
        "달빛 도서관법",
        "",
        "반납",
        context,
        text,
    )


def test_kinds_are_spread_evenly() -> None:
    counts = dict.fromkeys(QuestionKind, 0)
    parts = "가. 하나\n나. 둘\n" + "이용자는 책을 깨끗이 보아야 한다. " * 9
    for number in range(600):
        plan = planned(provision(number, parts), 3, tuple(QuestionKind))
        assert len(set(plan)) == 3
        assert plan == planned(provision(number, parts), 3, tuple(QuestionKind))
        for kind in plan:
            counts[kind] += 1
    assert max(counts.values()) < 1.25 * min(counts.values())


def test_kinds_suit_the_provision() -> None:
    short = {k for n in range(40) for k in planned(provision(n), 3, tuple(QuestionKind))}
    assert short == set(QuestionKind) - {QuestionKind.COMPARISON, QuestionKind.WHOLE}
    assert planned(provision(), 2, [QuestionKind.COMPARISON]) == (QuestionKind.COMPARISON,) * 2


def test_the_window() -> None:
    whole = provision(text="책을 빌린다. " * 400)
    assert whole.window(None).count("책을") == 400
    cut = whole.window(1000)
    assert len(cut) <= 1000 and cut.endswith("빌린다.")
    # The number of the article is not told: no question shall repeat it.
    assert cut.startswith("달빛 도서관법 > 제2장 이용\n반납\n① 다음")
    assert "제1조" not in cut


def test_the_conversation() -> None:
    prompts = Prompts.load()
    turns = prompts.conversation("u-9", "달빛 도서관법", "본문 $5", [CORE, LAY, LAY], examples=1)
    assert [turn.role for turn in turns] == ["system", "user", "assistant", "user"]
    asked = turns[-1].content
    assert "unit_id: u-9" in asked and "본문 $5" in asked
    assert "핵심 1개" in asked and "일상어 2개" in asked and "모두 3개" in asked
    assert "세부" not in asked
    # The examples are answers that would be accepted.
    for example in prompts.examples:
        plan = [kind for kind, _ in example.questions]
        assert read_answer(example.answer(), example.unit_id, plan).fault is None
    assert len(prompts.conversation("u", "법", "글", [CORE], examples=0)) == 2


def test_prompts_can_be_replaced_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "unit.txt").write_text("\ufeff$unit_id\n$text\n$kinds\n값 $$5", encoding="utf-8")
    (tmp_path / "examples.jsonl").write_text("", encoding="utf-8")
    prompts = Prompts.load(tmp_path)
    turns = prompts.conversation("u-1", "법", "글", [CORE], examples=3)
    assert turns[-1].content.startswith("u-1\n글\n- 핵심 1개:") and turns[-1].content.endswith(
        "값 $5"
    )
    assert turns[0].content == Prompts.load().system and len(turns) == 2


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("unit.txt", "$unit_id $text $kinds $lawname", "lawname"),
        ("unit.txt", "$text $kinds", "unit_id"),
        ("unit.txt", "$unit_id $text $kinds $", r"\$"),
        ("kinds.yaml", "core: [", "kinds.yaml"),
        ("kinds.yaml", "core: 하나뿐", "kinds.yaml"),
        ("examples.jsonl", '{"unit_id": 1}', "examples.jsonl"),
        ("examples.jsonl", "없음", "examples.jsonl"),
    ],
)
def test_broken_prompts_are_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SynthesisError, match=told):
        Prompts.load(tmp_path)


def test_a_missing_folder_of_prompts(tmp_path: Path) -> None:
    with pytest.raises(SynthesisError, match="nowhere"):
        Prompts.load(tmp_path / "nowhere")
