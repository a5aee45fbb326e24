"""How to train a reranker."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from lexdpr_finetune.train.adapter_options import AdapterOptions
from lexdpr_finetune.train.encoder_recipe import ENGINES, Engine
from lexdpr_finetune.train.error import TrainError, require, require_one_of
from lexdpr_finetune.train.loss_options import SCALES, ScoreScale
from lexdpr_finetune.train.run_options import RunOptions

RankLossName = Literal["bce", "ranknet", "margin_mse", "lambda", "listnet", "listmle", "plistmle"]
Labels = Literal["hard", "teacher"]

RANK_LOSSES: tuple[str, ...] = get_args(RankLossName)
LABELS: tuple[str, ...] = get_args(Labels)

LISTWISE = ("ranknet", "lambda", "listnet", "listmle", "plistmle")
"""These read a question with all of its passages at once; ``ranknet`` compares them in pairs."""


@dataclass(frozen=True, slots=True)
class RankLoss:
    """The loss of a reranker.

    Attributes:
        name: one passage at a time: ``bce``; in pairs: ``ranknet`` and ``margin_mse`` (a teacher's
            differences, arXiv:2010.02666); a whole list: ``lambda`` (NDCG-Loss2++, which
            sentence-transformers finds best of them), ``listnet``, ``listmle``, ``plistmle``.
        negatives: of a question, the first of its example; bge-reranker is trained with 7 and more.
        labels: ``hard`` is 1 and 0, ``teacher`` the scores of the data as logits (``bce``:
            probabilities); ``margin_mse`` always takes the teacher's.
        scores: what the teacher's scores are.
        positive_weight: of ``bce``, how much a positive counts; unless given, as much as the
            negatives of a question together.
    """

    name: RankLossName = "bce"
    negatives: int = 7
    labels: Labels = "hard"
    scores: ScoreScale = "probability"
    positive_weight: float | None = None

    @property
    def distils(self) -> bool:
        """Whether it learns a teacher's scores."""
        return self.labels == "teacher" or self.name == "margin_mse"

    def check(self) -> None:
        """Tell what is wrong before anything is loaded.

        Raises:
            TrainError: a value is out of its range, or contradicts another.
        """
        require_one_of("loss.name", self.name, RANK_LOSSES)
        require_one_of("loss.labels", self.labels, LABELS)
        require_one_of("loss.scores", self.scores, SCALES)
        require(self.negatives >= 1, "loss.negatives", self.negatives, "1…")
        weight = self.positive_weight
        require(weight is None or weight > 0, "loss.positive_weight", weight, "> 0")
        unused = self.name != "bce" and weight is not None
        require(not unused, "loss.positive_weight", weight, f"None (loss.name={self.name})")


@dataclass(frozen=True, slots=True)
class RerankerRecipe:
    """A reranker.

    Attributes:
        base: alias, hub name or folder of the model to begin with; an encoder gets a new head.
        loss: what it is asked to learn.
        adapter: what of it is trained; the head always is.
        run: how long, how fast and on what; a batch of ``bce`` and ``margin_mse`` counts pairs,
            that of the others questions.
        max_length: tokens of question and passage together, in training and afterwards.
        load_in_4bit: hold the frozen weights in 4 bits (QLoRA, arXiv:2305.14314): CUDA and
            bitsandbytes, with LoRA.
        engine: whose trainer is used.
        trust_remote_code: allow code that comes with a model of the hub.
        cache_folder: where models of the hub are kept.
    """

    base: str
    loss: RankLoss = field(default_factory=RankLoss)
    adapter: AdapterOptions = field(default_factory=AdapterOptions)
    run: RunOptions = field(default_factory=lambda: RunOptions(batch_size=16))
    max_length: int | None = 512
    load_in_4bit: bool = False
    engine: Engine = "sentence-transformers"
    trust_remote_code: bool = False
    cache_folder: str | None = None

    def check(self) -> None:
        """Tell what is wrong before anything is loaded.

        Raises:
            TrainError: a value is not allowed, or contradicts another.
        """
        self.loss.check()
        self.adapter.check()
        self.run.check()
        require_one_of("engine", self.engine, ENGINES)
        if self.load_in_4bit and self.adapter.method != "lora":
            raise TrainError("train.4bit", method=self.adapter.method)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
