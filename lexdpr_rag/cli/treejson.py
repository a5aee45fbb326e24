"""A parsed law as plain values for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from lexdpr_rag.statute.tree import (
    Annex,
    Article,
    Diagnostic,
    Heading,
    Law,
    Node,
    Subitem,
    Supplement,
)


def law_values(law: Law, articles: Sequence[Article] | None = None) -> dict[str, Any]:
    """The whole law, or only some of its articles as its children."""
    return {
        "law": {**_plain(asdict(law.meta)), "version": law.version, "repealed": law.repealed},
        "diagnostics": _diagnostics(law.diagnostics),
        "children": [node_values(node) for node in (articles or law.children)],
    }


def node_values(node: Node) -> dict[str, Any]:
    """A node and all below it.  Every node has the same first keys; some types add their own."""
    return {
        "type": type(node).__name__.lower(),
        "path": node.path,
        "label": node.label,
        "number": str(node.number) if node.number else "",
        "title": getattr(node, "title", ""),
        "text": node.text,
        "status": node.status.value,
        "marks": [{"kind": mark.kind, "dates": list(mark.dates)} for mark in node.marks],
        "blocks": [
            {"kind": block.kind.value, "text": node.raw[block.start : block.end]}
            for block in node.blocks
        ],
        "diagnostics": _diagnostics(node.diagnostics),
        **_own_values(node),
        "children": [node_values(child) for child in node.children],
    }


def _own_values(node: Node) -> dict[str, Any]:
    match node:
        case Article():
            return {
                "effective_date": _plain(node.effective_date),
                "notes": list(node.notes),
                "moved_to": node.moved_to,
                "moved_from": node.moved_from,
            }
        case Heading():
            return {"unit": node.unit}
        case Supplement():
            return {
                "promulgation_no": node.promulgation_no,
                "promulgation_date": _plain(node.promulgation_date),
            }
        case Annex():
            return {"kind": node.kind, "link": node.link}
        case Subitem():
            return {"marker": node.marker}
        case _:
            return {}


def _diagnostics(diagnostics: Sequence[Diagnostic]) -> list[dict[str, str]]:
    return [{"code": d.code, "detail": d.detail} for d in diagnostics]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value
