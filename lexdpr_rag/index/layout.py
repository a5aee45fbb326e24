"""The one table of names on disk.

::

    law-index/
      CURRENT            name of the generation in use, replaced atomically at the end of a build
      gen-0001/          a whole index, never changed once written
        manifest.json
        laws.jsonl, *.npy      units (see store.py)
        lexical/               lexical index (see lexical.py)
        graph/                 which provision refers to which (see graph.py)
        decisions/             decisions of its own, if any (see decisions/attaching.py)
      .building/         what an unfinished build has done so far; a new build goes on from it
        shards/<key>/          units and term counts of one bucket of source files
        gen/                   the generation being written
      .lock              held while building
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from lexdpr_rag.errors import IndexFormatError

MANIFEST = "manifest.json"
LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths within one index folder."""

    root: Path

    @property
    def current(self) -> Path:
        """The file that names the generation in use."""
        return self.root / "CURRENT"

    @property
    def lock(self) -> Path:
        """The lock of a running build."""
        return self.root / ".lock"

    @property
    def building(self) -> Path:
        """Where an unfinished build keeps what it has done."""
        return self.root / ".building"

    @property
    def shards(self) -> Path:
        """Finished shards of an unfinished build."""
        return self.building / "shards"

    def generations(self) -> list[Path]:
        """Generation folders, oldest first, whether in use or not."""
        return sorted(p for p in self.root.glob("gen-*") if p.is_dir())

    def in_use(self) -> Path | None:
        """The generation in use, ``None`` before the first build has finished."""
        try:
            name = self.current.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return self.root / name

    def open_generation(self) -> Path:
        """The generation in use.

        Raises:
            IndexFormatError: there is no index here, or it has not been finished.
        """
        if not self.root.exists():
            raise IndexFormatError("index.missing", path=self.root)
        generation = self.in_use()
        if generation is None:
            key = "index.unfinished" if self.building.exists() else "index.not_index"
            raise IndexFormatError(key, path=self.root)
        while not generation.is_dir():
            newer = self.in_use()  # a build may just have switched over
            if newer is None or newer == generation:
                raise IndexFormatError("index.damaged", path=self.root, part=generation.name)
            generation = newer
        return generation

    def next_generation(self) -> Path:
        """A name that no generation has had."""
        last = max((int(p.name[4:]) for p in self.generations()), default=0)
        return self.root / f"gen-{last + 1:04d}"

    def switch_to(self, generation: Path) -> None:
        """Make ``generation`` the one in use: one atomic rename."""
        draft = self.root / ".CURRENT.new"
        with draft.open("w", encoding="utf-8") as file:
            file.write(generation.name + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.current)

    def clean(self) -> None:
        """Remove unfinished work and every generation but the one in use.

        Processes that still read an old generation keep its memory maps; where the system does not
        let open files be deleted, they go with the next build.
        """
        in_use = self.in_use()
        for generation in self.generations():
            if generation != in_use:
                shutil.rmtree(generation, ignore_errors=True)
        shutil.rmtree(self.building, ignore_errors=True)
