"""Requests to law.go.kr: one at a time, repeated where that may help, the key out of sight."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import lexdpr_rag
from lexdpr_rag.fetch.answers import read_answer
from lexdpr_rag.fetch.errors import BrokenAnswerError, FetchError, MissingError, StoppedError
from lexdpr_rag.fetch.key import Key
from lexdpr_rag.fetch.kinds import Kind, Target
from lexdpr_rag.fetch.manners import Manners
from lexdpr_rag.messages import render
from lexdpr_rag.statute.answer import Answer
from lexdpr_rag.statute.source import MAX_BYTES

if TYPE_CHECKING:
    import httpx

API = "https://www.law.go.kr/DRF"
"""Where ``lawSearch.do`` and ``lawService.do`` lie."""

USER_AGENT = f"lexdpr-rag/{lexdpr_rag.__version__} (fetch)"

LIST, TEXT = "lawSearch.do", "lawService.do"
_WHOLE = 10
"""A whole answer may take so many times the time limit of its parts."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came, and decoded."""

    data: bytes
    answer: Answer


class Client:
    """Calls the API of law.go.kr.  A context manager; nothing is sent before it is entered.

    Args:
        url: the address of the API, without ``/lawSearch.do``.
        sleep: waits; tests count instead.
    """

    def __init__(
        self,
        key: Key,
        url: str = API,
        manners: Manners | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name the server.

        Raises:
            StoppedError: ``url`` is no http(s) address.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise StoppedError("fetch.url", url=key.masked(url), expected="https://")
        self._url = url.rstrip("/")
        self._host = parts.hostname
        self._key = key
        self._manners = manners or Manners()
        self._sleep = sleep
        self._http: httpx.Client | None = None
        self._opened = ExitStack()
        self._last = float("-inf")
        self.requests = 0

    def __enter__(self) -> Self:
        import httpx

        limits = httpx.Timeout(self._manners.timeout)
        self._opened.enter_context(self._key.kept_out_of_logs())
        self._http = self._opened.enter_context(
            # A redirect would carry the key to where it points.
            httpx.Client(timeout=limits, headers={"User-Agent": USER_AGENT}, follow_redirects=False)
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http = None
        self._opened.close()

    def get(self, path: str, target: Target, params: dict[str, str]) -> Reply:
        """Ask for a list or a text.

        Raises:
            StoppedError: the key is refused, or the server wants to be left alone.
            MissingError: there is no such text.
            BrokenAnswerError: no good answer came, however often it was asked for.
        """
        attempt = 0
        while not isinstance(tried := self._try(path, target, params), Reply):
            if attempt >= self._manners.retries or not isinstance(tried.error, BrokenAnswerError):
                # A new error, from no handler: the traceback of the old one leads to frames and
                # to errors of the libraries that hold the address, key and all.
                raise self._masked(tried.error)
            self._sleep(self._patience(attempt, tried.wait))
            attempt += 1
        return tried

    def _patience(self, attempt: int, asked: float | None) -> float:
        """Seconds before the next try; a little more than asked of many clients at once."""
        if asked is None:
            return float(self._manners.backoff * 2**attempt * random.uniform(1.0, 1.25))
        if asked > self._manners.longest_wait:
            raise StoppedError("fetch.wait", seconds=asked)
        return asked

    def _try(self, path: str, target: Target, params: dict[str, str]) -> Reply | _Trouble:
        """One request."""
        left = self._manners.pause - (time.monotonic() - self._last)
        if left > 0:
            self._sleep(left)
        self.requests += 1
        try:
            status, headers, data = self._send(path, params)
        except FetchError as error:
            return _Trouble(self._masked(error))
        finally:
            self._last = time.monotonic()
        if status != 200:
            return self._of_status(path, status, headers)
        data = self._key.cut_from(data)
        try:
            return Reply(data, read_answer(data, target, name_of(target.kind)))
        except FetchError as error:
            return _Trouble(self._masked(error))

    def _send(self, path: str, params: dict[str, str]) -> tuple[int, httpx.Headers, bytes]:
        import httpx

        if self._http is None:
            raise RuntimeError("the client is not entered")
        url = f"{self._url}/{path}"
        query = {**params, "type": "JSON"}
        seconds = self._manners.timeout
        end = time.monotonic() + seconds * _WHOLE
        try:
            with self._http.stream("GET", url, params=self._key.signed(query)) as response:
                pieces, size = [], 0
                for piece in response.iter_bytes():
                    pieces.append(piece)
                    size += len(piece)
                    if size > MAX_BYTES:
                        limit = MAX_BYTES >> 20
                        raise StoppedError("fetch.too_large", host=self._host, limit=limit)
                    if time.monotonic() > end:
                        raise httpx.ReadTimeout("too slow")
                return response.status_code, response.headers, b"".join(pieces)
        except httpx.TimeoutException:
            raise BrokenAnswerError("fetch.timeout", host=self._host, seconds=seconds) from None
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.DecodingError) as error:
            reason = self._reason(error)
            raise BrokenAnswerError("fetch.cut_off", host=self._host, reason=reason) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = self._reason(error)
            raise BrokenAnswerError("fetch.unreachable", host=self._host, reason=reason) from None

    def _reason(self, error: Exception) -> str:
        said = " ".join(self._key.masked(str(error)).split())[:120]
        return said or type(error).__name__

    def _of_status(self, path: str, status: int, headers: httpx.Headers) -> _Trouble:
        values = {"status": status, "url": self._url}
        if status == 429 or status >= 500 or 300 <= status < 400 or status == 408:
            wait = asked_wait(headers.get("retry-after"))
            return _Trouble(BrokenAnswerError("fetch.status", **values), wait)
        # Of an ordinance that has gone the server says 404; a list that is not there never was.
        gone = path == TEXT and status in (400, 404, 410)
        return _Trouble((MissingError if gone else StoppedError)("fetch.status", **values))

    def _masked(self, error: FetchError) -> FetchError:
        """The error anew, without the key, which a server may repeat in what it says."""
        values = {
            name: self._key.masked(value) if isinstance(value, str) else value
            for name, value in error.values.items()
        }
        return type(error)(error.key, **values)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a request brought nothing; ``wait``: seconds that the server asks for."""

    error: FetchError
    wait: float | None = None


def asked_wait(value: str | None) -> float | None:
    """``Retry-After`` in seconds, a number or a date; ``None`` where it says nothing."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            when = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        seconds = (when - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if seconds == seconds else None


def name_of(kind: Kind) -> str:
    """The kind in words of the language in use."""
    return render(f"fetch.kind.{kind}")
