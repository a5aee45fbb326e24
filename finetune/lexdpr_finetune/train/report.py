"""What a training was: its report, and the model card that tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

REPORT = "training.json"
"""Name of the report in a version folder."""

CARD = "README.md"


@dataclass(frozen=True, slots=True)
class TrainReport:
    """One training.

    Attributes:
        folder: the version that it made.
        kind: ``encoder``, ``reranker`` or ``pretrained``.
        base: the model that it began with, as it was asked for.
        base_fingerprint: what that model was.
        recipe: the recipe, plain values.
        examples, rows: questions, and rows made of them.
        left_out: why examples became no row → how many.
        data: digests of the training data and of the dev data.
        losses: the reports of the loss, ``{"step", "loss" or "eval_loss", …}``.
        steps: in all.
        resumed: the step at which this run began; 0 for one that was not interrupted.
        seconds: of this run's steps.
        trained, parameters: how many parameters were trained, of how many.
        precision: in force.
        versions: of the libraries.
    """

    folder: Path
    kind: str
    base: str
    base_fingerprint: str
    recipe: Mapping[str, Any]
    examples: int
    rows: int
    left_out: Mapping[str, int]
    data: Mapping[str, str]
    losses: Sequence[Mapping[str, float]]
    steps: int
    resumed: int
    seconds: float
    trained: int
    parameters: int
    precision: str
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_loss(self) -> float:
        """The first that was reported; NaN where none was."""
        return _loss(self.losses, first=True)

    @property
    def last_loss(self) -> float:
        """The last that was reported."""
        return _loss(self.losses, first=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain values; ``folder`` is left out, since a version may be moved."""
        held = asdict(self)
        del held["folder"]
        return held

    def training(self) -> dict[str, Any]:
        """What ``lexdpr_config.json`` keeps of it."""
        kept = ("base", "base_fingerprint", "recipe", "examples", "rows", "data", "steps")
        held = self.to_dict()
        return {name: held[name] for name in kept} | {"final_loss": self.last_loss}

    def write(self, folder: Path) -> None:
        """Write :data:`REPORT` and :data:`CARD` into ``folder``."""
        told = json.dumps(self.to_dict(), ensure_ascii=False, indent=1)
        (folder / REPORT).write_text(told + "\n", encoding="utf-8")
        (folder / CARD).write_text(card_of(self), encoding="utf-8")


def library_versions() -> dict[str, str]:
    """Those of the libraries that training rests on."""
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str] = {}
    for name in ("lexdpr-rag", "torch", "transformers", "sentence-transformers", "peft"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


# -- the card ------------------------------------------------------------------------------------

_USE = {
    "encoder": """from lexdpr_rag import LexDPR
from lexdpr_rag.encoder import BiEncoder

encoder = BiEncoder("path/to/this/folder")
engine = LexDPR.build("laws/", "law-index/", encoder="path/to/this/folder")""",
    "reranker": """from lexdpr_rag.reranker import Reranker

reranker = Reranker("path/to/this/folder")
scores = reranker.score("보증금을 돌려받지 못하면?", ["임차인은 …", "임대인은 …"])""",
    "pretrained": """from lexdpr_finetune.train import EncoderRecipe, read_examples, train_bi_encoder

recipe = EncoderRecipe("path/to/this/folder")
train_bi_encoder(list(read_examples("mined.jsonl")), "my-encoder/", recipe)""",
}
_HEAD = {
    "encoder": (
        "sentence-transformers",
        "sentence-similarity",
        "조문과 질문을 벡터로 바꾸는 모델 · A bi-encoder of Korean statutes",
    ),
    "reranker": (
        "sentence-transformers",
        "text-ranking",
        "질문과 조문을 함께 읽고 순위를 매기는 모델 · A reranker of Korean statutes",
    ),
    "pretrained": (
        "transformers",
        "fill-mask",
        "법령으로 사전 훈련한 인코더 · An encoder pretrained on Korean statutes",
    ),
}


def card_of(report: TrainReport) -> str:
    """The model card: Markdown with the metadata that the hub reads."""
    library, pipeline, title = _HEAD[report.kind]
    head = ["---", "language: ko", f"library_name: {library}", f"pipeline_tag: {pipeline}"]
    head += ["tags: [lexdpr, korean, law, retrieval]", "---", "", f"# {title}", ""]
    facts = [
        ("바탕 모델 · base model", f"`{_base(report.base)}`"),
        ("방법 · method", f"{_told(report.recipe, 'adapter', 'method')}"),
        ("손실 · loss", _told(report.recipe, "loss", "name")),
        ("질문과 행 · questions and rows", f"{report.examples:,}, {report.rows:,}"),
        ("걸음 · steps", f"{report.steps:,}"),
        (
            "손실, 처음과 끝 · loss, first and last",
            f"{report.first_loss:.4f} → {report.last_loss:.4f}",
        ),
        ("훈련한 매개변수 · parameters trained", f"{report.trained:,} / {report.parameters:,}"),
        ("정밀도 · precision", report.precision),
        ("판본 · versions", ", ".join(f"{n} {v}" for n, v in report.versions.items())),
    ]
    table = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts)]
    use = ["", "## 쓰는 법 · Use", "", "```python", _USE[report.kind], "```", ""]
    note = (
        "템플릿, 정규화, 길이는 `lexdpr_config.json`에, 훈련의 전부는 `training.json`에 있습니다. "
        "Template, normalisation and lengths are in `lexdpr_config.json`, all of the training is in "
        "`training.json`."
    )
    shown = {**report.recipe, "base": _base(report.base)}
    recipe = json.dumps(shown, ensure_ascii=False, indent=1)
    tail = [note, "", "## 레시피 · Recipe", "", "```json", recipe, "```", ""]
    return "\n".join([*head, *table, *use, *tail])


def _base(name: str) -> str:
    """A folder's own name: where it lies on the machine that trained is nobody's matter."""
    path = Path(name)
    return path.name if path.is_absolute() or name.startswith(".") else name


def _told(recipe: Mapping[str, Any], part: str, name: str) -> str:
    return str((recipe.get(part) or {}).get(name, "-"))


def _loss(losses: Sequence[Mapping[str, float]], *, first: bool) -> float:
    told = [entry["loss"] for entry in losses if "loss" in entry]
    return float(told[0 if first else -1]) if told else float("nan")
