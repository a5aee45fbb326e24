"""Hard negatives: articles that look like answers and are none."""

from lexdpr_finetune.mine.guards import Guard
from lexdpr_finetune.mine.journal import read_mined
from lexdpr_finetune.mine.miner import mine_negatives
from lexdpr_finetune.mine.options import MineError, MineOptions
from lexdpr_finetune.mine.source import MineSource

__all__ = ["Guard", "MineError", "MineOptions", "MineSource", "mine_negatives", "read_mined"]
