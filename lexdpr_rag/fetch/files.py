"""Files that are there whole or not at all, and one fetch at a time in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lexdpr_rag.fetch.errors import StoppedError, writing

PART = ".part"
"""The end of the name of a file that is being written; it is hidden, so that no index reads it."""

_LOCK = ".fetch.lock"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in the place of the one that may be there, in one step.

    Raises:
        StoppedError: the disk is full, the folder is not writable; what was there is as it was.
    """
    draft = path.with_name(f".{path.name}{PART}")
    with writing(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                # Else a machine that loses power may have the new name and none of the bytes.
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise


def sweep_drafts(folder: Path) -> None:
    """Remove what a fetch that was killed had not written to the end."""
    if folder.is_dir():
        with writing(folder):
            for draft in folder.glob(f".*{PART}"):
                draft.unlink(missing_ok=True)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make ``folder`` and keep other fetches out of it.

    Raises:
        StoppedError: another is at work there, or it is not writable.
    """
    from filelock import FileLock, Timeout

    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise StoppedError("fetch.locked", path=folder) from None
    try:
        yield
    finally:
        # The file stays: whoever removes it may remove the lock that the next one holds already.
        lock.release()
