"""Units: which there are, what they cover, what they keep of what stands above them."""

from __future__ import annotations

import itertools

import pytest
from fictional import law_of
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag.units import (
    LONGEST,
    RUN,
    WHOLE_ARTICLE,
    WHOLE_PARAGRAPH,
    ArticleUnits,
    Levels,
    Unit,
    units_of,
)

WORD = "책을 빌린 사람은 날을 지켜 돌려준다. "


def article(body: str, title: str = "제1조 (대출)") -> ArticleUnits:
    """The units of the only article of a fictional law."""
    (entry,) = units_of(law_of(f"##### {title}\n\n{body}\n").article_headings())
    return entry


def at(entry: ArticleUnits, level: Levels) -> dict[str, str]:
    """Path below the article → text of the units of a level, in order."""
    root = entry.article.path
    units = [unit for unit in entry.units if unit.levels & level]
    return {name(unit, root): words(entry, (unit.start, unit.end)) for unit in units}


def name(unit: Unit, root: str) -> str:
    until = unit.until.removeprefix(root)
    return unit.path.removeprefix(root) + (f"+{until}" if until else "")


def words(entry: ArticleUnits, span: tuple[int, int]) -> str:
    return entry.text[span[0] : span[1]].strip()


def leads(entry: ArticleUnits, path: str) -> list[str]:
    """The lead-ins of the first unit at a path below the article."""
    unit = next(u for u in entry.units if u.path.removeprefix(entry.article.path) == path)
    return [words(entry, span) for span in unit.leads]


def words_of(length: int) -> str:
    return (WORD * (length // len(WORD) + 1))[:length].strip()


PARAGRAPHS = """**①** 도서관은 책을 빌려준다.

**②** 다음 각 호의 어느 하나에 해당하는 사람은 빌릴 수 없다.

  1\\. 책을 잃어버린 사람
  2\\. 다음 각 목의 사람
    가\\. 술에 취한 사람
    나\\. 책에 낙서한 사람
"""


# -- levels --------------------------------------------------------------------------------------


def test_a_short_article_of_one_sentence_is_a_unit_of_every_level() -> None:
    entry = article("도서관은 책을 빌려준다.")
    (unit,) = entry.units
    assert unit.levels == Levels.ARTICLE | Levels.PARAGRAPH | Levels.SUBPARAGRAPH | Levels.AUTO
    assert (unit.path, entry.text) == ("main:a1", "도서관은 책을 빌려준다.")


def test_levels_of_an_article_with_항_and_호() -> None:
    entry = article(PARAGRAPHS)
    assert list(at(entry, Levels.ARTICLE)) == [""]
    assert list(at(entry, Levels.PARAGRAPH)) == [":h1", ":h2"]
    assert at(entry, Levels.SUBPARAGRAPH) == {
        ":h1": "① 도서관은 책을 빌려준다.",
        ":h2:n1": "1. 책을 잃어버린 사람",
        ":h2:n2": "2. 다음 각 목의 사람\n    가. 술에 취한 사람\n    나. 책에 낙서한 사람",
    }
    assert list(at(entry, Levels.AUTO)) == [""]


def test_호_without_항() -> None:
    entry = article("다음 각 호의 책을 둔다.\n\n  1\\. 시집\n  2\\. 지도\n")
    assert list(at(entry, Levels.PARAGRAPH)) == [""]
    assert list(at(entry, Levels.SUBPARAGRAPH)) == [":n1", ":n2"]
    assert leads(entry, ":n2") == ["다음 각 호의 책을 둔다."]


def test_lead_ins_from_the_outside_in() -> None:
    entry = article(f"이 조는 대출에 관한 것이다.\n\n{PARAGRAPHS}")
    assert leads(entry, ":h1") == ["이 조는 대출에 관한 것이다."]
    assert leads(entry, ":h2:n1") == [
        "이 조는 대출에 관한 것이다.",
        "② 다음 각 호의 어느 하나에 해당하는 사람은 빌릴 수 없다.",
    ]


def test_branch_numbers_are_printed() -> None:
    entry = article("각 호와 같다.\n\n  1\\. 시집\n  1의2\\. 지도\n    가의2\\. 옛 지도\n")
    assert entry.text.endswith("  1. 시집\n  1의2. 지도\n    가의2. 옛 지도")
    assert list(at(entry, Levels.SUBPARAGRAPH)) == [":n1", ":n1-2"]


# -- deleted provisions --------------------------------------------------------------------------


def test_a_deleted_article_has_no_units() -> None:
    law = law_of("##### 제1조\n\n삭제 <2020.1.1>\n\n##### 제2조 (목적)\n\n책을 빌려준다.\n")
    assert [e.article.path for e in units_of(law.article_headings())] == ["main:a2"]


def test_deleted_항_and_호_are_no_units() -> None:
    entry = article(
        "**①** 삭제 <2020.1.1>\n\n**②** 각 호와 같다.\n\n  1\\. 삭제 <2020.1.1>\n  2\\. 지도\n"
    )
    assert list(at(entry, Levels.PARAGRAPH)) == [":h2"]
    assert list(at(entry, Levels.SUBPARAGRAPH)) == [":h2:n2"]
    assert "① 삭제" in entry.text  # the article as a whole is shown as it stands


def test_a_항_whose_호_are_all_deleted_stands_for_itself() -> None:
    """국세기본법 제45조의2제5항: 900 characters that no unit of auto or 호 held."""
    long = words_of(WHOLE_PARAGRAPH + 100)
    entry = article(f"**①** {long}\n\n  1\\. 삭제 <2020.1.1>\n\n**②** 짧은 항이다.\n")
    assert list(at(entry, Levels.SUBPARAGRAPH)) == [":h1", ":h2"]
    assert list(at(entry, Levels.AUTO)) == [":h1#1", ":h2"]


def test_an_article_that_lost_the_number_of_its_first_항() -> None:
    """수상레저기구의 등록 및 검사에 관한 법률 시행규칙 제6조: 호 beside 항."""
    long = words_of(WHOLE_ARTICLE)
    entry = article(f"각 호의 서류를 낸다.\n\n  1\\. 등록증\n  2\\. 지도\n\n**②** {long}\n")
    assert list(at(entry, Levels.SUBPARAGRAPH)) == [":n1", ":n2", ":h2"]
    assert list(at(entry, Levels.AUTO)) == [":n1+:n2", ":h2"]
    assert leads(entry, ":n1") == ["각 호의 서류를 낸다."]


# -- auto ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "expected"), [(WHOLE_ARTICLE, [""]), (WHOLE_ARTICLE + 1, [":h1", ":h2"])]
)
def test_the_longest_whole_article(length: int, expected: list[str]) -> None:
    first = "① 책을 빌려준다."
    second = "② " + "책" * (length - len(first) - 3)
    entry = article(f"**①** {first[2:]}\n\n**②** {second[2:]}\n")
    assert len(entry.text) == length
    assert list(at(entry, Levels.AUTO)) == expected


def test_an_article_without_항_is_whole_a_little_longer() -> None:
    assert list(at(article("책" * WHOLE_PARAGRAPH), Levels.AUTO)) == [""]
    assert list(at(article("책" * (WHOLE_PARAGRAPH + 1)), Levels.AUTO)) == ["#1"]


def test_the_longest_whole_항() -> None:
    numbers = "".join(f"  {n}\\. {'책' * 130}\n" for n in range(1, 7))
    short = article(f"**①** 각 호와 같다.\n\n{numbers[:-100]}\n\n**②** 끝.\n")
    long = article(f"**①** 각 호와 같다.\n\n{numbers}\n\n**②** 끝.\n")
    assert list(at(short, Levels.AUTO)) == [":h1", ":h2"]
    assert list(at(long, Levels.AUTO)) == [":h1:n1+:h1:n2", ":h1:n3+:h1:n4", ":h1:n5+:h1:n6", ":h2"]


def test_runs_of_short_호() -> None:
    numbers = "".join(f"  {n}\\. {'책' * 90}\n" for n in range(1, 13))
    entry = article(f"각 호의 책을 둔다.\n\n{numbers}")
    runs = at(entry, Levels.AUTO)
    assert list(runs) == [":n1+:n4", ":n5+:n8", ":n9+:n12"]
    assert all(len(text) <= RUN for text in runs.values())
    assert leads(entry, ":n5") == ["각 호의 책을 둔다."]


def test_a_long_호_stands_alone() -> None:
    entry = article(f"각 호와 같다.\n\n  1\\. {'책' * 900}\n  2\\. 지도\n  3\\. 시집\n")
    assert list(at(entry, Levels.AUTO)) == [":n1", ":n2+:n3"]


def test_a_호_beyond_the_longest_becomes_runs_of_its_목() -> None:
    items = "".join(f"    {letter}\\. {'책' * 300}\n" for letter in "가나다라마바사")
    entry = article(f"각 호와 같다.\n\n  1\\. 다음 각 목의 책\n{items}  2\\. 지도\n")
    assert list(at(entry, Levels.AUTO))[:2] == [":n1:m가", ":n1:m나"]
    assert leads(entry, ":n1:m다") == ["각 호와 같다.", "1. 다음 각 목의 책"]
    assert list(at(entry, Levels.SUBPARAGRAPH)) == [":n1", ":n2"]


def test_pieces_of_an_overlong_호_keep_their_lead_in() -> None:
    entry = article(f"각 호의 약관을 둔다.\n\n  1\\. {words_of(5000)}\n  2\\. 지도\n")
    pieces = [unit for unit in entry.units if "#" in unit.path]
    assert [unit.path for unit in pieces] == [f"main:a1:n1#{i}" for i in (1, 2, 3, 4)]
    for unit in pieces:
        assert unit.levels == Levels.AUTO
        assert [words(entry, span) for span in unit.leads] == ["각 호의 약관을 둔다."]
    # Cut between sentences.
    assert all(words(entry, (u.start, u.end)).endswith("돌려준다.") for u in pieces[:-1])


def test_a_text_without_sentences_is_cut_where_it_must() -> None:
    entry = article("책" * (2 * LONGEST + 5))
    assert [len(text) for text in at(entry, Levels.AUTO).values()] == [LONGEST, LONGEST, 5]


def test_words_before_the_first_항_are_a_unit_of_their_own() -> None:
    entry = article(f"머리글이다.\n\n**①** {words_of(600)}\n\n**②** 끝.\n")
    assert list(at(entry, Levels.AUTO)) == ["#1", ":h1", ":h2"]


def test_letters_beyond_the_bmp_count_once() -> None:
    entry = article(f"**①** 𠮷𡈽 글자를 쓴다.\n\n**②** {words_of(600)}\n")
    assert at(entry, Levels.AUTO)[":h1"] == "① 𠮷𡈽 글자를 쓴다."


# -- whatever an article looks like --------------------------------------------------------------

_TEXT = st.integers(1, 700).map(words_of) | st.sampled_from(["삭제 <2020.1.1>", "지도", "𠮷" * 30])


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """An article with and without 항, 호 and 목, of all lengths."""

    def numbers(indent: str, names: list[str], below: str) -> str:
        lines = [
            f"{indent}{number}\\. {draw(_TEXT)}\n{draw(st.just('') | st.just(below))}"
            for number in names
        ]
        return "".join(lines)

    def provisions() -> str:
        items = numbers("    ", list("가나다라")[: draw(st.integers(0, 4))], "")
        names = [str(n) for n in range(1, draw(st.integers(0, 8)) + 1)]
        return numbers("  ", names, items)

    lead = draw(st.just("") | _TEXT)
    if draw(st.booleans()):
        marks = "①②③④"[: draw(st.integers(1, 4))]
        return f"{lead}\n\n" + "".join(
            f"**{mark}** {draw(_TEXT)}\n\n{provisions()}\n" for mark in marks
        )
    return f"{lead or '책'}\n\n{provisions()}"


@given(bodies())
@settings(max_examples=60, deadline=None)
def test_units_of_any_article(body: str) -> None:
    for entry in units_of(law_of(f"##### 제1조 (대출)\n\n{body}\n").article_headings()):
        check(entry)


def check(entry: ArticleUnits) -> None:
    first = entry.units[0]
    assert (first.start, first.end, first.levels & Levels.ARTICLE) == (0, len(entry.text), 1)
    assert len({(u.path, u.until, u.levels) for u in entry.units}) == len(entry.units)
    deleted = {n.path for n in entry.article.walk() if n.status.value == "deleted"}
    assert not {u.path for u in entry.units} & deleted
    for level in (Levels.ARTICLE, Levels.PARAGRAPH, Levels.SUBPARAGRAPH, Levels.AUTO):
        units = [u for u in entry.units if u.levels & level]
        assert units, level
        # In order, and apart from each other: the score of units counts on it.
        assert all(a.end <= b.start for a, b in itertools.pairwise(units))
    auto = [u for u in entry.units if u.levels & Levels.AUTO]
    if not deleted:
        for level in (Levels.PARAGRAPH, Levels.SUBPARAGRAPH, Levels.AUTO):
            assert covers(entry, [u for u in entry.units if u.levels & level])
    assert all(u.end - u.start <= LONGEST for u in auto)
    for unit in entry.units:
        assert 0 <= unit.start < unit.end <= len(entry.text)
        assert all(start < end <= unit.start for start, end in unit.leads)
        assert len(unit.leads) <= 3


def covers(entry: ArticleUnits, units: list[Unit]) -> bool:
    """Whether no word of the article is outside of all units and their lead-ins."""
    seen = [False] * len(entry.text)
    for unit in units:
        for start, end in ((unit.start, unit.end), *unit.leads):
            seen[start:end] = [True] * (end - start)
    return all(known or char.isspace() for known, char in zip(seen, entry.text, strict=True))
