"""Small picture files: plots have few colours, so that a palette makes them a third as large."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

_DPI = 110
_COLOURS = 64


def save_png(figure: Any, path: Path) -> Path:
    """Write a figure of matplotlib; returns ``path``."""
    from PIL import Image

    held = BytesIO()
    figure.savefig(held, dpi=_DPI, bbox_inches="tight")
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(held) as image:
        image.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    return path
