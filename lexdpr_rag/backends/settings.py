"""What a model says of its template, normalisation and lengths, and what is made of it.

First counts what the caller says, then ``lexdpr_config.json``, then the files of
sentence-transformers (prompts, the ``Normalize`` module, lengths), then the alias table.  Where the
caller contradicts the model, a :class:`~lexdpr_rag.backends.ModelWarning` names both values: a model that was trained
with ``query: `` and is asked without it gets worse and says nothing.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lexdpr_rag.backends import ModelWarning
from lexdpr_rag.backends.folder import ADAPTER_CONFIG, CONFIG, MODULES, Located, module_types
from lexdpr_rag.messages import render
from lexdpr_rag.templates import CUSTOM, ModelError, Template, template_of

FORMAT_VERSION = 1

_UNLIMITED = 1_000_000
"""Tokenizers without a limit say 10**30."""

_LENGTHS = ("max_seq_length", "query_max_seq_length", "passage_max_seq_length")


@dataclass(frozen=True, slots=True)
class Said:
    """Settings that may be left unsaid: by the caller, or by a model."""

    template: Template | None = None
    normalize: bool | None = None
    max_seq_length: int | None = None
    query_max_seq_length: int | None = None
    passage_max_seq_length: int | None = None
    truncate_dim: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings in force; a length or dimension of ``None`` is no limit."""

    template: Template
    normalize: bool
    max_seq_length: int | None
    query_max_seq_length: int | None
    passage_max_seq_length: int | None
    truncate_dim: int | None

    def to_dict(self) -> dict[str, Any]:
        """As :data:`CONFIG` holds them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a model says of itself.

    Attributes:
        said: its settings.
        where: the file that says each.
        pooling: for a folder that is not one of sentence-transformers; ``None`` elsewhere.
        longest: tokens that its positions suffice for.
        training: what is known of how it was trained.
        graph_normalizes: whether an ONNX graph normalises.
    """

    said: Said
    where: dict[str, str] = field(default_factory=dict)
    pooling: str | None = None
    longest: int | None = None
    training: dict[str, Any] = field(default_factory=dict)
    graph_normalizes: bool = True


def read_saved(located: Located) -> Saved:
    """What the files of a model and the alias table say.

    Raises:
        ModelError: a file is broken or holds values that are not allowed.
    """
    values: dict[str, Any] = {}
    where: dict[str, str] = {}
    own = _own_config(located)
    is_st = located.read_json(MODULES) is not None
    for source, said in (
        (CONFIG, _own_settings(own, located)),
        ("sentence-transformers", _st_settings(located)),
        ("model_aliases", _alias_settings(located)),
    ):
        for name, value in said.items():
            if value is not None and name not in values:
                values[name], where[name] = value, source
    entry = located.entry
    pooling = own.get("pooling") or (entry.pooling if entry else None)
    training = _training(located, own)
    _warn_of_other_base(located, training)
    return Saved(
        Said(**values),
        where,
        pooling=None if is_st else pooling,
        longest=_longest(located),
        training=training,
        graph_normalizes=bool(own.get("normalize", True)),
    )


def resolve(given: Said, saved: Saved, name: str) -> Settings:
    """The settings in force; warns where ``given`` contradicts what the model says of itself.

    Raises:
        ModelError: a length is beyond what the model can take.
    """
    said = saved.said
    _warn_of_contradictions(given, saved, name)
    lengths = _lengths(given, said, saved.longest, name)
    normalize = given.normalize if given.normalize is not None else said.normalize
    return Settings(
        template=given.template or said.template or template_of("none"),
        normalize=True if normalize is None else normalize,
        truncate_dim=given.truncate_dim or said.truncate_dim,
        **lengths,
    )


def write_config(folder: Path, settings: Settings, training: dict[str, Any]) -> Path:
    """Write :data:`CONFIG` into ``folder``, other keys of an older one kept; its path."""
    path = folder / CONFIG
    held: Any = {}
    if path.is_file():
        held = json.loads(path.read_text(encoding="utf-8"))
    held |= {"format_version": FORMAT_VERSION, **settings.to_dict()}
    if training:
        held["training"] = training
    path.write_text(json.dumps(held, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


# -- what the caller says ------------------------------------------------------------------------


def _warn_of_contradictions(given: Said, saved: Saved, name: str) -> None:
    for setting in ("template", "normalize", *_LENGTHS, "truncate_dim"):
        asked, known = getattr(given, setting), getattr(saved.said, setting)
        if asked is None or known is None or asked == known:
            continue
        if setting == "template" and asked.same_words(known):
            continue
        if saved.where.get(setting) == "model_aliases" and setting in _LENGTHS:
            continue  # the longest that it takes, not what it wants
        line = render(
            "model.contradiction",
            name=name,
            setting=setting,
            given=str(asked),
            saved=str(known),
            where=saved.where.get(setting, ""),
        )
        warnings.warn(line, ModelWarning, stacklevel=5)


def _warn_of_other_base(located: Located, training: dict[str, Any]) -> None:
    """An adapter on another model than its own loads without a word where the shapes agree."""
    base = training.get("base_model")
    if not located.adapter or located.adapter == located.name or not base:
        return
    if Path(base).name.lower() != Path(located.target).name.lower():
        line = render(
            "model.adapter_other_base",
            name=located.name,
            path=located.adapter,
            base=base,
            target=located.target,
        )
        warnings.warn(line, ModelWarning, stacklevel=5)


def _lengths(given: Said, said: Said, longest: int | None, name: str) -> dict[str, int | None]:
    """Three lengths: a general one that the caller gives counts before special ones that are saved."""
    general = given.max_seq_length or said.max_seq_length or longest
    saved_special = given.max_seq_length is None
    found: dict[str, int | None] = {"max_seq_length": general}
    for setting in ("query_max_seq_length", "passage_max_seq_length"):
        special = getattr(said, setting) if saved_special else None
        found[setting] = getattr(given, setting) or special or general
    for setting in _LENGTHS:
        length = found[setting]
        if length is None or longest is None or length <= longest:
            continue
        if getattr(given, setting) is not None:
            raise ModelError(
                "model.too_long", name=name, setting=setting, value=length, longest=longest
            )
        found[setting] = longest
    return found


# -- what the model says -------------------------------------------------------------------------


def _own_config(located: Located) -> dict[str, Any]:
    return located.read_adapter(CONFIG) or located.read_json(CONFIG) or {}


def _own_settings(held: dict[str, Any], located: Located) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name in (*_LENGTHS, "truncate_dim"):
        value = held.get(name)
        if value is not None and (type(value) is not int or value < 1):
            raise _bad_value(located, name, value, "1…")
        said[name] = value
    said["normalize"] = held.get("normalize")
    if said["normalize"] not in (None, True, False):
        raise _bad_value(located, "normalize", said["normalize"], "true, false")
    if held.get("template") is not None:
        said["template"] = template_of(held["template"])
    return said


def _bad_value(located: Located, name: str, value: object, legal: str) -> ModelError:
    return ModelError(
        "model.config_value", path=located.target, name=name, value=value, legal=legal
    )


def _st_settings(located: Located) -> dict[str, Any]:
    modules = located.read_json(MODULES)
    if not modules:
        config = located.read_json("config.json") or {}
        is_model2vec = config.get("model_type") == "model2vec"
        return {"normalize": config.get("normalize")} if is_model2vec else {}
    held = located.read_json("config_sentence_transformers.json") or {}
    return {
        "template": _prompts(held),
        "normalize": "Normalize" in module_types(modules),
        "max_seq_length": _st_length(located, str(modules[0].get("path", ""))),
        "truncate_dim": held.get("truncate_dim"),
    }


def _prompts(held: dict[str, Any]) -> Template | None:
    """The prompts of a model as a template; all empty, as they are written by default, say nothing."""
    prompts = held.get("prompts") or {}
    general = prompts.get(held.get("default_prompt_name") or "", "")
    query = prompts.get("query") or general
    passage = prompts.get("passage") or prompts.get("document") or general
    if not query and not passage:
        return None
    return template_of({"name": CUSTOM, "query_prefix": query, "passage_prefix": passage})


def _st_length(located: Located, part: str) -> int | None:
    """The length that sentence-transformers cuts at: older models say it themselves."""
    inside = f"{part}/" if part else ""
    told = (located.read_json(f"{inside}sentence_bert_config.json") or {}).get("max_seq_length")
    return _limit(told) or _limit(
        (located.read_json(f"{inside}tokenizer_config.json") or {}).get("model_max_length")
    )


def _limit(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 < value < _UNLIMITED else None


def _alias_settings(located: Located) -> dict[str, Any]:
    entry = located.entry
    if entry is None:
        return {}
    return {
        "template": entry.text_template,
        "normalize": entry.normalize,
        "max_seq_length": entry.max_length,
    }


def _longest(located: Located) -> int | None:
    """Tokens that the positions of a transformer suffice for."""
    modules = located.read_json(MODULES)
    part = str(modules[0].get("path", "")) if modules else ""
    held = located.read_json(f"{part}/config.json" if part else "config.json") or {}
    positions = _limit(held.get("max_position_embeddings"))
    if positions is None:
        return None
    if held.get("model_type") in ("roberta", "xlm-roberta", "camembert", "mpnet"):
        # Positions are counted from pad_token_id + 1 on.
        return positions - 1 - int(held.get("pad_token_id", 1))
    return positions


def _training(located: Located, own: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dict(own.get("training") or {})
    adapter = located.read_adapter(ADAPTER_CONFIG)
    if adapter is None:
        adapter = located.read_json(ADAPTER_CONFIG)
    if adapter:
        targets = adapter.get("target_modules") or []
        found |= {
            "base_model": adapter.get("base_model_name_or_path"),
            "lora_r": adapter.get("r"),
            "lora_alpha": adapter.get("lora_alpha"),
            "lora_dropout": adapter.get("lora_dropout"),
            "lora_target_modules": [targets] if isinstance(targets, str) else sorted(targets),
        }
    return found
