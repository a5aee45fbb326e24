"""How fast, how large, how heavy: the engine beside its peers in the same run."""
