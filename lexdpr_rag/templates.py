"""Templates: what a model wants written around a question and around a provision.

A model that was trained with ``query: …`` and is asked without it answers worse and says nothing.
A template is therefore part of a model's identity: it is saved with the model, told by the alias
table, and hashed into the manifest of an index.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from lexdpr_rag.errors import LexDPRError

Kind = Literal["query", "passage"]
"""What a text is: a question, or a provision that may answer it."""

SLOT = "{text}"
"""Stands for the text in a format string; all other braces are plain characters."""

_AFFIXES = ("query_prefix", "query_suffix", "passage_prefix", "passage_suffix")
_FORMATS = ("query_format", "passage_format")
_KEYS = frozenset({"name", *_AFFIXES, *_FORMATS})


class ModelError(LexDPRError, ValueError):
    """A model, an adapter or a template that is missing, broken, or used in a way it does not allow."""


@dataclass(frozen=True, slots=True)
class Template:
    """What stands before and after a text.

    Attributes:
        name: its name in the registry, or ``custom``.
        query_prefix, query_suffix: around a question.
        passage_prefix, passage_suffix: around a provision.
    """

    name: str
    query_prefix: str = ""
    passage_prefix: str = ""
    query_suffix: str = ""
    passage_suffix: str = ""

    def apply(self, text: str, kind: Kind) -> str:
        """``text`` as the model wants it."""
        if kind == "query":
            return f"{self.query_prefix}{text}{self.query_suffix}"
        return f"{self.passage_prefix}{text}{self.passage_suffix}"

    def same_words(self, other: Template) -> bool:
        """Whether both write the same around a text, whatever they are called."""
        return all(getattr(self, name) == getattr(other, name) for name in _AFFIXES)

    def to_dict(self) -> dict[str, str]:
        """All fields, as :func:`template_of` reads them."""
        return asdict(self)

    def __str__(self) -> str:
        sides = (f"{self.query_prefix}…{self.query_suffix}", self.passage_prefix + "…")
        return self.name if self.name != CUSTOM else f"{CUSTOM} ({sides[0]!r} / {sides[1]!r})"


CUSTOM = "custom"
E5_TASK = "Given a web search query, retrieve relevant passages that answer the query"
"""The task that the model cards of the E5 instruct models give for retrieval."""


def instruction(task: str, name: str = CUSTOM) -> Template:
    """The template of E5 instruct models for a task of one's own; provisions stay as they are."""
    return Template(name, query_prefix=f"Instruct: {task}\nQuery: ")


TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        Template("none"),
        Template("e5", query_prefix="query: ", passage_prefix="passage: "),
        # bge-*-en(-v1.5) and bge-*-zh(-v1.5): the question only, as their model cards say.
        Template("bge", query_prefix="Represent this sentence for searching relevant passages: "),
        Template("bge-zh", query_prefix="为这个句子生成表示以用于检索相关文章："),
        # The multilingual one: "no need to add instructions to the queries".
        Template("bge-m3"),
        Template("arctic", query_prefix="query: "),
        instruction(E5_TASK, "instruction"),
    )
}
"""By name; ``custom`` templates come from a dict or a JSON file."""


def template_of(value: str | Path | Mapping[str, Any] | Template) -> Template:
    """The template that ``value`` stands for.

    Args:
        value: a name of :data:`TEMPLATES`, the path of a JSON file, or a dict of ``query_prefix``,
            ``passage_prefix``, ``query_suffix``, ``passage_suffix``, or of ``query_format`` and
            ``passage_format`` with ``{text}`` in them.

    Raises:
        ModelError: there is no such name or file, or what it holds is no template.
    """
    if isinstance(value, Template):
        return value
    if isinstance(value, Mapping):
        return _from_mapping(value, "dict")
    if isinstance(value, str) and value.lower() in TEMPLATES:
        return TEMPLATES[value.lower()]
    path = Path(value)
    if not path.is_file():
        if isinstance(value, Path) or path.suffix == ".json" or len(path.parts) > 1:
            raise ModelError("template.missing", path=path)
        raise ModelError("template.unknown", name=value, legal=", ".join(TEMPLATES))
    return _from_mapping(_read(path), str(path))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ModelError("template.unreadable", path=path, reason=str(error)) from error
    if not isinstance(held, dict):
        reason = f"a JSON object is expected, not {type(held).__name__}"
        raise ModelError("template.unreadable", path=path, reason=reason)
    return held


def _from_mapping(held: Mapping[str, Any], source: str) -> Template:
    unknown = sorted(str(key) for key in held.keys() - _KEYS)
    if unknown:
        names = ", ".join(unknown)
        raise ModelError("template.key", path=source, names=names, legal=", ".join(sorted(_KEYS)))
    for key in held:
        if not isinstance(held[key], str):
            raise ModelError("template.value", path=source, name=key, value=held[key])
    named = TEMPLATES.get(held.get("name", ""))
    if not held.keys() - {"name"}:
        if named is None:
            raise ModelError("template.incomplete", path=source)
        return named
    parts = {name: held.get(name, "") for name in _AFFIXES}
    for key in _FORMATS:
        if key in held:
            parts |= _split(held[key], key, source)
    made = Template(held.get("name", CUSTOM), **parts)
    return named if named is not None and named.same_words(made) else _renamed(made)


def _split(format_string: str, key: str, source: str) -> dict[str, str]:
    if format_string.count(SLOT) != 1:
        raise ModelError("template.format", path=source, name=key, value=format_string)
    prefix, _, suffix = format_string.partition(SLOT)
    kind = key.removesuffix("_format")
    return {f"{kind}_prefix": prefix, f"{kind}_suffix": suffix}


def _renamed(made: Template) -> Template:
    """A name of the registry is not for other words: what the manifest says must be true."""
    if made.name not in TEMPLATES:
        return made
    return Template(CUSTOM, **{name: getattr(made, name) for name in _AFFIXES})
