"""Mining the sample law: what comes out, killed runs, changed questions, the report."""

from __future__ import annotations

import json
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dense.bag_encoder import BagEncoder, LengthReranker
from lexdpr_finetune.mine import MineError, MineOptions, MineSource, mine_negatives, read_mined
from lexdpr_finetune.mine.journal import records
from lexdpr_finetune.pairs import Pair, PairKind
from lexdpr_finetune.pairs.formats import to_flagembedding
from lexdpr_finetune.pairs.own import own_pairs
from lexdpr_finetune.pairs.validate import validate

from lexdpr_rag import LexDPR
from lexdpr_rag.messages import use_language

OPTIONS = MineOptions(count=4, depth=40)


@pytest.fixture(scope="module")
def source(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> MineSource:
    out, encoder = tmp_path_factory.mktemp("mine") / "index", BagEncoder()
    LexDPR.build(samples / "statutes", out, jobs=1, encoder=encoder, backend="exact").close()
    return MineSource.open(out, encoder=encoder)


@pytest.fixture(scope="module")
def pairs(source: MineSource, samples: Path) -> list[Pair]:
    return list(own_pairs(samples / "questions.jsonl", source.articles).pairs)


@pytest.fixture(scope="module")
def mined(source: MineSource, pairs: list[Pair], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("mined") / "mined.jsonl"
    mine_negatives(pairs, source, out, OPTIONS)
    return out


def test_what_comes_out(mined: Path, source: MineSource, pairs: list[Pair]) -> None:
    found, scores = read_mined(mined)
    assert [replace(pair, negatives=()) for pair in found] == pairs
    assert not validate({"train": found}, source.articles.rows)  # no positive among the negatives
    full = [pair for pair in found if len(pair.negatives) == OPTIONS.count]
    assert len(full) > 0.6 * len(found)
    in_force = source.articles.in_force
    assert all(in_force[source.articles.rows[key]] for p in found for key in p.negatives)
    for pair in found:
        lowest = min(scores[pair.query_id, key] for key in pair.positives)
        of_negatives = [scores[pair.query_id, key] for key in pair.negatives]
        assert of_negatives == sorted(of_negatives, reverse=True)
        assert all(score <= lowest * 0.95 + 1e-5 for score in of_negatives)


def test_negatives_are_harder_than_chance(mined: Path, source: MineSource) -> None:
    ranks = [rank for record in records(mined) for rank in record["neg_ranks"]]
    assert sorted(ranks)[len(ranks) // 2] <= 15
    for record in records(mined):
        assert all(routes for routes in record["neg_found"])
        assert all(0 < r <= OPTIONS.depth for one in record["neg_found"] for r in one.values())


def test_counts_add_up(mined: Path) -> None:
    for record in records(mined):
        counts = record["counts"]
        gone = sum(counts.get("removed", {}).values())
        doubts = sum(counts.get("doubts", {}).values())
        rest = counts["pool"] - gone - counts.get("out_of_range", 0) - doubts
        assert len(record["negative_ids"]) == min(rest, OPTIONS.count)
        assert counts["removed"].items() <= counts["held"].items() or gone < sum(
            counts["held"].values()
        )


def test_flagembedding_gets_the_teachers_scores(mined: Path, source: MineSource) -> None:
    found, scores = read_mined(mined)
    articles = source.articles
    lines = list(to_flagembedding(found, lambda key: articles.text(articles.rows[key]), scores))
    for line, record in zip(lines, records(mined), strict=True):
        assert line["pos_scores"] == record["pos_scores"]
        assert line["neg_scores"] == record["neg_scores"]
        assert len(line["neg"]) == len(record["neg_scores"])


def test_the_report(mined: Path, pairs: list[Pair]) -> None:
    told = json.loads(mined.with_name("mined.jsonl.report.json").read_text("utf-8"))
    lines = list(records(mined))
    assert told["questions"] == len(pairs) == told["complete"] + told["short"] + told["empty"]
    assert told["negatives"] == sum(len(line["negative_ids"]) for line in lines)
    assert sum(told["found"].values()) == told["negatives"]
    assert told["guards"]["positive"]["questions"] <= len(pairs)
    assert told["guards"]["child"]["removed"] > 0
    assert told["suspicious"] == sum("doubts" in line["counts"] for line in lines)
    assert told["outdone"] == sum("above" in line["counts"].get("doubts", {}) for line in lines)
    assert told["worst"] == sorted(told["worst"], key=lambda entry: -entry["above"])
    assert told["margins"]["low"] >= 0.05 - 1e-4
    table = mined.with_name("mined.jsonl.report.md").read_text("utf-8")
    assert f"질문 {len(pairs)}개" in table
    assert "| 정답을 시행하는 하위 법령의 조문 | " in table


def test_the_report_in_english(mined: Path, source: MineSource, pairs: list[Pair]) -> None:
    def table() -> str:
        use_language("en")
        return mine_negatives(pairs, source, mined, OPTIONS).table()

    assert "# Hard negatives (scored by: fused)" in copy_context().run(table)


# -- runs that go on -----------------------------------------------------------------------------


class KilledError(Exception):
    """Stands for a kill -9 between two lines."""


def asked(source: MineSource, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that the lexical route is asked from now on."""
    route, queries = source.routes["lexical"], []
    ask = route.ask
    monkeypatch.setattr(route, "ask", lambda given: queries.extend(given) or ask(given))
    return queries


def test_a_killed_run_goes_on(
    source: MineSource, pairs: list[Pair], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lexdpr_finetune.mine.miner.AT_ONCE", 10)
    mine_negatives(pairs, source, tmp_path / "whole.jsonl", OPTIONS)
    out = tmp_path / "mined.jsonl"

    def kill(event) -> None:
        if event.done == 30:
            raise KilledError

    with pytest.raises(KilledError):
        mine_negatives(pairs, source, out, OPTIONS, progress=kill)
    with out.open("a", encoding="utf-8") as file:
        file.write('{"query_id": "q031", "qu')  # a line that was being written
    queries = asked(source, monkeypatch)
    events = []
    mine_negatives(pairs, source, out, OPTIONS, progress=events.append)
    assert queries == [pair.query for pair in pairs[30:]]
    assert [event.done for event in events][:2] == [40, 50]
    assert events[-1].done == len(pairs)
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_finished_run_does_nothing_twice(
    mined: Path, source: MineSource, pairs: list[Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, queries = mined.read_bytes(), asked(source, monkeypatch)
    report = mine_negatives(pairs, source, mined, OPTIONS)
    assert not queries
    assert mined.read_bytes() == before
    told = json.loads(mined.with_name("mined.jsonl.report.json").read_text("utf-8"))
    assert report.negatives == told["negatives"]


def test_new_and_changed_questions_alone_are_mined_for(
    source: MineSource, pairs: list[Pair], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "mined.jsonl"
    mine_negatives(pairs[:6], source, out, OPTIONS)
    changed = replace(pairs[2], query=pairs[2].query + " 알려 주세요")
    later = [*pairs[6:8], changed, pairs[0], *pairs[3:6]]  # without pairs[1]
    queries = asked(source, monkeypatch)
    mine_negatives(later, source, out, OPTIONS)
    assert queries == [*(pair.query for pair in pairs[6:8]), changed.query]
    assert [record["query_id"] for record in records(out)] == [pair.query_id for pair in later]
    assert next(r for r in records(out) if r["query_id"] == changed.query_id)["query"].endswith(
        "알려 주세요"
    )


def test_another_run_is_not_mixed_in(source: MineSource, pairs: list[Pair], tmp_path: Path) -> None:
    out = tmp_path / "mined.jsonl"
    mine_negatives(pairs[:3], source, out, OPTIONS)
    with pytest.raises(MineError, match="다른 설정"):
        mine_negatives(pairs[:3], source, out, replace(OPTIONS, relative_margin=0.1))
    with pytest.raises(MineError, match="다른 설정"):
        mine_negatives(pairs[:3], source, out, OPTIONS, reranker=LengthReranker())
    foreign = tmp_path / "notes.jsonl"
    foreign.write_text("{}\n", encoding="utf-8")
    with pytest.raises(MineError, match="덮어쓰지"):
        mine_negatives(pairs[:3], source, foreign, OPTIONS)
    assert foreign.read_text("utf-8") == "{}\n"


def test_a_line_that_cannot_be_read(
    mined: Path, source: MineSource, pairs: list[Pair], tmp_path: Path
) -> None:
    out = tmp_path / "mined.jsonl"
    lines = mined.read_text("utf-8").splitlines(keepends=True)
    out.write_text("".join([lines[0], '{"query": "?"}\n', *lines[1:]]), encoding="utf-8")
    with pytest.raises(MineError, match="2번째 줄"):
        read_mined(out)


def test_two_pairs_of_one_id(source: MineSource, pairs: list[Pair], tmp_path: Path) -> None:
    with pytest.raises(MineError, match=pairs[0].query_id):
        mine_negatives([pairs[0], pairs[0]], source, tmp_path / "mined.jsonl", OPTIONS)


# -- the edges -----------------------------------------------------------------------------------


def test_positives_that_the_corpus_lacks(
    source: MineSource, pairs: list[Pair], tmp_path: Path
) -> None:
    unknown = Pair("u1", "없는 법의 질문", ("123456/제1조",), PairKind.OWN)
    half = replace(pairs[0], query_id="u2", positives=("123456/제1조", *pairs[0].positives))
    out = tmp_path / "mined.jsonl"
    report = mine_negatives([unknown, half], source, out, OPTIONS)
    assert (report.questions, report.left_out) == (2, 1)
    nothing, found = records(out)
    assert (nothing["negative_ids"], nothing["pos_scores"]) == ([], [None])
    assert found["pos_scores"][0] is None and found["pos_scores"][1] is not None
    assert found["negative_ids"]
    _, scores = read_mined(out)
    assert ("u2", "123456/제1조") not in scores


def test_other_questions_guard_without_being_mined_for(
    source: MineSource, pairs: list[Pair], tmp_path: Path
) -> None:
    one = pairs[0]
    out = tmp_path / "first.jsonl"
    mine_negatives([one], source, out, OPTIONS)
    hardest = next(records(out))["negative_ids"][0]
    other = Pair("other", one.query + "!", (hardest,), PairKind.OWN)
    again = tmp_path / "second.jsonl"
    mine_negatives([one], source, again, OPTIONS, others=[other])
    (record,) = records(again)
    assert hardest not in record["negative_ids"]
    assert record["counts"]["removed"]["same_question"] == 1


def test_a_rerankers_scores(source: MineSource, pairs: list[Pair], tmp_path: Path) -> None:
    model = LengthReranker()
    out = tmp_path / "mined.jsonl"
    options = replace(OPTIONS, read=12, relative_margin=None, absolute_margin=None)
    mine_negatives(pairs[:2], source, out, options, reranker=model)
    assert model.read == [12 + len(pair.positives) for pair in pairs[:2]]
    articles = source.articles
    for record in records(out):
        for key, score in zip(record["negative_ids"], record["neg_scores"], strict=True):
            (text,) = articles.article_texts([articles.rows[key]])
            assert score == pytest.approx(1 / (1 + len(text)), abs=1e-6)


def test_an_index_without_vectors(engine: LexDPR, pairs: list[Pair], tmp_path: Path) -> None:
    source = MineSource.open(engine.path)
    assert list(source.routes) == ["lexical"]
    report = mine_negatives(pairs[:5], source, tmp_path / "mined.jsonl", OPTIONS)
    assert report.teacher == "lexical"
    assert set(report.found) == {"lexical"}


def test_short_questions_are_filled_up_by_chance(
    source: MineSource, pairs: list[Pair], tmp_path: Path
) -> None:
    """A positive that no route finds leaves nothing below it."""
    articles, options = source.articles, replace(OPTIONS, depth=5, last=5)
    lost = [replace(pair, positives=("990003/제2조",)) for pair in pairs if pair.query_id < "q010"]
    assert mine_negatives(lost, source, tmp_path / "none.jsonl", options).complete < len(lost)
    lost += pairs[20:26]
    out = tmp_path / "filled.jsonl"
    report = mine_negatives(lost, source, out, replace(options, fill="random"))
    assert report.complete == len(lost)
    drawn = [
        (record["query_id"], key)
        for record in records(out)
        for key, rank in zip(record["negative_ids"], record["neg_ranks"], strict=True)
        if not rank
    ]
    assert report.found["random"] == len(drawn) > 0
    assert report.ranks.low >= 1
    assert all(key in articles.rows and key != "990003/제2조" for _, key in drawn)
    for record in records(out):
        assert len(set(record["negative_ids"])) == OPTIONS.count == len(record["neg_scores"])
    again = tmp_path / "again.jsonl"
    mine_negatives(list(reversed(lost)), source, again, replace(options, fill="random"))
    key = {record["query_id"]: record["negative_ids"] for record in records(again)}
    assert all(key[record["query_id"]] == record["negative_ids"] for record in records(out))


def drawn_of(record: dict[str, Any]) -> list[str]:
    """The negatives of a line that were not mined."""
    ranked = zip(record["negative_ids"], record["neg_ranks"], strict=True)
    return [key for key, rank in ranked if not rank]


def test_half_mined_half_drawn(
    source: MineSource, pairs: list[Pair], mined: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mixed.jsonl"
    report = mine_negatives(pairs, source, out, replace(OPTIONS, random_share=0.5))
    plain = {record["query_id"]: record for record in records(mined)}
    for record in records(out):
        drawn = drawn_of(record)
        kept = [key for key in record["negative_ids"] if key not in drawn]
        assert len(drawn) == 2
        assert kept == plain[record["query_id"]]["negative_ids"][:2]  # the hardest stay
        assert not set(drawn) & set(record["positive_ids"])
    assert report.found["random"] == 2 * len(pairs)
    assert report.margins.low >= 0.05 - 1e-4  # of those that were mined
    assert not validate({"train": read_mined(out)[0]}, source.articles.rows)
    drawn_articles = {key for record in records(out) for key in drawn_of(record)}
    assert len(drawn_articles) > 50  # not the same few for every question


def test_a_share_that_is_no_whole_number_holds_on_average(
    source: MineSource, pairs: list[Pair], tmp_path: Path
) -> None:
    out, again = tmp_path / "mixed.jsonl", tmp_path / "again.jsonl"
    options = replace(OPTIONS, count=3, random_share=0.5)
    mine_negatives(pairs, source, out, options)
    counts = [len(drawn_of(record)) for record in records(out)]
    assert set(counts) == {1, 2}
    assert 1.25 < sum(counts) / len(counts) < 1.75
    # whenever a question is mined for, the same are drawn
    mine_negatives(list(reversed(pairs)), source, again, options)
    drawn = {record["query_id"]: drawn_of(record) for record in records(again)}
    assert all(drawn[record["query_id"]] == drawn_of(record) for record in records(out))


def test_all_drawn_and_filled_up(source: MineSource, pairs: list[Pair], tmp_path: Path) -> None:
    report = mine_negatives(
        pairs[:20], source, tmp_path / "all.jsonl", replace(OPTIONS, random_share=1.0)
    )
    assert dict(report.found) == {"random": 80}
    # one mined at most: what is missing is drawn too
    few = replace(OPTIONS, random_share=0.25, depth=1, fill="random")
    report = mine_negatives(pairs[:20], source, tmp_path / "few.jsonl", few)
    assert report.complete == 20
    assert report.found["random"] > 40
