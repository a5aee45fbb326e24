"""The tree: walking, finding, addresses; and that any well-formed law comes back as it was written."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from fictional import at, law_of
from hypothesis import given, settings
from hypothesis import strategies as st

from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.numbering import CIRCLED, Number, syllable
from lexdpr_rag.statute.tree import (
    Annex,
    Article,
    Heading,
    Item,
    Law,
    Node,
    Paragraph,
    Status,
    Subitem,
    Subparagraph,
    Supplement,
)

ATTACHMENTS = "\n- 별표번호: '0003'\n  별표가지번호: '02'\n  별표구분: 별표\n  제목: 대출 한도"


@pytest.fixture(scope="module")
def law() -> Law:
    return law_of(
        "# 제1편 책\n\n## 제1장 총칙\n\n##### 제1조 (목적)\n\n이 법은 책을 다룬다.\n\n"
        "##### 제1조의2 (정의)\n\n**①** 뜻은 다음 각 호와 같다.\n\n  1\\. 책\n    가\\. 소설\n 1) 장편\n  2\\. 글\n\n"
        "## 제2장 벌칙\n\n##### 제2조\n\n삭제 <2020.1.1>\n",
        "부칙 <제20301호,2024.2.13>\n\n제1조(시행일) ① 공포한 날부터 시행한다.\n",
        첨부파일=ATTACHMENTS,
    )


def test_walk_is_document_order(law: Law) -> None:
    assert [n.path for n in law.walk() if n.path] == [
        *("toc:p1", "toc:p1.c1", "main:a1", "main:a1-2", "main:a1-2:h1", "main:a1-2:h1:n1"),
        *(
            "main:a1-2:h1:n1:m가",
            "main:a1-2:h1:n1:m가:s1",
            "main:a1-2:h1:n2",
            "toc:p1.c2",
            "main:a2",
        ),
        *("add:2024-02-13-20301", "add:2024-02-13-20301:a1", "add:2024-02-13-20301:a1:h1"),
        "tbl:3-2",
    ]
    assert "".join(n.raw for n in law.walk()) == law.body()
    assert law.source() == law.head + law.body()


def test_find_leaves_supplements_aside(law: Law) -> None:
    assert [a.label for a in law.articles()] == ["제1조", "제1조의2", "제2조"]
    assert [p.path for p in law.find(Paragraph)] == ["main:a1-2:h1"]
    assert [s.label for s in law.find(Supplement)] == ["부칙 <제20301호, 2024. 2. 13.>"]
    assert list(law.find(Supplement)) == list(law.supplements())
    assert [a.label for a in law.annexes()] == ["별표 3의2"]


def test_article_headings(law: Law) -> None:
    assert [(a.label, [h.full for h in above]) for above, a in law.article_headings()] == [
        ("제1조", ["제1편 책", "제1장 총칙"]),
        ("제1조의2", ["제1편 책", "제1장 총칙"]),
        ("제2조", ["제1편 책", "제2장 벌칙"]),
    ]


@pytest.mark.parametrize(
    ("path", "kind", "label"),
    [
        ("toc:p1.c2", Heading, "제2장"),
        ("main:a1-2", Article, "제1조의2"),
        ("main:a1-2:h1", Paragraph, "제1항"),
        ("main:a1-2:h1:n1", Subparagraph, "제1호"),
        ("main:a1-2:h1:n1:m가", Item, "가목"),
        ("main:a1-2:h1:n1:m가:s1", Subitem, "1)"),
        ("tbl:3-2", Annex, "별표 3의2"),
    ],
)
def test_every_node_has_an_address(law: Law, path: str, kind: type[Node], label: str) -> None:
    node = at(law, path)
    assert type(node) is kind
    assert node.label == label
    urn = str(law.address(node))
    assert urn == f"urn:kr:990100@2024-08-14-20301:{path}"
    assert Address.parse(urn) == law.address(node)


def test_addresses_lead_to_their_parents(law: Law) -> None:
    for node in law.walk():
        for child in node.children:
            if not isinstance(node, Heading) and child.path:
                assert law.address(child).parent() == law.address(node)


def test_nodes_are_frozen_and_short_in_print(law: Law) -> None:
    article = next(law.articles())
    with pytest.raises(FrozenInstanceError):
        article.text = "다른 말"  # type: ignore[misc]
    assert repr(article) == "<Article main:a1 '이 법은 책을 다룬다.' +0>"
    assert repr(law) == "<Law 달빛 도서관법 990100@2024-08-14-20301>"


def test_status_of_nodes(law: Law) -> None:
    assert [n.path for n in law.walk() if n.status is not Status.LIVE] == ["main:a2"]


@pytest.mark.parametrize(
    ("kind", "number", "label"),
    [
        ("별표", Number(3), "별표 3"),
        ("별표", Number(3, 2), "별표 3의2"),
        ("별표", Number(0), "별표"),
        ("서식", Number(5, 2), "별지 제5호의2서식"),
        ("별지", Number(1), "별지 1"),
    ],
)
def test_annex_labels(kind: str, number: Number, label: str) -> None:
    assert Annex(raw="", kind=kind, number=number).label == label


# -- any well-formed law -------------------------------------------------------------------------

WORDS = st.text(alphabet="책글달별문을를연다닫는 ㆍ「」(月)", min_size=1, max_size=12).map(
    lambda words: f"책은 {words.strip()} 그렇다."
)


def count(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


@st.composite
def well_formed(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """A body in the mirror's form, and the paths and words of the provisions it was made of."""
    lines: list[str] = []
    made: list[str] = []
    words: list[str] = []

    def provision(path: str, marker: str, *, blank: bool) -> None:
        own = draw(WORDS)
        mark = draw(st.sampled_from(["", " <개정 2020.1.1>", "<신설 1999ㆍ1ㆍ31, 2001.2.3>"]))
        lines.append(f"{marker}{own}{mark}\n" + "\n" * blank)
        made.append(path)
        words.append(" ".join(own.split()))

    def subparagraphs(base: str) -> None:
        branch = draw(st.booleans())
        for n in range(1, draw(count(3)) + 1):
            provision(f"{base}:n{n}", f"  {n}\\. ", blank=False)
            for m in range(1, draw(count(2)) + 1):
                provision(f"{base}:n{n}:m{syllable(m)}", f"    {syllable(m)}\\. ", blank=False)
                for s in range(1, draw(count(2)) + 1):
                    provision(f"{base}:n{n}:m{syllable(m)}:s{s}", f" \n {s}) ", blank=False)
            if branch:
                provision(f"{base}:n{n}-2", f"  {n}의2\\. ", blank=False)
        lines.append("\n")

    number = 0
    for chapter in range(1, draw(count(3)) + 1):
        lines.append(f"## 제{chapter}장 책\n\n")
        for _ in range(draw(count(3))):
            number += 1
            base = f"main:a{number}"
            lines.append(
                f"##### 제{number}조{draw(st.sampled_from(['', ' (책)', ' ((月)책)']))}\n\n"
            )
            if draw(st.booleans()):
                provision(base, "", blank=True)
                subparagraphs(base)
            else:
                made.append(base)
                words.append("")
                for h in range(1, draw(st.integers(1, 3)) + 1):
                    provision(f"{base}:h{h}", f"**{CIRCLED[h - 1]}** ", blank=True)
                    subparagraphs(f"{base}:h{h}")
    return "".join(lines), made, words


@given(well_formed())
@settings(max_examples=150, deadline=None)
def test_a_well_formed_law_comes_back(written: tuple[str, list[str], list[str]]) -> None:
    body, made, words = written
    law = law_of(body)
    found = [n for n in law.walk() if n.path.startswith("main:")]
    assert [n.path for n in found] == made
    assert [" ".join(n.text.split()) for n in found] == words
    assert not [d for n in law.walk() for d in n.diagnostics]
