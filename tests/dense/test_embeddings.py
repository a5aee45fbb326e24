"""Embedding runs: what is encoded, what is taken over, being killed, a full disk."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dense.fake_encoder import DIMENSION, HashEncoder, store_of_laws

from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index import embeddings
from lexdpr_rag.index.embeddings import DenseEvent, Embedded, EmbeddingCache, embed_store
from lexdpr_rag.index.store import UnitStore, concatenate
from lexdpr_rag.index.vectors import (
    DenseMeta,
    IndexWriteError,
    embedded_units,
    embedding_texts,
    normalised,
    text_hashes,
)

TESTS = Path(__file__).resolve().parents[1]


def embed(
    store: UnitStore, encoder: HashEncoder, root: Path, name: str = "one", **more
) -> Embedded:
    """Embed into ``root/name/dense`` and vouch for it."""
    out = root / name / "dense"
    done = embed_store(store, encoder, out=out, work=root / "work", batch=8, **more)
    DenseMeta("fake", encoder.fingerprint, encoder.dimension, done.vectors, "exact").save(out)
    return done


def expected(store: UnitStore, encoder: HashEncoder) -> np.ndarray:
    texts = list(embedding_texts(store, embedded_units(store)))
    return normalised(np.stack([encoder._vector(text) for text in texts]))


def vectors_in(root: Path, name: str = "one") -> np.ndarray:
    return np.load(root / name / "dense" / "vectors.npy")


# -- what is encoded -----------------------------------------------------------------------------


def test_every_unit_has_its_vector(tmp_path: Path):
    store, encoder = store_of_laws(), HashEncoder()
    events: list[DenseEvent] = []
    assert embed(store, encoder, tmp_path, progress=events.append) == Embedded(40, 40, 0)
    assert np.array_equal(vectors_in(tmp_path), expected(store, encoder))
    assert np.array_equal(np.load(tmp_path / "one/dense/units.npy"), embedded_units(store))
    assert [e.done for e in events] == [0, 8, 16, 24, 32, 40]
    assert {(e.stage, e.total) for e in events} == {("embed", 40)}


def test_equal_texts_are_encoded_once(tmp_path: Path):
    store = concatenate([store_of_laws(2), store_of_laws(3)])  # laws 0 and 1 in two versions
    encoder = HashEncoder()
    assert embed(store, encoder, tmp_path) == Embedded(50, 30, 0)
    assert len(encoder.encoded) == 30
    assert np.array_equal(vectors_in(tmp_path), expected(store, encoder))


def test_an_update_encodes_what_changed(tmp_path: Path):
    embed(store_of_laws(), HashEncoder(), tmp_path)
    changed = store_of_laws(5, changed={(1, 3): "달빛이 새로 든다.", (3, 10): "별이 진다."})
    encoder = HashEncoder()
    # The old index alone is asked: no cache is left of a build that was finished.
    done = embed_store(
        changed,
        encoder,
        out=tmp_path / "two/dense",
        work=tmp_path / "new-work",
        old=tmp_path / "one/dense",
    )
    assert done == Embedded(50, 12, 38)
    assert sum("달빛4법" in text for text in encoder.encoded) == 10
    assert sorted(t.splitlines()[2] for t in encoder.encoded if "달빛4법" not in t) == [
        "달빛이 새로 든다.",
        "별이 진다.",
    ]
    assert np.array_equal(vectors_in(tmp_path, "two"), expected(changed, encoder))


@pytest.mark.parametrize(
    "other", [HashEncoder("hash-2"), HashEncoder(dimension=8)], ids=["fingerprint", "dimension"]
)
def test_another_encoder_takes_nothing_over(tmp_path: Path, other: HashEncoder):
    store = store_of_laws()
    embed(store, HashEncoder(), tmp_path)
    assert embed(store, other, tmp_path, "two", old=tmp_path / "one/dense").encoded == 40
    assert np.array_equal(vectors_in(tmp_path, "two"), expected(store, other))


@pytest.mark.parametrize("part", ["dense.json", "vectors.npy", "hashes.npy"])
def test_a_damaged_old_index_is_encoded_anew(tmp_path: Path, part: str):
    store = store_of_laws()
    embed(store, HashEncoder(), tmp_path)
    os.truncate(tmp_path / "one/dense" / part, 100)
    encoder = HashEncoder()
    embed_store(
        store, encoder, out=tmp_path / "two/dense", work=tmp_path / "w2", old=tmp_path / "one/dense"
    )
    assert len(encoder.encoded) == 40
    assert np.array_equal(vectors_in(tmp_path, "two"), expected(store, encoder))


def test_no_units(tmp_path: Path):
    assert embed(store_of_laws(0), HashEncoder(), tmp_path) == Embedded(0, 0, 0)
    assert vectors_in(tmp_path).shape == (0, DIMENSION)


# -- encoders that go wrong ----------------------------------------------------------------------


class Wrong(HashEncoder):
    def __init__(self, given: np.ndarray) -> None:
        super().__init__()
        self.given = given

    def encode_passages(self, texts, batch_size=32):
        return self.given


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.zeros((8, DIMENSION - 1)), r"\(8, 24\).*\(8, 23\)"),
        (np.zeros((7, DIMENSION)), r"\(8, 24\).*\(7, 24\)"),
        (np.full((8, DIMENSION), np.nan), "NaN"),
    ],
)
def test_wrong_vectors_are_told(tmp_path: Path, given: np.ndarray, said: str):
    with pytest.raises(IndexFormatError, match=said):
        embed(store_of_laws(), Wrong(given), tmp_path)


# -- full disk -----------------------------------------------------------------------------------


def test_a_full_disk_while_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The third batch goes half way; the two before are kept."""
    write, left = os.write, [2.5 * 8 * (DIMENSION * 4 + 16)]

    def until_full(descriptor: int, data: memoryview) -> int:
        if left[0] <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = write(descriptor, data[: max(int(left[0]), 1)])
        left[0] -= taken
        return taken

    monkeypatch.setattr(embeddings.os, "write", until_full)
    store = store_of_laws()
    with pytest.raises(IndexWriteError, match="디스크"):
        embed(store, HashEncoder(), tmp_path)
    monkeypatch.undo()
    assert embed(store, encoder := HashEncoder(), tmp_path) == Embedded(40, 24, 16)
    assert np.array_equal(vectors_in(tmp_path), expected(store, encoder))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_while_writing_the_vectors(tmp_path: Path):
    (tmp_path / "one/dense").mkdir(parents=True)
    (tmp_path / "one/dense/vectors.npy").symlink_to("/dev/full")
    with pytest.raises(IndexWriteError, match="디스크"):
        embed(store_of_laws(), HashEncoder(), tmp_path)


# -- killed --------------------------------------------------------------------------------------

RUN = """
import sys
from pathlib import Path
from dense.fake_encoder import HashEncoder, store_of_laws
from lexdpr_rag.index.embeddings import embed_store
embed_store(
    store_of_laws(8, 20), HashEncoder(pause=0.005), out=Path(sys.argv[1]) / "one/dense",
    work=Path(sys.argv[1]) / "work", batch=8, progress=lambda e: print(e.done, flush=True),
)
print("done", flush=True)
"""


def run_and_kill(root: Path, batches: int, delay: float) -> int:
    """Start a run, kill it ``delay`` seconds after so many more batches; texts it said were done."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(TESTS)])}
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, str(root)], stdout=subprocess.PIPE, text=True, env=env
    )
    assert run.stdout is not None
    lines = [run.stdout.readline() for _ in range(batches + 1)]
    try:
        run.wait(delay)
    except subprocess.TimeoutExpired:
        run.send_signal(signal.SIGKILL)
    lines += run.stdout.read().split()
    run.wait()
    run.stdout.close()
    return max((int(line) for line in lines if line.strip().isdigit()), default=0)


def test_a_killed_run_loses_at_most_one_batch(tmp_path: Path):
    store, chance = store_of_laws(8, 20), random.Random(3)
    said = 0
    for _ in range(3):
        said = run_and_kill(tmp_path, chance.randrange(1, 4), chance.uniform(0, 0.02))
    assert 0 < said < 160
    encoder = HashEncoder()
    done = embed(store, encoder, tmp_path)
    assert done.reused >= said
    assert done.encoded == len(encoder.encoded) == 160 - done.reused
    assert np.array_equal(vectors_in(tmp_path), expected(store, encoder))


@pytest.mark.parametrize("torn", [1, 15, 16, 17, 500, 5000])
@pytest.mark.parametrize("file", ["vectors.bin", "hashes.bin"])
def test_a_torn_cache_keeps_its_whole_entries(tmp_path: Path, torn: int, file: str):
    encoder = HashEncoder()
    texts = [f"별 {i}" for i in range(40)]
    hashes, vectors = text_hashes(texts), normalised(encoder.encode_passages(texts))
    with EmbeddingCache(tmp_path, encoder) as cache:
        cache.append(hashes, vectors)
        path = cache.folder / file
    os.truncate(path, max(path.stat().st_size - torn, 0))
    with EmbeddingCache(tmp_path, encoder) as cache:
        kept = len(cache)
        assert kept < 40
        assert np.array_equal(cache.vectors(), vectors[:kept])
        cache.append(hashes[kept:], vectors[kept:])
        assert np.array_equal(cache.hashes(), hashes)
        assert np.array_equal(cache.vectors(), vectors)
