"""A small network that scores candidates: a linear part, and two hidden layers that see the question.

It is fitted with torch (:mod:`lexdpr_finetune.fit_fusion`) and read with numpy; its weights are a few
kilobytes in a ``.safetensors`` file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index.arrays_file import write_arrays

Floats = NDArray[np.float32]

WEIGHTS = (
    *("candidate_mean", "candidate_scale", "question_mean", "question_scale"),
    *("first", "first_bias", "second", "second_bias", "last", "last_bias", "linear"),
)
"""Names of the arrays."""


class Network:
    """Scores candidates by features of each and features of the question."""

    def __init__(self, weights: Mapping[str, Floats], about: Mapping[str, Any]) -> None:
        """``weights`` by the names in :data:`WEIGHTS`; ``about`` for people."""
        self.weights, self.about = dict(weights), about

    @classmethod
    def open(cls, path: Path, candidate: int, question: int) -> Network:
        """The network in the file ``path``, for so many features of each.

        Raises:
            IndexFormatError: it is damaged, or made for other features.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                weights = {name: file.get_tensor(name) for name in WEIGHTS}
                _check_shapes(weights, candidate, question)
                return cls(weights, file.metadata() or {})
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise IndexFormatError("fusion.damaged", path=path) from error

    def save(self, path: Path) -> None:
        """Write it to the file ``path``, whose folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {name: str(value) for name, value in self.about.items()}
        write_arrays(path, self.weights, told)

    def logits(self, candidates: Floats, question: Floats) -> Floats:
        """The log-odds of every candidate, float32 ``(m,)``.

        Args:
            candidates: float32 ``(m, f)``, features of each.
            question: float32 ``(q,)``, features of the question.
        """
        if not len(candidates):
            return np.zeros(0, np.float32)
        held = self.weights
        seen = (candidates - held["candidate_mean"]) / held["candidate_scale"]
        asked = (question - held["question_mean"]) / held["question_scale"]
        both = np.concatenate([seen, np.broadcast_to(asked, (len(seen), len(asked)))], axis=1)
        layer = np.maximum(both @ held["first"].T + held["first_bias"], 0)
        layer = np.maximum(layer @ held["second"].T + held["second_bias"], 0)
        deep = layer @ held["last"] + held["last_bias"]
        found: Floats = (deep + seen @ held["linear"]).astype(np.float32)
        return found


def _check_shapes(weights: Mapping[str, Floats], candidate: int, question: int) -> None:
    """Raise ``ValueError`` unless the layers fit one another and the features."""
    hidden = len(weights["first_bias"])
    expected = {
        "candidate_mean": (candidate,),
        "candidate_scale": (candidate,),
        "question_mean": (question,),
        "question_scale": (question,),
        "first": (hidden, candidate + question),
        "first_bias": (hidden,),
        "second": (hidden, hidden),
        "second_bias": (hidden,),
        "last": (hidden,),
        "last_bias": (1,),
        "linear": (candidate,),
    }
    found = {name: values.shape for name, values in weights.items()}
    if found != expected:
        raise ValueError(f"arrays have the shapes {found}, not {expected}")
