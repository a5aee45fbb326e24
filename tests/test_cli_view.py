"""What the terminal shows: highlighted words, excerpts, cards, progress."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from lexdpr_rag.cli.cards import body_lines, lead_ins, print_cards
from lexdpr_rag.cli.facts import duration, file_size
from lexdpr_rag.cli.highlight import excerpt, matches, query_bigrams
from lexdpr_rag.cli.progress import showing_build
from lexdpr_rag.cli.words import WORDS
from lexdpr_rag.datamodels import Hit
from lexdpr_rag.index.report import BuildEvent
from lexdpr_rag.ranking import DECISIONS, DENSE, LEXICAL

HIT = Hit(
    unit_id="urn:kr:1@2030-01-01-1:main:a2:h1:n1",
    law_id="1",
    law="가상법",
    article="제2조",
    citation="가상법 제2조제1항제1호",
    text="1. 임대인이 보증금의 반환을 거절한 경우\n    가. 서면으로 거절한 경우",
    context="가상법 > 제1장 총칙\n제2조(정의)\n① 다음 각 호의 어느 하나에 해당하는 경우",
    score=12.3456789,
    level="subparagraph",
    title="정의",
    heading="제1장 총칙",
    kind="법률",
    effective_date="2030-01-01",
    in_force=False,
)


def highlighted(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in matches(text, query_bigrams(query))]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        # the particle of the query's word does not matter, nor what the word is part of
        ("보증금을 돌려받지", "임대차보증금의 반환", ["보증금"]),
        # overlapping bigrams are one stretch
        ("손해배상책임", "손해배상책임을 진다", ["손해배상책임"]),
        # endings that every provision has say nothing
        ("어떻게 되나요", "다음과 같이 하여야 한다. 어떻게", []),
        ("", "아무 글", []),
    ],
)
def test_matches(query: str, text: str, found: list[str]):
    assert highlighted(text, query) == found


def test_a_short_text_is_shown_whole():
    assert excerpt("① 짧은 글\n② 또 하나", frozenset(), 400) == ("① 짧은 글\n② 또 하나", 0)


def test_a_long_text_keeps_its_first_line_and_the_best_ones():
    lines = [f"{i}. 상관없는 내용을 적은 줄" for i in range(1, 40)]
    lines[30] = "31. 보증금을 돌려주지 아니한 자"
    shown, left_out = excerpt("\n".join(lines), query_bigrams("보증금"), 100)
    assert shown.startswith("1. 상관없는")
    assert "31. 보증금을 돌려주지 아니한 자" in shown
    assert "…" in shown.split("\n")
    assert len(shown) < 140
    assert left_out > 300


def test_one_endless_line_is_cut_around_its_first_match():
    text = "가나다 " * 500 + "보증금을 반환한다 " + "라마바 " * 500
    shown, left_out = excerpt(text, query_bigrams("보증금"), 200)
    assert "보증금을 반환한다" in shown
    assert len(shown) < 120
    assert left_out > 3000


def test_a_card():
    console = Console(file=io.StringIO(), width=60, markup=False)
    print_cards(console, [HIT], "보증금")
    assert console.file.getvalue() == (  # type: ignore[attr-defined]
        "\n"
        " 1  가상법 제2조제1항제1호  정의  [시행 예정]          12.35\n"
        "    제1장 총칙 · 법률 · 시행 2030-01-01\n"
        "    ① 다음 각 호의 어느 하나에 해당하는 경우\n"
        "    1. 임대인이 보증금의 반환을 거절한 경우\n"
        "      가. 서면으로 거절한 경우\n"
    )


def test_square_brackets_of_statutes_are_no_markup():
    console = Console(file=io.StringIO(), width=60, markup=False)
    text = "[bold]굵게[/bold] 쓰지 않는다 [별표 1]"
    print_cards(console, [Hit(**{**HIT.metadata(), "text": text, "score": 1.0})], "x")  # type: ignore[arg-type]
    assert text in console.file.getvalue()  # type: ignore[attr-defined]


def test_lead_ins_are_what_follows_the_place():
    assert lead_ins(HIT) == ["① 다음 각 호의 어느 하나에 해당하는 경우"]


def test_a_deep_provision_is_moved_to_the_left():
    assert body_lines("나. 글\n      1) 글\n        가) 글") == ["나. 글", "  1) 글", "    가) 글"]
    assert body_lines("① 글\n  1. 글") == ["① 글", "  1. 글"]
    assert body_lines("한 줄") == ["한 줄"]


EVENTS = [
    BuildEvent("scan", 1, 0),
    BuildEvent("scan", 5674, 0),
    BuildEvent("parse", 2000, 5674, 1999, 1_181_221),
    BuildEvent("parse", 5674, 5674, 5673, 1_312_443),
    BuildEvent("lexical", 10, 10),
    BuildEvent("write", 3, 3),
]


def test_progress_without_a_terminal_is_a_line_a_stage(capsys: pytest.CaptureFixture[str]):
    with showing_build(quiet=False) as progress:
        for event in EVENTS:
            progress(event)
    assert capsys.readouterr().err.splitlines() == [
        "파일 찾기 5,674",
        "법령 읽기 5,674/5,674 · 법령 5,673 · 단위 1,312,443",
        "색인하기 10/10",
        "저장하기 3/3",
    ]


def test_quiet_progress_says_nothing(capsys: pytest.CaptureFixture[str]):
    with showing_build(quiet=True) as progress:
        for event in EVENTS:
            progress(event)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("columns", [80, 120])
def test_bars_stay_on_their_line(columns: int, monkeypatch: pytest.MonkeyPatch):
    out = io.StringIO()
    console = Console(file=out, width=columns, force_terminal=True, markup=False, height=30)
    monkeypatch.setattr("lexdpr_rag.cli.progress.stderr", lambda: console)
    with showing_build(quiet=False) as progress:
        for event in EVENTS:
            progress(event)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out.getvalue()).replace("\r", "\n")
    lines = [line for line in plain.split("\n") if line.strip()]
    assert max(cell_len(line) for line in lines) <= columns
    assert [line.split()[1] for line in lines[-4:]] == ["파일", "법령", "색인하기", "저장하기"]
    assert all(line.startswith("✓") for line in lines[-4:])


def test_sizes_and_times():
    assert [file_size(n) for n in (0, 999, 1000, 471_900_000, 2_000_000_000)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "471.9 MB",
        "2.0 GB",
    ]
    assert [duration(s) for s in (0.4, 35, 61, 3723)] == ["0:00", "0:35", "1:01", "1:02:03"]


@pytest.mark.parametrize("route", [LEXICAL, DENSE, DECISIONS, "citation", "reranker"])
def test_every_route_has_a_name(route: str):
    assert all(WORDS[f"route.{route}"])
