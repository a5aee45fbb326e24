"""What importing costs, and which module may import which.

The arrows of the layout: datamodels ← statute ← units ← corpus, index ← engine ← cli, adapters.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "lexdpr_rag"
ADAPTERS = ("llama_index_lexdpr", "langchain_lexdpr")

# What only its own extra may bring in, and what only a search or a build needs.
HEAVY = (
    *("torch", "transformers", "sentence_transformers", "chromadb", "onnxruntime"),
    *("llama_index", "langchain", "langchain_core", "langsmith", "kiwipiepy"),
)
NEEDED_LATER = ("numpy", "bm25s", "yaml", "typer", "rich", "zstandard")

# Each part may import itself and the parts on the layers before its own.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("messages", "background", "records"),
    ("errors", "models"),
    ("datamodels", "templates"),
    ("model_aliases",),
    ("backends",),
    ("encoder", "reranker"),
    ("export", "embedding_input"),
    ("embedding_files",),
    ("statute",),
    ("fetch",),
    ("units",),
    ("corpus",),
    ("index",),
    ("decisions", "late", "lexicon"),
    ("ranking",),
    ("bundled",),
    ("hits", "asked"),
    ("documents", "referring"),
    ("engine",),
    ("retrieval",),  # what both adapters share
    ("answers", "parents"),
    ("referred",),
    ("cli", *ADAPTERS),
)
LAYER = {part: layer for layer, parts in enumerate(LAYERS) for part in parts}
# Names of the package itself, by the part that defines them.
PUBLIC = {
    "LexDPR": "engine",
    **dict.fromkeys(("Filters", "Hit", "Level", "Mode"), "datamodels"),
}


def fresh(code: str) -> dict[str, object]:
    """Run ``code`` in a new process, which prints one JSON object."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


MEASURED = """
import json, sys, time
start = time.perf_counter()
{imports}
seconds = time.perf_counter() - start
roots = sorted({{name.partition(".")[0] for name in sys.modules}})
print(json.dumps({{"seconds": seconds, "roots": roots}}))
"""


def test_importing_the_package_loads_next_to_nothing() -> None:
    runs = [fresh(MEASURED.format(imports=f"import {PACKAGE}")) for _ in range(3)]
    assert set(HEAVY + NEEDED_LATER).isdisjoint(runs[0]["roots"])  # type: ignore[arg-type]
    assert min(run["seconds"] for run in runs) < 0.5  # type: ignore[type-var,operator]


def modules() -> list[str]:
    """Every module of the package, by its dotted name."""
    files = sorted((ROOT / PACKAGE).rglob("*.py"))
    names = [".".join(f.relative_to(ROOT).with_suffix("").parts) for f in files]
    return [n.removesuffix(".__init__") for n in names if not n.endswith("__main__")]


def test_no_module_of_the_engine_loads_a_framework() -> None:
    run = fresh(MEASURED.format(imports="\n".join(f"import {name}" for name in modules())))
    assert set(HEAVY).isdisjoint(run["roots"])  # type: ignore[arg-type]


# -- the arrows ----------------------------------------------------------------------------------


def sources() -> Iterator[tuple[str, Path]]:
    """Each source file with the part that it belongs to; the package's own face is none."""
    for file in sorted((ROOT / PACKAGE).rglob("*.py")):
        part = file.relative_to(ROOT / PACKAGE).parts[0].removesuffix(".py")
        if part != "__init__":
            yield part, file
    for adapter in ADAPTERS:
        for file in sorted((ROOT / "integrations" / adapter).rglob("*.py")):
            yield adapter, file


def imported(file: Path) -> Iterator[str]:
    """Dotted names of all that ``file`` imports, in functions and under TYPE_CHECKING as well."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(name: str) -> str | None:
    """The part of the project that a dotted name belongs to, ``None`` for libraries."""
    root, _, rest = name.partition(".")
    if root in ADAPTERS:
        return root
    if root != PACKAGE or not rest or rest == "__version__":
        return None
    first = rest.partition(".")[0]
    return PUBLIC.get(first, first)


def test_every_part_has_a_layer() -> None:
    unknown = sorted({part for part, _ in sources()} - LAYER.keys())
    assert not unknown, f"give them a place in LAYERS: {unknown}"


def test_imports_go_one_way() -> None:
    wrong = [
        f"{file.relative_to(ROOT)} ({part}) imports {name}"
        for part, file in sources()
        for name in imported(file)
        if (other := part_of(name)) not in (None, part) and LAYER[str(other)] >= LAYER[part]
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("owner", "roots"),
    [
        ("llama_index_lexdpr", ("llama_index",)),
        ("langchain_lexdpr", ("langchain_core", "langchain", "langchain_text_splitters")),
    ],
)
def test_a_framework_is_imported_by_its_adapter_alone(owner: str, roots: tuple[str, ...]) -> None:
    users = {
        part for part, file in sources() for n in imported(file) if n.partition(".")[0] in roots
    }
    assert users <= {owner}


def test_the_engine_knows_nothing_of_training() -> None:
    names = {n.partition(".")[0] for part, file in sources() for n in imported(file)}
    assert "lexdpr_finetune" not in names
