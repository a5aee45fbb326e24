"""The graph of references: made with the index, asked by the engine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from lexdpr_rag import LexDPR
from lexdpr_rag.errors import CitationError, IndexFormatError
from lexdpr_rag.index import builder, graph_build
from lexdpr_rag.index.graph import GRAPH, ReferenceGraph
from lexdpr_rag.index.manifest import Manifest
from lexdpr_rag.referring import ReferenceHit
from lexdpr_rag.statute.references import Reason, ReferenceKind

from .referring_laws import ACT, DECREE, POST, RULE, build_laws, write_laws


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> LexDPR:
    return build_laws(tmp_path_factory.mktemp("referring"))


def told(found: list[ReferenceHit]) -> list[tuple[str, str]]:
    return [(one.words, one.citation) for one in found]


def sources(found: list[ReferenceHit]) -> list[str]:
    return [one.source for one in found]


# -- what a provision refers to --------------------------------------------------------------------


def test_references_of_an_article(laws: LexDPR) -> None:
    found = laws.references(f"{ACT} 제2조")
    assert told(found) == [
        ("제1항", f"{ACT} 제2조제1항"),
        ("「별빛 우편법」 제3조제1항", f"{POST} 제3조제1항"),
        ("같은 법 제4조", f"{POST} 제4조"),
        ("제3조", f"{ACT} 제3조"),
    ]
    assert [one.kind for one in found] == [
        *(ReferenceKind.INTERNAL, ReferenceKind.OTHER, ReferenceKind.SAME, ReferenceKind.INTERNAL),
    ]  # fmt: skip
    assert sources(found) == [
        *(
            f"{ACT} 제2조제2항",
            f"{ACT} 제2조제2항제1호",
            f"{ACT} 제2조제2항제2호",
            f"{ACT} 제2조제3항",
        )
    ]
    whole = laws.cite(f"{ACT} 제2조").text
    assert all(whole[one.start : one.end] == one.words for one in found)
    assert [one.hit.unit_id for one in found if one.hit] == [one.target_id for one in found]


def test_a_part_has_only_its_own(laws: LexDPR) -> None:
    part = laws.cite(f"{ACT} 제2조제2항제2호")
    assert told(laws.references(part)) == [("같은 법 제4조", f"{POST} 제4조")]
    assert laws.references(part) == laws.references(part.unit_id)
    assert laws.references(part) == laws.references(f"{ACT} 제2조제2항제2호")


def test_ranges_and_what_leads_nowhere(laws: LexDPR) -> None:
    span, gone, annex = laws.references(f"{ACT} 제4조")
    assert span.citation == f"{ACT} 제2조부터 제3조의2까지"
    assert [hit.article for hit in span.hits] == ["제2조", "제3조", "제3조의2"]
    assert (gone.citation, gone.reason, gone.hits) == (f"{ACT} 제9조", Reason.NO_ARTICLE, ())
    assert (annex.reason, annex.target_id, annex.hit) == (Reason.ANNEX, "", None)
    deleted = laws.references(f"{DECREE} 제2조제1항제2호")
    assert [(one.citation, one.reason) for one in deleted] == [(f"{ACT} 제5조", Reason.DELETED)]


def test_applied(laws: LexDPR) -> None:
    assert [one.applied for one in laws.references(f"{ACT} 제3조제2항")] == [True, True]
    assert not any(one.applied for one in laws.references(f"{ACT} 제2조"))


# -- what refers to a provision --------------------------------------------------------------------


def test_referred_by(laws: LexDPR) -> None:
    assert sources(laws.referred_by(f"{POST} 제3조")) == [f"{ACT} 제2조제2항제1호"]
    found = laws.referred_by(f"{ACT} 제3조")
    # a range that holds it, and the decree; not its own words
    assert sorted(sources(found)) == sorted(
        [f"{ACT} 제2조제3항", f"{ACT} 제4조", f"{DECREE} 제2조제2항"]
    )
    assert all(one.hit is not None and one.hit.citation == one.source for one in found)


@pytest.mark.parametrize(
    ("cited", "expected"),
    [
        # what refers to the whole refers to the part, and the other way round
        ("제2조제1항", ["제2조제2항", "제3조제2항", "제4조"]),
        ("제2조제3항", ["제4조"]),
        ("제3조의2", ["제4조"]),
        ("제1조", []),
    ],
)
def test_parts_and_wholes(laws: LexDPR, cited: str, expected: list[str]) -> None:
    found = sources(laws.referred_by(f"{ACT} {cited}"))
    own = [s.removeprefix(f"{ACT} ") for s in found if not s.startswith((DECREE, RULE))]
    assert sorted(own) == sorted(expected)


def test_a_lone_article_of_the_corpus_is_referred_to_by_none(laws: LexDPR) -> None:
    assert laws.referred_by(f"{RULE} 제1조") == []


# -- delegation ----------------------------------------------------------------------------------


def test_delegated(laws: LexDPR) -> None:
    found = laws.delegated(f"{ACT} 제2조제1항")
    assert sources(found) == [f"{DECREE} 제2조제1항", f"{RULE} 제1조"]  # decrees first
    assert all(one.delegated for one in found)
    assert sources(laws.delegated(f"{DECREE} 제2조")) == [f"{RULE} 제1조"]
    assert laws.delegated(f"{ACT} 제3조") == []  # named, but not as the ground of anything
    assert laws.delegated(f"{POST} 제3조") == []


# -- asking ----------------------------------------------------------------------------------------


def test_what_is_not_there(laws: LexDPR) -> None:
    with pytest.raises(CitationError):
        laws.references(f"{ACT} 제99조")
    stranger = replace(laws.cite(f"{ACT} 제1조"), unit_id="urn:kr:000000@1-1:main:a1")
    assert laws.references(stranger) == laws.referred_by(stranger) == laws.delegated(stranger) == []
    assert laws.references("urn:kr:990100") == []


def test_as_plain_values(laws: LexDPR) -> None:
    (found,) = laws.references(f"{ACT} 제2조제3항")
    assert found.to_dict() == {
        "words": "제3조",
        "start": found.start,
        "end": found.end,
        "kind": "internal",
        "source": f"{ACT} 제2조제3항",
        "source_id": laws.cite(f"{ACT} 제2조제3항").unit_id,
        "citation": f"{ACT} 제3조",
        "target_id": laws.cite(f"{ACT} 제3조").unit_id,
        "suffix": "",
        "applied": False,
        "delegated": False,
        "reason": None,
    }
    assert str(found) == f"{ACT} 제2조제3항: 제3조 → {ACT} 제3조"


# -- on disk ---------------------------------------------------------------------------------------


def test_an_older_index_says_so_and_is_mended(tmp_path: Path) -> None:
    engine = build_laws(tmp_path)
    expected = told(engine.references(f"{ACT} 제2조"))
    folder = engine.generation
    shutil.rmtree(folder / GRAPH)
    replace(Manifest.open(folder), graph=0).save(folder)
    old = LexDPR.open(tmp_path / "index")
    assert old.search("우편으로 신청")  # nothing else needs it
    with pytest.raises(IndexFormatError, match="lexdpr-rag index"):
        old.references(f"{ACT} 제2조")
    new = LexDPR.build(tmp_path / "laws", tmp_path / "index", jobs=1)
    assert new.report is not None
    assert new.report.changed
    assert new.report.parsed == 0
    assert told(new.references(f"{ACT} 제2조")) == expected
    with pytest.raises(IndexFormatError, match=r"LexDPR\.open"):
        LexDPR.references(old, f"{ACT} 제2조")


def test_damage_is_told(tmp_path: Path) -> None:
    engine = build_laws(tmp_path)
    (engine.generation / GRAPH / "kind.npy").unlink()
    with pytest.raises(IndexFormatError, match=GRAPH):
        LexDPR.open(tmp_path / "index").references(f"{ACT} 제2조")


def test_a_law_that_comes_later_is_referred_to(tmp_path: Path) -> None:
    write_laws(tmp_path / "laws")
    post = next((tmp_path / "laws").glob("별빛우편법/*.md"))
    text = post.read_text("utf-8")
    post.unlink()
    engine = LexDPR.build(tmp_path / "laws", tmp_path / "index", jobs=1)
    assert [one.reason for one in engine.references(f"{ACT} 제2조제2항제1호")] == [
        Reason.UNKNOWN_LAW
    ]
    post.write_text(text, "utf-8")
    engine = LexDPR.build(tmp_path / "laws", tmp_path / "index", jobs=1)
    assert [one.reason for one in engine.references(f"{ACT} 제2조제2항제1호")] == [None]


def test_worker_processes_make_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = build_laws(tmp_path / "alone")
    monkeypatch.setattr(graph_build, "_STRETCH", 2)
    monkeypatch.setattr(graph_build, "_FEW", 0)
    write_laws(tmp_path / "laws")
    options = builder.Options(jobs=2)
    builder.build_index(tmp_path / "laws", tmp_path / "index", options)
    engine = LexDPR.open(tmp_path / "index")
    both = [ReferenceGraph.open(e.generation) for e in (alone, engine)]
    assert len(both[0]) == len(both[1]) > 10
    for cited in (f"{ACT} 제2조", f"{ACT} 제4조", f"{RULE} 제1조"):
        assert alone.references(cited) == engine.references(cited)
        assert alone.referred_by(cited) == engine.referred_by(cited)
    assert not (engine.generation / f"{GRAPH}.work").exists()
