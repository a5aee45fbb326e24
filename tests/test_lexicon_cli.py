"""``lexdpr-rag lexicon``: an entry more, faults with their lines, figures."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from lexdpr_rag import LexDPR
from lexdpr_rag.cli.app import app
from lexdpr_rag.cli.plugins import load_group
from lexdpr_rag.cli.words import WORDS
from lexdpr_rag.lexicon import (
    Fault,
    LawTerms,
    LexiconEntry,
    LexiconError,
    add_entry,
    check,
    count,
    read_entries,
    read_lines,
)
from lexdpr_rag.lexicon.joining import How, join
from lexdpr_rag.lexicon.lines import Line

LAW = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"


def run(*words: object, **env: str) -> Result:
    variables = {"LEXDPR_LANG": "", "COLUMNS": "200", **env}
    return CliRunner().invoke(app, ["lexicon", *map(str, words)], env=variables)


def add(file: Path, plain: str, legal: str, *words: object, law: str = LAW) -> Result:
    given = [("--plain", plain), ("--legal", legal), ("--law", law)]
    return run("add", file, *(one for name, held in given for w in held.split("|") for one in (name, w)), *words)  # fmt: skip


def write(file: Path, *entries: object) -> Path:
    lines = (
        one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in entries
    )
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def entry(plain: str, legal: str, area: str = "", laws: str = LAW) -> dict[str, object]:
    held = LexiconEntry(
        tuple(plain.split("|")), tuple(legal.split("|")), tuple(laws.split("|")), area
    )
    return held.to_dict()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ours.jsonl"


@pytest.fixture(scope="module")
def index(engine: LexDPR) -> Path:
    return Path(engine.path)


@pytest.fixture(scope="module")
def laws(index: Path) -> LawTerms:
    return LawTerms.open(index)


def held(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


# -- add -----------------------------------------------------------------------------------------


def test_a_first_entry_makes_the_file(file: Path, index: Path) -> None:
    result = add(file, "맡긴 돈|디파짓", "보증금", "--area", "방", "--index", index)
    assert result.exit_code == 0, result.output
    assert "1번째 줄에 넣었습니다: 맡긴 돈, 디파짓" in result.stdout
    assert result.stderr == ""
    assert held(file) == [
        {"plain": ["맡긴 돈", "디파짓"], "legal": ["보증금"], "area": "방", "laws": [LAW]}
    ]


def test_entries_of_the_same_terms_become_one(file: Path) -> None:
    write(file, {**entry("맡긴 돈", "보증금", "방"), "note": "ours"}, entry("주방장", "이용자"))
    result = add(file, "디파짓|맡긴돈", "보증 금", "--json")
    told = json.loads(result.stdout)
    assert (told["how"], told["line"], told["looked_up"]) == ("joined", 1, False)
    assert held(file)[0] == {**entry("맡긴 돈|디파짓", "보증금", "방"), "note": "ours"}
    assert len(held(file)) == 2


def test_what_is_there_already_changes_nothing(file: Path) -> None:
    write(file, entry("맡긴 돈|디파짓", "보증금|예치금", "방"))
    before = file.read_bytes()
    for plain, legal in (("디파짓", "예치금|보증금"), ("맡긴  돈", "보증금")):
        result = add(file, plain, legal)
        assert result.exit_code == 0, result.output
        assert "이미 있어" in result.stdout
    assert file.read_bytes() == before


def test_a_word_stands_only_where_it_says_most(file: Path) -> None:
    write(file, entry("디파짓|맡긴 돈", "보증금"), entry("디파짓", "예치금"))
    result = add(file, "디파짓", "보증금|예치금")
    assert result.exit_code == 0, result.output
    assert held(file) == [entry("맡긴 돈", "보증금"), entry("디파짓", "보증금|예치금")]
    assert not check(read_lines(file))


@pytest.mark.parametrize(
    ("plain", "legal", "law", "said"),
    [
        ("맡긴 돈", "없는 낱말", LAW, f"'없는 낱말'은(는) 적힌 법령({LAW})에 없는 말입니다"),
        ("맡긴 돈", "보증금", LAW.replace("이용자", "이용지"), f"비슷한 이름: {LAW}"),
        (
            "맡긴 돈",
            "보증금",
            "쀍뛟꿿",
            "현행 법령 '쀍뛟꿿'이(가) 없습니다. 법령 이름을 확인하세요",
        ),
        (" ", "보증금", LAW, "plain에 낱말의 목록이 하나 이상"),
    ],
)
def test_a_wrong_entry_is_refused(
    plain: str, legal: str, law: str, said: str, file: Path, index: Path
) -> None:
    result = add(file, plain, legal, "--index", index, law=law)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert said in line
    assert not file.exists()


def test_a_second_meaning_needs_an_area(file: Path) -> None:
    write(file, entry("딱지", "보증금", "방"))
    before = file.read_bytes()
    refused = add(file, "딱지", "이용자")
    assert refused.exit_code == 1
    assert "'딱지'은(는) 뜻이 여럿입니다(다른 줄: 1)" in refused.stderr
    assert file.read_bytes() == before
    assert add(file, "딱지", "이용자", "--area", "사람").exit_code == 0
    assert not check(read_lines(file))


def test_the_laws_own_word_is_taken_with_a_note(file: Path) -> None:
    result = add(file, "보증금", "보증금", "--lang", "en")
    assert result.exit_code == 0
    assert "note: '보증금' is the law's own word" in result.stderr
    assert "without an index" in result.stderr


def test_lines_that_hold_no_entry_stay(file: Path) -> None:
    write(file, "{broken", entry("맡긴 돈", "보증금"))
    assert add(file, "주방장", "이용자").exit_code == 0
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "{broken"
    assert len(lines) == 3


def test_what_is_missing_is_told(file: Path) -> None:
    result = run("add", file, "--plain", "맡긴 돈", "--law", LAW)
    assert result.exit_code == 2
    assert "--legal" in result.stderr


def test_a_failed_write_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(file, entry("맡긴 돈", "보증금"))
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert add(file, "주방장", "이용자").exit_code == 1
    assert file.read_bytes() == before
    assert not list(file.parent.glob("*.part"))


def test_entries_added_at_once_are_all_there(file: Path) -> None:
    entries = [LexiconEntry((f"말{n}",), (f"용어{n}",), (LAW,)) for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda one: add_entry(file, one), entries))
    assert {one.how for one in added} == {How.ADDED}
    assert sorted(one.plain for one in read_entries(file)) == sorted(one.plain for one in entries)


WORDS_DRAWN = st.lists(st.sampled_from("가나다라"), min_size=1, max_size=2, unique=True).map(tuple)


@given(st.lists(st.builds(LexiconEntry, WORDS_DRAWN, WORDS_DRAWN, WORDS_DRAWN), max_size=6))
def test_adding_loses_no_meaning_and_makes_no_duplicate(entries: list[LexiconEntry]) -> None:
    lines: list[Line] = []
    for one in entries:
        lines, added = join(lines, one)
        again, twice = join(lines, one)
        assert (twice.how, again) == (How.UNCHANGED, lines)
        assert added.how is not How.ADDED or lines[added.line - 1].entry == added.entry
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    told = {(word, *sense) for one in entries for word in one.plain for sense in one.senses}
    kept = {
        (w, *s) for line in lines if line.entry for w in line.entry.plain for s in line.entry.senses
    }
    assert told <= kept
    assert Fault.DUPLICATE not in {one.fault for one in check(lines)}


# -- check ---------------------------------------------------------------------------------------

FAULTY = (
    entry("맡긴 돈|맡긴돈", "보증금", "방"),  # 1: itself twice
    "{broken",
    "",
    {"plain": "디파짓", "legal": ["보증금"], "laws": [LAW]},
    entry("주방장", "없는 낱말|이용자"),  # 5
    entry("일꾼", "이용자", laws=f"{LAW}|공유주방 및 공유작업공간 이용자 보호에 관한 볍률"),
    entry("보증금", "보증금"),
    entry("맡긴 돈", "보증금", "방"),
    entry("딱지", "보증금"),
    entry("딱지", "이용자", "사람"),  # 10
    '["plain"]',
)


def test_every_fault_is_found_at_its_line(file: Path, laws: LawTerms) -> None:
    found = [
        (one.line, one.fault.value, one.value)
        for one in check(read_lines(write(file, *FAULTY)), laws)
    ]
    assert found == [
        (1, "duplicate", "맡긴돈"),
        (2, "malformed", ""),
        (4, "malformed", ""),
        (5, "unknown_term", "없는 낱말"),
        (6, "unknown_law", "공유주방 및 공유작업공간 이용자 보호에 관한 볍률"),
        (7, "same", "보증금"),
        (8, "duplicate", "맡긴 돈"),
        (9, "ambiguous", "딱지"),
        (11, "malformed", ""),
    ]  # fmt: skip


def test_a_law_without_any_of_the_terms_is_idle(file: Path, laws: LawTerms) -> None:
    other = f"{LAW} 시행령"
    found = check(
        read_lines(write(file, entry("물어낼 책임", "손해배상책임", laws=f"{LAW}|{other}"))), laws
    )
    assert [(one.fault, one.value) for one in found] == [(Fault.IDLE_LAW, other)]


def test_check_prints_lines_and_ends_with_1(file: Path, index: Path) -> None:
    result = run("check", write(file, *FAULTY), "--index", index)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert (
        lines[0]
        == f"{file}:1: '맡긴돈'은(는) 1번째 줄에 이미 있는 말입니다. 둘 가운데 하나에서 지우세요."
    )
    assert f"{file}:2: JSON이 아닙니다." in result.stdout
    assert "비슷한 이름: " + LAW in result.stdout
    assert lines[-1].startswith(f"{file}:7: 참고: ")  # notes last
    assert "11번" not in result.stderr
    assert "10줄, 잘못 8, 참고 1" in result.stderr


def test_check_as_json(file: Path) -> None:
    result = run("check", write(file, *FAULTY), "--json", "--lang", "en")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert {one["line"] for one in found} == {1, 2, 4, 7, 8, 9, 11}  # nothing looked up
    assert found[0]["message"].startswith("'맡긴돈' is said in line 1")
    assert [one["serious"] for one in found if one["fault"] == "same"] == [False]


def test_a_good_lexicon_ends_with_0(file: Path, index: Path) -> None:
    write(file, entry("맡긴 돈", "보증금"), entry("보증금", "보증금"))
    result = run("check", file, "--index", index)
    assert result.exit_code == 0
    assert "2줄, 잘못 0, 참고 1" in result.stderr


@pytest.mark.parametrize("command", ["check", "stats"])
def test_a_missing_file_is_one_line(command: str, file: Path) -> None:
    result = run(command, file)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert str(file) in line
    assert run(command, file.parent).exit_code == 1  # a folder


def test_bytes_that_are_no_text_are_a_line(file: Path) -> None:
    write(file, entry("맡긴 돈", "보증금"))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes() + "집세".encode("cp949") + b"\n")
    assert [(one.line, one.fault) for one in check(read_lines(file))] == [(2, Fault.MALFORMED)]
    with pytest.raises(LexiconError, match="2번째 줄"):
        read_entries(file)


# -- stats ---------------------------------------------------------------------------------------


def test_stats(file: Path) -> None:
    write(
        file,
        entry("맡긴 돈|디파짓", "보증금", "방"),
        entry("디파짓", "보증금|예치금", "돈"),  # shares a term: one meaning
        entry("딱지", "보증금", "방", laws=f"{LAW}|다른 법"),
        entry("딱지", "이용자", "사람"),
        "{broken",
    )
    found = json.loads(run("stats", file, "--json").stdout)
    assert (found["entries"], found["malformed"], found["words"], found["terms"]) == (4, 1, 3, 3)
    assert found["areas"] == {"방": 2, "돈": 1, "사람": 1}
    assert found["laws"] == {LAW: 4, "다른 법": 1}
    assert list(found["ambiguous"]) == ["딱지"]
    assert [one["line"] for one in found["ambiguous"]["딱지"]] == [3, 4]
    shown = run("stats", file).stdout
    assert "뜻이 여럿인 말  1" in shown
    assert "보증금 (방) · 이용자 (사람)" in shown
    assert count([]).entries == 0


# -- help ----------------------------------------------------------------------------------------


def test_every_option_has_help_in_both_languages() -> None:
    group = load_group("lexicon")
    for command in group.commands.values():
        assert command.help in WORDS
        for parameter in command.params:
            assert getattr(parameter, "help", None) in WORDS, (command.name, parameter.name)
        for words in ((), ("--lang", "en")):
            shown = run(command.name, "--help", *words).stdout
            assert ("Usage" if words else "사용법") in shown
            assert "help." not in shown
            assert "meta." not in shown
