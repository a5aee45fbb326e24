"""What comes with the package for an index made with the package's own encoder."""

from __future__ import annotations

from functools import cache

from lexdpr_rag.decisions.attached import AttachedDecisions
from lexdpr_rag.decisions.pack import DecisionPack
from lexdpr_rag.encoder import BiEncoder, Encoder
from lexdpr_rag.index.fitted import FittedFusion
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.late.late_reranker import LateReranker
from lexdpr_rag.models import DECISIONS, FINGERPRINT, FOLDER, FUSION, RERANKER
from lexdpr_rag.ranking import Sources


@cache
def _decisions() -> DecisionPack:
    return DecisionPack.open(FOLDER / DECISIONS)


@cache
def _fusion() -> FittedFusion:
    return FittedFusion.open(FOLDER / FUSION)


@cache
def _fingerprint() -> str:
    path = FOLDER / FINGERPRINT
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def sources_for(
    store: UnitStore, fingerprint: str, own: DecisionPack | None, encoder: Encoder
) -> Sources:
    """What a ranker has besides its indexes: decisions, and for the package's own encoder the
    package's decisions, fusion and reranker.

    Args:
        store: the index's.
        fingerprint: of the encoder that made the index's vectors.
        own: the decisions attached to the index.
        encoder: of questions.

    Raises:
        IndexFormatError: the package is damaged.
    """
    packs = [pack for pack in (decisions_for(fingerprint), own) if pack is not None]
    attached = AttachedDecisions(store, packs) if packs else None
    late = None
    if has_reranker(fingerprint) and isinstance(encoder, BiEncoder):
        tokens = encoder.token_vectors()
        late = LateReranker.open(FOLDER / RERANKER, tokens) if tokens else None
    return Sources(attached, fusion_for(fingerprint), late)


def decisions_for(fingerprint: str) -> DecisionPack | None:
    """The pack of decisions, if an encoder of this fingerprint made it.

    Raises:
        IndexFormatError: the package is damaged.
    """
    return _decisions() if fingerprint == _fingerprint() else None


def fusion_for(fingerprint: str) -> FittedFusion | None:
    """The fusion, if it was fitted for an encoder of this fingerprint.

    Raises:
        IndexFormatError: the package is damaged.
    """
    return _fusion() if fingerprint == _fingerprint() else None


def has_reranker(fingerprint: str) -> bool:
    """Whether there is a reranker for an encoder of this fingerprint."""
    return fingerprint == _fingerprint() and (FOLDER / RERANKER).is_dir()
