"""JSON as language models write it: strict first, then read with their usual slips.

Repaired are: words and code fences around the object, thinking aloud before it, commas too many or
too few, single or curly quotes around keys and texts, quotes and line breaks within a text, and an
end that was cut off; an entry that was cut in its midst is left out.
"""

from __future__ import annotations

import json
import re
from typing import Any

_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_OPENING = re.compile(r"\{\s*[\"'“‘]")
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’"}
_BARE = re.compile(r"(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\b")
_ENDS_TEXT = re.compile(r"\s*(?:[}\]:]|,\s*(?:[\"'“‘{\[}\]]|$)|$)")
_ENDS_KEY = re.compile(r"\s*:")
_MISSING_COMMA = re.compile(r"\s*\n\s*[\"'“‘][^\"'“‘”’\n]*[\"'”’]\s*:")
_DEEPEST = 20


class NoJsonError(ValueError):
    """There is no JSON object to be found."""


def repaired(text: str) -> tuple[Any, bool]:
    """The JSON object in ``text``, and whether it had to be repaired.

    Raises:
        NoJsonError: there is none.
    """
    try:
        held = json.loads(text)
    except ValueError:
        pass
    else:
        if isinstance(held, dict):
            return held, False
    thoughtless = _THOUGHTS.sub("", text)
    for opening in _OPENING.finditer(thoughtless):
        try:
            return json.JSONDecoder().raw_decode(thoughtless, opening.start())[0], True
        except ValueError:
            pass
        try:
            return _Reader(thoughtless, opening.start()).value(), True
        except _CutError as cut:
            if cut.held:
                return cut.held, True
        except NoJsonError:
            continue
    raise NoJsonError(text[:80])


class _CutError(Exception):
    """The text ended within a value; ``held`` is what had been read whole."""

    def __init__(self, held: Any = None) -> None:
        super().__init__()
        self.held = held


class _Reader:
    """Reads one value from a place on, forgiving."""

    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self._at = at
        self._depth = 0

    def value(self) -> Any:
        char = self._next()
        if char in "{[":
            self._depth += 1
            if self._depth > _DEEPEST:
                raise NoJsonError(self._text[:80])
            held = self._object() if char == "{" else self._list()
            self._depth -= 1
            return held
        if char in _QUOTES:
            return self._string(_ENDS_TEXT)
        match = _BARE.match(self._text, self._at)
        if match is None:
            raise NoJsonError(self._text[self._at : self._at + 80])
        self._at = match.end()
        return json.loads(match[0])

    def _next(self) -> str:
        """The next character that is no space; the reader stands on it."""
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        if self._at == len(self._text):
            raise _CutError
        return self._text[self._at]

    def _object(self) -> dict[str, Any]:
        held: dict[str, Any] = {}
        outermost = self._depth == 1
        self._at += 1
        try:
            while (char := self._next()) != "}":
                if char == ",":
                    self._at += 1
                    continue
                if char not in _QUOTES:
                    raise NoJsonError(self._text[self._at : self._at + 80])
                key = self._string(_ENDS_KEY)
                if self._next() != ":":
                    raise NoJsonError(self._text[self._at : self._at + 80])
                self._at += 1
                try:
                    held[key] = self.value()
                except _CutError as cut:
                    if isinstance(cut.held, list):
                        held[key] = cut.held
                    raise
        except _CutError:
            # The outermost lacks but its end; an entry of a list that was cut is left out.
            raise _CutError(held if outermost else None) from None
        self._at += 1
        return held

    def _list(self) -> list[Any]:
        held: list[Any] = []
        self._at += 1
        try:
            while (char := self._next()) != "]":
                if char == ",":
                    self._at += 1
                    continue
                if char == "}":  # the list was never closed
                    return held
                held.append(self.value())
        except _CutError:
            raise _CutError(held) from None
        self._at += 1
        return held

    def _string(self, end: re.Pattern[str]) -> str:
        """Up to the quote behind which a text can end: quotes before it belong to the text."""
        closing = _QUOTES[self._text[self._at]]
        start = at = self._at + 1
        while at < len(self._text):
            char = self._text[at]
            if char == "\\":
                at += 2
                continue
            if char == closing and (
                end.match(self._text, at + 1) or _MISSING_COMMA.match(self._text, at + 1)
            ):
                self._at = at + 1
                return _unescaped(self._text[start:at])
            at += 1
        self._at = len(self._text)
        raise _CutError


def _unescaped(text: str) -> str:
    inner = re.sub(r'(?<!\\)((?:\\\\)*)"', r"\1\\\"", text)
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return text.replace("\\", "")
