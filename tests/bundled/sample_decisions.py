"""Decisions on the sample statutes that no court has given, and rankers that have them."""

from __future__ import annotations

import numpy as np

from lexdpr_rag import Filters, Hit, LexDPR
from lexdpr_rag.decisions.attached import AttachedDecisions
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.hits import article_label
from lexdpr_rag.index.fitted import FittedFusion
from lexdpr_rag.index.fusion import Fusion
from lexdpr_rag.ranking import Question, RankedUnits, Ranker, Sources
from lexdpr_rag.units import Levels

ROBOTS = "반려로봇 등록 및 안전관리에 관한 법률"
KITCHENS = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
LEVELS = ("auto", "article", "paragraph", "subparagraph")
QUESTIONS = [
    "작업실 보증금을 돌려받지 못하면 어디에 직접 청구할 수 있나요?",
    "로봇이 지나가던 사람을 다치게 했을 때 신고 기한",
    "등록을 취소하여야 하는 사유",
    "기록물을 폐기할 때의 절차",
    "과태료",
]

# What no court has decided.  The words are not those of the provisions.
DECIDED = {
    "이웃집 담장을 넘어간 기계가 화분을 깨뜨린 때 누가 물어 주어야 하는지": ("990011/제14조",),
    "가게 문을 닫은 주인이 맡아 둔 돈을 내주지 않는 행위의 효력": ("990001/제18조",),
    "오래된 마을 사진첩을 내다 버린 이장의 책임": ("990021/제9조", "990021/제15조"),
    "계약을 그만두는 데에 든 비용을 떠넘기는 특약": ("990001/제22조", "990001/제13조"),
    "그 밖의 쟁점": ("990001/제18조",),
}
ASKED = next(iter(DECIDED))
"""An issue of :data:`DECIDED` in its own words, on 제14조 of the law on robots."""


def titles_of(engine: LexDPR) -> dict[str, str]:
    store = engine._store
    laws = [store.laws[law].law_id for law in store.article_law().tolist()]
    return {
        f"{law}/{article_label(store.article_path[row])}": store.article_title[row]
        for row, law in enumerate(laws)
    }


def ranker_of(
    engine: LexDPR, decisions: AttachedDecisions | None, fitted: FittedFusion | None
) -> Ranker:
    return Ranker(
        engine._store,
        engine._ranker._lexical,
        engine._places,
        engine._dense,
        bigrams=True,
        sources=lambda: Sources(decisions, fitted),
    )


def sources_of(engine: LexDPR) -> Sources:
    """What the engine's ranker has besides the two indexes."""
    return engine._ranker._sources


def question(encoder: BiEncoder, text: str) -> Question:
    return Question(text, True, encoder.encode_queries([text])[0])


def everything(engine: LexDPR) -> np.ndarray:
    mask: np.ndarray = engine._selection.articles(Filters())
    return mask


def ranked(
    engine: LexDPR, asked: Question, level: Levels, fusion: Fusion | None = None
) -> RankedUnits:
    return engine._ranker.rank(asked, everything(engine), level, 50, fusion)


def ids(hits: list[Hit]) -> list[str]:
    return [hit.unit_id for hit in hits]
