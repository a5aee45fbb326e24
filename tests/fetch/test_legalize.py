"""legalize-kr: a git repository or an archive of fictional laws in Markdown."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fetch.moonlight import QUICK, contents
from fictional import source

from lexdpr_rag import LexDPR
from lexdpr_rag.fetch import Kind, MissingError, StoppedError, Wanted, mirror

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

EVERYTHING = Wanted(everything=True)
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

LIBRARY = "kr/달빛도서관법/법률.md"
DECREE = "kr/달빛도서관법/시행령.md"
BOATS = "kr/종이배항해법/법률.md"


def law(title: str, number: str, words: str) -> bytes:
    text = source(f"##### 제1조 (보관)\n\n{words}\n\n", 제목=title, 법령ID=f"'{number}'")
    return text.replace("# 달빛 도서관법", f"# {title}").encode()


FILES = {
    "README.md": b"# Laws\n",
    "kr/README.md": b"# Laws\n",
    "metadata.json": b"{}",
    LIBRARY: law("달빛 도서관법", "990100", "책은 달빛이 닿는 곳에 둔다."),
    DECREE: law("달빛 도서관법 시행령", "990101", "책등은 북쪽을 본다."),
    BOATS: law("종이배 항해법", "990300", "종이배는 두 번 접는다."),
}


def git(folder: Path, *words: str) -> str:
    settings = {
        "GIT_AUTHOR_DATE": "2024-02-13T00:00:00Z",
        "GIT_COMMITTER_DATE": "2024-02-13T00:00:00Z",
    }
    names = ["-c", "user.name=moon", "-c", "user.email=moon@example.invalid"]
    done = subprocess.run(
        ["git", *names, *words], cwd=folder, env={**os.environ, **settings},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def commit(folder: Path, files: dict[str, bytes | None]) -> None:
    for name, data in files.items():
        path = folder / name
        if data is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "law")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, dict(FILES))
    (folder / "kr/밖").symlink_to("/etc")
    commit(folder, {})
    return folder


def visible(folder: Path) -> dict[str, bytes]:
    return {k: v for k, v in contents(folder).items() if not k.startswith(".")}


LAWS = {f"legalize-kr/{name}": FILES[name] for name in (LIBRARY, DECREE, BOATS)}


@needs_git
def test_everything_and_then_what_changed(repository: Path, tmp_path: Path):
    out, url = tmp_path / "laws", repository.as_uri()
    report = mirror(EVERYTHING, out, url=url)
    assert visible(out) == LAWS
    assert sorted(f.title for f in report.fetched) == [
        "달빛 도서관법",
        "달빛 도서관법 시행령",
        "종이배 항해법",
    ]
    assert mirror(EVERYTHING, out, url=url).unchanged == 3

    newer = law("종이배 항해법", "990300", "종이배는 세 번 접는다.")
    commit(repository, {BOATS: newer, DECREE: None})
    report = mirror(EVERYTHING, out, url=url)
    assert [(f.title, f.new) for f in report.fetched] == [("종이배 항해법", False)]
    assert report.gone == (f"legalize-kr/{DECREE}",)
    mirror(EVERYTHING, out, url=url, prune=True)
    assert visible(out) == {f"legalize-kr/{LIBRARY}": FILES[LIBRARY], f"legalize-kr/{BOATS}": newer}


@needs_git
def test_by_name_and_number(repository: Path, tmp_path: Path):
    out = tmp_path / "laws"
    wanted = Wanted(names=("달빛도서관법 시행령", "종이배 항애법"), ids=("990300",))
    report = mirror(wanted, out, url=repository.as_uri())
    assert visible(out).keys() == {f"legalize-kr/{DECREE}", f"legalize-kr/{BOATS}"}
    (failure,) = report.failures
    assert "종이배 항해법" in failure.reason
    with pytest.raises(MissingError):
        mirror("종이배 항애법", out, url=repository.as_uri(), strict=True)


@needs_git
def test_with_history(repository: Path, tmp_path: Path):
    out = tmp_path / "laws"
    commit(repository, {BOATS: law("종이배 항해법", "990300", "종이배는 세 번 접는다.")})
    report = mirror(EVERYTHING, out, url=repository.as_uri(), history=True)
    assert len(report.fetched) == 3
    clone = out / "legalize-kr"
    assert git(clone, "rev-list", "--count", "HEAD") == "3"
    commit(
        repository, {BOATS: FILES[BOATS], "kr/새법/법률.md": law("새 법", "990900", "새것이다.")}
    )
    report = mirror(EVERYTHING, out, url=repository.as_uri(), history=True)
    assert [(f.file, f.new) for f in report.fetched] == [
        ("legalize-kr/kr/새법/법률.md", True),
        (f"legalize-kr/{BOATS}", False),
    ]
    assert (clone / BOATS).read_bytes() == FILES[BOATS]


@needs_git
@pytest.mark.parametrize("history", [False, True])
def test_a_repository_that_is_not_there(tmp_path: Path, history: bool):
    url = (tmp_path / "nowhere").as_uri().replace("file://", "file://moon:secret@")
    with pytest.raises(StoppedError) as told:
        mirror(EVERYTHING, tmp_path / "laws", url=url, history=history)
    assert told.value.key == "fetch.git"
    assert "secret" not in str(told.value)
    assert visible(tmp_path / "laws") == {}
    assert not list((tmp_path / "laws").glob(".*draft*"))


@needs_git
@pytest.mark.parametrize("url", ["--upload-pack=touch /tmp/x", "ext::sh -c id"])
def test_an_address_is_no_command(tmp_path: Path, url: str):
    with pytest.raises(StoppedError) as told:
        mirror(EVERYTHING, tmp_path / "laws", url=url)
    assert told.value.key == "fetch.url"


@needs_git
def test_a_folder_of_another_origin_is_left_alone(repository: Path, tmp_path: Path):
    mine = tmp_path / "laws/legalize-kr/note.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(StoppedError) as told:
        mirror(EVERYTHING, tmp_path / "laws", url=repository.as_uri(), history=True)
    assert told.value.key == "fetch.not_a_clone"
    assert mine.read_text("utf-8") == "mine"


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    for history, key in ((False, "fetch.no_git"), (True, "fetch.history_needs_git")):
        with pytest.raises(StoppedError) as told:
            mirror(EVERYTHING, tmp_path, url="https://127.0.0.1/x.git", history=history)
        assert told.value.key == key


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(everything=True, kind=Kind.PREC),
        Wanted(("달빛 도서관법",), day=__import__("datetime").date(2024, 1, 1)),
    ],
)
def test_what_legalize_kr_has_not(tmp_path: Path, wanted: Wanted):
    with pytest.raises(StoppedError) as told:
        mirror(wanted, tmp_path)
    assert told.value.key == "fetch.mirror_only"


# -- the archive ---------------------------------------------------------------------------------


def archive_of(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(f"legalize-kr-abc/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("legalize-kr-abc/kr/링크/법률.md")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return held.getvalue()


EVIL = {"../../../evil/법률.md": b"---\n", "kr/.git/법률.md": b"---\n"}


def test_an_archive_on_the_disk(tmp_path: Path):
    path = tmp_path / "laws.tar.gz"
    path.write_bytes(archive_of({**FILES, **EVIL}))
    out = tmp_path / "laws"
    mirror(EVERYTHING, out, url=str(path))
    assert visible(out) == LAWS
    assert not list(tmp_path.rglob("evil"))
    report = mirror("종이배 항해법", tmp_path / "one", url=path.as_uri())
    assert [f.file for f in report.fetched] == [f"legalize-kr/{BOATS}"]


def test_a_broken_archive(tmp_path: Path):
    path = tmp_path / "laws.tar.gz"
    data = archive_of(FILES)
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(StoppedError) as told:
        mirror(EVERYTHING, tmp_path / "laws", url=str(path))
    assert told.value.key == "fetch.archive"


@pytest.fixture
def archive_server() -> Iterator[tuple[str, list[str]]]:
    """Serves the archive by a list of behaviours, the last again and again."""
    script: list[str] = ["good"]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            step = script.pop(0) if len(script) > 1 else script[0]
            data = archive_of(FILES) if step in ("good", "half") else b""
            if self.path != "/there.tar.gz" and step == "good":
                self.send_response(302)  # as GitHub does
                self.send_header("location", "/there.tar.gz")
                self.end_headers()
                return
            self.send_response(int(step) if step.isdecimal() else 200)
            if step == "429":
                self.send_header("retry-after", "0")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if step == "half" else data)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/laws.tar.gz", script
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("steps", [["good"], ["500", "429", "half", "good"]], ids="-".join)
def test_an_archive_is_fetched(
    tmp_path: Path, archive_server: tuple[str, list[str]], steps: list[str]
):
    url, script = archive_server
    script[:] = steps
    mirror(EVERYTHING, tmp_path / "laws", url=url, manners=QUICK)
    assert visible(tmp_path / "laws") == LAWS
    assert not list((tmp_path / "laws").glob(".archive*"))


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("404", "fetch.status"),
        ("500", "fetch.status"),
        ("half", "fetch.unreachable"),
        ("200", "fetch.archive"),
    ],
)
def test_an_archive_that_does_not_come(
    tmp_path: Path, archive_server: tuple[str, list[str]], step: str, key: str
):
    url, script = archive_server
    script[:] = [step]
    with pytest.raises(StoppedError) as told:
        mirror(EVERYTHING, tmp_path / "laws", url=url, manners=QUICK)
    assert told.value.key == key
    assert contents(tmp_path / "laws") == {}


@needs_git
def test_the_folder_is_indexed(repository: Path, tmp_path: Path):
    mirror(EVERYTHING, tmp_path / "laws", url=repository.as_uri())
    engine = LexDPR.build(tmp_path / "laws", tmp_path / "index", jobs=1)
    assert engine.report is not None
    assert (engine.report.laws, engine.report.failures) == (3, ())
    assert engine.search("종이배는 몇 번 접나요", k=1)[0].law == "종이배 항해법"
