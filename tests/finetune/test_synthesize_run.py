"""Asking a chat endpoint that misbehaves: every unit ends answered or listed as failed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from finetune.synthesize_server import LATE
from finetune.synthesize_server import Endpoint as Server
from lexdpr_finetune.synthesize import (
    Endpoint,
    Provision,
    SynthesisError,
    SynthesisOptions,
    answered_questions,
    asynthesize,
    synthesize,
)
from lexdpr_finetune.synthesize.endpoint import asked_wait
from lexdpr_finetune.synthesize.journal import State, read_calls
from lexdpr_finetune.synthesize.options import Progress
from lexdpr_finetune.synthesize.patience import Patience
from lexdpr_finetune.synthesize.report import Stop
from lexdpr_finetune.synthesize.usage import Budget, Price

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

QUICK = SynthesisOptions(concurrency=8, patience=Patience(retries=3, first=0.02, longest=0.05))

Serve = Callable[[Mapping[int, Sequence[str]]], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[Server] = []

    def start(scripts: Mapping[int, Sequence[str]]) -> Server:
        servers.append(Server(scripts))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def provision(number: int) -> Provision:
    return Provision(
        unit_id=f"urn:kr:990100@2024-08-14-20301:main:a{number}",
        article=f"990100/제{number}조",
        law="달빛 도서관법",
        citation=f"달빛 도서관법 제{number}조",
        title=f"책 {number}",
        context=f"달빛 도서관법\n제{number}조(책 {number})",
        text=f"① 이용자는 낱말{number}번을 {number + 3}일 이내에 내야 한다.\n② 다만, 그러하지 아니하다.",
    )


def model(server: Server, **options: object) -> Endpoint:
    return Endpoint("solar-test", server.url, **{"timeout": LATE - 0.5, **options})  # type: ignore[arg-type]


def assert_aligned(journal: Path, units: int, each: int = 3) -> None:
    """Every unit has its own questions, and just so many."""
    asked = list(answered_questions(journal))
    counts = Counter(q.unit_id for q in asked)
    assert len(counts) == units
    assert set(counts.values()) == {each}
    for question in asked:
        number = question.unit_id.rpartition(":a")[2]
        assert f"낱말{number}번은" in question.text
        assert question.article == f"990100/제{number}조"
        assert question.by == "solar-test"


MISBEHAVING = {
    1: ["late", "good"],
    2: ["429", "429", "good"],
    3: ["500", "503", "good"],
    4: ["prose", "good"],
    5: ["few", "good"],
    6: ["many"],
    7: ["disconnect", "good"],
    8: ["half", "good"],
    9: ["other", "good"],
    10: ["fenced"],
    11: ["empty", "prose", "good"],
    12: ["html", "late", "good"],
    13: ["cut", "good"],
}
HOPELESS = {
    21: (["500"], "server"),
    22: (["429"], "rate_limit"),
    23: (["late"], "timeout"),
    24: (["disconnect"], "disconnect"),
    25: (["prose"], "no_json"),
    26: (["other"], "other_unit"),
    27: (["400"], "refused"),
    28: (["empty"], "empty"),
}


def test_misbehaviour_is_outlived_and_the_rest_resumed(serve: Serve, tmp_path: Path) -> None:
    server = serve(MISBEHAVING | {n: script for n, (script, _) in HOPELESS.items()})
    journal = tmp_path / "answers.jsonl"
    units = [provision(number) for number in range(40)]
    seen: list[Progress] = []
    report = synthesize([*units, units[3]], model(server), journal, QUICK, seen.append)

    assert {f.unit_id.rpartition(":a")[2]: f.reason for f in report.failures} == {
        str(number): reason for number, (_, reason) in HOPELESS.items()
    }
    assert report.answered == 40 - len(HOPELESS)
    assert report.repeated == 1
    assert report.stopped is None and report.left == 0 and report.short == 0
    assert report.questions == 3 * report.answered == sum(report.kinds.values())
    assert [p.done for p in seen] == list(range(1, 41))
    assert seen[-1].total == 40 and seen[-1].usage.total == report.usage.total
    assert_aligned(journal, 32)
    assert server.calls[6] == server.calls[10] == 1  # surplus and slips are no reason to ask again
    assert 1 < server.most_underway <= QUICK.concurrency

    # The server has been mended: only what failed is asked, and nothing after that.
    server.scripts, before = {}, dict(server.calls)
    second = synthesize(units, model(server), journal, QUICK)
    assert (second.answered, second.before, second.failures) == (len(HOPELESS), 32, ())
    assert second.complete
    assert_aligned(journal, 40)
    asked = {n: count - before[n] for n, count in server.calls.items() if count != before[n]}
    assert asked == dict.fromkeys(HOPELESS, 1)
    third = synthesize(units, model(server), journal, QUICK)
    assert (third.answered, third.before, third.usage.total) == (0, 40, 0)


def test_every_raw_answer_is_kept(serve: Serve, tmp_path: Path) -> None:
    server = serve({1: ["prose", "500", "few", "good"]})
    journal = tmp_path / "answers.jsonl"
    synthesize([provision(1)], model(server), journal, QUICK)
    calls = [call for call in read_calls(journal) if call]
    assert [(c.problem, c.state) for c in calls] == [
        ("no_json", State.OPEN),
        ("server", State.OPEN),
        ("too_few", State.OPEN),
        ("", State.ANSWERED),
    ]
    assert calls[0].raw == "질문을 쓸 수 없습니다."
    assert calls[1].raw is None and calls[1].detail.startswith("HTTP 500")
    assert [c.usage.total for c in calls] == [500, 0, 500, 500]
    # A unit that is asked again is told why.
    assert "JSON이 아님" in server.bodies[1]["messages"][-1]["content"]


def test_too_few_questions_are_better_than_none(serve: Serve, tmp_path: Path) -> None:
    server = serve({1: ["few", "prose", "empty"]})
    report = synthesize([provision(1)], model(server), tmp_path / "a.jsonl", QUICK)
    assert (report.answered, report.short, report.questions) == (1, 1, 1)
    assert_aligned(tmp_path / "a.jsonl", 1, each=1)


def test_a_server_that_asks_to_wait_holds_all_back(serve: Serve, tmp_path: Path) -> None:
    server = serve({1: ["429", "good"]})
    units = [provision(number) for number in range(1, 6)]
    start = time.monotonic()
    options = replace(QUICK, concurrency=1)
    assert synthesize(units, model(server), tmp_path / "a.jsonl", options).complete
    first, second = server.moments[1]
    assert second - first >= 0.1  # Retry-After, longer than this patience's own wait
    assert time.monotonic() - start < 5


def test_a_refused_key_ends_the_run_at_once(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-secret")
    server = serve({n: ["401"] for n in range(60)})
    journal = tmp_path / "a.jsonl"
    endpoint = model(server, api_key_env="TEST_KEY")
    with pytest.raises(SynthesisError, match="401") as caught:
        synthesize([provision(n) for n in range(60)], endpoint, journal, QUICK)
    assert sum(server.calls.values()) <= QUICK.concurrency
    # The server repeats the key; nobody else does.
    assert server.headers[0]["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in str(caught.value) + repr(endpoint)
    assert "sk-secret" not in journal.read_text("utf-8")
    # It is no fault of the units: all are still to be asked.
    server.scripts = {}
    assert synthesize([provision(n) for n in range(60)], endpoint, journal, QUICK).answered == 60


def test_a_missing_key_is_told_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_KEY", raising=False)
    with pytest.raises(SynthesisError, match="TEST_KEY"):
        Endpoint("m", "http://127.0.0.1:9/v1", api_key_env="TEST_KEY")
    with pytest.raises(SynthesisError, match="ftp://x"):
        Endpoint("m", "ftp://x")


def test_a_server_that_is_away_ends_the_run(tmp_path: Path) -> None:
    endpoint = Endpoint("m", "http://127.0.0.1:9/v1", timeout=0.2)
    units = [provision(number) for number in range(50)]
    options = replace(QUICK, concurrency=2, give_up=4, patience=Patience(1, 0.01, 0.01))
    report = synthesize(units, endpoint, tmp_path / "a.jsonl", options)
    assert report.stopped is Stop.UNREACHABLE
    assert 4 <= len(report.failures) <= 5
    assert report.left + len(report.failures) == 50
    assert {f.reason for f in report.failures} == {"disconnect"}


def test_a_server_that_does_not_know_json_mode(serve: Serve, tmp_path: Path) -> None:
    server = serve({})
    server.knows_json_mode = False
    endpoint = model(server, extra={"top_p": 0.5, "temperature": None})
    report = synthesize([provision(n) for n in range(40)], endpoint, tmp_path / "a", QUICK)
    assert report.complete
    asked = sum("response_format" in body for body in server.bodies)
    assert 1 <= asked <= QUICK.concurrency  # only the calls that were under way
    assert server.bodies[-1]["top_p"] == 0.5 and "temperature" not in server.bodies[-1]


@pytest.mark.parametrize(
    ("header", "expected"),
    [(None, None), ("7", 7), ("-1", 0), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0)],
)
def test_the_wait_that_a_server_asks_for(header: str | None, expected: float | None) -> None:
    assert asked_wait(header) == expected


def test_waits_grow_and_are_bounded() -> None:
    patience = Patience(first=1, longest=8, longest_asked=20)
    assert all(2 ** (n - 1) / 2 <= patience.wait(n) <= 2 ** (n - 1) for n in range(1, 4))
    assert patience.wait(40) <= 8
    assert patience.wait(1, asked=15) == 15
    assert patience.wait(1, asked=9999) == 20


# -- budget --------------------------------------------------------------------------------------


def test_the_budget_is_kept_across_runs(serve: Serve, tmp_path: Path) -> None:
    server = serve({})
    journal = tmp_path / "a.jsonl"
    units = [provision(number) for number in range(30)]
    price = Price(prompt=1.0, completion=10.0, currency="KRW")
    # A call uses 500 tokens and holds more while it is under way.
    budget = Budget(tokens=9000, price=price)
    first = synthesize(units, model(server), journal, replace(QUICK, budget=budget))
    assert first.stopped is Stop.BUDGET
    assert 9000 - 4000 < first.usage_of_all.total <= 9000
    assert first.answered + first.left == 30 and not first.failures
    again = synthesize(units, model(server), journal, replace(QUICK, budget=budget))
    assert again.answered == 0 and again.stopped is Stop.BUDGET
    rest = replace(QUICK, budget=Budget(money=1.0, price=price))
    last = synthesize(units, model(server), journal, rest)
    assert last.complete and last.usage_of_all.total == 30 * 500
    assert last.cost_of_all == pytest.approx(30 * (400 * 1 + 100 * 10) / 1e6)
    assert last.currency == "KRW" and "KRW" in str(last)
    assert_aligned(journal, 30)


def test_money_needs_a_price() -> None:
    with pytest.raises(SynthesisError, match="Price"):
        Budget(money=3.0)
    with pytest.raises(SynthesisError, match="tokens"):
        Budget(tokens=-1)


@pytest.mark.parametrize(
    "wrong", [{"questions": 0}, {"window": 5}, {"kinds": ()}, {"concurrency": 0}]
)
def test_options_that_are_not_allowed(wrong: dict[str, int]) -> None:
    with pytest.raises(SynthesisError, match=next(iter(wrong))):
        SynthesisOptions(**wrong)  # type: ignore[arg-type]


# -- what makes a unit be asked again ------------------------------------------------------------


def test_changed_text_model_or_prompt_is_asked_again(serve: Serve, tmp_path: Path) -> None:
    server = serve({})
    journal = tmp_path / "a.jsonl"
    units = [provision(number) for number in range(4)]
    synthesize(units, model(server), journal, QUICK)
    amended = [replace(units[0], text=units[0].text + " 낱말0번은 새로 정한다."), *units[1:]]
    assert synthesize(amended, model(server), journal, QUICK).answered == 1
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "system.txt").write_text("질문을 쓰세요. JSON으로.", encoding="utf-8")
    own = replace(QUICK, prompts=folder)
    assert synthesize(units, model(server), journal, own).answered == 4
    assert server.bodies[-1]["messages"][0]["content"] == "질문을 쓰세요. JSON으로."
    other = Endpoint("other-model", server.url)
    assert synthesize(units, other, journal, own).answered == 4
    # Of several answers on a unit the last one counts.
    assert {q.by for q in answered_questions(journal)} == {"other-model"}


def test_a_torn_line_costs_one_answer(serve: Serve, tmp_path: Path) -> None:
    server = serve({})
    journal = tmp_path / "a.jsonl"
    units = [provision(number) for number in range(6)]
    synthesize(units, model(server), journal, QUICK)
    journal.write_bytes(journal.read_bytes()[:-40])
    report = synthesize(units, model(server), journal, QUICK)
    assert (report.answered, report.before) == (1, 5)
    assert_aligned(journal, 6)


def test_one_process_at_a_time(serve: Serve, tmp_path: Path) -> None:
    from filelock import FileLock

    journal = tmp_path / "a.jsonl"
    with FileLock(f"{journal}.lock"), pytest.raises(SynthesisError, match=r"a\.jsonl"):
        synthesize([provision(1)], model(serve({})), journal, QUICK)


async def test_within_an_event_loop(serve: Serve, tmp_path: Path) -> None:
    server = serve({n: ["late"] for n in range(3)})
    work = asynthesize(
        [provision(n) for n in range(3)], model(server, timeout=60), tmp_path / "a.jsonl", QUICK
    )
    task = asyncio.create_task(work)
    start = time.monotonic()
    await asyncio.sleep(0.05)
    assert time.monotonic() - start < LATE  # the loop is free meanwhile
    assert (await task).answered == 3


CHILD = """
import sys, time
from pathlib import Path
from finetune.test_synthesize_run import provision
from lexdpr_finetune.synthesize import Endpoint, SynthesisOptions, synthesize
print("begun", flush=True)
synthesize(
    [provision(n) for n in range(60)],
    Endpoint("solar-test", sys.argv[1]),
    Path(sys.argv[2]),
    SynthesisOptions(concurrency=4),
)
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_process_is_resumed(sign: signal.Signals, serve: Serve, tmp_path: Path) -> None:
    server = serve({n: ["late"] for n in range(60)})
    journal = tmp_path / "a.jsonl"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, server.url, str(journal)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not (journal.exists() and journal.read_bytes().count(b"\n") >= 8):
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.02)
    child.send_signal(sign)
    assert child.wait(timeout=10) != 0
    server.scripts = {}
    done = sum(1 for call in read_calls(journal) if call)
    assert 8 <= done < 60
    report = synthesize([provision(n) for n in range(60)], model(server), journal, QUICK)
    assert (report.before, report.answered) == (done, 60 - done)
    assert_aligned(journal, 60)
    assert all(json.loads(line) for line in journal.read_bytes().splitlines())
