"""The card of a model: what it is, how it was made, what it is worth, how to load it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from lexdpr_finetune.evaluate import table
from lexdpr_finetune.report.assessment import Assessment
from lexdpr_rag.messages import render
from lexdpr_rag.model_aliases import ModelKind

CARD = "README.md"


def write_card(
    folder: Path,
    *,
    name: str,
    description: str,
    sort: ModelKind,
    base: str | None,
    training: Mapping[str, Any],
    pairs: Mapping[str, Any],
    found: Assessment,
    accepted: bool,
) -> Path:
    """Write ``README.md`` into the folder of a model; its path.

    Args:
        folder: the model.
        name: of the model.
        description: a line on it; may be empty.
        sort: what it is.
        base: what it was tuned from; ``None`` for a model from scratch.
        training: the settings.
        pairs: counts of what it was trained and measured on.
        found: what was measured.
        accepted: what the gate said.
    """
    head = yaml.safe_dump(_front(base, sort), allow_unicode=True, sort_keys=False)
    parts = [
        f"---\n{head}---\n",
        f"# {name}\n",
        *([f"{description}\n"] if description else []),
        render(f"card.{sort}", base=base_name(base) or "–") + "\n",
        f"```python\n{_LOADED[sort]}\n```\n",
        f"## {render('card.worth')}\n",
        render("card.measured", questions=found.questions, articles=found.articles) + "\n",
        table(found.figures, found.measures) + "\n",
        render("card.base", base=found.base) + "\n",
        *([] if accepted else [render("card.not_accepted") + "\n"]),
        f"## {render('card.made')}\n",
        render("card.pairs", train=pairs["train"], dev=pairs["dev"]) + "\n",
        *_kinds(pairs.get("train_kinds") or {}),
        f"```json\n{json.dumps(_shown(training), ensure_ascii=False, indent=2)}\n```\n",
    ]
    path = folder / CARD
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def base_name(base: str | None) -> str:
    """How a card calls a base: a folder by its last part, that no path of a machine is told."""
    return "" if base is None else Path(base).name if Path(base).is_dir() else base


_LOADED: dict[ModelKind, str] = {
    "encoder": (
        "from lexdpr_rag.encoder import BiEncoder\n\n"
        'encoder = BiEncoder("model/")\n'
        'vectors = encoder.encode_queries(["보증금은 언제 돌려받나요?"])'
    ),
    "reranker": (
        "from lexdpr_rag.reranker import Reranker\n\n"
        'reranker = Reranker("model/")\n'
        'scores = reranker.score("보증금은 언제 돌려받나요?", ["…", "…"])'
    ),
}


def _front(base: str | None, sort: ModelKind) -> dict[str, Any]:
    """What hubs read of a card."""
    task = "sentence-similarity" if sort == "encoder" else "text-ranking"
    held: dict[str, Any] = {
        "language": ["ko"],
        "library_name": "sentence-transformers",
        "pipeline_tag": task,
        "tags": ["lexdpr-rag", "legal", "statutes", sort],
    }
    return held | ({"base_model": base_name(base)} if base else {})


def _kinds(kinds: Mapping[str, int]) -> Sequence[str]:
    return [", ".join(f"{kind} {count:,}" for kind, count in kinds.items()) + "\n"] if kinds else []


def _shown(training: Mapping[str, Any]) -> dict[str, Any]:
    return dict(training) | {"base": base_name(training.get("base")) or None}
