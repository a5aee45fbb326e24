"""Rankings, kept on disk question by question: what was once asked is not asked again."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from lexdpr_finetune.evaluate import Run
from rich.progress import Progress, TaskID

from benchmarks.quality.documents import Documents
from benchmarks.quality.questions import Benchmark
from benchmarks.quality.system import MissingError, Search, System


class Rankings:
    """Rankings of systems in a folder; those of other documents or settings lie beside them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(
        self,
        system: System,
        benchmarks: Sequence[Benchmark],
        documents: Documents,
        progress: Progress,
    ) -> list[Run]:
        """The rankings of all questions; the system is opened only if one is missing.

        Raises:
            MissingError: the system cannot be opened here.
        """
        runs = [self._read(system, one, documents) for one in benchmarks]
        missing = [
            [question for question in one.questions if question.query_id not in run]
            for one, run in zip(benchmarks, runs, strict=True)
        ]
        if not any(missing):
            return runs
        search, task = _opened(system, documents, progress, sum(map(len, missing)))
        for one, run, questions in zip(benchmarks, runs, missing, strict=True):
            path = self._path(system, one, documents)
            _end_last_line(path)
            with path.open("a", encoding="utf-8") as file:
                for question in questions:
                    run[question.query_id] = search(question.text)
                    held = {"query_id": question.query_id, "found": run[question.query_id]}
                    file.write(json.dumps(held, ensure_ascii=False) + "\n")
                    file.flush()
                    progress.advance(task)
        del search
        gc.collect()  # gigabytes, before the next system takes its own
        return runs

    def _path(self, system: System, benchmark: Benchmark, documents: Documents) -> Path:
        made_of = f"{documents.digest} {system.identity}"
        name = f"{system.name}-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}"
        path = self._folder / name / f"{benchmark.name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _read(self, system: System, benchmark: Benchmark, documents: Documents) -> Run:
        """What is there, for the questions of the benchmark; a line that was cut off is none."""
        path, run = self._path(system, benchmark, documents), Run()
        wanted = {question.query_id for question in benchmark.questions}
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        for line in lines:
            try:
                held = json.loads(line)
            except ValueError:
                continue
            if held["query_id"] in wanted:
                run[held["query_id"]] = held["found"]
        return run


def _opened(
    system: System, documents: Documents, progress: Progress, questions: int
) -> tuple[Search, TaskID]:
    """The system made ready, and a bar for its questions."""
    task = progress.add_task(f"{system.title}: index", total=None)

    def tell(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    try:
        search = system.open(documents, tell)
    except MissingError:
        progress.remove_task(task)
        raise
    progress.reset(task, total=questions, description=f"{system.title}: {questions:,} questions")
    return search, task


def _end_last_line(path: Path) -> None:
    """After a run that was killed while it wrote, so that what comes next is not lost with it."""
    held = path.read_bytes() if path.exists() else b""
    if held and not held.endswith(b"\n"):
        with path.open("a", encoding="utf-8") as file:
            file.write("\n")
