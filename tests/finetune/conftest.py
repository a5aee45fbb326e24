"""The sample law's articles, and decisions on it that no court has given."""

from __future__ import annotations

from pathlib import Path

import pytest
from lexdpr_finetune.articles import Articles

from lexdpr_rag import LexDPR


@pytest.fixture(scope="session")
def articles(engine: LexDPR) -> Articles:
    """The articles of the sample statutes."""
    return Articles.open(Path(engine.path))
