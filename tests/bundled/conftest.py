"""The sample statutes with the package's encoder, and with decisions on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from bundled.sample_decisions import DECIDED, ranker_of, titles_of

from lexdpr_rag import LexDPR
from lexdpr_rag.bundled import fusion_for
from lexdpr_rag.decisions.attached import AttachedDecisions
from lexdpr_rag.decisions.pack import DecisionPack, Issue
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.models import ENCODER


@pytest.fixture(scope="session")
def encoder() -> BiEncoder:
    return BiEncoder(ENCODER)


@pytest.fixture(scope="session")
def index(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundled") / "index"
    LexDPR.build(samples / "statutes", out, jobs=1, encoder=ENCODER, backend="exact").close()
    return out


@pytest.fixture(scope="session")
def attached(index: Path, encoder: BiEncoder) -> AttachedDecisions:
    """Decisions on the sample statutes."""
    engine = LexDPR.open(index)
    issues = [Issue(text, articles) for text, articles in DECIDED.items()]
    pack = DecisionPack.make(issues, titles_of(engine), encoder)
    found = AttachedDecisions(engine._store, [pack])
    assert len(pack.provisions) == len(found.articles) == 6
    return found


@pytest.fixture(scope="session")
def decided(index: Path, encoder: BiEncoder, attached: AttachedDecisions) -> LexDPR:
    """The sample statutes with decisions and the fusion of the package."""
    engine = LexDPR.open(index, encoder=encoder)
    fitted = fusion_for(encoder.fingerprint)
    assert fitted is not None
    engine._ranker = ranker_of(engine, attached, fitted)
    return engine


@pytest.fixture(scope="session")
def plain(index: Path, encoder: BiEncoder) -> LexDPR:
    """The same with neither."""
    engine = LexDPR.open(index, encoder=encoder)
    engine._ranker = ranker_of(engine, None, None)
    return engine
