"""Building, updating, failing, being killed and going on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fictional import source
from filelock import FileLock

from lexdpr_rag import LexDPR
from lexdpr_rag.errors import FilterError, IndexFormatError, SourceError
from lexdpr_rag.index.buckets import BUCKETS, _bucket_of
from lexdpr_rag.index.builder import Options, build_index
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.report import BuildEvent, BuildReport

ROOT = Path(__file__).resolve().parent.parent
WORDS = ("등대", "나룻배", "물레방아", "돌다리", "우물", "굴뚝", "처마", "장독", "대장간", "방앗간")


def write_law(folder: Path, number: int, words: str = "", name: str = "") -> Path:
    """A law about one thing; ``number`` gives its 법령ID and title."""
    thing = f"{WORDS[number % len(WORDS)]}{number}"
    body = f"##### 제1조 (목적)\n\n이 법은 {thing}의 관리를 정한다. {words}\n\n"
    body += (
        f"##### 제2조 ({thing} 관리)\n\n**①** {thing}은 주인이 고친다.\n\n**②** 삭제 <2020.1.1>\n"
    )
    text = source(body, 제목=f"{thing}법", 법령ID=f"'{880000 + number}'", 법령MST=str(number))
    path = folder / (name or f"law{number}/법률.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def laws(tmp_path: Path) -> Path:
    """Twelve laws."""
    folder = tmp_path / "laws"
    for number in range(12):
        write_law(folder, number)
    return folder


def build(laws: Path, out: Path, **options: object) -> BuildReport:
    return build_index(laws, out, Options(jobs=1, **options))  # type: ignore[arg-type]


def citations(out: Path, query: str, k: int = 3) -> list[str]:
    return [hit.citation for hit in LexDPR.open(out).search(query, k, level="article")]


def in_bucket_of(folder: Path, path: Path) -> int:
    """How many files share a file's bucket."""
    names = [p.relative_to(folder).as_posix() for p in folder.rglob("*.md")]
    bucket = _bucket_of(path.relative_to(folder).as_posix())
    return sum(_bucket_of(name) == bucket for name in names)


# -- building and updating -----------------------------------------------------------------------


def test_build(laws: Path, tmp_path: Path) -> None:
    report = build(laws, tmp_path / "index")
    assert (report.sources, report.laws, report.articles, report.parsed) == (12, 12, 24, 12)
    assert report.changed
    assert report.failures == ()
    assert citations(tmp_path / "index", "돌다리3 관리", 2) == [
        "돌다리3법 제2조",
        "돌다리3법 제1조",
    ]
    assert sorted(p.name for p in (tmp_path / "index").iterdir()) == [
        ".lock",
        "CURRENT",
        "gen-0001",
    ]


def test_building_again_does_nothing(laws: Path, tmp_path: Path) -> None:
    build(laws, tmp_path / "index")
    report = build(laws, tmp_path / "index")
    assert (report.changed, report.parsed, report.reused) == (False, 0, 12)
    assert Layout(tmp_path / "index").in_use() == tmp_path / "index" / "gen-0001"


def test_a_changed_file(laws: Path, tmp_path: Path) -> None:
    build(laws, tmp_path / "index")
    path = write_law(laws, 5, words="박쥐를 쫓지 아니한다.")
    report = build(laws, tmp_path / "index")
    assert report.changed
    assert report.parsed == in_bucket_of(laws, path)
    assert report.parsed + report.reused == 12
    assert citations(tmp_path / "index", "박쥐를 쫓지") == ["굴뚝5법 제1조"]
    assert citations(tmp_path / "index", "방앗간9 관리")[0] == "방앗간9법 제2조"


def test_an_added_file(laws: Path, tmp_path: Path) -> None:
    build(laws, tmp_path / "index")
    path = write_law(laws, 12)
    report = build(laws, tmp_path / "index")
    assert (report.sources, report.laws) == (13, 13)
    assert report.parsed == in_bucket_of(laws, path)
    assert citations(tmp_path / "index", "물레방아12")[0] == "물레방아12법 제2조"


def test_a_removed_file(laws: Path, tmp_path: Path) -> None:
    build(laws, tmp_path / "index")
    (laws / "law4" / "법률.md").unlink()
    report = build(laws, tmp_path / "index")
    assert (report.sources, report.laws, report.articles) == (11, 11, 22)
    assert report.parsed <= 11 // 2
    assert citations(tmp_path / "index", "우물4") == []


def test_an_update_equals_a_build_from_nothing(laws: Path, tmp_path: Path) -> None:
    build(laws, tmp_path / "updated")
    write_law(laws, 3, words="수달이 산다.")
    write_law(laws, 20)
    (laws / "law7" / "법률.md").unlink()
    build(laws, tmp_path / "updated")
    build(laws, tmp_path / "fresh")
    one, two = LexDPR.open(tmp_path / "updated"), LexDPR.open(tmp_path / "fresh")
    for query in ("수달이 산다", "등대20", "장독7", "주인이 고친다"):
        assert one.search(query, 30) == two.search(query, 30)
    assert one.info().corpus_hash == two.info().corpus_hash


def test_the_order_of_jobs_does_not_matter(laws: Path, tmp_path: Path) -> None:
    build_index(laws, tmp_path / "one", Options(jobs=1))
    build_index(laws, tmp_path / "two", Options(jobs=2))
    one, two = LexDPR.open(tmp_path / "one"), LexDPR.open(tmp_path / "two")
    assert one.search("주인이 고친다", 30) == two.search("주인이 고친다", 30)


@pytest.mark.slow
def test_another_analyzer_is_another_index(laws: Path, tmp_path: Path) -> None:
    pytest.importorskip("kiwipiepy")
    build(laws, tmp_path / "index")
    report = build(laws, tmp_path / "index", analyzer="kiwi")
    assert report.changed
    assert LexDPR.open(tmp_path / "index").info().analyzer == "kiwi"
    assert "나룻배1법 제1조" in citations(tmp_path / "index", "나룻배1법의 목적")


def test_an_unknown_analyzer(laws: Path, tmp_path: Path) -> None:
    with pytest.raises(FilterError, match="bigram, kiwi, mixed"):
        LexDPR.build(laws, tmp_path / "index", analyzer="trigram")
    assert not (tmp_path / "index").exists()


def test_progress(laws: Path, tmp_path: Path) -> None:
    events: list[BuildEvent] = []
    build_index(laws, tmp_path / "index", Options(jobs=1), events.append)
    stages = [event.stage for event in events]
    in_order = ["scan", "parse", "lexical", "references", "write"]
    assert sorted(set(stages), key=stages.index) == in_order
    parsed = [event for event in events if event.stage == "parse"]
    assert (parsed[-1].done, parsed[-1].total, parsed[-1].laws) == (12, 12, 12)
    assert [event.done for event in parsed] == sorted(event.done for event in parsed)
    assert (events[-1].done, events[-1].total) == (3, 3)


# -- what cannot be read -------------------------------------------------------------------------


def spoil(laws: Path) -> Path:
    path = laws / "bad" / "법률.md"
    path.parent.mkdir()
    path.write_bytes(b"%PDF-1.7\n")
    return path


def test_a_bad_file_is_reported_and_the_rest_done(laws: Path, tmp_path: Path) -> None:
    spoil(laws)
    report = build(laws, tmp_path / "index")
    assert (report.sources, report.laws) == (13, 12)
    assert [failure.source for failure in report.failures] == ["bad/법률.md"]
    assert "PDF" in report.failures[0].reason
    again = build(laws, tmp_path / "index")  # nothing has changed, the failure still stands
    assert (again.changed, again.failures) == (False, report.failures)


def test_a_mended_file(laws: Path, tmp_path: Path) -> None:
    spoil(laws)
    build(laws, tmp_path / "index")
    write_law(laws, 30, name="bad/법률.md")
    report = build(laws, tmp_path / "index")
    assert (report.laws, report.failures) == (13, ())


def test_strict_stops_at_a_bad_file(laws: Path, tmp_path: Path) -> None:
    spoil(laws)
    with pytest.raises(SourceError, match=r"--strict.*PDF"):
        build(laws, tmp_path / "index", strict=True)
    with pytest.raises(IndexFormatError, match="멈춘"):
        LexDPR.open(tmp_path / "index")


def test_strict_stops_when_the_index_was_built_without_it(laws: Path, tmp_path: Path) -> None:
    spoil(laws)
    build(laws, tmp_path / "index")
    with pytest.raises(SourceError, match=r"--strict.*PDF"):
        build(laws, tmp_path / "index", strict=True)
    assert citations(tmp_path / "index", "등대0")  # the old index is still there


def test_an_unreadable_file(laws: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (laws / "law3" / "법률.md").chmod(0)
    report = build(laws, tmp_path / "index")
    assert (report.laws, len(report.failures)) == (11, 1)


def test_nothing_readable(tmp_path: Path) -> None:
    folder = tmp_path / "laws"
    folder.mkdir()
    spoil(folder)
    with pytest.raises(SourceError, match=r"읽을 수 있는 법령이 없습니다.*PDF"):
        build(folder, tmp_path / "index")


def test_an_old_index_survives_a_source_that_became_unreadable(laws: Path, tmp_path: Path) -> None:
    build(laws, tmp_path / "index")
    for path in laws.rglob("*.md"):
        path.write_bytes(b"%PDF-1.7\n")
    with pytest.raises(SourceError):
        build(laws, tmp_path / "index")
    assert citations(tmp_path / "index", "등대0")[0] == "등대0법 제2조"


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "laws").mkdir()
    with pytest.raises(SourceError, match="법령 파일이 없습니다"):
        build(tmp_path / "laws", tmp_path / "index")


def test_a_missing_source(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="그런 파일이나 폴더가 없습니다"):
        build(tmp_path / "laws", tmp_path / "index")


def test_the_same_law_in_two_formats_is_kept_once(samples: Path, tmp_path: Path) -> None:
    folder = tmp_path / "laws"
    folder.mkdir()
    (markdown,) = (samples / "statutes").glob("반려로봇*/법률.md")
    (folder / "a.md").write_bytes(markdown.read_bytes())
    (folder / "b.json").write_bytes((samples / "api" / "990011.json").read_bytes())
    report = build(folder, tmp_path / "index")
    assert (report.sources, report.laws, len(report.duplicates)) == (2, 1, 1)
    engine = LexDPR.open(tmp_path / "index")
    ids = [hit.unit_id for hit in engine.search("등록", 50, level="article")]
    assert len(ids) == len(set(ids)) > 5


def test_when_the_first_twin_goes_the_other_is_found(samples: Path, tmp_path: Path) -> None:
    folder = tmp_path / "laws"
    folder.mkdir()
    api = (samples / "api" / "990011.json").read_bytes()
    for name in ("a.json", "b.json", "c.json"):
        (folder / name).write_bytes(api)
    first = build(folder, tmp_path / "index")
    assert len(first.duplicates) == 2
    kept = ({"a.json", "b.json", "c.json"} - set(first.duplicates)).pop()
    (folder / kept).unlink()
    second = build(folder, tmp_path / "index")
    assert (second.laws, len(second.duplicates)) == (1, 1)
    assert second.articles == first.articles


# -- where the index lies ------------------------------------------------------------------------


def test_out_is_a_file(laws: Path, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("mine")
    with pytest.raises(IndexFormatError, match="파일입니다"):
        build(laws, tmp_path / "index")
    assert (tmp_path / "index").read_text() == "mine"


def test_out_is_a_folder_of_other_things(laws: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexFormatError, match="색인이 아닌 파일"):
        build(laws, laws)
    assert len(list(laws.iterdir())) == 12


def test_an_index_that_is_being_built(laws: Path, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    with (
        FileLock(tmp_path / "index" / ".lock"),
        pytest.raises(IndexFormatError, match="다른 프로세스"),
    ):
        build(laws, tmp_path / "index")


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        (lambda path: None, "먼저 만드세요"),
        (lambda path: path.mkdir(), "색인 폴더가 아닙니다"),
        (lambda path: (path / ".building").mkdir(parents=True), "이어서 합니다"),
    ],
)
def test_no_index(prepare, expected: str, tmp_path: Path) -> None:
    prepare(tmp_path / "index")
    with pytest.raises(IndexFormatError, match=expected):
        LexDPR.open(tmp_path / "index")


def change_format(out: Path, by: int) -> None:
    path = out / "gen-0001" / "manifest.json"
    values = json.loads(path.read_text("utf-8"))
    values["format_version"] += by
    path.write_text(json.dumps(values), "utf-8")


@pytest.mark.parametrize(("by", "expected"), [(1, "올리세요"), (-1, "다시 만드세요")])
def test_an_index_of_another_format(by: int, expected: str, laws: Path, tmp_path: Path) -> None:
    build(laws, tmp_path / "index")
    change_format(tmp_path / "index", by)
    with pytest.raises(IndexFormatError, match=expected):
        LexDPR.open(tmp_path / "index")


def test_building_over_an_older_index_parses_everything(laws: Path, tmp_path: Path) -> None:
    build(laws, tmp_path / "index")
    change_format(tmp_path / "index", -1)
    report = build(laws, tmp_path / "index")
    assert (report.parsed, report.changed) == (12, True)
    assert citations(tmp_path / "index", "등대0")


def test_a_newer_index_is_not_built_over(laws: Path, tmp_path: Path) -> None:
    build(laws, tmp_path / "index")
    change_format(tmp_path / "index", 1)
    with pytest.raises(IndexFormatError, match="올리세요"):
        build(laws, tmp_path / "index")


DAMAGE = [
    ("manifest.json", "lost"),
    ("manifest.json", "torn"),
    ("laws.jsonl", "torn"),
    ("text.npy", "torn"),
    ("unit_path.bytes.npy", "lost"),
    ("lexical/idf.npy", "torn"),
    ("lexical/articles/indptr.csc.index.npy", "lost"),
    ("lexical/articles/vocab.index.json", "torn"),
]


@pytest.mark.parametrize(("part", "damage"), DAMAGE)
def test_damage_is_told_and_building_again_mends_it(
    part: str, damage: str, laws: Path, tmp_path: Path
) -> None:
    out = tmp_path / "index"
    build(laws, out)
    path = out / "gen-0001" / part
    assert path.exists()
    if damage == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(IndexFormatError, match="lexdpr-rag index"):
        LexDPR.open(out)
    report = build(laws, out)  # the remedy that the message names
    assert report.changed
    assert citations(out, "등대0")[0] == "등대0법 제2조"


def test_a_lost_generation(laws: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    build(laws, out)
    (out / "gen-0001").rename(tmp_path / "elsewhere")
    with pytest.raises(IndexFormatError, match="gen-0001"):
        LexDPR.open(out)
    assert build(laws, out).parsed == 12
    assert citations(out, "등대0")


def test_a_torn_shard_of_an_unfinished_build_is_made_anew(laws: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    interrupt(laws, out, "parse", 12)
    for summary in (out / ".building" / "shards").glob("*/shard.json"):
        summary.write_bytes(b"")
    report = build(laws, out)
    assert (report.laws, report.parsed) == (12, 12)


# -- being interrupted ---------------------------------------------------------------------------


class StopError(Exception):
    pass


def interrupt(laws: Path, out: Path, stage: str, at_least: int) -> None:
    """Build, and break off at the event ``stage`` ``done``."""

    def progress(event: BuildEvent) -> None:
        if event.stage == stage and event.done >= at_least:
            raise StopError

    with pytest.raises(StopError):
        build_index(laws, out, Options(jobs=1), progress)


EVENTS = [("scan", 1), ("scan", 12), ("parse", 1), ("parse", 6), ("parse", 12)]
EVENTS += [("lexical", 0), ("references", 1), ("write", 1), ("write", 2), ("write", 3)]


@pytest.mark.parametrize(("stage", "done"), EVENTS)
def test_interrupted_at_every_event(stage: str, done: int, laws: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    build(laws, out)
    for number in range(12):
        write_law(laws, number, words="두루미가 쉰다.")
    interrupt(laws, out, stage, done)
    is_switched = (stage, done) == ("write", 3)
    assert bool(citations(out, "두루미가 쉰다")) == is_switched
    assert citations(out, "등대0")[0] == "등대0법 제2조"
    finished = finished_sources(out)
    report = build(laws, out)
    assert report.parsed == (0 if is_switched else 12 - finished)
    assert len(citations(out, "두루미가 쉰다", 20)) == 12
    assert not (out / ".building").exists()
    assert len(Layout(out).generations()) == 1


def finished_sources(out: Path) -> int:
    shards = (out / ".building" / "shards").glob("*/shard.json")
    return sum(json.loads(path.read_text("utf-8"))["laws"] for path in shards)


@pytest.mark.parametrize("step", ["switch_to", "clean"])
@pytest.mark.parametrize("first", [True, False])
def test_interrupted_while_switching_over(
    step: str, first: bool, laws: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "index"
    if not first:
        build(laws, out)
        write_law(laws, 0, words="두루미가 쉰다.")

    def stop(*_: object) -> None:
        raise StopError

    with monkeypatch.context() as patch:
        patch.setattr(Layout, step, stop)
        with pytest.raises(StopError):
            build(laws, out)
    if step == "switch_to" and first:
        with pytest.raises(IndexFormatError, match="이어서"):
            LexDPR.open(out)
    else:
        assert citations(out, "등대0")[0] == "등대0법 제2조"
    report = build(laws, out)
    assert report.parsed == 0
    assert report.changed == (step == "switch_to")
    assert bool(citations(out, "두루미가 쉰다")) != first
    assert len(Layout(out).generations()) == 1


# -- being killed --------------------------------------------------------------------------------

MANY = 24  # more than are parsed without workers

KILLED = """
import os, signal, sys
from pathlib import Path
from lexdpr_rag.index import builder
from lexdpr_rag.index.layout import Layout

source, out, place = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(event):
    if event.stage == place[:5] and event.done >= int(place[5:]):
        die()

if place in ("switch_to", "clean"):
    setattr(Layout, place, die)
builder.build_index(source, out, builder.Options(jobs=2), progress)
"""


def kill_at(laws: Path, out: Path, place: str) -> None:
    """Build in a process of its own that kills itself; return when its workers are gone too.

    The workers inherit the pipes of the child, so reading them to the end waits for the workers.
    """
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(laws), str(out), place],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == -9, done.stderr.decode()


@pytest.fixture
def many(laws: Path) -> Path:
    """Enough laws for worker processes."""
    for number in range(12, MANY):
        write_law(laws, number)
    return laws


@pytest.mark.parametrize("place", ["parse1", "parse6", "write1", "write2", "switch_to", "clean"])
def test_killed(place: str, many: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    build(many, out)
    for number in range(MANY):
        write_law(many, number, words="두루미가 쉰다.")
    kill_at(many, out, place)
    assert bool(citations(out, "두루미가 쉰다")) == (place == "clean")
    assert citations(out, "등대0")[0] == "등대0법 제2조"
    finished = MANY if place in ("switch_to", "clean") else finished_sources(out)
    report = build(many, out)
    assert report.parsed == MANY - finished
    assert len(citations(out, "두루미가 쉰다", 2 * MANY)) == MANY
    assert not (out / ".building").exists()


def test_killed_again_and_again(many: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    for place in ("parse1", "parse4", "parse8", "write1", "write2", "switch_to"):
        kill_at(many, out, place)
    report = build(many, out)
    assert (report.parsed, report.laws) == (0, MANY)
    assert citations(out, "등대0")


def test_a_worker_that_lost_the_race_takes_the_shard_that_is_there(
    laws: Path, tmp_path: Path
) -> None:
    from lexdpr_rag.index.shards import parse_shard
    from lexdpr_rag.statute.source import find_sources

    refs = list(find_sources(laws))[:2]
    folder = tmp_path / "shard"
    one = parse_shard(refs, "bigram", folder)
    assert parse_shard(refs, "bigram", folder) == one
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("shard")] == ["shard"]


# -- reading while building ----------------------------------------------------------------------


def test_opened_indexes_go_on_answering(laws: Path, tmp_path: Path) -> None:
    out = tmp_path / "index"
    build(laws, out)
    engine = LexDPR.open(out)
    before = engine.search("주인이 고친다", 5)
    write_law(laws, 0, words="두루미가 쉰다.")
    build(laws, out)
    assert engine.search("주인이 고친다", 5) == before
    assert engine.search("두루미가 쉰다", 5) == []


OPENED = """
import sys
from pathlib import Path
from lexdpr_rag import LexDPR

print("ready", flush=True)
opened = 0
while not Path(sys.argv[2]).exists():
    assert LexDPR.open(sys.argv[1]).search("등대0", 1)
    opened += 1
print(opened)
"""


def test_opening_while_switching_over(laws: Path, tmp_path: Path) -> None:
    """Another process opens the index again and again while it is built four times."""
    out, stop = tmp_path / "index", tmp_path / "stop"
    build(laws, out)
    reader = subprocess.Popen(
        [sys.executable, "-c", OPENED, str(out), str(stop)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    reader.stdout.readline()
    for words in ("하나", "둘", "셋", "넷"):
        write_law(laws, 0, words=words)
        build(laws, out)
    stop.touch()
    output, errors = reader.communicate(timeout=30)
    assert reader.returncode == 0, errors
    assert int(output) > 4


def test_an_index_that_was_swapped_while_opening(
    laws: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The generation goes between reading its name and reading its files."""
    out = tmp_path / "index"
    build(laws, out)
    write_law(laws, 0, words="두루미가 쉰다.")
    plain = Layout.open_generation
    names: Iterator[Path] = iter([plain(Layout(out))])
    build(laws, out)
    monkeypatch.setattr(Layout, "open_generation", lambda self: next(names, None) or plain(self))
    assert LexDPR.open(out).search("두루미가 쉰다", 1)


def test_buckets_are_stable() -> None:
    """Another number would make every index parse everything anew."""
    assert BUCKETS == 128
    assert [_bucket_of(name) for name in ("민법/법률.md", "상법/법률.md")] == [77, 33]
