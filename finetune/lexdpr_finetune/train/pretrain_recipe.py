"""How to pretrain an encoder on texts alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from lexdpr_finetune.train.error import require
from lexdpr_finetune.train.run_options import RunOptions


@dataclass(frozen=True, slots=True)
class SmallModel:
    """A BERT to be made from nothing, with a tokenizer trained on the texts.

    The defaults are MiniLM's shape (6 layers, 384 wide), which answers a query on a CPU in
    milliseconds, and as many pieces as half of KLUE's vocabulary.

    Attributes:
        vocabulary: pieces of the tokenizer at most.
        hidden, layers, heads, intermediate: of the transformer.
        positions: the longest text in tokens.
        tokenizer: folder of a tokenizer to take instead of training one.  Training one again gives
            nearly the same pieces, not quite: ties are broken at random.
    """

    vocabulary: int = 16_000
    hidden: int = 384
    layers: int = 6
    heads: int = 6
    intermediate: int = 1536
    positions: int = 512
    tokenizer: str = ""

    def check(self) -> None:
        """Tell what is wrong before the texts are read.

        Raises:
            TrainError: a value is out of its range, or contradicts another.
        """
        for name in ("vocabulary", "hidden", "layers", "heads", "intermediate", "positions"):
            require(getattr(self, name) >= 1, f"small.{name}", getattr(self, name), "1…")
        fits = self.hidden % self.heads == 0
        require(fits, "small.heads", self.heads, f"a divisor of hidden={self.hidden}")


@dataclass(frozen=True, slots=True)
class PretrainRecipe:
    """Masked-language training (arXiv:1810.04805): hide some tokens and ask for them.

    Attributes:
        base: alias, hub name or folder of the encoder to go on from; empty for ``small``.
        small: the model to make where there is no base.
        masked: share of the tokens that are asked for; of them 80% are hidden, 10% are other
            tokens and 10% stay, as BERT does it.
        max_seq_length: tokens of a piece of text; a longer text becomes several.
        run: how long, how fast and on what.
        trust_remote_code: allow code that comes with a model of the hub.
        cache_folder: where models of the hub are kept.
    """

    base: str = ""
    small: SmallModel = field(default_factory=SmallModel)
    masked: float = 0.15
    max_seq_length: int = 256
    run: RunOptions = field(default_factory=lambda: RunOptions(learning_rate=1e-4, warm_up=0.05))
    trust_remote_code: bool = False
    cache_folder: str | None = None

    def check(self) -> None:
        """Tell what is wrong before the texts are read.

        Raises:
            TrainError: a value is not allowed, or contradicts another.
        """
        self.small.check()
        self.run.check()
        require(0 < self.masked < 1, "masked", self.masked, "0 < … < 1")
        longest = f"8…{self.small.positions}" if not self.base else "8…"
        fits = self.max_seq_length <= self.small.positions or bool(self.base)
        length = self.max_seq_length
        require(length >= 8 and fits, "max_seq_length", length, longest)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
