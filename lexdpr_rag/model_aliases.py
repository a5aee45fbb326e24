"""The models known by a short name, and what each wants.

Only facts that the model's own card or configuration states; an empty field means "not certain",
never "none".  Lengths are in tokens, special tokens included.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any, Literal

from lexdpr_rag.models import ENCODER
from lexdpr_rag.templates import TEMPLATES, Template

ModelKind = Literal["encoder", "reranker"]
Pooling = Literal["cls", "mean"]


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model.

    Attributes:
        alias: its short name; an encoder and a reranker may share one.
        hub: its name on the Hugging Face hub.
        kind: ``encoder`` or ``reranker``.
        architecture: as transformers calls it (``model_type``).
        max_length: the longest input that the model takes; 0 for any.
        dimension: length of its vectors; hidden size of a reranker.
        template: name in :data:`~lexdpr_rag.templates.TEMPLATES`.
        pooling: how token vectors become one; needed where the hub folder is not one of
            sentence-transformers.
        normalize: whether its vectors are to be of length 1.
        licence: SPDX identifier, empty where not certain.
        pretrained_only: a base model, to be fine-tuned before it retrieves anything.
        bundled: whether it comes with the package; ``hub`` then repeats the alias.
    """

    alias: str
    hub: str
    kind: ModelKind
    architecture: str
    max_length: int
    dimension: int
    template: str = "none"
    pooling: Pooling | None = None
    normalize: bool = True
    licence: str = ""
    pretrained_only: bool = False
    bundled: bool = False

    @property
    def text_template(self) -> Template:
        """The template itself."""
        return TEMPLATES[self.template]

    def to_dict(self) -> dict[str, Any]:
        """All fields; what is not certain, or not said of a reranker, is ``None``."""
        values = asdict(self)
        values["licence"] = self.licence or None
        if self.kind == "reranker":
            values["template"] = values["normalize"] = None
        return values


def _encoder(
    alias: str, hub: str, architecture: str, max_length: int, dimension: int, **facts: Any
) -> ModelEntry:
    return ModelEntry(alias, hub, "encoder", architecture, max_length, dimension, **facts)


def _reranker(
    alias: str, hub: str, architecture: str, max_length: int, dimension: int, **facts: Any
) -> ModelEntry:
    return ModelEntry(alias, hub, "reranker", architecture, max_length, dimension, **facts)


_E5: dict[str, Any] = {"template": "e5", "pooling": "mean", "licence": "MIT"}
_INSTRUCT: dict[str, Any] = {**_E5, "template": "instruction"}
_BGE_M3: dict[str, Any] = {"template": "bge-m3", "pooling": "cls", "licence": "MIT"}
_KURE: dict[str, Any] = {"pooling": "cls", "licence": "MIT"}
_APACHE: dict[str, Any] = {"licence": "Apache-2.0"}
_ARCTIC: dict[str, Any] = {"template": "arctic", "pooling": "cls", **_APACHE}
_TO_TUNE: dict[str, Any] = {"pretrained_only": True}
_BASE: dict[str, Any] = {"pooling": "mean", **_TO_TUNE}
# Its sentence-transformers folder has no Normalize module and cuts at 128 tokens.
_SROBERTA: dict[str, Any] = {"pooling": "mean", "normalize": False}
_ARCTIC_KO = "dragonkue/snowflake-arctic-embed-l-v2.0-ko"
_RERANKER_KO = "dragonkue/bge-reranker-v2-m3-ko"
_E5_INSTRUCT = "intfloat/multilingual-e5-large-instruct"

MODELS: tuple[ModelEntry, ...] = (
    _encoder(ENCODER, ENCODER, "static", 0, 256, bundled=True, licence="Apache-2.0"),
    # SimCSE: the vector of [CLS]; the hub folders are plain transformers ones, which
    # sentence-transformers alone would pool by the mean.
    _encoder("kosimcse", "BM-K/KoSimCSE-roberta-multitask", "roberta", 512, 768, pooling="cls"),
    _encoder("kosimcse-bert", "BM-K/KoSimCSE-bert-multitask", "bert", 512, 768, pooling="cls"),
    _encoder("ko-sroberta", "jhgan/ko-sroberta-multitask", "roberta", 128, 768, **_SROBERTA),
    _encoder("klue-roberta", "klue/roberta-base", "roberta", 512, 768, **_BASE),
    _encoder("klue-roberta-small", "klue/roberta-small", "roberta", 512, 768, **_BASE),
    _encoder("klue-roberta-base", "klue/roberta-base", "roberta", 512, 768, **_BASE),
    _encoder("klue-roberta-large", "klue/roberta-large", "roberta", 512, 1024, **_BASE),
    _encoder("koe5", "nlpai-lab/KoE5", "xlm-roberta", 512, 1024, **_E5),
    _encoder("e5-small", "intfloat/multilingual-e5-small", "bert", 512, 384, **_E5),
    _encoder("e5-base", "intfloat/multilingual-e5-base", "xlm-roberta", 512, 768, **_E5),
    _encoder("e5-large", "intfloat/multilingual-e5-large", "xlm-roberta", 512, 1024, **_E5),
    _encoder("e5-large-instruct", _E5_INSTRUCT, "xlm-roberta", 512, 1024, **_INSTRUCT),
    _encoder("bge-m3", "BAAI/bge-m3", "xlm-roberta", 8192, 1024, **_BGE_M3),
    _encoder("bge-m3-ko", "dragonkue/BGE-m3-ko", "xlm-roberta", 8192, 1024, pooling="cls"),
    _encoder("kure-v1", "nlpai-lab/KURE-v1", "xlm-roberta", 8192, 1024, **_KURE),
    _encoder("snowflake-arctic-ko", _ARCTIC_KO, "xlm-roberta", 8192, 1024, **_ARCTIC),
    _reranker(
        "bge-reranker-v2-m3", "BAAI/bge-reranker-v2-m3", "xlm-roberta", 8192, 1024, **_APACHE
    ),
    _reranker("bge-reranker-v2-m3-ko", _RERANKER_KO, "xlm-roberta", 8192, 1024),
    _reranker("klue-roberta-large", "klue/roberta-large", "roberta", 512, 1024, **_TO_TUNE),
    _reranker("kr-electra", "snunlp/KR-ELECTRA-discriminator", "electra", 512, 768, **_TO_TUNE),
)


def find_model(name: str, kind: ModelKind = "encoder") -> ModelEntry | None:
    """The entry of an alias or of a hub name, whatever its case; ``None`` for all other models."""
    wanted = name.strip().lower()
    for entry in MODELS:
        if entry.kind == kind and wanted in (entry.alias, entry.hub.lower()):
            return entry
    return None


def similar_aliases(name: str, kind: ModelKind = "encoder") -> list[str]:
    """Aliases that a mistyped ``name`` may have meant; best first, at most three."""
    aliases = [entry.alias for entry in MODELS if entry.kind == kind]
    return get_close_matches(name.strip().lower(), aliases, n=3, cutoff=0.5)
