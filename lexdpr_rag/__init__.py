"""Retrieval of Korean statutes that cites them exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lexdpr_rag.datamodels import Filters, Hit, Level, Mode
    from lexdpr_rag.engine import LexDPR

__version__ = "0.1.0"
__all__ = ["Filters", "Hit", "Level", "LexDPR", "Mode", "__version__"]


def __getattr__(name: str) -> object:
    # Importing the package must cost nothing; numpy and bm25s load with the engine.
    if name == "LexDPR":
        from lexdpr_rag.engine import LexDPR

        return LexDPR
    if name in ("Filters", "Hit", "Level", "Mode"):
        from lexdpr_rag import datamodels

        return getattr(datamodels, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
