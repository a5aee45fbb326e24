"""A real Chroma server (``chroma run``) on the loopback: used, killed, started again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dense.fake_encoder import HashEncoder, store_of_laws

from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index import chroma
from lexdpr_rag.index.dense import DenseIndex
from lexdpr_rag.index.dense_build import DenseOptions, DenseReport, build_dense
from lexdpr_rag.index.vectors import BackendError

pytest.importorskip("chromadb")
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

RUN = "from chromadb.cli.cli import app; app()"


class Server:
    """``chroma run`` with its own folder; the port stays through restarts."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        command = [sys.executable, "-c", RUN, "run", "--path", str(self.folder)]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while wait and not self._answers():
            assert self.process.poll() is None, "chroma run ended"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 0.2).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "server")
    server.start()
    yield server
    server.kill()


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chroma, "RETRIES", (0.1, 0.2))


def build(server: Server, root: Path, name: str, old: str = "", **laws: object) -> DenseReport:
    (root / name).mkdir()
    return build_dense(
        store_of_laws(**laws),  # type: ignore[arg-type]
        HashEncoder(),
        DenseOptions("chroma", server.url),
        generation=root / name,
        work=root / "work",
        old=root / old if old else None,
    )


def opened(generation: Path) -> DenseIndex:
    index = DenseIndex.open(generation)
    assert index is not None
    return index


def assert_finds_all(index: DenseIndex) -> None:
    rows = index.search(index.table.vectors, 1).rows[:, 0]
    assert rows.tolist() == list(range(len(index.table)))


def test_end_to_end(server: Server, tmp_path: Path):
    report = build(server, tmp_path, "gen-0001", laws=6, articles=20)
    assert report.indexed == 120
    assert report.meta.options["url"] == server.url
    assert report.meta.options["collection"].isascii()
    assert not (tmp_path / "gen-0001/dense/chroma").exists()
    index = opened(tmp_path / "gen-0001")
    assert_finds_all(index)
    mask = np.arange(120) % 2 == 1
    assert np.all(mask[index.search(index.table.vectors[:10], 5, mask).rows])

    # An update is a collection of its own: the old index answers until the switch, and after it.
    update = build(server, tmp_path, "gen-0002", "gen-0001", laws=7, articles=20)
    assert (update.embedded.encoded, update.indexed) == (20, 140)
    assert update.meta.options["collection"] != report.meta.options["collection"]
    assert_finds_all(opened(tmp_path / "gen-0002"))
    assert_finds_all(index)
    index.close()


def test_the_server_goes_away_and_comes_back(server: Server, tmp_path: Path):
    build(server, tmp_path, "gen-0001", laws=6, articles=20)
    index = opened(tmp_path / "gen-0001")
    assert_finds_all(index)
    server.kill()
    with pytest.raises(BackendError, match=f"{server.url}.*색인은 그대로"):
        index.search(index.table.vectors, 1)
    with pytest.raises(BackendError, match=server.url):
        opened(tmp_path / "gen-0001").search(index.table.vectors, 1)
    server.start()
    assert_finds_all(index)


def test_a_server_that_starts_late_is_waited_for(server: Server, tmp_path: Path, monkeypatch):
    build(server, tmp_path, "gen-0001", laws=6, articles=20)
    index = opened(tmp_path / "gen-0001")
    assert_finds_all(index)
    server.kill()
    monkeypatch.setattr(chroma, "RETRIES", (0.5,) * 40)
    server.start(wait=False)
    assert_finds_all(index)


def test_a_server_that_is_away_is_told_before_encoding(tmp_path: Path):
    encoder = HashEncoder()
    (tmp_path / "gen").mkdir()
    with pytest.raises(BackendError, match=r"http://127.0.0.1:9"):
        build_dense(
            store_of_laws(),
            encoder,
            DenseOptions("chroma", "http://127.0.0.1:9"),
            generation=tmp_path / "gen",
            work=tmp_path / "work",
        )
    assert encoder.encoded == []


def test_the_server_goes_away_during_a_build(server: Server, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(chroma, "REMOTE_BATCH", 16)
    put, calls = chroma._Filling._put, []

    def killing(self: chroma._Filling, *args: object) -> None:
        put(self, *args)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 3:
            server.kill()

    monkeypatch.setattr(chroma._Filling, "_put", killing)
    with pytest.raises(BackendError, match=server.url):
        build(server, tmp_path, "gen-0001", laws=6, articles=20)
    with pytest.raises(IndexFormatError):  # nothing that could be taken for an index
        DenseIndex.open(tmp_path / "gen-0001")
    server.start()
    report = build(server, tmp_path, "gen-0002", laws=6, articles=20)
    assert report.embedded.encoded == 0
    assert report.indexed == 120 - 48
    assert_finds_all(opened(tmp_path / "gen-0002"))


def test_a_server_without_the_collection(server: Server, tmp_path: Path):
    build(server, tmp_path, "gen-0001", laws=6, articles=20)
    server.kill()
    server.folder = tmp_path / "empty"
    server.start()
    index = opened(tmp_path / "gen-0001")
    with pytest.raises(BackendError, match="lexdpr-rag index"):
        index.search(index.table.vectors, 1)
