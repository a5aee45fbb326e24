"""What comes with the package for an index made with the package's own encoder."""

from __future__ import annotations

from functools import cache

from lexdpr_rag.decisions.pack import DecisionPack
from lexdpr_rag.index.fitted import FittedFusion
from lexdpr_rag.models import DECISIONS, FINGERPRINT, FOLDER, FUSION


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
