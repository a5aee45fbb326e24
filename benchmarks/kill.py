"""Kills a build again and again, and looks at what is left each time.

    python benchmarks/kill.py STATUTES OUT

OUT first gets an index of a part of the corpus.  Then the build of the whole is killed (SIGKILL)
at random moments, three of them during the merging and the switch-over; after each kill the index
must open and answer, and what the next run parses must be only what had not been finished.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from measure import ROOT, link_part, print_head, print_header, print_row, python

sys.path.insert(0, str(ROOT))

from lexdpr_rag import LexDPR
from lexdpr_rag.index.builder import Options, build_index

QUERY = "임대차 보증금의 반환"
WORKERS_END = 5.0
"""Seconds within which the workers of a killed build must be gone."""

CHILD = """
import sys
from pathlib import Path
from lexdpr_rag.index.builder import Options, build_index

def progress(event):
    if event.stage != "scan":
        print(event.stage, event.done, event.total, flush=True)

report = build_index(Path(sys.argv[1]), Path(sys.argv[2]), Options(), progress)
print("done", report.parsed, report.reused, flush=True)
"""


@dataclass
class Run:
    """A build in a process of its own; its steps are read as they come."""

    process: subprocess.Popen[str]
    wait_for: str = ""
    steps: list[str] = field(default_factory=list)
    reached: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.reader = Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        """Ends when the build and all its workers have closed their end of the pipe."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.steps.append(line.strip())
            if self.wait_for and line.startswith(self.wait_for):
                self.reached.set()
        self.reached.set()

    @property
    def last(self) -> str:
        return self.steps[-1] if self.steps else "scan"


def finished(out: Path) -> dict[str, float]:
    """Shards that are whole: name → when they were written."""
    summaries = (out / ".building" / "shards").glob("*/shard.json")
    return {path.parent.name: path.stat().st_mtime for path in summaries}


def moments(times: int, seconds: float) -> list[tuple[str, float]]:
    """(step to wait for, seconds after it); no step: seconds after the start."""
    special = [("lexical 1", 2.0), ("write 1", 0.003), ("write 2", 0.02)]
    special = [(step, random.uniform(0, most)) for step, most in special]
    plain = [("", random.uniform(0.5, 2 * seconds / times)) for _ in range(max(times - 3, 0))]
    return plain + special[: times - len(plain)]


def kill_once(source: Path, out: Path, moment: tuple[str, float]) -> tuple[Run, bool]:
    """Start a build and kill it at a moment; whether all its workers were gone soon after."""
    step, after = moment
    run = Run(python(CHILD, source, out), step)
    if step:
        run.reached.wait()
    time.sleep(after)
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()
    run.reader.join(WORKERS_END)
    return run, not run.reader.is_alive()


def check(source: Path, out: Path, times: int, seconds: float) -> list[str]:
    """Kill, look, go on; what went wrong."""
    wrong: list[str] = []
    old = len(LexDPR.open(out).search(QUERY, 100, level="article"))
    old_laws = LexDPR.open(out).info().laws
    before = finished(out)
    columns = (
        "at",
        "last step",
        "shards whole",
        "redone",
        "workers gone",
        "laws opened",
        "answers",
    )
    print_head("kill", *columns)
    for number, moment in enumerate(moments(times, seconds), 1):
        run, are_gone = kill_once(source, out, moment)
        after = finished(out)
        engine = LexDPR.open(out)
        answers = len(engine.search(QUERY, 100, level="article"))
        at = f"{moment[0] or 'start'} + {moment[1]:.3f} s"
        gone = "yes" if are_gone else "no"
        laws = engine.info().laws
        # Once the new index is in place, what it was made of is cleared away.
        redone = [name for name in before if after.get(name) != before[name] and laws == old_laws]
        print_row(number, at, run.last, len(after), len(redone), gone, laws, answers)
        if redone or not are_gone or answers < min(old, 1):
            wrong.append(f"kill {number}: redone {redone}, workers gone: {are_gone}, {answers}")
        before = after
    return wrong


def main() -> None:
    """Command line; exit status 1 when anything is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="statutes in Markdown")
    parser.add_argument("out", type=Path, help="index folder; what is there is replaced")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=40.0, help="how long parsing takes here")
    parser.add_argument("--seed", type=int, default=20261121)
    options = parser.parse_args()
    random.seed(options.seed)
    if (options.out / "CURRENT").exists():
        shutil.rmtree(options.out)
    print_header(f"Killing `index` {options.times} times")
    with tempfile.TemporaryDirectory() as scratch:
        files = sorted(options.source.rglob("*.md"))[::10]
        part = link_part(options.source, files, Path(scratch))
        report = build_index(part, options.out, Options())
        print(f"old index: {report.laws} laws of {report.articles:,} articles\n")
    wrong = check(options.source, options.out, options.times, options.seconds)
    left = finished(options.out)
    run = Run(python(CHILD, options.source, options.out))
    run.process.wait()
    run.reader.join()
    info = LexDPR.open(options.out).info()
    print(f"\nlast run, not killed: {len(left)} shards were whole before it; {run.last}")
    print(f"new index: {info.laws} laws of {info.articles:,} articles")
    print("\nnothing wrong" if not wrong else json.dumps(wrong, ensure_ascii=False, indent=1))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
