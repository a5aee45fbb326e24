"""The package's own encoder: what a new index gets, and what it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dense.bag_encoder import BagEncoder
from models.conftest import save_static
from typer.testing import CliRunner

from lexdpr_rag import LexDPR
from lexdpr_rag.backends.folder import locate
from lexdpr_rag.cli.app import app
from lexdpr_rag.encoder import BiEncoder, Encoder
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.dense_plan import NO_ENCODER, VARIABLE
from lexdpr_rag.model_aliases import MODELS, find_model
from lexdpr_rag.models import DECISIONS, ENCODER, FINGERPRINT, FOLDER, FUSION
from lexdpr_rag.templates import ModelError

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    *("torch", "transformers", "sentence_transformers", "chromadb", "onnxruntime", "faiss"),
    *("sklearn", "huggingface_hub"),
)
MOST = 60_000_000
"""Bytes of all models together."""

QUESTION = "작업실 보증금을 돌려받지 못하면 어디에 직접 청구할 수 있나요?"
UNKNOWN = "☃"
"""No token of the encoder's."""

TEXTS = [
    QUESTION,
    "반려로봇을 등록하려는 자는 시장에게 신고하여야 한다.",
    "제3조",
    UNKNOWN,
    "English words, 12,345 and ①②③ — 「법」",
    "  앞뒤에   빈칸이 있는 글  ",
    "보증금 " * 300,
]


@pytest.fixture
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)


@pytest.fixture(scope="module")
def source(samples: Path) -> Path:
    return samples / "statutes" / "반려로봇등록및안전관리에관한법률"


def build(source: Path, out: Path, **options: object) -> LexDPR:
    return LexDPR.build(source, out, jobs=1, backend="exact", **options)


@pytest.fixture(scope="module")
def made(source: Path, tmp_path_factory: pytest.TempPathFactory) -> LexDPR:
    """An index made with nothing said of an encoder.  It is shared: nothing may change it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE)
        return build(source, tmp_path_factory.mktemp("default") / "index")


# -- what an index gets --------------------------------------------------------------------------


def test_a_new_index_has_the_vectors_of_the_packages_encoder(made: LexDPR):
    info = made.info()
    assert (info.encoder, info.dimension, info.backend) == (ENCODER, 256, "exact")
    assert info.vectors > 50
    [hit] = made.search("로봇이 사람을 다치게 한 때의 신고", 1)
    assert [route.route for route in hit.routes] == ["lexical", "dense"]
    assert 0 < hit.score < 1


def test_its_vectors_are_those_of_the_encoder(made: LexDPR):
    hits = made.search(QUESTION, 5, mode="dense")
    encoder = BiEncoder(ENCODER)
    [asked] = encoder.encode_queries([QUESTION])
    passages = encoder.encode_passages([hit.full_text for hit in hits])
    np.testing.assert_allclose([hit.score for hit in hits], passages @ asked, atol=1e-3)


def test_the_manifest_names_an_alias_and_no_place(made: LexDPR):
    [path] = made.path.glob("gen-*/manifest.json")
    told = json.loads(path.read_text(encoding="utf-8"))["encoder"]
    assert (told["name"], told["options"]) == (ENCODER, {"model": ENCODER})
    for file in made.path.rglob("*"):
        if file.is_file():
            for place in (FOLDER, ROOT, made.path):
                assert str(place).encode() not in file.read_bytes(), f"{file.name}: {place}"


def test_a_copied_index_opens_where_the_package_lies_elsewhere(made: LexDPR, tmp_path: Path):
    shutil.copytree(made.path, tmp_path / "copy")
    (tmp_path / "site").mkdir()
    shutil.copytree(
        ROOT / "lexdpr_rag",
        tmp_path / "site" / "lexdpr_rag",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    code = (
        "import json, sys, lexdpr_rag; hits = lexdpr_rag.LexDPR.open(sys.argv[1])"
        ".search(sys.argv[2], 3)\n"
        "print(json.dumps([lexdpr_rag.__file__, [hit.unit_id for hit in hits]]))"
    )
    elsewhere, found = python(
        code, tmp_path / "copy", QUESTION, cwd=tmp_path, path=tmp_path / "site"
    )
    assert Path(elsewhere).is_relative_to(tmp_path)
    assert found == [hit.unit_id for hit in made.search(QUESTION, 3)]


@pytest.mark.usefixtures("_no_variable")
def test_an_index_without_vectors_stays_without(source: Path, tmp_path: Path):
    out = tmp_path / "index"
    assert LexDPR.build(source, out, jobs=1, encoder=NO_ENCODER).info().vectors == 0
    again = LexDPR.build(source, out, jobs=1)
    assert (again.info().vectors, again.info().encoder) == (0, "")
    assert again.report is not None and not again.report.changed
    assert [r.route for r in again.search("신고", 1)[0].routes] == ["lexical"]


def test_the_variable_is_for_new_indexes_alone(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    encoder = BagEncoder()
    build(source, tmp_path / "bag", encoder=encoder)
    LexDPR.build(source, tmp_path / "none", jobs=1, encoder=NO_ENCODER)
    monkeypatch.setenv(VARIABLE, ENCODER)
    with pytest.raises(IndexFormatError, match="encoder="):  # its own is a Python object
        LexDPR.build(source, tmp_path / "bag", jobs=1)
    assert LexDPR.open(tmp_path / "bag").info().encoder == encoder.name
    assert LexDPR.build(source, tmp_path / "none", jobs=1).info().vectors == 0


@pytest.mark.parametrize("value", [ENCODER, ""])
def test_the_variable_may_say_what_holds_anyway(
    value: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, value)
    assert build(source, tmp_path / "index").info().encoder == ENCODER


def test_the_variable_names_another_encoder(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = save_static(tmp_path / "other")
    monkeypatch.setenv(VARIABLE, str(folder))
    info = build(source, tmp_path / "index").info()
    assert (info.encoder, info.dimension) == (str(folder), 24)
    # What is said goes before what the environment says.
    said = build(source, tmp_path / "said", encoder=BagEncoder()).info()
    assert said.encoder == BagEncoder().name
    monkeypatch.setenv(VARIABLE, NO_ENCODER)
    assert build(source, tmp_path / "none").info().vectors == 0


def test_a_variable_that_names_nothing_is_told(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, "lexdpr-statik")
    with pytest.raises(ModelError, match=rf"lexdpr-statik.*{ENCODER}"):
        build(source, tmp_path / "index")
    assert not (tmp_path / "index" / "CURRENT").exists()


@pytest.mark.usefixtures("_no_variable")
def test_the_command_line_gives_the_same(source: Path, tmp_path: Path):
    words = ["index", str(source), "--out", str(tmp_path / "index"), "--backend", "exact"]
    runner = CliRunner()
    assert runner.invoke(app, [*words, "--quiet"]).exit_code == 0
    told = json.loads(runner.invoke(app, ["info", str(tmp_path / "index"), "--json"]).stdout)
    assert told["encoder"] == ENCODER and told["vectors"] > 50


# -- without torch -------------------------------------------------------------------------------

SEARCHED = """
import json, sys
from lexdpr_rag import LexDPR
engine = LexDPR.build(sys.argv[1], sys.argv[2], jobs=1, backend="exact")
built = sorted({name.partition(".")[0] for name in sys.modules})
hits = LexDPR.open(sys.argv[2]).search(sys.argv[3], 3)
searched = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps([built, searched, [[r.route for r in hit.routes] for hit in hits]]))
"""


def python(code: str, *words: object, cwd: Path = ROOT, path: Path = ROOT) -> list:
    """What ``code`` prints as JSON in a new process, in which nothing names an encoder."""
    kept = ("SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
    variables = {name: os.environ[name] for name in kept if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=cwd,
        env=variables | {"PYTHONPATH": str(path), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: list = json.loads(done.stdout)
    return answer


def test_building_and_searching_load_no_framework(source: Path, tmp_path: Path):
    built, searched, routes = python(SEARCHED, source, tmp_path / "index", QUESTION)
    assert set(HEAVY).isdisjoint(built)
    assert set(HEAVY).isdisjoint(searched)
    assert "safetensors" in searched  # so the models were read
    assert routes == [["lexical", "dense"]] * 3


# -- the encoder ---------------------------------------------------------------------------------


def test_what_the_encoder_is():
    encoder = BiEncoder(ENCODER)
    assert isinstance(encoder, Encoder)
    assert encoder.name == ENCODER
    assert encoder.options() == {"model": ENCODER}
    assert encoder.get_embedding_dimension() == 256
    assert encoder.get_max_seq_length() is None
    rows = encoder.encode_queries(TEXTS)
    assert rows.shape == (len(TEXTS), 256) and rows.dtype == np.float32
    lengths = [0 if text == UNKNOWN else 1 for text in TEXTS]
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), lengths, atol=1e-5)
    np.testing.assert_array_equal(rows, encoder.encode_passages(TEXTS))  # it has no template


def test_the_same_by_its_folder():
    by_name, by_folder = BiEncoder(ENCODER), BiEncoder(FOLDER / "encoder")
    assert by_name.fingerprint == by_folder.fingerprint
    np.testing.assert_array_equal(by_name.encode_queries(TEXTS), by_folder.encode_queries(TEXTS))


def test_the_decisions_and_the_fusion_are_for_it():
    told = (FOLDER / FINGERPRINT).read_text(encoding="utf-8")
    assert told.strip() == BiEncoder(ENCODER).fingerprint
    assert len(told.split()) == 1


def test_vectors_equal_those_of_sentence_transformers():
    st = pytest.importorskip(
        "sentence_transformers", reason="sentence-transformers is not installed"
    )
    model = st.SentenceTransformer(str(FOLDER / "encoder"), device="cpu")
    expected = model.encode(TEXTS)
    np.testing.assert_allclose(BiEncoder(ENCODER).encode_passages(TEXTS), expected, atol=1e-5)


def test_words_of_every_day_are_near_those_of_the_law():
    encoder = BiEncoder(ENCODER)
    asked = encoder.encode_queries(["집주인이 보증금을 안 돌려줘요", "회사에서 갑자기 잘렸어요"])
    told = encoder.encode_passages(
        [
            "임대인은 임대차가 끝나면 보증금을 반환하여야 한다.",
            "사용자는 정당한 이유 없이 근로자를 해고하지 못한다.",
        ]
    )
    cosines = asked @ told.T
    assert cosines[0, 0] > cosines[0, 1] + 0.1
    assert cosines[1, 1] > cosines[1, 0] + 0.1


def test_the_models_are_small():
    sizes = {path: path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()}
    for part in ("encoder/model.safetensors", "encoder/tokenizer.json", DECISIONS, FUSION):
        assert any(path.is_relative_to(FOLDER / part) for path in sizes)
    assert sum(sizes.values()) < MOST


def test_the_models_name_no_place():
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".txt", ".md"):
            text = path.read_text(encoding="utf-8")
            for word in ("/work/", "/tmp/", "/home/", "/root/"):
                assert word not in text, f"{path.name}: {word}"


# -- its name ------------------------------------------------------------------------------------


def test_it_is_listed_first():
    entry = MODELS[0]
    assert (entry.alias, entry.dimension, entry.template, entry.bundled) == (
        ENCODER, 256, "none", True,
    )  # fmt: skip
    assert [other.alias for other in MODELS if other.bundled] == [ENCODER]
    [first, *_] = json.loads(CliRunner().invoke(app, ["models", "--json"]).stdout)["models"]
    assert (first["alias"], first["bundled"]) == (ENCODER, True)
    for language, said in (("en", "with the package"), ("ko", "함께 들어 있음")):
        env = {"LEXDPR_LANG": language, "COLUMNS": "100"}
        lines = CliRunner().invoke(app, ["models"], env=env).stdout.splitlines()
        aliases = [line.split()[0] for line in lines[1:] if line.startswith("  ")]
        assert aliases[0] == ENCODER
        assert said in lines[1], lines[1]


@pytest.mark.parametrize("name", ["LexDPR-Static", f" {ENCODER}"])
def test_its_name_may_be_spelt_like_any_alias(name: str):
    assert find_model(name) == MODELS[0]
    assert locate(name).folder == FOLDER / "encoder"
    assert BiEncoder(name).get_embedding_dimension() == 256


def test_it_is_no_reranker():
    with pytest.raises(ModelError, match=ENCODER):
        locate(ENCODER, kind="reranker")


def test_a_folder_of_its_name_goes_first(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = save_static(tmp_path / ENCODER)
    monkeypatch.chdir(tmp_path)
    own = BiEncoder(ENCODER)
    assert own.get_embedding_dimension() == 24
    assert own.options() == {"model": str(folder)}
    assert own.fingerprint != (FOLDER / FINGERPRINT).read_text(encoding="utf-8").strip()
    monkeypatch.delenv(VARIABLE)
    engine = build(source, tmp_path / "index")
    assert engine.info().dimension == 24
    assert "decisions" not in {r.route for hit in engine.search("신고", 3) for r in hit.routes}
    monkeypatch.chdir(ROOT)
    assert LexDPR.open(tmp_path / "index").search("신고", 1)  # its place is kept, not its name
    assert BiEncoder(ENCODER).get_embedding_dimension() == 256
