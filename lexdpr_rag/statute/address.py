"""Addresses: one name for every node of every version of every law.

``urn:kr:001706@2026-03-17-21454:main:a839-2:h1:n2:m가`` is 민법 제839조의2제1항제2호가목 of the
version in force from 2026-03-17, promulgated as No. 21454.  The part after the version is the
*path*; it names the place within the law and stays the same from version to version.
"""

from __future__ import annotations

from dataclasses import dataclass

MAIN = "main"
SUPPLEMENT = "add"
ANNEX = "tbl"
CONTENTS = "toc"

_PREFIX = "urn:kr:"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a node stands.

    Attributes:
        law_id: 법령ID, e.g. ``001706`` (행정규칙ID for administrative rules).
        version: ``{시행일자}-{공포번호}``; empty when any version is meant.
        path: area and segments joined by ``:``, e.g. ``main:a14-2:h1:n2-1:m가``.
    """

    law_id: str
    version: str
    path: str

    def __str__(self) -> str:
        version = f"@{self.version}" if self.version else ""
        return f"{_PREFIX}{self.law_id}{version}:{self.path}"

    @classmethod
    def parse(cls, urn: str) -> Address:
        """Inverse of ``str``.

        Raises:
            ValueError: ``urn`` is not an address.
        """
        if not urn.startswith(_PREFIX):
            raise ValueError(
                f"not an address: {urn!r} (expected {_PREFIX}<법령ID>[@<version>]:<path>)"
            )
        head, sep, path = urn.removeprefix(_PREFIX).partition(":")
        if not sep or not head or not path:
            raise ValueError(
                f"not an address: {urn!r} (expected {_PREFIX}<법령ID>[@<version>]:<path>)"
            )
        law_id, _, version = head.partition("@")
        return cls(law_id, version, path)

    @property
    def area(self) -> str:
        """``main``, ``add`` (부칙), ``tbl`` (별표) or ``toc`` (headings)."""
        return self.path.partition(":")[0]

    @property
    def segments(self) -> tuple[str, ...]:
        """The path below its area."""
        return tuple(self.path.split(":")[1:])

    def parent(self) -> Address | None:
        """The node above, ``None`` at the top of an area."""
        above, sep, _ = self.path.rpartition(":")
        return Address(self.law_id, self.version, above) if sep and ":" in above else None
