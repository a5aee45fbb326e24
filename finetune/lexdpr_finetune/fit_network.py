"""Fit a small network that scores candidates (:mod:`lexdpr_rag.index.network`), by torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.index.network import Network

if TYPE_CHECKING:
    import torch

Floats = NDArray[np.float32]

_EVERY_CANDIDATE = 0.3
"""Share of the loss that asks for probabilities, beside the one that asks for the order."""


class FitError(LexDPRError):
    """No question can be learned from."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How to fit.

    Attributes:
        hidden: width of the two hidden layers.
        epochs: how often every question is seen.
        batch_size: questions a step.
        learning_rate: of AdamW at its highest; it falls to 0 in a line.
        weight_decay: of AdamW.
        dropout: of the first hidden layer.
        without_decisions: share of the questions for which decisions are hidden, so that the fusion
            holds for laws on which no court has decided.
        seed: of all that is drawn.
    """

    hidden: int = 32
    epochs: int = 12
    batch_size: int = 64
    learning_rate: float = 0.01
    weight_decay: float = 1e-3
    dropout: float = 0.1
    without_decisions: float = 0.1
    seed: int = 20261121


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates: float32 ``(m, f)`` and ``(q,)`` features, bool ``(m,)`` relevance."""

    candidates: Floats
    question: Floats
    relevant: NDArray[np.bool_]


def fit_network(
    examples: Sequence[Example],
    options: FitOptions | None = None,
    about: Mapping[str, Any] | None = None,
) -> Network:
    """Fit the network to ``examples``.

    The loss is the cross-entropy of the candidates' softmax with the relevant ones, plus
    :data:`_EVERY_CANDIDATE` times that of each candidate's own probability.

    Raises:
        FitError: there are no examples.
        MissingExtraError: torch is not installed.
    """
    import torch

    options = options or FitOptions()
    if not examples:
        raise FitError("finetune.nothing_to_fit")
    torch.manual_seed(options.seed)
    scales = _scales(examples)
    network = _network(len(scales["candidate_mean"]), len(scales["question_mean"]), options)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay
    )
    batches = list(_batches(examples, scales, options))
    for step, batch in enumerate(batches):
        for group in optimiser.param_groups:
            group["lr"] = options.learning_rate * (1 - step / len(batches))
        loss = _loss(network, *(torch.from_numpy(part) for part in batch))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    network.eval()
    told = {**asdict(options), "questions": len(examples), **(about or {})}
    return Network({**scales, **_weights(network)}, told)


def _scales(examples: Sequence[Example]) -> dict[str, Floats]:
    """Means and deviations of the features."""
    scales = {}
    for name, rows in (
        ("candidate", np.concatenate([one.candidates for one in examples])),
        ("question", np.stack([one.question for one in examples])),
    ):
        scales[f"{name}_mean"] = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
        scales[f"{name}_scale"] = (rows.std(axis=0, dtype=np.float64) + 1e-6).astype(np.float32)
    return scales


def _batches(
    examples: Sequence[Example], scales: Mapping[str, Floats], options: FitOptions
) -> Iterator[tuple[NDArray[Any], ...]]:
    """Padded batches of all epochs: candidates, questions, relevance, and which are candidates."""
    random = np.random.default_rng(options.seed)
    order = np.arange(len(examples))
    for _ in range(options.epochs):
        random.shuffle(order)
        for start in range(0, len(order), options.batch_size):
            part = [examples[at] for at in order[start : start + options.batch_size]]
            longest = max(len(one.relevant) for one in part)
            wide = np.zeros((len(part), longest, part[0].candidates.shape[1]), np.float32)
            relevant = np.zeros((len(part), longest), np.float32)
            known = np.zeros((len(part), longest), bool)
            for row, one in enumerate(part):
                own = (one.candidates - scales["candidate_mean"]) / scales["candidate_scale"]
                wide[row, : len(own)], known[row, : len(own)] = own, True
                relevant[row, : len(own)] = one.relevant
            asked = np.stack([one.question for one in part])
            asked = (asked - scales["question_mean"]) / scales["question_scale"]
            yield wide, asked.astype(np.float32), relevant, known


def _network(candidates: int, question: int, options: FitOptions) -> torch.nn.Module:
    import torch

    width = options.hidden
    deep = torch.nn.Sequential(
        torch.nn.Linear(candidates + question, width),
        torch.nn.ReLU(),
        torch.nn.Dropout(options.dropout),
        torch.nn.Linear(width, width),
        torch.nn.ReLU(),
        torch.nn.Linear(width, 1),
    )
    return torch.nn.ModuleDict({"deep": deep, "linear": torch.nn.Linear(candidates, 1, bias=False)})


def _loss(
    network: Any,
    candidates: torch.Tensor,
    questions: torch.Tensor,
    relevant: torch.Tensor,
    known: torch.Tensor,
) -> Any:
    import torch

    asked = questions[:, None, :].expand(-1, candidates.shape[1], -1)
    deep = network["deep"](torch.cat([candidates, asked], dim=-1))
    logits = (deep + network["linear"](candidates)).squeeze(-1)
    chances = torch.log_softmax(logits.masked_fill(~known, -1e9), dim=-1)
    order = -((relevant * chances).sum(dim=-1) / relevant.sum(dim=-1)).mean()
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        logits[known], relevant[known], reduction="sum"
    )
    return order + _EVERY_CANDIDATE * each / len(relevant)


def _weights(network: Any) -> dict[str, Floats]:
    deep = network["deep"]
    held = {
        "first": deep[0].weight,
        "first_bias": deep[0].bias,
        "second": deep[3].weight,
        "second_bias": deep[3].bias,
        "last": deep[5].weight[0],
        "last_bias": deep[5].bias,
        "linear": network["linear"].weight[0],
    }
    return {
        name: np.ascontiguousarray(values.detach().numpy().astype(np.float32))
        for name, values in held.items()
    }
