"""What a figure says nothing without: command, day, hardware, versions."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_GIB = 1024**3


def made_on(module: str, arguments: Sequence[str], packages: Iterable[str]) -> dict[str, Any]:
    """The command (folders by their last name), the day, the machine and versions; for JSON."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    words = [Path(word).name if "/" in word else word for word in arguments]
    return {
        "command": " ".join(["python", "-m", module, *words]),
        "date": date.today().isoformat(),
        "hardware": f"{_processor()}{cores} cores, {memory:.0f} GB",
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {name: found for name in packages if (found := _version(name))},
    }


def made_on_lines(made: dict[str, Any]) -> list[str]:
    """The same as lines for people."""
    versions = ", ".join(f"{name} {number}" for name, number in made["versions"].items())
    return [
        f"command: `{made['command']}`",
        f"date: {made['date']}",
        f"hardware: {made['hardware']}; load average at the start {made['load']}",
        f"Python {made['python']}, {versions}",
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return ""
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    name = next(names, "")
    return f"{name}, " if name else ""
