"""Searching with a model that needs no torch: what a process loads, and that the index knows its model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lexdpr_rag import LexDPR
from lexdpr_rag.backends import ModelWarning
from lexdpr_rag.encoder import BiEncoder

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "로봇이 사람을 다치게 했을 때"
HEAVY = ("torch", "transformers", "sentence_transformers", "chromadb", "faiss", "huggingface_hub")

SEARCH = """
import json, sys
from lexdpr_rag import LexDPR
from lexdpr_rag.backends import ModelWarning
hits = LexDPR.open(sys.argv[1]).search(sys.argv[2], 5, mode=sys.argv[3])
loaded = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps({"hits": [[hit.unit_id, hit.score] for hit in hits], "loaded": loaded}))
"""


def searched(index: Path, mode: str) -> dict[str, Any]:
    """What a process of its own finds, and which packages it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(index), QUESTION, mode],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("kind", ["static_folder", "onnx_folder"])
@pytest.mark.parametrize("backend", ["exact", "chroma"])
def test_a_search_loads_only_what_it_needs(
    kind: str, backend: str, samples: Path, tmp_path: Path, request: pytest.FixtureRequest
):
    pytest.importorskip({"exact": "numpy", "chroma": "chromadb"}[backend])
    model: Path = request.getfixturevalue(kind)
    built = LexDPR.build(
        samples / "statutes", tmp_path / "index", jobs=1, encoder=model, backend=backend
    )
    assert built.info().encoder == str(model)
    expected = built.search(QUESTION, 5, mode="dense")
    found = searched(tmp_path / "index", "dense")
    assert [unit for unit, _ in found["hits"]] == [hit.unit_id for hit in expected]
    np.testing.assert_allclose(
        [score for _, score in found["hits"]], [hit.score for hit in expected], atol=1e-5
    )
    # A first question is answered before the Chroma in the index folder is worth opening.
    assert not set(HEAVY) & set(found["loaded"])
    lexical = searched(tmp_path / "index", "lexical")
    assert not {*HEAVY, "onnxruntime", "tokenizers", "safetensors"} & set(lexical["loaded"])


def test_the_index_opens_the_model_with_the_settings_of_the_build(
    static_folder: Path, samples: Path, tmp_path: Path
):
    encoder = BiEncoder(static_folder, template="e5", truncate_dim=8)
    out = tmp_path / "index"
    LexDPR.build(samples / "statutes", out, jobs=1, encoder=encoder, backend="exact")
    engine = LexDPR.open(out)
    assert engine.info().dimension == 8
    given = LexDPR.open(out, encoder=encoder)
    assert engine.search(QUESTION, 5) == given.search(QUESTION, 5)


def test_texts_that_are_cut_are_told_once(static_folder: Path, samples: Path, tmp_path: Path):
    encoder = BiEncoder(static_folder, max_seq_length=12)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        engine = LexDPR.build(
            samples / "statutes", tmp_path / "index", jobs=1, encoder=encoder, backend="exact"
        )
    told = [str(w.message) for w in caught if issubclass(w.category, ModelWarning)]
    texts = engine.info().vectors
    assert len(told) == 1 and "12" in told[0] and str(texts) in told[0]
