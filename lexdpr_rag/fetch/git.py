"""git as a subprocess: a shallow copy to read files from, or a whole clone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from lexdpr_rag.fetch.errors import StoppedError, writing

_USER = re.compile(r"(?<=://)[^/@\s]+@")
# A server that sends nothing for a minute has gone; git itself would wait for good.
_SETTINGS = ("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60", "-c", "gc.auto=0")


def is_there() -> bool:
    """Whether git is installed."""
    return shutil.which("git") is not None


def files_of(url: str, copy: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of each Markdown file of the newest commit.

    Args:
        copy: where a bare copy of that commit is kept; the next call fetches what changed.

    Raises:
        StoppedError: git is missing or says that it failed; the disk is full.
    """
    _check(url)
    if not (copy / "HEAD").is_file():
        _made_at(copy, url, "clone", "--bare", "--depth", "1", "--no-tags", "--single-branch")
    else:
        _git(url, "-C", str(copy), "fetch", "--depth", "1", "--no-tags", "--force", url, "HEAD")
        _git(url, "-C", str(copy), "update-ref", "HEAD", "FETCH_HEAD")
    yield from _blobs(url, copy)


def clone_whole(url: str, folder: Path) -> tuple[list[tuple[str, bool]], int]:
    """The repository with all its commits, or what is new in it.

    Returns:
        The paths that are new (``True``) or changed (``False``), and how many files there are.

    Raises:
        StoppedError: git is missing or says that it failed; ``folder`` is something else.
    """
    _check(url, history=True)
    if not (folder / ".git").is_dir():
        if folder.exists():
            raise StoppedError("fetch.not_a_clone", path=folder)
        _made_at(folder, url, "clone", "--no-tags", "--single-branch")
        paths = _names(url, folder, "ls-files", "-z")
        return [(path, True) for path in paths], len(paths)
    here = ("-C", str(folder))
    old = _git(url, *here, "rev-parse", "HEAD").decode().strip()
    _git(url, *here, "fetch", "--no-tags", url, "HEAD")
    _git(url, *here, "reset", "--hard", "FETCH_HEAD")
    added = _names(url, folder, "diff", "-z", "--name-only", "--diff-filter=A", old, "HEAD")
    changed = _names(url, folder, "diff", "-z", "--name-only", "--diff-filter=MRCT", old, "HEAD")
    marked = [(path, True) for path in added] + [(path, False) for path in changed]
    return sorted(marked), len(_names(url, folder, "ls-files", "-z"))


def _check(url: str, *, history: bool = False) -> None:
    if not is_there():
        if history:
            raise StoppedError("fetch.history_needs_git")
        raise StoppedError("fetch.no_git", url=_shown(url))
    if url.startswith("-") or "::" in url:
        raise StoppedError("fetch.url", url=_shown(url), expected="https://, ssh://, /")


def _made_at(place: Path, url: str, *command: str) -> None:
    """Clone beside ``place`` and rename, so that it is there whole or not at all."""
    draft = place.with_name(f".{place.name.lstrip('.')}.draft")
    with writing(place):
        shutil.rmtree(draft, ignore_errors=True)
        try:
            _git(url, *command, "--", url, str(draft))
            shutil.rmtree(place, ignore_errors=True)
            draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _names(url: str, folder: Path, *command: str) -> list[str]:
    said = _git(url, "-C", str(folder), *command)
    return [name.decode("utf-8", errors="replace") for name in said.split(b"\0") if name]


def _blobs(url: str, copy: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of each ``.md``; the contents come through one process."""
    listed = _git(url, "-C", str(copy), "ls-tree", "-r", "-z", "HEAD")
    wanted: list[tuple[str, str]] = []
    for line in filter(None, listed.split(b"\0")):
        kind, _, name = line.partition(b"\t")
        mode, _, blob = kind.decode().split()
        # 120000 is a link, 160000 another repository.
        if mode.startswith("100") and name.endswith(b".md"):
            wanted.append((name.decode("utf-8", errors="replace"), blob))
    with subprocess.Popen(
        ["git", "-C", str(copy), "cat-file", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:
        asked, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        for path, blob in wanted:
            asked.write(f"{blob}\n".encode())
            asked.flush()
            head = answers.readline().split()
            if len(head) != 3:
                raise StoppedError("fetch.git", url=_shown(url), reason=f"no object {blob}")
            data = answers.read(int(head[2]))
            answers.read(1)
            yield path, data
        asked.close()


def _git(url: str, *command: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", *_SETTINGS, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env=_environment(),
        )
    except FileNotFoundError:
        raise StoppedError("fetch.no_git", url=_shown(url)) from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
        reason = _shown(" ".join(told[-1].split()) if told else f"status {done.returncode}")
        raise StoppedError("fetch.git", url=_shown(url), reason=reason.rstrip(". "))
    return done.stdout


def _environment() -> dict[str, str]:
    """No question to a person, no helper of a protocol, words that can be read."""
    # Set where a hook of another repository runs us: git would work on that one.
    inherited = {k: v for k, v in os.environ.items() if k not in ("GIT_DIR", "GIT_WORK_TREE")}
    allowed = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh"}
    return {**inherited, **allowed, "LC_ALL": "C"}


def _shown(text: str) -> str:
    """``text`` without the user and password of an address."""
    return _USER.sub("***@", text)[:300]
