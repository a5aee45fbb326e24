"""The journal: one line a question, written as it is done; a killed run goes on behind the last.

Beside ``mined.jsonl`` stand ``mined.jsonl.run.json`` (with which options, in how many seconds) and,
once it is whole, ``mined.jsonl.report.json`` and ``.report.md``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lexdpr_finetune.mine.mined import Mined, Record, digest_of
from lexdpr_finetune.mine.options import MineError
from lexdpr_finetune.pairs.formats import from_ids
from lexdpr_finetune.pairs.pair import Pair

Scores = dict[tuple[str, str], float]
"""(question id, article key) → the teacher's score."""


class Journal:
    """The journal at ``path``, opened to be gone on with."""

    def __init__(self, path: Path, facts: dict[str, Any]) -> None:
        """Open it, or begin it.

        Args:
            path: the file.
            facts: JSON values; ``fingerprint`` among them is what a run that goes on must share.

        Raises:
            MineError: it was made with another fingerprint, or is no journal.
        """
        self.path = path
        self.seconds = 0.0
        self._facts = facts
        self._run = path.with_name(f"{path.name}.run.json")
        if path.exists():
            self._check()
            _cut_torn_line(path)
            self._done = {r["query_id"]: r["asked"] for r in records(path)}
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._done = {}
        self._note()  # first: a journal without it is taken for somebody else's file
        path.touch()

    def __len__(self) -> int:
        return len(self._done)

    def open_questions(self, pairs: Iterable[Pair]) -> list[Pair]:
        """The pairs that have no line, or were asked otherwise when theirs was written."""
        return [pair for pair in pairs if self._done.get(pair.query_id) != digest_of(pair)]

    def add(self, found: Sequence[Mined], seconds: float) -> None:
        """Write some questions, which took ``seconds``."""
        lines = [json.dumps(one.to_dict(), ensure_ascii=False) + "\n" for one in found]
        with self.path.open("a", encoding="utf-8") as file:
            file.writelines(lines)
        self._done |= {one.pair.query_id: one.asked for one in found}
        self.seconds += seconds
        self._note()

    def settle(self, pairs: Sequence[Pair]) -> None:
        """Leave one line for every pair, in their order, and no others."""
        wanted = {pair.query_id: digest_of(pair) for pair in pairs}
        found = [(record["query_id"], record["asked"]) for record in records(self.path)]
        if found == list(wanted.items()):
            return
        kept = {r["query_id"]: r for r in records(self.path) if wanted.get(r["query_id"])}
        scratch = self.path.with_name(f"{self.path.name}.part")
        with scratch.open("w", encoding="utf-8") as file:
            for query_id in wanted:
                file.write(json.dumps(kept[query_id], ensure_ascii=False) + "\n")
        scratch.replace(self.path)

    def _check(self) -> None:
        try:
            held = json.loads(self._run.read_text(encoding="utf-8"))
            known, self.seconds = held["fingerprint"], float(held["seconds"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MineError("mine.no_journal", path=self.path) from error
        if known != self._facts["fingerprint"]:
            raise MineError("mine.other_run", path=self.path)

    def _note(self) -> None:
        """Write what stands beside the journal; the file is whole or the old one."""
        told = {**self._facts, "seconds": round(self.seconds, 3)}
        scratch = self._run.with_suffix(".part")
        scratch.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        scratch.replace(self._run)


def _cut_torn_line(path: Path) -> None:
    """Take away what a killed run wrote of its last line."""
    with path.open("rb+") as file:
        data_end = file.seek(0, 2)
        at = data_end
        while at:
            step = min(at, 65_536)
            file.seek(at - step)
            found = file.read(step).rfind(b"\n")
            if found >= 0:
                at = at - step + found + 1
                break
            at -= step
        if at != data_end:
            file.truncate(at)


# -- reading -------------------------------------------------------------------------------------


def records(path: Path) -> Iterator[Record]:
    """The lines of a journal as they are.

    Raises:
        MineError: a line is no JSON object with an id.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                record = json.loads(line)
                record["query_id"], record["asked"]
            except (ValueError, KeyError, TypeError) as error:
                raise MineError(
                    "mine.bad_line", path=path, line=number, reason=repr(error)
                ) from error
            yield record


def read_mined(path: str | Path) -> tuple[list[Pair], Scores]:
    """The pairs of a journal with their negatives, and the teacher's scores.

    What :func:`~lexdpr_finetune.pairs.formats.to_flagembedding` and
    :func:`~lexdpr_finetune.pairs.formats.to_dataset` take.

    Raises:
        MineError, PairError: a line cannot be read.
    """
    pairs: list[Pair] = []
    scores: Scores = {}
    for record in records(Path(path)):
        (pair,) = from_ids([record])
        pairs.append(pair)
        keys = (*pair.positives, *pair.negatives)
        known = (*record["pos_scores"], *record["neg_scores"])
        for key, score in zip(keys, known, strict=True):
            if score is not None:
                scores[pair.query_id, key] = float(score)
    return pairs, scores
