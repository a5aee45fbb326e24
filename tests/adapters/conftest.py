"""An index of the bundled sample statutes, built once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import lexdpr_rag
from lexdpr_rag import LexDPR

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples" / "statutes"


@pytest.fixture(scope="session")
def index_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("adapters") / "law-index"
    LexDPR.build(SAMPLES, path).close()
    return path


@pytest.fixture(scope="session")
def engine(index_path: Path) -> Iterator[LexDPR]:
    engine = LexDPR.open(index_path)
    yield engine
    engine.close()
