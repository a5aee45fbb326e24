"""What texts are measured by: the tokenizer, the template and the limits of a model, or letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

from lexdpr_rag.backends.folder import locate
from lexdpr_rag.templates import Kind, ModelError

CountTokens = Callable[[list[str]], Sequence[int]]
"""Texts → the length of each."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """How long a text is for a model.

    Attributes:
        queries, passages: lengths of texts, with all that the model puts around them.
        query_limit, passage_limit: lengths after which it cuts; ``None`` for never.
        model: its name; ``None`` where letters are counted.
    """

    queries: CountTokens
    passages: CountTokens
    query_limit: int | None = None
    passage_limit: int | None = None
    model: str | None = None


Tell = Callable[[int, int], None]
"""What is called with the number of texts that are measured, and of all."""

_AT_ONCE = 4096


def ruler_of(model: str | None, limit: int | None = None, tell: Tell | None = None) -> Ruler:
    """What measures texts as ``model`` reads them: in its template, special tokens included.

    Args:
        model: an alias, a hub name or a folder; without one letters are counted.
        limit: tokens after which it is to cut; the model's own limits unless given.
        tell: called while tokens are counted.

    Raises:
        ModelError: the model is not there, is no encoder, or has no ``tokenizer.json``.
    """
    if model is None:
        return Ruler(_letters, _letters, limit, limit)
    from lexdpr_rag.encoder import BiEncoder

    count, encoder = _counter(model, tell), BiEncoder(model)
    template = encoder.settings.template

    def measuring(kind: Kind) -> CountTokens:
        return lambda texts: count([template.apply(text, kind) for text in texts])

    own = {kind: limit or encoder.get_max_seq_length(kind) for kind in get_args(Kind)}
    return Ruler(
        measuring("query"), measuring("passage"), own["query"], own["passage"], encoder.name
    )


def _letters(texts: list[str]) -> list[int]:
    return [len(text) for text in texts]


def _counter(model: str, tell: Tell | None) -> CountTokens:
    path = locate(model).path_of("tokenizer.json")
    if path is None:
        raise ModelError("recipe.no_tokenizer", name=model)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts: list[str]) -> list[int]:
        lengths: list[int] = []
        for start in range(0, len(texts), _AT_ONCE):
            part = texts[start : start + _AT_ONCE]
            lengths += [len(encoding.ids) for encoding in tokenizer.encode_batch_fast(part)]
            if tell is not None:
                tell(len(lengths), len(texts))
        return lengths

    return count
