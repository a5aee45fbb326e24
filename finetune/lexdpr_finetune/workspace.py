"""The folder of a run: one folder for every step and key, whole once its ``done.json`` is there.

::

    runs/cpu-static/
      corpus-1f0c…/      what the step made; done.json says of what, and vouches for it
      train-77ab…/
      models/v1/         what became of an accepted model
      report.html report.json

A key hashes all that the result depends on, so that a change makes new folders for what depends on
it and finds the old ones for the rest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lexdpr_finetune.reading import RecipeError

DONE = "done.json"
BEGUN = "begun.json"
VERSIONS = "models"
_LOCK = ".lock"
_KEY_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Done:
    """A finished step.

    Attributes:
        step: its name.
        key: of all that it was made from.
        digest: of what it made; what depends on it depends on this.
        folder: where it lies.
        facts: what it tells: counts, figures, names of files.
        seconds: of the run that finished it.
    """

    step: str
    key: str
    digest: str
    folder: Path
    facts: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def path(self, name: str) -> Path:
        """The file or folder that it made under the name ``name`` of its facts."""
        return self.folder / str(self.facts["files"][name])


class Workspace:
    """The steps of one output folder."""

    def __init__(self, out: Path) -> None:
        self.out = out

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes out.

        Raises:
            RecipeError: another one is in, or the folder cannot be made.
        """
        from filelock import FileLock, Timeout

        try:
            self.out.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise RecipeError("recipe.out", path=self.out) from error
        lock = FileLock(self.out / _LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise RecipeError("recipe.locked", path=self.out) from error
        try:
            yield
        finally:
            lock.release()

    def folder(self, step: str, key: str, *, version: bool = False) -> Path:
        """Where a step works; made if it is not there.  ``version``: the next of ``models/v<N>``."""
        if version:
            return self._version(key)
        folder = self.out / f"{step}-{key[:_KEY_LENGTH]}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def find(self, step: str, key: str, *, version: bool = False) -> Done | None:
        """What the step made of ``key``, if it is whole."""
        folder = self.out / f"{step}-{key[:_KEY_LENGTH]}"
        if version:
            found = self._of_version(key)
            if found is None:
                return None
            folder = found
        held = read_json(folder / DONE)
        if held is None or held.get("key") != key:
            return None
        return Done(
            step=step,
            key=key,
            digest=str(held["digest"]),
            folder=folder,
            facts=held["facts"],
            seconds=float(held["seconds"]),
        )

    def finish(self, done: Done, made_of: Mapping[str, Any]) -> Done:
        """Vouch for a step; the last that is written of it."""
        told = asdict(done) | {"folder": done.folder.name, "made_of": made_of}
        write_json(done.folder / DONE, told)
        (done.folder / BEGUN).unlink(missing_ok=True)
        return done

    def _version(self, key: str) -> Path:
        found = self._of_version(key)
        if found is not None:
            return found
        taken = [int(one.name[1:]) for one in self._versions() if any(one.iterdir())]
        folder = self.out / VERSIONS / f"v{max(taken, default=0) + 1}"
        folder.mkdir(parents=True, exist_ok=True)  # empty where a run was killed just here
        write_json(folder / BEGUN, {"key": key})
        return folder

    def _of_version(self, key: str) -> Path | None:
        for folder in self._versions():
            held = read_json(folder / DONE) or read_json(folder / BEGUN) or {}
            if held.get("key") == key:
                return folder
        return None

    def _versions(self) -> list[Path]:
        found = [one for one in (self.out / VERSIONS).glob("v*") if one.name[1:].isdecimal()]
        return sorted(found, key=lambda one: int(one.name[1:]))


def read_json(path: Path) -> dict[str, Any] | None:
    """The object that a file holds; ``None`` where there is none, or it is torn."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return held if isinstance(held, dict) else None


def write_json(path: Path, held: Mapping[str, Any]) -> None:
    """Write an object; the file is whole or the old one, and on the disk when this returns."""
    scratch = path.with_name(f".{path.name}.part")
    with scratch.open("w", encoding="utf-8") as file:
        file.write(json.dumps(held, ensure_ascii=False, indent=1, default=str) + "\n")
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
