"""Files and folders that a command was given: told at once what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lexdpr_finetune.reading import RecipeError

if TYPE_CHECKING:
    from lexdpr_finetune.articles import Articles
    from lexdpr_finetune.pairs import Pair


def some_pairs(path: str) -> list[Pair]:
    """The pairs of a file, one at least.

    Raises:
        PairError: there are none, or the file cannot be read.
        OSError: it is not there.
    """
    from lexdpr_finetune.pairs import PairError, read_pairs

    pairs = list(read_pairs(Path(path)))
    if not pairs:
        raise PairError("finetune.empty", path=path)
    return pairs


def check_known(path: str, pairs: Sequence[Pair], articles: Articles) -> None:
    """Whether a file holds pairs, and the index, or the file itself, the answer of one at least.

    Raises:
        PairError: there are none, or not one is known.
    """
    from lexdpr_finetune.pairs import PairError

    if not pairs:
        raise PairError("finetune.empty", path=path)
    if not any(p.texts or any(key in articles.rows for key in p.positives) for p in pairs):
        raise PairError("finetune.none_known", path=path, count=len(pairs))


def file_for(out: str) -> Path:
    """A file to write; its folder is made, so that no work is done for nothing.

    Raises:
        RecipeError: it is a folder, or its folder is a file.
    """
    path = Path(out)
    if path.is_dir():
        raise RecipeError("recipe.is_folder", path=path)
    folder_for(str(path.parent))
    return path


def folder_for(out: str) -> Path:
    """A folder to write into, made if it is not there.

    Raises:
        RecipeError: it is a file, or lies below one.
    """
    path = Path(out)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise RecipeError("recipe.out", path=path) from error
    return path
