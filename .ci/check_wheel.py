"""Assert what a wheel holds: a package missing from pyproject.toml builds without a word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

SOURCES = {
    "lexdpr_rag": "lexdpr_rag",
    "llama_index_lexdpr": "integrations/llama_index_lexdpr",
    "langchain_lexdpr": "integrations/langchain_lexdpr",
    "lexdpr_finetune": "finetune/lexdpr_finetune",
}


def expected(root: Path) -> set[str]:
    """Every file of the packages that git does not ignore, by its name in the wheel."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *SOURCES.values()],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = set()
    for file in filter(None, listed.split("\0")):
        for package, folder in SOURCES.items():
            if file.startswith(f"{folder}/") and (root / file).is_file():
                names.add(f"{package}{file.removeprefix(folder)}")
    return names


def main(wheel: Path) -> None:
    """Compare the wheel with the tree.

    Raises:
        SystemExit: a file is missing or does not belong.
    """
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        info = {name.partition(".dist-info/")[2] for name in archive.namelist()}
        entry_points = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))
        scripts = archive.read(entry_points).decode()
    wanted = expected(Path(__file__).resolve().parent.parent)
    problems = [f"missing: {name}" for name in sorted(wanted - held)]
    problems += [f"does not belong: {name}" for name in sorted(held - wanted)]
    for package in SOURCES:
        for name in ("__init__.py", "py.typed"):
            if f"{package}/{name}" not in held:
                problems.append(f"missing: {package}/{name}")
    if not any(name.startswith("lexdpr_rag/samples/") for name in held):
        problems.append("missing: lexdpr_rag/samples/")
    if "licenses/LICENSE" not in info:
        problems.append("missing: LICENSE")
    if "lexdpr-rag = lexdpr_rag.cli.app:main" not in scripts:
        problems.append("missing: console script lexdpr-rag")
    if problems:
        sys.exit(f"{wheel.name}:\n  " + "\n  ".join(problems))
    print(f"{wheel.name}: {len(held)} files, {wheel.stat().st_size / 1024:.0f} KiB, as in the tree")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
