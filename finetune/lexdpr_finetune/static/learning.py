"""One step of learning: sums of token vectors, and the gradient that the batch's questions give.

Sparse products are scipy's, everything dense is torch's: on a CPU this takes half the time of
torch's own embedding bags.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.static.batches import Batch

if TYPE_CHECKING:
    import torch

_BETAS = (0.9, 0.98)


@dataclass
class Learner:
    """Token vectors with the state of their optimiser.

    ``weights`` are float32 ``(vocabulary, d)``.
    """

    weights: torch.Tensor
    optimizer: torch.optim.Optimizer

    @classmethod
    def start(cls, importance: NDArray[np.float32], dimension: int, seed: int) -> Learner:
        """Random vectors, as long as their tokens are important, so that even an untrained encoder
        compares texts by the rare tokens that they share."""
        import torch

        generator = torch.Generator().manual_seed(seed)
        weights = torch.randn(len(importance), dimension, generator=generator)
        scale = torch.from_numpy(importance / max(float(importance.mean()), 1e-9))
        weights *= scale[:, None]
        return cls._of(weights)

    @classmethod
    def _of(cls, weights: torch.Tensor) -> Learner:
        import torch

        optimizer = torch.optim.Adam([weights], lr=1.0, betas=_BETAS, fused=True)
        return cls(weights, optimizer)

    def step(self, batch: Batch, learning_rate: float, temperature: float) -> float:
        """Learn from one batch; says its loss.  Cosines are divided by ``temperature``."""
        import torch

        weights = self.weights.numpy()
        questions = torch.from_numpy(batch.questions @ weights).requires_grad_()
        passages = torch.from_numpy(batch.passages @ weights).requires_grad_()
        loss = _loss(questions, passages, batch.clashes, temperature)
        loss.backward()
        gradient = _back(batch.questions, questions.grad) + _back(batch.passages, passages.grad)
        self.weights.grad = torch.from_numpy(np.ascontiguousarray(gradient, np.float32))
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        self.optimizer.step()
        return float(loss.item())

    # -- checkpoints -----------------------------------------------------------------------------

    def save(self, path: Path, **known: Any) -> None:
        """Write all that going on needs, and ``known``; the file is whole or the old one."""
        import torch

        scratch = path.with_suffix(".part")
        state = {"weights": self.weights, "optimizer": self.optimizer.state_dict(), **known}
        torch.save(state, scratch)
        scratch.replace(path)

    @classmethod
    def load(cls, path: Path) -> tuple[Learner, dict[str, Any]]:
        """Inverse of :meth:`save`: the learner, and what was known."""
        import torch

        state = torch.load(path, weights_only=True)
        learner = cls._of(state.pop("weights"))
        learner.optimizer.load_state_dict(state.pop("optimizer"))
        return learner, state


def _loss(
    questions: torch.Tensor, passages: torch.Tensor, clashes: NDArray[np.int64], temperature: float
) -> torch.Tensor:
    """Cross entropy of finding one's own passage among all those of the batch."""
    import torch
    from torch.nn.functional import cross_entropy, normalize

    scores = normalize(questions, dim=1) @ normalize(passages, dim=1).T / temperature
    if len(clashes):
        at = torch.from_numpy(clashes)
        scores = scores.index_put((at[:, 0], at[:, 1]), torch.tensor(-1e4))
    return cross_entropy(scores, torch.arange(len(scores)))


def _back(bags: Any, gradient: torch.Tensor | None) -> NDArray[np.float32]:
    """The gradient of the token vectors from that of their sums."""
    assert gradient is not None
    found: NDArray[np.float32] = bags.T.tocsr() @ gradient.numpy()
    return found
