"""What is embedded, the vector files, and what is told when they are not right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dense.fake_encoder import HashEncoder, random_vectors, store_of_laws, write_dense
from fictional import law_of

from lexdpr_rag.corpus import directory_of
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.hits import HitMaker
from lexdpr_rag.index.dense import DenseIndex
from lexdpr_rag.index.selection import Selection
from lexdpr_rag.index.store import UnitStore, store_of
from lexdpr_rag.index.vectors import (
    DenseMeta,
    HashRows,
    KeyRows,
    VectorTable,
    embedded_units,
    embedding_texts,
    text_hashes,
)
from lexdpr_rag.statute.source import find_sources, read_law
from lexdpr_rag.units import Levels

ROOT = Path(__file__).resolve().parents[2]


# -- texts ---------------------------------------------------------------------------------------


def full_texts(store: UnitStore) -> list[str]:
    """What hits of the ``auto`` units say."""
    hits = HitMaker(store, Selection(store, directory_of(store.laws)))
    article_of = np.repeat(np.arange(store.articles), np.diff(store.article_units))
    rows = np.flatnonzero(store.unit_levels & int(Levels.AUTO)).tolist()
    return [hits.hit(row, int(article_of[row]), 0.0).full_text for row in rows]


def test_texts_are_those_of_hits(samples: Path):
    store = store_of((read_law(s.read(), s.name), s.name) for s in find_sources(samples))
    texts = list(embedding_texts(store, embedded_units(store)))
    assert texts == full_texts(store)
    assert len(texts) > 50
    assert any(np.any(store.unit_leads[row]) for row in embedded_units(store))


def test_texts_of_laws_without_headings_or_articles():
    items = "".join(
        f"{n}\\. {'달빛이 비치는 마루에 앉아 별을 세는 자 ' * 12}𠀋{n}\n\n" for n in range(1, 9)
    )
    body = f"##### 제1조 (별을 세는 자)\n\n**①** 다음 각 호의 자는 별을 센다.\n\n{items}"
    repealed = law_of("", 제목="옛 달빛법", 법령ID="'990200'", 상태="폐지")
    store = store_of([(repealed, "a.md"), (law_of(body), "b.md")])
    texts = list(embedding_texts(store, embedded_units(store)))
    assert texts == full_texts(store)
    assert texts[0].startswith("달빛 도서관법\n제1조(별을 세는 자)\n")


def test_texts_of_some_units_in_any_order():
    store = store_of_laws()
    units = embedded_units(store)
    whole = list(embedding_texts(store, units))
    assert list(embedding_texts(store, units[[30, 2, 2, 17]])) == [whole[i] for i in (30, 2, 2, 17)]


# -- hashes --------------------------------------------------------------------------------------


def test_hashes_find_rows():
    hashes = text_hashes(["가", "나", "가", "다"])
    rows = HashRows(hashes)
    assert rows.distinct().tolist() == [0, 1, 3]
    assert rows.find(text_hashes(["다", "라", "가", "나"])).tolist() == [3, -1, 0, 1]
    assert HashRows(hashes[:0]).find(hashes).tolist() == [-1] * 4


def test_texts_that_share_half_a_hash_stay_apart():
    hashes = np.array([[5, 1], [5, 2], [5, 3], [6, 1]], np.uint64)
    wanted = np.array([[5, 3], [5, 1], [5, 4], [6, 1]], np.uint64)
    assert HashRows(hashes).find(wanted).tolist() == [2, 0, -1, 3]


def test_keys_stand_for_all_rows_of_a_text():
    keys = KeyRows(text_hashes(["가", "나", "가", "다"]))
    names, rows = keys.distinct()
    assert sorted(rows.tolist()) == [0, 1, 3]
    of = {row: names[i] for i, row in enumerate(rows.tolist())}
    assert keys.rows(np.array([of[3], 123, of[0]], np.uint64)).tolist() == [3, 0, 2]


# -- files ---------------------------------------------------------------------------------------


@pytest.fixture
def generation(tmp_path: Path) -> Path:
    write_dense(tmp_path / "gen-0001", random_vectors(500), "exact")
    return tmp_path / "gen-0001"


def test_opening_maps_the_file(generation: Path):
    index = DenseIndex.open(generation)
    assert index is not None
    base = index.table.vectors
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)


def test_an_index_without_vectors(tmp_path: Path):
    assert DenseIndex.open(tmp_path) is None


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = bytes([77]) * (len(data) - len(data) // 2)
    path.write_bytes(bytes(data))


def of_another_shape(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros((3, 3), np.float32))


@pytest.mark.parametrize("part", ["vectors.npy", "units.npy", "hashes.npy", "dense.json"])
@pytest.mark.parametrize("harm", [cut_short, of_another_shape, Path.unlink])
def test_damaged_parts_are_named(generation: Path, part: str, harm):
    harm(generation / "dense" / part)
    with pytest.raises(IndexFormatError, match=f"dense/{part}.*lexdpr-rag index"):
        DenseIndex.open(generation)


def test_overwritten_vectors(generation: Path):
    overwritten(generation / "dense" / "vectors.npy")
    with pytest.raises(IndexFormatError, match=r"dense/vectors.npy"):
        DenseIndex.open(generation)


@pytest.mark.parametrize("backend", ["chroma", "faiss"])
def test_a_backend_that_is_gone(tmp_path: Path, backend: str):
    write_dense(tmp_path / "gen-0001", random_vectors(50), backend)
    with pytest.raises(IndexFormatError, match=f"dense/{backend}"):
        DenseIndex.open(tmp_path / "gen-0001")


def test_a_backend_unheard_of(tmp_path: Path):
    write_dense(tmp_path / "gen-0001", random_vectors(50), "qdrant")
    with pytest.raises(IndexFormatError, match=r"dense.json"):
        DenseIndex.open(tmp_path / "gen-0001")


# -- the encoder of the index --------------------------------------------------------------------


def test_another_encoder_is_told(generation: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LEXDPR_LANG", "en")
    meta = DenseMeta.open(generation / "dense")
    meta.check(HashEncoder("f"), generation)
    with pytest.raises(IndexFormatError, match=r"24 dimensions \(fake\).*fake/f gives 16"):
        meta.check(HashEncoder("f", dimension=16), generation)
    with pytest.raises(IndexFormatError, match="made by fake; fake/g is another model"):
        meta.check(HashEncoder("g"), generation)


def test_queries_of_another_dimension(generation: Path):
    index = DenseIndex.open(generation)
    assert index is not None
    with pytest.raises(IndexFormatError, match=r"24.*7"):
        index.search(np.ones(7), 3)


def test_the_table_gives_the_vectors_back(tmp_path: Path):
    vectors = random_vectors(3000)
    meta = write_dense(tmp_path, vectors, "exact")
    table = VectorTable.open(tmp_path / "dense", meta)
    assert np.array_equal(table.vectors, vectors)
    rows = np.arange(2999, 0, -2)
    assert np.allclose(
        table.similarities(rows, vectors[:2]), vectors[:2] @ vectors[rows].T, atol=1e-6
    )


def test_opening_imports_no_backend(generation: Path):
    code = (
        "import sys; from pathlib import Path; from lexdpr_rag.index.dense import DenseIndex;"
        f"i = DenseIndex.open(Path({str(generation)!r})); i.search([1.0] * 24, 3);"
        "assert not {'chromadb', 'faiss', 'torch', 'httpx'} & set(sys.modules)"
    )
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    subprocess.run([sys.executable, "-c", code], check=True, env=env)
