"""``lexdpr-rag fetch``: what it prints, exit status, and that its folder is indexed and searched."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from fetch.law_server import KEY, LawServer, Text
from fetch.moonlight import BOATS, CLOUDS, LAWS, contents
from fictional import source
from typer.testing import CliRunner, Result

from lexdpr_rag import LexDPR
from lexdpr_rag.cli.app import app
from lexdpr_rag.decisions.files import read_decisions
from lexdpr_rag.messages import CATALOG

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class Shell:
    """The command line in a folder, with the server's address and the key."""

    def __init__(self, server: LawServer, out: Path) -> None:
        self.server, self.out = server, out

    def __call__(self, *words: object, key: str = KEY, lang: str = "") -> Result:
        fixed = ["--out", self.out, "--url", self.server.url, "--pause", 0, "--retries", 0]
        variables = {"LEXDPR_LANG": lang, "COLUMNS": "100", "LEXDPR_LAW_KEY": key}
        line = [str(word) for word in ("fetch", *words, *fixed)]
        return CliRunner().invoke(app, line, env=variables)


@pytest.fixture
def shell(server: LawServer, tmp_path: Path) -> Shell:
    return Shell(server, tmp_path / "laws")


def test_the_summary_says_what_was_done_and_what_comes_next(shell: Shell):
    result = shell("종이배 항해법", "구름 측량법")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    for words in ("이름 찾기 2/2", "본문 받기 2/2", "받았습니다", "새로 받음  2", "요청"):
        assert words in result.stderr
    assert f"lexdpr-rag index {shell.out} --out law-index" in result.stderr
    again = shell("종이배 항해법", "구름 측량법")
    assert again.exit_code == 0
    assert "바뀐 것이 없습니다" in again.stderr


def test_english(shell: Shell):
    result = shell("종이배 항해법", "없는 법", lang="en")
    assert "fetched" in result.stderr and "could not be fetched" in result.stderr
    assert result.exit_code == 1


def test_as_json(shell: Shell):
    result = shell("--all", "--json", "--quiet")
    assert result.stderr == ""
    report = json.loads(result.stdout)
    assert len(report["fetched"]) == 5
    assert report["fetched"][0].keys() == {"file", "title", "effective", "new"}
    assert (report["source"], report["kind"], report["requests"]) == ("law.go.kr", "law", 6)


def test_numbers_in_one_word_or_several(shell: Shell):
    assert shell("--ids", "990300,990400", "990200").exit_code == 0
    assert len(list(shell.out.glob("law/*.json"))) == 3


def test_a_name_that_is_not_there_fails_the_command(shell: Shell):
    result = shell("종이배 항애법", "구름 측량법")
    assert result.exit_code == 1
    assert "혹시: 종이배 항해법" in result.stderr
    assert "받지 못한 것 1건" in result.stderr
    assert list(shell.out.glob("law/*.json"))


def test_of_everything_one_bad_law_does_not_fail_the_command(shell: Shell, server: LawServer):
    server.scripts[BOATS.serial] = ["404"]
    result = shell("--all")
    assert result.exit_code == 0
    assert BOATS.title in result.stderr
    assert shell("--all", "--strict").exit_code == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "받을 것이 없습니다"),
        (("구름 측량법", "--all"), "함께 쓸 수 없습니다"),
        (("--ids", "구름"), "번호가 아닙니다"),
        (("구름 측량법", "--kind", "treaty"), "--kind"),
        (("구름 측량법", "--date", "어제"), "--date"),
        (("구름 측량법", "--date", "2023-01-01~2023-02-01"), "판례"),
        (("구름 측량법", "--from", "nowhere"), "--from"),
        (("구름 측량법", "--history"), "--history"),
        (("구름 측량법", "--timeout", "-1"), "--timeout"),
        (("구름 측량법", "--timeout", "nan"), "--timeout"),
        (("구름 측량법", "--from", "legalize-kr", "--kind", "prec"), "legalize-kr"),
    ],
)
def test_wrong_usage_is_one_line(
    shell: Shell, server: LawServer, words: tuple[str, ...], told: str
):
    result = shell(*words)
    assert result.exit_code in (1, 2)
    (line,) = result.stderr.splitlines()
    assert told in line
    assert server.asked.total() == 0


def test_a_wrong_key_is_one_line_without_the_key(shell: Shell):
    for words, key in ((("--all",), "wrong-55512"), (("--all", "--key", "wrong-55512"), KEY)):
        result = shell(*words, key=key)
        assert result.exit_code == 1
        (line,) = result.stderr.splitlines()
        assert "open.law.go.kr" in line
        assert "wrong-55512" not in result.output


def test_debug_does_not_show_the_key(shell: Shell, server: LawServer):
    server.scripts["list"] = ["echo-key"]
    result = shell("--all", "--debug")
    assert "Traceback" in result.stderr
    assert KEY not in result.output


def test_interrupted(shell: Shell, server: LawServer, monkeypatch: pytest.MonkeyPatch):
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lexdpr_rag.fetch.lawgokr.write_whole", stop)
    result = shell("--all")
    assert result.exit_code == 1
    assert "이어서" in result.stderr.splitlines()[-1]


def test_notes_on_what_has_gone_and_what_was_not_seen(shell: Shell, server: LawServer):
    shell("--all")
    server.texts.remove(CLOUDS)
    assert "--prune" in shell("--all").stderr
    assert "지웠습니다" in shell("--all", "--prune").stderr
    assert len(list(shell.out.glob("law/*.json"))) == 4


def test_from_legalize_kr(tmp_path: Path):
    path = tmp_path / "laws.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        data = source("##### 제1조 (보관)\n\n책은 덮어 둔다.\n\n").encode()
        info = tarfile.TarInfo("legalize-kr-1/kr/달빛도서관법/법률.md")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    line = ["fetch", "달빛 도서관법", "없는 법", "--from", "legalize-kr", "--url", str(path)]
    out = tmp_path / "laws"
    result = CliRunner().invoke(app, [*line, "--out", str(out)], env={"LEXDPR_LANG": ""})
    assert result.exit_code == 1  # 없는 법
    assert "받았습니다" in result.stderr and "'없는 법'" in result.stderr
    assert (out / "legalize-kr/kr/달빛도서관법/법률.md").read_bytes() == data


def test_help(shell: Shell):
    result = CliRunner().invoke(app, ["fetch", "--help"], env={"COLUMNS": "100"})
    assert result.exit_code == 0
    assert "legalize-kr" in result.stdout and "LEXDPR_LAW_KEY" in result.stdout


# -- index and search ----------------------------------------------------------------------------

RULE = Text(
    "12345", "2100000990077", "달빛 서가 관리 규정", kind="admrul", words="서가는 벽에 붙인다."
)
RULING = Text(
    "990801", "990801", "등불손괴", kind="prec", short="2022다990801", promulgated="20220603"
)


def build(folder: Path, out: Path) -> LexDPR:
    engine = LexDPR.build(folder, out, jobs=1)
    assert engine.report is not None
    assert engine.report.failures == ()
    return engine


def test_the_folder_is_indexed_and_searched_as_it_is(
    shell: Shell, server: LawServer, tmp_path: Path
):
    server.texts += [RULE, RULING]
    for kind in ("law", "admrul", "prec"):
        assert shell("--all", "--kind", kind).exit_code == 0
    engine = build(shell.out, tmp_path / "index")
    assert engine.report and engine.report.laws == len(LAWS) + 1
    assert engine.search("종이배를 비 오는 날 띄우나요", k=1)[0].citation == "종이배 항해법 제1조"
    assert engine.search("서가는 어디에 붙이나요", k=1)[0].law == RULE.title

    server.texts[3] = BOATS.later("900014", "20250301", "종이배는 두 번 접는다.")
    shell("--all")
    engine = build(shell.out, tmp_path / "index")
    assert engine.report and (engine.report.parsed, engine.report.changed) == (1, True)
    assert "두 번" in engine.search("종이배는 몇 번 접나요", k=1)[0].text


def test_decisions_are_read_as_they_are(shell: Shell, server: LawServer):
    server.texts.append(RULING)
    result = shell("--all", "--kind", "prec")
    assert f"--decisions {shell.out}/prec" in result.stderr
    (decision,) = read_decisions([shell.out / "prec"])
    assert (decision.decision_id, decision.case) == ("990801", "2022다990801")
    assert decision.issues == {1: RULING.words}
    assert "제6조" in decision.citations[1]


def test_every_message_of_fetch_has_a_remedy_or_is_a_word():
    for key, (korean, _) in CATALOG.items():
        if key.startswith("fetch.") and not key.startswith("fetch.kind."):
            assert korean.rstrip(")").endswith((".", "}")), key


def test_nothing_is_left_behind(shell: Shell):
    shell("--all")
    hidden = [name for name in contents(shell.out) if name.startswith(".")]
    assert hidden == [".fetch-state.jsonl"]
