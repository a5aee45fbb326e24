"""The plain questions and the lexicon that the package brings; ``data/plain/README.md`` is their card.

In a recipe the word ``plain`` means them: ``own: [plain, ours.jsonl]``, ``lexicon: [plain, ours.jsonl]``.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

WORD = "plain"
"""What recipes call them."""

FOLDER = Path(str(files("lexdpr_finetune") / "data" / "plain")).resolve()
"""Where they lie."""

TRAINING = FOLDER / "questions-train.jsonl"
"""The questions to train on."""

DEV = (FOLDER / "questions-dev.jsonl", FOLDER / "questions-dev-new.jsonl")
"""Questions on other articles, for measuring only."""

LEXICON = FOLDER / "lexicon.jsonl"
"""Everyday words and the terms of the law."""


@cache
def dev_articles() -> frozenset[str]:
    """Keys of the articles that the questions of :data:`DEV` ask for."""
    lines = (line for path in DEV for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(key for line in lines for key in json.loads(line)["gold"])
