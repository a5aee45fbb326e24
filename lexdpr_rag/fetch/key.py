"""The user's key for law.go.kr: sent with each request, and seen nowhere else."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

from lexdpr_rag.fetch.errors import StoppedError

VARIABLE = "LEXDPR_LAW_KEY"
"""The environment variable that holds the key."""

LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy")))
"""Who logs requests; a filter holds for one logger, not for those below it."""

MASK = "***"
_IN_URL = re.compile(r"((?:^|[?&;\s\"'])(?:amp;)?OC=)[^&\s\"'<>]*", re.IGNORECASE)


class Key:
    """A key (``OC``) of open.law.go.kr.  Neither ``repr`` nor ``str`` shows it."""

    __slots__ = ("_value",)

    def __init__(self, value: str | None = None) -> None:
        """Take ``value``, or what :data:`VARIABLE` holds.

        Raises:
            StoppedError: there is none, or it has characters that no key has.
        """
        value = (os.environ.get(VARIABLE, "") if value is None else value).strip()
        if not value:
            raise StoppedError("fetch.no_key")
        if not value.isascii() or not value.isprintable() or re.search(r"[\s&?#<>\"']", value):
            raise StoppedError("fetch.bad_key")
        self._value = value

    def __repr__(self) -> str:
        return f"<Key {MASK}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a key is not pickled")

    def signed(self, params: dict[str, str]) -> dict[str, str]:
        """``params`` of a request with the key among them."""
        return {"OC": self._value, **params}

    def masked(self, text: str) -> str:
        """``text`` without the key, as it is and as it stands in an address."""
        text = _IN_URL.sub(rf"\1{MASK}", text)
        for form in {self._value, quote(self._value, safe=""), quote_plus(self._value)}:
            text = re.sub(rf"(?<![\w%]){re.escape(form)}(?![\w%])", MASK, text)
        return text

    def cut_from(self, data: bytes) -> bytes:
        """An answer without the key: the server puts it into the links of some answers."""
        for form in {self._value, quote(self._value, safe="")}:
            data = re.sub(rb"(\bOC=)" + re.escape(form.encode()) + rb"(?![\w%])", rb"\1", data)
        return data

    @contextmanager
    def kept_out_of_logs(self) -> Iterator[None]:
        """Mask the key in what the HTTP libraries log: they log addresses."""
        filters = [(logging.getLogger(name), _Masking(self)) for name in LOGGERS]
        for logger, masking in filters:
            logger.addFilter(masking)
        try:
            yield
        finally:
            for logger, masking in filters:
                logger.removeFilter(masking)


class _Masking(logging.Filter):
    def __init__(self, key: Key) -> None:
        super().__init__()
        self._key = key

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._key.masked(record.getMessage()), ()
        return True
