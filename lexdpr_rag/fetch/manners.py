"""How a server is called: one request at a time, with pauses, and patience."""

from __future__ import annotations

from dataclasses import dataclass, fields

from lexdpr_rag.fetch.errors import StoppedError


@dataclass(frozen=True, slots=True)
class Manners:
    """How to call a server.  Times are in seconds.

    Attributes:
        pause: between the end of one answer and the next request.
        timeout: for a connection, and for each part of an answer; a whole answer may take ten
            times as long.
        retries: how often a request is repeated after a failure that may pass.
        backoff: before the first repetition, twice as long before each further one; where the
            server names a time (Retry-After), that counts.
        longest_wait: a server that asks for more patience than this is left alone.
    """

    pause: float = 0.5
    timeout: float = 30.0
    retries: int = 4
    backoff: float = 1.0
    longest_wait: float = 120.0

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            StoppedError: one is negative, or ``timeout`` is not above 0.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            least = 0.001 if field.name == "timeout" else 0
            if not value >= least:  # NaN too
                raise StoppedError("fetch.manners", name=field.name, value=value, least=least)
