"""YAML to frozen dataclasses: unknown names are told with the legal ones, values are checked.

Leaves are read by pydantic, so that ``1e-5``, which YAML takes for text, is a number, and
``2022-12-31`` a day.  Paths are relative to the file that names them; ``samples:questions.jsonl`` is
a file that the package brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from lexdpr_rag.errors import LexDPRError

T = TypeVar("T")

SAMPLES = "samples:"
"""Begins the path of a file that the package brings."""

FLAT = {"flat": True}
"""Metadata of a field whose dataclass has its keys in the section itself, not in one of its own."""

_FREE = "free"
_MODEL = "model"
_PACKAGED = "packaged"


class RecipeError(LexDPRError):
    """A recipe that cannot be read, or says what cannot be."""


def free(default: T) -> T:
    """A field that changes how fast or where something is done, and not what comes of it."""
    held: T = field(default=default, metadata={_FREE: True})
    return held


def model_name() -> str | None:
    """A field that names a model: its folder is relative to the recipe, as paths are."""
    held: str | None = field(default=None, metadata={_MODEL: True})
    return held


def files_with(word: str, packaged: Path) -> tuple[Path, ...]:
    """A field of files in which ``word`` means one that the package brings, and no file beside."""
    held: tuple[Path, ...] = field(default=(), metadata={_PACKAGED: {word: str(packaged)}})
    return held


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds.

    Raises:
        RecipeError: the file is not there, is no YAML, or holds something else.
    """
    try:
        held = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise RecipeError("recipe.missing", path=path) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise RecipeError("recipe.not_yaml", path=path, reason=reason) from error
    if not isinstance(held, dict) or not all(isinstance(key, str) for key in held):
        raise RecipeError("recipe.not_yaml", path=path, reason=type(held).__name__)
    return held


def read_into(kind: type[T], held: object, where: str, home: Path) -> T:
    """A ``kind`` (a dataclass) from plain values.

    Args:
        kind: the dataclass.
        held: a mapping of its fields.
        where: its place in the recipe, for errors: ``mine``; empty for the recipe itself.
        home: what relative paths are relative to.

    Raises:
        RecipeError: a key is unknown or missing, or a value is not of its kind.
    """
    if held is None:
        held = {}
    if not isinstance(held, Mapping):
        raise RecipeError("recipe.value", name=where, value=held, legal="{…}")
    known = legal_keys(kind)
    for key in held:
        if key not in known:
            raise unknown_key(where, str(key), known)
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for one in _init_fields(kind):
        place = f"{where}.{one.name}".lstrip(".")
        if one.metadata.get("flat"):
            if not is_dataclass(hints[one.name]):
                continue  # what it is depends on another key; its reader fills it in
            own = {key: held[key] for key in legal_keys(hints[one.name]) if key in held}
            values[one.name] = read_into(hints[one.name], own, where, home)
        elif one.name in held:
            given = _packaged(one, held[one.name])
            value = _value(hints[one.name], given, place, home)
            values[one.name] = model_place(value, home) if one.metadata.get(_MODEL) else value
        elif one.default is MISSING and one.default_factory is MISSING:
            raise RecipeError("recipe.needed", name=place)
    return kind(**values)


def legal_keys(kind: type) -> list[str]:
    """The keys that a section of that dataclass may have."""
    hints = get_type_hints(kind)
    found: list[str] = []
    for one in _init_fields(kind):
        if not one.metadata.get("flat"):
            found.append(one.name)
        elif is_dataclass(hints[one.name]):
            found += legal_keys(hints[one.name])
    return found


def unknown_key(where: str, key: str, known: list[str]) -> RecipeError:
    """The error that names the legal keys, the nearest first."""
    near = get_close_matches(key, known)
    legal = [*near, *(name for name in known if name not in near)]
    name = f"{where}.{key}".lstrip(".")
    return RecipeError("recipe.unknown", name=name, legal=", ".join(legal))


def plain(held: object, *, results_only: bool = False) -> Any:
    """``held`` as values for JSON; with ``results_only`` without the fields made by :func:`free`."""
    if is_dataclass(held) and not isinstance(held, type):
        values: dict[str, Any] = {}
        for one in fields(held):
            if results_only and one.metadata.get(_FREE):
                continue
            value = plain(getattr(held, one.name), results_only=results_only)
            values |= value if one.metadata.get("flat") else {one.name: value}
        return values
    if isinstance(held, Mapping):
        return {str(k): plain(v, results_only=results_only) for k, v in held.items()}
    if isinstance(held, list | tuple | frozenset | set):
        return [plain(value, results_only=results_only) for value in held]
    if held is None or isinstance(held, bool | int | float):
        return held
    return str(held)


# -- values --------------------------------------------------------------------------------------


def _init_fields(kind: type) -> list[Field[Any]]:
    return [one for one in fields(kind) if one.init]


def _value(hint: Any, held: object, place: str, home: Path) -> Any:
    nested = _dataclass_of(hint)
    if nested is not None:
        return None if held is None and _optional(hint) else read_into(nested, held, place, home)
    from pydantic import ValidationError

    try:
        value = _adapter(hint).validate_python(_one_is_a_list(hint, held))
    except ValidationError as error:
        said = error.errors()[0]
        raise RecipeError("recipe.value", name=place, value=held, legal=said["msg"]) from error
    return _placed(value, home)


@cache
def _adapter(hint: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(hint)


def _dataclass_of(hint: Any) -> type | None:
    """The dataclass that a field holds, alone or with ``None``."""
    kinds = [one for one in _arms(hint) if is_dataclass(one)]
    return kinds[0] if kinds and isinstance(kinds[0], type) else None


def _arms(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _packaged(one: Field[Any], held: object) -> object:
    """``held`` with the words of :func:`files_with` as the files that they mean."""
    words: Mapping[object, str] = one.metadata.get(_PACKAGED, {})
    if isinstance(held, list):
        return [words.get(name, name) if isinstance(name, str) else name for name in held]
    return words.get(held, held) if isinstance(held, str) else held


def _optional(hint: Any) -> bool:
    return NoneType in _arms(hint)


def _one_is_a_list(hint: Any, held: object) -> object:
    """A single word where a list may stand is a list of one."""
    lists = any(get_origin(one) is tuple for one in _arms(hint))
    return [held] if lists and isinstance(held, str) else held


def _placed(value: Any, home: Path) -> Any:
    if isinstance(value, Path):
        return place_path(value, home)
    if isinstance(value, tuple):
        return tuple(_placed(one, home) for one in value)
    return value


def model_place(name: str | None, home: Path) -> str | None:
    """The folder that ``name`` means, if there is one; else the name, of an alias or of the hub."""
    folder = place_path(name, home) if name else None
    return str(folder) if folder is not None and folder.is_dir() else name


def place_path(path: Path | str, home: Path) -> Path:
    """Where a path of a recipe leads: from ``home``, or into the package's samples."""
    text = str(path)
    if text.startswith(SAMPLES):
        return Path(str(files("lexdpr_rag") / "samples")) / text.removeprefix(SAMPLES)
    return (home / Path(text).expanduser()).resolve()
