"""What is fetched: by name, by number, everything, of a day; and what is left as it is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from fetch.law_server import KEY, LawServer, Text, answer_of, encoded
from fetch.moonlight import BOATS, CLOUDS, DECREE, LAWS, LIBRARY, LIGHTS, Call, contents

from lexdpr_rag.fetch import Kind, MissingError, StoppedError, Wanted

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

EVERYTHING = Wanted(everything=True)


# -- by name and number --------------------------------------------------------------------------


def test_laws_are_fetched_by_name(call: Call, tmp_path: Path):
    report = call(["달빛 도서관법", "종이배항해법"])
    assert [file.file for file in report.fetched] == ["law/990100.json", "law/990300.json"]
    assert [file.title for file in report.fetched] == ["달빛 도서관법", "종이배 항해법"]
    assert all(file.new for file in report.fetched)
    # The answer as it came, byte for byte.
    assert (tmp_path / "laws/law/990100.json").read_bytes() == encoded(answer_of(LIBRARY))


def test_a_title_within_another_is_that_law_alone(call: Call):
    assert [f.title for f in call("달빛 도서관법 시행령").fetched] == ["달빛 도서관법 시행령"]
    assert [f.title for f in call("달빛 도서관법").fetched] == ["달빛 도서관법"]


def test_a_short_title_will_do(call: Call):
    assert [f.title for f in call("달빛법").fetched] == ["달빛 도서관법"]


def test_a_short_title_of_the_package_is_spelt_out(call: Call, server: LawServer):
    title = "자본시장과 금융투자업에 관한 법률 시행령"
    server.texts.append(Text("990500", "900009", title))
    assert [f.title for f in call("자본시장법 시행령").fetched] == [title]


def test_laws_are_fetched_by_number(call: Call, server: LawServer):
    report = call(Wanted(ids=("990200", "990400")))
    assert [f.title for f in report.fetched] == [LIGHTS.title, CLOUDS.title]
    assert [q["LID"] for q in server.queries if "LID" in q] == ["990200", "990400"]


def test_the_text_is_asked_for_by_version_and_day(call: Call, server: LawServer):
    call("종이배 항해법")
    asked = server.queries[-1]
    assert (asked["target"], asked["MST"], asked["efYd"]) == ("eflaw", "900004", "20240814")
    assert asked["type"] == "JSON"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("종이배 항애법", "종이배 항해법"),  # one letter
        ("등불 관리법", "등불 관리에 관한 법률"),  # not its title
        ("달빛 도서관", "달빛 도서관법"),
    ],
)
def test_an_unknown_name_is_told_with_near_ones(call: Call, name: str, near: str):
    report = call([name, "구름 측량법"])
    assert [f.title for f in report.fetched] == ["구름 측량법"]  # the rest goes on
    (failure,) = report.failures
    assert failure.name == name
    assert near in failure.reason


def test_nothing_near_is_told_as_well(call: Call):
    (failure,) = call("바람 저울법").failures
    assert "바람 저울법" in failure.reason
    assert "혹시" not in failure.reason


def test_an_unknown_number(call: Call):
    (failure,) = call(Wanted(ids=("123",))).failures
    assert failure.name == "123"
    assert "000123" in failure.reason


def test_strict_stops_at_the_first(call: Call, server: LawServer):
    with pytest.raises(MissingError):
        call(["바람 저울법", "구름 측량법"], strict=True)
    assert server.answered[CLOUDS.serial] == 0


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"names": ("  ",)},
        {"names": ("구름 측량법",), "everything": True},
        {"ids": ("민법",)},
        {"names": ("구름 측량법",), "day": date(2024, 1, 2), "since": date(2024, 1, 1)},
        {"kind": Kind.PREC, "day": date(2024, 1, 1), "since": date(2024, 1, 2)},
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(values: dict[str, object]):
    with pytest.raises(StoppedError):
        Wanted(**values)  # type: ignore[arg-type]


# -- everything, and only what changed ------------------------------------------------------------


def test_everything_over_many_pages(call: Call, server: LawServer):
    server.page_rows = 2
    report = call(EVERYTHING)
    assert sorted(f.title for f in report.fetched) == sorted(law.title for law in LAWS)
    assert (report.listed, report.total) == (5, 5)
    assert server.asked["list"] == 3
    assert report.requests == 3 + 5


def test_a_second_call_fetches_nothing(call: Call, server: LawServer, tmp_path: Path):
    call(EVERYTHING)
    before = contents(tmp_path / "laws")
    report = call(EVERYTHING)
    assert (report.fetched, report.unchanged) == ((), 5)
    assert all(server.asked[law.serial] == 1 for law in LAWS)
    assert contents(tmp_path / "laws") == before
    assert not report.changed


def test_only_what_changed_is_fetched(call: Call, server: LawServer, tmp_path: Path):
    call(EVERYTHING)
    server.texts[3] = BOATS.later("900014", "20250301", "종이배는 두 번 접는다.")
    report = call(EVERYTHING)
    assert [(f.file, f.new, f.effective) for f in report.fetched] == [
        ("law/990300.json", False, "20250301")
    ]
    assert report.unchanged == 4
    assert "두 번 접는다" in (tmp_path / "laws/law/990300.json").read_text("utf-8")


def test_an_mst_that_takes_effect_anew_is_fetched_again(call: Call, server: LawServer):
    call("구름 측량법")
    server.texts[4] = Text(
        **{**vars(CLOUDS), "effective": "20250101", "words": "구름은 저녁에 잰다."}
    )
    assert [f.effective for f in call("구름 측량법").fetched] == ["20250101"]


def test_a_file_that_was_removed_or_cut_is_fetched_again(call: Call, tmp_path: Path):
    call(EVERYTHING)
    (tmp_path / "laws/law/990100.json").unlink()
    (tmp_path / "laws/law/990200.json").write_bytes(b'{"')
    assert sorted(f.title for f in call(EVERYTHING).fetched) == [LIBRARY.title, LIGHTS.title]


def test_a_lost_state_costs_no_request(call: Call, server: LawServer, tmp_path: Path):
    call(EVERYTHING)
    before = contents(tmp_path / "laws")
    (tmp_path / "laws/.fetch-state.jsonl").unlink()
    server.texts[0] = LIBRARY.later("900011", "20250301", "책은 덮어 둔다.")
    report = call(EVERYTHING)
    assert [f.title for f in report.fetched] == [LIBRARY.title]
    assert all(server.asked[law.serial] == 1 for law in LAWS[1:])
    assert contents(tmp_path / "laws").keys() == before.keys()


def test_a_damaged_state_is_no_obstacle(call: Call, server: LawServer, tmp_path: Path):
    call(EVERYTHING)
    state = tmp_path / "laws/.fetch-state.jsonl"
    whole = state.read_bytes()
    state.write_bytes(b"\xff\x00 no json\n" + whole[: len(whole) // 2])
    assert call(EVERYTHING).fetched == ()
    assert state.read_bytes() == whole
    assert all(server.asked[law.serial] == 1 for law in LAWS)


def test_a_law_that_is_listed_no_more_is_told_and_pruned(
    call: Call, server: LawServer, tmp_path: Path
):
    call(EVERYTHING)
    del server.texts[2]
    report = call(EVERYTHING)
    assert report.gone == ("law/990200.json",)
    assert (tmp_path / "laws/law/990200.json").exists()
    report = call(EVERYTHING, prune=True)
    assert report.gone == ("law/990200.json",) and report.changed
    assert not (tmp_path / "laws/law/990200.json").exists()
    assert call(EVERYTHING).gone == ()


def test_an_empty_list_prunes_nothing(call: Call, server: LawServer, tmp_path: Path):
    call(EVERYTHING)
    server.texts.clear()
    report = call(EVERYTHING, prune=True)
    assert report.gone == ()
    assert len(list((tmp_path / "laws/law").iterdir())) == 5


def test_a_list_that_loses_a_law_between_pages(call: Call, server: LawServer):
    """It moves those behind it forward, over the edge of a page: one of them is on no page."""
    server.page_rows = 2
    first = min(server.texts, key=lambda law: law.title)

    def remove_first(page: int) -> None:
        if page == 2 and first in server.texts:
            server.texts.remove(first)

    server.before_page = remove_first
    report = call(EVERYTHING)
    assert {f.title for f in report.fetched} == {law.title for law in LAWS} - {first.title}
    assert (report.failures, report.listed, report.total) == ((), 4, 4)


def test_a_list_that_gains_a_law_between_pages(call: Call, server: LawServer):
    """It moves those behind it backward: one comes twice."""
    server.page_rows = 2
    new = Text("990001", "900098", "가랑비 우산법")

    def add_first(page: int) -> None:
        if page == 2 and new not in server.texts:
            server.texts.append(new)

    server.before_page = add_first
    report = call(EVERYTHING)
    assert {f.title for f in report.fetched} == {law.title for law in [*LAWS, new]}
    assert all(count == 1 for name, count in server.asked.items() if name != "list")


def test_a_list_that_never_stands_still_is_told_and_prunes_nothing(call: Call, server: LawServer):
    call(EVERYTHING)
    server.page_rows = 2
    gone = server.texts.pop()
    serial = iter(range(900100, 900200))

    def grow(_page: int) -> None:
        number = str(next(serial))
        server.texts.append(Text(number, number, f"나날이 느는 법 {number}"))

    server.before_page = grow
    report = call(EVERYTHING, prune=True)
    assert report.listed < report.total
    assert report.gone == ()
    assert gone.title


# -- versions ------------------------------------------------------------------------------------

OLD = Text("990600", "800001", "물레방아법", effective="20150101", promulgated="20140701",
           change="제정", state="연혁", words="물레방아는 왼쪽으로 돈다.")  # fmt: skip
MIDDLE = OLD.later("800002", "20190301", "물레방아는 오른쪽으로 돈다.", title="물레방아 진흥법",
                   change="일부개정")  # fmt: skip
NOW = MIDDLE.later("800003", "20230301", "물레방아는 쉬지 않는다.", state="현행")
TO_COME = NOW.later("800004", "20990101", "물레방아는 밤에 쉰다.", state="예정")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2015, 1, 1), "왼쪽"),
        (date(2019, 2, 28), "왼쪽"),
        (date(2019, 3, 1), "오른쪽"),
        (date(2024, 1, 1), "쉬지"),
        (None, "쉬지"),
    ],
)
def test_the_version_of_a_day(
    call: Call, server: LawServer, tmp_path: Path, day: date | None, words: str
):
    server.texts += [OLD, MIDDLE, NOW, TO_COME]
    # Its title of today, and the one that it had.
    for name in ("물레방아 진흥법", "물레방아법") if day else ("물레방아 진흥법",):
        folder = tmp_path / name
        (file,) = call(Wanted((name,), day=day), out=folder).fetched
        assert words in (folder / file.file).read_text("utf-8")


def test_a_title_that_no_law_has_today(call: Call, server: LawServer):
    server.texts += [OLD, NOW]
    (failure,) = call("물레방아법").failures
    assert "물레방아 진흥법" in failure.reason


def test_versions_of_several_days_lie_side_by_side(call: Call, server: LawServer, tmp_path: Path):
    server.texts += [OLD, MIDDLE, NOW]
    for day in (date(2016, 1, 1), date(2020, 1, 1), date(2020, 2, 2), None):
        call(Wanted(("물레방아 진흥법",), day=day))
    assert sorted(path.name for path in (tmp_path / "laws/law").iterdir()) == [
        "990600.json",
        "990600_20150101_800001.json",
        "990600_20190301_800002.json",
    ]
    assert server.asked["800002"] == 1  # two days of one version


def test_before_it_was_enacted_and_after_it_was_repealed(call: Call, server: LawServer):
    server.texts += [OLD, MIDDLE.later("800009", "20200101", "", change="폐지", state="연혁")]
    (early,) = call(Wanted(("물레방아법",), day=date(2010, 1, 1))).failures
    (late,) = call(Wanted(("물레방아법",), day=date(2021, 1, 1))).failures
    assert "2010-01-01" in early.reason and "2021-01-01" in late.reason
    assert call(Wanted(ids=("990600",), day=date(2016, 1, 1))).failures == ()


def test_everything_of_a_day(call: Call, server: LawServer):
    server.texts[:] = [OLD, MIDDLE, NOW, LIBRARY]
    report = call(Wanted(everything=True, day=date(2019, 12, 31)))
    assert [f.file for f in report.fetched] == ["law/990600_20190301_800002.json"]
    assert report.gone == ()


# -- other kinds ---------------------------------------------------------------------------------

RULE = Text("12345", "2100000990077", "달빛 서가 관리 규정", kind="admrul")
ORDINANCE = Text("2099001", "2199001", "달빛시 가로등 조례", kind="ordin")
RULING = Text(
    "990801", "990801", "등불손괴", kind="prec", short="2022다990801", promulgated="20220603"
)
OTHER = Text("990802", "990802", "등불손괴", kind="prec", short="2021도12, 13(병합)",
             promulgated="20210310", words="등불을 끈 사람의 책임")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "file"), [(RULE, "admrul/12345.json"), (ORDINANCE, "ordin/2099001.json")]
)
def test_rules_and_ordinances(call: Call, server: LawServer, tmp_path: Path, text: Text, file: str):
    server.texts.append(text)
    kind = Kind(text.kind)
    assert [f.file for f in call(Wanted((text.title,), kind=kind)).fetched] == [file]
    assert (tmp_path / "laws" / file).read_bytes() == encoded(answer_of(text))
    assert call(Wanted(everything=True, kind=kind)).unchanged == 1
    assert call(Wanted(ids=(text.id,), kind=kind)).unchanged == 1
    newer = text.later(f"{text.serial[:-1]}8", "20250101", "새 규정은 새 서가에 둔다.")
    server.texts[-1] = newer
    (changed,) = call(Wanted((text.title,), kind=kind)).fetched
    assert (changed.file, changed.new) == (file, False)


def test_a_rule_has_two_numbers(call: Call, server: LawServer):
    server.texts.append(RULE)
    files = {RULE.id: "admrul/12345.json", RULE.serial: f"admrul/12345_20240814_{RULE.serial}.json"}
    for number, name in ((RULE.id, "LID"), (RULE.serial, "ID")):
        report = call(Wanted(ids=(number,), kind=Kind.ADMRUL))
        assert server.queries[-1][name] == number
        assert [f.file for f in report.fetched] == [files[number]]


@pytest.mark.parametrize(
    ("wanted", "files"),
    [
        (Wanted(("2022다990801",), kind=Kind.PREC), ["prec/990801.jsonl"]),
        (Wanted(("2021도12",), kind=Kind.PREC), ["prec/990802.jsonl"]),
        (Wanted(("등불손괴",), kind=Kind.PREC), ["prec/990801.jsonl", "prec/990802.jsonl"]),
        (Wanted(ids=("990802",), kind=Kind.PREC), ["prec/990802.jsonl"]),
        (Wanted(kind=Kind.PREC, day=date(2022, 6, 3)), ["prec/990801.jsonl"]),
        (
            Wanted(kind=Kind.PREC, since=date(2021, 1, 1), day=date(2022, 6, 3)),
            ["prec/990801.jsonl", "prec/990802.jsonl"],
        ),
        (Wanted(kind=Kind.PREC, since=date(2021, 4, 1), day=date(2022, 6, 2)), []),
    ],
)
def test_decisions(call: Call, server: LawServer, tmp_path: Path, wanted: Wanted, files: list[str]):
    server.texts += [RULING, OTHER]
    report = call(wanted)
    assert sorted(f.file for f in report.fetched) == files
    for file in files:  # one answer, one line
        (line,) = (tmp_path / "laws" / file).read_text("utf-8").splitlines()
        assert "PrecService" in json.loads(line)
    requests = server.asked.total()
    again = call(wanted)
    assert (again.fetched, again.unchanged) == ((), len(files))
    if wanted.ids:  # a decision does not change; nothing need be asked
        assert server.asked.total() == requests


def test_decisions_by_name_and_day(call: Call, server: LawServer):
    server.texts += [RULING, OTHER]
    wanted = Wanted(("등불손괴",), kind=Kind.PREC, day=date(2021, 3, 10))
    assert [f.file for f in call(wanted).fetched] == ["prec/990802.jsonl"]
    (failure,) = call(Wanted(("등불손괴",), kind=Kind.PREC, day=date(2020, 3, 10))).failures
    assert "20200310" in failure.reason


# -- the key and the files -----------------------------------------------------------------------


def test_the_key_comes_from_the_environment(
    call: Call, monkeypatch: pytest.MonkeyPatch, server: LawServer
):
    monkeypatch.setenv("LEXDPR_LAW_KEY", KEY)
    assert len(call("구름 측량법", key=None).fetched) == 1
    monkeypatch.delenv("LEXDPR_LAW_KEY")
    with pytest.raises(StoppedError) as told:
        call("구름 측량법", key=None)
    assert told.value.key == "fetch.no_key"


def test_the_key_is_in_no_file(call: Call, server: LawServer, tmp_path: Path):
    server.texts[0] = Text(
        **{**vars(LIBRARY), "words": f'<img src="/LSW/flDownload.do?OC={KEY}&flSeq=1"> 그림.'}
    )
    server.page_rows = 1
    call(EVERYTHING)
    assert not [name for name, data in contents(tmp_path / "laws").items() if KEY.encode() in data]
    assert "OC=&flSeq=1" in (tmp_path / "laws/law/990100.json").read_text("utf-8")


def test_requests_name_the_tool_and_come_one_at_a_time(call: Call, server: LawServer):
    call(EVERYTHING)
    assert all(agent.startswith("lexdpr-rag/") for agent in server.agents)
    assert server.most_underway == 1


def test_ids_from_the_server_do_not_lead_out_of_the_folder(
    call: Call, server: LawServer, tmp_path: Path
):
    server.texts.append(Text("../../evil", "900099", "나쁜 법"))
    (failure,) = call("나쁜 법").failures
    assert "../../evil" in failure.reason
    assert not list(tmp_path.rglob("*evil*"))


def test_decree(call: Call, tmp_path: Path):
    call(DECREE.title)
    assert json.loads((tmp_path / "laws/law/990101.json").read_bytes()) == answer_of(DECREE)
