"""Laws from legalize-kr: the national law in Markdown, a git repository, without a key.

With git a shallow copy of the repository is kept beside the files, hidden, so that the next call
brings only what changed; without git the archive is fetched whole.  With history the repository
itself is cloned, for those who want every version of a law.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lexdpr_rag.fetch import git
from lexdpr_rag.fetch.archive import is_archive, members_of
from lexdpr_rag.fetch.errors import MissingError, StoppedError, writing
from lexdpr_rag.fetch.files import alone_in, write_whole
from lexdpr_rag.fetch.kinds import Kind
from lexdpr_rag.fetch.manners import Manners
from lexdpr_rag.fetch.report import Fetched, FetchEvent, FetchReport, NotFetched, Progress
from lexdpr_rag.fetch.wanted import Wanted
from lexdpr_rag.statute.directory import LawDirectory, LawEntry, normalise_title

REPOSITORY = "https://github.com/legalize-kr/legalize-kr.git"
ARCHIVE = "https://github.com/legalize-kr/legalize-kr/archive/HEAD.tar.gz"

FOLDER = "legalize-kr"
"""Where the files lie below the folder that was asked for."""

_COPY = ".legalize-kr.git"
_FRONT = re.compile(r"^(제목|법령ID|시행일자):[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_FRONT_BYTES = 2000


def mirror(
    wanted: Wanted | str | Iterable[str],
    out: str | Path,
    *,
    url: str | None = None,
    history: bool = False,
    manners: Manners | None = None,
    strict: bool = False,
    prune: bool = False,
    progress: Progress | None = None,
) -> FetchReport:
    """Fetch laws in force from legalize-kr, as ``legalize-kr/…/<folder>/<kind>.md`` below ``out``.

    Args:
        wanted: names (and 법령ID) or everything; neither a day nor another kind than laws.
        url: a repository that git can clone, or the address or path of a ``.tar.gz``;
            :data:`REPOSITORY` (without git :data:`ARCHIVE`) unless given.
        history: clone the repository with all commits instead; only with everything.
        manners: time limit and repetitions where the archive is fetched.
        strict: raise at the first name that is not there.
        prune: with everything: remove the files of laws that are there no more.

    Raises:
        StoppedError: git, the network or the disk; an option that legalize-kr has not.
        MissingError: with ``strict``, a name that is not there.
    """
    if not isinstance(wanted, Wanted):
        wanted = Wanted((wanted,) if isinstance(wanted, str) else tuple(wanted))
    _check(wanted, history=history)
    tell = progress or (lambda event: None)
    place, started = Path(out), time.monotonic()
    with alone_in(place):
        run = _Run(wanted, place / FOLDER, tell)
        if history:
            run.clone(url or REPOSITORY)
        else:
            run.take(_files(place, url, manners or Manners()), strict=strict, prune=prune)
        return run.report(place, time.monotonic() - started, pruned=prune)


def _check(wanted: Wanted, *, history: bool) -> None:
    if wanted.kind is not Kind.LAW:
        raise StoppedError("fetch.mirror_only", option=f"--kind {wanted.kind}")
    if wanted.day is not None:
        raise StoppedError("fetch.mirror_only", option="--date")
    if history and not wanted.everything:
        raise StoppedError("fetch.mirror_only", option="--history (without --all)")


def _files(place: Path, url: str | None, manners: Manners) -> Iterator[tuple[str, bytes]]:
    """Path and content of each Markdown file."""
    if url is None:
        url = REPOSITORY if git.is_there() else ARCHIVE
    if is_archive(url):
        return members_of(url, place, manners)
    return git.files_of(url, place / _COPY)


@dataclass
class _Run:
    """One fetch under way."""

    wanted: Wanted
    folder: Path
    tell: Progress
    fetched: list[Fetched] = field(default_factory=list)
    failures: list[NotFetched] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0
    seen: int = 0

    def take(self, files: Iterable[tuple[str, bytes]], *, strict: bool, prune: bool) -> None:
        """Write what is wanted and new; look for what has gone."""
        wanted = {normalise_title(name): name for name in self.wanted.names if name.strip()}
        ids = {number.zfill(6): number for number in self.wanted.ids}
        open_names = set(wanted) | set(ids)
        titles: dict[str, LawEntry] = {}
        taken: set[str] = set()
        self.tell(FetchEvent("mirror", 0, 0))
        for path, data in files:
            if not _is_law(path):
                continue
            front = _front_of(data)
            title, number = front.get("제목", ""), front.get("법령ID", "")
            titles[title] = LawEntry(number, title)
            self.seen += 1
            hit = {normalise_title(title), number.zfill(6)} & (set(wanted) | set(ids))
            if self.wanted.everything or hit:
                open_names -= hit
                taken.add(path)
                self._put(path, data, title, re.sub(r"\D", "", front.get("시행일자", "")))
            if self.seen % 50 == 0:
                self.tell(FetchEvent("mirror", self.seen, 0, len(self.fetched)))
        self.tell(FetchEvent("mirror", self.seen, self.seen, len(self.fetched)))
        self._report_missing([{**wanted, **ids}[name] for name in open_names], titles, strict)
        if self.wanted.everything and taken:
            self._look_for_gone(taken, prune=prune)

    def clone(self, url: str) -> None:
        """The repository itself, or what has changed in it."""
        self.tell(FetchEvent("mirror", 0, 0))
        paths, count = git.clone_whole(url, self.folder)
        self.fetched = [
            Fetched(f"{FOLDER}/{path}", PurePosixPath(path).parent.name, "", new)
            for path, new in paths
            if _is_law(path)
        ]
        self.unchanged = count - len(paths)

    def report(self, place: Path, seconds: float, *, pruned: bool) -> FetchReport:
        """What became of it."""
        return FetchReport(
            folder=str(place),
            source="legalize-kr",
            kind=str(Kind.LAW),
            fetched=tuple(self.fetched),
            unchanged=self.unchanged,
            failures=tuple(self.failures),
            gone=tuple(self.gone),
            pruned=pruned,
            listed=self.seen,
            total=self.seen,
            seconds=round(seconds, 3),
        )

    def _put(self, path: str, data: bytes, title: str, effective: str) -> None:
        target = self.folder / path
        with writing(target):
            old = target.read_bytes() if target.is_file() else None
        if old == data:
            self.unchanged += 1
            return
        write_whole(target, data)
        self.fetched.append(Fetched(f"{FOLDER}/{path}", title, effective, old is None))

    def _report_missing(
        self, names: Iterable[str], titles: dict[str, LawEntry], strict: bool
    ) -> None:
        directory = LawDirectory(titles.values(), {})
        for name in sorted(names):
            near = directory.suggest(name)
            key = "fetch.not_in_mirror_near" if near else "fetch.not_in_mirror"
            error = MissingError(key, name=name, near=", ".join(near))
            if strict:
                raise error
            self.failures.append(NotFetched(name, str(error)))

    def _look_for_gone(self, taken: set[str], *, prune: bool) -> None:
        with writing(self.folder):
            for file in sorted(self.folder.rglob("*.md")):
                path = file.relative_to(self.folder).as_posix()
                if path not in taken and _is_law(path):
                    self.gone.append(f"{FOLDER}/{path}")
                    if prune:
                        file.unlink()


def _is_law(path: str) -> bool:
    """A file of a law's folder that may be written: …/민법/법률.md, not README.md."""
    parts = PurePosixPath(path).parts
    plain = all(part not in ("..", ".", "/") and not part.startswith(".") for part in parts)
    named = len(parts) > 1 and not parts[-1].upper().startswith("README")
    return plain and named and path.endswith(".md") and "\\" not in path and "\0" not in path


def _front_of(data: bytes) -> dict[str, str]:
    """Title, number and day of the front matter, as written; nothing of a file without one."""
    head = data[:_FRONT_BYTES].decode("utf-8", errors="replace").removeprefix("\ufeff")
    if not head.startswith("---"):
        return {}
    head = head.partition("\n---")[0]
    return {name: value.strip("'\"") for name, value in _FRONT.findall(head)}
