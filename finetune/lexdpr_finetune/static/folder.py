"""A static encoder as a folder that sentence-transformers and this project load alike.

Vectors are kept as int8 with one scale a token, in the form of model2vec: a quarter of the size,
with cosines of .9999 to the vectors that were learned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends.settings import write_config
from lexdpr_rag.encoder import BiEncoder

_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.base.modules.normalize.Normalize",
    },
]
_NORMALIZE = {
    "module_input_name": "sentence_embedding",
    "module_output_name": "sentence_embedding",
}
_CONFIG = {
    "model_type": "SentenceTransformer",
    "prompts": {"query": "", "document": ""},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


def write_static_encoder(
    folder: Path, weights: NDArray[np.float32], tokenizer: Any, training: Mapping[str, Any]
) -> None:
    """Write an encoder.

    Args:
        folder: made if it is not there.
        weights: float32 ``(vocabulary, d)``; row 0, the unknown token, counts as 0.
        tokenizer: a :class:`tokenizers.Tokenizer`.
        training: how it was made, for ``lexdpr_config.json``.
    """
    from safetensors.numpy import save_file

    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    rows, scales = quantised(weights)
    save_file({"embeddings": rows, "weights": scales}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    for name, held in (
        ("modules.json", _MODULES),
        ("config_sentence_transformers.json", _CONFIG),
        ("1_Normalize/config.json", _NORMALIZE),
    ):
        (folder / name).write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")
    write_config(folder, BiEncoder(folder).settings, dict(training))


def quantised(
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """int8 rows and the float32 scale of each; ``rows * scales[:, None]`` is near ``weights``."""
    largest = np.abs(weights).max(axis=1)
    largest[0] = 0
    scales = (largest / 127).astype(np.float32)
    safe = np.where(scales > 0, scales, 1)[:, None]
    rows = np.where(scales[:, None] > 0, np.round(weights / safe), 0)
    return rows.astype(np.int8), scales
