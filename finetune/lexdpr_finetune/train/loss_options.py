"""What a bi-encoder is asked to learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from lexdpr_finetune.train.error import TrainError, require, require_one_of

LossName = Literal["mnrl", "cached_mnrl", "gist", "cached_gist", "margin_mse", "kl"]
ScoreScale = Literal["probability", "logit"]

LOSSES: tuple[str, ...] = get_args(LossName)
SCALES: tuple[str, ...] = get_args(ScoreScale)


@dataclass(frozen=True, slots=True)
class LossOptions:
    """The loss.

    Attributes:
        name: ``mnrl`` (find one's own passage among those of the batch, arXiv:1705.00652),
            ``cached_mnrl`` (the same by GradCache, arXiv:2101.06983: large batches in little
            memory), ``gist`` and ``cached_gist`` (a guide model takes likely answers out of the
            negatives, arXiv:2402.16829), ``margin_mse`` (arXiv:2010.02666) and ``kl``
            (arXiv:2010.11386), which learn the scores of a reranker.
        temperature: what similarities are divided by; .05 is the scale of 20 that
            sentence-transformers and E5 fine-tune with, .02 that of bge-m3.
        negatives: explicit negatives of a row; distillation needs one at least.
        matryoshka: dimensions whose vectors are trained to stand alone, the full one among them
            (arXiv:2205.13147); none for the full one alone.
        guide: alias, name or folder of the encoder that guides ``gist``.
        guide_margin: passages that the guide finds no less similar than the positive less this are
            taken out.
        scores: what the teacher's scores are: this project's rerankers give probabilities.
        teacher_temperature: of ``kl``, what the teacher's logits are divided by.
        mini_batch: of the cached losses, rows that are encoded at once; only memory and speed
            depend on it.
        gather: with several GPUs, take the passages of all of them as negatives.
    """

    name: LossName = "mnrl"
    temperature: float = 0.05
    negatives: int = 0
    matryoshka: tuple[int, ...] = ()
    guide: str = ""
    guide_margin: float = 0.0
    scores: ScoreScale = "probability"
    teacher_temperature: float = 1.0
    mini_batch: int = 16
    gather: bool = False

    @property
    def distils(self) -> bool:
        """Whether it learns a teacher's scores."""
        return self.name in ("margin_mse", "kl")

    @property
    def guided(self) -> bool:
        """Whether it needs a guide."""
        return self.name in ("gist", "cached_gist")

    @property
    def cached(self) -> bool:
        """Whether a batch is encoded in parts."""
        return self.name in ("cached_mnrl", "cached_gist")

    def check(self) -> None:
        """Tell what is wrong before anything is loaded.

        Raises:
            TrainError: a value is out of its range, or contradicts another.
        """
        require_one_of("loss.name", self.name, LOSSES)
        require_one_of("loss.scores", self.scores, SCALES)
        require(0 < self.temperature <= 1, "loss.temperature", self.temperature, "0 < … ≤ 1")
        above = self.teacher_temperature
        require(above > 0, "loss.teacher_temperature", above, "> 0")
        least = 1 if self.distils else 0
        require(self.negatives >= least, "loss.negatives", self.negatives, f"{least}…")
        require(self.mini_batch >= 1, "loss.mini_batch", self.mini_batch, "1…")
        require(all(d >= 1 for d in self.matryoshka), "loss.matryoshka", self.matryoshka, "1…")
        if self.guided != bool(self.guide):
            needed = "gist, cached_gist"
            raise TrainError("train.guide", loss=self.name, guide=self.guide, guided=needed)
        cannot_gather = self.gather and self.name in ("margin_mse", "kl", "cached_gist")
        require(not cannot_gather, "loss.gather", self.gather, f"False (loss.name={self.name})")

    def check_dimension(self, dimension: int) -> None:
        """Tell whether the model has the dimensions that are to stand alone.

        Raises:
            TrainError: it has fewer, or the full one is not among them.
        """
        if not self.matryoshka:
            return
        fits = max(self.matryoshka) == dimension
        require(fits, "loss.matryoshka", self.matryoshka, f"1…{dimension}, {dimension}")
