"""The engine itself, by each of its routes, by both, and with a reranker."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import lexdpr_rag
from benchmarks.quality.documents import Documents, key_of
from benchmarks.quality.system import DEPTH, MissingError, Search, System, distinct
from benchmarks.quality.tokens import Tell
from lexdpr_rag.asked import CANDIDATES, SearchOptions
from lexdpr_rag.datamodels import Hit, Level, ModeName
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.index.layout import Layout

DEFAULT = "default"
"""What a search does that is told nothing but the level."""

_ROUTES: tuple[ModeName, ...] = ("lexical", "dense")

_WORDS = {"cli", "messages", "samples", "__pycache__"}
"""Parts of the package that no ranking depends on."""

Opened = Callable[[LexDPR], Search]


def engine_systems(
    index: Path, level: Level, encoder: str | None, reranker: str | None
) -> list[System]:
    """The engine's modes, the default last but for the reranker.

    Args:
        index: the index folder.
        level: of the hits.
        encoder: where the encoder of the index lies now, if not where it lay.
        reranker: a model, or ``None``.
    """
    base = f"{_package_digest()} {_manifest_digest(index)} {encoder}"

    def system(
        name: str, title: str, search: Callable[[LexDPR], Search], model: str = ""
    ) -> System:
        def opened(documents: Documents, tell: Tell) -> Search:
            if name == "dense" and not LexDPR.open(index).info().vectors:
                raise MissingError("lexdpr-rag index … --encoder MODEL")
            tell(1, 1)
            return search(LexDPR.open(index, encoder=encoder, reranker=model or None))

        identity = f"{base} {name} {level} {model}"
        return System(name, f"lexdpr-rag, {title}", identity, opened, peer=False)

    found = [system(name, f"{name} only", _searched(level, name)) for name in _ROUTES]
    found.append(system("fused", "without its reranker", _fused(level)))
    found.append(system(DEFAULT, "default", _searched(level)))
    if reranker:
        found.append(system("reranked", f"+ {Path(reranker).name}", _reranked(level), reranker))
    return found


def _searched(level: Level, mode: ModeName | None = None) -> Opened:
    options: SearchOptions = {"level": level, "mode": mode} if mode else {"level": level}

    def opened(engine: LexDPR) -> Search:
        return lambda question: distinct(_keys(engine.search(question, DEPTH, **options), level))

    return opened


def _fused(level: Level) -> Opened:
    def opened(engine: LexDPR) -> Search:
        return lambda question: distinct(
            _keys(engine.search(question, DEPTH, level=level, rerank=False), level)
        )

    return opened


def _reranked(level: Level) -> Opened:
    """The best are read anew, and what was found behind them follows."""

    def opened(engine: LexDPR) -> Search:
        def search(question: str) -> list[str]:
            read = engine.search(question, CANDIDATES, level=level, rerank=True)
            found = engine.search(question, DEPTH, level=level, rerank=False)
            return distinct(_keys([*read, *found], level))

        return search

    return opened


def _keys(hits: list[Hit], level: Level) -> list[str]:
    return [key_of(hit, level) for hit in hits]


def _package_digest() -> str:
    """Of the engine's code and of what ships with it: rankings are made anew when it changes."""
    root = Path(lexdpr_rag.__file__).parent
    found = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and _WORDS.isdisjoint(path.relative_to(root).parts):
            found.update(path.relative_to(root).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _manifest_digest(index: Path) -> str:
    manifest = Layout(index).open_generation() / "manifest.json"
    return hashlib.sha256(manifest.read_bytes()).hexdigest()[:16]
