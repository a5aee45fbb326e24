"""Errors with a remedy: one line that names the value, what was expected and what to do."""

from __future__ import annotations

from lexdpr_rag.messages import render


class LexDPRError(Exception):
    """Base of every error that this package raises on purpose.

    The message is one line, in Korean unless ``LEXDPR_LANG=en``; ``key`` names it in
    :mod:`lexdpr_rag.messages` and ``values`` fill it, so that it can be told again in the other
    language.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key, values)

    def __str__(self) -> str:
        return render(self.key, **self.values)

    def __reduce__(self) -> tuple[object, ...]:
        # Workers of a process pool send errors home; Exception's own pickling would lose the values.
        return (_rebuild, (type(self), self.key, self.values))


def _rebuild(kind: type[LexDPRError], key: str, values: dict[str, object]) -> LexDPRError:
    return kind(key, **values)


class SourceError(LexDPRError):
    """A source file or API answer that cannot be read as a statute."""


class CitationError(LexDPRError, ValueError):
    """A citation that cannot be read, or that points to nothing in the corpus."""


class FilterError(LexDPRError, ValueError):
    """A filter or search option with a value that is not allowed."""


class IndexFormatError(LexDPRError):
    """An index folder that is missing, incomplete, damaged or of another format."""


class MissingExtraError(LexDPRError, ImportError):
    """An optional dependency that is not installed."""
