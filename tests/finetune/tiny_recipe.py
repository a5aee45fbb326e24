"""A recipe that runs in seconds on the sample statutes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lexdpr_finetune.recipe import Recipe, put, recipe_of

TINY: dict[str, Any] = {
    "name": "tiny",
    "corpus": {"source": "samples:statutes", "jobs": 1},
    "pairs": {"titles": True, "definitions": True},
    "synthesize": {"writer": "grammar"},
    "split": {"dev": "samples:questions.jsonl"},
    "mine": {"count": 2, "depth": 20, "last": 20},
    "train": {
        "kind": "static",
        "dimension": 16,
        "steps": 12,
        "batch_size": 32,
        "hard_negatives": 0,
        "mine_at": [],
        "rarest": [1, 1],
        "checkpoint_every": 4,
        "mix": {"title": 0.4, "synthetic": 0.4, "definition": 0.2},
    },
    "evaluate": {"measures": ["nDCG@10", "R@10"], "samples": 50, "worst": 5},
    "gate": {"system": "hybrid", "base": "lexical", "margin": -1.0},
}


def tiny_recipe(out: Path, **changes: Any) -> Recipe:
    """The recipe, with dotted names (``train__steps=20``) changed."""
    held = {n: dict(value) if isinstance(value, dict) else value for n, value in TINY.items()}
    for name, value in changes.items():
        put(held, name.replace("__", "."), value)
    return recipe_of(held, out.parent, out)
