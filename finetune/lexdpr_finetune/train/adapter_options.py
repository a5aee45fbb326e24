"""Which part of a model is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from lexdpr_finetune.train.error import require, require_one_of

Method = Literal["full", "lora", "adalora", "ia3"]
METHODS: tuple[str, ...] = get_args(Method)

RATES: dict[str, float] = {"full": 2e-5, "lora": 2e-4, "adalora": 1e-3, "ia3": 3e-3}
"""The learning rate of each unless another is given; ``RunOptions`` says where it comes from."""


@dataclass(frozen=True, slots=True)
class AdapterOptions:
    """The whole model, or a small addition to it.

    Attributes:
        method: ``full``, ``lora`` (arXiv:2106.09685), ``adalora`` (arXiv:2303.10512), ``ia3``
            (arXiv:2205.05638).
        r: rank of LoRA; of AdaLoRA the mean rank at the end, which starts at one and a half times
            this.
        alpha: LoRA's weight is ``alpha / r``.
        dropout: of LoRA and AdaLoRA.
        targets: names of the layers it is put on; unless given, all linear ones but the head.
        trained: names of modules trained as a whole beside it; a reranker's head always is.
        keep_adapter: write the adapter too, as a folder ``adapter`` that names its base model, and
            not only the model with the adapter merged in.
    """

    method: Method = "full"
    r: int = 16
    alpha: int = 32
    dropout: float = 0.05
    targets: tuple[str, ...] = ()
    trained: tuple[str, ...] = ()
    keep_adapter: bool = True

    def check(self) -> None:
        """Tell what is wrong before anything is loaded.

        Raises:
            TrainError: a value is out of its range.
        """
        require_one_of("adapter.method", self.method, METHODS)
        require(self.r >= 1, "adapter.r", self.r, "1…")
        require(self.alpha >= 1, "adapter.alpha", self.alpha, "1…")
        require(0 <= self.dropout < 1, "adapter.dropout", self.dropout, "0 ≤ … < 1")
