"""The folder of a model's versions: one for every training, and one for a run that is going on.

::

    my-encoder/
      v1/  v2/ …          finished models, each whole in itself
      .run-1f0c…/         checkpoints of a training, by a hash of recipe and data; goes when it is done
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexdpr_finetune.train.error import TrainError

_VERSION = re.compile(r"v([1-9]\d*)")
_CHECKPOINT = re.compile(r"checkpoint-(\d+)")
_COMPLETE = "trainer_state.json"
_PARTS = ("optimizer.pt", "scheduler.pt", "trained.safetensors")


def versions(folder: str | Path) -> list[Path]:
    """The finished versions in ``folder``, oldest first."""
    root = Path(folder)
    found = [p for p in root.iterdir() if _VERSION.fullmatch(p.name)] if root.is_dir() else []
    return sorted((path for path in found if path.is_dir()), key=_number)


def latest_version(folder: str | Path) -> Path:
    """The newest of :func:`versions`.

    Raises:
        TrainError: there is none.
    """
    found = versions(folder)
    if not found:
        raise TrainError("train.no_version", path=folder)
    return found[-1]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where a training keeps what it needs to go on.

    Attributes:
        root: the folder of versions.
        path: the run's own.
    """

    root: Path
    path: Path

    @classmethod
    def of(cls, root: str | Path, identity: Mapping[str, Any]) -> RunFolder:
        """The folder for what a run is made of, plain values for JSON; it is made if need be."""
        told = json.dumps(identity, sort_keys=True, ensure_ascii=False, default=str)
        digest = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
        found = cls(Path(root), Path(root) / f".run-{digest}")
        found.checkpoints.mkdir(parents=True, exist_ok=True)
        return found

    @property
    def checkpoints(self) -> Path:
        """Where the trainer writes ``checkpoint-<step>`` folders."""
        return self.path / "checkpoints"

    @property
    def model(self) -> Path:
        """Where the model is written before it becomes a version."""
        return self.path / "model"

    @property
    def logs(self) -> Path:
        """Where trackers write; it is kept with the version."""
        return self.path / "logs"

    def latest_checkpoint(self) -> Path | None:
        """The newest checkpoint that is whole; one that was cut off while it was written is not."""
        found = [p for p in self.checkpoints.iterdir() if _CHECKPOINT.fullmatch(p.name)]
        for path in sorted(found, key=_number, reverse=True):
            # The trainer's state is written last but for the random numbers, which have their own.
            whole = (path / _COMPLETE).is_file() and any(path.glob("rng_state*.pth"))
            if whole and all((path / name).is_file() for name in _PARTS):
                return path
        return None

    def publish(self) -> Path:
        """Make the model the next version, in one step, and clear away the run."""
        if self.logs.is_dir():
            shutil.move(str(self.logs), str(self.model / "logs"))
        while True:
            known = versions(self.root)
            target = self.root / f"v{_number(known[-1]) + 1 if known else 1}"
            try:
                self.model.rename(target)
            except OSError:
                if not target.exists():
                    raise
                continue  # another training was first
            shutil.rmtree(self.path, ignore_errors=True)
            return target


def _number(path: Path) -> int:
    return int(re.sub(r"\D", "", path.name))
