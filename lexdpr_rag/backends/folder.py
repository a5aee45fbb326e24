"""Where a model is and what its folder holds: alias, hub name, local folder, LoRA adapter."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from lexdpr_rag.model_aliases import ModelEntry, ModelKind, find_model, similar_aliases
from lexdpr_rag.models import FOLDER
from lexdpr_rag.templates import ModelError

CONFIG = "lexdpr_config.json"
"""What a model says of itself to this package: template, normalisation, lengths."""

ADAPTER_CONFIG = "adapter_config.json"
MODULES = "modules.json"
ONNX = "model.onnx"

Sort = Literal["static", "onnx", "torch"]

_WEIGHTS = (
    *("model.safetensors", "model.safetensors.index.json"),
    *("pytorch_model.bin", "pytorch_model.bin.index.json"),
)
_ADAPTER_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
_TOKENIZERS = (
    *("tokenizer.json", "vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model"),
    *("tokenizer.model",),
)
_WEIGHTED = (".safetensors", ".bin", ".onnx", ".onnx_data", ".data", ".model", ".json")
_VOCABULARIES = ("vocab.txt", "merges.txt")
_STATIC_TENSORS = {"embedding.weight", "embeddings"}
_LONGEST_HEAD = 100_000_000
_NO_IDENTITY = frozenset(
    {
        CONFIG,
        "config_sentence_transformers.json",
        "training.json",
        "training_args.bin",
        "trainer_state.json",
    }
)


@dataclass(frozen=True, slots=True)
class Located:
    """A model that was found, before anything of it is loaded.

    Attributes:
        name: as it was asked for.
        target: a folder or a hub name.
        folder: the local folder; ``None`` for a model of the hub.
        entry: what the alias table knows of it.
        adapter: folder or hub name of a LoRA adapter, empty for none.
        cache_folder: where models of the hub are kept; ``None`` for the hub's own place.
    """

    name: str
    target: str
    folder: Path | None
    entry: ModelEntry | None
    adapter: str = ""
    cache_folder: str | None = None

    @property
    def title(self) -> str:
        """The model as it was asked for, and its adapter."""
        adapter = self.adapter if self.adapter != self.name else ""
        return f"{self.name} + {adapter}" if adapter else self.name

    def read_json(self, name: str) -> Any:
        """A JSON file of the model; ``None`` where there is none.

        Raises:
            ModelError: the file is there and broken.
        """
        return _json(self.path_of(name))

    def read_adapter(self, name: str) -> Any:
        """A JSON file of the adapter, in the same way."""
        if not self.adapter:
            return None
        folder = Path(self.adapter)
        if folder.is_dir():
            return _json(folder / name)
        return _json(_hub_file(self.adapter, name, self.cache_folder))

    def path_of(self, name: str) -> Path | None:
        """Where the file ``name`` of the model is; of the hub it is fetched, or found in its cache."""
        if self.folder is None:
            return _hub_file(self.target, name, self.cache_folder)
        path = self.folder / name
        return path if path.is_file() else None


def locate(
    model: str | Path,
    adapter: str | Path | None = None,
    *,
    kind: ModelKind = "encoder",
    cache_folder: str | Path | None = None,
) -> Located:
    """Find ``model``: a local folder, an alias, or a hub name; or an adapter, with its base model.

    Raises:
        ModelError: it is a file, a folder that is not there, or a name that is no alias.
    """
    name = str(model)
    cache = None if cache_folder is None else str(cache_folder)
    folder = Path(model).expanduser()
    entry = None if folder.is_dir() else find_model(name, kind)
    if entry is not None and entry.bundled:
        packaged = FOLDER / "encoder"
        located = Located(name, str(packaged), packaged, None, "", cache)
    elif folder.is_dir():
        if _is_bare_adapter(folder) and adapter is None:
            base = _base_of(folder)
            try:
                found = locate(base, kind=kind, cache_folder=cache_folder)
            except ModelError as error:
                raise ModelError("model.adapter_no_base", path=folder, base=base) from error
            return Located(name, found.target, found.folder, found.entry, str(folder), cache)
        located = Located(name, str(folder), folder, None, "", cache)
    elif folder.is_file():
        raise ModelError("model.is_file", path=folder)
    else:
        if entry is None:
            _check_hub_name(model, kind)
        located = Located(name, entry.hub if entry else name, None, entry, "", cache)
    if adapter is None:
        return located
    return Located(
        name, located.target, located.folder, located.entry, _checked_adapter(adapter), cache
    )


def _check_hub_name(model: str | Path, kind: ModelKind) -> None:
    name = str(model)
    slashes = name.count("/")
    if (
        isinstance(model, Path)
        or slashes > 1
        or "\\" in name
        or name[:1] in "./~"
        or name[-1:] == "/"
    ):
        raise ModelError("model.missing", path=name)
    other: ModelKind = "reranker" if kind == "encoder" else "encoder"
    if find_model(name, other):
        key = "model.is_reranker" if kind == "encoder" else "reranker.is_encoder"
        raise ModelError(key, path=name)
    if slashes == 0:
        near = similar_aliases(name, kind)
        raise ModelError("model.unknown", name=name, near=", ".join(near) or "-")


def _is_bare_adapter(folder: Path) -> bool:
    others = (MODULES, ONNX, *_WEIGHTS)
    return (folder / ADAPTER_CONFIG).is_file() and not any((folder / n).exists() for n in others)


def _base_of(adapter: Path) -> str:
    _checked_adapter(adapter)
    base = (_json(adapter / ADAPTER_CONFIG) or {}).get("base_model_name_or_path")
    if not base:
        raise ModelError("model.adapter_base", path=adapter)
    return str(base)


def _checked_adapter(adapter: str | Path) -> str:
    folder = Path(adapter).expanduser()
    if not folder.is_dir():
        name = str(adapter)
        if isinstance(adapter, Path) or name.count("/") != 1 or name[:1] in "./~":
            raise ModelError("model.missing", path=adapter)
        return name
    _need(folder, ADAPTER_CONFIG)
    _need(folder, *_ADAPTER_WEIGHTS)
    return str(folder)


# -- what a folder holds -------------------------------------------------------------------------


def sort_of(located: Located) -> Sort:
    """What the model is run with; a model of the hub, or with an adapter, by torch."""
    if located.folder is None or located.adapter:
        return "torch"
    if (located.folder / onnx_file(located)).is_file() and located.path_of(CONFIG):
        return "onnx"
    return "static" if static_folder(located) else "torch"


def onnx_file(located: Located) -> str:
    """The name of the graph: what :data:`CONFIG` says, else ``model.onnx``."""
    held = located.read_json(CONFIG) or {}
    return str(held.get("onnx_file") or ONNX)


def static_folder(located: Located) -> Path | None:
    """Where the static embedding of the model is; ``None`` if it is not one, or not one alone."""
    if located.folder is None:
        return None
    modules = located.read_json(MODULES)
    if modules:
        sorts = module_types(modules)
        if sorts[0] == "StaticEmbedding" and set(sorts[1:]) <= {"Normalize"}:
            return located.folder / str(modules[0].get("path", ""))
        return None
    is_static = _tensor_names(located.folder / "model.safetensors") & _STATIC_TENSORS
    return located.folder if is_static else None


def _tensor_names(path: Path) -> set[str]:
    """Names in the head of a safetensors file: its length in 8 bytes, then JSON."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            return set(json.loads(file.read(length))) if length < _LONGEST_HEAD else set()
    except (OSError, ValueError):
        return set()


def module_types(modules: list[dict[str, Any]]) -> list[str]:
    """Class names of the modules of a sentence-transformers model: ``Transformer``, ``Pooling`` …"""
    return [str(module.get("type", "")).rpartition(".")[2] for module in modules]


def check_folder(located: Located, sort: Sort) -> None:
    """Raise an error that names the missing file, before a library fails on it in its own words."""
    folder = located.folder
    if folder is None:
        return
    if not any(folder.iterdir()):
        raise ModelError("model.incomplete", path=folder, missing=f"{MODULES}, config.json")
    if sort == "onnx":
        _need(folder, onnx_file(located))
        _need(folder, "tokenizer.json")
        return
    modules = located.read_json(MODULES)
    if modules is None:
        if sort == "static":
            _need(folder, "model.safetensors")
            _need(folder, "tokenizer.json")
        else:
            _check_transformer(folder)
        return
    if not isinstance(modules, list) or not modules:
        raise ModelError("model.damaged", path=folder, part=MODULES, reason="no modules in it")
    for module, name in zip(modules, module_types(modules), strict=True):
        part = folder / str(module.get("path", ""))
        if name == "Transformer":
            _check_transformer(part)
        elif name == "StaticEmbedding":
            _need(part, "model.safetensors", "pytorch_model.bin")
            _need(part, "tokenizer.json")
        elif name in ("Pooling", "Dense"):
            _need(part, "config.json")


def _check_transformer(folder: Path) -> None:
    adapter = (folder / ADAPTER_CONFIG).is_file()
    if not adapter:
        _need(folder, "config.json")
    _need(folder, *(_ADAPTER_WEIGHTS if adapter else _WEIGHTS))
    if not adapter:
        _need(folder, *_TOKENIZERS)


def _need(folder: Path, *names: str) -> None:
    """One of ``names`` must be in ``folder``."""
    if not any((folder / name).is_file() for name in names):
        raise ModelError("model.incomplete", path=folder, missing=names[0])


def _json(path: Path | None) -> Any:
    if path is None or not path.is_file():
        return None
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ModelError(
            "model.damaged", path=path.parent, part=path.name, reason=str(error)
        ) from error
    entries = held if path.name == MODULES else [held]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        reason = f"JSON objects are expected, not {str(held)[:40]}"
        raise ModelError("model.damaged", path=path.parent, part=path.name, reason=reason)
    return held


# -- the hub -------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _hub_file(repository: str, name: str, cache_folder: str | None) -> Path | None:
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    except ImportError:
        return None  # the backend says what to install
    try:
        return Path(hf_hub_download(repository, name, cache_dir=cache_folder))
    except (OSError, HfHubHTTPError, HFValidationError):  # not in it, or no network: not known
        return None


# -- identity ------------------------------------------------------------------------------------


def fingerprint_of(known: list[Any]) -> str:
    """A hash of what is known of a model, plain values for JSON; 32 hexadecimal digits."""
    told = json.dumps(known, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.blake2b(told, digest_size=16).hexdigest()


def identity(located: Located) -> str:
    """What the weights are: a hash of the files, or name and commit of a model of the hub."""
    parts = [_identity(located.target, located.folder, located.cache_folder)]
    if located.adapter:
        folder = Path(located.adapter)
        local = folder if folder.is_dir() else None
        parts.append(_identity(located.adapter, local, located.cache_folder))
    return "+".join(parts)


def _identity(target: str, folder: Path | None, cache_folder: str | None) -> str:
    if folder is not None:
        return f"files:{_hash_of(folder)}"
    known = _hub_file(target, "config.json", cache_folder) or _hub_file(
        target, ADAPTER_CONFIG, cache_folder
    )
    # …/snapshots/<commit>/config.json
    return f"hub:{target}@{known.parent.name if known else 'unknown'}"


def _hash_of(folder: Path) -> str:
    """A hash of names and contents of all files that vectors depend on."""
    total = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith((".", "checkpoint-")) for part in relative.parts)
        if hidden or path.name in _NO_IDENTITY or path.name.endswith("_results.json"):
            continue
        if path.is_file() and (path.suffix in _WEIGHTED or path.name in _VOCABULARIES):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "blake2b").hexdigest()
            total.update(f"{relative.as_posix()}\0{digest}\n".encode())
    return total.hexdigest()
