"""What the package says to people, in Korean and English.

One table a topic, so that a translation is complete or a test fails.  The language is Korean unless
``LEXDPR_LANG=en`` or :func:`use_language` says otherwise.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import Literal

from lexdpr_rag.messages import (
    adapters,
    analysis,
    answers,
    decisions,
    fetch,
    finetune,
    indexing,
    lexicon,
    mining,
    models,
    recipes,
    searching,
    sources,
    synthesize,
    training,
)

Language = Literal["ko", "en"]

_language: ContextVar[Language | None] = ContextVar("lexdpr_language", default=None)


def language() -> Language:
    """The language in use: what :func:`use_language` set, else ``LEXDPR_LANG``, else Korean."""
    chosen = _language.get()
    if chosen is not None:
        return chosen
    return "en" if os.environ.get("LEXDPR_LANG", "").lower().startswith("en") else "ko"


def use_language(code: Language) -> None:
    """Set the language of messages for this context."""
    _language.set(code)


def render(key: str, /, **values: object) -> str:
    """The message ``key`` in the language in use, filled with ``values``."""
    korean, english = CATALOG[key]
    return (english if language() == "en" else korean).format(**values)


CATALOG: dict[str, tuple[str, str]] = {
    **adapters.MESSAGES,
    **analysis.MESSAGES,
    **answers.MESSAGES,
    **decisions.MESSAGES,
    **fetch.MESSAGES,
    **finetune.MESSAGES,
    **indexing.MESSAGES,
    **lexicon.MESSAGES,
    **mining.MESSAGES,
    **models.MESSAGES,
    **recipes.MESSAGES,
    **searching.MESSAGES,
    **sources.MESSAGES,
    **synthesize.MESSAGES,
    **training.MESSAGES,
}
