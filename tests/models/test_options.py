"""Models made again from what was kept of them."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lexdpr_rag.backends import ModelWarning
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.reranker import Reranker
from lexdpr_rag.templates import Template

from .conftest import LINES, save_static, write_json
from .reranker_models import QUERY, save_cross_encoder

GIVEN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # what is given, what is kept beside the model
    ({}, {}),
    ({"template": "E5"}, {"template": "e5"}),
    ({"normalize": False, "truncate_dim": 7}, {"normalize": False, "truncate_dim": 7}),
    ({"device": "cpu", "cache_folder": "/nowhere", "backend": "auto"}, {}),
    ({"backend": "static"}, {"backend": "static"}),
    (
        {"max_seq_length": 9, "query_max_seq_length": 5, "passage_max_seq_length": 7},
        {"max_seq_length": 9, "query_max_seq_length": 5, "passage_max_seq_length": 7},
    ),
    (
        {"template": {"query_format": "Q {text}?"}},
        {
            "template": {
                "name": "custom",
                "query_prefix": "Q ",
                "query_suffix": "?",
                "passage_prefix": "",
                "passage_suffix": "",
            }
        },
    ),
]


def through_json(options: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(options))
    return made


@pytest.fixture(autouse=True)
def _contradictions_do_not_matter_here():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        yield


@pytest.mark.parametrize(("given", "kept"), GIVEN)
def test_an_encoder_made_again(static_folder: Path, given: dict[str, Any], kept: dict[str, Any]):
    encoder = BiEncoder(static_folder, **given)
    assert encoder.options() == {"model": str(static_folder), **kept}
    again = BiEncoder(**through_json(encoder.options()))
    assert again.fingerprint == encoder.fingerprint
    assert again.options() == encoder.options()
    np.testing.assert_array_equal(again.encode_queries(LINES), encoder.encode_queries(LINES))


def test_what_changes_the_vectors_changes_the_fingerprint(static_folder: Path):
    made = [BiEncoder(static_folder, **given).fingerprint for given, kept in GIVEN if kept]
    # "static" is what the folder is run with anyway
    assert len({*made, BiEncoder(static_folder).fingerprint}) == len(made)


def test_a_folder_is_found_from_elsewhere(
    static_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(static_folder.parent)
    encoder = BiEncoder(static_folder.name)
    monkeypatch.chdir(tmp_path)
    assert encoder.options() == {"model": str(static_folder)}
    assert BiEncoder(**encoder.options()).fingerprint == BiEncoder(static_folder).fingerprint


def test_a_folder_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = save_static(tmp_path / "mine")
    assert BiEncoder(f"~{os.sep}mine").options() == {"model": str(folder)}


def test_names_stay_names(static_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert BiEncoder("bge-m3").options() == {"model": "bge-m3"}
    assert BiEncoder("someone/model").options() == {"model": "someone/model"}
    assert Reranker("bge-reranker-v2-m3").options() == {"model": "bge-reranker-v2-m3"}


def test_a_template_of_a_file_is_kept_whole(static_folder: Path, tmp_path: Path):
    write_json(tmp_path / "mine.json", {"name": "mine", "passage_prefix": "조문: "})
    encoder = BiEncoder(static_folder, template=tmp_path / "mine.json")
    fingerprint = encoder.fingerprint
    (tmp_path / "mine.json").unlink()
    assert encoder.options()["template"]["passage_prefix"] == "조문: "
    assert BiEncoder(**encoder.options()).fingerprint == fingerprint


def test_a_template_that_only_has_the_name_of_another(static_folder: Path):
    encoder = BiEncoder(static_folder, template=Template("e5", query_prefix="other: "))
    again = BiEncoder(**through_json(encoder.options()))
    assert again.settings.template.query_prefix == "other: "
    assert again.fingerprint == encoder.fingerprint


def test_what_is_kept_is_a_copy(static_folder: Path):
    encoder = BiEncoder(static_folder, template={"query_prefix": "q"})
    encoder.options()["template"]["query_prefix"] = "other"
    assert encoder.options()["template"]["query_prefix"] == "q"


def test_an_encoder_with_an_adapter(plain: Path, adapter: Path):
    put_on = BiEncoder(plain, peft_adapter_path=adapter)
    assert put_on.options() == {"model": str(plain), "peft_adapter_path": str(adapter)}
    assert BiEncoder(**through_json(put_on.options())).fingerprint == put_on.fingerprint
    alone = BiEncoder(adapter)
    assert alone.options() == {"model": str(adapter)}
    assert BiEncoder(**through_json(alone.options())).fingerprint == alone.fingerprint
    assert alone.fingerprint != BiEncoder(plain).fingerprint


def test_a_reranker_made_again(tmp_path: Path):
    folder = save_cross_encoder(tmp_path / "tiny-ce")
    assert Reranker(folder).options() == {"model": str(folder)}
    given: dict[str, Any] = {"max_length": 40, "batch_size": 3, "backend": "torch"}
    reranker = Reranker(folder, device="cpu", **given)
    assert reranker.options() == {"model": str(folder), **given}
    again = Reranker(**through_json(reranker.options()))
    assert again.fingerprint == reranker.fingerprint != Reranker(folder).fingerprint
    np.testing.assert_array_equal(again.score(QUERY, LINES), reranker.score(QUERY, LINES))
