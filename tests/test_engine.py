"""The engine over the sample statutes: what a question brings back, and what it never does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from fictional import source

from lexdpr_rag import Filters, Hit, LexDPR
from lexdpr_rag.datamodels import METADATA_KEYS, LevelName
from lexdpr_rag.errors import CitationError, FilterError
from lexdpr_rag.statute.address import Address
from lexdpr_rag.units import Levels

ACT = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
ROBOT = "반려로봇 등록 및 안전관리에 관한 법률"
LEVELS: tuple[LevelName, ...] = ("auto", "article", "paragraph", "subparagraph")


@pytest.fixture(scope="module")
def questions(samples: Path) -> list[dict[str, object]]:
    lines = (samples / "questions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def places(hits: list[Hit]) -> list[str]:
    """Citations without the law's title."""
    return [hit.citation.removeprefix(hit.law).strip() for hit in hits]


# -- searching -----------------------------------------------------------------------------------


def test_sample_questions(engine: LexDPR, questions: list[dict[str, object]]) -> None:
    """A floor: 52 of 74 when it was set; a change that lowers it must say why."""
    first = within = 0
    for question in questions:
        hits = engine.search(str(question["query"]), 5, level="article")
        found = [f"{hit.law_id}/{hit.article}" for hit in hits]
        first += found[0] in question["gold"]  # type: ignore[operator]
        within += any(key in question["gold"] for key in found)  # type: ignore[operator]
    assert (first >= 52, within >= 66) == (True, True), (first, within)


@pytest.mark.parametrize("level", LEVELS)
def test_every_level(level: LevelName, engine: LexDPR) -> None:
    hits = engine.search("보증금을 돌려받지 못하면 어디에 청구하나요?", 20, level=level)
    assert len(hits) == 20
    assert len({hit.unit_id for hit in hits}) == 20
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0
    if level != "auto":
        assert level in {hit.level for hit in hits}
    for hit in hits:
        assert hit.text
        assert hit.context.startswith(hit.law)
        assert hit.citation.startswith(f"{hit.law} {hit.article}")
        assert hit.parent_id == hit.unit_id.partition(":main:")[0] + f":main:{article_code(hit)}"


def article_code(hit: Hit) -> str:
    return Address.parse(hit.unit_id).segments[0].partition("+")[0].partition("#")[0]


@pytest.mark.parametrize("level", LEVELS)
def test_the_best_unit_of_an_article_carries_its_score(level: LevelName, engine: LexDPR) -> None:
    query = "보증금보호조치를 하지 아니한 운영자"
    articles = engine.search(query, 30, level="article")
    best: dict[str, float] = {}
    for hit in engine.search(query, 300, level=level):
        best.setdefault(hit.parent_id, hit.score)
    for hit in articles[:10]:
        assert best[hit.unit_id] == pytest.approx(hit.score)


def test_the_answering_paragraph_comes_first(engine: LexDPR) -> None:
    hits = engine.search("보증금은 며칠 안에 돌려주어야 하는가 반환", 10, level="paragraph")
    assert f"{ACT} 제18조제1항" in [hit.citation for hit in hits]
    assert all(hit.level in ("paragraph", "article") for hit in hits)


@pytest.mark.parametrize("k", [1, 2, 7, 1000])
def test_k(k: int, engine: LexDPR) -> None:
    hits = engine.search("보증금", k)
    assert len(hits) == k if k < 10 else 10 < len(hits) < k
    assert hits == engine.search("보증금", 1000)[:k]


def test_nothing_is_found_where_nothing_matches(engine: LexDPR) -> None:
    assert engine.search("쀍뷁쀍뷁") == []
    assert engine.search("①") == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"query": ""}, "질문이 비어"),
        ({"query": " \n\t\u3000"}, "질문이 비어"),
        ({"k": 0}, "1 이상.*0"),
        ({"k": -3}, "1 이상.*-3"),
        ({"k": 2.5}, "1 이상.*2.5"),
        ({"level": "sentence"}, "sentence.*auto, article, paragraph, subparagraph"),
        ({"mode": "sparse"}, "sparse.*hybrid, dense, lexical"),
        ({"mode": "dense"}, "벡터가 없는 색인.*lexical"),
    ],
)
def test_what_cannot_be_asked(arguments: dict, expected: str, engine: LexDPR) -> None:
    with pytest.raises(FilterError, match=expected):
        engine.search(**{"query": "보증금"} | arguments)


def test_hybrid_without_vectors_is_lexical(engine: LexDPR) -> None:
    hybrid = engine.search("보증금", 10, mode="hybrid")
    assert hybrid == engine.search("보증금", 10, mode="lexical") == engine.search("보증금", 10)


def test_asearch_equals_search(engine: LexDPR) -> None:
    async def both() -> list[list[Hit]]:
        return list(
            await asyncio.gather(
                *(engine.asearch(q, 5, level="paragraph") for q in ("보증금", "로봇"))
            )
        )

    assert asyncio.run(both()) == [
        engine.search(q, 5, level="paragraph") for q in ("보증금", "로봇")
    ]


def test_threads_give_equal_answers(engine: LexDPR, questions: list[dict[str, object]]) -> None:
    texts = [str(question["query"]) for question in questions]
    alone = [engine.search(text, 5) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: engine.search(text, 5), texts * 3)) == alone * 3


def test_search_many(engine: LexDPR) -> None:
    texts = ["보증금", f"{ROBOT} 제6조", "과태료"]
    assert list(engine.search_many(texts, 3)) == [engine.search(text, 3) for text in texts]


def test_an_index_that_was_opened_answers_as_the_one_that_was_built(engine: LexDPR) -> None:
    opened = LexDPR.open(engine.path)
    assert opened.report is None
    assert engine.report is not None
    assert opened.search("보증금 반환", 10) == engine.search("보증금 반환", 10)


def test_words_outside_the_corpus_cost_nothing(engine: LexDPR) -> None:
    assert engine.search("보증금", 5)[0].unit_id == engine.search("보증금 쀍뷁쀍뷁", 5)[0].unit_id


def test_the_law_that_is_named_comes_before_its_like(engine: LexDPR) -> None:
    hits = engine.search(f"{ROBOT}의 등록", 5, level="article")
    assert {hit.law for hit in hits[:3]} <= {ROBOT, f"{ROBOT} 시행령", f"{ROBOT} 시행규칙"}


# -- citations -----------------------------------------------------------------------------------

CITED = [
    # an article at every level: itself, or what it consists of
    ("제19조", "auto", ["제19조"]),
    ("제19조", "article", ["제19조"]),
    ("제19조", "paragraph", ["제19조제1항", "제19조제2항", "제19조제3항", "제19조제4항"]),
    (
        "제19조",
        "subparagraph",
        ["제19조제1항제1호", "제19조제1항제2호", "제19조제1항제4호", "제19조제2항"],
    ),
    # a 항: itself, what holds it, or its 호
    ("제19조제1항", "auto", ["제19조제1항"]),
    ("제19조제1항", "article", ["제19조"]),
    ("제19조제1항", "paragraph", ["제19조제1항"]),
    ("제19조제1항", "subparagraph", ["제19조제1항제1호", "제19조제1항제2호", "제19조제1항제4호"]),
    # a 호
    ("제19조제1항제2호", "auto", ["제19조제1항제2호"]),
    ("제19조제1항제2호", "article", ["제19조"]),
    ("제19조제1항제2호", "paragraph", ["제19조제1항"]),
    ("제19조제1항제2호", "subparagraph", ["제19조제1항제2호"]),
    # a 호 of an article without 항
    ("제2조제2호", "paragraph", ["제2조"]),
    ("제2조제2호", "subparagraph", ["제2조제2호"]),
    # a 목 lies in its 호
    ("제2조제1호가목", "auto", ["제2조제1호"]),
    ("제2조제1호가목", "article", ["제2조"]),
    # spellings
    ("18조", "article", ["제18조"]),
    ("제12조의 2", "article", ["제12조의2"]),
    # several, in the order of the query
    ("제20조와 제18조", "article", ["제20조", "제18조"]),
]


@pytest.mark.parametrize(("place", "level", "expected"), CITED)
@pytest.mark.parametrize("question", ["{}", "{}의 보증금은 어떻게 되나요?"])
def test_cited_provisions_come_first(
    question: str, place: str, level: LevelName, expected: list[str], engine: LexDPR
) -> None:
    hits = engine.search(question.format(f"{ACT} {place}"), 10, level=level)
    assert places(hits)[: len(expected)] == expected
    assert {hit.law for hit in hits[: len(expected)]} == {ACT}
    assert all(a.score > b.score for a, b in pairwise(hits[: len(expected) + 1]))


def test_제1항_is_not_제10항(tmp_path: Path) -> None:
    marks = "①②③④⑤⑥⑦⑧⑨⑩⑪"
    body = "".join(f"**{m}** {i}번째다.\n\n" for i, m in enumerate(marks, 1))
    numbers = "".join(f"  {n}\\. {n}번째 책\n" for n in range(1, 12))
    text = source(f"##### 제1조 (책)\n\n{body}\n##### 제2조 (책)\n\n각 호와 같다.\n\n{numbers}\n")
    (tmp_path / "a.md").write_text(text, "utf-8")
    engine = LexDPR.build(tmp_path / "a.md", tmp_path / "index", jobs=1)
    hits = engine.search("달빛 도서관법 제1조제1항", 3, level="subparagraph")
    assert places(hits)[0] == "제1조제1항"
    assert hits[0].score - hits[1].score < 2  # one provision is cited, not 제10항 and 제11항 too
    cited = engine._places.cited(
        "달빛 도서관법 제1조제1항", Levels.SUBPARAGRAPH, np.ones(2, bool), None
    )
    assert len(cited) == 1


def test_a_citation_of_a_filtered_law_is_left_out(engine: LexDPR) -> None:
    hits = engine.search(f"{ACT} 제19조", 5, filters=Filters(law=(ROBOT,)))
    assert {hit.law for hit in hits} == {ROBOT}


def test_citations_that_lead_nowhere_harm_nothing(engine: LexDPR) -> None:
    for query in (f"{ACT} 제999조", "없는법 제1조", f"{ACT} 부칙 제1조", f"{ACT} 별표 1"):
        engine.search(query, 3)  # no error


def test_a_query_of_many_citations(engine: LexDPR) -> None:
    query = f"{ACT} " + ", ".join(f"제{n}조" for n in range(1, 60))
    assert len(engine.search(query, 10, level="article")) == 10


# -- what is never found -------------------------------------------------------------------------


def every_hit(engine: LexDPR, as_of: date | None = None) -> Iterator[Hit]:
    """All units of all levels that can be found on a day."""
    store = engine._store
    mask = engine._selection.articles(Filters(as_of=as_of))
    for article in np.flatnonzero(mask).tolist():
        first, last = store.article_units[article : article + 2].tolist()
        for unit in range(first, last):
            yield engine._hits.hit(unit, article, 1.0, as_of)


def test_deleted_provisions_and_stubs_never_appear(engine: LexDPR) -> None:
    found = {hit.citation for hit in every_hit(engine)}
    for place in ("제17조", "제24조", "제2조제7호", "제19조제1항제3호"):
        assert f"{ACT} {place}" not in found
    assert {hit.law_id for hit in every_hit(engine)}.isdisjoint({"990004"})
    for query in ("삭제", "폐지한다", "폐지", f"{ACT} 폐지", f"{ACT} 제17조", f"{ACT} 제2조제7호"):
        for level in LEVELS:
            for hit in engine.search(query, 100, level=level):
                assert hit.law_id != "990004"
                assert hit.citation not in (f"{ACT} 제17조", f"{ACT} 제2조제7호")


def test_the_stub_is_found_on_no_day(engine: LexDPR) -> None:
    for day in (date(2016, 6, 30), date(2020, 1, 1)):
        assert engine.search(f"{ACT} 폐지", 10, filters=Filters(as_of=day)) == []


def test_an_article_still_to_come(engine: LexDPR) -> None:
    """제35조의2 takes effect on 2027-01-01."""
    query = f"{ACT} 제35조의2"
    later = Filters(as_of=date(2027, 1, 1))
    eve = Filters(as_of=date(2026, 12, 31))
    assert places(engine.search(query, 1, level="article", filters=later)) == ["제35조의2"]
    assert "제35조의2" not in places(engine.search(query, 50, level="article", filters=eve))
    hit = engine.cite(query, as_of=date(2027, 1, 1))
    assert (hit.effective_date, hit.in_force) == ("2027-01-01", True)


# -- citing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "citation", "level", "begins"),
    [
        ("제19조", "제19조", "article", "① 보증금을 받으려는"),
        ("19조", "제19조", "article", "① 보증금을 받으려는"),
        ("제19조제1항", "제19조제1항", "paragraph", "① 보증금을 받으려는"),
        ("제19조 ①", "제19조제1항", "paragraph", "① 보증금을 받으려는"),
        ("제19조제1항제2호", "제19조제1항제2호", "subparagraph", "2. "),
        ("제2조제1호가목", "제2조제1호가목", "subparagraph", "가. 공유주방"),
        ("제3조제2항 단서", "제3조제2항", "paragraph", "② 제1항에도"),
    ],
)
def test_cite(place: str, citation: str, level: str, begins: str, engine: LexDPR) -> None:
    hit = engine.cite(f"{ACT} {place}")
    assert (hit.citation, hit.level) == (f"{ACT} {citation}", level)
    assert hit.text.startswith(begins)
    assert hit.law_id == "990001"


def test_cite_below_목(engine: LexDPR) -> None:
    hit = engine.cite(f"{ROBOT} 제2조제1호나목2)가)")
    assert hit.citation == f"{ROBOT} 제2조제1호나목2)가)"
    assert hit.text.startswith("가) 「의료기기법」")
    assert "나. " in hit.context
    assert hit.unit_id.endswith(":main:a2:n1:m나:s2:t가")


def test_cite_gives_the_lead_ins(engine: LexDPR) -> None:
    hit = engine.cite(f"{ACT} 제3조제2항제1호")
    lines = hit.context.split("\n")
    assert lines[0] == f"{ACT} > 제1장 총칙"
    assert lines[1] == "제3조(적용 범위)"
    assert lines[2].startswith("② 제1항에도 불구하고 다음 각 호")
    assert hit.full_text == f"{hit.context}\n{hit.text}"


def test_a_shared_title_is_the_live_law(engine: LexDPR) -> None:
    assert engine.cite(f"{ACT} 제1조").law_id == "990001"


def test_a_law_without_articles_is_cited_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(source("책을 빌려준다.\n\n"), "utf-8")
    engine = LexDPR.build(tmp_path / "a.md", tmp_path / "index", jobs=1)
    (hit,) = engine.search("책을 빌려", 5)
    assert hit.citation == "달빛 도서관법 전문"
    assert engine.cite(hit.citation).unit_id == hit.unit_id


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        (f"{ACT} 제17조", "제17조는 삭제된 조문입니다.*2024-03-05"),
        (f"{ACT} 제24조", "제24조는 내용이 다른 조문으로 옮겨져"),
        (f"{ACT} 제99조", "제99조가 없습니다"),
        (f"{ACT} 제35조의2", "제35조의2"),  # until 2027
        (f"{ACT} 제19조제9항", "'.*제19조제9항': 제19조까지는 있으나"),
        (f"{ACT} 제2조제7호", "'.*제2조제7호': 제2조까지는 있으나"),
        (f"{ACT} 제2조제1호하목", f"'{ACT} 제2조제1호하목': {ACT} 제2조제1호까지는 있으나"),
        (f"{ACT} 부칙 제1조", "부칙과 별표는 색인에 없습니다"),
        (f"{ACT} 별표 1", "부칙과 별표는 색인에 없습니다"),
        (ACT, "조 번호가 없습니다"),
        ("제5조", "법령 이름이 없습니다"),
        ("없는 도서관법 제1조", "그런 법령이 없습니다"),
        ("반려로봇 등록 및 안전관리에 관한 볍률 제1조", f"혹시.*{ROBOT}"),
        ("750", "숫자만으로는"),
        ("", "비어 있습니다"),
        ("안녕하세요", "."),
    ],
)
def test_what_cannot_be_cited(citation: str, expected: str, engine: LexDPR) -> None:
    if citation.endswith("제35조의2") and date.today() >= date(2027, 1, 1):
        pytest.skip("in force by now")
    with pytest.raises(CitationError, match=expected):
        engine.cite(citation)


def test_cite_on_a_day_before_the_law(engine: LexDPR) -> None:
    with pytest.raises(CitationError, match="제1조"):
        engine.cite(f"{ACT} 제1조", as_of=date(2010, 1, 1))


def test_citations_of_all_units_lead_back_to_them(engine: LexDPR) -> None:
    hits = list(every_hit(engine, date(2027, 1, 1)))
    assert len(hits) > 700
    for hit in hits:
        head, _, last = hit.unit_id.partition("+")
        if "부터" in hit.citation:  # a run: its first provision is cited
            first = hit.citation.partition("부터")[0]
            assert last
            assert engine.cite(first, as_of=date(2027, 1, 1)).unit_id == head
        else:
            assert engine.cite(hit.citation, as_of=date(2027, 1, 1)).unit_id == hit.unit_id


def test_unit_ids_are_addresses(engine: LexDPR) -> None:
    hits = list(every_hit(engine))
    assert len({hit.unit_id for hit in hits}) == len(hits)
    for hit in hits:
        address = Address.parse(hit.unit_id)
        assert (address.law_id, address.area) == (hit.law_id, "main")
        assert str(address) == hit.unit_id


# -- hits ----------------------------------------------------------------------------------------


def test_metadata_is_plain(engine: LexDPR) -> None:
    for hit in every_hit(engine):
        metadata = hit.metadata()
        assert tuple(metadata) == METADATA_KEYS
        assert all(type(value) in (str, int, float, bool) for value in metadata.values())
    assert set(METADATA_KEYS) == {f.name for f in fields(Hit)} - {"text", "score", "routes"}


def test_fields_of_a_hit(engine: LexDPR) -> None:
    hit = engine.cite(f"{ACT} 제18조")
    assert hit.unit_id == "urn:kr:990001@2025-10-23-99888:main:a18"
    assert hit.parent_id == hit.unit_id
    assert (hit.law, hit.article, hit.kind) == (ACT, "제18조", "법률")
    assert (hit.ministry, hit.effective_date, hit.in_force) == ("공유경제부", "2025-10-23", True)
    assert hit.heading == "제3장 이용계약 > 제2절 보증금"
    assert hit.source_url.startswith("https://example.invalid/")
    assert hit.title
    assert "<개정" not in hit.text


# -- what the index says of itself ---------------------------------------------------------------


def test_info(engine: LexDPR) -> None:
    info = engine.info()
    assert info.laws == 8
    assert info.repealed == 1
    assert info.articles > info.live_articles > 150
    assert info.units == info.units_by_level["auto"]
    assert info.units_by_level["article"] == info.live_articles
    assert info.units_by_level["subparagraph"] > info.units_by_level["paragraph"]
    assert (info.vectors, info.encoder, info.analyzer, info.format_version) == (0, "", "bigram", 1)
    assert sum(info.kinds.values()) == info.laws
    assert info.size_bytes > 100_000
    json.dumps(info.to_dict())


def test_it_can_be_used_with_with(engine: LexDPR) -> None:
    with LexDPR.open(engine.path) as opened:
        assert opened.search("보증금", 1)
    assert "8 laws" in repr(opened)
