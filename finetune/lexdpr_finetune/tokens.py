"""Counting tokens, by the tokenizer of a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lexdpr_rag.backends.folder import locate
from lexdpr_rag.templates import ModelError

CountTokens = Callable[[list[str]], Sequence[int]]


def token_counter(model: str | None) -> CountTokens:
    """What counts the tokens of texts, special ones included; characters without a model.

    Raises:
        ModelError: the model is not there, or has no ``tokenizer.json``.
    """
    if model is None:
        return lambda texts: [len(text) for text in texts]
    path = locate(model).path_of("tokenizer.json")
    if path is None:
        raise ModelError("recipe.no_tokenizer", name=model)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda texts: [len(encoding.ids) for encoding in tokenizer.encode_batch(texts)]
