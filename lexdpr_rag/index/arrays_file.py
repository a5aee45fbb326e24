"""Arrays and words about them in one file, in the form of safetensors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], told: Mapping[str, str]) -> None:
    """Write ``path``; the same arrays and words give the same bytes.

    The library writes its header in any order, and a file that none but its owner may read.
    """
    from safetensors.numpy import save

    whole = save(dict(arrays), dict(told))
    size = int.from_bytes(whole[:8], "little")
    header = json.loads(whole[8 : 8 + size])
    header["__metadata__"] = dict(sorted(told.items()))
    words = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    words += b" " * (-len(words) % 8)
    path.write_bytes(len(words).to_bytes(8, "little") + words + whole[8 + size :])
