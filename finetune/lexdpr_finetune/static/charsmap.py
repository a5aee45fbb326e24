"""A table of characters and what they become, in the binary form of SentencePiece.

``tokenizers`` applies it in one pass over a text (its ``Precompiled`` normaliser).  The form is a
little-endian uint32 length, a double-array trie of so many bytes over the UTF-8 bytes of the
characters (that of darts-clone), then the replacements, each with a zero byte behind it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_HAS_LEAF = 1 << 8
_LEAF = 1 << 31
_BLOCK = 256
_LARGEST_OFFSET = 1 << 21

_Node = dict[int, "_Node | int"]
_VALUE = -1
"""The key of a node's own value beside those of its bytes."""


def build_charsmap(table: Mapping[str, str]) -> bytes:
    """The binary table that makes each character of ``table`` its replacement.

    A character that is not in it stays as it is.

    Raises:
        ValueError: a key is not one character, or a text holds a zero byte.
    """
    replacements = bytearray()
    places: dict[str, int] = {}
    root: _Node = {}
    for char, becomes in table.items():
        if len(char) != 1 or char == "\0" or "\0" in becomes:
            raise ValueError(f"{char!r} -> {becomes!r}")
        if becomes not in places:
            places[becomes] = len(replacements)
            replacements += becomes.encode() + b"\0"
        _insert(root, char.encode(), places[becomes])
    units = _Trie.of(root)
    trie = struct.pack(f"<{len(units)}I", *units)
    return struct.pack("<I", len(trie)) + trie + bytes(replacements)


def _insert(root: _Node, key: bytes, value: int) -> None:
    node = root
    for byte in key:
        child = node.setdefault(byte, {})
        assert isinstance(child, dict)
        node = child
    node[_VALUE] = value


@dataclass
class _Trie:
    """Lays the nodes out: what has children takes a block of its own, what ends a word one slot."""

    units: dict[int, int] = field(default_factory=dict)
    ends: list[tuple[int, int, int]] = field(default_factory=list)
    blocks: int = 1

    @classmethod
    def of(cls, root: _Node) -> list[int]:
        trie = cls()
        trie._place(root, 0, 0)
        slot = trie.blocks * _BLOCK
        for position, label, value in trie.ends:
            trie.units[position] = label | _HAS_LEAF | _offset(position ^ slot)
            trie.units[slot] = value | _LEAF
            slot += 1
        return [trie.units.get(position, 0) for position in range(slot)]

    def _place(self, node: _Node, position: int, label: int) -> None:
        children = [(byte, child) for byte, child in node.items() if isinstance(child, dict)]
        value = node.get(_VALUE)
        if not children:
            assert isinstance(value, int)
            self.ends.append((position, label, value))
            return
        base = self.blocks * _BLOCK
        self.blocks += 1
        self.units[position] = label | _offset(position ^ base)
        if isinstance(value, int):
            self.units[position] |= _HAS_LEAF
            self.units[base] = value | _LEAF
        for byte, child in children:
            self._place(child, base ^ byte, byte)


def _offset(distance: int) -> int:
    if distance >= _LARGEST_OFFSET:
        raise ValueError("too many characters for one table")
    return distance << 10
