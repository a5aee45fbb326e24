"""How long is waited before a call is made again."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits that double, by chance somewhat shorter, so that callers do not come back all at once.

    Attributes:
        retries: calls after the first one, where the trouble may pass (429, 5xx, timeouts).
        first: seconds before the first of them.
        longest: seconds at most; a server's ``Retry-After`` is kept to ``longest_asked``.
        longest_asked: the longest wait that a server may ask for.
    """

    retries: int = 6
    first: float = 1.0
    longest: float = 60.0
    longest_asked: float = 600.0

    def wait(self, failures: int, asked: float | None = None) -> float:
        """Seconds to wait after the ``failures``-th failure of a call, at least what was asked."""
        own = min(self.longest, self.first * 2.0 ** (failures - 1)) * random.uniform(0.5, 1.0)
        return max(own, min(asked or 0.0, self.longest_asked))


@dataclass(slots=True)
class Gate:
    """Holds all callers back while the server has asked one of them to wait."""

    _until: float = field(default=0.0)

    def shut(self, seconds: float) -> None:
        """Let nobody through for ``seconds``."""
        self._until = max(self._until, time.monotonic() + seconds)

    async def passed(self) -> None:
        """Wait until nobody is held back."""
        while (left := self._until - time.monotonic()) > 0:
            await asyncio.sleep(left)
