"""Kills the making of vectors again and again, and looks at what is left each time.

    python benchmarks/kill_dense.py STATUTES OUT --encoder MODEL

OUT first gets an index of a part of the corpus.  Then the build of the whole is killed (SIGKILL)
at random moments while texts are embedded, and while vectors are put into the backend; after each
kill the old index must answer by its vectors, and the next run must begin with every vector that
the killed one had counted: what is lost is the batch under way.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from kill import QUERY, Run
from measure import ROOT, link_part, print_head, print_header, print_row, python

sys.path.insert(0, str(ROOT))

from lexdpr_rag import LexDPR
from lexdpr_rag.index.embeddings import BATCH

CHILD = """
import sys
from lexdpr_rag import LexDPR

def progress(event):
    if event.stage != "scan":
        print(event.stage, event.done, event.total, flush=True)

engine = LexDPR.build(sys.argv[1], sys.argv[2], encoder=sys.argv[3], backend=sys.argv[4],
                      progress=progress)
print("done", engine.info().vectors, flush=True)
"""


def counted(run: Run) -> tuple[int, int]:
    """(vectors that a run began with, that it had in the end), as it told."""
    told = [int(step.split()[1]) for step in run.steps if step.startswith("embed ")]
    return (told[0], told[-1]) if told else (0, 0)


def kept(out: Path) -> int:
    """Vectors in the cache of the unfinished build."""
    files = (out / ".building" / "dense").glob("embeddings-*/hashes.bin")
    return sum(path.stat().st_size // 16 for path in files)


def start(options: argparse.Namespace, wait_for: str = "") -> Run:
    """A build in a process of its own."""
    return Run(
        python(CHILD, options.source, options.out, options.encoder, options.backend), wait_for
    )


def kill_once(options: argparse.Namespace, stage: str) -> Run:
    """Start a build and kill it some seconds into a stage."""
    run = start(options, stage)
    run.reached.wait()
    time.sleep(random.uniform(0, options.seconds))
    run.process.kill()
    run.process.wait()
    run.reader.join()
    return run


def check(options: argparse.Namespace) -> list[str]:
    """Kill, look, go on; what went wrong."""
    wrong: list[str] = []
    had, reused = 0, -1
    print_head(
        "kill", "last step", "began with", "counted", "in the cache", "laws opened", "answers"
    )
    for number in range(1, options.times + 1):
        late = number > options.times * 2 // 3 and options.backend != "exact"
        run = kill_once(options, "index" if late else "embed")
        first, last = counted(run)
        engine = LexDPR.open(options.out)
        answers = len(engine.search(QUERY, 10, mode="dense"))
        print_row(number, run.last, first, last, kept(options.out), engine.info().laws, answers)
        reused = first if reused < 0 else reused  # what the old index lends
        if first < had:
            wrong.append(f"kill {number}: began with {first}, {had} had been counted before")
        if kept(options.out) + reused < last:
            wrong.append(f"kill {number}: counted {last}, kept {kept(options.out)} + {reused}")
        if not answers:
            wrong.append(f"kill {number}: the old index gave no answer")
        had = last
    return wrong


def main() -> None:
    """Command line; exit status 1 when anything is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="statutes in Markdown")
    parser.add_argument("out", type=Path, help="index folder; what is there is replaced")
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--backend", default="chroma")
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=20.0, help="at most so long into a stage")
    parser.add_argument("--seed", type=int, default=20261121)
    options = parser.parse_args()
    random.seed(options.seed)
    if (options.out / "CURRENT").exists():
        shutil.rmtree(options.out)
    print_header(f"Killing the making of vectors {options.times} times")
    with tempfile.TemporaryDirectory() as scratch:
        files = sorted(options.source.rglob("*.md"))[::20]
        part = link_part(options.source, files, Path(scratch))
        old = LexDPR.build(part, options.out, encoder=options.encoder, backend=options.backend)
        print(f"old index: {old.info().vectors:,} vectors; a batch has {BATCH} texts\n")
    wrong = check(options)
    run = start(options)
    run.process.wait()
    run.reader.join()
    print(f"\nlast run, not killed: began with {counted(run)[0]:,} vectors; {run.last}")
    with LexDPR.open(options.out) as engine:
        print(
            f"new index: {engine.info().vectors:,} vectors; {engine.search(QUERY, 1)[0].citation}"
        )
    print("\nnothing wrong" if not wrong else json.dumps(wrong, ensure_ascii=False, indent=1))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
