"""Getting laws: from the API of law.go.kr, and from legalize-kr."""

from __future__ import annotations

from lexdpr_rag.fetch.errors import BrokenAnswerError, FetchError, MissingError, StoppedError
from lexdpr_rag.fetch.kinds import Kind
from lexdpr_rag.fetch.lawgokr import fetch
from lexdpr_rag.fetch.legalize import mirror
from lexdpr_rag.fetch.manners import Manners
from lexdpr_rag.fetch.report import FetchReport
from lexdpr_rag.fetch.wanted import Wanted

__all__ = [
    "BrokenAnswerError",
    "FetchError",
    "FetchReport",
    "Kind",
    "Manners",
    "MissingError",
    "StoppedError",
    "Wanted",
    "fetch",
    "mirror",
]
