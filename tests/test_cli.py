"""The command line, in this process: what it prints, exit status, wrong usage, both languages."""

from __future__ import annotations

import errno
import json
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lexdpr_rag import __version__
from lexdpr_rag.cli.app import app

SAMPLES = Path(str(files("lexdpr_rag") / "samples"))
STATUTES = SAMPLES / "statutes"
ROBOTS = STATUTES / "반려로봇등록및안전관리에관한법률" / "법률.md"
ROBOT_LAW = "반려로봇 등록 및 안전관리에 관한 법률"
QUESTION = "작업실 보증금을 돌려받지 못하면 어디에 직접 청구할 수 있나요?"


def run(*words: object, stdin: str | None = None, env: dict[str, str] | None = None) -> Result:
    variables = {"LEXDPR_LANG": "", "COLUMNS": "100", **(env or {})}
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin, env=variables)


def only_line(result: Result) -> str:
    """The one line on standard error; nothing on standard output, no traceback."""
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def sample_files() -> list[Path]:
    return [path for path in STATUTES.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cli") / "index"
    result = run("index", STATUTES, "--out", out, "--quiet")
    assert result.exit_code == 0, result.output
    assert result.output == ""
    return out


# -- index ---------------------------------------------------------------------------------------


def test_index_tells_what_it_did(tmp_path: Path):
    result = run("index", STATUTES, "--out", tmp_path / "index")
    assert result.exit_code == 0
    assert result.stdout == ""  # progress and summary are no answer
    for words in ("법령 읽기", "색인을 만들었습니다", "조문", "걸린 시간", "lexdpr-rag search"):
        assert words in result.stderr
    again = run("index", STATUTES, "--out", tmp_path / "index")
    assert again.exit_code == 0
    assert "바뀐 것이 없어" in again.stderr


def test_index_as_json(tmp_path: Path):
    result = run("index", STATUTES, "--out", tmp_path / "index", "--json", "--jobs", 1)
    report = json.loads(result.stdout)
    assert report["sources"] == report["parsed"] == len(sample_files())
    assert report["failures"] == []
    assert report["articles"] > 100
    assert report["changed"] is True


@pytest.fixture
def partly_bad(tmp_path: Path) -> Path:
    folder = tmp_path / "laws"
    folder.mkdir()
    (folder / "법률.md").write_bytes(ROBOTS.read_bytes())
    (folder / "문서.md").write_bytes(b"%PDF-1.7\n\x00\x01")
    (folder / "잘림.json").write_text('{"법령": {', encoding="utf-8")
    for i in range(22):
        (folder / f"메모{i:02}.txt").write_text("법령이 아닌 글\n", encoding="utf-8")
    return folder


def test_bad_files_are_listed_and_the_rest_is_done(partly_bad: Path, tmp_path: Path):
    listed = tmp_path / "errors.jsonl"
    result = run("index", partly_bad, "--out", tmp_path / "index", "--errors", listed)
    assert result.exit_code == 0
    assert "읽지 못한 파일 24개" in result.stderr
    assert "… 4개 더" in result.stderr
    rows = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 24
    assert rows[-1]["source"] == "잘림.json"
    assert all(row["reason"] for row in rows)
    assert run("cite", tmp_path / "index", ROBOT_LAW, "제1조").exit_code == 0


def test_strict_stops_at_a_bad_file(partly_bad: Path, tmp_path: Path):
    result = run("index", partly_bad, "--out", tmp_path / "index", "--strict", "--quiet")
    assert result.exit_code == 1
    assert "--strict" in only_line(result)


def test_ctrl_c_says_that_the_same_command_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lexdpr_rag.engine.LexDPR.build", interrupted)
    result = run("index", STATUTES, "--out", tmp_path / "index")
    assert result.exit_code == 1
    assert "같은 명령을 다시 실행하면" in only_line(result)


# -- search --------------------------------------------------------------------------------------


def test_search_shows_cards(index: Path):
    result = run("search", index, QUESTION, "-k", 3)
    assert result.exit_code == 0
    assert "3건" in result.stdout
    assert "제18조" in result.stdout
    assert "시행 2025-10-23" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_cards_keep_within_the_terminal(index: Path, columns: int):
    from rich.cells import cell_len

    for level in ("article", "subparagraph"):
        result = run(
            "search", index, "과태료를 부과", "--level", level, env={"COLUMNS": str(columns)}
        )
        assert max(cell_len(line) for line in result.stdout.splitlines()) <= columns
        assert not [line for line in result.stdout.splitlines() if line.endswith(" ")]


def test_search_as_json(index: Path):
    result = run("search", index, QUESTION, "-k", 2, "--level", "paragraph", "--json")
    answer = json.loads(result.stdout)
    assert answer["query"] == QUESTION
    assert len(answer["hits"]) == 2
    first = answer["hits"][0]
    assert {"unit_id", "law_id", "article", "citation", "text", "context", "score"} <= set(first)
    assert first["law_id"] == "990001"
    assert first["level"] == "paragraph"


def test_words_of_a_query_need_no_quotes(index: Path):
    apart = json.loads(run("search", index, "보증금", "반환", "--json").stdout)
    quoted = json.loads(run("search", index, "보증금 반환", "--json").stdout)
    assert apart == quoted


def test_filters_reach_the_search(index: Path):
    words = ("search", index, "등록", "--json", "--law", ROBOT_LAW, "--part", "제3조~제9조")
    hits = json.loads(run(*words, "--as-of", "2025-08-01").stdout)["hits"]
    assert hits
    assert {hit["law"] for hit in hits} == {ROBOT_LAW}
    decrees = json.loads(run("search", index, "등록", "--json", "--kind", "대통령령").stdout)
    assert {hit["kind"] for hit in decrees["hits"]} == {"대통령령"}


def test_long_provisions_are_cut_unless_asked_for_whole(index: Path):
    words = ("search", index, ROBOT_LAW, "제31조", "--level", "article", "-k", 1)
    assert "--full" in run(*words).stdout
    whole = run(*words, "--full").stdout
    assert "--full" not in whole
    assert "제21조의2 본문을 위반하여" in whole


def test_nothing_found_comes_with_hints(index: Path):
    result = run("search", index, "qqqq", "--kind", "법률")
    assert result.exit_code == 0
    assert "찾은 조문이 없습니다." in result.stdout
    assert "--kind" in result.stdout
    assert json.loads(run("search", index, "qqqq", "--json").stdout)["hits"] == []


# -- search, many questions ----------------------------------------------------------------------


def test_batch_form(index: Path, tmp_path: Path):
    out = tmp_path / "run.jsonl"
    result = run(
        "search", index, "--queries", SAMPLES / "questions.jsonl", "--out", out, "-k", 7,
        "--level", "article",
    )  # fmt: skip
    assert result.exit_code == 0
    assert result.stdout == ""
    asked = [json.loads(line) for line in (SAMPLES / "questions.jsonl").open(encoding="utf-8")]
    rows = [json.loads(line) for line in out.open(encoding="utf-8")]
    assert [row["query_id"] for row in rows] == [row["query_id"] for row in asked]
    for row in rows:
        assert set(row) == {"query_id", "hits"}
        assert 0 < len(row["hits"]) <= 7
        keys = {"unit_id", "law_id", "article", "citation", "score"}
        assert all(set(hit) == keys for hit in row["hits"])
        scores = [hit["score"] for hit in row["hits"]]
        assert scores == sorted(scores, reverse=True)
    assert [path.name for path in tmp_path.iterdir()] == ["run.jsonl"]


def test_batch_by_streams(index: Path):
    lines = (
        '\ufeff{"query_id": 7, "query": "보증금", "more": 1}\n\n{"query_id": "b", "query": "등록"}'
    )
    result = run("search", index, "--queries", "-", "--out", "-", "-k", 1, stdin=lines)
    assert result.exit_code == 0
    assert [json.loads(line)["query_id"] for line in result.stdout.splitlines()] == [7, "b"]
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("not json", "JSON이 아닙니다"),
        ("[1]", "객체가 아닙니다"),
        ('{"query": "보증금"}', "query_id"),
        ('{"query_id": true, "query": "보증금"}', "query_id"),
        ('{"query_id": "2"}', "query에"),
        ('{"query_id": "2", "query": " "}', "query에"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    index: Path, tmp_path: Path, second: str, reason: str
):
    queries, out = tmp_path / "q.jsonl", tmp_path / "run.jsonl"
    queries.write_text('{"query_id": "1", "query": "보증금"}\n' + second, encoding="utf-8")
    out.write_text("of an earlier run", encoding="utf-8")
    result = run("search", index, "--queries", queries, "--out", out)
    assert result.exit_code == 1
    line = only_line(result)
    assert "2번째 줄" in line
    assert reason in line
    assert out.read_text(encoding="utf-8") == "of an earlier run"
    # By a stream the first question is answered before the second line is read.
    piped = run("search", index, "--queries", "-", "--out", out, stdin=queries.read_text())
    assert piped.exit_code == 1
    assert out.read_text(encoding="utf-8") == "of an earlier run"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["q.jsonl", "run.jsonl"]


def test_a_batch_that_breaks_off_leaves_no_half_file(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*args: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("lexdpr_rag.engine.LexDPR.search_many", full)
    out = tmp_path / "run.jsonl"
    result = run("search", index, "--queries", SAMPLES / "questions.jsonl", "--out", out)
    assert result.exit_code == 1
    assert "남은 공간이 없습니다" in only_line(result)
    assert list(tmp_path.iterdir()) == []


# -- parse, cite, info ---------------------------------------------------------------------------


def test_parse_draws_the_tree():
    result = run("parse", ROBOTS)
    assert result.exit_code == 0
    for words in (ROBOT_LAW, "법령구분", "제1장 총칙", "├── 제1조 목적", "가목", "부칙 <제99601호"):
        assert words in result.stdout
    shallow = run("parse", ROBOTS, "--depth", 1).stdout
    assert "제31조 과태료" in shallow
    assert "── 제1항" not in shallow
    assert "── 제1조" not in run("parse", ROBOTS, "--depth", 0).stdout


@pytest.mark.parametrize("columns", [50, 80, 120])
def test_a_tree_has_one_line_a_node(columns: int):
    from rich.cells import cell_len

    lines = run("parse", ROBOTS, env={"COLUMNS": str(columns)}).stdout.splitlines()
    assert max(cell_len(line) for line in lines) <= columns
    nodes = [line for line in lines if "── " in line]
    continued = [line for line in lines if line.startswith("│") and "── " not in line]
    assert len(nodes) > 200
    assert continued == []


@pytest.mark.parametrize("spelling", ["제8조의2", "8조의 2", "8의2", "§8-2", "8-2"])
def test_parse_shows_one_article_whole(spelling: str):
    result = run("parse", ROBOTS, "--article", spelling)
    assert result.exit_code == 0
    assert "제8조의2 양도할 때의 초기화 의무" in result.stdout
    assert "…" not in result.stdout
    assert "제9조" not in result.stdout.replace("제9조의", "")


def test_parse_as_json():
    value = json.loads(run("parse", ROBOTS, "--json").stdout)
    assert value["law"]["title"] == ROBOT_LAW
    chapter = next(node for node in value["children"] if node["type"] == "heading")
    article = chapter["children"][1]
    assert (article["label"], article["title"], article["path"]) == ("제2조", "정의", "main:a2")
    assert article["children"][0]["type"] == "subparagraph"
    keys = {"type", "path", "label", "number", "title", "text", "status", "marks"}
    keys |= {"blocks", "diagnostics", "children"}
    assert keys <= set(article)
    one = json.loads(run("parse", ROBOTS, "--json", "--article", "제2조").stdout)
    assert one["children"] == [article]


def test_parse_reads_standard_input():
    result = run("parse", "-", "--depth", 1, stdin=ROBOTS.read_text(encoding="utf-8"))
    assert result.exit_code == 0
    assert "제1조 목적" in result.stdout


@pytest.mark.parametrize(
    "name", ["api/990011.json", "api/990011.xml", "plain/마을기록물보존규정.txt"]
)
def test_parse_reads_every_format(name: str):
    result = run("parse", SAMPLES / name)
    assert result.exit_code == 0
    assert "제1조 목적" in result.stdout


def test_cite_shows_the_provision_with_its_facts(index: Path):
    result = run("cite", index, ROBOT_LAW, "제2조제1호나목")
    assert result.exit_code == 0
    for words in (
        "제2조제1호나목  정의",
        "제1장 총칙",
        "용어의 뜻은",
        "나. 돌봄보조형",
        "생활안전부",
    ):
        assert words in result.stdout
    hit = json.loads(run("cite", index, f"{ROBOT_LAW} 제2조제1호나목", "--json").stdout)
    assert hit["citation"] == f"{ROBOT_LAW} 제2조제1호나목"
    assert hit["text"].startswith("나. 돌봄보조형")


def test_info(index: Path):
    assert "bigram" in run("info", index).stdout
    value = json.loads(run("info", index, "--json").stdout)
    wanted = {"laws", "articles", "units", "vectors", "encoder", "analyzer", "format_version"}
    assert wanted <= set(value)
    assert value["laws"] == len(sample_files())


# -- wrong input ---------------------------------------------------------------------------------

# words of the command line; {index}, {tmp}, {samples} filled in → exit status, what the line says
WRONG: list[tuple[str, int, str]] = [
    ("index {tmp}/none --out {tmp}/i", 1, "그런 파일이나 폴더가 없습니다"),
    ("index {tmp} --out {tmp}/i", 1, "법령 파일이 없습니다"),
    ("index {samples}/statutes", 2, "--out 옵션이 필요합니다"),
    ("index --out {tmp}/i", 2, "법령 값이 필요합니다"),
    ("index {samples} --out {tmp}/i --jobs 0", 2, "--jobs"),
    ("index {samples} --out {tmp}/i --jobs many", 2, "'many'"),
    ("search {tmp} 등록", 1, "색인 폴더가 아닙니다"),
    ("search {tmp}/none 등록", 1, "{tmp}/none"),
    ("search {index}", 2, "질문이 필요합니다"),
    ("search {index} 등록 -k 0", 2, "1 이상의 정수"),
    ("search {index} 등록 -k ten", 2, "'ten'"),
    ("search {index} 등록 -k", 2, "-k 옵션에 값이 필요합니다"),
    ("search {index} 등록 --level 조", 2, "article, paragraph, subparagraph, auto"),
    ("search {index} 등록 --mode fast", 2, "hybrid, dense, lexical"),
    ("search {index} 등록 --mode dense", 1, "벡터가 없는 색인"),
    ("search {index} 등록 --as-of 2025-13-01", 2, "'2025-13-01'"),
    ("search {index} 등록 --as-of 작년", 2, "2024-05-01"),
    ("search {index} 등록 --law 반려로봇", 1, "'반려로봇'"),
    ("search {index} 등록 --kind 헌법", 1, "대통령령"),
    ("search {index} 등록 --part 제99편", 1, "제99편"),
    ("search {index} 등록 --quries q", 2, "혹시 --queries?"),
    ("search {index} 등록 --queries q --out r", 2, "하나만"),
    ("search {index} --queries q", 2, "--out"),
    ("search {index} 등록 --out r", 2, "--json"),
    ("search {index} --queries {tmp}/none --out {tmp}/r", 1, "{tmp}/none"),
    ("search {index} --queries {samples}/questions.jsonl --out {tmp}/no/r", 1, "{tmp}/no"),
    ("search {index} --queries {samples}/questions.jsonl --out {tmp}", 1, "폴더입니다"),
    ("parse {tmp}/none.md", 1, "그런 파일이나 폴더가 없습니다"),
    ("parse {tmp}", 1, "{tmp}"),
    ("parse {samples}/README.md", 1, "README.md"),
    ("parse {samples}/api/990011.json --article 제99조", 1, "제1조 ~ 제31조"),
    ("parse {samples}/api/990011.json --article 8의9", 1, "제8조의2"),
    ("parse {samples}/api/990011.json --article 민법", 2, "제14조의2"),
    ("parse {samples}/api/990011.json --depth -1", 2, "0 이상의 정수"),
    ("cite {index}", 2, "인용 값이 필요합니다"),
    ("cite {index} 보증금", 1, "보증금"),
    ("cite {index} 민법 제750조", 1, "민법"),
    ("info {tmp}", 1, "색인 폴더가 아닙니다"),
    ("info {index} more", 2, "남는 인자가 있습니다: more"),
    ("info {index} --json=yes", 2, "값을 받지 않습니다"),
    ("serch {index} 등록", 2, "혹시 search"),
    ("--lang fr info {index}", 2, "ko, en"),
]


@pytest.mark.parametrize(("words", "status", "said"), WRONG, ids=[row[0] for row in WRONG])
def test_wrong_input_gets_one_line(words: str, status: int, said: str, index: Path, tmp_path: Path):
    empty = tmp_path / "empty"
    empty.mkdir()
    places = {"index": index, "tmp": empty, "samples": SAMPLES}
    result = run(*words.format(**places).split(" "))
    progress = ("파일 찾기", "법령 읽기")
    lines = [line for line in result.stderr.splitlines() if not line.startswith(progress)]
    assert result.exit_code == status, result.output
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("오류: ")
    assert said.format(**places) in lines[0]
    assert result.stdout == ""


def test_an_unknown_law_comes_with_suggestions(index: Path):
    result = run("search", index, "등록", "--law", ROBOT_LAW.replace("안전", "안존"))
    assert result.exit_code == 1
    assert ROBOT_LAW in only_line(result)


def test_a_missing_article_is_told_apart_from_a_missing_law(index: Path):
    missing = run("cite", index, ROBOT_LAW, "제999조")
    assert missing.exit_code == 1
    assert "제999조" in only_line(missing)


def test_a_bug_is_one_line_and_debug_shows_the_rest(index: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("lexdpr_rag.engine.LexDPR.search", broken)
    result = run("search", index, "등록")
    assert result.exit_code == 1
    assert "RuntimeError: two lines" in only_line(result)
    debug = run("search", index, "등록", "--debug")
    assert debug.exit_code == 1
    assert "Traceback" in debug.stderr


def test_interrupted_search(index: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lexdpr_rag.engine.LexDPR.search", interrupted)
    result = run("search", index, "등록")
    assert result.exit_code == 1
    assert only_line(result) == "오류: 중단했습니다."


# -- help, languages -----------------------------------------------------------------------------


def test_version():
    assert run("--version").stdout == f"lexdpr-rag {__version__}\n"


def test_without_words_the_help_is_shown():
    result = run()
    assert result.exit_code == 2
    assert "lexdpr-rag index" in result.output


@pytest.mark.parametrize("command", ["index", "search", "parse", "cite", "info"])
def test_help_in_both_languages(command: str):
    korean = run(command, "--help")
    assert korean.exit_code == 0
    assert "사용법" in korean.stdout
    assert "Options" not in korean.stdout
    for english in (
        run("--lang", "en", command, "-h"),
        run(command, "--help", "--lang=en"),
        run(command, "--help", env={"LEXDPR_LANG": "en"}),
    ):
        assert english.exit_code == 0
        assert "Usage" in english.stdout
        assert "사용법" not in english.stdout
        assert "help." not in english.stdout
        assert "meta." not in english.stdout


def test_every_option_has_help():
    from typer.main import get_command

    from lexdpr_rag.cli.words import WORDS

    group = get_command(app)
    for command in (group, *group.commands.values()):  # type: ignore[attr-defined]
        assert command.help in WORDS
        for parameter in command.params:
            assert getattr(parameter, "help", None) in WORDS, parameter.name


def test_english_output(index: Path):
    found = run("search", index, "보증금", "--lang", "en").stdout
    assert "found" in found
    assert "in force 2025-10-23" in found
    assert run("info", index, "--lang", "en").stdout.startswith("index ")
    assert only_line(run("info", index / "no", "--lang", "en")).startswith("Error: ")
    assert "건" in run("search", index, "보증금").stdout.splitlines()[0]  # the next is Korean again


def test_after_two_dashes_words_are_words(index: Path):
    result = run("search", index, "--json", "--", "--lang", "등록")
    assert json.loads(result.stdout)["query"] == "--lang 등록"


def test_a_law_still_to_come_is_marked(tmp_path: Path):
    laws = tmp_path / "laws"
    laws.mkdir()
    text = ROBOTS.read_text(encoding="utf-8").replace("2025-07-01", "2999-07-01")
    (laws / "법률.md").write_text(text, encoding="utf-8")
    assert run("index", laws, "--out", tmp_path / "index", "--quiet").exit_code == 0
    assert "[시행 예정]" in run("search", tmp_path / "index", "등록의 말소", "-k", 1).stdout
    assert "[시행 예정]" in run("cite", tmp_path / "index", ROBOT_LAW, "제9조").stdout
