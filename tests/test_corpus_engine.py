"""The engine over the whole national law: counts, quality, and what must not be found."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from lexdpr_rag import Filters, LexDPR
from lexdpr_rag.datamodels import ModeName
from lexdpr_rag.statute.address import Address
from lexdpr_rag.statute.directory import normalise_title

pytestmark = [pytest.mark.corpus, pytest.mark.slow]


@dataclass(frozen=True)
class Quality:
    ndcg: float
    recall: float


def quality(engine: LexDPR, path: Path, mode: ModeName) -> Quality:
    """nDCG@10 and Recall@100 at article level; binary relevance, macro average."""
    ndcg, recall = [], []
    for line in path.read_text("utf-8").splitlines():
        query = json.loads(line)
        hits = engine.search(query["query"], 100, level="article", mode=mode)
        found = list(dict.fromkeys(f"{hit.law_id}/{hit.article}" for hit in hits))
        gains = [1 / np.log2(i + 2) for i, key in enumerate(found[:10]) if key in query["gold"]]
        ideal = sum(1 / np.log2(i + 2) for i in range(min(10, len(query["gold"]))))
        ndcg.append(sum(gains) / ideal)
        recall.append(np.mean([key in found for key in query["gold"]]))
    return Quality(float(np.mean(ndcg)), float(np.mean(recall)))


def test_counts(national: LexDPR) -> None:
    report, info = national.report, national.info()
    assert report is not None
    assert (report.sources, report.failures, report.duplicates) == (5674, (), ())
    assert (info.laws, info.articles) == (5674, 204_873)
    assert info.live_articles == info.units_by_level["article"]
    assert info.repealed == 49


@pytest.mark.parametrize(
    ("mode", "ndcg", "recall"), [("hybrid", 0.75, 0.94), ("lexical", 0.48, 0.70)]
)
def test_court_language(
    mode: ModeName, ndcg: float, recall: float, national: LexDPR, corpus_data: Path
) -> None:
    """Plain BM25 over bigrams has .34 and .59."""
    found = quality(national, corpus_data / "benchmarks" / "precedent-dev.jsonl", mode)
    assert found.ndcg >= ndcg, found
    assert found.recall >= recall, found


@pytest.mark.parametrize(
    ("mode", "ndcg", "recall"), [("hybrid", 0.46, 0.88), ("lexical", 0.30, 0.62)]
)
def test_plain_words(
    mode: ModeName, ndcg: float, recall: float, national: LexDPR, corpus_data: Path
) -> None:
    """Plain BM25 over bigrams has .22 and .58."""
    found = quality(national, corpus_data / "plain" / "questions-dev.jsonl", mode)
    assert found.ndcg >= ndcg, found
    assert found.recall >= recall, found


def test_unit_ids(national: LexDPR) -> None:
    store = national._store
    law_of = store.article_law()
    ids: Counter[str] = Counter()
    for article in range(store.articles):
        law = store.laws[int(law_of[article])]
        path = store.article_path[article]
        first, last = store.article_units[article : article + 2].tolist()
        for unit in range(first, last):
            until = store.unit_until[unit]
            ids[f"{law.law_id}@{law.version}:{path}{store.unit_path[unit]}+{until}"] += 1
    assert [name for name, count in ids.items() if count > 1] == []


@pytest.mark.parametrize(
    ("citation", "law_id", "begins"),
    [
        ("근로기준법 제1조", "001872", "이 법은 헌법에 따라 근로조건의 기준을 정함"),
        ("민법 제750조", "001706", "고의 또는 과실로 인한 위법행위로"),
        ("민법 제839조의2제1항", "001706", "① 협의상 이혼한 자의 일방은"),
        ("주택임대차보호법 제3조의3 제1항", "001248", "① 임대차가 끝난 후 보증금이 반환되지"),
    ],
)
def test_cite(citation: str, law_id: str, begins: str, national: LexDPR) -> None:
    hit = national.cite(citation)
    assert hit.law_id == law_id
    assert hit.text.startswith(begins)
    assert national.search(citation, 1)[0].law_id == law_id
    assert national.search(f"{citation}은 무슨 뜻인가요?", 1)[0].law_id == law_id


def test_stubs_are_not_found(national: LexDPR) -> None:
    stubs = [law for law in national._store.laws if law.repealed]
    assert len(stubs) == 49
    ids = {(law.law_id, law.version) for law in stubs}
    for law in stubs:
        for hit in national.search(f"{law.title} 폐지", 20, level="article"):
            address = Address.parse(hit.unit_id)
            assert (address.law_id, address.version) not in ids


def test_every_sampled_citation_leads_back(national: LexDPR) -> None:
    """Units of one article in a thousand; a shared title is that of the live law, a run has none."""
    mask = national._selection.articles(Filters())
    store = national._store
    titles = Counter(
        normalise_title(title) for title, _ in {(r.title, r.law_id) for r in store.laws}
    )
    lost = []
    for article in np.flatnonzero(mask)[::1000].tolist():
        first, last = store.article_units[article : article + 2].tolist()
        for unit in range(first, last):
            hit = national._hits.hit(unit, article, 1.0)
            is_odd = "부터" in hit.citation or "#" in hit.unit_id or "~" in hit.unit_id
            if is_odd or titles[normalise_title(hit.law)] > 1:
                continue
            if national.cite(hit.citation).unit_id != hit.unit_id:
                lost.append(hit.citation)
    assert lost == []
