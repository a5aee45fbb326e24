"""References over the whole national law: how many, how many lead somewhere, and whether they are
those that a reader of the law sees.

``data/references.jsonl`` holds addresses and labels, no texts.  A line with ``span`` is a reference
drawn at random, labelled from the words before it; one with ``targets`` an article drawn at random,
read as a whole.  ``?`` stands for a law that the corpus lacks.  별표 and 서식 are left aside, and so
are places below 목 that are cited by their marker alone ("1) 및 2)에 따른").
"""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lexdpr_rag import LexDPR
from lexdpr_rag.index.graph import REASONS, Flags, ReferenceGraph
from lexdpr_rag.statute.references import Reason

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

LABELS = Path(__file__).parent / "data" / "references.jsonl"
ELSEWHERE = (Reason.ANNEX, Reason.SUPPLEMENT)
"""What has no provision in an index by its nature."""


@pytest.fixture(scope="module")
def graph(national: LexDPR) -> ReferenceGraph:
    return ReferenceGraph.open(national.generation)


@pytest.fixture(scope="module")
def labels() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]


def test_counts(graph: ReferenceGraph) -> None:
    """Both ends of a range count, as each names a provision."""
    weight = 1 + (graph.until >= 0)
    codes = [REASONS.index(reason) for reason in ELSEWHERE]
    provisions = ~np.isin(graph.reason, codes)
    found = int(weight[provisions].sum())
    existing = int(weight[graph.reason == 0].sum())
    assert found >= 718_000
    assert existing / found >= 0.981, (existing, found)
    assert int(((graph.flags & Flags.APPLIED) != 0).sum()) >= 12_971


def test_delegation(national: LexDPR, graph: ReferenceGraph) -> None:
    store = national._store
    delegated = np.flatnonzero(((graph.flags & Flags.DELEGATED) != 0) & (graph.reason == 0))
    parents = [":".join(graph.places[i].split(":")[:2]) for i in range(len(graph.places))]
    edges = {
        (child, graph.law_id[law], parents[place])
        for child, law, place in zip(
            graph.article_of(delegated).tolist(),
            graph.law[delegated].tolist(),
            graph.place[delegated].tolist(),
            strict=True,
        )
    }
    assert len(edges) >= 94_000
    reached = {(law_id, path) for _, law_id, path in edges}
    law_of = store.article_law()
    delegating = [
        (store.laws[int(law_of[article])].law_id, store.article_path[article])
        for article in range(store.articles)
        if store.laws[int(law_of[article])].kind == "법률"
        and re.search(r"대통령령(?:으로|이)\s?정", store.article_string(article))
    ]
    assert len(delegating) >= 27_000
    assert sum(key in reached for key in delegating) / len(delegating) >= 0.92


class Reader:
    """What the graph says of an address."""

    def __init__(self, engine: LexDPR, graph: ReferenceGraph) -> None:
        self._graph = graph
        store = engine._store
        self._rows = {
            f"urn:kr:{law.law_id}:{store.article_path[article]}": article
            for row, law in enumerate(store.laws)
            for article in range(*store.law_articles[row : row + 2].tolist())
        }

    def references(self, source: str) -> list[int]:
        """The references of an article, annexes left aside."""
        first, last = self._graph.of_article[self._rows[source] :][:2].tolist()
        annex = REASONS.index(Reason.ANNEX)
        return [row for row in range(first, last) if self._graph.reason[row] != annex]

    def at(self, source: str, span: list[int]) -> list[int]:
        """Those whose words meet a span."""
        start, end = self._graph.start, self._graph.end
        rows = self.references(source)
        return [row for row in rows if start[row] < span[1] and span[0] < end[row]]

    def target(self, row: int) -> str:
        """As labels are written: ``urn:kr:001706:main:a3~main:a5``."""
        law_id = self._graph.law_id[int(self._graph.law[row])]
        until = int(self._graph.until[row])
        first = self._graph.places[int(self._graph.place[row])]
        last = f"~{self._graph.places[until]}" if until >= 0 else ""
        return f"{f'urn:kr:{law_id}' if law_id else '?'}:{first}{last}"


def test_precision(national: LexDPR, graph: ReferenceGraph, labels: list[dict[str, Any]]) -> None:
    reader = Reader(national, graph)
    drawn = [label for label in labels if "span" in label]
    assert len(drawn) == 300
    wrong = [
        (label, found)
        for label in drawn
        if (found := [*map(reader.target, reader.at(label["source"], label["span"]))])
        != [label["target"]]
    ]
    assert len(wrong) / len(drawn) <= 0.03, wrong


def test_recall(national: LexDPR, graph: ReferenceGraph, labels: list[dict[str, Any]]) -> None:
    reader = Reader(national, graph)
    read = [label for label in labels if "targets" in label]
    assert len(read) == 120
    expected = found = right = 0
    for label in read:
        seen = [reader.target(row) for row in reader.references(label["source"])]
        matcher = SequenceMatcher(None, label["targets"], seen, autojunk=False)
        right += sum(block.size for block in matcher.get_matching_blocks())
        expected += len(label["targets"])
        found += len(seen)
    assert expected >= 400
    assert right / expected >= 0.97, (right, expected)
    assert right / found >= 0.97, (right, found)


def test_a_decree_answers_its_act(national: LexDPR) -> None:
    found = [one.source for one in national.delegated("근로기준법 제74조제7항")]
    assert found[0] == "근로기준법 시행령 제43조의2"
    assert any(source.startswith("근로기준법 시행규칙") for source in found)
