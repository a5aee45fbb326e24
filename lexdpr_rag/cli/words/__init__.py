"""What the command line says, in Korean and English: help, labels, progress, wrong usage.

Errors of the engine are in :mod:`lexdpr_rag.messages`; these are the same kind of tables for
the terminal, and the language in use is the same.
"""

from __future__ import annotations

from lexdpr_rag.cli.words import failures, fetch, finetune, help_texts, labels, lexicon, refs
from lexdpr_rag.messages import language


def say(key: str, **values: object) -> str:
    """The words ``key`` in the language in use, filled with ``values``."""
    korean, english = WORDS[key]
    return (english if language() == "en" else korean).format(**values)


def say_or_same(key: str) -> str:
    """The words ``key``, or ``key`` itself where the table has none."""
    return say(key) if key in WORDS else key


WORDS: dict[str, tuple[str, str]] = {
    **failures.MESSAGES,
    **fetch.MESSAGES,
    **finetune.MESSAGES,
    **help_texts.MESSAGES,
    **labels.MESSAGES,
    **lexicon.MESSAGES,
    **refs.MESSAGES,
}
