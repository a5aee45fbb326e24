"""Building an index with decisions: what is attached, kept, made anew, removed, refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from decisions.rulings import LAW, ROBOTS, ruling, write_rulings
from dense.bag_encoder import BagEncoder

from lexdpr_rag import LexDPR
from lexdpr_rag.decisions.attaching import DECISIONS, TEXTS
from lexdpr_rag.decisions.files import DecisionError
from lexdpr_rag.decisions.pack import DecisionPack
from lexdpr_rag.errors import IndexFormatError, SourceError
from lexdpr_rag.index.report import BuildEvent

ROOT = Path(__file__).resolve().parents[2]
DEPOSIT = "임차인이 맡긴 담보금의 회수가 늦어진 때 임대인의 이행지체 책임이 성립하는지 여부(적극)"
HOLDING = "달빛무지개를 밤하늘로 되올리는 순서와 한계가 문제 된 사안"
ROBOT = "은하수에 띄운 종이배의 주인을 가리는 잣대"
OLD = f"구 {LAW}(2019. 11. 26. 법률 제10000호로 전부 개정되기 전의 것)"

FIRST = ruling(1, f"[1] {DEPOSIT}<br/>", f"[1] {LAW} 제18조 제1항", holding=f"[1] {HOLDING}")
SECOND = ruling(2, ROBOT, f"{ROBOTS} 제6조, 공중정원법 제3조", day="20250104")
USELESS = ruling(3, "바람이 부는 날의 이야기", f"{OLD} 제9조")


@pytest.fixture
def laws(samples: Path, tmp_path: Path) -> Path:
    """The sample statutes, to be changed."""
    return Path(shutil.copytree(samples / "statutes", tmp_path / "laws"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with two files of decisions."""
    folder = tmp_path / "rulings"
    folder.mkdir()
    write_rulings(folder / "a.jsonl", FIRST, USELESS)
    write_rulings(folder / "b.jsonl", SECOND)
    return folder


def build(laws: Path, out: Path, **options: object) -> LexDPR:
    given: dict[str, object] = {"jobs": 1, "encoder": BagEncoder(), "backend": "exact", **options}
    return LexDPR.build(laws, out, **given)  # type: ignore[arg-type]


def change_a_law(laws: Path, old: str = "하여야 한다", new: str = "하여야 할 것이다") -> None:
    for path in laws.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        if LAW in text and old in text:
            path.write_text(text.replace(old, new), encoding="utf-8")
            return
    raise AssertionError(f"no file with {old}")


def asked(encoder: BagEncoder) -> list[str]:
    return [text for texts in encoder.queries for text in texts]


def pack_of(engine: LexDPR) -> DecisionPack:
    return DecisionPack.open(engine.generation / DECISIONS)


def decided(engine: LexDPR) -> str:
    """What the decisions say to the question :data:`DEPOSIT`."""
    hits = engine.search(DEPOSIT, 300, level="article")
    ranks = {
        route.rank: hit.citation
        for hit in hits
        for route in hit.routes
        if route.route == "decisions"
    }
    return ranks[1]


# -- attaching -----------------------------------------------------------------------------------


def test_what_is_attached(laws: Path, files: Path, tmp_path: Path) -> None:
    encoder = BagEncoder()
    engine = build(laws, tmp_path / "index", decisions=[files], encoder=encoder)
    pack = pack_of(engine)
    assert pack.provisions == ("990001/제18조", "990011/제6조")
    assert (len(pack.vectors), pack.fingerprint) == (3, "bag-1")
    assert sorted(asked(encoder)) == sorted([DEPOSIT, HOLDING, ROBOT])
    held = engine.info()
    assert (held.decisions_read, held.decisions, held.decision_texts) == (3, 2, 3)
    assert (held.decided_articles, held.decided_from) == (2, "2022-06-03")
    assert held.decided_until == "2025-01-04"
    assert engine.report is not None
    assert engine.report.decision_failures == ()


def test_an_issue_finds_a_provision_that_has_none_of_its_words(
    laws: Path, files: Path, tmp_path: Path
) -> None:
    without = build(laws, tmp_path / "without").search(DEPOSIT, 10, level="article")
    found = build(laws, tmp_path / "index", decisions=files).search(DEPOSIT, 10, level="article")
    assert f"{LAW} 제18조" not in [hit.citation for hit in without]
    (hit,) = [hit for hit in found if hit.citation == f"{LAW} 제18조"]
    assert not set(DEPOSIT.split()) & set(hit.text.split())
    assert "decisions" in {route.route for route in hit.routes}


def test_the_package_s_own_encoder(laws: Path, files: Path, tmp_path: Path) -> None:
    """The fitted fusion, and the pack of the package beside one's own."""
    without = build(laws, tmp_path / "without", encoder="lexdpr-static")
    hits = without.search(HOLDING, 10, level="article")
    assert f"{LAW} 제18조" not in [hit.citation for hit in hits]
    build(laws, tmp_path / "index", decisions=files, encoder="lexdpr-static")
    (hit,) = LexDPR.open(tmp_path / "index").search(HOLDING, 1, level="article")
    assert hit.citation == f"{LAW} 제18조"
    decided = next(route for route in hit.routes if route.route == "decisions")
    assert (decided.rank, round(decided.score, 2)) == (1, 1.0)


def test_progress(laws: Path, files: Path, tmp_path: Path) -> None:
    events: list[BuildEvent] = []
    build(laws, tmp_path / "index", decisions=files, progress=events.append)
    assert list(dict.fromkeys(event.stage for event in events))[-3:] == [
        "decisions",
        "attach",
        "write",
    ]
    last = {event.stage: (event.done, event.total) for event in events}
    assert last["decisions"] == (3, 3)
    assert last["attach"] == (3, 3)


def test_decisions_that_cite_nothing_here(laws: Path, tmp_path: Path) -> None:
    file = write_rulings(tmp_path / "a.jsonl", USELESS)
    engine = build(laws, tmp_path / "index", decisions=file)
    assert (engine.info().decisions_read, engine.info().decisions) == (1, 0)
    assert engine.search("보증금의 반환", 1)


# -- updates -------------------------------------------------------------------------------------


def test_an_update_keeps_them(laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    before = build(laws, out, decisions=files)
    held, pack = before.info(), pack_of(before)
    shutil.rmtree(files)  # they are not needed any more
    again = build(laws, out)
    assert again.report is not None
    assert not again.report.changed
    change_a_law(laws)
    encoder = BagEncoder()
    engine = build(laws, out, encoder=encoder)
    assert engine.report is not None
    assert engine.report.changed
    assert encoder.queries == []
    assert engine.generation != before.generation
    assert pack_of(engine).vectors.tobytes() == pack.vectors.tobytes()
    assert engine.info().decisions == held.decisions
    assert decided(engine) == f"{LAW} 제18조"


def test_what_is_kept_is_bound_to_the_articles_of_now(
    laws: Path, files: Path, tmp_path: Path
) -> None:
    out = tmp_path / "index"
    build(laws, out, decisions=files)
    change_a_law(laws, "보증금의 반환", "회비의 납부")  # another article under the same number
    engine = build(laws, out)
    hits = engine.search(DEPOSIT, 300, level="article")
    routes = {hit.citation: {route.route for route in hit.routes} for hit in hits}
    assert "decisions" in routes[f"{ROBOTS} 제6조"]
    assert "decisions" not in routes.get(f"{LAW} 제18조", ())


def test_the_same_files_change_nothing(laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    build(laws, out, decisions=[files])
    moved = files.rename(tmp_path / "elsewhere")
    encoder = BagEncoder()
    engine = build(laws, out, decisions=[moved / "b.jsonl", moved / "a.jsonl"], encoder=encoder)
    assert engine.report is not None
    assert not engine.report.changed
    assert encoder.queries == []


def test_only_new_texts_are_encoded(laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    before = pack_of(build(laws, out, decisions=files))
    new = "눈 덮인 언덕을 넘는 지름길의 표지"
    write_rulings(files / "c.jsonl", ruling(4, new, f"{LAW} 제19조"))
    encoder = BagEncoder()
    engine = build(laws, out, decisions=files, encoder=encoder)
    assert asked(encoder) == [new]
    after = pack_of(engine)
    assert len(after.vectors) == 4
    assert np.array_equal(after.vectors[:3], before.vectors)
    (files / "b.jsonl").unlink()
    fewer = build(laws, out, decisions=files, encoder=encoder)
    assert asked(encoder) == [new]
    assert pack_of(fewer).provisions == ("990001/제18조", "990001/제19조")


def test_a_new_law_gets_its_decisions(laws: Path, files: Path, tmp_path: Path) -> None:
    robots = next(path for path in laws.rglob("*.md") if path.parent.name.startswith("반려로봇"))
    shutil.move(robots.parent, tmp_path / "aside")
    out = tmp_path / "index"
    assert pack_of(build(laws, out, decisions=files)).provisions == ("990001/제18조",)
    shutil.move(tmp_path / "aside", robots.parent)
    assert len(pack_of(build(laws, out, decisions=files)).provisions) == 2


@pytest.mark.parametrize("none", ["none", ["none"]])
def test_none_detaches(none: str | list[str], laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    build(laws, out, decisions=files)
    engine = build(laws, out, decisions=none)
    assert engine.info().decisions == engine.info().decisions_read == 0
    assert not (engine.generation / DECISIONS).exists()
    assert all(route.route != "decisions" for hit in engine.search(DEPOSIT) for route in hit.routes)
    again = build(laws, out, decisions=none)
    assert again.report is not None
    assert not again.report.changed


def test_an_index_from_before_there_were_decisions(laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    manifest = build(laws, out).generation / "manifest.json"
    values = json.loads(manifest.read_text(encoding="utf-8"))
    del values["decisions"]
    manifest.write_text(json.dumps(values), encoding="utf-8")
    assert LexDPR.open(out).info().decisions == 0
    assert build(laws, out, decisions=files).info().decisions == 2


# -- what cannot be had --------------------------------------------------------------------------


def test_an_index_without_vectors_refuses(laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    with pytest.raises(DecisionError, match="--encoder"):
        build(laws, out, encoder="none", decisions=files)
    assert not (out / "CURRENT").exists()


def test_another_encoder_needs_the_files_again(laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    build(laws, out, decisions=files)
    for other in (BagEncoder("bag-2"), "none"):
        with pytest.raises(DecisionError, match="--decisions none"):
            build(laws, out, encoder=other)
    other = BagEncoder("bag-2", 64)
    engine = build(laws, out, encoder=other, decisions=files)
    assert pack_of(engine).vectors.shape == (3, 64)
    assert len(asked(other)) == 3
    assert build(laws, out, encoder="none", decisions="none").info().decisions == 0


def test_files_that_are_not_there(laws: Path, tmp_path: Path) -> None:
    for decisions in (tmp_path / "gone.jsonl", [], [tmp_path / "gone.jsonl", "none"]):
        with pytest.raises(DecisionError, match="none"):
            build(laws, tmp_path / "index", decisions=decisions)
    assert not (tmp_path / "index").exists()


def test_a_bad_line_is_told_and_the_rest_goes_on(laws: Path, files: Path, tmp_path: Path) -> None:
    bad = write_rulings(files / "c.jsonl", "{", ruling(4, "새 쟁점의 이름과 범위", f"{LAW} 제19조"))
    out = tmp_path / "index"
    engine = build(laws, out, decisions=files)
    assert engine.report is not None
    (failure,) = engine.report.decision_failures
    assert failure.source == str(bad)
    assert f"{bad}:1" in failure.reason
    assert engine.info().decisions == 3
    # Told again where the files are given again, and not where they are kept.
    assert build(laws, out, decisions=files).report.decision_failures == (failure,)  # type: ignore[union-attr]
    assert build(laws, out).report.decision_failures == ()  # type: ignore[union-attr]
    with pytest.raises(SourceError, match=r"c\.jsonl:1"):
        build(laws, out, decisions=files, strict=True)
    with pytest.raises(SourceError, match=r"c\.jsonl:1"):
        build(laws, tmp_path / "other", decisions=files, strict=True)
    assert build(laws, out, strict=True).info().decisions == 3


def test_nothing_can_be_read(laws: Path, tmp_path: Path) -> None:
    file = write_rulings(tmp_path / "a.jsonl", "{}", "{}", "{}")
    with pytest.raises(DecisionError, match="판례일련번호"):
        build(laws, tmp_path / "index", decisions=file)
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_a_damaged_pack(laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    pack = build(laws, out, decisions=files).generation / DECISIONS / "decisions.safetensors"
    pack.write_bytes(pack.read_bytes()[:-50])
    with pytest.raises(IndexFormatError, match="decisions"):
        LexDPR.open(out)
    change_a_law(laws)
    with pytest.raises(IndexFormatError, match="decisions"):
        build(laws, out)
    mended = build(laws, out, decisions=files)
    assert decided(mended) == f"{LAW} 제18조"


def test_texts_that_do_not_fit_are_not_trusted(laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    np.save(build(laws, out, decisions=files).generation / DECISIONS / TEXTS, np.zeros((1, 2)))
    write_rulings(files / "c.jsonl", ruling(4, "새 쟁점의 이름과 범위", f"{LAW} 제19조"))
    encoder = BagEncoder()
    assert len(pack_of(build(laws, out, decisions=files, encoder=encoder)).vectors) == 4
    assert len(asked(encoder)) == 4


# -- being killed --------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from dense.bag_encoder import BagEncoder
from lexdpr_rag import LexDPR

laws, out, files, stage, done = sys.argv[1:]

def progress(event):
    if event.stage == stage and event.done >= int(done):
        os.kill(os.getpid(), signal.SIGKILL)

LexDPR.build(
    laws, out, jobs=1, encoder=BagEncoder(), backend="exact", decisions=files, progress=progress
)
"""


@pytest.mark.parametrize("place", ["decisions 3", "attach 3", "write 1", "write 2"])
def test_killed(place: str, laws: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    build(laws, out)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(laws), str(out), str(files), *place.split()],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -9, done.stderr.decode()
    old = LexDPR.open(out, encoder=BagEncoder())
    assert old.info().decisions == 0
    assert old.search(DEPOSIT, 1) is not None
    encoder = BagEncoder()
    engine = build(laws, out, decisions=files, encoder=encoder)
    assert encoder.passages == []
    assert engine.info().decisions == 2
    assert not (out / ".building").exists()
    assert decided(engine) == f"{LAW} 제18조"
