"""Questions with the articles that answer them, from every source there is."""

from lexdpr_finetune.pairs.pair import Harvest, Pair, PairError, PairKind, read_pairs, write_pairs

__all__ = ["Harvest", "Pair", "PairError", "PairKind", "read_pairs", "write_pairs"]
