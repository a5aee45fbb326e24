"""Many records of one dataclass, kept as columns and made when they are asked for.

An object that lives as long as the process is gone through by every full collection of Python's
garbage collector, which stops all threads; and thousands of new ones bring such a collection about.
The laws of a nation are thousands of records, and an event loop should not stop for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any, TypeVar, overload

T = TypeVar("T")


class Records(Sequence[T]):
    """A read-only sequence of equal, but not identical, records at every access.

    Args:
        of: the dataclass; its values are strings, numbers, days and tuples of such.
        rows: records of it.
    """

    def __init__(self, of: type[T], rows: Iterable[T]) -> None:
        dataclass: Any = of
        self._of = dataclass
        names = [field.name for field in fields(dataclass)]
        self._columns: tuple[list[Any], ...] = tuple([] for _ in names)
        for row in rows:
            for name, column in zip(names, self._columns, strict=True):
                column.append(getattr(row, name))

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...

    def __getitem__(self, at: int | slice) -> T | list[T]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        record: T = self._of(*[column[at] for column in self._columns])
        return record

    def __iter__(self) -> Iterator[T]:
        return map(self._of, *self._columns)
