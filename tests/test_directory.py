"""Names of laws → the law that is meant; on the national law where its data is present."""

from __future__ import annotations

import html
import re
import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from lexdpr_rag.errors import CitationError
from lexdpr_rag.statute import directory as directory_module
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.citation import Citation, find_citations, format_citation, parse_citation
from lexdpr_rag.statute.directory import (
    LawDirectory,
    LawEntry,
    compose,
    normalise_title,
    packaged_short_titles,
)
from lexdpr_rag.statute.markdown import parse_markdown
from lexdpr_rag.statute.numbering import Number


def entry(
    law_id: str, title: str, kind: str = "법률", day: str = "2024-01-01", **more: object
) -> LawEntry:
    fields = {"article_count": 10, **more}
    return LawEntry(law_id, title, kind, date.fromisoformat(day) if day else None, **fields)  # type: ignore[arg-type]


ENTRIES = [
    entry("001706", "민법"),
    entry("001692", "형법"),
    entry("001444", "대한민국헌법", "헌법"),
    entry("011357", "개인정보 보호법", short_titles=("개보법",)),
    entry("011468", "개인정보 보호법 시행령", "대통령령"),
    entry("010513", "자본시장과 금융투자업에 관한 법률"),
    entry("010817", "자본시장과 금융투자업에 관한 법률 시행령", "대통령령"),
    entry("001872", "근로기준법", day="2027-01-01"),
    entry("001769", "근로기준법", day="1997-03-13", repealed=True, article_count=1),
    entry("001671", "형사소송법", day="2027-12-31"),
    entry("113432", "형사소송법", "군정법령", day="1948-05-02"),
    entry("014217", "지속가능발전 기본법", day="2022-07-05", enacted=date(2022, 1, 4)),
    entry("010505", "지속가능발전 기본법", day="2008-02-04", enacted=date(2007, 8, 3)),
    entry("010601", "선박평형수(船舶平衡水) 관리법"),
    entry("001159", "5ㆍ18민주화운동 등에 관한 특별법"),
    entry("001248", "주택임대차보호법"),
    entry("001250", "상가건물 임대차보호법"),
    entry("000001", "없는날법", day=""),
    entry("000002", "없는날법"),
]


@pytest.fixture(scope="module")
def directory() -> LawDirectory:
    return LawDirectory(ENTRIES)


@pytest.mark.parametrize(
    ("name", "law_id"),
    [
        ("민법", "001706"),
        ("001706", "001706"),
        # spaces, brackets and middle dots are written or left out at will
        ("개인정보보호법", "011357"),
        ("개인 정보 보호법", "011357"),
        ("「개인정보 보호법」", "011357"),
        ("5·18민주화운동 등에 관한 특별법", "001159"),
        ("５ㆍ１８민주화운동등에관한특별법", "001159"),
        ("선박평형수 관리법", "010601"),
        ("선박평형수(船舶平衡水)관리법", "010601"),
        # short titles: of the table, of the source, and of subordinate law
        ("헌법", "001444"),
        ("자본시장법", "010513"),
        ("자본시장법 시행령", "010817"),
        ("자본시장법시행령", "010817"),
        ("개보법", "011357"),
        ("개보법 시행령", "011468"),
        # of laws that share a title, the one that is alive; of those, the latest
        ("근로기준법", "001872"),
        ("근기법", "001872"),
        ("형사소송법", "001671"),
        ("지속가능발전 기본법", "014217"),
        ("없는날법", "000001"),  # a day that is not fixed yet lies ahead
    ],
)
def test_a_name_means_a_law(directory: LawDirectory, name: str, law_id: str) -> None:
    assert directory.resolve(name).law_id == law_id
    assert name in directory


def test_all_laws_of_a_title_are_told(directory: LawDirectory) -> None:
    assert [law.law_id for law in directory.find("근로기준법")] == ["001872", "001769"]
    assert directory.find("없는 법") == ()
    assert len(directory) == len(ENTRIES)


@pytest.mark.parametrize(
    ("day", "law_id"),
    [
        (date(2015, 1, 1), "010505"),  # the other was enacted in 2022
        (date(2023, 1, 1), "014217"),
    ],
)
def test_a_law_enacted_later_steps_back(directory: LawDirectory, day: date, law_id: str) -> None:
    assert directory.resolve("지속가능발전 기본법", as_of=day).law_id == law_id


def test_a_law_amended_later_does_not_step_back(directory: LawDirectory) -> None:
    # Its version is still to come, but the law itself is old: nothing says it was enacted later.
    assert directory.resolve("형사소송법", as_of=date(2026, 1, 1)).law_id == "001671"
    assert directory.resolve("근로기준법", as_of=date(2026, 1, 1)).law_id == "001872"


def test_versions_of_one_law_are_one_law_with_all_its_titles() -> None:
    directory = LawDirectory(
        [
            entry(
                "000030", "전산망 이용촉진에 관한 법률", day="1999-01-01", enacted=date(1986, 5, 12)
            ),
            entry("000030", "정보통신망법", day="2024-01-01", enacted=date(2023, 1, 1)),
        ]
    )
    assert len(directory) == 1
    found = directory.resolve("전산망 이용촉진에 관한 법률")
    assert (found.title, found.enacted) == ("정보통신망법", date(1986, 5, 12))


def test_a_title_is_never_overruled_by_a_short_title() -> None:
    directory = LawDirectory(
        [entry("1", "공익사업법"), entry("2", "다른 법", short_titles=("공익사업법",))]
    )
    assert directory.resolve("공익사업법").law_id == "1"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("민벚", "민법"),
        ("개인정보보호볍", "개인정보 보호법"),
        ("임대차보호법", "주택임대차보호법"),
    ],
)
def test_an_unknown_name_is_answered_with_those_near(
    directory: LawDirectory, name: str, near: str
) -> None:
    with pytest.raises(CitationError) as caught:
        directory.resolve(name)
    assert directory.suggest(name)[0] == near
    assert name in str(caught.value)
    assert near in str(caught.value)


def test_a_name_that_is_near_none_is_said_to_be_unknown(
    directory: LawDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CitationError) as caught:
        directory.resolve("불법행위란 무엇인가")
    assert caught.value.key == "citation.unknown_law"
    monkeypatch.setenv("LEXDPR_LANG", "en")
    assert "no such law" in str(caught.value)


# text → the names in it, each as it stands there
MENTIONS = [
    ("민법과 형법은", ["민법", "형법"]),
    ("민법상 불법행위", ["민법"]),
    ("국민법, 민법학, 형법총론", []),  # not within words
    ("자본시장법 시행령에서 정한", ["자본시장법 시행령"]),  # the longest
    ("개인 정보 보호법의", ["개인 정보 보호법"]),
    ("「개인정보 보호법」제2조", ["개인정보 보호법"]),
    ("헌법소원과 헌법 제10조", ["헌법"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "names"), MENTIONS)
def test_names_are_found_in_texts(directory: LawDirectory, text: str, names: list[str]) -> None:
    assert [text[m.start : m.end] for m in directory.mentions(text)] == names


def test_names_are_found_in_decomposed_text(directory: LawDirectory) -> None:
    text = unicodedata.normalize("NFD", "이 일은 개인정보 보호법에서")
    (mention,) = directory.mentions(text)
    assert compose(text[mention.start : mention.end])[0] == "개인정보 보호법"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("이 계약은 민법", "민법"),
        ("개인정보보호법 시행령 ", "개인정보보호법 시행령 "),
        ("국민법", None),
        ("민법을", None),
    ],
)
def test_the_longest_name_before_a_place(
    directory: LawDirectory, text: str, name: str | None
) -> None:
    start = directory.ending_at(text, len(text))
    assert (None if start is None else text[start:]) == name


def test_only_jamo_are_composed() -> None:
    compatibility = "\uf98e\uf9b4"  # Hanja that NFC would replace
    assert (
        compose(unicodedata.normalize("NFD", "한글") + compatibility)[0] == "한글" + compatibility
    )
    assert compose(compatibility) == (compatibility, None)
    assert normalise_title("년(" + compatibility + ")") == "년" + compatibility


# -- the packaged table ----------------------------------------------------------------------------


def test_the_table_of_short_titles_is_sound() -> None:
    path = Path(directory_module.__file__).with_name("short_titles.tsv")
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    table = packaged_short_titles()
    assert len(lines) == len(table) >= 800  # no short title twice
    assert len({normalise_title(short) for short in table}) == len(table)
    assert lines == sorted(lines)
    for short, title in table.items():
        assert len(normalise_title(short)) < len(normalise_title(title))
    for ambiguous in ("기본법", "임용령", "특별조치법", "특례법", "법", "영"):
        assert ambiguous not in table


# -- the national law ------------------------------------------------------------------------------

_FIELD = r"^{}: ?'?(.*?)'?$"
_ARTICLE = re.compile(r"^##### 제(\d+)조(?:의(\d+))?(?=\s|$)", re.MULTILINE)


def _field(head: str, name: str) -> str:
    match = re.search(_FIELD.format(name), head, re.MULTILINE)
    return html.unescape(match[1]) if match else ""


@pytest.fixture(scope="session")
def national(statutes_kr: Path) -> tuple[LawDirectory, list[tuple[LawEntry, list[Number]]]]:
    """The directory of the national law, and the article numbers of each law."""
    laws = []
    for path in sorted(statutes_kr.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        head, _, body = text.removeprefix("---\n").partition("\n---\n")
        numbers = [
            Number(int(a), int(b or 0)) for a, b in _ARTICLE.findall(body.split("\n## 부칙")[0])
        ]
        if len(numbers) < 3:  # a stub, perhaps: only the parser can tell
            law = LawEntry.of(parse_markdown(text, str(path)))
        else:
            day = _field(head, "시행일자")
            law = LawEntry(
                _field(head, "법령ID"),
                _field(head, "제목"),
                _field(head, "법령구분"),
                None if day.startswith("9999") else date.fromisoformat(day),
                article_count=len(numbers),
            )
        laws.append((law, numbers))
    return LawDirectory(law for law, _ in laws), laws


National = tuple[LawDirectory, list[tuple[LawEntry, list[Number]]]]


@pytest.mark.corpus
def test_every_article_of_the_national_law_is_cited_and_found(national: National) -> None:
    directory, laws = national
    assert len(directory) == len(laws) == 5674
    count = shared = 0
    for law, numbers in laws:
        meant = directory.find(law.title)[0]
        title = " ".join(law.title.split())  # one title has two spaces
        shared += meant.law_id != law.law_id
        for number in numbers:
            cited = format_citation(Citation(law.title, number))
            read = parse_citation(cited)
            assert (read.law, read.article) == (title, number), cited
            count += 1
        if meant.law_id != law.law_id:
            assert meant.alive or not law.alive
            assert meant.title == law.title
    assert count == 204_873
    assert shared == 72  # 141 files bear 69 titles


@pytest.mark.corpus
def test_every_title_is_found_in_a_sentence(national: National) -> None:
    directory, laws = national
    for law, _ in laws:
        text = f"이 사건에 {law.title} 제3조의2가 적용된다"
        found = find_citations(text, directory)[-1]
        assert directory.resolve(found.citation.law).title == law.title, law.title
        assert found.citation.article == Number(3, 2)
        assert len(find_citations(text, directory)) == 1


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "law_id"),
    [
        ("근로기준법", "001872"),
        ("헌법재판소법", "011233"),
        ("우편법", "001735"),
        ("형사소송법", "001671"),
        ("특허법", "001455"),
        ("행정안전부와 그 소속기관 직제", "012911"),
        ("헌법", "001444"),
        ("자본시장법 시행규칙", "010820"),
        ("특가법", "001676"),
    ],
)
def test_shared_and_short_titles_of_the_national_law(
    national: National, name: str, law_id: str
) -> None:
    assert national[0].resolve(name).law_id == law_id


@pytest.mark.corpus
def test_every_short_title_stands_for_a_title_of_the_national_law(national: National) -> None:
    directory, laws = national
    titles = {law.title for law, _ in laws}
    names = {normalise_title(title) for title in titles}
    for short, title in packaged_short_titles().items():
        assert title in titles, short
        assert normalise_title(short) not in names, short
        assert directory.resolve(short).title == title


@pytest.mark.corpus
def test_a_query_takes_less_than_a_millisecond(national: National) -> None:
    directory, _ = national
    queries = [
        "민법 제750조의 손해배상 요건은?",
        "「자본시장과 금융투자업에 관한 법률」 제178조제1항 위반 시 벌칙과 같은 법 시행령 제3조",
        "전세 보증금을 돌려받지 못하면 주택임대차보호법에 따라 어떻게 하나요?",
        "10ㆍ27법난 피해자의 명예회복 등에 관한 법률 제2조, 제3조 및 제4조제1항제2호가목",
    ]
    started = time.perf_counter()
    for _ in range(100):
        for query in queries:
            find_citations(query, directory)
            directory.mentions(query)
    assert (time.perf_counter() - started) / (100 * len(queries)) < 0.001


@pytest.mark.corpus
def test_a_citation_is_the_address_of_its_article(national: National) -> None:
    directory, _ = national
    citation = parse_citation("민법 839조의 2 ①")
    address = Address(directory.resolve(citation.law).law_id, "", citation.path)
    assert str(address) == "urn:kr:001706:main:a839-2:h1"
