"""A network and a server that fail in every way: told in one line, nothing half-written, resumed."""

from __future__ import annotations

import logging
import os
import re
import traceback
from pathlib import Path

import pytest
from fetch.law_server import KEY, LawServer, Text
from fetch.moonlight import BOATS, CLOUDS, LAWS, LIBRARY, QUICK, Call, contents
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.fetch import (
    BrokenAnswerError,
    FetchError,
    Manners,
    StoppedError,
    Wanted,
    client,
    fetch,
)
from lexdpr_rag.fetch.answers import read_answer
from lexdpr_rag.fetch.client import Client, asked_wait
from lexdpr_rag.fetch.key import LOGGERS, Key
from lexdpr_rag.fetch.kinds import TARGETS, Kind
from lexdpr_rag.messages import CATALOG

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

EVERYTHING = Wanted(everything=True)
HURRIED = Manners(pause=0, timeout=0.2, retries=1, backoff=0.01)


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_WHOLE", 2)


def check_whole(folder: Path) -> None:
    """Every file that is there is a whole answer; no draft was left."""
    held = contents(folder)
    assert not [name for name in held if ".part" in name]
    for law in LAWS:
        if (name := f"law/{law.id}.json") in held:
            assert law.words.encode() in held[name]
            assert held[name].endswith(b"}")


# -- what passes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        ["500", "good"],
        ["503", "500", "good"],
        ["reset", "good"],
        ["half", "good"],
        ["cut", "good"],
        ["stall", "good"],
        ["drip", "good"],
        ["html", "good"],
        ["empty", "good"],
        ["binary", "good"],
        ["other-form", "good"],
        ["other-law", "good"],
        ["elsewhere", "good"],
        ["maintenance", "html", "cut", "good"],
        ["text-plain"],  # good data under a wrong content type is no failure at all
    ],
    ids="-".join,
)
@pytest.mark.parametrize("where", ["list", CLOUDS.serial])
def test_a_failure_that_passes_is_not_seen(
    call: Call, server: LawServer, tmp_path: Path, script: list[str], where: str
):
    if script[0] == "other-law" and where == "list":
        script = ["good"]
    server.scripts[where] = script
    quick = Manners(pause=0, timeout=0.2, retries=3, backoff=0.01)
    if script[0] == "other-law":
        report = call(EVERYTHING, manners=quick)
        assert [f.name for f in report.failures] == [CLOUDS.title]
        check_whole(tmp_path / "laws")
    report = call(EVERYTHING, manners=quick)
    assert report.failures == ()
    assert len(contents(tmp_path / "laws")) == 5 + 1
    check_whole(tmp_path / "laws")


def test_retry_after_is_kept(call: Call, server: LawServer):
    server.scripts[CLOUDS.serial] = ["429", "good"]
    call("구름 측량법")
    first, second = server.moments[CLOUDS.serial]
    assert second - first >= 0.3


def test_pauses_grow_and_lie_between_requests(server: LawServer):
    waits: list[float] = []
    server.scripts["list"] = ["500", "500", "500", "good"]
    manners = Manners(pause=0.7, timeout=2, retries=3, backoff=10)
    with Client(Key(KEY), server.url, manners, sleep=waits.append) as caller:
        caller.get("lawSearch.do", TARGETS[Kind.LAW], {"target": "eflaw"})
        caller.get("lawSearch.do", TARGETS[Kind.LAW], {"target": "eflaw"})
    backoffs = [wait for wait in waits if wait > 1]
    pauses = [wait for wait in waits if wait <= 1]
    for wait, least in zip(backoffs, (10, 20, 40), strict=True):
        assert least <= wait <= least * 1.25
    assert len(pauses) == 4 and all(0.5 < wait <= 0.7 for wait in pauses)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("-1", 0.0),
        ("nan", None),
        ("soon", None),
        (None, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after(value: str | None, seconds: float | None):
    assert asked_wait(value) == seconds


# -- what does not pass --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "key"),
    [
        ("500", "fetch.status"),
        ("reset", "fetch.cut_off"),
        ("half", "fetch.cut_off"),
        ("cut", "fetch.not_json"),
        ("stall", "fetch.timeout"),
        ("drip", "fetch.timeout"),
        ("html", "fetch.page"),
        ("maintenance", "fetch.maintenance"),
        ("empty", "fetch.empty"),
        ("binary", "fetch.not_json"),
        ("list-of", "fetch.other_form"),
        ("other-form", "fetch.other_form"),
        ("elsewhere", "fetch.status"),
        ("404", "fetch.status"),
        ("not-applied", "fetch.not_applied"),
    ],
)
def test_one_bad_law_is_told_and_the_rest_goes_on(
    call: Call, server: LawServer, tmp_path: Path, script: str, key: str
):
    server.scripts[BOATS.serial] = [script]
    report = call(EVERYTHING, manners=HURRIED)
    (failure,) = report.failures
    assert failure.name == BOATS.title
    said = ".*".join(map(re.escape, re.split(r"\{[^}]*\}", CATALOG[key][0])))
    assert re.fullmatch(said, failure.reason)
    assert "\n" not in failure.reason
    assert len(report.fetched) == 4
    assert server.asked[BOATS.serial] == (1 if script == "404" else 2)
    check_whole(tmp_path / "laws")
    # And the next call brings it.
    server.scripts.clear()
    assert [f.title for f in call(EVERYTHING).fetched] == [BOATS.title]


def test_strict_raises_what_was_wrong(call: Call, server: LawServer):
    server.scripts[CLOUDS.serial] = ["cut"]
    with pytest.raises(BrokenAnswerError) as told:
        call("구름 측량법", strict=True, manners=HURRIED)
    assert told.value.key == "fetch.not_json"


def test_a_law_that_the_server_has_under_another_target(call: Call, server: LawServer):
    server.scripts[CLOUDS.serial] = ["not-applied", "good"]
    assert [f.title for f in call("구름 측량법").fetched] == [CLOUDS.title]
    first, second = (q for q in server.queries if "MST" in q)
    assert (first["target"], second["target"]) == ("eflaw", "law")
    # But not in another version.
    server.texts.append(BOATS.later("900014", "20250301", "종이배는 두 번 접는다."))
    server.texts[3] = Text(**{**vars(BOATS), "serial": "900014", "state": "연혁"})
    server.scripts["900014"] = ["not-applied", "good"]
    (failure,) = call("종이배 항해법").failures
    assert "20250301" in failure.reason and "20240814" in failure.reason


def test_a_law_without_text_is_not_kept(call: Call, server: LawServer, tmp_path: Path):
    server.texts[3] = BOATS.later("900014", "20250301", "", empty=True)
    (failure,) = call(EVERYTHING).failures
    assert failure.name == BOATS.title and "본문" in failure.reason
    assert not (tmp_path / "laws/law/990300.json").exists()


def test_another_law_than_asked_for_is_not_kept(call: Call, server: LawServer, tmp_path: Path):
    server.scripts[BOATS.serial] = ["other-law"]
    (failure,) = call(EVERYTHING).failures
    assert "9990300" in failure.reason and "990300" in failure.reason
    assert not (tmp_path / "laws/law/990300.json").exists()


def test_a_server_that_has_gone_is_not_asked_for_every_law(call: Call, server: LawServer):
    for number in range(20):
        server.texts.append(
            LIBRARY.later(
                f"91{number:04}", "20250101", "-", id=f"9800{number:02}", title=f"긴 법 {number}"
            )
        )
    call("구름 측량법")
    server.scripts.update({text.serial: ["500"] for text in server.texts})
    with pytest.raises(StoppedError) as told:
        call(EVERYTHING, manners=HURRIED)
    assert told.value.key == "fetch.gave_up"
    assert server.asked.total() < 20
    server.scripts.clear()
    assert len(call(EVERYTHING).fetched) == len(server.texts) - 1


# -- what stops everything -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "script", "key"),
    [
        ("list", "xml-refusal", "fetch.refused"),
        ("list", "not-applied", "fetch.not_applied"),
        ("list", "403", "fetch.status"),
        ("list", "404", "fetch.status"),
        ("list", "429-long", "fetch.wait"),
        ("list", "maintenance", "fetch.maintenance"),
        ("list", "stall", "fetch.timeout"),
        (CLOUDS.serial, "xml-refusal", "fetch.refused"),
        (CLOUDS.serial, "429-long", "fetch.wait"),
        (CLOUDS.serial, "403", "fetch.status"),
    ],
)
def test_what_stops_everything_is_told_at_once(
    call: Call, server: LawServer, tmp_path: Path, where: str, script: str, key: str
):
    server.scripts[where] = [script]
    with pytest.raises(FetchError) as told:
        call(EVERYTHING, manners=HURRIED)
    assert told.value.key == key
    check_whole(tmp_path / "laws")
    server.scripts.clear()
    before = len(list((tmp_path / "laws").rglob("*.json")))
    assert len(call(EVERYTHING).fetched) == 5 - before


def test_a_wrong_key(call: Call, server: LawServer, tmp_path: Path):
    with pytest.raises(StoppedError) as told:
        call(EVERYTHING, key="nobody-1234")
    assert told.value.key == "fetch.refused"
    assert "IP" in str(told.value) and "open.law.go.kr" in str(told.value)
    assert server.asked.total() == 1  # no use in asking again
    assert contents(tmp_path / "laws") == {}


def test_a_kind_that_the_key_is_not_registered_for(call: Call, server: LawServer):
    server.granted.discard("prec")
    with pytest.raises(StoppedError) as told:
        call(Wanted(everything=True, kind=Kind.PREC))
    assert told.value.key == "fetch.not_applied"
    assert "판례" in str(told.value)


def test_nobody_there(tmp_path: Path):
    with pytest.raises(FetchError) as told:
        fetch(EVERYTHING, tmp_path / "laws", key=KEY, url="http://127.0.0.1:9/DRF", manners=HURRIED)
    assert told.value.key == "fetch.unreachable"


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/DRF", "law.go.kr", "", "http://", f"https://a/?OC={KEY}"]
)
def test_an_address_that_is_none(tmp_path: Path, url: str):
    with pytest.raises(StoppedError) as told:
        fetch("구름 측량법", tmp_path / "laws", key=KEY, url=url)
    assert told.value.key == "fetch.url"
    assert KEY not in str(told.value)


@pytest.mark.parametrize("key", ["", "  ", "a b", "a&target=x", "열쇠", "a\nb"])
def test_a_key_that_is_none(tmp_path: Path, key: str):
    with pytest.raises(StoppedError):
        fetch("구름 측량법", tmp_path / "laws", key=key, url="http://127.0.0.1:9/DRF")


def test_manners_are_checked():
    for values in ({"pause": -1}, {"timeout": 0}, {"retries": -1}, {"backoff": float("nan")}):
        with pytest.raises(StoppedError):
            Manners(**values)  # type: ignore[arg-type]


# -- the key stays out of sight ------------------------------------------------------------------


@pytest.mark.parametrize(
    "script", ["echo-key", "reset", "cut", "stall", "html", "403", "elsewhere", "xml-refusal"]
)
def test_the_key_is_in_no_error_and_no_log(
    call: Call, server: LawServer, caplog: pytest.LogCaptureFixture, script: str
):
    server.scripts["list"] = [script]
    caplog.set_level(logging.DEBUG)
    with pytest.raises(FetchError) as told:
        call(EVERYTHING, manners=HURRIED)
    error: BaseException | None = told.value
    shown = "".join(traceback.format_exception(told.value, chain=True))
    while error is not None:
        shown += f"{error!r} {error.__dict__}"
        error = error.__cause__ or error.__context__
    assert KEY not in shown
    # Frames of the traceback: a reporter of crashes shows their locals.
    trace = told.value.__traceback__
    while trace is not None:
        if "lexdpr_rag" in trace.tb_frame.f_code.co_filename:
            assert KEY not in repr({k: v for k, v in trace.tb_frame.f_locals.items() if k != "key"})
        trace = trace.tb_next
    assert KEY not in caplog.text
    logged = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert script == "reset" or any("OC=***" in line for line in logged)


def test_logging_is_as_before_afterwards(call: Call):
    before = [list(logging.getLogger(name).filters) for name in LOGGERS]
    call("구름 측량법")
    assert [logging.getLogger(name).filters for name in LOGGERS] == before


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=6, max_size=12))
def test_a_key_is_masked_wherever_it_stands(value: str):
    key = Key(value)
    for text in (
        value,
        f"OC={value}",
        f"/x?target=law&OC={value}&type=JSON",
        f"<a href='{value}'>",
    ):
        assert value not in key.masked(text)
    assert value not in repr(key) + str(key)
    assert (
        key.cut_from(f"/DRF?OC={value}&a=1 {value}x".encode()) == f"/DRF?OC=&a=1 {value}x".encode()
    )


# -- whatever comes ------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(str.encode),
        st.recursive(
            st.none() | st.text(max_size=5) | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["LawSearch", "법령", "Law", "result", "msg", "law"]),
                    inner,
                    max_size=3,
                )
            ),
            max_leaves=8,
        ).map(lambda value: __import__("json").dumps(value).encode()),
        st.text(alphabet="<>/ahtmlbody?!-&;점검", max_size=60).map(lambda t: b"<" + t.encode()),
    )
)
def test_whatever_comes_is_an_answer_or_one_of_our_errors(data: bytes):
    try:
        answer = read_answer(data, TARGETS[Kind.LAW], "법령")
    except FetchError as error:
        assert "\n" not in str(error)
    else:
        assert answer.keys() & {"LawSearch", "법령"}


# -- the disk ------------------------------------------------------------------------------------


def test_a_full_disk(
    call: Call, server: LawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    call("구름 측량법")
    before = contents(tmp_path / "laws")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StoppedError) as told:
            call(EVERYTHING)
    assert told.value.key == "fetch.disk_full"
    assert contents(tmp_path / "laws") == before
    assert len(call(EVERYTHING).fetched) == 4


def test_a_folder_that_is_a_file(call: Call, server: LawServer, tmp_path: Path):
    (tmp_path / "laws").write_text("here", encoding="utf-8")
    with pytest.raises(StoppedError) as told:
        call(EVERYTHING)
    assert told.value.key == "fetch.unwritable"
    assert server.asked.total() == 0
    (tmp_path / "laws").unlink()
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws/law").write_text("here", encoding="utf-8")
    with pytest.raises(StoppedError) as told:
        call(EVERYTHING)
    assert told.value.key == "fetch.unwritable"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_is_not_writable(call: Call, server: LawServer, tmp_path: Path):
    (tmp_path / "laws").mkdir(mode=0o500)
    with pytest.raises(StoppedError) as told:
        call(EVERYTHING)
    assert told.value.key == "fetch.unwritable"
    assert server.asked.total() == 0


def test_two_at_once_in_one_folder(call: Call, server: LawServer):
    seen: list[LexDPRError] = []

    def second(_: str) -> None:
        if not seen:
            try:
                call("구름 측량법")
            except StoppedError as error:
                seen.append(error)

    server.before_text = second
    assert len(call(EVERYTHING).fetched) == 5
    assert [error.key for error in seen] == ["fetch.locked"]


def test_quick_manners_are_for_tests_only():
    assert Manners().pause >= 0.5 > QUICK.pause
