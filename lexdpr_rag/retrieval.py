"""What both framework adapters do alike: hold an index by its path, and ask it for provisions."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from lexdpr_rag.background import in_background
from lexdpr_rag.datamodels import Filters, Hit, Level, LevelName, Mode, ModeName
from lexdpr_rag.errors import FilterError, LexDPRError
from lexdpr_rag.index.layout import Layout

if TYPE_CHECKING:
    from lexdpr_rag.engine import LexDPR

FilterValues = Filters | Mapping[str, Any]
"""Filters as people give them: ``Filters(law=("민법",))`` or ``{"law": "민법"}``."""


# -- one open index for a path -------------------------------------------------------------------

_Key = tuple[Path, str, str]
"""Generation folder, encoder and reranker."""

_opened: WeakValueDictionary[_Key, LexDPR] = WeakValueDictionary()
_opening = threading.Lock()


class SharedIndex:
    """An index by its path, opened when it is first searched.

    All retrievers of a process that name the same index share one engine, so that a second one
    costs neither time nor memory; it is let go with the last of them.  One that is made after the
    index was built anew sees the new one.  Pickling and copying keep the path and open (or share)
    the index where they arrive.
    """

    def __init__(
        self,
        path: str | Path,
        engine: LexDPR | None = None,
        *,
        encoder: str | Path | None = None,
        reranker: str | Path | None = None,
    ) -> None:
        """``encoder`` and ``reranker`` as for :meth:`LexDPR.open`, by name or folder."""
        self.path = Path(path).absolute()
        self.encoder, self.reranker = encoder, reranker
        self._engine = engine

    @classmethod
    def of(
        cls,
        engine: LexDPR | None,
        path: str | Path | None,
        *,
        encoder: str | Path | None = None,
        reranker: str | Path | None = None,
    ) -> SharedIndex:
        """The index of an open engine, or of a path; the engine, with its own models, goes first.

        Raises:
            LexDPRError: neither was given.
        """
        if engine is not None:
            with _opening:
                _opened.setdefault((engine.generation.resolve(), "", ""), engine)
            return cls(engine.path, engine)
        if path is None:
            raise LexDPRError("retriever.no_index")
        return cls(path, encoder=encoder, reranker=reranker)

    def check(self) -> None:
        """Look whether there is an index, without opening it.

        Raises:
            IndexFormatError: there is no finished index at the path.
        """
        Layout(self.path).open_generation()

    def open(self) -> LexDPR:
        """The engine, opened now if it has not been.

        Raises:
            IndexFormatError: the index is missing, damaged or of another format.
        """
        if self._engine is None:
            self._engine = _open(self.path, self.encoder, self.reranker)
        return self._engine

    def search(self, query: str, request: Request) -> list[Hit]:
        """What :meth:`LexDPR.search` gives."""
        return self.open().search(query, **request.options())

    async def asearch(self, query: str, request: Request) -> list[Hit]:
        """Like :meth:`search`; the event loop is left free while opening and searching."""
        return await in_background(self.search, query, request)

    def __reduce__(self) -> tuple[object, ...]:
        return (_shared, (self.path, self.encoder, self.reranker))


def _shared(path: Path, encoder: str | Path | None, reranker: str | Path | None) -> SharedIndex:
    return SharedIndex(path, encoder=encoder, reranker=reranker)


def _open(path: Path, encoder: str | Path | None, reranker: str | Path | None) -> LexDPR:
    from lexdpr_rag.engine import LexDPR  # numpy and bm25s load here

    with _opening:
        generation = Layout(path).open_generation().resolve()
        key = (generation, str(encoder or ""), str(reranker or ""))
        engine = _opened.get(key)
        if engine is None:
            engine = _opened[key] = LexDPR.open(path, encoder=encoder, reranker=reranker)
        return engine


# -- what is asked -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """What a retriever asks of an index besides the question."""

    k: int
    level: Level
    mode: Mode
    filters: Filters
    rerank: bool | None = None

    @classmethod
    def of(
        cls,
        k: int,
        level: LevelName,
        mode: ModeName,
        filters: FilterValues | None = None,
        as_of: date | str | None = None,
        rerank: bool | None = None,
    ) -> Request:
        """Check loose values; ``as_of`` goes before the day that ``filters`` names.

        Raises:
            FilterError: a value that is not allowed; the message names the legal ones.
        """
        if not isinstance(k, int) or isinstance(k, bool) or k < 1:
            raise FilterError("search.k", name="k", value=k)
        return cls(k, _level(level), _mode(mode), filters_of(filters, as_of), rerank)

    def but(self, **changes: Any) -> Request:
        """This request with some of ``k``, ``level``, ``mode``, ``filters``, ``as_of``, ``rerank``
        changed.

        ``None`` keeps what was asked.  New filters replace the old ones, but for the day: that stays
        unless they name one or ``as_of`` gives one.

        Raises:
            FilterError: a name or value is not allowed; the message names the legal ones.
        """
        for name in changes:
            if name not in OPTIONS:
                raise FilterError("filter.unknown", name=name, legal=", ".join(OPTIONS))
        asked: dict[str, Any] = self.options()
        asked |= {name: value for name, value in changes.items() if value is not None}
        filters = filters_of(asked.pop("filters"), asked.pop("as_of", None))
        day = filters.as_of or self.filters.as_of
        return Request.of(**asked, filters=replace(filters, as_of=day))

    def options(self) -> dict[str, Any]:
        """Keyword arguments of :meth:`LexDPR.search`."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


OPTIONS: tuple[str, ...] = (*(f.name for f in fields(Request)), "as_of")
"""What can be asked besides the question."""


def filters_of(values: FilterValues | None, as_of: date | str | None = None) -> Filters:
    """Filters of loose values, for the day ``as_of`` if one is given.

    Raises:
        FilterError: a key or value is not allowed; the message names the legal ones.
    """
    filters = values if isinstance(values, Filters) else Filters.of(**(values or {}))
    return replace(filters, as_of=Filters.of(as_of=as_of).as_of) if as_of else filters


def filter_values(filters: Filters) -> dict[str, Any]:
    """The filters that are set, as plain values for JSON; :func:`filters_of` reads them."""
    values = {f.name: getattr(filters, f.name) for f in fields(filters)}
    return {name: _plain(value) for name, value in values.items() if value}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def _level(value: str) -> Level:
    try:
        return Level(value)
    except ValueError as error:
        raise FilterError("search.level", value=value) from error


def _mode(value: str) -> Mode:
    try:
        return Mode(value)
    except ValueError as error:
        raise FilterError("search.mode", value=value) from error


# -- what is given to a framework ----------------------------------------------------------------


def passage(hit: Hit) -> str:
    """The text of a hit in both frameworks: its citation, where it stands, its words.

    The citation stands in the text itself, since what joins texts for a prompt seldom looks at
    metadata, and a model can cite only what it has read.
    """
    return f"[{hit.citation}]\n{hit.full_text}"


def law_urn(hit: Hit) -> str:
    """The version of the law that holds a hit: ``urn:kr:001706@2026-03-17-21454``."""
    return ":".join(hit.unit_id.split(":", 3)[:3])
