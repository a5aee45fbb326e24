"""Columns on disk, opened by memory map: a corpus of any size opens in milliseconds.

Numbers are ``.npy`` files.  Strings are one ``.npy`` of bytes and one of offsets.  Text that is
searched and sliced by character is UTF-16, so that character positions are array positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def save_array(path: Path, array: Array) -> None:
    """Write one numeric column."""
    np.save(path, np.ascontiguousarray(array), allow_pickle=False)


def load_array(path: Path) -> Array:
    """Open one numeric column by memory map, read-only."""
    array: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def offsets_of(lengths: Iterable[int]) -> NDArray[np.int64]:
    """``[0, l0, l0 + l1, …]``: n lengths → n + 1 offsets."""
    sizes = np.fromiter(lengths, dtype=np.int64)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])


class StringColumn:
    """A read-only column of strings: row → ``str``."""

    def __init__(self, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self.data = data
        self.offsets = offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> str:
        start, end = int(self.offsets[row]), int(self.offsets[row + 1])
        return bytes(self.data[start:end]).decode("utf-8")

    def slice(self, start: int, end: int) -> StringColumn:
        """Rows ``start`` to ``end`` as a column of their own (no copy of the bytes)."""
        first, last = int(self.offsets[start]), int(self.offsets[end])
        return StringColumn(self.data[first:last], self.offsets[start : end + 1] - first)

    @classmethod
    def of(cls, strings: Sequence[str]) -> StringColumn:
        """A column in memory."""
        encoded = [s.encode("utf-8") for s in strings]
        data = np.frombuffer(b"".join(encoded), dtype=np.uint8)
        return cls(data, offsets_of(map(len, encoded)))

    @classmethod
    def concatenate(cls, columns: Sequence[StringColumn]) -> StringColumn:
        """One column after another."""
        data = np.concatenate([c.data for c in columns]) if columns else np.zeros(0, np.uint8)
        return cls(data, _join_offsets([c.offsets for c in columns]))

    def save(self, folder: Path, name: str) -> None:
        """Write ``<name>.bytes.npy`` and ``<name>.offsets.npy``."""
        save_array(folder / f"{name}.bytes.npy", self.data)
        save_array(folder / f"{name}.offsets.npy", self.offsets)

    @classmethod
    def open(cls, folder: Path, name: str) -> StringColumn:
        """Inverse of :meth:`save`, by memory map."""
        return cls(
            load_array(folder / f"{name}.bytes.npy"), load_array(folder / f"{name}.offsets.npy")
        )


def _join_offsets(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Offsets of columns laid end to end."""
    joined = [np.zeros(1, np.int64)]
    base = 0
    for part in parts:
        joined.append(np.asarray(part[1:]) - int(part[0]) + base)
        base += int(part[-1]) - int(part[0])
    return np.concatenate(joined)


def join_offsets(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Offsets (n_i + 1 each) of columns laid end to end: Σ n_i + 1 offsets from 0."""
    return _join_offsets(parts)


def to_utf16(text: str) -> NDArray[np.uint16]:
    """UTF-16 code units of ``text``, shape ``(len(text),)`` unless it has characters beyond the BMP."""
    return np.frombuffer(text.encode("utf-16-le"), dtype=np.uint16)


def from_utf16(units: NDArray[np.uint16]) -> str:
    """Inverse of :func:`to_utf16`."""
    return units.tobytes().decode("utf-16-le", errors="replace")


def utf16_positions(text: str) -> NDArray[np.int32] | None:
    """Character position → code unit position, ``None`` where the two are the same."""
    if text.isascii() or max(text) < "\U00010000":
        return None
    wide = np.fromiter((ord(c) > 0xFFFF for c in text), dtype=np.int32, count=len(text))
    positions = np.arange(len(text) + 1, dtype=np.int32)
    positions[1:] += np.cumsum(wide, dtype=np.int32)
    return positions
