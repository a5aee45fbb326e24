"""A ``.tar.gz`` of laws, fetched by https or lying on the disk; it is read, not unpacked."""

from __future__ import annotations

import gzip
import tarfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from lexdpr_rag.fetch.client import USER_AGENT, asked_wait
from lexdpr_rag.fetch.errors import BrokenAnswerError, StoppedError, writing
from lexdpr_rag.fetch.manners import Manners
from lexdpr_rag.statute.source import MAX_BYTES

_ENDINGS = (".tar.gz", ".tgz", ".tar")
_DRAFT = ".archive.part"


def is_archive(url: str) -> bool:
    """Whether an address or path names an archive rather than a repository."""
    return urlsplit(url).path.lower().endswith(_ENDINGS)


def members_of(url: str, place: Path, manners: Manners) -> Iterator[tuple[str, bytes]]:
    """Path, below the archive's one folder, and content of each Markdown file.

    Args:
        place: an address is fetched to a hidden file of this folder, which is removed at the end.

    Raises:
        StoppedError: it cannot be fetched, or is no archive.
    """
    if not url.startswith(("http://", "https://")):
        yield from _read(Path(url.removeprefix("file://")), url)
        return
    draft = place / _DRAFT
    try:
        _download(url, draft, manners)
        yield from _read(draft, url)
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path, url: str) -> Iterator[tuple[str, bytes]]:
    with _archive_errors(url), tarfile.open(path) as archive:
        for info in archive:
            parts = PurePosixPath(info.name).parts
            if not info.isreg() or not info.name.endswith(".md") or info.size > MAX_BYTES:
                continue
            file = archive.extractfile(info)
            if file is not None and len(parts) > 1:
                # GitHub puts all into legalize-kr-<commit>/.
                yield "/".join(parts[1:]), file.read()


@contextmanager
def _archive_errors(url: str) -> Iterator[None]:
    broken = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, OSError)
    try:
        yield
    except broken as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise StoppedError("fetch.archive", url=url, reason=reason) from error


def _download(url: str, draft: Path, manners: Manners) -> None:
    host = urlsplit(url).hostname or url
    for attempt in range(manners.retries + 1):
        try:
            wait = _try(url, draft, manners, host)
        except BrokenAnswerError as error:
            if attempt == manners.retries:
                raise StoppedError(error.key, **error.values) from None
            wait = None
        else:
            if wait is None:
                return
            if wait > manners.longest_wait:
                raise StoppedError("fetch.wait", seconds=wait)
        time.sleep(manners.backoff * 2**attempt if wait is None else wait)
    raise StoppedError("fetch.status", status=429, url=url)


def _try(url: str, draft: Path, manners: Manners, host: str) -> float | None:
    """Fetch once; the seconds that the server asks to wait, ``None`` when it is there."""
    import httpx

    headers = {"User-Agent": USER_AGENT}
    try:
        with (
            httpx.Client(timeout=manners.timeout, follow_redirects=True, headers=headers) as client,
            client.stream("GET", url) as response,
        ):
            status = response.status_code
            if status == 429 or status >= 500:
                asked = asked_wait(response.headers.get("retry-after"))
                if asked is not None:
                    return asked
                raise BrokenAnswerError("fetch.status", status=status, url=url)
            if status != 200:
                raise StoppedError("fetch.status", status=status, url=url)
            with writing(draft), draft.open("wb") as file:
                for piece in response.iter_bytes():
                    file.write(piece)
    except httpx.TimeoutException:
        seconds = manners.timeout
        raise BrokenAnswerError("fetch.timeout", host=host, seconds=seconds) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error)[:120] or type(error).__name__
        raise BrokenAnswerError("fetch.unreachable", host=host, reason=reason) from None
    return None
