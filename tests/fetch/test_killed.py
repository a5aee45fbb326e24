"""A fetch that is killed or interrupted, and called again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fetch.law_server import KEY, LawServer, Text
from fetch.moonlight import Call, contents

from lexdpr_rag.fetch import Wanted
from lexdpr_rag.fetch.state import State

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ROOT = Path(__file__).resolve().parents[2]
MANY = [
    Text(f"9907{n:02}", f"9107{n:02}", f"조약돌 수집법 {n:02}", words=f"조약돌 {n}개를 줍는다.")
    for n in range(12)
]


def command(server: LawServer, out: Path) -> list[str]:
    words = ["fetch", "--all", "--out", str(out), "--url", server.url, "--pause", "0", "--quiet"]
    return [sys.executable, "-m", "lexdpr_rag.cli", *words]


def environment() -> dict[str, str]:
    return {**os.environ, "LEXDPR_LAW_KEY": KEY, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("at", [1, 7])
def test_killed_in_the_middle_and_called_again(
    server: LawServer, call: Call, tmp_path: Path, at: int
):
    server.texts[:] = MANY
    call(Wanted(everything=True), out=tmp_path / "undisturbed")
    server.asked.clear()
    server.answered.clear()

    waiting, release = threading.Event(), threading.Event()
    held = []

    def hold(serial: str) -> None:
        if not held and sum(server.answered[law.serial] for law in MANY) == at - 1:
            held.append(serial)
            waiting.set()
            release.wait(20)

    server.before_text = hold
    out = tmp_path / "laws"
    process = subprocess.Popen(command(server, out), env=environment())
    try:
        assert waiting.wait(20)
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    finally:
        process.kill()
        process.wait()
    release.set()
    assert len(list(out.glob("law/*.json"))) == at - 1

    done = subprocess.run(command(server, out), env=environment(), check=False, timeout=60)
    assert done.returncode == 0
    assert contents(out) == contents(tmp_path / "undisturbed")
    # The one that was under way was never had; no other was fetched twice.
    assert {law.serial: server.asked[law.serial] for law in MANY} == {
        law.serial: 1 + (law.serial in held) for law in MANY
    }


def test_stopped_between_the_file_and_its_note(
    server: LawServer, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    call(Wanted(everything=True), out=tmp_path / "undisturbed")
    server.asked.clear()
    add, left = State.add, [2]

    def stop(self: State, *values: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        add(self, *values)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(State, "add", stop)
        with pytest.raises(KeyboardInterrupt):
            call(Wanted(everything=True))
    report = call(Wanted(everything=True))
    assert (len(report.fetched), report.unchanged) == (3, 2)
    assert all(server.asked[law.serial] == 1 for law in server.texts)
    assert contents(tmp_path / "laws") == contents(tmp_path / "undisturbed")


def test_what_a_killed_process_left_half_written_is_swept(
    server: LawServer, call: Call, tmp_path: Path
):
    folder = tmp_path / "laws/law"
    folder.mkdir(parents=True)
    (folder / ".990100.json.part").write_bytes(b'{"half')
    (tmp_path / "laws/.fetch-state.jsonl").write_bytes(b'{"file": "law/990100.json", "ki')
    call(Wanted(everything=True))
    assert not list(folder.glob(".*"))
    assert len(list(folder.glob("*.json"))) == 5
