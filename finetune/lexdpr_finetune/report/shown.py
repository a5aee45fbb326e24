"""Plain values as people read them."""

from __future__ import annotations

from collections.abc import Mapping


def shown(value: object) -> str:
    """A number with its thousands, a mapping as ``name value · name (…)``, nothing as a dash."""
    if isinstance(value, Mapping):
        return " · ".join(f"{name} {_inner(one)}" for name, one in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(_inner, value)) or "–"
    if isinstance(value, float):
        return f"{value:,.4g}"
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _inner(value: object) -> str:
    """The same within another value."""
    several = isinstance(value, Mapping | list | tuple) and len(value) > 0
    return f"({shown(value)})" if several else shown(value)
