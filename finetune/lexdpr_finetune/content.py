"""What a file or folder holds, as a short hash: the same content, the same hash, wherever it lies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container
from pathlib import Path
from typing import Any

from lexdpr_finetune.reading import RecipeError


def content_of(path: Path, without: Container[str] = ()) -> str:
    """The hash of a file, or of names and contents below a folder; 32 hexadecimal digits.

    Args:
        path: the file or folder.
        without: names of files and folders directly below that do not count, hidden ones beside.

    Raises:
        RecipeError: there is nothing.
    """
    total = hashlib.blake2b(digest_size=16)
    if path.is_file():
        total.update(_of_file(path))
    elif path.is_dir():
        for one in sorted(path.rglob("*")):
            relative = one.relative_to(path)
            hidden = any(part.startswith(".") for part in relative.parts)
            if one.is_file() and not hidden and relative.parts[0] not in without:
                total.update(relative.as_posix().encode("utf-8", "surrogateescape") + b"\0")
                total.update(_of_file(one))
    else:
        raise RecipeError("recipe.no_source", path=path)
    return total.hexdigest()


def hash_of(known: Any) -> str:
    """The hash of plain values; 32 hexadecimal digits."""
    told = json.dumps(known, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _of_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").digest()
