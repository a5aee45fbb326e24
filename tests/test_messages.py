"""Both languages say everything, with the same values in it."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
from pathlib import Path

import pytest

import lexdpr_rag
from lexdpr_rag import messages
from lexdpr_rag.cli import words
from lexdpr_rag.cli.words import WORDS, say
from lexdpr_rag.messages import CATALOG, language, render, use_language

TABLES = {**CATALOG, **WORDS}
PACKAGE = Path(lexdpr_rag.__file__).parent
# Keys that are put together from parts: stage.parse, level.auto, odd.number-gap …
COMPOSED = (
    "help.",
    "route.",
    "stage.",
    "level.",
    "parse.",
    "odd.",
    "refs.",
    "line.",
    "fail.reason.",
    "meta.",
)


def placeholders(text: str) -> set[tuple[str, str | None, str | None]]:
    return {
        (name, spec, conversion)
        for _, name, spec, conversion in string.Formatter().parse(text)
        if name is not None
    }


def test_the_tables_share_no_key():
    topics = [
        importlib.import_module(f"{package.__name__}.{module.name}").MESSAGES
        for package in (messages, words)
        for module in pkgutil.iter_modules(package.__path__)
    ]
    assert len(topics) >= 7
    assert sum(map(len, topics)) == len(TABLES)


@pytest.mark.parametrize("key", sorted(TABLES))
def test_both_languages_hold_the_same_values(key: str):
    korean, english = TABLES[key]
    assert korean.strip() and english.strip()
    assert placeholders(korean) == placeholders(english)


@pytest.mark.parametrize("key", sorted(CATALOG))
def test_an_error_is_one_line(key: str):
    assert not any("\n" in text for text in CATALOG[key])


def test_english_is_english():
    # Examples of statutes stay Korean; the words around them do not.
    endings = re.compile(r"(습니다|하세요|주세요|쓰세요)")
    assert not [key for key, (_, english) in TABLES.items() if endings.search(english)]


def test_every_word_of_the_command_line_is_used():
    source = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "cli").glob("*.py"))
    unused = [
        key
        for key in WORDS
        if not key.startswith(COMPOSED) and not re.search(rf"""['"]{re.escape(key)}['"]""", source)
    ]
    assert unused == []


def test_the_language_is_chosen_by_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("LEXDPR_LANG", raising=False)
    assert language() == "ko"
    assert say("fail.interrupted") == "중단했습니다."
    monkeypatch.setenv("LEXDPR_LANG", "en_US.UTF-8")
    assert language() == "en"
    assert say("fail.interrupted") == "interrupted."
    assert "no such file" in render("source.missing", path="x")


def test_the_language_can_be_set_in_a_context(monkeypatch: pytest.MonkeyPatch):
    from contextvars import copy_context

    monkeypatch.setenv("LEXDPR_LANG", "en")

    def korean() -> str:
        use_language("ko")
        return render("source.missing", path="x")

    assert "없습니다" in copy_context().run(korean)
    assert language() == "en"
