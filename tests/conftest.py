"""Fixtures of the whole suite.

The corpus is not part of the project: its tests carry the ``corpus`` mark and skip, saying why,
where the data is absent.  All other fixtures are texts written for these tests.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

import pytest
import zstandard

from lexdpr_rag import LexDPR
from lexdpr_rag.index.dense_plan import NO_ENCODER, VARIABLE
from lexdpr_rag.models import ENCODER

# Vectors in Chroma take seconds an index; tests that are about them name their encoder, or take the
# variable away.  Processes that tests start inherit it.
os.environ[VARIABLE] = NO_ENCODER

ROOT = Path(__file__).resolve().parent.parent
# The archives were made with `zstd --long=27`; the window a reader must allow has room to spare.
_LARGEST_WINDOW = 2**31


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample statutes that the package brings."""
    return ROOT / "lexdpr_rag" / "samples"


@pytest.fixture(scope="session")
def engine(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> LexDPR:
    """An index over the sample statutes.  It is shared: nothing may change it."""
    return LexDPR.build(samples / "statutes", tmp_path_factory.mktemp("samples") / "index", jobs=1)


@pytest.fixture(scope="session")
def corpus_data() -> Path:
    """The folder of the shared data: ``$LEXDPR_DATA``, or ``../shared/data`` beside the project."""
    folder = Path(os.environ.get("LEXDPR_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no corpus at {folder} (LEXDPR_DATA names its folder)")
    return folder


@pytest.fixture(scope="session")
def statutes_kr(corpus_data: Path) -> Path:
    """The national law in Markdown: ``<folder>/<kind>.md``, 5,674 files."""
    return _unpacked(corpus_data / "statutes-kr.tar.zst")


@pytest.fixture(scope="session")
def lawgo_json(corpus_data: Path) -> Path:
    """Answers of the national law API: ``laws/`` and ``admin_rules/``."""
    return _unpacked(corpus_data / "lawgo-json.tar.zst")


@pytest.fixture(scope="session")
def precedents(corpus_data: Path) -> Path:
    """Supreme Court decisions, one ``<year>.jsonl`` a year."""
    return _unpacked(corpus_data / "precedents.tar.zst")


@pytest.fixture(scope="session")
def national(statutes_kr: Path, tmp_path_factory: pytest.TempPathFactory) -> LexDPR:
    """The whole national law with the vectors of the package's own encoder (some 80 s)."""
    out = tmp_path_factory.mktemp("national") / "index"
    return LexDPR.build(statutes_kr, out, encoder=ENCODER, backend="exact")


def _unpacked(archive: Path) -> Path:
    """The folder that ``archive`` holds, unpacked once and kept for later runs.

    It lies in ``$LEXDPR_TEST_CACHE`` (or the machine's temporary folder) under the archive's size
    and time, so that another archive is unpacked anew; a rename at the end makes it whole or absent.
    """
    if not archive.is_file():
        pytest.skip(f"no {archive.name} in {archive.parent}")
    default = Path(tempfile.gettempdir()) / "lexdpr-rag-test-data"
    cache = Path(os.environ.get("LEXDPR_TEST_CACHE") or default)
    stat = archive.stat()
    name = archive.name.removesuffix(".tar.zst")
    target = cache / f"{name}-{stat.st_size}-{int(stat.st_mtime)}"
    if not target.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=cache))
        try:
            with archive.open("rb") as file:
                reader = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
                with (
                    reader.stream_reader(file) as stream,
                    tarfile.open(fileobj=stream, mode="r|") as tar,
                ):
                    tar.extractall(scratch, filter="data")
            scratch.rename(target)
        except OSError:
            if not target.is_dir():  # not another run that was first
                raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return target / name
