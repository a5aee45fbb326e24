"""What can go wrong while laws are fetched.

Three classes, by what a caller does about it: one law is not to be had (go on with the next), an
answer did not come or was broken (try again), nothing will come before somebody acts (stop).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lexdpr_rag.errors import LexDPRError

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class FetchError(LexDPRError):
    """Laws could not be fetched.  No message ever holds the key."""


class MissingError(FetchError):
    """One law is not to be had: unknown, not in force on that day, or without a text."""


class BrokenAnswerError(FetchError):
    """An answer did not come, or not whole, or was none; another try may be better."""


class StoppedError(FetchError):
    """Nothing will come before somebody acts: the key, the network, the disk, maintenance."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell what the disk says of ``path`` as a :class:`StoppedError`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoppedError("fetch.disk_full", path=path) from error
        reason = error.strerror or type(error).__name__
        raise StoppedError("fetch.unwritable", path=path, reason=reason) from error
