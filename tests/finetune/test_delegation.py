"""A provision of a decree or rule → the articles it rests on: names, lists, what leaves it to whom."""

from __future__ import annotations

import pytest
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs import Pair, PairKind
from lexdpr_finetune.pairs.delegation import delegation_pairs
from lexdpr_finetune.pairs.laws_above import laws_above

from lexdpr_rag import LexDPR

ACT, DECREE = "달빛 도서관법", "달빛 도서관법 시행령"

# title → first articles → short names, laws above
NAMES = [
    (DECREE, [], {"법": ACT}, {ACT}),
    (f"{ACT} 시행규칙", [], {"법": ACT, "영": DECREE}, {ACT, DECREE}),
    (
        "달빛 도서관 감독규정",
        [f'이 규정은 「{ACT}」(이하 "법"이라 한다) 및 같은 법 시행령(이하 "영"이라 한다)에서 위임한 사항을 정한다.'],
        {"법": ACT, "영": DECREE},
        {ACT, DECREE},
    ),
    # not defined at all, in other quotation marks, only behind the first article
    (
        "달빛 도서관 감독규정",
        [f"이 규정은 「{ACT}」 및 동법 시행령에서 위임한 사항을 정한다."],
        {"법": ACT, "영": DECREE},
        {ACT, DECREE},
    ),
    ("규정", ["목적", f"이 규정에서 「{DECREE}」(이하 ‘영’이라 한다)의 뜻"], {"법": ACT, "영": DECREE}, {ACT, DECREE}),
    # a rule below a rule, whose name may stand without brackets
    (
        "도서관 시행세칙",
        [f'이 세칙은 「{ACT}」(이하 "법"이라 한다) 및 도서관업감독규정(이하 "규정"이라 한다)을 시행한다.'],
        {"법": ACT, "규정": "도서관업감독규정"},
        {ACT, "도서관업감독규정"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("title", "first", "short", "titles"), NAMES)
def test_what_a_rule_calls_the_laws_above(
    title: str, first: list[str], short: dict[str, str], titles: set[str]
) -> None:
    above = laws_above(title, first)
    assert above is not None
    assert {name: above.short[name] for name in short} == short
    assert titles <= above.titles


def test_a_rule_that_names_no_law() -> None:
    assert laws_above("달빛 도서관 열람규정", ["이 규정은 열람에 필요한 사항을 정한다."]) is None


def test_short_names_are_written_out() -> None:
    above = laws_above(f"{ACT} 시행규칙", [])
    assert above is not None
    assert above.written_out("법 제3조 및 영 제5조") == f"「{ACT}」 제3조 및 「{DECREE}」 제5조"
    # of another law, of a word, of the law itself
    for other in ("같은 법 제3조", "민법 제3조", "법에 따라", "이 법 제3조"):
        assert above.written_out(other) == other


# -- pairs ---------------------------------------------------------------------------------------


def markdown(law_id: str, title: str, kind: str, articles: dict[str, str]) -> str:
    head = (
        f"---\n제목: {title}\n법령MST: {law_id}\n법령ID: '{law_id}'\n법령구분: {kind}\n소관부처:\n- 달빛부\n"
        "공포일자: 2024-01-01\n공포번호: '1'\n시행일자: 2024-01-01\n상태: 시행\n---\n\n"
    )
    return f"{head}# {title}\n\n" + "".join(f"##### {a}\n\n{t}\n\n" for a, t in articles.items())


LAWS = {
    "법률": ("990100", ACT, {
        "제1조 (목적)": "이 법은 달빛 도서관에 필요한 사항을 정한다.",
        "제2조 (정의)": '"달빛"이란 밤의 빛으로서 대통령령으로 정하는 것을 말한다.',
        "제3조 (대출)": "대출의 기간은 대통령령으로 정하고, 연체료는 달빛부장관이 정하여 고시한다.",
        "제4조 (휴관)": "달빛이 없는 날에는 휴관한다.",
    }),
    "시행령": ("990101", DECREE, {
        "제1조 (대출 기간)": '**①** 법 제3조에서 "대통령령으로 정하는 기간"이란 14일을 말한다.\n\n'
        '**②** 법 제2조에서 "대통령령으로 정하는 것"이란 별빛을 말한다.',
        "제2조 (휴관의 알림)": "법 제4조에 따른 휴관은 문에 알린다.",
        "제3조 (연체료)": "법 제2조에 따른 달빛은 법 제3조에 따라 연체료를 더하며, 그 금액은 달빛부장관이 정하여 고시한다.",
        "제4조 (열쇠)": "「민법」 제1조에 따른 열쇠는 맡긴다.",
    }),
    "고시": ("990102", "달빛 도서관 감독규정", {
        "제1조 (목적)": f"이 규정은 「{ACT}」 및 같은 법 시행령에서 위임한 사항을 정한다.",
        "제2조 (연체료의 금액)": "법 제3조 및 영 제3조(영 제4조에서 준용하는 경우를 포함한다)에 따른 연체료는 하루 100원으로 한다.",
        "제3조 (기록)": "① 삭제\n\n② 사서는 비가 오나 눈이 오나 매일 아침 여덟 시에 모든 서가를 차례로 돌아보고 그 결과를 빠짐없이 공책에 적은 다음 서명하고 영 제3조에 따라 보관한다.",
    }),
}  # fmt: skip


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    root = tmp_path_factory.mktemp("delegation")
    (root / "laws" / "달빛도서관법").mkdir(parents=True)
    for name, (law_id, title, articles) in LAWS.items():
        kind = {"시행령": "대통령령"}.get(name, name)
        file = root / "laws" / "달빛도서관법" / f"{name}.md"
        file.write_text(markdown(law_id, title, kind, articles), encoding="utf-8")
    LexDPR.build(root / "laws", root / "index", jobs=1).close()
    harvest = delegation_pairs(Articles.open(root / "index"))
    assert harvest.dropped == {"no_law_above": 4, "no_citation": 4}
    assert harvest.left_out == {"not_delegating": 2, "unknown_law": 1}
    return {pair.group: pair for pair in harvest.pairs}


def test_a_decree_rests_on_what_it_explains_in_its_first_paragraph(pairs: dict[str, Pair]) -> None:
    pair = pairs["990101/제1조"]
    assert pair.positives == ("990100/제3조",)  # of ①; ② would be another question
    assert pair.query == "대출 기간 대통령령으로 정하는 기간 이란 14일을 말한다."
    assert pair.kind is PairKind.DELEGATION


def test_only_articles_that_leave_something_to_it(pairs: dict[str, Pair]) -> None:
    assert "990101/제2조" not in pairs  # 법 제4조 leaves nothing to a decree
    assert pairs["990101/제3조"].positives == ("990100/제3조",)  # not the definition in passing
    assert "990101/제4조" not in pairs  # another law


def test_an_administrative_rule_rests_on_law_and_decree(pairs: dict[str, Pair]) -> None:
    pair = pairs["990102/제2조"]
    assert pair.positives == ("990100/제3조", "990101/제3조")
    assert pair.query == "연체료의 금액 연체료는 하루 100원으로 한다."
    assert pair.citations == (f"{ACT} 제3조", f"{DECREE} 제3조")


def test_what_is_named_late_is_not_the_ground(pairs: dict[str, Pair]) -> None:
    assert "990102/제3조" not in pairs
    assert not any(key in pair.query for pair in pairs.values() for key in ("제3조", "법 제"))
