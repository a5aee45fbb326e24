"""Building and searching a dense index with each backend, beside plain numpy."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from dense.fake_encoder import HashEncoder, random_vectors, store_of_laws, write_dense

from lexdpr_rag.errors import FilterError, IndexFormatError, MissingExtraError
from lexdpr_rag.index import chroma, dense, dense_build, faiss_backend
from lexdpr_rag.index.dense import BACKENDS, LOCAL_COLLECTION, DenseIndex
from lexdpr_rag.index.dense_build import DenseOptions, build_dense, rescue_dense
from lexdpr_rag.index.embeddings import DenseEvent
from lexdpr_rag.index.vectors import BackendError, IndexWriteError, VectorTable, embedded_units

TESTS = Path(__file__).resolve().parents[1]
COUNT = 6000
PACKAGE = {"chroma": "chromadb", "faiss": "faiss"}
every_backend = pytest.mark.parametrize("backend", BACKENDS)


def need(backend: str) -> None:
    if backend in PACKAGE:
        pytest.importorskip(PACKAGE[backend])


def filled(generation: Path, vectors: np.ndarray, backend: str) -> DenseIndex:
    """A dense index of these vectors, its backend open."""
    need(backend)
    meta = write_dense(generation, vectors, backend)
    table = VectorTable.open(generation / "dense", meta)
    if backend == "chroma":
        chroma.fill(chroma.ChromaPlace(generation / "dense/chroma"), LOCAL_COLLECTION, table)
    elif backend == "faiss":
        faiss_backend.fill(generation / "dense/faiss", table)
    index = DenseIndex.open(generation)
    assert index is not None
    index.warm()
    return index


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return random_vectors(COUNT)


@pytest.fixture(scope="module")
def queries() -> np.ndarray:
    return random_vectors(COUNT + 40)[COUNT:]


@pytest.fixture(scope="module", params=BACKENDS)
def index(request: pytest.FixtureRequest, vectors: np.ndarray, tmp_path_factory) -> DenseIndex:
    return filled(tmp_path_factory.mktemp("index") / "gen-0001", vectors, request.param)


def exact(
    vectors: np.ndarray, query: np.ndarray, k: int, mask: np.ndarray | None = None
) -> list[int]:
    scores = vectors @ query
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    order = np.argsort(-scores, kind="stable")[:k]
    return order[scores[order] > -np.inf].tolist()


def recall(found: np.ndarray, wanted: list[list[int]]) -> float:
    pairs = zip(found.tolist(), wanted, strict=True)
    return float(np.mean([len(set(f) & set(w)) / max(len(w), 1) for f, w in pairs]))


# -- searching -----------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 10, 100])
def test_nearest(index: DenseIndex, vectors: np.ndarray, queries: np.ndarray, k: int):
    found = index.search(queries, k)
    assert found.rows.shape == found.similarities.shape == (40, k)
    assert recall(found.rows, [exact(vectors, q, k) for q in queries]) >= 0.99
    for query, rows, similarities in zip(queries, found.rows, found.similarities, strict=True):
        assert np.allclose(similarities, vectors[rows] @ query, atol=1e-5)
        assert np.all(np.diff(similarities) <= 0)
        assert len(set(rows.tolist())) == k


@pytest.mark.parametrize("share", [0.9, 0.5, 0.05, 0.005, 0.0005])
@pytest.mark.parametrize("k", [10, 100])
def test_filtered(
    index: DenseIndex, vectors: np.ndarray, queries: np.ndarray, share: float, k: int
):
    mask = np.random.default_rng(1).random(COUNT) < share
    found = index.search(queries, k, mask)
    assert found.rows.shape == (40, min(k, mask.sum()))
    assert np.all(mask[found.rows])
    wanted = [exact(vectors, q, k, mask) for q in queries]
    assert recall(found.rows, wanted) >= 0.99
    if share <= 0.05:
        assert found.rows.tolist() == wanted


def test_a_filter_far_from_the_question(
    index: DenseIndex, vectors: np.ndarray, queries: np.ndarray
):
    """Half of the corpus passes, and it is the half that the question is not about."""
    mask = vectors @ queries[0] < np.median(vectors @ queries[0])
    found = index.search(queries[0], 10, mask)
    assert found.rows[0].tolist() == exact(vectors, queries[0], 10, mask)


def test_nothing_passes_and_everything_passes(index: DenseIndex, queries: np.ndarray):
    assert index.search(queries, 10, np.zeros(COUNT, bool)).rows.shape == (40, 0)
    whole = index.search(queries, 10, np.ones(COUNT, bool))
    assert whole.rows.tolist() == index.search(queries, 10).rows.tolist()


def test_queries_need_not_be_normalised(index: DenseIndex, queries: np.ndarray):
    one, two = index.search(queries[0], 5), index.search(queries[:1] * 40, 5)
    assert one.rows.tolist() == two.rows.tolist()
    assert np.allclose(one.similarities, two.similarities, atol=1e-5)
    assert index.search(np.zeros_like(queries[0]), 3).similarities.tolist() == [[0, 0, 0]]


def test_more_than_there_are(index: DenseIndex, queries: np.ndarray):
    found = index.search(queries[:2], COUNT + 5)
    assert found.rows.shape == (2, COUNT)
    if index.meta.backend != "chroma":  # a graph may not reach the farthest
        assert sorted(found.rows[0].tolist()) == list(range(COUNT))


def test_from_several_threads(index: DenseIndex, queries: np.ndarray):
    expected = index.search(queries, 10).rows.tolist()
    answers: list[list[int]] = [[]] * len(queries)

    def ask(at: int) -> None:
        answers[at] = index.search(queries[at], 10).rows[0].tolist()

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(len(queries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == expected


@every_backend
@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_vectors(tmp_path: Path, backend: str, count: int):
    vectors = random_vectors(count)
    index = filled(tmp_path / "gen-0001", vectors, backend)
    assert index.search(vectors[0], 10).rows[0].tolist() == exact(vectors, vectors[0], 10)
    index.close()


def test_first_questions_do_not_wait_for_chroma(tmp_path: Path):
    vectors = random_vectors(300)
    filled(tmp_path / "gen-0001", vectors, "chroma").close()
    index = DenseIndex.open(tmp_path / "gen-0001")
    assert index is not None
    for at in range(dense.COLD_QUERIES):
        assert index.search(vectors[at], 5).rows[0].tolist() == exact(vectors, vectors[at], 5)
        assert index._backend is None
    assert index.search(vectors[9], 5).rows[0][0] == 9
    assert index._backend is not None
    index.close()


# -- building ------------------------------------------------------------------------------------


def build(root: Path, name: str, backend: str, *, old: str = "", **laws):
    """A build of ``root/name``; the report and the index."""
    need(backend)
    generation = root / name
    generation.mkdir(parents=True)
    encoder = HashEncoder()
    report = build_dense(
        store_of_laws(**laws),
        encoder,
        DenseOptions(backend, batch=16),
        generation=generation,
        work=root / "work",
        old=root / old if old else None,
    )
    index = DenseIndex.open(generation)
    assert index is not None
    index.warm()
    return report, index


def assert_whole(index: DenseIndex, **laws) -> None:
    """Every text is found by its own vector, and none beside it."""
    store = store_of_laws(**laws)
    assert np.array_equal(index.table.units, embedded_units(store))
    found = index.search(index.table.vectors, 1)
    assert found.rows[:, 0].tolist() == list(range(len(index.table)))
    assert np.all(index.search(index.table.vectors, 5).rows >= 0)


@every_backend
def test_build(tmp_path: Path, backend: str):
    report, index = build(tmp_path, "gen-0001", backend, laws=6, articles=20)
    assert (report.embedded.vectors, report.embedded.encoded) == (120, 120)
    assert report.encoder == {
        "name": "fake/hash-1", "fingerprint": "hash-1", "dimension": 24, "backend": backend
    }  # fmt: skip
    assert_whole(index, laws=6, articles=20)
    index.check(HashEncoder())
    index.close()


def test_a_mask_over_articles(tmp_path: Path):
    _, index = build(tmp_path, "gen", "exact", laws=3, articles=10)
    store = store_of_laws(laws=3, articles=10)
    of_second_law = store.article_law() == 1
    mask = of_second_law[index.articles(store)]
    found = index.search(HashEncoder().encode_queries(["별"]), 20, mask).rows[0]
    assert sorted(found.tolist()) == list(range(10, 20))


@every_backend
def test_an_update(tmp_path: Path, backend: str):
    _, before = build(tmp_path, "gen-0001", backend, laws=6, articles=20)
    changed = {"laws": 7, "articles": 20, "changed": {(2, 5): "별똥별이 진다."}}
    report, index = build(tmp_path, "gen-0002", backend, old="gen-0001", **changed)
    assert (report.embedded.encoded, report.embedded.reused) == (21, 119)
    assert report.indexed == {"chroma": 21, "faiss": 140, "exact": 0}[backend]
    assert_whole(index, **changed)
    assert_whole(before, laws=6, articles=20)  # the index in use is what it was
    shrunk = {"laws": 1, "articles": 20}
    _, small = build(tmp_path, "gen-0003", backend, old="gen-0002", **shrunk)
    assert_whole(small, **shrunk)
    for opened in (before, index, small):
        opened.close()


@every_backend
def test_no_units(tmp_path: Path, backend: str):
    _, index = build(tmp_path, "gen-0001", backend, laws=0)
    assert index.search(np.ones(24), 5).rows.shape == (1, 0)


def test_the_graph_on_disk_is_whole(tmp_path: Path):
    """No process that opens the index has entries to put into the graph anew."""
    for name, old, laws in (("gen-0001", "", 6), ("gen-0002", "gen-0001", 7)):
        build(tmp_path, name, "chroma", old=old, laws=laws, articles=20)[1].close()
        database = tmp_path / name / "dense/chroma/chroma.sqlite3"
        with closing(sqlite3.connect(database)) as kept:
            (last,) = kept.execute("SELECT max(seq_id) FROM embeddings_queue").fetchone()
            written = kept.execute("SELECT seq_id FROM max_seq_id").fetchall()
        assert written == [(last,), (last,)]  # of the metadata and of the graph


def test_what_was_moved_in_is_moved_back(tmp_path: Path):
    """A build is killed after the collection was moved, before the generation was whole."""
    _, index = build(tmp_path, "gen", "chroma", laws=6, articles=20)
    index.close()
    rescue_dense(tmp_path / "gen", tmp_path / "work")
    shutil.rmtree(tmp_path / "gen")
    report, index = build(tmp_path, "gen", "chroma", laws=6, articles=20)
    assert report.indexed == 0
    assert_whole(index, laws=6, articles=20)
    index.close()
    rescue_dense(tmp_path / "absent", tmp_path / "work")


def test_a_damaged_old_collection_is_made_anew(tmp_path: Path):
    _, index = build(tmp_path, "gen-0001", "chroma", laws=6, articles=20)
    index.close()
    (tmp_path / "gen-0001/dense/chroma/chroma.sqlite3").write_bytes(b"no database" * 999)
    report, index = build(tmp_path, "gen-0002", "chroma", old="gen-0001", laws=6, articles=20)
    assert (report.embedded.encoded, report.indexed) == (0, 120)
    assert_whole(index, laws=6, articles=20)
    index.close()


def test_progress(tmp_path: Path):
    need("faiss")
    events: list[DenseEvent] = []
    build_dense(
        store_of_laws(),
        HashEncoder(),
        DenseOptions("faiss"),
        generation=tmp_path / "gen",
        work=tmp_path / "work",
        progress=events.append,
    )
    assert [(e.stage, e.done, e.total) for e in events] == [
        ("embed", 0, 40), ("embed", 40, 40), ("index", 40, 40)
    ]  # fmt: skip


# -- what can go wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (DenseOptions("qdrant"), "chroma, faiss, exact"),
        (DenseOptions("faiss", "http://localhost:8000"), "faiss"),
        (DenseOptions("chroma", "localhost:8000"), "http://localhost:8000"),
        (DenseOptions("chroma", "http://me:secret@localhost"), "CHROMA_API_KEY"),
    ],
)
def test_wrong_options(options: DenseOptions, said: str):
    if options.backend in ("chroma", "faiss"):
        pytest.importorskip("chromadb" if options.backend == "chroma" else "faiss")
    with pytest.raises(FilterError, match=said):
        options.check()


@pytest.mark.parametrize("backend", ["chroma", "faiss"])
def test_a_missing_package(backend: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dense_build, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="pip install"):
        DenseOptions(backend).check()


def test_damaged_codes(tmp_path: Path):
    index = filled(tmp_path / "gen-0001", random_vectors(300), "faiss")
    index.close()
    os.truncate(tmp_path / "gen-0001/dense/faiss/codes.faiss", 500)
    index = DenseIndex.open(tmp_path / "gen-0001")
    assert index is not None
    with pytest.raises(IndexFormatError, match=r"dense/faiss/codes.faiss"):
        index.search(np.ones(24), 5)


def test_a_damaged_collection(tmp_path: Path):
    filled(tmp_path / "gen-0001", random_vectors(300), "chroma").close()
    (tmp_path / "gen-0001/dense/chroma/chroma.sqlite3").write_bytes(b"no database" * 999)
    index = DenseIndex.open(tmp_path / "gen-0001")
    assert index is not None
    with pytest.raises(BackendError, match="lexdpr-rag index"):
        index.warm()
        index.search(np.ones(24), 5)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_while_writing_codes(tmp_path: Path):
    need("faiss")
    meta = write_dense(tmp_path, random_vectors(300), "faiss")
    (tmp_path / "dense/faiss").mkdir()
    (tmp_path / "dense/faiss/codes.faiss").symlink_to("/dev/full")
    with pytest.raises(IndexWriteError, match="디스크"):
        faiss_backend.fill(tmp_path / "dense/faiss", VectorTable.open(tmp_path / "dense", meta))


def test_a_full_disk_while_copying_the_old_collection(tmp_path: Path, monkeypatch):
    _, index = build(tmp_path, "gen-0001", "chroma")
    index.close()

    def full(*_: object) -> None:
        reason = f"[Errno {errno.ENOSPC}] {os.strerror(errno.ENOSPC)}"
        raise shutil.Error([("a", "b", reason)])

    monkeypatch.setattr(dense_build.shutil, "copytree", full)
    with pytest.raises(IndexWriteError, match="디스크"):
        build(tmp_path, "gen-0002", "chroma", old="gen-0001")


def test_chroma_tells_of_a_full_disk(tmp_path: Path):
    need("chroma")
    from chromadb.errors import InternalError

    def full() -> None:
        raise InternalError("error returned from database: (code: 13) database or disk is full")

    with pytest.raises(IndexWriteError, match="디스크"):
        chroma.asked(str(tmp_path), full, remote=False)


# -- killed --------------------------------------------------------------------------------------

FILL = """
import sys
from pathlib import Path
from lexdpr_rag.index import chroma
from lexdpr_rag.index.vectors import DenseMeta, VectorTable
root = Path(sys.argv[1])
chroma.LOCAL_BATCH = 100
table = VectorTable.open(root / "gen/dense", DenseMeta.open(root / "gen/dense"))
chroma.fill(
    chroma.ChromaPlace(root / "work"), "lexdpr-units", table,
    lambda e: print(e.done, flush=True),
)
"""


def test_a_killed_fill_loses_at_most_one_batch(tmp_path: Path):
    need("chroma")
    vectors = random_vectors(1500)
    meta = write_dense(tmp_path / "gen", vectors, "chroma")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = 0
    for more in (3, 2):
        command = [sys.executable, "-c", FILL, str(tmp_path)]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
        assert run.stdout is not None
        for _ in range(more + 1):
            said = int(run.stdout.readline())
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
    assert 300 <= said < 1500
    table = VectorTable.open(tmp_path / "gen/dense", meta)
    place = chroma.ChromaPlace(tmp_path / "work")
    assert chroma.fill(place, LOCAL_COLLECTION, table) <= 1500 - said
    place.folder.rename(tmp_path / "gen/dense/chroma")
    index = DenseIndex.open(tmp_path / "gen")
    assert index is not None
    index.warm()
    found = index.search(vectors[::10], 10).rows
    assert recall(found, [exact(vectors, v, 10) for v in vectors[::10]]) >= 0.99
    index.close()
